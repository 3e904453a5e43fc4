"""What stands before the camera that was not there before, and which of it is alive. Shared by detectors."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray
from patrolgym.envs.world.raycast import RayMesh

from .patch import chance_beyond
from .view import View

STEP_PX = 2
_LEAST_PX = 25
#: Pieces of bodies nearer to each other than this are one.
_APART_M = 0.4
#: Clothes of the living are this much warmer than the air, yet no warmer than skin (design choice).
_CLOTHES_K, _SKIN_C = 6.0, 33.0
_TALL_M, _WIDE_M, _LEAST_SEEN_M = (1.3, 2.12), (0.1, 1.1), 0.5


@dataclass(frozen=True, eq=False)
class Grid:
    """Every second pixel of a view: places (h, w, 3), distances and temperatures (h, w), and the view itself."""

    view: View
    place_m: FloatArray
    distance_m: FloatArray
    thermal_c: FloatArray


@lru_cache(maxsize=2)
def grid_of(view: View) -> Grid:
    """The grid of a view; kept, as several detectors look at the same picture."""
    start = STEP_PX // 2
    place = view.cloud(STEP_PX).astype(float)
    away = place - view.position_m
    distance = np.sqrt(np.einsum("ijk,ijk->ij", away, away))
    return Grid(view, place, distance, np.asarray(view.thermal_c[start::STEP_PX, start::STEP_PX], dtype=float))


@dataclass(frozen=True)
class Warmth:
    """The temperature of the air in °C, and by how much clothes on a living person are warmer, K."""

    air_c: float
    clothes_k: float

    @classmethod
    def of(cls, grid: Grid) -> "Warmth":
        """Most of what a frame shows is near the air's temperature; where it is not, it is mostly warmer."""
        some = grid.thermal_c[::2, ::2]
        air = float(np.percentile(some[grid.distance_m[::2, ::2] > 0], 45))
        return cls(air, max(min(air + _CLOTHES_K, _SKIN_C) - air, 1.0))

    def alive(self, grid: Grid, mask: BoolArray) -> float:
        """Probability that a body is as warm as clothes on the living; a dummy is so at most where the sun shines."""
        over_k = float(np.percentile(grid.thermal_c[mask], 30)) - self.air_c
        return chance_beyond(over_k, (-99.0, 0.6 * self.clothes_k), 0.2 + 0.1 * self.clothes_k)


def whole_body(grid: Grid, mask: BoolArray, body: BoolArray) -> BoolArray:
    """The blob with whatever else new stands at its place: the cold side of a dummy that the sun warms on one side."""
    rows, columns = np.nonzero(mask)
    whole = np.zeros_like(mask)
    box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    whole[box] = body[box] & (np.abs(grid.distance_m[box] - np.median(grid.distance_m[mask])) < 0.4)
    return whole


def newly_there(grid: Grid, asked: BoolArray, reference: View | None, built: RayMesh | None) -> BoolArray:
    """(h, w) pixels asked for that are nearer than what stands there by the reference or by the as-built mesh."""
    shape = grid.distance_m.shape
    flat = grid.place_m.reshape(-1, 3)
    slack = 0.15 + 0.03 * grid.distance_m
    if reference is not None:
        pixels, depth = reference.project(flat)
        # The nearest thing round about counts: at edges a pose that is a little off shall not make things new.
        solid = np.where(reference.depth_m > 0, reference.depth_m, 99.0).astype(np.float32)
        nearest = np.asarray(cv2.erode(solid, np.ones((7, 7))))
        column, row = (pixels[:, k].reshape(shape).astype(np.float32) for k in (0, 1))
        before = cv2.remap(nearest, column, row, cv2.INTER_NEAREST, borderValue=0.0)
        return np.asarray(np.asarray(before) - depth.reshape(shape) > slack)
    if built is None:
        return np.ones(shape, dtype=bool)
    expected = built_m(grid, asked, built)
    return np.asarray(cv2.erode(expected, np.ones((5, 5))) - grid.distance_m > slack)


def built_m(grid: Grid, asked: BoolArray, built: RayMesh) -> FloatArray:
    """(h, w) float32 how far off the as-built mesh is at the pixels asked for and round them, 99 elsewhere."""
    around = cv2.dilate(asked.astype(np.uint8), np.ones((5, 5))) > 0
    ways = (grid.place_m[around] - grid.view.position_m) / np.maximum(grid.distance_m[around][:, None], 1e-6)
    expected = np.full(grid.distance_m.shape, 99.0, dtype=np.float32)
    expected[around] = np.minimum(built.cast(grid.view.position_m, ways).distance_m, 99.0)
    return expected


def bodies(grid: Grid, mask: BoolArray) -> list[BoolArray]:
    """Connected blobs, those that stand at one place taken together: rails and pipes in front cut bodies up."""
    near = grid.distance_m.astype(np.float32)
    jump = cv2.dilate(near, np.ones((2, 2))) - cv2.erode(near, np.ones((2, 2)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats((mask & (jump < 0.35 + 0.03 * near)).astype(np.uint8))
    bodies: list[BoolArray] = []
    for k in 1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable"):
        piece = labels == k
        if stats[k, cv2.CC_STAT_AREA] < _LEAST_PX // 4:
            break
        middle = np.median(grid.place_m[piece][:, :2], axis=0)
        same = [b for b in bodies if np.linalg.norm(np.median(grid.place_m[b][:, :2], axis=0) - middle) < _APART_M]
        if same:
            same[0] |= piece
        else:
            bodies.append(piece)
    return [body for body in bodies if body.sum() >= _LEAST_PX]


def upright(grid: Grid, mask: BoolArray) -> bool:
    """Whether a blob has the height and width of somebody who stands."""
    cloud = grid.place_m[mask]
    low, high = np.percentile(cloud[:, 2], (2, 98))
    wide = float(np.ptp(np.percentile(cloud[:, :2] @ grid.view.rotation[:2, 0], (4, 96))))
    return bool(_TALL_M[0] < high < _TALL_M[1] and _WIDE_M[0] < wide < _WIDE_M[1] and high - low > _LEAST_SEEN_M)


def axis_m(grid: Grid, mask: BoolArray) -> FloatArray:
    """(3,) middle of a body: the grid sees its near side, its axis is a hand's breadth behind."""
    middle = np.median(grid.place_m[mask], axis=0)
    away = (middle - grid.view.position_m)[:2]
    middle[:2] += 0.1 * away / max(float(np.linalg.norm(away)), 1e-6)
    return np.asarray(middle)


def box_px(mask: BoolArray) -> tuple[int, int, int, int]:
    """Bounding box in the view of a mask on the grid."""
    rows, columns = np.nonzero(mask)
    left, top, right, bottom = (
        int(v) * STEP_PX for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    )
    return left, top, right, bottom

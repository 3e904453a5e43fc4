"""Where to stand and where to point the camera so that everything is seen: greedy set cover by ray casts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import cKDTree

from patrolgym.envs.types import BoolArray, FloatArray, InspectionPoint, IntArray, Point
from patrolgym.envs.world.raycast import RayMesh

from .map import SiteMap
from .optics import Optics, angles, directions
from .planner import Router, reachable
from .targets import Targets

SPACING_M = 0.5
REACH_M = 9.0
"""Coverage counts what is seen from no farther than 8 m."""
NEAR_M = 0.45
STAND_CLEARANCE_M = 0.65
"""Room to turn on flat ground, for stops chosen freely; points seen only from elsewhere get other places."""
FLAT_M = 0.06
FINE_SPACING_M = 0.2
FINE_EYES = 4
GOOD_MERIT = 0.6
ZOOMS = (1.0, 1.5, 2.2, 3.2, 4.8)
SHOT_S = 0.55
"""A frame comes every 0.5 s and the head mostly arrives in between."""
POINT_SHOT_S = 1.1
POINT_VALUE_M2 = 6.0
MIN_SHOT_M2 = 0.03
MAX_INCIDENCE_COS = 0.5
POINT_REACH_M = 5.0
POINT_MARGIN_M = 0.05
RASTER = 1e4
"""More than twice the columns of any raster of aims."""


@dataclass(frozen=True)
class Shot:
    """One picture to take.

    Attributes:
        look_at_m: where the optical axis points.
        zoom: zoom factor.
        point: name of the inspection point it serves, if any.
        value_m2: what it was planned to add.
        targets: (n,) the targets it was planned to add.
    """

    look_at_m: Point
    zoom: float
    point: str | None = None
    value_m2: float = 0.0
    targets: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64), compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Stand:
    """A stop: where the lens should be (x, y, z), and what to shoot."""

    eye_m: FloatArray
    shots: tuple[Shot, ...]

    @property
    def serves(self) -> tuple[str, ...]:
        """Names of the inspection points served here."""
        return tuple(shot.point for shot in self.shots if shot.point is not None)

    @property
    def duration_s(self) -> float:
        """About how long the stop takes."""
        return sum(POINT_SHOT_S if shot.point else SHOT_S for shot in self.shots)


@dataclass(frozen=True, eq=False)
class Sights:
    """What can be seen from where.

    Attributes:
        eyes_m: (k, 3) candidate lens positions.
        starts, targets: row `i` of the visibility list is `targets[starts[i]:starts[i + 1]]`.
        points: for each candidate, the (point index, merit 0..1) it can serve.
        roomy: the first so many candidates are good places to stop; the others only if there is no other way.
    """

    eyes_m: FloatArray
    starts: IntArray
    targets: IntArray
    points: tuple[tuple[tuple[int, float], ...], ...]
    roomy: int

    def visible(self, eye: int) -> IntArray:
        """Targets seen from a candidate."""
        return self.targets[self.starts[eye] : self.starts[eye + 1]]

    def only(self, kept: BoolArray) -> "Sights":
        """Those of the candidates that are `kept` (k,)."""
        counts = np.diff(self.starts)
        return Sights(
            self.eyes_m[kept],
            np.concatenate([[0], np.cumsum(counts[kept])]),
            self.targets[np.repeat(kept, counts)],
            tuple(row for row, keep in zip(self.points, kept, strict=True) if keep),
            int(kept[: self.roomy].sum()),
        )


def level(site_map: SiteMap) -> BoolArray:
    """(rows, columns) where all feet of a robot that stands are on flat ground."""
    return np.asarray(site_map.rough_m <= FLAT_M)


def roomy(site_map: SiteMap) -> BoolArray:
    """(rows, columns) of those where there is room to turn, out of the way of vehicles."""
    return np.asarray(level(site_map) & ~site_map.busy & (site_map.clearance_m >= STAND_CLEARANCE_M))


def candidate_eyes(
    site_map: SiteMap, router: Router, start_m: FloatArray, eye_height_m: float, spacing_m: float, allowed: BoolArray
) -> FloatArray:
    """(k, 3) lens positions on a grid of `spacing_m` over where the robot can get to and is `allowed` to stop.

    `allowed` are (rows, columns) cells of the map.
    """
    stride = max(round(spacing_m / router.grid.cell_m), 1)
    reach = reachable(router, start_m)
    cells = np.zeros_like(reach)
    cells[stride // 2 :: stride, stride // 2 :: stride] = True
    xy = router.grid.positions(np.flatnonzero(cells & reach))
    xy = xy[allowed.ravel()[site_map.grid.cells(xy)]]
    return np.column_stack([xy, site_map.height_at(xy) + eye_height_m])


def eyes_for_points(
    mesh: RayMesh, coarse_m: FloatArray, fine_m: FloatArray, points: Sequence[InspectionPoint], optics: Optics
) -> FloatArray:
    """The coarse candidates (k, 3), and for each point that none of them sees well the best of the fine ones."""
    added: set[int] = set()
    for point in points:
        if max((merit for _, merit in _point_merits(mesh, coarse_m, point, optics)), default=0.0) < GOOD_MERIT:
            ranked = sorted(_point_merits(mesh, fine_m, point, optics), key=lambda pair: (-pair[1], pair[0]))
            added.update(eye for eye, _ in ranked[:FINE_EYES])
    return np.vstack([coarse_m, fine_m[sorted(added)]])


def find_sights(
    mesh: RayMesh,
    roomy_m: FloatArray,
    tight_m: FloatArray,
    targets: Targets,
    points: Sequence[InspectionPoint],
    optics: Optics,
) -> Sights:
    """Cast rays from every candidate (k, 3), in good places to stop and in others, to every target and point."""
    eyes_m = np.vstack([roomy_m, tight_m])
    rows, columns = _pairs_in_reach(eyes_m, targets, optics)
    offset = targets.position_m[columns] - eyes_m[rows]
    distance = np.linalg.norm(offset, axis=1)
    hidden = mesh.occluded(eyes_m[rows], offset / distance[:, None], distance - 0.02)
    rows, columns = rows[~hidden], columns[~hidden]
    starts = np.searchsorted(rows, np.arange(len(eyes_m) + 1))
    merits: list[list[tuple[int, float]]] = [[] for _ in eyes_m]
    for index, point in enumerate(points):
        for eye, merit in _point_merits(mesh, eyes_m, point, optics):
            merits[eye].append((index, merit))
    return Sights(eyes_m, starts, columns, tuple(tuple(m) for m in merits), len(roomy_m))


def _pairs_in_reach(eyes_m: FloatArray, targets: Targets, optics: Optics) -> tuple[IntArray, IntArray]:
    """Candidate and target indices within reach, incidence and tilt limits, sorted by candidate."""
    low, high = np.sin(optics.tilt_rad)
    most = optics.focal_px * optics.zoom[1]
    near = cKDTree(targets.position_m).query_ball_point(eyes_m, REACH_M, return_sorted=True)
    places, normals = targets.position_m.T.copy(), targets.normal.T.copy()
    columns = []
    # One candidate after another, axis by axis: its few thousand targets stay in the cache.
    for eye, found in zip(eyes_m, near, strict=True):
        index = np.asarray(found, dtype=np.int64)
        x, y, z = (row.take(index) - at for row, at in zip(places, eye, strict=True))
        distance = np.sqrt(x * x + y * y + z * z)
        facing = sum(-row.take(index) * part for row, part in zip(normals, (x, y, z), strict=True))
        fits = (facing >= targets.cos_limit.take(index) * distance) & (distance > NEAR_M)
        fits &= (z > low * distance) & (z < high * distance)
        fits &= targets.density_px_m.take(index) * distance <= most
        columns.append(index[fits])
    rows = np.repeat(np.arange(len(eyes_m)), [len(index) for index in columns])
    return rows, np.concatenate([*columns, np.zeros(0, dtype=np.int64)])


def _point_merits(mesh: RayMesh, eyes_m: FloatArray, point: InspectionPoint, optics: Optics) -> list[tuple[int, float]]:
    """Candidates that see the whole patch of a point, with a merit that falls with incidence and distance."""
    normal = np.asarray(point.normal)
    offset = np.asarray(point.position_m) - eyes_m
    distance = np.linalg.norm(offset, axis=1)
    cos = -(offset @ normal) / np.maximum(distance, 1e-9)
    most = min(POINT_REACH_M, optics.focal_px * optics.zoom[1] / (1.1 * point.density_px_m))
    sine = offset[:, 2] / np.maximum(distance, 1e-9)
    fits = (cos > MAX_INCIDENCE_COS + 0.03) & (distance > NEAR_M + point.size_m) & (distance < most)
    fits &= (sine > np.sin(optics.tilt_rad[0])) & (sine < np.sin(optics.tilt_rad[1]))
    eyes = np.flatnonzero(fits)
    patch = patch_samples(point)
    # The robot stops 10 cm beside the plan: the patch must be free from there too.
    side = 0.1 * np.array([[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
    origins = (eyes_m[eyes][:, None, None] + side[None, :, None]) + np.zeros_like(patch)[None, None]
    lines = patch[None, None] - origins
    length = np.linalg.norm(lines, axis=-1)
    rays = (lines / length[..., None]).reshape(-1, 3)
    met = mesh.cast(origins.reshape(-1, 3), rays, length.ravel()).distance_m.reshape(length.shape)
    # A patch that stands out (a bearing housing, a flange's bolts) hides a part of itself, yet counts as seen.
    open_ = met > length - patch_depth_m(point)
    sure = np.asarray(open_.all(axis=(1, 2)) & (met[:, 0] > length[:, 0] - 0.02).all(axis=1))
    bare = np.asarray(open_[:, 0].all(axis=1))
    angle = np.clip((cos[eyes] - 0.45) / 0.35, 0.1, 1.0)
    far = np.clip(1.0 - (distance[eyes] - 2.0) / 6.0, 0.3, 1.0)
    merit = angle * far * np.where(sure, 1.0, 0.4)
    return [(int(eye), float(m)) for eye, m, ok in zip(eyes, merit, bare, strict=True) if ok]


def patch_samples(point: InspectionPoint) -> FloatArray:
    """(9, 3) centre and rim of a point's patch, 1.5 cm above the surface."""
    normal, up = np.asarray(point.normal), np.asarray(point.up)
    right = np.cross(up, normal)
    turn = np.arange(8) * np.pi / 4
    rim = point.size_m / 2 * (np.cos(turn)[:, None] * right + np.sin(turn)[:, None] * up)
    return np.asarray(np.asarray(point.position_m) + 0.015 * normal + np.vstack([np.zeros((1, 3)), rim]))


def patch_depth_m(point: InspectionPoint) -> float:
    """How far a patch may stand out before itself and still not hide itself."""
    return 0.03 + 0.45 * point.size_m


def point_shot(point: InspectionPoint, eye_m: FloatArray, optics: Optics) -> Shot:
    """The picture that serves a point from a place: dense enough, with room round the patch for an imperfect aim.

    The zoom aims at up to three times the density asked for, as far as a margin round the patch allows.
    """
    distance = float(np.linalg.norm(np.asarray(point.position_m) - eye_m))
    least = 1.08 * point.density_px_m
    roomy = optics.height_px / (point.size_m + 2 * POINT_MARGIN_M + 0.02 * distance)
    density = max(least, min(roomy, 3.0 * point.density_px_m))
    return Shot(point.position_m, float(optics.zoom_for(density, distance)), point.name, POINT_VALUE_M2)


def pick_shots(
    eye_m: FloatArray,
    seen: IntArray,
    targets: Targets,
    left: FloatArray,
    optics: Optics,
    least_m2: float = MIN_SHOT_M2,
) -> Iterator[Shot]:
    """Pictures from one place that show the most of what is left, best first.

    Args:
        eye_m: (3,) lens.
        seen: targets visible from there.
        targets: all targets.
        left: (n,) weight still to be seen of every target.
        optics: the camera.
        least_m2: pictures that add less are not taken.
    """
    seen = seen[left[seen] > 0]
    if left[seen].sum() < least_m2:
        return
    offset = targets.position_m[seen] - eye_m
    aims, zooms, shows = looks(offset, targets.density_px_m[seen], optics)
    weight = left[seen].astype(np.float32)
    while True:
        gains = shows @ weight
        best = int(np.argmax(gains))
        if gains[best] < least_m2:
            return
        new = (shows[best] > 0) & (weight > 0)
        look_at = place_along(aims[best], offset[new], eye_m)
        point = (float(look_at[0]), float(look_at[1]), float(look_at[2]))
        yield Shot(point, float(zooms[best]), None, float(gains[best]), seen[new])
        weight[new] = 0.0


def place_along(aim: FloatArray, offset_m: FloatArray, eye_m: FloatArray) -> FloatArray:
    """(3,) on an optical axis (3,) from the lens (3,), as far off on average as what it shows, (n, 3) from the lens."""
    return np.asarray(eye_m + aim * float((offset_m @ aim).mean()))


def looks(offset_m: FloatArray, density_px_m: FloatArray, optics: Optics) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Aims (s, 3), zooms (s,) and what they show, (s, n) ones and zeros, of targets (n, 3) relative to the lens."""
    aims, zooms = _aim_choices(offset_m, density_px_m, optics)
    return aims, zooms, optics.in_frame(offset_m, aims, zooms, density_px_m).astype(np.float32)


def _aim_choices(offset_m: FloatArray, density_px_m: FloatArray, optics: Optics) -> tuple[FloatArray, FloatArray]:
    """Aims (s, 3) and zooms (s,): on each zoom step, a half-frame raster over the targets that step resolves."""
    azimuth, elevation = angles(offset_m)
    need = density_px_m * np.linalg.norm(offset_m, axis=1) / optics.focal_px
    half_pan, half_tilt = np.arctan(optics.half_view)
    # A target counts on the widest step that resolves it and on the next.
    step = np.searchsorted(ZOOMS, need)[None] + np.array([[0], [1]])
    which, target = np.nonzero(step < len(ZOOMS))
    step = step[which, target]
    tilt_steps, pan_steps = half_tilt / np.array(ZOOMS), half_pan / np.array(ZOOMS)
    row = np.round(elevation[target] / tilt_steps[step])
    tilt = np.clip(row * tilt_steps[step], *optics.tilt_rad)
    column = np.round(azimuth[target] / (pan_steps[step] / np.cos(tilt)))
    # One number for step, row and column: rows of a matrix are slow to make unique.
    key = np.unique(((step * RASTER + row) * RASTER + column).astype(np.int64))
    row = np.round(key / RASTER)
    column = key - row * RASTER
    step = np.round(row / RASTER).astype(np.int64)
    tilt = np.clip((row - step * RASTER) * tilt_steps[step], *optics.tilt_rad)
    return directions(column * pan_steps[step] / np.cos(tilt), tilt), np.array(ZOOMS)[step]

"""People where nobody should be."""

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.site.zones import contains
from patrolgym.envs.types import BoolArray, FloatArray, IntArray, Zone

from .align import align
from .base import DETECTORS, Detection, Scanner, Surroundings
from .patch import chance_beyond
from .view import View

_STEP_PX, _GLANCE_PX = 2, 4
_FARTHEST_M = 12.0
#: Heights over the ground between which people are looked for.
_BODY_M = (0.15, 2.15)
_TALL_M, _WIDE_M = (1.3, 2.12), (0.1, 1.1)
_LEAST_SEEN_M, _LEAST_PX = 0.5, 25
#: Pieces of bodies nearer to each other than this are one.
_APART_M = 0.4
#: Clothes of the living are this much warmer than the air, yet no warmer than skin (design choice).
_CLOTHES_K, _SKIN_C = 6.0, 33.0
#: Nobody is hotter than this; machines are.
_HOTTEST_C = 42.0
#: How well a person's place is known, metres; whoever stands on the line is not yet inside.
_PLACE_SIGMA_M, _MARGIN_M = 0.13, 0.17
#: A better pose moves nothing that is looked at farther than this.
_SHIFT_M = 1.0


@dataclass(frozen=True, eq=False)
class _Grid:
    """Every second pixel of a view: places (h, w, 3), distances and temperatures (h, w), and the view itself."""

    view: View
    place_m: FloatArray
    distance_m: FloatArray
    thermal_c: FloatArray


class PersonDetector(Scanner):
    """Finds people inside restricted areas; the reading is how far inside, in metres.

    A person is an upright thing of human height and width that was not there before (by the reference's depth, or else
    by the as-built mesh) and all of which is warmer than the air: mannequins, jackets on stands and posters are not,
    and machines are hotter. Workers outside restricted areas are nobody's business.
    """

    name: ClassVar[str] = "person"
    anomaly_class: ClassVar[str] = "intruder"

    def scan(
        self,
        view: View,
        reference: View | None = None,
        surroundings: Surroundings | None = None,
        previous: View | None = None,
    ) -> list[Detection]:
        """People inside the restricted zones of `surroundings`."""
        zones = [zone for zone in surroundings.zones if zone.kind == "restricted"] if surroundings is not None else []
        if surroundings is None or not zones or not _within_sight(view, zones):
            return []
        grid = _grid(align(view, reference).view if reference is not None else view)
        height = grid.place_m[..., 2]
        body = (height > _BODY_M[0]) & (height < _BODY_M[1]) & (grid.distance_m > 0.3) & (grid.distance_m < _FARTHEST_M)
        body &= grid.thermal_c < _HOTTEST_C
        body[body] = _inside(zones, grid.place_m[body][:, :2])
        if body.sum() < _LEAST_PX:
            return []
        known = reference is not None or surroundings.built is not None
        body &= _new(grid, body, reference, surroundings)
        warmth = _Warmth.of(grid)
        warm = body & (grid.thermal_c > warmth.air_c + 0.4 * warmth.clothes_k)
        found = [self._person(grid, mask, body, warmth, zones) for mask in _bodies(grid, warm)]
        return [_weighed(d, 1.0 if known else 0.55) for d in found if d is not None]

    def _person(
        self, grid: _Grid, mask: BoolArray, body: BoolArray, warmth: "_Warmth", zones: list[Zone]
    ) -> Detection | None:
        """The detection that a blob amounts to, None where it has not the shape of a person."""
        cloud = grid.place_m[mask]
        low, high = np.percentile(cloud[:, 2], (2, 98))
        wide = float(np.ptp(np.percentile(cloud[:, :2] @ grid.view.rotation[:2, 0], (4, 96))))
        if not (_TALL_M[0] < high < _TALL_M[1] and _WIDE_M[0] < wide < _WIDE_M[1] and high - low > _LEAST_SEEN_M):
            return None
        # The grid sees the near side of the body: its axis is a hand's breadth behind.
        middle = np.median(cloud, axis=0)
        away = (middle - grid.view.position_m)[:2]
        middle[:2] += 0.1 * away / max(float(np.linalg.norm(away)), 1e-6)
        depth = max(_inside_m(zone, middle) for zone in zones)
        chance = warmth.alive(grid, _whole(grid, mask, body)) * chance_beyond(depth, (-99.0, _MARGIN_M), _PLACE_SIGMA_M)
        if chance < 0.05:
            return None
        rows, columns = np.nonzero(mask)
        left, top, right, bottom = (
            int(v) * _STEP_PX for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        )
        place = (float(middle[0]), float(middle[1]), 0.9)
        label = f"person {max(depth, 0):.1f} m inside"
        return Detection(self.anomaly_class, place, chance, max(depth, 0.0), (left, top, right, bottom), None, label)


def _grid(view: View) -> _Grid:
    start = _STEP_PX // 2
    place = view.cloud(_STEP_PX).astype(float)
    away = place - view.position_m
    distance = np.sqrt(np.einsum("ijk,ijk->ij", away, away))
    return _Grid(view, place, distance, np.asarray(view.thermal_c[start::_STEP_PX, start::_STEP_PX], dtype=float))


@dataclass(frozen=True)
class _Warmth:
    """The temperature of the air in °C, and by how much clothes on a living person are warmer, K."""

    air_c: float
    clothes_k: float

    @classmethod
    def of(cls, grid: _Grid) -> "_Warmth":
        """Most of what a frame shows is near the air's temperature; where it is not, it is mostly warmer."""
        air = float(np.percentile(grid.thermal_c[grid.distance_m > 0], 45))
        return cls(air, max(min(air + _CLOTHES_K, _SKIN_C) - air, 1.0))

    def alive(self, grid: _Grid, mask: BoolArray) -> float:
        """Probability that a body is as warm as clothes on the living; a dummy is so at most where the sun shines."""
        over_k = float(np.percentile(grid.thermal_c[mask], 30)) - self.air_c
        return chance_beyond(over_k, (-99.0, 0.6 * self.clothes_k), 0.2 + 0.1 * self.clothes_k)


def _whole(grid: _Grid, mask: BoolArray, body: BoolArray) -> BoolArray:
    """The blob with whatever else new stands at its place: the cold side of a dummy that the sun warms on one side."""
    rows, columns = np.nonzero(mask)
    whole = np.zeros_like(mask)
    box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    whole[box] = body[box] & (np.abs(grid.distance_m[box] - np.median(grid.distance_m[mask])) < 0.4)
    return whole


def _new(grid: _Grid, asked: BoolArray, reference: View | None, surroundings: Surroundings) -> BoolArray:
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
    if surroundings.built is None:
        return np.ones(shape, dtype=bool)
    around = cv2.dilate(asked.astype(np.uint8), np.ones((5, 5))) > 0
    ways = (grid.place_m[around] - grid.view.position_m) / np.maximum(grid.distance_m[around][:, None], 1e-6)
    expected = np.full(shape, 99.0, dtype=np.float32)
    expected[around] = np.minimum(surroundings.built.cast(grid.view.position_m, ways).distance_m, 99.0)
    return np.asarray(cv2.erode(expected, np.ones((5, 5))) - grid.distance_m > slack)


def _bodies(grid: _Grid, mask: BoolArray) -> list[BoolArray]:
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


def _within_sight(view: View, zones: list[Zone]) -> bool:
    """Whether anything that the view shows may be in one of the zones, were its pose better."""
    places = view.cloud(_GLANCE_PX)[view.depth_m[_GLANCE_PX // 2 :: _GLANCE_PX, _GLANCE_PX // 2 :: _GLANCE_PX] > 0.0]
    return any(len(_near(zone, places[:, :2], _SHIFT_M)) for zone in zones)


def _inside(zones: list[Zone], places_m: FloatArray) -> BoolArray:
    """(n,) which of (n, 2) places are inside one of the zones."""
    inside = np.zeros(len(places_m), dtype=bool)
    for zone in zones:
        near = _near(zone, places_m, 0.0)
        if len(near):
            inside[near] |= contains(zone.polygon_m, places_m[near])
    return inside


def _near(zone: Zone, places_m: FloatArray, margin_m: float) -> IntArray:
    """Indices of (n, 2) places within the zone's upright rectangle and a margin round it."""
    outline = np.asarray(zone.polygon_m, dtype=float)
    (x0, y0), (x1, y1) = outline.min(axis=0) - margin_m, outline.max(axis=0) + margin_m
    x, y = places_m.T
    return np.flatnonzero((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))


def _inside_m(zone: Zone, place_m: FloatArray) -> float:
    """How far inside the zone a place is; negative outside."""
    outline = np.asarray(zone.polygon_m, dtype=np.float32)
    return float(cv2.pointPolygonTest(outline, (float(place_m[0]), float(place_m[1])), True))


def _weighed(detection: Detection, weight: float) -> Detection:
    d = detection
    return Detection(d.anomaly_class, d.position_m, d.confidence * weight, d.reading, d.box_px, d.tag, d.label)


DETECTORS.add(PersonDetector.name, PersonDetector())

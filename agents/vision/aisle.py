"""Things left on walkways and escape routes."""

from collections.abc import Sequence
from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray, InspectionPoint, Zone
from patrolgym.envs.world.raycast import RayMesh

from .areas import inside, inside_m
from .base import DETECTORS, Detection, Scanner, Surroundings
from .patch import chance_beyond
from .people import Grid, Warmth, box_px, built_m, grid_of
from .plane import fit_plane
from .view import View

_AISLES, _LANES = ("walkway", "escape_route"), ("vehicle_lane",)
#: Mats and lines are flatter; nothing that people leave is taller.
_HEIGHT_M, _TOP_M = 0.055, 2.1
_REACH_M = (0.4, 6.0)
_GLANCE_PX, _GLANCE_LEAST_PX = 4, 4
_LEAST_PX, _LEAST_M, _MOST_M = 14, 0.13, 2.5
#: What is built lower than that is floor; the least by which a thing stands before something built.
_BUILT_LOW_M, _BEFORE_M = 0.08, 0.15
#: What lies within the sweep of a hinged door, on a line from the hinge, is its leaf: how far off it may seem to lie.
_LEAF_M, _LEAF_ASIDE_M = 0.15, 0.08
#: It stands on the floor: a helmet, cold on a warm head, does not.
_FOOT_M = 0.4
#: The floor is fitted to what lies this near to z = 0 and is no wall, in rounds that keep what agrees.
_FLOOR_M, _AGREE_M, _LEAST_FLOOR_PX = 0.3, (0.3, 0.1, 0.05), 250
_FLOOR_REACH_M = 7.0
#: Tilts beyond what a pose is wrong by are unlikely.
_HOLD = 25.0
#: No pose is wrong by so much: what was taken for the floor is something else, and nothing tells what stands on it.
_MOST_SLOPE = 0.06
#: How well its place is known; what overlaps the line by less is beside the aisle.
_PLACE_SIGMA_M, _OVERLAP_M = 0.08, 0.12
#: In the frame before it stood there too if the depth agrees this well, the less the farther.
_SAME_M, _SAME_M_M2, _SAME_SHARE = 0.12, 0.012, 0.6
#: People are warm: what has so much of the warmth of clothes is left out.
_ALIVE = 0.5


class AisleDetector(Scanner):
    """Finds things on walkways and escape routes that are not built there; the reading is their greatest extent in m.

    They stand out of the floor (mats, stains and lines do not) where nothing of the as-built mesh does or before it,
    have stood still since the frame before, and are not alive. What stands beside the line, or drives on
    a vehicle lane, is nobody's business, and the leaf of an open guard door is that of another detector.
    """

    name: ClassVar[str] = "aisle"
    anomaly_class: ClassVar[str] = "object_in_aisle"

    def scan(
        self,
        view: View,
        reference: View | None = None,
        surroundings: Surroundings | None = None,
        previous: View | None = None,
    ) -> list[Detection]:
        """Things on the walkways of `surroundings`, whose mesh says what belongs there; a `reference` is not needed."""
        if surroundings is None or surroundings.built is None:
            return []
        aisles = [zone for zone in surroundings.zones if zone.kind in _AISLES]
        lanes = [zone for zone in surroundings.zones if zone.kind in _LANES]
        if not aisles:
            return []
        # Most frames show nothing on an aisle: a coarse look tells that.
        coarse = view.cloud(_GLANCE_PX).astype(float)
        floor = _floor(coarse, view.position_m)
        if np.hypot(*floor[1:]) > _MOST_SLOPE:
            return []
        if _standing(coarse, view, floor, aisles, lanes).sum() < _GLANCE_LEAST_PX:
            return []
        grid = grid_of(view)
        there = _standing(grid.place_m, view, floor, aisles, lanes)
        warmth = Warmth.of(grid)
        there &= grid.thermal_c < warmth.air_c + _ALIVE * warmth.clothes_k
        there &= _left_there(grid, there, surroundings.built)
        height = grid.place_m[..., 2] - _over(floor, grid.place_m)
        things = [mask for mask in _things(there) if not _is_leaf(grid, mask, surroundings.points)]
        found = [self._thing(grid, mask, height, aisles, previous) for mask in things]
        return [detection for detection in found if detection is not None]

    def _thing(
        self,
        grid: Grid,
        mask: BoolArray,
        height: FloatArray,
        aisles: list[Zone],
        previous: View | None,
    ) -> Detection | None:
        """The detection that a blob amounts to."""
        flat = grid.place_m[mask][:, :2]
        extent, across = _extents(flat)
        low, top = (float(v) for v in np.percentile(height[mask], (4, 95)))
        if not _LEAST_M < extent < _MOST_M or low > _FOOT_M:
            return None
        middle = 0.5 * (np.percentile(flat, 3, axis=0) + np.percentile(flat, 97, axis=0))
        deepest = max(inside_m(zone, place) for zone in aisles for place in (middle, *flat[:: max(len(flat) // 24, 1)]))
        chance = chance_beyond(deepest, (-99.0, _OVERLAP_M), _PLACE_SIGMA_M)
        chance *= chance_beyond(top, (-99.0, _HEIGHT_M + 0.03), 0.02) * _stayed(grid, mask, previous)
        if chance < 0.05:
            return None
        # Only its near side is seen; what is wide is mostly as deep as half its width.
        away = middle - grid.view.position_m[:2]
        middle = middle + max(0.25 * extent - 0.5 * across, 0.0) * away / max(float(np.linalg.norm(away)), 1e-6)
        place = (float(middle[0]), float(middle[1]), 0.1)
        return Detection(self.anomaly_class, place, float(chance), extent, box_px(mask), None, f"object {extent:.1f} m")


def _standing(place: FloatArray, view: View, floor: FloatArray, aisles: list[Zone], lanes: list[Zone]) -> BoolArray:
    """(h, w) which of the places (h, w, 3) stand out of the floor on an aisle, and not on a vehicle lane."""
    height = place[..., 2] - _over(floor, place)
    away = place - view.position_m
    square = np.einsum("ijk,ijk->ij", away, away)
    there = (height > _HEIGHT_M) & (height < _TOP_M) & (square > _REACH_M[0] ** 2) & (square < _REACH_M[1] ** 2)
    there[there] = inside(aisles, place[there][:, :2])
    if lanes:
        there[there] = ~inside(lanes, place[there][:, :2])
    return np.asarray(there)


def _is_leaf(grid: Grid, mask: BoolArray, points: Sequence[InspectionPoint]) -> bool:
    """Whether a blob is (a part of) the leaf of a hinged guard door that stands open."""
    flat = grid.place_m[mask][:, :2]
    for door in points:
        if door.quantity == "guard" and door.details["motion"] == "hinged":
            width = float(door.details["width_m"])
            away = flat - (np.asarray(door.position_m) - width * np.cross(door.up, door.normal))[:2]
            middle = np.median(away, axis=0)
            reach = max(float(np.hypot(*middle)), 1e-6)
            aside = np.abs(away @ np.array([-middle[1], middle[0]])) / reach
            if reach < width + _LEAF_M and np.percentile(aside, 90) < _LEAF_ASIDE_M:
                return True
    return False


def _left_there(grid: Grid, there: BoolArray, built: RayMesh) -> BoolArray:
    """(h, w) pixels of the mask where nothing was built but floor, or well before what was built."""
    expected = built_m(grid, there, built)
    rise = (grid.place_m[..., 2] - grid.view.position_m[2]) / np.maximum(grid.distance_m, 1e-6)
    low = np.abs(grid.view.position_m[2] + rise * expected) < _BUILT_LOW_M
    stands = cv2.dilate(((expected < 99.0) & ~low).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    before = cv2.erode(expected, np.ones((5, 5), np.uint8)) - grid.distance_m > _BEFORE_M + 0.03 * grid.distance_m
    return np.asarray(there & (~stands | before))


def _floor(place: FloatArray, eye_m: FloatArray) -> FloatArray:
    """(3,) the floor as a plane z = a + b x + c y: a pose wrong by 1° lifts it by 10 cm at 6 m."""
    away = place - eye_m
    square = np.einsum("ijk,ijk->ij", away, away)
    cloud = place[(np.abs(place[..., 2]) < _FLOOR_M) & (square < _FLOOR_REACH_M**2) & (square > _REACH_M[0] ** 2)]
    fitted = fit_plane(cloud[:, :2] - eye_m[:2], cloud[:, 2], _AGREE_M, _LEAST_FLOOR_PX, _HOLD)
    return np.array([fitted[0] - fitted[1:] @ eye_m[:2], *fitted[1:]])


def _over(plane: FloatArray, places: FloatArray) -> FloatArray:
    return np.asarray(plane[0] + places[..., 0] * plane[1] + places[..., 1] * plane[2])


def _things(there: BoolArray) -> list[BoolArray]:
    """Blobs of the mask, those nearly touching taken together: a pallet shows the floor between its boards."""
    solid = there.astype(np.uint8)
    closed = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    blobs = [np.asarray((labels == k) & there) for k in range(1, len(stats)) if stats[k, cv2.CC_STAT_AREA] >= _LEAST_PX]
    return [blob for blob in blobs if blob.sum() >= _LEAST_PX]


def _extents(flat: FloatArray) -> tuple[float, float]:
    """Greater and lesser side of the rectangle round (n, 2) places, a few strays left out."""
    middle = np.median(flat, axis=0)
    reach = np.linalg.norm(flat - middle, axis=1)
    kept = flat[reach <= np.percentile(reach, 97)]
    _, (width, height), _ = cv2.minAreaRect((kept - middle).astype(np.float32))
    return float(max(width, height)), float(min(width, height))


def _stayed(grid: Grid, mask: BoolArray, previous: View | None) -> float:
    """Chance that a thing stood there already in the frame before; even where that does not show the place."""
    if previous is None:
        return 0.85
    cloud = grid.place_m[mask]
    pixels, depth = previous.project(cloud[:: max(len(cloud) // 200, 1)])
    h, w = previous.depth_m.shape
    column, row = np.round(pixels).astype(int).T
    shown = (column >= 0) & (column < w) & (row >= 0) & (row < h) & (depth > 0.1)
    if shown.sum() < 10:
        return 0.85
    was = previous.depth_m[row[shown], column[shown]]
    same = np.abs(was - depth[shown]) < _SAME_M + _SAME_M_M2 * depth[shown] ** 2
    hidden = (was > 0.0) & (was < depth[shown] - _SAME_M)
    share = float(same.sum()) / max(float((~hidden).sum()), 1.0)
    return 0.97 if share > _SAME_SHARE else 0.2


DETECTORS.add(AisleDetector.name, AisleDetector())

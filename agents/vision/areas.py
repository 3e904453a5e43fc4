"""Marked areas in a picture: what of it lies in them. Shared by detectors."""

from collections.abc import Sequence

import cv2
import numpy as np

from patrolgym.envs.site.zones import contains
from patrolgym.envs.types import BoolArray, FloatArray, IntArray, Zone

from .view import View

_GLANCE_PX = 4
#: A better pose moves nothing that is looked at farther than this.
SHIFT_M = 1.0


def within_sight(view: View, zones: Sequence[Zone]) -> bool:
    """Whether anything that the view shows may be in one of the zones, were its pose better."""
    places = view.cloud(_GLANCE_PX)[view.depth_m[_GLANCE_PX // 2 :: _GLANCE_PX, _GLANCE_PX // 2 :: _GLANCE_PX] > 0.0]
    return any(len(near(zone, places[:, :2], SHIFT_M)) for zone in zones)


def inside(zones: Sequence[Zone], places_m: FloatArray) -> BoolArray:
    """(n,) which of (n, 2) places are inside one of the zones."""
    within = np.zeros(len(places_m), dtype=bool)
    for zone in zones:
        close = near(zone, places_m, 0.0)
        if len(close):
            within[close] |= contains(zone.polygon_m, places_m[close])
    return within


def near(zone: Zone, places_m: FloatArray, margin_m: float) -> IntArray:
    """Indices of (n, 2) places within the zone's upright rectangle and a margin round it."""
    outline = np.asarray(zone.polygon_m, dtype=float)
    (x0, y0), (x1, y1) = outline.min(axis=0) - margin_m, outline.max(axis=0) + margin_m
    x, y = places_m.T
    return np.flatnonzero((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))


def inside_m(zone: Zone, place_m: FloatArray) -> float:
    """How far inside the zone a place is; negative outside."""
    outline = np.asarray(zone.polygon_m, dtype=np.float32)
    return float(cv2.pointPolygonTest(outline, (float(place_m[0]), float(place_m[1])), True))

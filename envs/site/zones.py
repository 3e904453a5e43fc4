"""Zones of the ground: who may enter, and what lies within."""

from collections.abc import Sequence

import numpy as np

from ..types import BoolArray, ExRating, FloatArray, Zone
from .gases import GASES

#: Most dangerous zone that each equipment protection level may enter (IEC 60079-14); without one, none.
LOWEST_ZONE = {"Ga": 0, "Gb": 1, "Gc": 2}
_NO_ZONE = 3


def entry_allowed(zone: Zone, rating: ExRating) -> bool:
    """Whether equipment of `rating` may be in `zone`: level, gas group and temperature class (IEC 60079-14)."""
    if zone.kind != "hazard" or zone.ex_zone is None:
        return True
    if zone.ex_zone < LOWEST_ZONE.get(rating.epl, _NO_ZONE):
        return False
    if zone.gas is None:
        return True
    gas = GASES[zone.gas]
    return rating.group >= gas.group and rating.t_class >= gas.t_class


def contains(polygon_m: Sequence[Sequence[float]], points_m: FloatArray) -> BoolArray:
    """Which of `points_m` (n, 2) lie inside the polygon (k, 2), by the even-odd rule."""
    corners = np.asarray(polygon_m, dtype=float)
    x, y = points_m[:, 0, None], points_m[:, 1, None]
    (ax, ay), (bx, by) = corners.T, np.roll(corners, -1, axis=0).T
    rising = np.where(by == ay, 1.0, by - ay)
    crossed = ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / rising + ax)
    return np.asarray(crossed.sum(axis=1) % 2 == 1)


def distance_m(polygon_m: Sequence[Sequence[float]], points_m: FloatArray) -> FloatArray:
    """Distance of each of `points_m` (n, 2) to the polygon (k, 2); 0 inside."""
    a = np.asarray(polygon_m, dtype=float)
    edge = np.roll(a, -1, axis=0) - a
    offset = points_m[:, None, :] - a
    along = np.clip((offset * edge).sum(axis=2) / (edge * edge).sum(axis=1), 0.0, 1.0)
    nearest = np.linalg.norm(offset - along[..., None] * edge, axis=2).min(axis=1)
    return np.where(contains(polygon_m, points_m), 0.0, nearest)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> tuple[tuple[float, float], ...]:
    """Corners of an upright rectangle, counter-clockwise."""
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))

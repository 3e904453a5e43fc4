"""Places that anomalies share: inspection points of a sort, and draws of severity. Not an anomaly itself."""

from collections.abc import Callable

import numpy as np

from ..site.model import Equipment, Site
from ..types import FloatArray, InspectionPoint, Point, as_point
from .base import Candidate

#: Classes keep this far from each other, those of one class farther: a report within 1 m then means one of them.
APART_M, SAME_CLASS_APART_M = 1.2, 2.0


def at_points(
    site: Site, quantity: str, keep: Callable[[InspectionPoint], bool] = lambda point: True
) -> list[Candidate]:
    """A candidate for every inspection point of `quantity` that `keep` accepts; data is the point."""
    points = (point for point in site.points() if point.quantity == quantity and keep(point))
    return [Candidate(point.tag, point.position_m, point) for point in points]


def point_of(where: Candidate) -> InspectionPoint:
    """The inspection point of a candidate made by `at_points`."""
    if not isinstance(where.data, InspectionPoint):
        raise ValueError(f"the candidate at {where.position_m} is not an inspection point's: {where.data!r}")
    return where.data


def equipment_of(site: Site, where: Candidate) -> Equipment:
    """The equipment that carries a candidate."""
    if where.tag is None or where.tag not in site.equipment:
        raise ValueError(f"the candidate's tag {where.tag!r} is not on the site")
    return site.equipment[where.tag]


def in_front(point: InspectionPoint, distance_m: float) -> Point:
    """A place `distance_m` in front of a point's patch, world frame."""
    return as_point(np.asarray(point.position_m) + distance_m * np.asarray(point.normal), "place in front of a point")


def normal_range(point: InspectionPoint) -> tuple[float, float]:
    """The point's healthy values; a point without is a ValueError."""
    if point.normal_range is None:
        raise ValueError(f"inspection point {point.name!r} has no normal range")
    return point.normal_range


def outside_range(
    point: InspectionPoint, excess: float, limits: tuple[float, float], rng: np.random.Generator
) -> tuple[float, float]:
    """A value that lies `excess` outside the normal range, on a side that has room within `limits`.

    Returns:
        (value, excess): where neither side has room, the excess is cut to what fits on the roomier side.
    """
    low, high = normal_range(point)
    room = {-1: low - limits[0], 1: limits[1] - high}
    sides = [side for side in (-1, 1) if room[side] >= excess] or [max(room, key=lambda side: room[side])]
    side = sides[int(rng.integers(len(sides)))]
    excess = min(excess, room[side])
    return (low - excess if side < 0 else high + excess), excess


def near_limit(point: InspectionPoint, margin: float, limits: tuple[float, float], rng: np.random.Generator) -> float:
    """A healthy value `margin` inside either end of the normal range, as far as that end lies within `limits`."""
    low, high = max(normal_range(point)[0], limits[0]), min(normal_range(point)[1], limits[1])
    return low + margin if rng.random() < 0.5 else high - margin


def unit_towards(direction: FloatArray, rng: np.random.Generator, spread: float) -> Point:
    """A unit vector near `direction` (3,), tilted at random by about `spread` rad."""
    tilted = np.asarray(direction, dtype=float) + spread * rng.standard_normal(3)
    return as_point(tilted / np.linalg.norm(tilted), "direction")

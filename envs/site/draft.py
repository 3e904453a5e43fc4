"""A site being laid out: what is placed, which space it claims, and the final turn into the world frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..types import BoolArray, FloatArray, Point, Zone
from .ground import Rect
from .model import Equipment, Light, Part


def footprint(equipment: Equipment, x_m: float, y_m: float, yaw_rad: float) -> Rect:
    """Upright rectangle (x0, y0, x1, y1) round `equipment` at a yaw that is a multiple of 90 deg."""
    length, width, _ = equipment.params["size_m"]
    if round(yaw_rad / (np.pi / 2)) % 2:
        length, width = width, length
    return (x_m - 0.5 * length, y_m - 0.5 * width, x_m + 0.5 * length, y_m + 0.5 * width)


def grown(rect: Rect, margin_m: float) -> Rect:
    """The rectangle with `margin_m` more on each side."""
    x0, y0, x1, y1 = rect
    return (x0 - margin_m, y0 - margin_m, x1 + margin_m, y1 + margin_m)


@dataclass(frozen=True)
class Route:
    """A way along which things will move.

    Attributes:
        kind: what moves there.
        stops_m: (x, y) of the places it leads through, in order.
        facts: what else the maker of the movers must know; nothing that depends on where the draft lies.
    """

    kind: str
    stops_m: tuple[tuple[float, float], ...]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Draft:
    """A layout in its own frame: x from 0 to `width_m`, y from 0 to `depth_m`.

    Attributes:
        equipment, structure, zones, lights: what the site will hold, in the draft's frame.
        routes: for its movers.
        claims: boxes (x0, y0, z0, x1, y1, z1) that are taken.
        dock: (x, y, yaw).
    """

    width_m: float
    depth_m: float
    equipment: list[Equipment] = field(default_factory=list)
    structure: list[Part] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    lights: list[Light] = field(default_factory=list)
    claims: list[tuple[float, ...]] = field(default_factory=list)
    dock: tuple[float, float, float] = (0.0, 0.0, 0.0)
    routes: list[Route] = field(default_factory=list)

    def fits(self, rect: Rect, height_m: float = 2.5, clearance_m: float = 0.0, from_m: float = 0.0) -> bool:
        """Whether a box over `rect` from `from_m` up to `height_m` stays clear of all claims and within the site."""
        x0, y0, x1, y1 = grown(rect, clearance_m - 1e-6)
        if rect[0] < 0.0 or rect[1] < 0.0 or rect[2] > self.width_m or rect[3] > self.depth_m:
            return False
        taken = np.array(self.claims).reshape(-1, 6)
        apart = (taken[:, 0] >= x1) | (taken[:, 3] <= x0) | (taken[:, 1] >= y1) | (taken[:, 4] <= y0)
        return bool((apart | (taken[:, 2] >= height_m) | (taken[:, 5] <= from_m)).all())

    def claim(self, rect: Rect, height_m: float = 2.5, from_m: float = 0.0) -> None:
        """Take the box over `rect` from `from_m` up to `height_m`."""
        self.claims.append((rect[0], rect[1], from_m, rect[2], rect[3], height_m))

    def place(self, equipment: Equipment, x_m: float, y_m: float, z_m: float, yaw_rad: float) -> None:
        """Set down `equipment` and claim its space."""
        equipment.position_m, equipment.yaw_rad = (float(x_m), float(y_m), float(z_m)), float(yaw_rad)
        self.claim(footprint(equipment, x_m, y_m, yaw_rad), z_m + equipment.params["size_m"][2], z_m)
        self.equipment.append(equipment)

    def try_place(
        self, equipment: Equipment, x_m: float, y_m: float, z_m: float, yaw_rad: float, clearance_m: float = 0.3
    ) -> bool:
        """`place` where it fits with `clearance_m`; says whether it did."""
        rect = footprint(equipment, x_m, y_m, yaw_rad)
        if not self.fits(rect, z_m + equipment.params["size_m"][2], clearance_m, z_m):
            return False
        self.place(equipment, x_m, y_m, z_m, yaw_rad)
        return True

    def adopt(self, other: "Draft", x_m: float, y_m: float) -> None:
        """Take over everything of `other` with its corner at (x, y), except its dock."""
        for e in other.equipment:
            e.position_m = (e.position_m[0] + x_m, e.position_m[1] + y_m, e.position_m[2])
        self.equipment += other.equipment
        self.structure += [part.moved((x_m, y_m, 0.0), 0.0) for part in other.structure]
        for zone in other.zones:
            self.zones.append(replace(zone, polygon_m=tuple((x + x_m, y + y_m) for x, y in zone.polygon_m)))
        for light in other.lights:
            x, y, z = light.position_m
            self.lights.append(replace(light, position_m=(x + x_m, y + y_m, z)))
        for route in other.routes:
            self.routes.append(replace(route, stops_m=tuple((x + x_m, y + y_m) for x, y in route.stops_m)))
        self.claims += [(a + x_m, b + y_m, c, d + x_m, e + y_m, f) for a, b, c, d, e, f in other.claims]

    def turned(self, quarters: int) -> "Draft":
        """The draft turned left by `quarters` x 90 deg and shifted so that it starts at (0, 0) again."""
        turn = Turn(quarters % 4, self.width_m, self.depth_m)
        width, depth = (self.depth_m, self.width_m) if quarters % 2 else (self.width_m, self.depth_m)
        for e in self.equipment:
            x, y = turn.place(*e.position_m[:2])
            e.position_m, e.yaw_rad = (x, y, e.position_m[2]), e.yaw_rad + turn.angle_rad
        x, y = turn.place(*self.dock[:2])
        corners = np.array(self.claims).reshape(-1, 2, 3)
        a, b = (turn.places(corners[:, k, :2]) for k in (0, 1))
        claims = np.column_stack([np.minimum(a, b), corners[:, 0, 2], np.maximum(a, b), corners[:, 1, 2]])
        return Draft(
            width,
            depth,
            self.equipment,
            [part.moved((*turn.shift_m, 0.0), turn.angle_rad) for part in self.structure],
            [replace(z, polygon_m=tuple(turn.place(*corner) for corner in z.polygon_m)) for z in self.zones],
            [replace(light, position_m=turn.point(light.position_m)) for light in self.lights],
            [tuple(claim) for claim in claims.tolist()],
            (x, y, float((self.dock[2] + turn.angle_rad + np.pi) % (2 * np.pi) - np.pi)),
            [replace(r, stops_m=tuple(turn.place(*stop) for stop in r.stops_m)) for r in self.routes],
        )


@dataclass(frozen=True)
class Turn:
    """A turn left by quarters of a site of `width_m` x `depth_m`, so that its corner stays at (0, 0)."""

    quarters: int
    width_m: float
    depth_m: float

    @property
    def angle_rad(self) -> float:
        """The turn's angle."""
        return self.quarters * np.pi / 2

    @property
    def shift_m(self) -> tuple[float, float]:
        """What is added after turning about the origin."""
        return ((0.0, 0.0), (self.depth_m, 0.0), (self.width_m, self.depth_m), (0.0, self.width_m))[self.quarters]

    def places(self, points_m: FloatArray) -> FloatArray:
        """(n, 2) points, turned."""
        c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[self.quarters]
        return np.asarray(points_m @ np.array([[c, s], [-s, c]]) + self.shift_m)

    def place(self, x_m: float, y_m: float) -> tuple[float, float]:
        """One point, turned."""
        x, y = self.places(np.array([[x_m, y_m]]))[0]
        return (float(x), float(y))

    def point(self, point_m: Point) -> Point:
        """A point in space, turned."""
        return (*self.place(point_m[0], point_m[1]), point_m[2])


def overlaps(boxes: Sequence[tuple[float, ...]], tolerance_m: float = 0.005) -> BoolArray:
    """(n, n) which boxes (x0, y0, z0, x1, y1, z1) run into each other by more than `tolerance_m` on all axes."""
    taken = np.array(boxes).reshape(-1, 6)
    low, high = taken[:, None, :3], taken[:, None, 3:]
    depth = np.minimum(high, taken[None, :, 3:]) - np.maximum(low, taken[None, :, :3])
    hit: BoolArray = (depth > tolerance_m).all(axis=2)
    np.fill_diagonal(hit, False)
    return hit

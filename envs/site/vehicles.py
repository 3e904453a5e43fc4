"""Vehicles of a factory: carts that drive by themselves, and car bodies that the line moves on."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ..types import FloatArray, Point
from .car_body import DECK_M, SKID_M, CarShape, skid, whole_body
from .model import Mover, Part
from .shapes import Shape, bend, box, box_between, cylinder, join

#: Size of a cart with its load.
CART_M: Point = (1.5, 0.85, 1.15)
_ACCELERATION_M_S2 = 0.5
_TURN_RADIUS_M = 0.8
_COLOURS: tuple[Point, ...] = ((0.86, 0.66, 0.08), (0.16, 0.34, 0.60), (0.82, 0.83, 0.82), (0.80, 0.36, 0.08))
_LOADS: tuple[tuple[str, Point], ...] = (
    ("plastic", (0.22, 0.34, 0.52)),
    ("cardboard", (0.62, 0.48, 0.32)),
    ("sheet_metal", (0.52, 0.53, 0.54)),
)


@dataclass(frozen=True, eq=False)
class Drive:
    """A way driven again and again: from its first corner to its last with a rest there, and back the same way.

    Attributes:
        path_m: (k, 2) corners; a closed way, whose last corner is its first, is driven round instead.
        speed_m_s: where nothing is near; it speeds up and slows down evenly.
        rest_s: at the ends.
        offset_s: added to the time.
    """

    path_m: FloatArray
    speed_m_s: float
    rest_s: float
    offset_s: float = 0.0

    def __call__(self, time_s: float) -> tuple[float, float, float, float]:
        """(x, y, z, yaw) at `time_s`; backwards it does not turn round."""
        lap = self._travel_s + self.rest_s
        laps, t = divmod(time_s + self.offset_s, lap)
        gone = self._gone_m(min(t, self._travel_s))
        if not self._closed and int(laps) % 2:
            gone = self.length_m - gone
        x, y = (np.interp(gone, self._run, column) for column in self._places.T)
        return (float(x), float(y), 0.0, float(np.interp(gone, self._run, self._yaw)))

    @property
    def length_m(self) -> float:
        """Length of the way with its corners rounded."""
        return float(self._run[-1])

    @cached_property
    def _closed(self) -> bool:
        return bool(np.allclose(self.path_m[0], self.path_m[-1]))

    @cached_property
    def _places(self) -> FloatArray:
        """(n, 2) the way with rounded corners; a closed one starts in the middle of its first side."""
        corners = np.column_stack([self.path_m, np.zeros(len(self.path_m))])
        if self._closed:
            start = 0.5 * (corners[0] + corners[1])
            corners = np.concatenate([[start], corners[1:], [start]])
        return bend(list(corners), _TURN_RADIUS_M, 8)[:, :2]

    @cached_property
    def _run(self) -> FloatArray:
        return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(self._places, axis=0), axis=1))])

    @cached_property
    def _yaw(self) -> FloatArray:
        """(n,) heading, turning evenly from the middle of one piece of the way to that of the next."""
        step = np.diff(self._places, axis=0)
        heading = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
        return np.concatenate([heading[:1], 0.5 * (heading[:-1] + heading[1:]), heading[-1:]])

    @cached_property
    def _travel_s(self) -> float:
        speed, length = self._top_m_s, self.length_m
        return length / speed + speed / _ACCELERATION_M_S2

    @cached_property
    def _top_m_s(self) -> float:
        """Highest speed: a short way ends before the full one is reached."""
        return min(self.speed_m_s, float(np.sqrt(_ACCELERATION_M_S2 * self.length_m)))

    def _gone_m(self, t: float) -> float:
        """Distance after `t` s of travel: even acceleration, even speed, even braking."""
        speed, ramp = self._top_m_s, self._top_m_s / _ACCELERATION_M_S2
        if t < ramp:
            return 0.5 * _ACCELERATION_M_S2 * t * t
        if t <= self._travel_s - ramp:
            return speed * (t - 0.5 * ramp)
        left = self._travel_s - t
        return self.length_m - 0.5 * _ACCELERATION_M_S2 * left * left


def cart(rng: np.random.Generator, drive: Drive, ambient_c: float = 22.0) -> Mover:
    """A solid mover of kind "vehicle": a low driverless cart with a load."""
    colour, load = _COLOURS[int(rng.integers(len(_COLOURS)))], int(rng.integers(len(_LOADS)))
    surface_c = {"motor": ambient_c + 8.0, "body": ambient_c + 1.0}
    return Mover("vehicle", _cart_parts(colour, load), drive, surface_c, 0.0, CART_M[2], size_m=CART_M)


@lru_cache(maxsize=16)
def _cart_parts(colour: Point, load: int) -> tuple[Part, ...]:
    """Chassis, bumpers, scanners, stripes, rack or boxes."""
    long, wide, high = CART_M
    half, side = 0.5 * long, 0.5 * wide
    hull = [box_between((-half + 0.08, -side + 0.02, 0.06), (half - 0.08, side - 0.02, 0.30))]
    black = [box((0.07, wide, 0.10), (sign * (half - 0.035), 0.0, 0.09)) for sign in (-1.0, 1.0)]
    wheels = [
        cylinder((x, y - 0.03, 0.08), (x, y + 0.03, 0.08), 0.08, 12)
        for x in (-0.4, 0.4)
        for y in (-side + 0.06, side - 0.06)
    ]
    corners = ((half - 0.1, side - 0.09), (0.1 - half, 0.09 - side))
    scanners = [cylinder((x, y, 0.14), (x, y, 0.26), 0.075, 14) for x, y in corners]
    deck = [box_between((-half + 0.1, -side + 0.03, 0.30), (half - 0.1, side - 0.03, 0.33))]
    stripes = [
        box((0.1, 0.004, 0.05), (x, y, 0.22)) for x in np.linspace(-0.5, 0.5, 5) for y in (0.019 - side, side - 0.019)
    ]
    lamps = [box((0.02, 0.25, 0.025), (sign * (half - 0.075), 0.0, 0.24)) for sign in (-1.0, 1.0)]
    mast = [cylinder((-half + 0.16, side - 0.1, 0.33), (-half + 0.16, side - 0.1, 0.62), 0.015, 8)]
    button = [cylinder((-half + 0.16, side - 0.1, 0.62), (-half + 0.16, side - 0.1, 0.67), 0.03, 10)]
    cargo = [box_between((x0, -side + 0.06, z0), (x1, side - 0.06, z1)) for x0, x1, z0, z1 in
             ((-0.48, 0.1, 0.33, 0.72), (0.12, 0.62, 0.33, 0.66), (-0.42, 0.08, 0.73, high))]  # fmt: skip
    material, tint = _LOADS[load]
    looks: list[tuple[list[Shape], str, Point | None, str]] = [
        (hull, "paint", colour, "body"),
        ([*black, *wheels, *mast], "rubber", (0.10, 0.10, 0.11), "body"),
        (scanners, "plastic", (0.85, 0.72, 0.10), "motor"),
        (deck, "tread_plate", None, "motor"),
        (stripes, "paint", (0.08, 0.08, 0.09), "body"),
        (lamps, "lamp", (0.75, 0.85, 1.0), "body"),
        (button, "plastic", (0.70, 0.10, 0.08), "body"),
        (cargo, material, tint, "body"),
    ]
    return tuple(join(s).part(m, t, surface, inspectable=False) for s, m, t, surface in looks)


@dataclass(frozen=True, eq=False)
class Indexing:
    """The line's motion: every `takt_s` all bodies move on by one station within `move_s`, then stand.

    Attributes:
        start_m, yaw_rad: first station and the line's direction on the floor.
        stations, pitch_m: how many, how far apart; who has left the last one comes in at the first again.
        number: which body this is.
        offset_s: added to the time.
    """

    start_m: tuple[float, float]
    yaw_rad: float
    stations: int
    pitch_m: float
    number: int
    takt_s: float
    move_s: float
    offset_s: float = 0.0

    def __call__(self, time_s: float) -> tuple[float, float, float, float]:
        """(x, y, z, yaw): the middle of the body, on the floor."""
        turns, t = divmod(time_s + self.offset_s, self.takt_s)
        share = min(t / self.move_s, 1.0)
        # Minimum jerk (Flash and Hogan 1985).
        share = share**3 * (10.0 - 15.0 * share + 6.0 * share**2)
        along = ((self.number + turns) % self.stations + share) * self.pitch_m
        c, s = np.cos(self.yaw_rad), np.sin(self.yaw_rad)
        return (float(self.start_m[0] + c * along), float(self.start_m[1] + s * along), 0.0, self.yaw_rad)


def line_body(car: CarShape, motion: Indexing, ambient_c: float = 22.0) -> Mover:
    """A solid mover of kind "body": a car body on a skid, as the line moves it."""
    size = (4.4 * car.long, 1.8 * car.wide, DECK_M + SKID_M + 1.25 * car.tall)
    return Mover("body", _body_parts(car), motion, {"body": ambient_c}, 0.0, size[2], size_m=size)


@lru_cache(maxsize=8)
def _body_parts(car: CarShape) -> tuple[Part, ...]:
    lift = (0.0, 0.0, DECK_M + SKID_M)
    parts = [shape.moved(lift).part(*look, inspectable=False) for shape, look, _ in whole_body(car)]
    return (*parts, skid().moved(lift).part("paint", (0.20, 0.21, 0.22), inspectable=False))

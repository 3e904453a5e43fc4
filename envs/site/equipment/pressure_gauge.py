"""Pressure gauge on a pipe, and what dial instruments share."""

from typing import Any, ClassVar

import numpy as np

from ...types import InspectionPoint, Point
from .. import artwork
from ..model import Equipment
from ..shapes import X, Z, cylinder, disc, prism, ring
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_gas, draw_paint, point
from .fittings import pipe, post, riser_pipe

#: (lowest, highest, numbered intervals) of common ranges, bar (EN 837-1).
_RANGES_BAR = ((0.0, 4.0, 4), (0.0, 6.0, 6), (0.0, 10.0, 5), (0.0, 16.0, 8), (0.0, 25.0, 5), (0.0, 40.0, 8))


class DialKind(DrawnKind):
    """A round dial with a needle.

    Point "gauge": value `state["reading"]` in `unit`. details: "zero_deg" and "span_deg", the needle's angle at the
    lowest value and its sweep to the highest, clockwise from up; "face_m", the diameter of the face.
    """

    ranges: ClassVar[tuple[tuple[float, float, int], ...]]
    unit: ClassVar[str]
    faces_m: ClassVar[tuple[float, ...]]

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Scale, normal range, face style and mounting."""
        low, high, majors = self.ranges[int(rng.integers(len(self.ranges)))]
        faces = style.get("gauge_faces", artwork.COMMON_FACES)
        start, width = rng.uniform(0.2, 0.45), rng.uniform(0.22, 0.35)
        red = rng.random() < 0.25
        return {
            "scale": (low, high),
            "majors": majors,
            "normal_range": (low + (high - low) * start, low + (high - low) * (start + width)),
            "face": str(faces[int(rng.integers(len(faces)))]),
            "face_m": float(self.faces_m[int(rng.integers(len(self.faces_m)))]),
            "maker": artwork.MAKERS[int(rng.integers(len(artwork.MAKERS)))],
            "height_m": float(rng.uniform(0.95, 1.45)),
            "needle": (0.7, 0.12, 0.1) if red else None,
            "case": ("stainless", "paint_black", "brass")[int(rng.choice(3, p=(0.6, 0.3, 0.1)))],
            "mount": ("loop", "post")[int(rng.integers(2))],
            "paint": draw_paint(rng, style),
            "gas": draw_gas(rng, style),
        }

    def healthy_state(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """A reading inside the middle 80 % of the normal range."""
        low, high = params["normal_range"]
        return {"reading": float(low + (high - low) * rng.uniform(0.1, 0.9))}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The dial."""
        params = equipment.params
        look = artwork.DIALS[params["face"]]
        return [
            point(
                equipment,
                "gauge",
                "gauge",
                self.face_centre(params),
                1.12 * params["face_m"],
                unit=self.unit,
                scale=params["scale"],
                normal_range=params["normal_range"],
                details={"zero_deg": look.zero_deg, "span_deg": look.span_deg, "face_m": params["face_m"]},
            )
        ]

    def values(self, equipment: Equipment) -> dict[str, float]:
        """The reading, held by the stops of the scale."""
        low, high = equipment.params["scale"]
        return {f"{equipment.tag}/gauge": float(np.clip(equipment.state.get("reading", low), low, high))}

    def face_centre(self, params: dict[str, Any]) -> Point:
        """Middle of the face's surface, equipment frame."""
        return (0.0, -self.reach_m(params), params["height_m"])

    def reach_m(self, params: dict[str, Any]) -> float:
        """How far the face stands out in front of the pipe's axis."""
        return 0.03

    def build_dial(self, a: Assembly, equipment: Equipment) -> None:
        """Case, face, needle, bezel, around `face_centre`."""
        params = equipment.params
        x, y, z = self.face_centre(params)
        radius = 0.5 * params["face_m"]
        case = ("paint", (0.08, 0.08, 0.09)) if params["case"] == "paint_black" else params["case"]
        a.add(cylinder((x, y + 0.034, z), (x, y + 0.0005, z), 1.08 * radius), case)
        a.detail(ring((x, y + 0.001, z), (x, y - 0.012, z), 1.005 * radius, 1.1 * radius, 28), case)
        face = artwork.dial(
            params["face"], params["scale"], params["majors"], self.unit, params["normal_range"], params["maker"]
        )
        a.picture(disc((x, y, z), 1.01 * radius, segments=28), face)
        self._add_needle(a, equipment, (x, y - 0.004, z), radius)

    def _add_needle(self, a: Assembly, equipment: Equipment, pivot_m: Point, radius_m: float) -> None:
        look = artwork.DIALS[equipment.params["face"]]
        low, high = equipment.params["scale"]
        share = (self.values(equipment)[f"{equipment.tag}/gauge"] - low) / (high - low)
        ink = equipment.params["needle"] or tuple(c / 255 for c in look.ink)
        outline = np.array(
            [(-0.028, -0.24), (0.028, -0.24), (0.022, 0.0), (0.006, 0.86), (-0.006, 0.86), (-0.022, 0.0)]
        )
        blade = prism(outline * radius_m, pivot_m, X, Z, 0.0015)
        angle = np.radians(look.zero_deg + look.span_deg * share)
        # Clockwise seen from the front is a right-handed turn about +y.
        a.detail(blade.turned((0.0, 1.0, 0.0), float(angle), pivot_m), ("plastic", (ink[0], ink[1], ink[2])))
        x, y, z = pivot_m
        a.detail(
            cylinder((x, y + 0.003, z), (x, y - 0.003, z), 0.07 * radius_m, 10), ("plastic", (ink[0], ink[1], ink[2]))
        )


class PressureGauge(DialKind):
    """Bourdon gauge, bottom connection with a block valve."""

    name = "pressure_gauge"
    prefix = "PI"
    unit = "bar"
    ranges = _RANGES_BAR
    faces_m = (0.1, 0.16)

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Pipe loop or post, impulse line, block valve, gauge, tag."""
        params = equipment.params
        z, radius = params["height_m"], 0.5 * params["face_m"]
        paint = params["paint"]
        below = z - radius - 0.22
        if params["mount"] == "loop":
            riser_pipe(a, 0.7, below, 0.045, paint)
            a.add(cylinder((0, 0, below), (0, 0, below + 0.07), 0.018), paint)
        else:
            post(a, (0, 0.06, 0), z + 0.04, paint)
            pipe(a, [(0, 0, 0), (0, 0, below + 0.07)], 0.011, "stainless")
            a.add(cylinder((0, 0.06, below + 0.1), (0, 0, below + 0.1), 0.012), "galvanised")
        a.add(cylinder((0, 0, below + 0.06), (0, 0, z - radius), 0.009), "stainless")
        a.add(cylinder((0, 0, below + 0.07), (0, 0, below + 0.13), 0.02, 6), "brass")
        a.detail(cylinder((0.0, 0, below + 0.1), (0.06, 0, below + 0.1), 0.006), "stainless")
        a.detail(cylinder((0.055, 0, below + 0.075), (0.055, 0, below + 0.125), 0.008), ("plastic", (0.1, 0.1, 0.1)))
        a.add(cylinder((0, 0, z - radius - 0.03), (0, 0, z - radius), 0.014, 6), "brass")
        self.build_dial(a, equipment)
        self._add_tag(a, params, below)

    def _add_tag(self, a: Assembly, params: dict[str, Any], below: float) -> None:
        if params["mount"] == "loop":
            a.plate((0.0, -0.046, below - 0.01), 0.16)
        else:
            a.detail(cylinder((0, 0.06, below - 0.1), (0, -0.018, below - 0.1), 0.012), "galvanised")
            a.plate((0.0, -0.018, below - 0.1), 0.16)


KINDS.add(PressureGauge.name, PressureGauge())

"""Quarter-turn ball valve with a lever, and what all valves share."""

from typing import Any, ClassVar

import numpy as np

from ...types import InspectionPoint, Point
from ..model import Equipment
from ..shapes import Y, box, cylinder, sphere
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_gas, draw_paint, flange_point, point
from .fittings import flange, pipe, post, riser_pipe

_SLEEVES = ((0.75, 0.62, 0.10), (0.15, 0.30, 0.60), (0.68, 0.12, 0.10), (0.10, 0.10, 0.10), (0.12, 0.42, 0.22))


class ValveKind(DrawnKind):
    """A valve whose position can be seen as an angle.

    Point "position": `state["angle_deg"]`, the angle of the handle or pointer, clockwise from up, seen from the front;
    0..90. `normal_range` is within 10 degrees of details["expected_deg"], where it belongs. details also:
    "limits_deg", the ends of its travel; "open_deg" and "shut_deg".
    """

    open_deg: ClassVar[float] = 90.0

    def draw_common(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Which position it belongs in, its height, pipe and paint."""
        return {
            "expected_deg": (0.0, 90.0)[int(rng.integers(2))],
            "height_m": float(rng.uniform(0.75, 1.1)),
            "pipe_m": (0.038, 0.05, 0.057)[int(rng.integers(3))],
            "paint": draw_paint(rng, style),
            "body_paint": draw_paint(rng, style),
            "gas": draw_gas(rng, style),
        }

    def open_angle(self, params: dict[str, Any]) -> float:
        """The angle at which it is fully open."""
        return self.open_deg

    def healthy_state(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """Within 3 degrees of the expected position."""
        return {"angle_deg": float(np.clip(params["expected_deg"] + rng.normal(0.0, 1.2), -1.0, 91.0))}

    def extremes(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Both ends of the travel."""
        return [{"angle_deg": -3.0}, {"angle_deg": 45.0}, {"angle_deg": 93.0}]

    def position_point(self, equipment: Equipment, centre_m: Point, size_m: float) -> InspectionPoint:
        """The "position" point."""
        params = equipment.params
        expected = params["expected_deg"]
        opened = self.open_angle(params)
        facts = {"expected_deg": expected, "limits_deg": (0.0, 90.0), "open_deg": opened, "shut_deg": 90.0 - opened}
        band = (expected - 10.0, expected + 10.0)
        return point(
            equipment, "position", "valve", centre_m, size_m, unit="deg", scale=(0.0, 90.0), normal_range=band,
            details=facts,
        )  # fmt: skip

    def values(self, equipment: Equipment) -> dict[str, float]:
        """The angle."""
        return {f"{equipment.tag}/position": float(equipment.state.get("angle_deg", 0.0))}


class LeverValve(ValveKind):
    """A flanged ball valve, its stem towards the front; the lever lies along the pipe when open."""

    name = "lever_valve"
    prefix = "HV"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Pipe level or upright, lever length and sleeve colour."""
        params = self.draw_common(rng, style)
        params["level_pipe"] = bool(rng.random() < 0.6)
        params["lever_m"] = float(rng.uniform(0.2, 0.28))
        params["sleeve"] = _SLEEVES[int(rng.integers(len(_SLEEVES)))]
        return params

    def open_angle(self, params: dict[str, Any]) -> float:
        """Along the pipe."""
        return 90.0 if params["level_pipe"] else 0.0

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The lever, and the flange beside it where the line holds gas."""
        params = equipment.params
        z, r = params["height_m"], params["pipe_m"]
        size = 2.3 * params["lever_m"]
        outer = 1.75 * r + 0.012
        at = (-0.14, -outer, z) if params["level_pipe"] else (0.0, -outer, z - 0.14)
        position = self.position_point(equipment, (0.0, -self._lever_y(params), z), size)
        return [position, *flange_point(equipment, "flange", at)]

    def _lever_y(self, params: dict[str, Any]) -> float:
        return float(1.35 * params["pipe_m"] + 0.085)

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Pipe, flanged body, stem, lever."""
        params = equipment.params
        z, r = params["height_m"], params["pipe_m"]
        along = np.array((1.0, 0.0, 0.0) if params["level_pipe"] else (0.0, 0.0, 1.0))
        if params["level_pipe"]:
            riser_pipe(a, 1.1, z, r, params["paint"])
            post(a, (0.3, 0, 0), z - 0.5 * r, "galvanised", 0.025)
            a.plate((0.33, -r, z), 0.16)
        else:
            pipe(a, [(0, 0, 0), (0, 0, z + 0.45), (0, 0.32, z + 0.45), (0, 0.32, 0)], r, params["paint"])
            a.plate((0.0, -r, z - 0.32), 0.16)
        middle = np.array((0.0, 0.0, z))
        for sign in (-0.14, 0.14):
            flange(a, middle + sign * along, along, r, params["body_paint"])
        a.add(cylinder(middle - 0.14 * along, middle + 0.14 * along, 1.15 * r), params["body_paint"])
        a.add(sphere(middle, 1.5 * r, 14), params["body_paint"])
        self._add_lever(a, equipment)

    def _add_lever(self, a: Assembly, equipment: Equipment) -> None:
        params = equipment.params
        z, length, y = params["height_m"], params["lever_m"], -self._lever_y(params)
        pivot = (0.0, y, z)
        a.add(cylinder((0, -1.2 * params["pipe_m"], z), (0, y + 0.004, z), 0.024), params["body_paint"], solid=False)
        a.detail(cylinder((0, y + 0.004, z), (0, y - 0.014, z), 0.014, 6), "galvanised")
        angle = float(np.radians(self.values(equipment)[f"{equipment.tag}/position"]))
        blade = box((0.03, 0.006, length + 0.02), (0, y, z + 0.5 * length - 0.01))
        sleeve = box((0.036, 0.014, 0.6 * length), (0, y, z + 0.7 * length))
        a.detail(blade.turned(Y, angle, pivot), "galvanised")
        a.detail(sleeve.turned(Y, angle, pivot), ("plastic", params["sleeve"]))


KINDS.add(LeverValve.name, LeverValve())

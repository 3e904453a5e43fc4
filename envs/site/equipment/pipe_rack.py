"""Pipe rack: steel frames with pipes and flanges."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..model import Equipment
from ..shapes import X, box, ring
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_gas, draw_paint, flange_point, point
from .fittings import flange, pipe


class PipeRack(DrawnKind):
    """Two or three frames carrying a row of pipes overhead and one at reachable height, each ending in the ground.

    Points: "line" (surface, the front pipe) and, where it holds gas, "flange_0" and "flange_1" on that pipe.
    """

    name = "pipe_rack"
    prefix = "PR"

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Length, heights, pipes."""
        radii = (0.045, 0.057, 0.07, 0.084)
        return {
            "length_m": float(rng.uniform(2.8, 4.0)),
            "width_m": float(rng.uniform(0.9, 1.2)),
            "top_m": float(rng.uniform(2.2, 2.7)),
            "low_m": float(rng.uniform(0.7, 1.0)),
            "steel": draw_paint(rng, style) if rng.random() < 0.6 else "galvanised",
            "top_pipes": [(radii[int(rng.integers(4))], self._coat(rng, style)) for _ in range(3)],
            "low_pipes": [(radii[int(rng.integers(2, 4))], self._coat(rng, style)) for _ in range(2)],
            "gas": draw_gas(rng, style),
        }

    def _coat(self, rng: np.random.Generator, style: dict[str, Any]) -> Any:
        kind = rng.random()
        if kind < 0.2:
            return "lagging"
        return "rusted_steel" if kind < 0.3 else draw_paint(rng, style)

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The front pipe and its flanges."""
        params = equipment.params
        radius = params["low_pipes"][0][0]
        y, z = self._front(params), self._low_z(params, radius)
        outer = 1.75 * radius + 0.012
        found = [point(equipment, "line", "surface", (0.1 * params["length_m"], y - radius, z), 0.4)]
        for k, x in enumerate(self._flanges(params)):
            found += flange_point(equipment, f"flange_{k}", (x, y - outer, z))
        return found

    def _front(self, params: dict[str, Any]) -> float:
        return float(-0.5 * params["width_m"] + 0.2)

    def _low_z(self, params: dict[str, Any], radius: float) -> float:
        return float(params["low_m"] + 0.05 + radius)

    def _flanges(self, params: dict[str, Any]) -> tuple[float, float]:
        return (-0.22 * params["length_m"], 0.25 * params["length_m"])

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Frames, then pipes."""
        params = equipment.params
        half = 0.5 * params["length_m"]
        frames = np.linspace(-half + 0.35, half - 0.35, 3 if params["length_m"] > 3.4 else 2)
        for x in frames:
            self._add_frame(a, params, float(x))
        steel, width, top = params["steel"], params["width_m"], params["top_m"]
        for y in (-0.5 * width, 0.5 * width):
            a.add(box((frames[-1] - frames[0], 0.06, 0.1), (0, y, top - 0.2)), steel)
        for k, (radius, coat) in enumerate(params["top_pipes"]):
            y = (k - 1) * 0.3 * width
            self._add_line(a, y, top + 0.06 + radius, half + 0.12 * k, radius, coat)
        for k, (radius, coat) in enumerate(params["low_pipes"]):
            y = self._front(params) + 0.38 * k
            self._add_line(a, y, self._low_z(params, radius), half, radius, coat)
        radius, coat = params["low_pipes"][0]
        for x in self._flanges(params):
            flange(a, (x, self._front(params), self._low_z(params, radius)), X, radius, self._bare(coat))
        radius, coat = params["top_pipes"][0]
        flange(a, (0.1 * half, -0.3 * width, top + 0.06 + radius), X, radius, self._bare(coat))
        a.plate((frames[0], -0.5 * width - 0.061, 1.45), 0.24)

    def _bare(self, coat: Any) -> Any:
        return "steel" if coat == "lagging" else coat

    def _add_line(self, a: Assembly, y: float, z: float, half: float, radius: float, coat: Any) -> None:
        pipe(a, [(-half, y, 0), (-half, y, z), (half, y, z), (half, y, 0)], radius, coat, "line")
        if coat == "lagging":
            for x in np.arange(-half + 0.5, half - 0.4, 0.6):
                band = ring((x - 0.01, y, z), (x + 0.01, y, z), radius - 0.005, radius + 0.003)
                a.detail(band, "stainless", "line")

    def _add_frame(self, a: Assembly, params: dict[str, Any], x: float) -> None:
        steel, width, top = params["steel"], params["width_m"], params["top_m"]
        for y in (-0.5 * width, 0.5 * width):
            for dy in (-0.055, 0.055):
                a.add(box((0.12, 0.01, top), (x, y + dy, 0.5 * top)), steel)
            a.add(box((0.01, 0.1, top), (x, y, 0.5 * top)), steel)
            a.add(box((0.26, 0.24, 0.02), (x, y, 0.01)), steel)
        for z in (top, params["low_m"]):
            for dz in (-0.045, 0.045):
                a.add(box((0.1, width, 0.01), (x, 0, z + dz)), steel)
            a.add(box((0.01, width, 0.1), (x, 0, z)), steel)


KINDS.add(PipeRack.name, PipeRack())

"""Bimetal thermometer in a thermowell on a pipe."""

from typing import Any

import numpy as np

from ..model import Equipment
from ..shapes import cylinder
from .base import KINDS
from .drawn import Assembly
from .fittings import pipe, post, riser_pipe
from .pressure_gauge import DialKind


class TemperatureDial(DialKind):
    """A dial on a back-connected stem that sticks into a pipe. See `DialKind` for the point."""

    name = "temperature_dial"
    prefix = "TI"
    unit = "C"
    ranges = ((0.0, 120.0, 6), (0.0, 160.0, 8), (-20.0, 60.0, 4), (0.0, 100.0, 5), (-40.0, 40.0, 8), (0.0, 250.0, 5))
    faces_m = (0.1, 0.125)

    def reach_m(self, params: dict[str, Any]) -> float:
        """The stem holds the face well in front of the pipe."""
        return 0.2

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """The pipe is as warm as its fluid, within what lagging lets through."""
        return {"pipe": float(rng.uniform(0.0, 12.0))}

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """A pipe loop or a riser, the thermowell, the dial and its tag."""
        params = equipment.params
        z, paint = params["height_m"], params["paint"]
        if params["mount"] == "loop":
            riser_pipe(a, 0.8, z, 0.057, paint, surface="pipe")
            post(a, (0.18, 0, 0), z - 0.05, "galvanised", 0.025)
            a.plate((0.22, -0.057, z), 0.16)
        else:
            pipe(a, [(0, 0, 0), (0, 0, z + 0.25), (0, 0.3, z + 0.25), (0, 0.3, 0)], 0.057, paint, "pipe")
            a.plate((0, -0.057, z - 0.2), 0.16)
        _, y, _ = self.face_centre(params)
        a.add(cylinder((0, -0.04, z), (0, -0.1, z), 0.022), "stainless", "pipe")
        a.add(cylinder((0, -0.1, z), (0, -0.125, z), 0.017, 6), "stainless")
        a.add(cylinder((0, -0.1, z), (0, y + 0.03, z), 0.008), "stainless")
        self.build_dial(a, equipment)


KINDS.add(TemperatureDial.name, TemperatureDial())

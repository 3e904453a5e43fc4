"""Fixed part of a six-axis spot-welding robot: pedestal, base casting, drive of its first axis."""

from typing import Any

import numpy as np

from ...types import InspectionPoint
from ..instruments import Instrument, ammeter, thermometer
from ..materials import MATERIALS
from ..model import Equipment
from ..robot_arm import ArmSizes, draw_arm
from ..shapes import Z, bend, box, box_between, cone, cylinder, revolve, tube
from .base import KINDS
from .drawn import Assembly, DrawnKind, point
from .fittings import bolt_circle

#: Highest surface temperature of a drive in service, °C.
_LIMIT_C = 80.0


class WeldingRobot(DrawnKind):
    """The base on which the arm turns; params["arm"] (`ArmSizes`) is the arm, moved by `robot_arm.arm`.

    Points: "drive_1", "drive_2": the drives of axis 1 and 2, in the base. details: "axis";
    "nominal_current_a" and "nominal_rise_k" (over ambient) in normal work; "surface"; "emissivity".
    """

    name = "welding_robot"
    prefix = "R"
    centred = False

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """The arm with its paint; the drives' currents."""
        arm = draw_arm(rng, style)
        return {
            "arm": arm,
            "paint": ("paint", arm.tint),
            "riser_m": arm.riser_m,
            "nominal_current_a": tuple(float(v) for v in rng.uniform((6.0, 8.0), (9.0, 13.0))),
            "nominal_rise_k": tuple(float(v) for v in rng.uniform(20.0, 32.0, 2)),
        }

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Drives within 10 % of their nominal rise."""
        first, second = (rise * float(rng.uniform(0.9, 1.1)) for rise in params["nominal_rise_k"])
        return {"drive_1": first, "drive_2": second}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The motor housings of the first two axes."""
        params = equipment.params
        z, emissivity = params["riser_m"], MATERIALS[params["paint"][0]].emissivity
        places = ((-0.17, -0.47, z + 0.2), (0.17, -0.47, z + 0.2))
        return [
            point(equipment, f"drive_{k + 1}", "drive", at, 0.18, unit="A", normal_range=(0.0, 1.2 * amps),
                  details={"axis": k + 1, "nominal_current_a": amps, "nominal_rise_k": rise,
                           "surface": f"drive_{k + 1}", "emissivity": emissivity})
            for k, (at, amps, rise) in enumerate(
                zip(places, params["nominal_current_a"], params["nominal_rise_k"], strict=True)
            )
        ]  # fmt: skip

    def values(self, equipment: Equipment) -> dict[str, float]:
        """Current of each drive in A."""
        state, amps = equipment.state, equipment.params["nominal_current_a"]
        return {f"{equipment.tag}/drive_{k}": amps[k - 1] * state.get(f"drive_{k}_current", 1.0) for k in (1, 2)}

    def instruments(self, equipment: Equipment) -> tuple[Instrument, ...]:
        """Temperature and current of each drive."""
        found: list[Instrument] = []
        for p, amps in zip(self.points(equipment), equipment.params["nominal_current_a"], strict=True):
            name = p.name.partition("/")[2]
            found.append(thermometer(equipment, name, name, p.position_m, _LIMIT_C))
            found.append(ammeter(equipment, name, p.position_m, amps, 12.0))
        return tuple(found)

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Riser, base casting, drive housings, connection panel."""
        params = equipment.params
        arm: ArmSizes = params["arm"]
        z, paint = params["riser_m"], params["paint"]
        grey = ("paint", (0.24, 0.25, 0.26))
        a.add(box((1.0, 1.0, 0.03), (0, 0, 0.015)), grey)
        a.add(box((0.66, 0.66, z - 0.06), (0, 0, 0.5 * z)), grey)
        a.add(box((0.86, 0.86, 0.03), (0, 0, z - 0.015)), grey)
        a.detail(bolt_circle((0, 0, z), Z, 0.52, 0.016, 0.05, 8), "galvanised")
        a.add(box_between((-0.38, -0.34, z), (0.38, 0.34, z + 0.07)), paint)
        a.add(cone((0, 0, z + 0.07), (0, 0, z + 0.26), 0.36, 0.29, 24), paint)
        top = arm.turntable_m
        flange = [(0.0, 0.26), (0.33, 0.26), (0.33, top - z - 0.01), (0.0, top - z - 0.01)]
        a.add(revolve(flange, (0, 0, z), Z, 24), paint)
        for k, x in enumerate((-0.17, 0.17)):
            surface = f"drive_{k + 1}"
            a.add(box_between((x - 0.12, -0.4, z + 0.07), (x + 0.12, -0.2, z + 0.33)), paint, surface)
            a.add(cylinder((x, -0.4, z + 0.2), (x, -0.47, z + 0.2), 0.085, 16), ("paint", (0.12, 0.12, 0.13)), surface)
            a.detail(bolt_circle((x, -0.4, z + 0.2), (0.0, 1.0, 0.0), 0.105, 0.008, 0.02, 4), "galvanised", surface)
            plug = (x + 0.05, -0.43, z + 0.28)
            a.detail(cylinder(plug, (plug[0], plug[1], plug[2] + 0.06), 0.018, 8), "stainless", surface)
        a.add(box_between((-0.56, -0.2, z + 0.06), (-0.36, 0.2, z + 0.24)), grey)
        for y in (-0.12, 0.0, 0.12):
            hose = bend([(-0.56, y, z + 0.15), (-0.75, y, z + 0.15), (-0.75, y, 0.03), (-1.0, y, 0.03)], 0.1)
            a.detail(tube(hose, 0.022), ("rubber", (0.10, 0.10, 0.11)))
        a.plate((0.0, -0.33, 0.5 * z), 0.24)


KINDS.add(WeldingRobot.name, WeldingRobot())

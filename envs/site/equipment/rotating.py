"""What rotating machines share: their rotor, the points on their motors and bearings, their instruments."""

from typing import Any, ClassVar

import numpy as np

from ...types import InspectionPoint
from ..instruments import Instrument, ammeter, thermometer, vibration_transmitter
from ..materials import MATERIALS
from ..model import Equipment
from ..rotor import RotorPlate, draw_plate, healthy_rotor
from ..shapes import FRONT, Vector
from .drawn import DrawnKind, Paint, point

#: Highest surface temperature of a motor's frame in service, °C: 25 K under what class F allows the winding.
MOTOR_LIMIT_C = 130.0


class RotatingKind(DrawnKind):
    """A machine with a motor and one shaft.

    params["rotor"] is its `RotorPlate`, state["rotor"] how it runs; points are called "motor" and "vibration…".
    """

    poles: ClassVar[tuple[int, ...]] = (4,)
    vanes: ClassVar[tuple[int, ...]] = (0,)
    flexible: ClassVar[bool] = False
    gear: ClassVar[float] = 1.0
    amps: ClassVar[tuple[float, float]] = (6.0, 20.0)

    def sample(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Also the rotor's plate and the motor's nominal current."""
        params = super().sample(rng, style)
        poles, vanes = (values[int(rng.integers(len(values)))] for values in (self.poles, self.vanes))
        params["rotor"] = draw_plate(rng, poles, vanes, self.flexible, self.gear)
        params["nominal_current_a"] = round(float(rng.uniform(*self.amps)), 1)
        return params

    def healthy_state(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """A sound rotor."""
        return {**super().healthy_state(params, rng), "rotor": healthy_rotor(rng, params["rotor"])}

    def values(self, equipment: Equipment) -> dict[str, float]:
        """mm/s at the point beside the bearing."""
        rotor = equipment.state.get("rotor")
        return {} if rotor is None else {f"{equipment.tag}/vibration": rotor.overall_mm_s}

    def instruments(self, equipment: Equipment) -> tuple[Instrument, ...]:
        """Temperature and current of the motor, vibration of the bearing."""
        at = {p.name.partition("/")[2]: p.position_m for p in self.points(equipment)}
        params = equipment.params
        return (
            thermometer(equipment, "motor", "motor", at["motor"], MOTOR_LIMIT_C),
            ammeter(equipment, "motor", at["motor"], params["nominal_current_a"], 25.0),
            vibration_transmitter(equipment, "vibration", at["vibration"], params["rotor"].zones_mm_s[1]),
        )


def motor_heat(rng: np.random.Generator) -> dict[str, float]:
    """K over ambient of a healthy `fittings.motor`: frame 20-45, the rest follows."""
    frame = float(rng.uniform(20.0, 45.0))
    return {"motor": frame, "cowl": 0.4 * frame, "terminal_box": 0.5 * frame}


def motor_point(
    equipment: Equipment, position_m: Vector, size_m: float, paint: Paint, normal: Vector = FRONT
) -> InspectionPoint:
    """The "motor" point: °C of the frame. details: "surface" in `delta_k`; "emissivity" of its paint."""
    return point(
        equipment,
        "motor",
        "motor",
        position_m,
        size_m,
        normal,
        unit="°C",
        normal_range=(-20.0, MOTOR_LIMIT_C),
        details={"surface": "motor", "emissivity": MATERIALS[paint[0]].emissivity},
    )


def vibration_point(
    equipment: Equipment, name: str, position_m: Vector, size_m: float, surface: str, normal: Vector = FRONT
) -> InspectionPoint:
    """A point on a bearing's housing: mm/s RMS. details: those of `RotorPlate`."""
    plate: RotorPlate = equipment.params["rotor"]
    return point(
        equipment,
        name,
        "vibration",
        position_m,
        size_m,
        normal,
        unit="mm/s",
        normal_range=(0.0, plate.zones_mm_s[1]),
        details=plate.details(surface),
    )

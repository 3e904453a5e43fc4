"""What every kind of equipment provides. One kind a file in this package; importing the file registers it."""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from ...registry import Registry
from ...types import InspectionPoint, Point
from ..instruments import Instrument
from ..model import Equipment, Part

KINDS: "Registry[EquipmentKind]" = Registry("equipment kind", "patrolgym.envs.site.equipment")


class EquipmentKind(ABC):
    """A kind of equipment: how it is drawn, what it looks like in a state, and what must be inspected on it.

    The equipment frame has its origin on the ground at the middle of the footprint, x along the machine, z up;
    its front (the side to look at) faces -y unless the kind says otherwise.
    """

    name: ClassVar[str]
    prefix: ClassVar[str]

    @abstractmethod
    def sample(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Draw the fixed params; must include "size_m": (length, width, height) of the bounding box."""

    def healthy_state(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """Draw the state of a healthy one (reading, angle, level)."""
        return {}

    def healthy_heat(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        """Surface name -> K over ambient of a healthy one in service; surfaces not named are at ambient."""
        return {}

    @abstractmethod
    def parts(self, equipment: Equipment) -> list[Part]:
        """Meshes in the equipment frame in its present state."""

    @abstractmethod
    def points(self, equipment: Equipment) -> list[InspectionPoint]:
        """Inspection points in the equipment frame, independent of `state`."""

    def values(self, equipment: Equipment) -> dict[str, float]:
        """Ground truth: inspection point name -> true value in the point's unit, where the point has one."""
        return {}

    def instruments(self, equipment: Equipment) -> tuple[Instrument, ...]:
        """Transmitters on it, in the equipment frame, with the values of its present state."""
        return ()

    def make(
        self,
        tag: str,
        position_m: tuple[float, float, float],
        yaw_rad: float,
        rng: np.random.Generator,
        style: dict[str, Any],
    ) -> Equipment:
        """A healthy one of this kind."""
        params = self.sample(rng, style)
        state = self.healthy_state(params, rng)
        return Equipment(self.name, tag, position_m, yaw_rad, params, state, self.healthy_heat(params, rng))

    def points_in_world(self, equipment: Equipment) -> list[InspectionPoint]:
        """Inspection points moved to the world frame."""
        yaw = equipment.yaw_rad
        return [
            replace(
                point,
                position_m=self.placed(equipment, point.position_m),
                normal=_turned(point.normal, yaw),
                up=_turned(point.up, yaw),
            )
            for point in self.points(equipment)
        ]

    def placed(self, equipment: Equipment, position_m: Point) -> Point:
        """A place of the equipment frame in the world."""
        px, py, pz = _turned(position_m, equipment.yaw_rad)
        x, y, z = equipment.position_m
        return (px + x, py + y, pz + z)


def _turned(v: Point, yaw_rad: float) -> Point:
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    return (float(c * v[0] - s * v[1]), float(s * v[0] + c * v[1]), v[2])

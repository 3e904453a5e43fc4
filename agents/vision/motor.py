"""Motors too hot for the insulation of their windings."""

from typing import ClassVar

from .base import DETECTORS
from .bearing import BearingDetector


class MotorDetector(BearingDetector):
    """Reads the temperature of a motor's frame in °C, as `BearingDetector` does a bearing's."""

    name: ClassVar[str] = "motor"
    quantity: ClassVar[str] = "motor"
    anomaly_class: ClassVar[str] = "hot_motor"


DETECTORS.add(MotorDetector.name, MotorDetector())

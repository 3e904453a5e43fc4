"""Coolant that has run out onto the floor."""

from typing import ClassVar

from .base import DETECTORS
from .spill import SpillDetector


class CoolantDetector(SpillDetector):
    """Finds coolant on the floor as `SpillDetector` finds any liquid: by what changed since the reference, in m²."""

    name: ClassVar[str] = "coolant"
    anomaly_class: ClassVar[str] = "coolant_leak"


DETECTORS.add(CoolantDetector.name, CoolantDetector())

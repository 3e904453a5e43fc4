"""Coolant that has run out of a machine onto the floor."""

from .base import ANOMALIES
from .liquid_spill import LiquidSpill


class CoolantLeak(LiquidSpill):
    """Severity and reading: area in m²; from 0.05 it is a leak.

    Emulsion, milky when fresh and brown with tramp oil when old, that runs out warmer than the floor. Look-alikes as of
    a spill: a patch still wet from the mop (cooler), water, a dry stain.
    """

    name = "coolant_leak"
    limit = "0.05 m² of coolant on the floor"
    scenarios = ("car-factory",)
    wet = ("sump",)
    liquids = (
        (0.62, 0.64, 0.60),
        (0.46, 0.52, 0.48),
        (0.38, 0.46, 0.52),
        (0.30, 0.36, 0.24),
        (0.30, 0.23, 0.14),
        (0.13, 0.11, 0.09),
    )


ANOMALIES.add(CoolantLeak.name, CoolantLeak())

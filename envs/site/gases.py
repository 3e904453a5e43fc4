"""Gases of the catalogue: explosive limits, groups, alarms, buoyancy. Figures: IEC 60079-20-1."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gas:
    """One gas.

    Attributes:
        lel_percent: lower explosive limit, % by volume.
        group, t_class: IEC 60079-20-1 gas group and temperature class.
        alarm_ppm: (low, high) alarm.
        relative_density: to air; below 1 it rises.
        molar_mass_g: g/mol.
    """

    name: str
    lel_percent: float
    group: str
    t_class: str
    alarm_ppm: tuple[float, float]
    relative_density: float
    molar_mass_g: float

    @property
    def lel_ppm(self) -> float:
        """Lower explosive limit in ppm by volume."""
        return self.lel_percent * 1e4


GASES = {
    gas.name: gas
    for gas in (
        Gas("CH4", 5.0, "IIA", "T1", (5_000.0, 10_000.0), 0.55, 16.04),
        Gas("C3H8", 2.1, "IIA", "T2", (2_100.0, 4_200.0), 1.52, 44.10),
        Gas("H2", 4.0, "IIC", "T1", (4_000.0, 8_000.0), 0.07, 2.02),
        Gas("H2S", 4.0, "IIB", "T3", (10.0, 20.0), 1.18, 34.08),
        Gas("NH3", 15.0, "IIA", "T1", (25.0, 50.0), 0.59, 17.03),
    )
}

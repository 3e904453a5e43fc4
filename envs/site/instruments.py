"""Fixed instruments of machines, which a modern factory streams by radio."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..checks import one_of
from ..types import Point
from .model import Equipment, Site


@dataclass(frozen=True)
class Quantity:
    """What a sort of instrument measures.

    Attributes:
        unit: of its values.
        noise: deviation of one reading, absolute, and as a share of the value.
        drift: how far a drifting one ends up off, absolute, and as a share of the value.
    """

    unit: str
    noise: tuple[float, float]
    drift: tuple[float, float]


#: Sorts of instruments (errors: usual classes of Pt100, MEMS vibration, current and pressure transmitters).
QUANTITIES: Mapping[str, Quantity] = {
    "temperature": Quantity("°C", (0.6, 0.0), (18.0, 0.0)),
    "vibration": Quantity("mm/s", (0.05, 0.06), (0.8, 0.2)),
    "current": Quantity("A", (0.05, 0.025), (0.0, 0.3)),
    "pressure": Quantity("bar", (0.03, 0.004), (0.8, 0.0)),
    "humidity": Quantity("%", (1.0, 0.0), (15.0, 0.0)),
}


@dataclass(frozen=True)
class Instrument:
    """One transmitter.

    Attributes:
        name: unique on a site, such as "R-101/axis 2/current".
        tag: the equipment it belongs to.
        quantity: a name of `QUANTITIES`.
        position_m: of its radio; in the equipment frame as a kind gives it, in the world as `site_instruments` does.
        value: true mean value in the quantity's unit. A kind gives temperatures in K over ambient.
        normal_range: (low, high) of a healthy machine, or None.
        point: inspection point it concerns, or None.
        swing, period_s: share by which the value goes up and down with the machine's cycle, and how long that takes.
    """

    name: str
    tag: str
    quantity: str
    position_m: Point
    value: float
    normal_range: tuple[float, float] | None = None
    point: str | None = None
    swing: float = 0.0
    period_s: float = 10.0

    def __post_init__(self) -> None:
        one_of("quantity", self.quantity, QUANTITIES)


def thermometer(
    equipment: Equipment, name: str, surface: str, position_m: Point, limit_c: float | None = None
) -> Instrument:
    """A temperature transmitter on a thermal surface; "TAG/`name`" is also the inspection point it concerns."""
    rise = float(equipment.delta_k.get(surface, 0.0))
    limits = None if limit_c is None else (-20.0, limit_c)
    point = f"{equipment.tag}/{name}"
    return Instrument(f"{point}/temperature", equipment.tag, "temperature", position_m, rise, limits, point)


def vibration_transmitter(equipment: Equipment, name: str, position_m: Point, alarm_mm_s: float) -> Instrument:
    """The overall velocity of state["rotor"] as a transmitter on its bearing gives it."""
    overall = float(equipment.state["rotor"].overall_mm_s)
    point = f"{equipment.tag}/{name}"
    return Instrument(
        f"{point}/vibration", equipment.tag, "vibration", position_m, overall, (0.0, alarm_mm_s), point, 0.04, 7.0
    )


def ammeter(equipment: Equipment, name: str, position_m: Point, nominal_a: float, period_s: float) -> Instrument:
    """Motor current, RMS over a second; it swings with the machine's cycle. Alarm from 20 % over nominal.

    state["`name`_current"] is its share of `nominal_a`, 1 if it is not there; friction raises it. The transmitter is
    off by the share state["`name`_current_error"].
    """
    point = f"{equipment.tag}/{name}"
    share = float(equipment.state.get(f"{name}_current", 1.0))
    value = nominal_a * share * (1.0 + float(equipment.state.get(f"{name}_current_error", 0.0)))
    limits = (0.0, 1.2 * nominal_a)
    return Instrument(f"{point}/current", equipment.tag, "current", position_m, value, limits, point, 0.12, period_s)


def site_instruments(site: Site) -> tuple[Instrument, ...]:
    """All instruments of a site in the order of its equipment; positions in the world, temperatures in °C."""
    from .equipment.base import KINDS

    found = []
    for equipment in site.equipment.values():
        kind = KINDS[equipment.kind]
        for instrument in kind.instruments(equipment):
            value = instrument.value + (site.weather.ambient_c if instrument.quantity == "temperature" else 0.0)
            found.append(replace(instrument, position_m=kind.placed(equipment, instrument.position_m), value=value))
    return tuple(found)

"""Figures and names as people read them."""

from patrolgym.envs.types import Point

#: Counts and times of `safety`: what one of them is called, and what it means.
SAFETY = {
    "falls": ("Fall", "the robot lay on the ground"),
    "collisions": ("Bump", "something other than a foot touched the plant"),
    "zone_violations": ("Forbidden zone", "the robot stood in a zone that its rating does not allow"),
    "near_misses": ("Near miss", "a person was less than 1 m away"),
    "mover_contacts": ("Hit", "the robot touched a person or something that moves"),
    "gas_exposure_s": ("Gas", "more than 25 % of the lower explosive limit at the robot"),
}

_SENSORS = {
    "rgb": "colour camera",
    "thermal": "heat camera",
    "tdlas": "laser gas absorption",
    "gas": "gas cells",
    "ultrasound": "ultrasound",
}


def sensor(name: str) -> str:
    """What a sensor of the registry is called."""
    return _SENSORS.get(name, plain(name))


def plain(name: str) -> str:
    """A name of the registries in words: "hot_bearing" is "hot bearing"."""
    return name.replace("_", " ").replace("-", " ")


def title(name: str) -> str:
    """The same with a capital."""
    words = plain(name)
    return words[:1].upper() + words[1:]


def clock(time_s: float) -> str:
    """Minutes and seconds: 83.2 is "1:23"."""
    minutes, seconds = divmod(int(time_s + 1e-6), 60)
    return f"{minutes}:{seconds:02d}"


def percent(share: float | None, digits: int = 0) -> str:
    """0.876 is "88 %"; a dash for None."""
    return "–" if share is None else f"{100.0 * share:.{digits}f} %"


def number(value: float | None, unit: str = "") -> str:
    """Three significant digits and the unit; a dash for None."""
    if value is None:
        return "–"
    digits = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}".replace(",", " ")
    return f"{digits} {unit}".rstrip()


def place(position_m: Point) -> str:
    """Coordinates in the plant."""
    return "x {:.1f}, y {:.1f}, {:.1f} m high".format(*position_m)


def safety_name(kind: str) -> str:
    """What an event of `safety` is called."""
    return SAFETY[kind][0] if kind in SAFETY else title(kind)


def safety_meaning(kind: str) -> str:
    """What it means; empty for one that is not known here."""
    return SAFETY[kind][1] if kind in SAFETY else ""

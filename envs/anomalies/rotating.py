"""What the anomalies of rotating machines share: their places, and how a level is brought about. Not one itself."""

from collections.abc import Callable

import numpy as np

from ..site.model import Site
from ..site.rotor import RIGID_MM_S, Rotor
from .base import Candidate
from .carriers import at_points, equipment_of, point_of


def at_rotors(site: Site, keep: Callable[[Rotor], bool] = lambda rotor: True) -> list[Candidate]:
    """A candidate for every vibration point of a machine whose rotor `keep` accepts; data is the point."""
    return at_points(
        site,
        "vibration",
        lambda point: isinstance(rotor := site.equipment[point.tag].state.get("rotor"), Rotor) and keep(rotor),
    )


def rotor_of(site: Site, where: Candidate) -> Rotor:
    """The rotor of a candidate made by `at_rotors`."""
    rotor = equipment_of(site, where).state.get("rotor")
    if not isinstance(rotor, Rotor):
        raise ValueError(f"{where.tag} has no rotor")
    return rotor


def set_rotor(site: Site, where: Candidate, rotor: Rotor) -> None:
    """Let the carrier run as `rotor` from now on."""
    equipment_of(site, where).state["rotor"] = rotor


def alarm_mm_s(where: Candidate) -> float:
    """The point's border between zones B and C (ISO 10816)."""
    return float(point_of(where).details["zones_mm_s"][1])


def scaled(severity_mm_s: float, where: Candidate) -> float:
    """A level meant for a machine on stiff ground (alarm at 2.8 mm/s) as the one that is as bad on this machine."""
    return severity_mm_s * alarm_mm_s(where) / RIGID_MM_S[1]


def lacking(rest: Rotor, overall_mm_s: float) -> float:
    """What must be added to `rest` to make its overall level what is asked, mm/s; 0 if it is there already."""
    return float(np.sqrt(max(overall_mm_s**2 - rest.overall_mm_s**2, 0.0)))

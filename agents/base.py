"""What an agent is: briefing and observations in, actions, reports and readings out. Agents never see ground truth."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from patrolgym.envs.registry import Registry, checked_class
from patrolgym.envs.types import Briefing, FloatArray, Reading, Report


def _adopted(found: Any) -> "type[Agent]":
    agent: type[Agent] = checked_class(found, (Agent,))
    return agent


#: Agents by name; installed packages add theirs by the entry-point group "patrolgym.agents".
AGENTS: "Registry[type[Agent]]" = Registry("agent", "patrolgym.agents", "patrolgym.agents", _adopted)

Observation = dict[str, Any]
#: (position_m (3,), rotation (3, 3) camera to world, zoom) -> {"rgb", "depth", "thermal"} of the healthy site.
Commission = Callable[[FloatArray, FloatArray, float], Observation]


@dataclass(frozen=True)
class Sighting:
    """Something an agent made out in its latest picture, for people: box (x0, y0, x1, y1) px and a short label."""

    box_px: tuple[float, float, float, float]
    label: str
    alarm: bool = False


@dataclass
class Decision:
    """One step of an agent: an action in the env's action space, and what it has to say.

    Attributes:
        action: (6,) within ±1: forward, lateral, yaw rate, pan, tilt, zoom.
        reports: claims that something is wrong.
        readings: logged values of inspection points.
        done: the patrol is over, the robot is back.
        activity: what it is doing, in a few words for people.
        sightings: what it made out in its latest picture; empty where there was no new one.
    """

    action: FloatArray
    reports: list[Report] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    done: bool = False
    activity: str = ""
    sightings: list[Sighting] = field(default_factory=list)


class Agent(ABC):
    """A policy.

    Attributes:
        sensors: names of the sensors it must be given.
        optional_sensors: names of those it uses on sites where they find something.
    """

    name: ClassVar[str]
    sensors: ClassVar[tuple[str, ...]] = ("lidar", "rgb", "depth", "thermal", "gas")
    optional_sensors: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def begin(self, briefing: Briefing, commission: Commission, rng: np.random.Generator) -> None:
        """Prepare for a new episode. `commission` takes pictures of the healthy site, only until the first step."""

    @abstractmethod
    def act(self, observation: Observation) -> Decision:
        """Decide on one step (0.1 s)."""

"""What every listener provides. One listener a file in this package; importing the file registers it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from patrolgym.agents.senses import Moment
from patrolgym.envs.registry import Registry
from patrolgym.envs.types import BoolArray, Briefing, FloatArray, Reading, Report

LISTENERS: "Registry[type[Listener]]" = Registry("listener", "patrolgym.agents.signals")

#: (origins (n, 3), directions (n, 3), distances (n,)) -> (n,) whether something fixed is in between.
Occluded = Callable[[FloatArray, FloatArray, FloatArray], BoolArray]


class Listener(ABC):
    """Collects samples of some sensors over a patrol and tells what they amount to. Made anew for every patrol.

    Args:
        briefing: the inspection points and what else the site has.
        occluded: whether something fixed is in the way of a straight line.

    Attributes:
        name: what it is called.
        dwell_s: quantity of an inspection point -> how long the camera's axis must rest on the point, in seconds.
    """

    name: ClassVar[str]
    dwell_s: ClassVar[Mapping[str, float]]

    @abstractmethod
    def __init__(self, briefing: Briefing, occluded: Occluded) -> None: ...

    @abstractmethod
    def hear(self, moment: Moment, lens_m: FloatArray, axis: FloatArray) -> None:
        """Take in one step (0.1 s): lens (3,) and unit axis (3,) of the camera, both world frame.

        Sensors that the robot does not carry are None in `moment`.
        """

    def wants(self, point: str) -> bool:
        """Whether the axis should rest longer on the point of that name, though it did for its `dwell_s`."""
        del point
        return False

    def close(self, points: Sequence[str]) -> tuple[list[Report], list[Reading]]:
        """What is certain of `points` (names), which are being left for now; each is given once."""
        del points
        return [], []

    @abstractmethod
    def conclude(self) -> tuple[list[Report], list[Reading]]:
        """Reports and readings by everything heard, without what `close` gave; asked once, before the way home."""


def dwell_s() -> dict[str, float]:
    """Quantity of an inspection point -> how long the axis must rest on it, for all listeners."""
    return {quantity: seconds for listener in LISTENERS.values() for quantity, seconds in listener.dwell_s.items()}

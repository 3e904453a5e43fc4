"""What an env shows of what its sensors measured: the Dict itself, or the compact vector."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gymnasium import Space, spaces

from .compact.view import SENSORS, CompactView, compact_space
from .types import Briefing


class View(Protocol):
    """Shows the observations of one episode."""

    def see(self, observation: dict[str, Any]) -> Any:
        """What is shown for a Dict observation."""


@dataclass(frozen=True)
class Showing:
    """A way to show observations.

    Attributes:
        usual: sensors where the user asks for none in particular.
        needed: sensors that are always measured for it.
        space: of what is shown, given the Dict space of the sensors.
        begin: the view of an episode.
    """

    usual: tuple[str, ...]
    needed: tuple[str, ...]
    space: Callable[[spaces.Dict], Space[Any]]
    begin: Callable[[Briefing], View]


class AsMeasured:
    """The Dict of the sensors."""

    def see(self, observation: dict[str, Any]) -> dict[str, Any]:
        """The same."""
        return observation


#: Values of the env's `observation`.
SHOWINGS: Mapping[str, Showing] = {
    "sensors": Showing(
        ("lidar", "rgb", "depth", "thermal", "gas"), (), lambda given: given, lambda briefing: AsMeasured()
    ),
    "compact": Showing((), SENSORS, lambda given: compact_space(), CompactView),
}

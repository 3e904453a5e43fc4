"""What a recorder is: it watches an episode and writes what it saw into a folder while the episode runs."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from patrolgym.agents.base import Decision
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.registry import Registry
from patrolgym.errors import UserError

RECORDERS: "Registry[type[Recorder]]" = Registry("recorder", "patrolgym.recording")


class Recorder(ABC):
    """Sees every step of one episode. What is on disk can be read even when the run is killed.

    Args:
        out: an existing folder to write into.

    Raises:
        UserError: something it needs is not installed, or `out` cannot be written.
    """

    name: ClassVar[str]

    @abstractmethod
    def __init__(self, out: Path) -> None: ...

    @abstractmethod
    def __call__(self, env: InspectionEnv, decision: Decision, time_s: float) -> None:
        """Take in the step that ended `time_s` after the episode began, and the decision it followed."""

    def finish(self, env: InspectionEnv, score: dict[str, Any]) -> None:
        """Take in the final score (the layout of score.json); not called if the run fails."""
        del env, score

    @classmethod
    def assemble(cls, recordings: Sequence[Path], out: Path) -> None:
        """Make one data set of finished `recordings` (the folders that were recorded into) in the empty folder `out`.

        `out` stands for a folder called as the recorder beside the folder of the recordings. Nothing unless overridden.
        """
        del recordings, out

    @abstractmethod
    def close(self) -> None:
        """Finish the files; harmless when closed already."""


def chosen(names: str) -> tuple[str, ...]:
    """The recorders of a list such as "mcap,coco", each once; a UserError that lists the known ones."""
    asked = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    for name in asked:
        try:
            RECORDERS[name]
        except ValueError as error:
            raise UserError(str(error)) from None
    return asked

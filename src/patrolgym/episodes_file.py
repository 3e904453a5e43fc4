"""Episodes of a benchmark kept on disk as they end, so that a killed benchmark goes on where it stopped."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import UserError

#: What a line of the file must have to be the score of an episode.
_FIELDS = {"seed", "coverage", "safety", "reading_error", "conditions", "anomalies", "reports"}


class EpisodesFile:
    """A file of JSON lines: what is played, then the score of each episode that has ended.

    Args:
        path: may exist, from an earlier run of the same.
        header: what is played and by which version; JSON-able. A file with another one is refused.

    Attributes:
        scores: of the episodes in the file, by seed.

    Raises:
        UserError: the file is of something else, or damaged, or cannot be read or written.
    """

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        self.path = path
        # As it will be read back: paths and tuples become texts and lists.
        self._header = json.loads(json.dumps(header, default=str))
        self.scores: dict[int, dict[str, Any]] = {}
        try:
            lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
            if len(lines) > 1:
                self._check(self._parse(1, lines[0]))
                # What follows the last line end is an episode that was being written when the run was killed.
                for number, line in enumerate(lines[1:-1], start=2):
                    self._take(number, self._parse(number, line))
            kept = [self._header, *self.scores.values()]
            path.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
        except UnicodeDecodeError:
            raise self._refused("is not a text file") from None
        except OSError as error:
            raise UserError(f"cannot use {path}: {error.strerror}") from error

    def add(self, score: Mapping[str, Any]) -> None:
        """Keep the score of an episode that has ended."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(score) + "\n")

    def remove(self) -> None:
        """Delete the file: the benchmark is complete."""
        self.path.unlink(missing_ok=True)

    def _parse(self, number: int, line: str) -> dict[str, Any]:
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict):
            raise self._refused(f"is damaged in line {number}")
        return entry

    def _check(self, header: dict[str, Any]) -> None:
        if header.keys() != self._header.keys():
            raise self._refused("holds something else than this benchmark's episodes")
        for name, wanted in self._header.items():
            if header[name] != wanted:
                raise self._refused(f"holds episodes of {name} {header[name]!r}, not {wanted!r}")

    def _take(self, number: int, score: dict[str, Any]) -> None:
        if not (score.keys() >= _FIELDS and isinstance(score["seed"], int)):
            raise self._refused(f"has no episode's score in line {number}")
        self.scores[score["seed"]] = score

    def _refused(self, why: str) -> UserError:
        return UserError(f"{self.path} {why}: delete it to start anew, or choose another --json")

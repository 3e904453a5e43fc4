"""The score of an episode: every registered metric, run together."""

from typing import Any, TypeVar

from .base import METRICS, EpisodeContext, Metric, StepRecord

M = TypeVar("M", bound=Metric)

#: Fields in the order of `score.json`; those of further metrics come before the two lists at the end.
_FIELDS = (
    "coverage",
    "points_served",
    "detection_rate",
    "precision",
    "f1",
    "average_precision",
    "false_alarms",
    "location_error_m",
    "reading_error",
    "subt",
    "safety",
    "sim_s",
    "distance_m",
    "energy_wh",
)
_LISTS = ("anomalies", "reports")


class Scorer:
    """Keeps the running score of one episode after another."""

    def __init__(self) -> None:
        self._metrics = {name: METRICS[name]() for name in METRICS.names()}

    def reset(self, context: EpisodeContext) -> None:
        """Start an episode."""
        for metric in self._metrics.values():
            metric.reset(context)

    def update(self, step: StepRecord) -> None:
        """Take in one step."""
        for metric in self._metrics.values():
            metric.update(step)

    def metric(self, kind: type[M]) -> M:
        """The running metric of this class, such as `Coverage`."""
        found = self._metrics[kind.name]
        if not isinstance(found, kind):
            raise TypeError(f"metric {kind.name!r} is a {type(found).__name__}, not a {kind.__name__}")
        return found

    def score(self) -> dict[str, Any]:
        """All fields that follow from the episode alone, the same for the same seed on every machine."""
        merged: dict[str, Any] = {}
        for name, metric in self._metrics.items():
            fields = metric.compute()
            if taken := sorted(merged.keys() & fields.keys()):
                raise ValueError(f"metric {name!r} computes fields that another has: {', '.join(taken)}")
            merged |= fields
        return _ordered(merged)


def _ordered(score: dict[str, Any]) -> dict[str, Any]:
    last = len(_FIELDS)
    rank = {name: k for k, name in enumerate(_FIELDS)} | dict.fromkeys(_LISTS, last + 1)
    return {name: score[name] for name in sorted(score, key=lambda name: rank.get(name, last))}

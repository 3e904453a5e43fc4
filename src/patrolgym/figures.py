"""What a benchmark says: means with 95 % bootstrap intervals, overall, by class of anomaly and by condition."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.metrics.conditions import LIGHTS

Score = Mapping[str, Any]
Figures = dict[str, Any]

_SHARES = ("coverage", "points_served", "detection_rate", "precision", "f1", "average_precision")
_COUNTS = ("false_alarms", "location_error_m", "distance_m", "energy_wh", "sim_s", "real_time_factor")
_SAFETY = ("collisions", "falls", "zone_violations", "gas_exposure_s", "near_misses", "mover_contacts")
#: What is told of the episodes of a condition.
_IN_CONDITION = ("coverage", "points_served", "detection_rate", "precision", "false_alarms")
#: (name, upper end) of what the air (°C) and the wind (m/s) of a plant are: about a third of what is drawn each.
_AIR_C = (("cold", 14.0), ("mild", 23.0), ("warm", math.inf))
_WIND_M_S = (("calm", 1.67), ("breezy", 2.83), ("windy", math.inf))
#: Thirds of the range of severities of a class, from barely over the alarm to gross, on the scale they are drawn on.
SEVERITIES = ("mild", "middle", "gross")
_DRAWS = 2000


def summarise(scores: Sequence[Score]) -> Figures:
    """`mean`, `ci95`, `by_anomaly`, `by_condition` and the scores themselves as `episodes`.

    Args:
        scores: at least one, each in the layout of score.json.
    """
    columns = {name: [score[name] for score in scores] for name in (*_SHARES, *_COUNTS)}
    columns |= {name: [score["safety"].get(name, 0) for score in scores] for name in _SAFETY}
    columns |= {
        f"reading_error_{kind}": [score["reading_error"][kind] for score in scores]
        for kind in scores[0]["reading_error"]
    }
    figures = {name: _mean(column) for name, column in columns.items()}
    return {
        "mean": {name: figure["mean"] for name, figure in figures.items()},
        "ci95": {name: figure["ci95"] for name, figure in figures.items()},
        "by_anomaly": _by_anomaly(scores),
        "by_condition": {
            **{what: _by_episode(scores, tell, order) for what, (tell, order) in _CONDITIONS.items()},
            "severity": _by_severity(scores),
        },
        "episodes": list(scores),
    }


def severity_third(anomaly_class: str, severity: float) -> str:
    """One of `SEVERITIES`; a class that comes in one severity only is always in the middle."""
    low, high = ANOMALIES[anomaly_class].severity
    if low == high:
        return SEVERITIES[len(SEVERITIES) // 2]
    share = math.log(max(severity, 1e-9) / low) / math.log(high / low)
    return SEVERITIES[min(max(int(share * len(SEVERITIES)), 0), len(SEVERITIES) - 1)]


def _air(score: Score) -> str:
    return next(name for name, below in _AIR_C if score["conditions"]["ambient_c"] < below)


def _wind(score: Score) -> str:
    return next(name for name, below in _WIND_M_S if score["conditions"]["wind_m_s"] < below)


def _light(score: Score) -> str:
    return str(score["conditions"]["light"])


#: Condition -> what it is in an episode, and the order of its values.
_CONDITIONS: dict[str, tuple[Callable[[Score], str], Sequence[str]]] = {
    "light": (_light, LIGHTS),
    "air": (_air, [name for name, _ in _AIR_C]),
    "wind": (_wind, [name for name, _ in _WIND_M_S]),
}


def _by_episode(scores: Sequence[Score], tell: Callable[[Score], str], order: Sequence[str]) -> Figures:
    """Value of the condition -> number of episodes, and mean and interval of each figure over them."""
    groups = {name: [score for score in scores if tell(score) == name] for name in order}
    return {
        name: {"episodes": len(group)} | {figure: _mean([score[figure] for score in group]) for figure in _IN_CONDITION}
        for name, group in groups.items()
        if group
    }


def _by_severity(scores: Sequence[Score]) -> Figures:
    def thirds(score: Score, name: str) -> list[bool]:
        return [a["found"] for a in score["anomalies"] if severity_third(a["class"], a["severity"]) == name]

    return {name: _rate([thirds(score, name) for score in scores]) for name in SEVERITIES}


def _by_anomaly(scores: Sequence[Score]) -> Figures:
    """Class -> how many were present and found, the rate with its interval, and false alarms."""
    present = {anomaly["class"] for score in scores for anomaly in score["anomalies"]}
    reported = {report["class"] for score in scores for report in score["reports"]}
    figures = {}
    for name in sorted(present | reported):
        found = [[a["found"] for a in score["anomalies"] if a["class"] == name] for score in scores]
        false = [sum(r["class"] == name and r["matched"] is False for r in score["reports"]) for score in scores]
        figures[name] = {
            **_rate(found),
            "false_alarms": sum(false),
            "false_alarms_per_episode": _mean(false),
        }
    return figures


def _rate(found: Sequence[Sequence[bool]]) -> Figures:
    """Share found of all, from the flags of each episode; episodes are drawn anew, as what is in one hangs together."""
    total = np.array([[len(flags), sum(flags)] for flags in found], dtype=float)
    present, hits = (int(count) for count in total.sum(axis=0))
    rate = {"present": present, "found": hits}
    if not present:
        return rate | {"detection_rate": None, "ci95": None}
    drawn = total[_drawn(len(total))].sum(axis=1)
    drawn = drawn[drawn[:, 0] > 0]
    return rate | {"detection_rate": hits / present, "ci95": _limits(drawn[:, 1] / drawn[:, 0])}


def _mean(column: Sequence[float | None]) -> Figures:
    """Mean and 95 % percentile bootstrap interval of what is known; None where nothing is."""
    known = np.array([float(value) for value in column if value is not None])
    if not len(known):
        return {"mean": None, "ci95": None}
    return {"mean": float(known.mean()), "ci95": _limits(known[_drawn(len(known))].mean(axis=1))}


def _drawn(count: int) -> Any:
    """(draws, count) indices with replacement, always the same for the same count."""
    return np.random.default_rng(0).integers(count, size=(_DRAWS, count))


def _limits(drawn: Any) -> list[float]:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return [float(low), float(high)]

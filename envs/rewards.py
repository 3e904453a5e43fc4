"""The reward: named terms times weights. Safety is a cost of its own (`metrics.safety`), not part of the reward."""

from collections.abc import Mapping
from types import MappingProxyType

from .metrics.base import StepRecord
from .metrics.coverage import Coverage
from .metrics.detection import Detection
from .metrics.score import Scorer

#: What the whole of each term is worth; a false alarm costs half of what an anomaly is worth, energy counts per Wh.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"covered": 0.4, "served": 0.2, "matched": 0.4, "false_alarms": -0.2, "energy": -0.0003}
)
#: Slower than this the robot stands: its sway is no walk.
_STANDING_M_S = 0.05


class Reward:
    """Rewards progress: each term is the growth of a score in one step.

    Over a complete patrol `covered` + `served` + `matched` come to 1. A robot that stands and says nothing earns only
    what its first pictures show. Energy costs only while walking, so that a robot may take its time to look. The terms
    are potential differences (save false alarms and energy): no loop of actions earns twice.

    Args:
        weights: weight by term; the terms are those of `WEIGHTS`.
    """

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        if weights.keys() != WEIGHTS.keys():
            raise ValueError(f"reward weights must be given for {', '.join(WEIGHTS)}; got {', '.join(weights)}")
        self._weights = dict(weights)

    def reset(self, scorer: Scorer) -> None:
        """Start an episode; `scorer` has been reset for it."""
        self._before = _levels(scorer)

    def terms(self, scorer: Scorer, step: StepRecord) -> dict[str, float]:
        """Weighted terms of the step that `scorer` has just taken in; the reward is their sum."""
        levels = _levels(scorer)
        growth = {name: level - self._before[name] for name, level in levels.items()}
        self._before = levels
        walking = step.distance_m > _STANDING_M_S * step.dt_s
        growth["energy"] = step.energy_wh if walking else 0.0
        return {name: weight * growth[name] for name, weight in self._weights.items()}


def _levels(scorer: Scorer) -> dict[str, float]:
    seen, found = scorer.metric(Coverage).compute(), scorer.metric(Detection).compute()
    return {
        "covered": seen["coverage"],
        "served": seen["points_served"],
        "matched": found["detection_rate"],
        "false_alarms": found["false_alarms"] / max(1, len(found["anomalies"])),
    }

"""Efficiency: time, way and energy the patrol took."""

from typing import Any

from .base import METRICS, EpisodeContext, Metric, StepRecord


class Efficiency(Metric):
    """Sums of simulated time, distance walked and energy drawn."""

    name = "efficiency"

    def reset(self, context: EpisodeContext) -> None:
        """Start at zero."""
        self._sim_s = self._distance_m = self._energy_wh = 0.0

    def update(self, step: StepRecord) -> None:
        """Add the step."""
        self._sim_s = float(step.time_s)
        self._distance_m += step.distance_m
        self._energy_wh += step.energy_wh

    def compute(self) -> dict[str, Any]:
        """`sim_s`, `distance_m`, `energy_wh`."""
        return {"sim_s": self._sim_s, "distance_m": self._distance_m, "energy_wh": self._energy_wh}


METRICS.add(Efficiency.name, Efficiency)

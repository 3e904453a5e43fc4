"""Keeps away from gas that could explode: notices it in time, and knows where the air was clean."""

import numpy as np

from patrolgym.envs.site.gases import GASES
from patrolgym.envs.types import FloatArray

WITHDRAW_LEL = 0.2
"""Exposure counts from 25 % of the lower explosive limit."""
CLEAN_LEL = 0.05
LAG_S = 12.0
"""Cells answer late; what surrounds them is taken to be this many seconds ahead of them."""
AWAY_M = 3.5
KEEP_OFF_S = 45.0
TRAIL_STEP_M = 0.5


class Vapour:
    """Where gas was met, and the way back to clean air."""

    def __init__(self) -> None:
        self._lel_ppm = np.array([gas.lel_ppm for gas in GASES.values()])
        self._last_ppm = np.zeros(len(GASES))
        self._last_s = 0.0
        self._trail: list[FloatArray] = []
        self._met: list[tuple[FloatArray, float]] = []

    def met(self, gas_ppm: FloatArray, xy_m: FloatArray, time_s: float) -> bool:
        """Take in the cells (5,) at a place (2+,); whether that is reason to withdraw, said once a place."""
        xy = np.asarray(xy_m, dtype=float)[:2].copy()
        share = float(((gas_ppm + LAG_S * self._rise_ppm_s(gas_ppm, time_s)) / self._lel_ppm).max())
        if share < CLEAN_LEL and (not self._trail or np.hypot(*(self._trail[-1] - xy)) > TRAIL_STEP_M):
            self._trail.append(xy)
        if share < WITHDRAW_LEL or self.near(xy, time_s):
            return False
        self._met.append((xy, time_s))
        return True

    def near(self, xy_m: FloatArray, time_s: float) -> bool:
        """Whether a place (2+,) is near gas met a short while ago."""
        xy = np.asarray(xy_m)[:2]
        return any(time_s - met_s < KEEP_OFF_S and np.hypot(*(place - xy)) < AWAY_M for place, met_s in self._met)

    def retreat(self, time_s: float) -> FloatArray | None:
        """(2,) the last place on the way here that had clean air and is away from the gas; None if there is none."""
        return next((place for place in reversed(self._trail) if not self.near(place, time_s)), None)

    def _rise_ppm_s(self, gas_ppm: FloatArray, time_s: float) -> FloatArray:
        """(5,) how fast the cells rise; they are read once a second and held in between."""
        passed_s = time_s - self._last_s
        if passed_s < 1.0:
            return np.zeros(len(self._last_ppm))
        rise = np.maximum(gas_ppm - self._last_ppm, 0.0) / passed_s
        self._last_ppm, self._last_s = np.asarray(gas_ppm, dtype=float), time_s
        return np.asarray(rise)

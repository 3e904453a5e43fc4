"""The speeds that a walking robot is told to follow, drawn anew every few seconds."""

import numpy as np

from patrolgym.envs.types import FloatArray

from ..robots.spec import SpeedSpec

#: Seconds between two draws, (shortest, longest).
HOLD_S = (4.0, 8.0)
#: Share of draws that say: stand.
STAND_SHARE = 0.1
#: The fastest backwards, as a share of the fastest forwards.
_BACKWARDS = 0.5


class Commands:
    """Draws (forward m/s, lateral m/s to the left, yaw rate rad/s) within a robot's limits.

    Args:
        speed: the limits.
    """

    def __init__(self, speed: SpeedSpec) -> None:
        most = np.array([speed.forward_m_s, speed.lateral_m_s, speed.yaw_rad_s])
        self.high = most
        self.low = most * [-_BACKWARDS, -1.0, -1.0]

    def reset(self, rng: np.random.Generator, fixed: FloatArray | None = None) -> None:
        """Start an episode; `fixed` (3,) is then the only command of it."""
        self._rng, self._fixed = rng, fixed
        self._left_s = 0.0
        self.now: FloatArray = np.zeros(3)
        self.advance(0.0)

    def advance(self, duration_s: float) -> None:
        """Let time pass; `now` may change."""
        self._left_s -= duration_s
        if self._fixed is not None:
            self.now = self._fixed
        elif self._left_s <= 0.0:
            self._left_s = float(self._rng.uniform(*HOLD_S))
            drawn = self._rng.uniform(self.low, self.high)
            self.now = drawn * float(self._rng.random() >= STAND_SHARE)

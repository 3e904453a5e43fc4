"""The path of one foot through the air."""

from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import FloatArray


@dataclass
class Swing:
    """A step from `start` to `target` (3,) in the world, lifted to `apex_m` (height of the highest point, world z).

    The foot rises before it travels and is over its target before it comes down, so that it clears a kerb on
    the way. After its time it goes on down at `search_m_s` until it finds ground.
    """

    start: FloatArray
    target: FloatArray
    apex_m: float
    duration_s: float
    search_m_s: float
    elapsed_s: float = 0.0

    @property
    def progress(self) -> float:
        """0 at lift-off, 1 at the planned touch-down, more when the ground is late."""
        return self.elapsed_s / self.duration_s

    def reference(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Position, velocity and acceleration (3,) of the foot now."""
        progress, pace = self.progress, 1.0 / self.duration_s
        # Travel takes the middle 80 % of the time.
        travel, travel_d, travel_dd = _ease((progress - 0.1) / 0.8)
        step = self.target - self.start
        position, velocity, acceleration = (
            self.start + travel * step,
            (travel_d * pace / 0.8) * step,
            (travel_dd * (pace / 0.8) ** 2) * step,
        )
        if progress < 0.5:
            low, rise, lift, share = self.start[2], 1.0, progress / 0.5, 0.5
        else:
            low, rise, lift, share = self.target[2], -1.0, (1.0 - progress) / 0.5, 0.5
        height, height_d, height_dd = _ease(lift)
        span = self.apex_m - low
        position[2] = low + span * height
        velocity[2] = rise * span * height_d * pace / share
        acceleration[2] = span * height_dd * (pace / share) ** 2
        if progress >= 1.0:
            position[2] = self.target[2] - self.search_m_s * (self.elapsed_s - self.duration_s)
            velocity[2] = -self.search_m_s
        return position, velocity, acceleration


def _ease(u: float) -> tuple[float, float, float]:
    """Minimum-jerk step from 0 to 1 over 0..1, with its first two derivatives; flat outside."""
    if u <= 0.0:
        return 0.0, 0.0, 0.0
    if u >= 1.0:
        return 1.0, 0.0, 0.0
    rest = 1.0 - u
    return u**3 * (10.0 - 15.0 * u + 6.0 * u * u), 30.0 * (u * rest) ** 2, 60.0 * u * rest * (1.0 - 2.0 * u)


def still(position: FloatArray, search_m_s: float) -> Swing:
    """A step that has already ended at `position` (3,) and only feels for the ground."""
    return Swing(position, np.array(position), position[2], 1e-3, search_m_s, elapsed_s=1e-3)

"""The path of one foot through the air."""

from dataclasses import dataclass

from patrolgym.envs.types import Point

# The foot travels in the middle 80 % of the time: it rises first, and is over its place before it comes down.
_TRAVEL_FROM, _TRAVEL_SHARE = 0.1, 0.8


@dataclass
class Swing:
    """A step from `start` to `target` in the world, lifted to `apex_m` (height of its highest point, world z).

    After its time it goes on down at `search_m_s` until it finds ground. `careful`: its place was chosen to keep off
    an edge.
    """

    start: Point
    target: Point
    apex_m: float
    duration_s: float
    search_m_s: float
    elapsed_s: float = 0.0
    careful: bool = False

    @property
    def progress(self) -> float:
        """0 at lift-off, 1 at the planned touch-down, more when the ground is late."""
        return self.elapsed_s / self.duration_s

    def reference(self) -> tuple[Point, Point, Point]:
        """Position, velocity and acceleration of the foot now."""
        progress, pace = self.progress, 1.0 / self.duration_s
        travel, speed, change = _ease((progress - _TRAVEL_FROM) / _TRAVEL_SHARE)
        along = pace / _TRAVEL_SHARE
        step_x, step_y = self.target[0] - self.start[0], self.target[1] - self.start[1]
        rising = progress < 0.5
        low = self.start[2] if rising else self.target[2]
        height, climb, bend = _ease(2.0 * (progress if rising else 1.0 - progress))
        span = self.apex_m - low
        z, vz, az = (
            low + span * height,
            (2.0 if rising else -2.0) * pace * span * climb,
            span * bend * 4.0 * pace * pace,
        )
        if progress >= 1.0:
            z, vz = self.target[2] - self.search_m_s * (self.elapsed_s - self.duration_s), -self.search_m_s
        return (
            (self.start[0] + travel * step_x, self.start[1] + travel * step_y, z),
            (speed * along * step_x, speed * along * step_y, vz),
            (change * along * along * step_x, change * along * along * step_y, az),
        )


def _ease(u: float) -> tuple[float, float, float]:
    """Minimum-jerk step from 0 to 1 over 0..1, with its first two derivatives; flat outside."""
    if u <= 0.0:
        return 0.0, 0.0, 0.0
    if u >= 1.0:
        return 1.0, 0.0, 0.0
    rest = 1.0 - u
    return u**3 * (10.0 - 15.0 * u + 6.0 * u * u), 30.0 * (u * rest) ** 2, 60.0 * u * rest * (1.0 - 2.0 * u)


def feel_down(position: Point, search_m_s: float) -> Swing:
    """A step that has ended at `position` and only feels for the ground."""
    return Swing(position, position, position[2], 1e-3, search_m_s, elapsed_s=1e-3)

"""Domain randomisation: what differs from episode to episode so that a gait does not lean on one simulated robot."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from ..checks import one_of

Range = tuple[float, float]
_DEFAULT_FRICTION = 0.9


@dataclass(frozen=True)
class Randomisation:
    """Ranges (lowest, highest) that are drawn from uniformly; None switches one off.

    They follow what sim-to-real work on quadrupeds of this kind draws (Tan et al., "Sim-to-Real: Learning Agile
    Locomotion For Quadruped Robots", 2018; Rudin et al., "Learning to Walk in Minutes", 2021); pushes are changes of
    speed, so that they fit robots of every mass.

    Attributes:
        trunk_mass: factor on mass and inertia of the trunk.
        friction: of a foot on the ground; off: 0.9.
        motor_strength: factor on stiffness, damping and most torque, drawn for each joint.
        latency_s: time until an action reaches the joints, at most one control period of 0.02 s.
        push_m_s: change of speed that a push of 0.1 s in a random level direction gives; off: no pushes.
        push_every_s: from one push to the next.
    """

    trunk_mass: Range | None = (0.9, 1.15)
    friction: Range | None = (0.5, 1.1)
    motor_strength: Range | None = (0.9, 1.1)
    latency_s: Range | None = (0.0, 0.02)
    push_m_s: Range | None = (0.0, 0.6)
    push_every_s: Range | None = (3.0, 6.0)


#: What each range must lie within.
BOUNDS = {
    "trunk_mass": (0.2, 5.0),
    "friction": (0.05, 2.0),
    "motor_strength": (0.1, 2.0),
    "latency_s": (0.0, 0.02),
    "push_m_s": (0.0, 10.0),
    "push_every_s": (0.2, 1e6),
}
OFF = Randomisation(None, None, None, None, None, None)


@dataclass(frozen=True)
class Draw:
    """One episode's robot: factors and times as in `Randomisation`; `motor_strength` for each of 12 joints."""

    trunk_mass: float
    friction: float
    motor_strength: tuple[float, ...]
    latency_s: float


def chosen(given: "bool | Mapping[str, Sequence[float] | None]") -> Randomisation:
    """The randomisation that an argument means: True: all of it; False: none; a mapping: other ranges, None for off.

    Raises:
        ValueError: a range is unknown or out of bounds; the message lists what is allowed.
    """
    if isinstance(given, bool):
        return Randomisation() if given else OFF
    if not isinstance(given, Mapping):
        raise ValueError(f"randomise must be True, False or ranges by name, got {given!r}")
    return replace(Randomisation(), **{name: _range(name, value) for name, value in given.items()})


def _range(name: str, value: Sequence[float] | None) -> Range | None:
    one_of("randomisation", name, BOUNDS)
    if value is None:
        return None
    low, high = BOUNDS[name]
    try:
        first, last = (float(number) for number in value)
    except (TypeError, ValueError):
        first = last = math.nan
    if not low <= first <= last <= high:
        raise ValueError(f"randomisation {name} must be (lowest, highest) within {low:g}..{high:g}, got {value!r}")
    return first, last


def draw(ranges: Randomisation, rng: np.random.Generator) -> Draw:
    """Draw one episode. Switching one range off leaves what the others draw as it is."""
    drawn = {field.name: rng.uniform(size=12 if field.name == "motor_strength" else 1) for field in fields(ranges)}

    def value(name: str, usual: float) -> list[float]:
        limits: Range | None = getattr(ranges, name)
        share = drawn[name]
        return [usual] * len(share) if limits is None else (limits[0] + (limits[1] - limits[0]) * share).tolist()

    return Draw(
        trunk_mass=value("trunk_mass", 1.0)[0],
        friction=value("friction", _DEFAULT_FRICTION)[0],
        motor_strength=tuple(value("motor_strength", 1.0)),
        latency_s=value("latency_s", 0.0)[0],
    )


class Pushes:
    """Pushes at random times; `force` says how hard right now."""

    LENGTH_S = 0.1

    def __init__(self, ranges: Randomisation) -> None:
        self._speed, self._every = ranges.push_m_s, ranges.push_every_s or (math.inf, math.inf)

    def reset(self, rng: np.random.Generator, mass_kg: float) -> None:
        """Start an episode."""
        self._rng, self._mass_kg = rng, mass_kg
        self._wait_s = math.inf if self._speed is None or math.isinf(self._every[0]) else self._drawn(self._every)
        self._left_s = 0.0
        self._force = np.zeros(3)

    def force(self, duration_s: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]] | None":
        """Force (3,) in world axes over the next `duration_s`, or None."""
        if self._left_s <= 1e-9:
            self._wait_s -= duration_s
            if self._wait_s > 0.0:
                return None
            assert self._speed is not None
            self._wait_s, self._left_s = self._drawn(self._every), self.LENGTH_S
            angle = self._rng.uniform(0.0, math.tau)
            size = self._mass_kg * self._drawn(self._speed) / self.LENGTH_S
            self._force = np.array([size * math.cos(angle), size * math.sin(angle), 0.0])
        self._left_s -= duration_s
        return self._force

    def _drawn(self, limits: Range) -> float:
        return float(self._rng.uniform(*limits))

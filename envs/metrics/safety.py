"""Safety: contacts, falls, forbidden zones, gas and people, as counts and as the cost of a step."""

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from ..site.gases import GASES
from ..site.zones import contains, entry_allowed
from ..types import FloatArray, Point
from .base import METRICS, EpisodeContext, Metric, StepRecord

NEAR_MISS_M = 1.0
GAS_LEL_SHARE = 0.25
#: What is away for less than this belongs to the same event as before; a robot on the ground may thrash about.
_APART_S = {"collisions": 0.5, "falls": 5.0, "zone_violations": 0.5, "near_misses": 0.5, "mover_contacts": 0.5}


class Safety(Metric):
    """Counts events, and costs 1 for each rule broken in a step.

    The rules: a contact of anything but feet; lying fallen; the base in a zone the rating forbids; gas at the robot
    above 25 % of the lower explosive limit; the base less than 1 m from the middle of a person on the ground plan;
    touching a person, a vehicle or anything else that moves, with the feet, too.
    Events are counted when they begin, `gas_exposure_s` is a time.

    Attributes:
        cost: rules broken in the last step, 0..6.
    """

    name = "safety"
    cost: float

    def reset(self, context: EpisodeContext) -> None:
        """Find the zones the robot must stay out of."""
        rating = context.robot.rating
        self._forbidden = [_Area(zone.polygon_m) for zone in context.site.zones if not entry_allowed(zone, rating)]
        self._events = {name: _Events(apart_s) for name, apart_s in _APART_S.items()}
        self._gas_s = 0.0
        self.cost = 0.0

    def update(self, step: StepRecord) -> None:
        """Count what begins in this step and set `cost`."""
        present: dict[str, list[Hashable]] = {
            "collisions": ["contact"] if step.contacts else [],
            "falls": ["fall"] if step.fallen else [],
            "zone_violations": [k for k, area in enumerate(self._forbidden) if area.holds(step.position_m)],
            "near_misses": [
                k for k, person in enumerate(step.people_m) if _gap_m(step.position_m, person) < NEAR_MISS_M
            ],
            "mover_contacts": list(step.touched_movers),
        }
        for name, keys in present.items():
            self._events[name].update(keys, step.time_s)
        gas = lel_share(step.gas_ppm) > GAS_LEL_SHARE
        self._gas_s += step.dt_s if gas else 0.0
        self.cost = float(sum(bool(keys) for keys in present.values()) + gas)

    def compute(self) -> dict[str, Any]:
        """`safety`: counts of events and seconds of gas exposure."""
        count = {name: events.count for name, events in self._events.items()}
        return {
            "safety": {
                "collisions": count["collisions"],
                "falls": count["falls"],
                "zone_violations": count["zone_violations"],
                "gas_exposure_s": self._gas_s,
                "near_misses": count["near_misses"],
                "mover_contacts": count["mover_contacts"],
            }
        }


class _Area:
    """A polygon (k, 2); places outside its upright rectangle cost next to nothing."""

    def __init__(self, polygon_m: Sequence[Sequence[float]]) -> None:
        self._polygon_m = polygon_m
        x, y = zip(*polygon_m, strict=True)
        self._low, self._high = (min(x), min(y)), (max(x), max(y))

    def holds(self, place_m: Point) -> bool:
        x, y, _ = place_m
        near = self._low[0] <= x <= self._high[0] and self._low[1] <= y <= self._high[1]
        return near and bool(contains(self._polygon_m, np.array([[x, y]]))[0])


class _Events:
    """Counts beginnings: a key counts again only after it was away for longer than `apart_s`."""

    def __init__(self, apart_s: float) -> None:
        self.count, self._apart_s = 0, apart_s
        self._last_s: dict[Hashable, float] = {}

    def update(self, keys: Iterable[Hashable], time_s: float) -> None:
        for key in keys:
            self.count += time_s - self._last_s.get(key, -np.inf) > self._apart_s
            self._last_s[key] = time_s


def lel_share(gas_ppm: FloatArray) -> float:
    """Share of the lower explosive limit that (5,) concentrations in the order of `GASES` reach together.

    Adding the shares is Le Chatelier's mixing rule.
    """
    return float(sum(ppm / gas.lel_ppm for ppm, gas in zip(gas_ppm.tolist(), GASES.values(), strict=True)))


def _gap_m(a: Point, b: Point) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


METRICS.add(Safety.name, Safety)

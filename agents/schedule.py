"""The stops of a patrol and the time for them: which are worth it, which fit, which must wait."""

import numpy as np

from patrolgym.envs.types import FloatArray

from .camerawork import LEAST_LEFT_M2, worth
from .inspector import Inspector
from .navigation.belief import Belief
from .navigation.plan import Itinerary
from .navigation.viewpoints import POINT_SHOT_S, SHOT_S, Shot, Stand

DETOURS_M = (8.0, 25.0, np.inf)
"""How long a way round somebody may be at the first, second and last try to reach a stop."""
OCCASIONS = len(DETOURS_M)
"""A stop that could not be reached so often is given up; tries one right after another are one occasion."""
DETOUR_M2_M = 0.06
"""Surface that a metre of such a way must bring where no point is served."""
BARRED_S = 6.0
RESERVE_S = 4.0
"""Kept for what takes longer than thought on the way home."""
STOP_OVERHEAD_S = 1.2
LEFT_SHARE = 0.65
"""Of the surface shots of stops to come so many will still be wanted then; the others will be seen in passing."""
LEAST_STOP_M2 = 0.08
IDLE_S = 8.0
"""With so much time left over more can be done than is planned."""


class Schedule:
    """What is still to be done, and whether there is time for it.

    Args:
        itinerary: the stops.
        belief: what was seen.
        inspector: which points are settled.
        limit_s: when the episode ends.

    Attributes:
        itinerary: the stops still to make.
    """

    def __init__(self, itinerary: Itinerary, belief: Belief, inspector: Inspector, limit_s: float) -> None:
        self._belief = belief
        self._inspector = inspector
        self._limit_s = limit_s
        self._hurry = False
        self.itinerary = itinerary
        self._tries: dict[Stand, int] = {}
        self._barred_s: dict[Stand, float] = {}
        self._pressed: set[Stand] = set()

    def idle(self, at_m: FloatArray, time_s: float) -> bool:
        """Whether there is time for more than what is planned."""
        return self._slack_s(at_m, time_s) > (IDLE_S if self.itinerary.stands else 0.0)

    def unplanned(self) -> FloatArray:
        """(n,) weight of each target that is still to be seen and that no stop to come is made for."""
        left = self._belief.left
        for stand in self.itinerary.stands:
            for shot in self.wanted_shots(stand):
                left[shot.targets] = 0.0
        return left

    def promised(self) -> set[str]:
        """Names of the points that are settled or that stops to come serve."""
        coming = {name for stand in self.itinerary.stands for name in stand.serves}
        return coming | self._inspector.all_settled

    def wanted_shots(self, stand: Stand) -> list[Shot]:
        """What there is still to shoot at a stop; when time is short only points."""
        left = self._belief.left
        return [
            shot
            for shot in stand.shots
            if (shot.point is None and not self._hurry and worth(shot, left) >= LEAST_LEFT_M2)
            or (shot.point is not None and not self._inspector.settled(shot.point))
        ]

    def worthwhile(self, stand: Stand) -> bool:
        """Whether a stop still brings something."""
        return self._serves(stand) or (not self._hurry and self._value_m2(stand) >= LEAST_STOP_M2)

    def home_calls(self, at_m: FloatArray, time_s: float) -> bool:
        """Whether it is high time to go back from a point."""
        return self._left_s(time_s) < self.itinerary.home_s(at_m)

    def fit(self, at_m: FloatArray, time_s: float) -> None:
        """Leave out the least valuable stops until the rest fits the time, or take in left-out ones that fit.

        Stops that serve points stay; if they do not fit, nothing but points is looked at any more.
        """
        planned = self.itinerary.stands
        while self._slack_s(at_m, time_s) < 0.0 and self.itinerary.stands:
            stands, saved = self.itinerary.stands, self.itinerary.savings_s(at_m)
            serves, _, position = min(
                (self._serves(stand), self._value_m2(stand) / (self._stop_s(stand) + saved[index]), index)
                for index, stand in enumerate(stands)
            )
            if serves:
                self._hurry = True
                return
            self.itinerary.leave_out(position)
        while (slack := self._slack_s(at_m, time_s)) > 0.0:
            detours = self.itinerary.detours_s(at_m)
            fitting = [
                (-self._value_m2(stand) / (self._stop_s(stand) + detours[index]), index)
                for index, stand in enumerate(self.itinerary.spare)
                if self._stop_s(stand) + detours[index] < slack and self._value_m2(stand) >= LEAST_STOP_M2
            ]
            if not fitting:
                break
            self.itinerary.take_in(min(fitting)[1], at_m)
        if self.itinerary.stands != planned:
            self.itinerary.shorten(at_m)

    def drop_done(self) -> None:
        """Strike the next stops as long as they would bring nothing."""
        while self.itinerary.stands and not self.worthwhile(self.itinerary.stands[0]):
            self.itinerary.forget(0)

    def postpone(self, stand: Stand, time_s: float) -> None:
        """Try a stop that could not be reached again later, but not for ever."""
        if self.barred(stand, time_s):
            # Whoever is in the way had no time to go.
            self._pressed.add(stand)
        else:
            self._pressed.discard(stand)
            self._tries[stand] = self.missed(stand) + 1
        self._barred_s[stand] = time_s + BARRED_S
        if self._tries[stand] < OCCASIONS:
            self.itinerary.put_back(stand)

    def barred(self, stand: Stand, time_s: float) -> bool:
        """Whether a stop could not be reached a moment ago."""
        return self._barred_s.get(stand, -np.inf) >= time_s

    def pressed(self, stand: Stand, time_s: float) -> bool:
        """Whether it could not even be reached by the longer ways that it was tried by nevertheless."""
        return stand in self._pressed and self.barred(stand, time_s)

    def missed(self, stand: Stand) -> int:
        """On how many occasions a stop could not be reached."""
        return self._tries.get(stand, 0)

    def detour_m(self, stand: Stand) -> float:
        """How long a way round is worth trying this time."""
        most = DETOURS_M[self.missed(stand)]
        return most if self._serves(stand) else min(most, self._value_m2(stand) / DETOUR_M2_M)

    def _left_s(self, time_s: float) -> float:
        return self._limit_s - RESERVE_S - time_s

    def _slack_s(self, at_m: FloatArray, time_s: float) -> float:
        """Time left over after all stops."""
        needed = self.itinerary.walking_s(at_m) + sum(self._stop_s(stand) for stand in self.itinerary.stands)
        return self._left_s(time_s) - needed

    def _stop_s(self, stand: Stand) -> float:
        """About how long a stop still takes."""
        shots = self.wanted_shots(stand)
        points = sum(shot.point is not None for shot in shots)
        return STOP_OVERHEAD_S + points * POINT_SHOT_S + (len(shots) - points) * SHOT_S * LEFT_SHARE

    def _serves(self, stand: Stand) -> bool:
        return any(not self._inspector.settled(name) for name in stand.serves)

    def _value_m2(self, stand: Stand) -> float:
        """What the surface shots of a stop still have to show."""
        left = self._belief.left
        return sum(worth(shot, left) for shot in stand.shots if shot.point is None)

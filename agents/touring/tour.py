"""A patrol made of choices: walk to a chosen place, look at all that can be seen from there, choose again."""

import numpy as np

from patrolgym.envs.compact.account import Account
from patrolgym.envs.compact.looker import Looker
from patrolgym.envs.types import Briefing, FloatArray

from ..base import Observation
from .legs import Legs
from .lookouts import Lookouts
from .offers import SIZE, Market, Offers

#: Sensors that a tour needs; "sight" may be replaced by any that takes pictures.
SENSORS = ("lidar", "sight")
# Looks that show nothing new for so long end a stop, and no stop is longer than the other.
_IDLE_S, _LONGEST_S = 1.1, 9.0
# On the way a choice is given up when less than this is left to see from there.
_POOR_M2 = 0.25
# Who stays is asked again after so many seconds.
_STAY_S = 5.0
# A detour round somebody in the way may be so long: other places are better then. A place that fails for it is not
# offered for so long, nor are those beside it; for the next try the detour may be twice as long.
_DETOUR_M, _BARRED_S, _BESIDE_M = 3.0, 15.0, 1.0
# A surface or point that a whole stop did not show is worth so much less from then on.
_IN_VAIN = 0.3


class Tour:
    """One episode, by observations alone: tell it each step's, give it choices when it is `choosing`.

    Args:
        briefing: of the episode.
        legs: what walks.

    Attributes:
        legs: the same, made for this episode.
        account: what the robot believes to have seen.
        offers: what there is to choose from while `choosing`.
        told: (`offers.SIZE`,) what the last offers said, zeros before the first.
    """

    def __init__(self, briefing: Briefing, legs: type[Legs] = Legs) -> None:
        self._briefing, self.account = briefing, Account(briefing)
        self.legs = legs(briefing, self.account.mesh)
        router = self.legs.router
        self._lookouts = Lookouts.of(briefing, self.account, self.legs.site_map, router)
        home = router.costs_from(np.asarray(briefing.dock[:2])).ravel()[self._lookouts.cells]
        self._market = Market(briefing, self._lookouts, home, len(self.account.seen.surfels))
        self.restart()

    def restart(self) -> None:
        """Begin anew on the same site; the legs are not moved."""
        self.account.clear()
        self._looker = Looker(self._briefing, self.account)
        self._hope = np.ones(len(self.account.seen.seen))
        self._point_hope = np.ones(len(self.account.seen.served))
        self._barred_s = np.full(len(self._lookouts.eyes_m), -np.inf)
        self._detour_m = np.full(len(self._barred_s), _DETOUR_M)
        self._place: int | None = None
        self._since_s = self._gained_s = self._asked_s = -np.inf
        self._there = False
        self.offers: Offers | None = None
        self.told: FloatArray = np.zeros(SIZE, np.float32)

    @property
    def choosing(self) -> bool:
        """Whether a choice is wanted before the next `act`."""
        return self.offers is not None

    def see(self, observation: Observation) -> None:
        """Take in one step."""
        now = float(observation["time"][0])
        self.legs.feel(observation)
        self._observation = self.legs.corrected(observation)
        new = float(observation["camera_age"][0]) < 1e-6
        if new:
            self._look(now)
        if self._place is not None and self._over(now, new):
            self._place = None
        if self._place is None and now - self._asked_s >= _STAY_S - 1e-6:
            offers = self._market.offers(
                self.legs.position_m,
                self.legs.yaw_rad,
                np.where(self._barred_s > now, np.inf, self.legs.ways_m()[self._lookouts.cells]),
                self._worth,
                self._open_points,
                now,
            )
            self.offers, self.told, self._asked_s = offers, offers.told, now

    def choose(self, choice: int) -> None:
        """Go to the place of that number among the offers; any other number means: stay, and be asked again later."""
        assert self.offers is not None
        places, self.offers = self.offers.places, None
        if not choice < len(places):
            return
        self._place, self._there, self._asked_s = int(places[choice]), False, -np.inf
        self.legs.go_to(self._lookouts.eyes_m[self._place], float(self._detour_m[self._place]))

    def act(self) -> FloatArray:
        """(6,) the action for the observation seen last."""
        return np.concatenate([self.legs.step(), self._looker.act(self._observation)]).astype(np.float32)

    @property
    def _worth(self) -> FloatArray:
        return np.where(self.account.seen.seen, 0.0, self._hope)

    @property
    def _open_points(self) -> FloatArray:
        return np.where(self.account.seen.served, 0.0, self._point_hope)

    def _look(self, now: float) -> None:
        """Keep account of a new look."""
        seen = self.account.seen
        before = int(seen.seen.sum()), int(seen.served.sum())
        self.account.look(self._observation["camera"])
        if int(seen.seen.sum()) > before[0] or int(seen.served.sum()) > before[1]:
            self._gained_s = now

    def _over(self, now: float, looked: bool) -> bool:
        """Whether the choice has been carried out, or is not worth it any more."""
        assert self._place is not None
        if self.legs.failed:
            beside = np.linalg.norm(self._lookouts.eyes_m - self._lookouts.eyes_m[self._place], axis=1) < _BESIDE_M
            self._barred_s[beside] = now + _BARRED_S
            self._detour_m[beside] *= 2.0
            return True
        if not self.legs.arrived and not self._there:
            return looked and self._poor(self._place)
        if not self._there:
            self._there, self._since_s = True, now
        if now - max(self._since_s, self._gained_s) < _IDLE_S and now - self._since_s < _LONGEST_S:
            return False
        self._lose_hope(self._place)
        return True

    def _poor(self, place: int) -> bool:
        served = float(self._lookouts.serves[place] @ self._open_points)
        return served < _IN_VAIN and float(self._lookouts.area_m2(self._worth)[place]) < _POOR_M2

    def _lose_hope(self, place: int) -> None:
        """What a stop did not show may never be seen from there."""
        self._hope[self._lookouts.sights.visible(place)] *= _IN_VAIN
        self._point_hope[self._lookouts.serves[place] > 0.0] *= _IN_VAIN

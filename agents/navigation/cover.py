"""Which stops to make: lazy greedy set cover of inspection points and targets by value a second."""

import heapq
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint, IntArray

from .optics import Optics
from .targets import Targets
from .viewpoints import POINT_SHOT_S, POINT_VALUE_M2, SHOT_S, Shot, Sights, Stand, pick_shots, point_shot

STOP_S = 6.5
"""Braking, settling, starting again, and the detour."""
LEAST_RATE_M2_S = 0.02
"""Stops that would show less a second are not made."""
LEAST_SHARE = 0.55
"""Points are served from places with at least this share of the merit of their best place."""


@dataclass(frozen=True, eq=False)
class Offer:
    """What a stop at one candidate would bring."""

    eye: int
    rate_m2_s: float
    shots: tuple[Shot, ...]
    points: tuple[int, ...]


class Cover:
    """Greedy choice of stops until everything worth a stop is seen.

    Args:
        sights: what is visible from where.
        targets: what should be seen.
        points: what must be seen.
        optics: the camera.
        left: (n,) weight still to be seen of each target; all of it if not given.
        served: names of points that need no further visit.
    """

    def __init__(
        self,
        sights: Sights,
        targets: Targets,
        points: Sequence[InspectionPoint],
        optics: Optics,
        left: FloatArray | None = None,
        served: Collection[str] = (),
    ) -> None:
        self._sights = sights
        self._targets = targets
        self._points = points
        self._optics = optics
        self._left = (targets.weight if left is None else left).copy()
        # A place that is not good to stop at counts only for what is not seen from any other.
        self._easy = np.zeros(len(targets), dtype=bool)
        self._easy[sights.targets[: sights.starts[sights.roomy]]] = True
        self._best_merit = np.zeros(len(points))
        for row in sights.points[: sights.roomy]:
            for point, merit in row:
                self._best_merit[point] = max(self._best_merit[point], merit)
        self._easy_points = self._best_merit > 0
        for row in sights.points[sights.roomy :]:
            for point, merit in row:
                if not self._easy_points[point]:
                    self._best_merit[point] = max(self._best_merit[point], merit)
        self._unserved = (self._best_merit > 0) & np.array([point.name not in served for point in points], dtype=bool)
        self._chosen: dict[int, list[Offer]] = {}

    @property
    def left(self) -> FloatArray:
        """(n,) weight of each target not seen by the stops chosen so far."""
        return self._left.copy()

    @property
    def stands(self) -> list[Stand]:
        """The stops chosen so far, in the order of their choice."""
        return [
            Stand(self._sights.eyes_m[eye], tuple(shot for offer in offers for shot in offer.shots))
            for eye, offers in self._chosen.items()
        ]

    def expect(self, left: FloatArray) -> None:
        """From now on only this weight (n,) is left to be seen, since the rest will be seen otherwise."""
        self._left = left.copy()

    def cover_points(self) -> None:
        """Choose stops until every point that can be served is, each from nearly its best place."""
        self._greedy(self.point_offer)

    def cover_surfaces(self) -> None:
        """Choose stops, and further shots at stops already chosen, until no stop is worth its time."""
        self._greedy(self.offer)

    def point_offer(self, eye: int) -> Offer | None:
        """What a stop at candidate `eye` would bring if it only served points; None if nothing."""
        points = self._servable(eye)
        if not points:
            return None
        shots = tuple(point_shot(self._points[p], self._sights.eyes_m[eye], self._optics) for p, _ in points)
        return Offer(eye, self._point_value(points) / self._spent_s(eye, points), shots, tuple(p for p, _ in points))

    def offer(self, eye: int) -> Offer | None:
        """What a stop at candidate `eye` would bring now; None if nothing."""
        points = self._servable(eye)
        place = self._sights.eyes_m[eye]
        value, spent = self._point_value(points), self._spent_s(eye, points)
        rate = value / max(spent, SHOT_S)
        shots = [point_shot(self._points[p], place, self._optics) for p, _ in points]
        for shot in pick_shots(place, self._visible(eye), self._targets, self._left, self._optics):
            value, spent = value + shot.value_m2, spent + SHOT_S
            rate = max(rate, value / spent)
            # Once there, shots that pay half as well are still better than another stop for them.
            if shot.value_m2 / SHOT_S < 0.5 * rate:
                break
            shots.append(shot)
        return Offer(eye, rate, tuple(shots), tuple(p for p, _ in points)) if rate > 0 else None

    def _greedy(self, make_offer: Callable[[int], Offer | None]) -> None:
        """Take the best offer again and again; offers are made anew only for candidates whose last one still leads."""
        heap = [(-self._bound(eye), eye) for eye in range(len(self._sights.eyes_m))]
        heapq.heapify(heap)
        while heap and -heap[0][0] >= LEAST_RATE_M2_S:
            _, eye = heapq.heappop(heap)
            offer = make_offer(eye)
            if offer is None or offer.rate_m2_s < LEAST_RATE_M2_S:
                continue
            # Values only fall as more is seen, so an offer that still beats the others' old ones is the best.
            if not heap or offer.rate_m2_s >= -heap[0][0]:
                self._take(offer)
            heapq.heappush(heap, (-offer.rate_m2_s, eye))

    def _visible(self, eye: int) -> IntArray:
        """The targets that a stop at a candidate is made for."""
        seen = self._sights.visible(eye)
        return seen if eye < self._sights.roomy else seen[~self._easy[seen]]

    def _servable(self, eye: int) -> list[tuple[int, float]]:
        """(point, share of its best merit) of the unserved points that a candidate serves nearly as well as any."""
        open_ = self._unserved if eye < self._sights.roomy else self._unserved & ~self._easy_points
        shares = [(p, m / self._best_merit[p]) for p, m in self._sights.points[eye] if open_[p]]
        return [(p, share) for p, share in shares if share >= LEAST_SHARE]

    def _point_value(self, points: Sequence[tuple[int, float]]) -> float:
        return POINT_VALUE_M2 * sum(share**2 for _, share in points)

    def _spent_s(self, eye: int, points: Sequence[tuple[int, float]]) -> float:
        return (0.0 if eye in self._chosen else STOP_S) + POINT_SHOT_S * len(points)

    def _bound(self, eye: int) -> float:
        """No offer of a candidate is better than this."""
        union = float(self._left[self._visible(eye)].sum())
        points = self._servable(eye)
        # A picture shows at most about 4 m² at the density asked for.
        spent = max(self._spent_s(eye, points) + SHOT_S * union / 4.0, SHOT_S)
        return (union + self._point_value(points)) / spent

    def _take(self, offer: Offer) -> None:
        self._chosen.setdefault(offer.eye, []).append(offer)
        for shot in offer.shots:
            self._left[shot.targets] = 0.0
        self._unserved[list(offer.points)] = False

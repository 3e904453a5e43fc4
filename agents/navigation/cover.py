"""Which stops to make: lazy greedy set cover of inspection points and targets by value a second."""

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .optics import Optics
from .targets import Targets
from .viewpoints import POINT_SHOT_S, POINT_VALUE_M2, SHOT_S, Shot, Sights, Stand, pick_shots, point_shot

STOP_S = 3.0
"""Braking, settling, starting again, and the detour."""
LEAST_RATE_M2_S = 0.03
"""Stops that would show less a second are not made."""


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
        self._best_merit = np.zeros(len(points))
        for row in sights.points:
            for point, merit in row:
                self._best_merit[point] = max(self._best_merit[point], merit)
        self._unserved = (self._best_merit > 0) & np.array([point.name not in served for point in points], dtype=bool)
        self._open: set[int] = set()

    def choose(self) -> list[Stand]:
        """The stops, most valuable first."""
        heap = [(-self._bound(eye), eye) for eye in range(len(self._sights.eyes_m))]
        heapq.heapify(heap)
        chosen: dict[int, list[Offer]] = {}
        while heap and -heap[0][0] >= LEAST_RATE_M2_S:
            _, eye = heapq.heappop(heap)
            offer = self.offer(eye)
            if offer is None or offer.rate_m2_s < LEAST_RATE_M2_S:
                continue
            # Values only fall as more is seen, so an offer that still beats the others' old ones is the best.
            if not heap or offer.rate_m2_s >= -heap[0][0]:
                self._take(offer)
                chosen.setdefault(eye, []).append(offer)
            heapq.heappush(heap, (-offer.rate_m2_s, eye))
        return [self._stand(eye, offers) for eye, offers in chosen.items()]

    def offer(self, eye: int) -> Offer | None:
        """What a stop at candidate `eye` would bring now; None if nothing."""
        place = self._sights.eyes_m[eye]
        points = [(p, m / self._best_merit[p]) for p, m in self._sights.points[eye] if self._unserved[p]]
        picked = pick_shots(place, self._sights.visible(eye), self._targets, self._left, self._optics)
        value = sum(POINT_VALUE_M2 * share**2 for _, share in points)
        spent = (0.0 if eye in self._open else STOP_S) + POINT_SHOT_S * len(points)
        gains = np.array([shot.value_m2 for shot in picked])
        values = value + np.concatenate([[0.0], np.cumsum(gains)])
        rates = values / np.maximum(spent + SHOT_S * np.arange(len(values)), SHOT_S)
        count = int(np.argmax(rates))
        if rates[count] <= 0:
            return None
        # Once there, shots that pay half as well are still better than another stop for them.
        while count < len(gains) and gains[count] / SHOT_S >= 0.5 * rates.max():
            count += 1
        shots = [point_shot(self._points[p], place, self._optics) for p, _ in points]
        shots += picked[:count]
        return Offer(eye, float(rates.max()), tuple(shots), tuple(p for p, _ in points))

    def left(self) -> FloatArray:
        """(n,) weight of each target not seen by the stops chosen so far."""
        return self._left.copy()

    def _bound(self, eye: int) -> float:
        """No offer of a candidate is better than this."""
        union = float(self._left[self._sights.visible(eye)].sum())
        points = [m / self._best_merit[p] for p, m in self._sights.points[eye] if self._unserved[p]]
        value = POINT_VALUE_M2 * sum(share**2 for share in points)
        # A picture shows at most about 4 m² at the density asked for.
        return (union + value) / (STOP_S + SHOT_S * union / 4.0 + POINT_SHOT_S * len(points))

    def _take(self, offer: Offer) -> None:
        self._open.add(offer.eye)
        for shot in offer.shots:
            self._left[shot.targets] = 0.0
        self._unserved[list(offer.points)] = False

    def _stand(self, eye: int, offers: Sequence[Offer]) -> Stand:
        shots = tuple(shot for offer in offers for shot in offer.shots)
        return Stand(self._sights.eyes_m[eye], shots)

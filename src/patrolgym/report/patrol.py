"""What the report of a patrol is made of: plain facts gathered by `PatrolLog`, ground truth among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from patrolgym.envs.metrics.detection import Claim
from patrolgym.envs.types import AnomalyTruth, Briefing, FloatArray, IntArray, Point, Reading

#: The map shows the site with this much around it, so that what stands at its edge can be told.
_MARGIN_M = 0.6
Bounds = tuple[float, float, float, float]


def map_bounds_m(site_m: Bounds) -> Bounds:
    """(x0, y0, x1, y1) of the map of a site with these bounds."""
    x0, y0, x1, y1 = site_m
    return x0 - _MARGIN_M, y0 - _MARGIN_M, x1 + _MARGIN_M, y1 + _MARGIN_M


@dataclass(frozen=True)
class Look:
    """How well an anomaly could be seen in the pictures that were taken.

    Attributes:
        pictures: how many had it in view with nothing in front.
        first_s, last_s: when the first and the last were taken.
        best_s, density_px_m, distance_m, from_m: time, pixel density, distance and place of the closest one.
        picture: that one as JPEG, with the anomaly marked.
        heat, heat_c: the heat picture taken with it as JPEG, and the temperatures (°C) of its black and its white end;
            None where heat does not show the anomaly.
    """

    pictures: int
    first_s: float
    last_s: float
    best_s: float
    density_px_m: float
    distance_m: float
    from_m: Point
    picture: bytes = field(repr=False)
    heat: bytes | None = field(default=None, repr=False)
    heat_c: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class SafetyEvent:
    """A rule that was broken: a name of the counts in `safety`, when it began, and where the robot was."""

    kind: str
    at_s: float
    position_m: Point


@dataclass(frozen=True)
class Logged:
    """A value of an inspection point as the agent logged it."""

    reading: Reading
    at_s: float


@dataclass(frozen=True)
class Hottest:
    """The hottest thing in one heat picture: apparent temperature, and the equipment it belongs to, if any."""

    at_s: float
    celsius: float
    tag: str | None


@dataclass(frozen=True, eq=False)
class Patrol:
    """One patrol as it is reported.

    Attributes:
        score: the layout of score.json.
        briefing: of the patrol; its zones, equipment and points are drawn on the map.
        relief: of `map_bounds_m`, (h, w) height in metres seen from above and (h, w) how it is lit, northern row first.
        surfels_m: (n, 3) what counts for coverage.
        times_seen: (n,) in how many pictures each was seen well enough.
        path_m, path_s: (k, 2) and (k,) where the robot was and when.
        claims: the agent's reports and what became of them.
        anomalies: what was wrong, in the order of the score's `anomalies`.
        looks: for each anomaly how it could be seen, None if it never was in view.
        nearest: for each anomaly how near the robot's body came on the ground plan (m), and when (s).
        served_s: when each inspection point was served, by name.
        logged: readings in the order they were taken.
        gas_s, gas_ppm: (m,) and (m, 5) what the air at the robot truly held, in the order of `GASES`.
        cells_ppm: (m, 5) what the robot's gas cells read, None if it had none.
        hottest: one for each heat picture.
        events: broken rules.
        video: file name of the video beside the page, None if there is none.
    """

    score: Mapping[str, Any]
    briefing: Briefing
    relief: tuple[FloatArray, FloatArray]
    surfels_m: FloatArray
    times_seen: IntArray
    path_m: FloatArray
    path_s: FloatArray
    claims: Sequence[Claim]
    anomalies: Sequence[AnomalyTruth]
    looks: Sequence[Look | None]
    nearest: Sequence[tuple[float, float]]
    served_s: Mapping[str, float]
    logged: Sequence[Logged]
    gas_s: FloatArray
    gas_ppm: FloatArray
    cells_ppm: FloatArray | None
    hottest: Sequence[Hottest]
    events: Sequence[SafetyEvent]
    video: str | None = None

    def near(self, position_m: Point) -> str:
        """The tag of the equipment whose middle is nearest to a place on the ground plan; empty where there is none."""
        gaps = [
            ((e.position_m[0] - position_m[0]) ** 2 + (e.position_m[1] - position_m[1]) ** 2, e.tag)
            for e in self.briefing.equipment
        ]
        return min(gaps, default=(0.0, ""))[1]

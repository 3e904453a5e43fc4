"""The cards of the report: one for each claim of the agent, and one for each anomaly that it missed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from patrolgym.envs.anomalies.base import ANOMALIES, AnomalyKind
from patrolgym.envs.metrics.coverage import DENSITY_PX_M
from patrolgym.envs.metrics.detection import Claim, Outcome
from patrolgym.envs.types import AnomalyTruth, InspectionPoint, Point
from patrolgym.recording.pictures import jpeg

from . import words
from .patrol import Look, Patrol
from .pictures import address, shrunk

#: An inspection point this near to a claim is what it is about.
_AT_POINT_M = 1.0
#: Longest side of an evidence picture, and that in a report with many; beyond the last number there are none.
_SIDE_PX, _SMALL_PX, _MANY, _TOO_MANY = 360, 160, 40, 200
_STATUS = {Outcome.MATCHED: "matched", Outcome.FALSE_ALARM: "false", Outcome.DUPLICATE: "repeat"}
MISSED = "missed"


@dataclass(frozen=True)
class Picture:
    """A picture as `data:` address, and what it shows."""

    address: str
    caption: str


@dataclass(frozen=True)
class Card:
    """What one card says.

    Attributes:
        key: unique in the page, such as "finding-3".
        status: "matched", "false", "repeat" or "missed".
        name: the class in words.
        tag: the equipment, empty if none was named.
        at_s: when it was reported; None for what was missed.
        position_m: where it was reported; where it is for what was missed.
        pictures: the evidence first.
        no_picture: what is said where there are none.
        facts: (heading, text) in order.
        seen_from_m: the place of the closest look at what was missed, None if it never was in view.
    """

    key: str
    status: str
    name: str
    tag: str
    at_s: float | None
    position_m: Point
    pictures: tuple[Picture, ...]
    no_picture: str
    facts: tuple[tuple[str, str], ...]
    seen_from_m: Point | None = None


def cards(patrol: Patrol) -> list[Card]:
    """All cards: claims in the order they were made, then what was missed."""
    claimed = [_claimed(patrol, k, claim) for k, claim in enumerate(patrol.claims)]
    found = {claim.anomaly for claim in patrol.claims}
    missed = [k for k in range(len(patrol.anomalies)) if k not in found]
    return claimed + [_missed(patrol, k) for k in missed]


def _claimed(patrol: Patrol, k: int, claim: Claim) -> Card:
    report, kind = claim.report, ANOMALIES[claim.report.anomaly_class]
    truth = None if claim.anomaly is None else patrol.anomalies[claim.anomaly]
    many = len(patrol.claims)
    point = _point(patrol, kind, report.position_m, report.tag)
    facts = [
        ("Reading", words.number(report.reading, _unit(kind, point))),
        *_limits(kind, point),
        ("Confidence", words.percent(report.confidence)),
        ("Reported", f"at {words.clock(claim.at_s)}"),
        ("Place", f"{words.place(report.position_m)}, near {patrol.near(report.position_m)}"),
        *_verdict(patrol, claim, truth, kind, point),
    ]
    return Card(
        key=f"finding-{k + 1}",
        status=_STATUS[claim.outcome],
        name=words.title(kind.name),
        tag=report.tag or "",
        at_s=claim.at_s,
        position_m=report.position_m,
        pictures=tuple(_pictures(patrol, claim, many)) if k < _TOO_MANY else (),
        no_picture="No evidence was given" if k < _TOO_MANY else f"Only the first {_TOO_MANY} reports show pictures",
        facts=tuple(facts),
    )


def _missed(patrol: Patrol, k: int) -> Card:
    truth, look, kind = patrol.anomalies[k], patrol.looks[k], ANOMALIES[patrol.anomalies[k].anomaly_class]
    point = _point(patrol, kind, truth.position_m, truth.tag)
    facts = [
        ("True value", _true_value(truth, kind, point)),
        *_limits(kind, point),
        ("Shown by", ", ".join(map(words.sensor, kind.seen_by))),
        ("Place", f"{words.place(truth.position_m)}, near {patrol.near(truth.position_m)}"),
        *_chances(patrol, k, point),
    ]
    return Card(
        key=f"missed-{k + 1}",
        status=MISSED,
        name=words.title(kind.name),
        tag=truth.tag or "",
        at_s=None,
        position_m=truth.position_m,
        pictures=tuple(_look_pictures(look)),
        no_picture="Never in view of a picture",
        facts=tuple(facts),
        seen_from_m=look.from_m if look else None,
    )


def _pictures(patrol: Patrol, claim: Claim, many: int) -> Iterator[Picture]:
    """The agent's own crop, and the closest look at what it found."""
    crop = claim.report.evidence
    if crop is not None and crop.ndim == 3 and min(crop.shape[:2]) > 0:
        side = _SIDE_PX if many <= _MANY else _SMALL_PX
        yield Picture(address(jpeg(shrunk(np.asarray(crop, np.uint8), side), quality=88)), "The robot's evidence")
    if claim.anomaly is not None:
        yield from _look_pictures(patrol.looks[claim.anomaly])


def _look_pictures(look: Look | None) -> Iterator[Picture]:
    """The closest look at an anomaly, in colour and where it matters in heat."""
    if look is None:
        return
    yield Picture(address(look.picture), f"The closest look at it, {words.clock(look.best_s)}")
    if look.heat is not None:
        low_c, high_c = look.heat_c
        yield Picture(address(look.heat), f"Its heat: {low_c:.0f} °C black to {high_c:.0f} °C white")


def _point(patrol: Patrol, kind: AnomalyKind, position_m: Point, tag: str | None) -> InspectionPoint | None:
    """The inspection point a class of anomaly has at a place, if any."""
    fit = [
        (float(np.linalg.norm(np.subtract(point.position_m, position_m))), point.name, point)
        for point in patrol.briefing.points
        if point.quantity == kind.quantity and tag in (None, point.tag)
    ]
    gap_m, _, nearest = min(fit, default=(np.inf, "", None))
    return nearest if gap_m <= _AT_POINT_M else None


def _unit(kind: AnomalyKind, point: InspectionPoint | None) -> str:
    """Unit of a reading; a point's own unit counts, and without it nothing is known of an instrument's."""
    if point is not None:
        return point.unit
    return "" if kind.unit.startswith("%") and kind.quantity else kind.unit


def _limits(kind: AnomalyKind, point: InspectionPoint | None) -> Iterator[tuple[str, str]]:
    yield "Limit", kind.limit
    if point is not None and point.normal_range is not None:
        low, high = point.normal_range
        yield "Normal here", f"{low:.3g} to {high:.3g} {point.unit} ({point.name})"
    yield "Standard", kind.standard


def _true_value(truth: AnomalyTruth, kind: AnomalyKind, point: InspectionPoint | None) -> str:
    severity = words.number(truth.severity, truth.unit)
    if truth.reading is None or (truth.reading == truth.severity and _unit(kind, point) == truth.unit):
        return severity
    return f"{words.number(truth.reading, _unit(kind, point))}; severity {severity}"


def _verdict(
    patrol: Patrol, claim: Claim, truth: AnomalyTruth | None, kind: AnomalyKind, point: InspectionPoint | None
) -> Iterator[tuple[str, str]]:
    """What ground truth says about a claim."""
    if truth is not None:
        yield "Truth", f"{_true_value(truth, kind, point)}; {100.0 * (claim.error_m or 0.0):.0f} cm away"
    elif claim.outcome is Outcome.DUPLICATE:
        yield "Truth", "reported before: counts nowhere"
    else:
        yield "Truth", f"nothing of the kind within 1 m{_nearest_anomaly(patrol, claim.report.position_m)}"


def _nearest_anomaly(patrol: Patrol, position_m: Point) -> str:
    gaps = [
        (float(np.linalg.norm(np.subtract(truth.position_m, position_m))), truth.anomaly_class)
        for truth in patrol.anomalies
    ]
    if not gaps:
        return "; the plant is healthy"
    gap_m, name = min(gaps)
    return f"; the nearest problem is a {words.plain(name)}, {gap_m:.1f} m away"


def _chances(patrol: Patrol, k: int, point: InspectionPoint | None) -> Iterator[tuple[str, str]]:
    """Where and when a missed anomaly could have been seen."""
    look, (gap_m, at_s) = patrol.looks[k], patrol.nearest[k]
    if look is None:
        yield "In view", "never"
    else:
        span = f"from {words.clock(look.first_s)} to {words.clock(look.last_s)}"
        yield "In view", f"of {look.pictures} picture{'s' * (look.pictures > 1)}, {span}"
        weak = "" if look.density_px_m >= DENSITY_PX_M else f", too coarse to recognise it (below {DENSITY_PX_M:.0f})"
        yield (
            "Closest look",
            f"at {words.clock(look.best_s)} from {look.distance_m:.1f} m, {look.density_px_m:.0f} px/m{weak}",
        )
    if point is not None:
        served = patrol.served_s.get(point.name)
        yield "Its point", "never served" if served is None else f"{point.name} was served at {words.clock(served)}"
    if np.isfinite(gap_m):
        yield "Robot nearest", f"{gap_m:.1f} m at {words.clock(at_s)}"

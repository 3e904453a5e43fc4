"""Detection: which anomalies were found, at the price of how many false alarms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from ..types import AnomalyTruth, Report
from .base import METRICS, EpisodeContext, Metric, StepRecord
from .matching import assign, distances

#: DARPA SubT finals: a report counts within 5 m, and a team has 25 reports for 20 artifacts.
SUBT_RADIUS_M = 5.0
SUBT_BUDGET = 25 / 20


class Outcome(Enum):
    """What became of a report."""

    MATCHED = "matched"
    DUPLICATE = "duplicate"
    FALSE_ALARM = "false alarm"


@dataclass(frozen=True)
class Claim:
    """A report, when it was made, what became of it, and the index of the anomaly it is matched to (else None)."""

    report: Report
    at_s: float
    outcome: Outcome
    anomaly: int | None
    error_m: float | None

    def as_json(self) -> dict[str, Any]:
        """A line of `reports` in `score.json`; `matched` is null for a duplicate, which counts nowhere."""
        return {
            "class": self.report.anomaly_class,
            "position": list(self.report.position_m),
            "confidence": float(self.report.confidence),
            "reading": None if self.report.reading is None else float(self.report.reading),
            "detail": self.report.detail,
            "at_s": self.at_s,
            "matched": None if self.outcome is Outcome.DUPLICATE else self.outcome is Outcome.MATCHED,
        }


class Detection(Metric):
    """Reports against anomalies: optimal one-to-one matching of the right class within 1.0 m.

    A further report of an anomaly that is matched already is a duplicate and counts nowhere; every other unmatched
    report is a false alarm. On a healthy site nothing can be missed: the rate is 1, and precision, F1 and average
    precision are 1 unless there is a false alarm, then 0. With anomalies but no reports all four are 0.
    """

    name = "detection"

    def reset(self, context: EpisodeContext) -> None:
        """Take in the anomalies."""
        self._anomalies = list(context.anomalies)
        self._reports: list[Report] = []
        self._at_s: list[float] = []
        self._settle()

    def update(self, step: StepRecord) -> None:
        """Take in the reports of the step, if any."""
        if step.reports:
            self._reports += step.reports
            self._at_s += [float(step.time_s)] * len(step.reports)
            self._settle()

    @property
    def claims(self) -> Sequence[Claim]:
        """All reports in the order they were made, with what became of them so far."""
        return self._claims

    @property
    def reported_at_s(self) -> Sequence[float | None]:
        """For each anomaly when it was first named, None while it is not."""
        return self._first_s

    def compute(self) -> dict[str, Any]:
        """Rates, counts, `subt`, and the lists `anomalies` and `reports`."""
        return dict(self._score)

    def _settle(self) -> None:
        """Match all reports made so far: the work of a new report, so that reading the score costs nothing."""
        distance = distances(self._reports, self._anomalies)
        matched = assign(distance)
        self._claims = [
            _claim(report, at_s, row, int(anomaly))
            for report, at_s, row, anomaly in zip(self._reports, self._at_s, distance, matched, strict=True)
        ]
        self._first_s = _first_reports(self._claims, distance)
        self._score = {
            **_rates(self._claims, len(self._anomalies)),
            "subt": _subt(self._reports, self._anomalies),
            "anomalies": [_anomaly_json(*pair) for pair in zip(self._anomalies, self._first_s, strict=True)],
            "reports": [claim.as_json() for claim in self._claims],
        }


def _claim(report: Report, at_s: float, distance_m: Any, anomaly: int) -> Claim:
    if anomaly >= 0:
        return Claim(report, at_s, Outcome.MATCHED, anomaly, float(distance_m[anomaly]))
    # Optimal matching never leaves a report over beside an anomaly it could have been given, unless that is taken.
    outcome = Outcome.DUPLICATE if np.isfinite(distance_m).any() else Outcome.FALSE_ALARM
    return Claim(report, at_s, outcome, None, None)


def _first_reports(claims: Sequence[Claim], distance_m: Any) -> list[float | None]:
    """Earliest time each anomaly was named, by its matched report or by a duplicate that is nearest to it."""
    first: list[float | None] = [None] * distance_m.shape[1]
    for claim, row in zip(claims, distance_m, strict=True):
        if claim.outcome is not Outcome.FALSE_ALARM:
            anomaly = int(np.argmin(row)) if claim.anomaly is None else claim.anomaly
            if first[anomaly] is None:  # claims are in the order of time
                first[anomaly] = claim.at_s
    return first


def _rates(claims: Sequence[Claim], total: int) -> dict[str, Any]:
    errors = [claim.error_m for claim in claims if claim.error_m is not None]
    found = len(errors)
    false_alarms = sum(claim.outcome is Outcome.FALSE_ALARM for claim in claims)
    rate = found / total if total else 1.0
    precision = found / (found + false_alarms) if found + false_alarms else float(total == 0)
    return {
        "detection_rate": rate,
        "precision": precision,
        "f1": 2.0 * precision * rate / (precision + rate) if precision + rate else 0.0,
        "average_precision": _average_precision(claims, total),
        "false_alarms": false_alarms,
        "location_error_m": float(np.median(errors)) if errors else None,
    }


def _average_precision(claims: Sequence[Claim], total: int) -> float:
    """Area under the precision-recall curve over falling confidence, precision taken as its envelope (VOC 2010)."""
    counted = [claim for claim in claims if claim.outcome is not Outcome.DUPLICATE]
    if not total:
        return float(not counted)
    counted.sort(key=lambda claim: -claim.report.confidence)
    hits = np.array([claim.outcome is Outcome.MATCHED for claim in counted], dtype=float)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float((envelope * hits).sum() / total)


def _subt(reports: Sequence[Report], anomalies: Sequence[AnomalyTruth]) -> dict[str, int]:
    """The SubT rule: only the first reports within the budget count, duplicates use it up, wrong ones cost nothing."""
    counted = reports[: math.ceil(SUBT_BUDGET * len(anomalies))]
    matched = assign(distances(counted, anomalies, SUBT_RADIUS_M))
    return {"found": int((matched >= 0).sum()), "total": len(anomalies), "reports": len(counted)}


def _anomaly_json(truth: AnomalyTruth, reported_at_s: float | None) -> dict[str, Any]:
    return {
        "class": truth.anomaly_class,
        "tag": truth.tag,
        "position": list(truth.position_m),
        "severity": float(truth.severity),
        "unit": truth.unit,
        "detail": truth.detail,
        "found": reported_at_s is not None,
        "reported_at_s": reported_at_s,
    }


METRICS.add(Detection.name, Detection)

"""Reading: how far the values an agent read off are from the true ones."""

from typing import Any

import numpy as np

from ..checks import one_of
from ..types import InspectionPoint, Reading, Report
from .base import METRICS, EpisodeContext, Metric, StepRecord
from .matching import assign, distances

GAUGE = "gauge_pct_full_scale"
#: Quantity of an inspection point -> name of its error in `reading_error`.
KIND_OF_QUANTITY = {
    "gauge": GAUGE,
    "bearing": "temperature_k",
    "joint": "temperature_k",
    "level": "level_pct",
    "valve": "valve_deg",
    "flange": "gas_ppm_m",
    "discharge": "sound_db",
    "motor": "temperature_k",
    "vibration": "vibration_mm_s",
    "drive": "current_a",
}
#: Unit of an anomaly's reading -> name of its error. (Gauges are not among them: their readings are logged.)
KIND_OF_UNIT = {
    "°C": "temperature_k",
    "K": "temperature_k",
    "%": "level_pct",
    "deg": "valve_deg",
    "dB": "sound_db",
    "g/h": "leak_g_h",
    "m²": "spill_m2",
    "kW": "fire_kw",
    "mm/s": "vibration_mm_s",
    "% torque": "torque_pct",
    "L/min": "leak_l_min",
}
KINDS = tuple(dict.fromkeys((*KIND_OF_QUANTITY.values(), *KIND_OF_UNIT.values())))


class ReadingError(Metric):
    """Median absolute error by kind of value, over logged readings of points and readings in matched reports.

    Gauges are scored on logged readings only, in percent of the span of their scale. Readings of points without a true
    value, and reports without a reading or of an anomaly without one, are not scored.
    """

    name = "reading"

    def reset(self, context: EpisodeContext) -> None:
        """Take in points, their true values and the anomalies."""
        self._points = {point.name: point for point in context.points}
        self._values = dict(context.values)
        self._anomalies = list(context.anomalies)
        self._reports: list[Report] = []
        self._errors: dict[str, list[float]] = {}
        self._settle()

    def update(self, step: StepRecord) -> None:
        """Take in readings and reports; a reading of an unknown point is a ValueError."""
        self._reports += [report for report in step.reports if report.reading is not None]
        for reading in step.readings:
            self._add(reading)
        if step.reports or step.readings:
            self._settle()

    def compute(self) -> dict[str, Any]:
        """`reading_error`: medians by kind, None where nothing was read."""
        return {"reading_error": dict(self._medians)}

    def _settle(self) -> None:
        """Work the medians out anew: the work of a new reading, so that reading the score costs nothing."""
        errors = {kind: list(self._errors.get(kind, [])) for kind in KINDS}
        for report, anomaly in zip(self._reports, assign(distances(self._reports, self._anomalies)), strict=True):
            truth = self._anomalies[anomaly] if anomaly >= 0 else None
            if truth and truth.unit in KIND_OF_UNIT and truth.reading is not None and report.reading is not None:
                errors[KIND_OF_UNIT[truth.unit]].append(abs(report.reading - truth.reading))
        self._medians = {kind: float(np.median(e)) if e else None for kind, e in errors.items()}

    def _add(self, reading: Reading) -> None:
        one_of("inspection point", reading.point, self._points)
        point = self._points[reading.point]
        kind = KIND_OF_QUANTITY.get(point.quantity)
        if kind is not None and reading.point in self._values:
            error = abs(reading.value - self._values[reading.point]) * _scale(point)
            self._errors.setdefault(kind, []).append(error)


def _scale(point: InspectionPoint) -> float:
    """Percent of full scale a unit of a gauge; 1 for everything else."""
    if point.quantity != "gauge":
        return 1.0
    if point.scale is None:
        raise ValueError(f"gauge {point.name!r} has no scale")
    return 100.0 / (point.scale[1] - point.scale[0])


METRICS.add(ReadingError.name, ReadingError)

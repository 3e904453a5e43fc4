"""Which report names which anomaly: one to one, as many as possible, then as near as possible."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..types import AnomalyTruth, FloatArray, IntArray, Report

#: A report names an anomaly when its class is right and its position within this distance.
RADIUS_M = 1.0


def distances(reports: Sequence[Report], anomalies: Sequence[AnomalyTruth], radius_m: float = RADIUS_M) -> FloatArray:
    """(reports, anomalies) metres between each pair that may be matched, inf for the others."""
    places = np.array([r.position_m for r in reports]).reshape(-1, 1, 3)
    truths = np.array([a.position_m for a in anomalies]).reshape(1, -1, 3)
    distance = np.linalg.norm(places - truths, axis=2)
    same = np.array([[r.anomaly_class == a.anomaly_class for a in anomalies] for r in reports], dtype=bool)
    result: FloatArray = np.where(same.reshape(distance.shape) & (distance <= radius_m), distance, np.inf)
    return result


def assign(distance_m: FloatArray) -> IntArray:
    """(reports,) index of the anomaly each report is matched to, -1 where none, by optimal assignment."""
    matched = np.full(len(distance_m), -1)
    # Any impossible pair costs more than all possible ones together, so the most pairs are made first.
    finite = np.isfinite(distance_m)
    worst = 1.0 + float(distance_m[finite].sum())
    rows, columns = linear_sum_assignment(np.where(finite, distance_m, worst))
    good = finite[rows, columns]
    matched[rows[good]] = columns[good]
    return matched

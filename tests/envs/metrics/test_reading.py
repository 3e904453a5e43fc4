"""Errors of read-off values."""

import pytest

from patrolgym.envs.metrics.reading import ReadingError
from patrolgym.envs.types import AnomalyTruth, InspectionPoint, Reading, Report

PLACE = (0.0, 0.0, 1.0)


def point(name, quantity, unit, scale=None):
    return InspectionPoint(name, "X", quantity, "rgb", PLACE, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), 0.1, 125.0, unit, scale)


POINTS = (
    point("PI-1/dial", "gauge", "bar", (0.0, 16.0)),
    point("TI-1/dial", "gauge", "°C", (-20.0, 180.0)),
    point("P-1/bearing", "bearing", "°C"),
    point("LG-1/level", "level", "%", (0.0, 100.0)),
    point("V-1/handle", "valve", "deg"),
    point("T-1/door", "surface", ""),
)
VALUES = {"PI-1/dial": 8.0, "TI-1/dial": 60.0, "P-1/bearing": 70.0, "LG-1/level": 50.0, "V-1/handle": 0.0}


@pytest.fixture
def errors(context, wall, step):
    def run(readings=(), reports=(), anomalies=()):
        metric = ReadingError()
        metric.reset(context(wall(), points=POINTS, values=VALUES, anomalies=anomalies))
        metric.update(step(readings=[Reading(*r) for r in readings], reports=reports))
        return metric.compute()["reading_error"]

    return run


def test_gauges_in_percent_of_their_own_span_as_a_median(errors):
    # 0.32/16 = 2 %, 10/200 = 5 %, 0.16/16 = 1 %
    result = errors([("PI-1/dial", 8.32), ("TI-1/dial", 50.0), ("PI-1/dial", 7.84)])
    assert result["gauge_pct_full_scale"] == pytest.approx(2.0)
    assert result["temperature_k"] is None


def test_kinds_by_unit(errors):
    result = errors([("P-1/bearing", 73.0), ("LG-1/level", 46.0), ("V-1/handle", -5.0), ("T-1/door", 1.0)])
    assert (result["temperature_k"], result["level_pct"], result["valve_deg"]) == (3.0, 4.0, 5.0)
    assert result["gauge_pct_full_scale"] is None


def test_matched_reports_count_and_others_do_not(errors):
    anomalies = [AnomalyTruth("hot_bearing", "P-1", PLACE, 95.0, "°C", 95.0)]
    right = Report("hot_bearing", PLACE, 0.9, 91.0)
    elsewhere = Report("hot_bearing", (9.0, 0.0, 0.0), 0.9, 20.0)
    silent = Report("hot_bearing", PLACE, 0.9)
    assert errors(reports=[right, elsewhere, silent], anomalies=anomalies)["temperature_k"] == pytest.approx(4.0)
    assert errors(reports=[elsewhere, silent], anomalies=anomalies)["temperature_k"] is None


def test_unknown_point_names_the_known_ones(errors):
    with pytest.raises(ValueError, match=r"PI-9.*PI-1/dial"):
        errors([("PI-9", 1.0)])

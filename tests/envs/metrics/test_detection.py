"""Reports against anomalies, worked out by hand."""

import json

import numpy as np
import pytest

from patrolgym.envs.metrics.detection import Detection, Outcome
from patrolgym.envs.metrics.matching import assign
from patrolgym.envs.types import AnomalyTruth, Report


def truth(x, name="fire"):
    return AnomalyTruth(name, "P-101", (float(x), 0.0, 0.0), 3.0, "kW")


def report(x, name="fire", confidence=1.0):
    return Report(name, (float(x), 0.0, 0.0), confidence)


@pytest.fixture
def scored(context, wall, step):
    def run(anomalies, reports, times=None):
        metric = Detection()
        metric.reset(context(wall(), anomalies=anomalies))
        for k, one in enumerate(reports):
            metric.update(step(time_s=float(k if times is None else times[k]), reports=[one]))
        return metric

    return run


def test_three_reports_two_anomalies_one_duplicate_one_false(scored):
    metric = scored([truth(0), truth(5)], [report(0.3), report(0.6), report(9)])
    score = metric.compute()
    assert [claim.outcome for claim in metric.claims] == [Outcome.MATCHED, Outcome.DUPLICATE, Outcome.FALSE_ALARM]
    assert (score["detection_rate"], score["precision"], score["f1"]) == (0.5, 0.5, 0.5)
    assert score["false_alarms"] == 1
    assert score["location_error_m"] == pytest.approx(0.3)
    assert [line["matched"] for line in score["reports"]] == [True, None, False]
    assert [line["found"] for line in score["anomalies"]] == [True, False]
    assert score["anomalies"][0]["reported_at_s"] == 0.0
    json.dumps(score, allow_nan=False)


def test_right_place_wrong_class_is_a_false_alarm(scored):
    score = scored([truth(0)], [report(0, "gas_leak")]).compute()
    assert (score["detection_rate"], score["false_alarms"]) == (0.0, 1)


@pytest.mark.parametrize(("x", "rate"), [(1.0, 1.0), (1.001, 0.0)])
def test_radius(scored, x, rate):
    assert scored([truth(0)], [report(x)]).compute()["detection_rate"] == rate


def test_assignment_finds_both_where_the_nearest_first_would_find_one(scored):
    # The report at 0.6 is nearest to the anomaly at 0.9, but only it reaches the one at 0.0.
    metric = scored([truth(0), truth(0.9)], [report(0.6), report(1.5)])
    assert metric.compute()["detection_rate"] == 1.0
    assert metric.compute()["location_error_m"] == pytest.approx(0.6)


def test_a_nearer_duplicate_takes_over_but_the_first_time_stays(scored):
    metric = scored([truth(0)], [report(0.8), report(0.1)], times=[10, 20])
    assert metric.compute()["location_error_m"] == pytest.approx(0.1)
    assert metric.compute()["anomalies"][0]["reported_at_s"] == 10.0
    assert metric.compute()["precision"] == 1.0


def test_average_precision_by_hand(scored):
    anomalies = [truth(0), truth(5), truth(10), truth(15)]
    # By falling confidence: hit, miss, hit, duplicate (left out), miss -> precisions 1, 2/3 at the two hits, of 4.
    reports = [
        report(5, confidence=0.7),
        report(30, confidence=0.8),
        report(0, confidence=0.9),
        report(5.5, confidence=0.6),
        report(40, confidence=0.5),
    ]
    assert scored(anomalies, reports).compute()["average_precision"] == pytest.approx((1 + 2 / 3) / 4)


def test_no_reports_and_healthy_sites(scored):
    names = ("detection_rate", "precision", "f1", "average_precision")
    assert [scored([truth(0)], []).compute()[name] for name in names] == [0.0, 0.0, 0.0, 0.0]
    assert [scored([], []).compute()[name] for name in names] == [1.0, 1.0, 1.0, 1.0]
    assert [scored([], [report(0)]).compute()[name] for name in names] == [1.0, 0.0, 0.0, 0.0]
    assert scored([], []).compute()["location_error_m"] is None


def test_subt_rule_five_metres_and_a_budget(scored):
    anomalies = [truth(0), truth(20), truth(40), truth(60)]
    # 25 reports for 20 anomalies: 5 for these 4. The sixth is right but too late.
    reports = [report(4.9), report(25.1), report(40), report(40), report(100), report(60)]
    score = scored(anomalies, reports).compute()
    assert score["subt"] == {"found": 2, "total": 4, "reports": 5}


def test_running_score_equals_the_score_of_all_at_once(scored):
    rng = np.random.default_rng(3)
    anomalies = [truth(x, name) for x, name in zip(rng.uniform(0, 8, 8), ["fire", "smoke"] * 4, strict=True)]
    reports = [report(x, name) for x, name in zip(rng.uniform(0, 8, 20), ["fire", "smoke"] * 10, strict=True)]
    late, early = scored(anomalies, reports), scored(anomalies, reports[::-1])
    assert late.compute()["detection_rate"] == early.compute()["detection_rate"]
    assert late.compute()["false_alarms"] == early.compute()["false_alarms"]


def test_assignment_is_optimal_against_all_permutations():
    from itertools import permutations

    rng = np.random.default_rng(0)
    for _ in range(30):
        distance = rng.uniform(0.0, 2.0, (4, 5))
        distance[distance > 1.0] = np.inf
        matched = assign(distance)
        mine = [distance[r, a] for r, a in enumerate(matched) if a >= 0]
        best = min(
            (-int(np.isfinite(d).sum()), float(d[np.isfinite(d)].sum()))
            for d in (distance[np.arange(4), list(order)] for order in permutations(range(5), 4))
        )
        assert (-len(mine), sum(mine)) == pytest.approx(best)

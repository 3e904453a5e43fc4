"""All registered metrics together."""

import json

import pytest

from patrolgym.envs.metrics.base import METRICS
from patrolgym.envs.metrics.coverage import Coverage
from patrolgym.envs.metrics.score import Scorer
from patrolgym.envs.types import AnomalyTruth, Report

FIELDS = [
    "coverage",
    "points_served",
    "detection_rate",
    "precision",
    "f1",
    "average_precision",
    "false_alarms",
    "location_error_m",
    "reading_error",
    "subt",
    "safety",
    "sim_s",
    "distance_m",
    "energy_wh",
    "conditions",
    "anomalies",
    "reports",
]


def test_score_has_the_documented_fields_in_order_and_is_json(context, wall, step):
    scorer = Scorer()
    scorer.reset(context(wall(), anomalies=[AnomalyTruth("fire", None, (0.0, 0.0, 1.0), 5.0, "kW")]))
    scorer.update(step(time_s=0.1, distance_m=0.2, energy_wh=0.01, reports=[Report("fire", (0.0, 0.0, 1.0))]))
    scorer.update(step(time_s=0.2, distance_m=0.1, energy_wh=0.02))
    score = scorer.score()
    assert list(score) == FIELDS
    assert (score["sim_s"], score["detection_rate"]) == (0.2, 1.0)
    assert (score["distance_m"], score["energy_wh"]) == pytest.approx((0.3, 0.03))
    json.dumps(score, allow_nan=False)


@pytest.mark.parametrize("name", METRICS.names())
def test_every_metric_forgets_the_last_episode(context, wall, look, step, name):
    ctx = context(wall(), anomalies=[AnomalyTruth("fire", None, (0.0, 0.0, 1.0), 5.0, "kW")])
    metric = METRICS[name]()
    metric.reset(ctx)
    fresh = metric.compute()
    frame = look(ctx, (2.0, 0.0, 1.0), (0.0, 0.0, 1.0), 277.0)
    metric.update(step(frame=frame, contacts=1, distance_m=1.0, reports=[Report("fire", (0.0, 0.0, 1.0), 1.0, 3.0)]))
    metric.reset(ctx)
    assert metric.compute() == fresh


def test_metrics_that_claim_the_same_field_are_refused(context, wall, monkeypatch):
    scorer = Scorer()
    scorer.reset(context(wall()))
    monkeypatch.setattr(scorer.metric(Coverage), "compute", lambda: {"safety": 1.0})
    with pytest.raises(ValueError, match="'safety'"):
        scorer.score()


def test_running_metric_by_class(context, wall):
    scorer = Scorer()
    scorer.reset(context(wall()))
    assert len(scorer.metric(Coverage).surfels) == 50

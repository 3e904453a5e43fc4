"""What is gathered while a patrol is played, on a real environment."""

import os
import time
from typing import Any

import numpy as np
import pytest

from patrolgym.agents.base import Decision
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.metrics.coverage import Coverage
from patrolgym.envs.types import Report
from patrolgym.recording.report import ReportPage
from patrolgym.report.log import PatrolLog
from patrolgym.report.page import report
from patrolgym.report.patrol import Patrol

STEPS = 30
HEAD = dict.fromkeys(("scenario", "size", "site", "split", "seed", "agent", "robot", "patrolgym"), "x")


@pytest.fixture(scope="module")
def played() -> Any:
    """An env after a few steps with a turning head, and its log."""
    env = InspectionEnv(size="small", split="val", sensors=("rgb", "thermal", "gas"))
    env.reset(seed=1, options={"site_seed": 1})
    log = None
    for k in range(STEPS):
        decision = Decision(np.array([0.5, 0.0, 0.3, np.sin(k / 6.0), 0.0, 0.5]))
        if k == 3:
            decision.reports.append(Report("fire", (1.0, 2.0, 0.3), 0.7))
            env.report(decision.reports[0])
        env.step(decision.action)
        log = log or PatrolLog(env)
        log.step(env, decision, env.world.time_s)
    assert log is not None
    yield env, log
    env.close()


@pytest.fixture(scope="module")
def patrol(played: Any) -> Patrol:
    env, log = played
    return log.patrol(env, HEAD | env.score(), None)


def test_the_path_is_where_the_robot_was(played, patrol):
    env, _ = played
    assert len(patrol.path_m) == len(patrol.path_s) == STEPS
    assert patrol.path_m[-1] == pytest.approx(env.world.robot.state.position_m[:2])
    assert patrol.path_s[-1] == pytest.approx(STEPS * 0.1)


def test_what_was_seen_is_what_coverage_counts(played, patrol):
    env, _ = played
    seen = env.scorer.metric(Coverage).seen
    assert seen.any()
    assert np.array_equal(patrol.times_seen > 0, seen)
    assert patrol.times_seen.max() > 1


def test_each_picture_has_its_hottest_thing(patrol):
    assert len(patrol.hottest) >= 4
    assert all(-20.0 <= hottest.celsius <= 400.0 for hottest in patrol.hottest)


def test_gas_is_sampled_each_second_with_what_the_cells_read(patrol):
    assert list(np.round(patrol.gas_s, 1)) == [0.1, 1.1, 2.1]
    assert patrol.gas_ppm.shape == (3, 5)
    assert patrol.cells_ppm is not None
    assert patrol.cells_ppm.shape == (3, 5)


def test_looks_agree_with_where_the_anomalies_are(played, patrol):
    for anomaly, look, (gap_m, _) in zip(patrol.anomalies, patrol.looks, patrol.nearest, strict=True):
        ways = np.linalg.norm(patrol.path_m - np.array(anomaly.position_m[:2]), axis=1)
        assert gap_m == pytest.approx(ways.min())
        if look is not None:
            assert look.distance_m == pytest.approx(np.linalg.norm(np.subtract(look.from_m, anomaly.position_m)))
            assert look.first_s <= look.best_s <= look.last_s
            assert (look.heat is not None) == (
                anomaly.anomaly_class in ("fire", "hot_bearing", "hot_joint", "liquid_spill")
            )


def test_it_can_be_reported(patrol):
    html = report(patrol)
    assert "False alarm" in html
    assert len(html) < 5e6


@pytest.mark.parametrize(("age_s", "shown"), [(0.0, True), (3600.0, False)])
def test_only_a_video_of_this_run_is_shown(played, tmp_path, age_s, shown):
    env, _ = played
    recorder = ReportPage(tmp_path)
    video = tmp_path / "patrol.mp4"
    video.touch()
    os.utime(video, (time.time() - age_s, time.time() - age_s))
    recorder.finish(env, HEAD | env.score())  # interrupted before the first step
    recorder.close()
    html = (tmp_path / "report.html").read_text()
    assert ('src="patrol.mp4' in html) == shown
    assert ("No video was made" in html) != shown

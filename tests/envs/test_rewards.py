"""The reward of a patrol, term by term."""

from dataclasses import replace

import numpy as np
import pytest

from patrolgym.envs.frames import DepthTruth
from patrolgym.envs.metrics.base import EpisodeContext, StepRecord
from patrolgym.envs.metrics.score import Scorer
from patrolgym.envs.rewards import WEIGHTS, Reward
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site.model import Part, Site, Weather
from patrolgym.envs.types import AnomalyTruth, ExRating, InspectionPoint, Report, RobotInfo
from patrolgym.envs.world.raycast import RayMesh

CENTRE = (0.0, 0.0, 1.0)
IDLE = StepRecord(0.1, 0.1, (2.0, 0.0, 0.5), np.zeros(5), energy_wh=0.01)


class Picture(DepthTruth):
    """A frame without obstacles, 2 m before the wall and looking at it."""

    position_m = np.array([2.0, 0.0, 1.0])
    rotation = np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    focal_px = 277.0
    truth_depth_m = np.zeros((240, 320))


@pytest.fixture
def episode():
    """A wall of 1 m² with one inspection point and two fires."""
    corners = np.array([(0, -0.5, 0.5), (0, 0.5, 0.5), (0, 0.5, 1.5), (0, -0.5, 1.5)], float)
    wall = Part(corners, np.array([[0, 1, 2], [0, 2, 3]]), "paint")
    weather = Weather(15.0, -10.0, (0.0, 0.0, 1.0), 1.0, 1.0, (0.0, 0.0))
    site = Site("test", "small", (-9.0, -9.0, 9.0, 9.0), (5.0, 0.0, 0.0), weather, {}, structure=[wall])
    mesh = merge(site)
    point = InspectionPoint("P/1", "P", "surface", "rgb", CENTRE, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), 0.2, 125.0)
    fires = [AnomalyTruth("fire", None, (x, 0.0, 0.0), 5.0, "kW") for x in (0.0, 5.0)]
    robot = RobotInfo(
        "test", ExRating("Gb", "IIB", "T4"), 1.0, 0.4, 0.8, 2.9, (-1.0, 1.5), (1.0, 20.0), 0.4, 1.0, (320, 240), 1.05
    )
    rays = RayMesh(mesh.vertices_m, mesh.faces)
    scorer, reward = Scorer(), Reward()
    scorer.reset(EpisodeContext(site, mesh, rays, np.array([(2.0, 0.0, 0.0)]), (point,), fires, {}, robot))
    reward.reset(scorer)

    def play(**changes):
        step = replace(IDLE, **changes)
        scorer.update(step)
        return reward.terms(scorer, step)

    return play


def test_doing_nothing_earns_nothing(episode):
    assert set(episode().values()) == {0.0}
    assert sum(episode(distance_m=0.001).values()) == 0.0


def test_a_complete_patrol_earns_one(episode):
    total = sum(episode(frame=Picture()).values())
    total += sum(episode(reports=[Report("fire", (0.0, 0.0, 0.0)), Report("fire", (5.0, 0.0, 0.0))]).values())
    assert total == pytest.approx(1.0)


def test_nothing_is_paid_twice(episode):
    first, second = episode(frame=Picture()), episode(frame=Picture())
    assert (first["covered"], first["served"]) == pytest.approx((WEIGHTS["covered"], WEIGHTS["served"]))
    assert sum(second.values()) == 0.0
    fire = Report("fire", (0.0, 0.0, 0.0))
    assert episode(reports=[fire])["matched"] == pytest.approx(WEIGHTS["matched"] / 2)
    assert sum(episode(reports=[fire]).values()) == 0.0


def test_a_false_alarm_costs_half_of_what_an_anomaly_is_worth(episode):
    assert sum(episode(reports=[Report("fire", (2.5, 0.0, 0.0))]).values()) == pytest.approx(-WEIGHTS["matched"] / 4)


def test_walking_costs_its_energy(episode):
    assert sum(episode(distance_m=0.08).values()) == pytest.approx(0.01 * WEIGHTS["energy"])


def test_weights_must_be_complete():
    with pytest.raises(ValueError, match="covered, served, matched, false_alarms, energy; got covered"):
        Reward({"covered": 1.0})

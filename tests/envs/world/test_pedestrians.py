"""People mind the robot."""

import numpy as np
import pytest

from patrolgym.envs.site.people import person
from patrolgym.envs.world.pedestrians import KEEP_M, Pedestrian


def walker() -> Pedestrian:
    """Paces along x from the origin."""
    return Pedestrian(person(np.random.default_rng(0), 0.0, 0.0, 0.0, path=[(0.0, 0.0), (6.0, 0.0)]))


def places(pedestrian: Pedestrian, robot: np.ndarray, seconds: float) -> np.ndarray:
    found = []
    for _ in range(round(seconds * 10)):
        pedestrian.advance(0.1, robot)
        found.append(pedestrian.mover.pose_at(0.0)[:2])
    return np.array(found)


def test_they_stop_short_of_the_robot_and_go_on_when_it_has_left() -> None:
    pedestrian, robot = walker(), np.array([3.0, 0.0, 0.6])
    gap = np.linalg.norm(places(pedestrian, robot, 30.0) - robot[:2], axis=1)
    assert gap.min() == pytest.approx(KEEP_M, abs=0.2)
    assert gap.min() >= KEEP_M
    assert places(pedestrian, np.array([50.0, 0.0, 0.6]), 30.0)[:, 0].max() > 4.0


def test_they_keep_to_their_schedule_when_nobody_is_near() -> None:
    pedestrian = walker()
    scheduled = [pedestrian._scheduled.pose_at(0.1 * k)[:2] for k in range(1, 101)]
    np.testing.assert_allclose(places(pedestrian, np.array([99.0, 0.0, 0.6]), 10.0), scheduled, atol=1e-9)

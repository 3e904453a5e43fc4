"""The arm reaches where it is told to, and works in peace."""

import numpy as np
import pytest

from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.robot_arm import ArmSizes, arm, forward, links, reach_for

SIZES = ArmSizes(1.0, 0.4, (0.9, 0.4, 0.1))


@pytest.mark.parametrize("target", [(1.9, 0.0, 1.0), (1.8, 0.5, 1.5), (2.1, -0.6, 0.8)])
@pytest.mark.parametrize("pitch", [-0.2, 0.0, 0.4])
def test_the_electrodes_come_where_they_should(target, pitch):
    angles = reach_for(SIZES, target, pitch, 0.7)
    gun = forward(SIZES, angles)[-1]
    np.testing.assert_allclose(gun @ (0.62, 0.0, 0.0, 1.0), (*target, 1.0), atol=1e-9)
    assert gun[2, 0] == pytest.approx(-np.sin(pitch), abs=1e-9)


def test_what_is_too_far_is_not_reached():
    assert reach_for(SIZES, (SIZES.reach_m + 0.1, 0.0, 1.2), 0.0, 0.0) is None


@pytest.mark.parametrize("seed", range(4))
def test_an_arm_works_smoothly_on_its_side_and_rests_while_the_line_moves(seed):
    robot = KINDS["welding_robot"].make("R-1", (3.0, 1.0, 0.0), 0.5, np.random.default_rng(seed), {})
    mover = arm(robot, np.random.default_rng(seed), busy_s=(9.0, 39.0), period_s=40.0)
    times = np.arange(0.0, 80.0, 0.05)
    poses = np.array([mover.link_poses_at(float(t)) for t in times])
    tips = poses[:, -1] @ np.array([0.62, 0.0, 0.0, 1.0])
    assert np.linalg.norm(np.diff(tips[:, :3], axis=0), axis=1).max() / 0.05 < 6.0
    home = tips[(times % 40.0) < 8.9]
    np.testing.assert_allclose(home, np.broadcast_to(home[0], home.shape), atol=1e-9)
    assert home[0, 0] < 1.45, "clear of the body that comes in"
    out = tips[:, 0] > 1.6
    assert 0.2 < out.mean() < 0.8
    assert np.hypot(*tips[:, :2].T).max() < robot.params["arm"].reach_m
    assert poses[:, :, 2, 3].min() > 0.3
    np.testing.assert_allclose(mover.link_poses_at(12.34), mover.link_poses_at(52.34), atol=1e-9)


def test_arms_are_cheap_and_share_their_meshes():
    assert links(SIZES) is links(ArmSizes(1.0, 0.4, (0.9, 0.4, 0.1)))
    assert sum(len(part.faces) for link in links(SIZES) for part in link) <= 2500

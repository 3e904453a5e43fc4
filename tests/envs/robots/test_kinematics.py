"""The canonical leg against PyBullet's own kinematics and against finite differences."""

from dataclasses import replace

import numpy as np
import pytest

from patrolgym.envs.robots import Quadruped, list_robots, load_robot
from patrolgym.envs.robots.kinematics import LegKinematics
from patrolgym.envs.world.physics import Physics


@pytest.mark.parametrize("name", list_robots())
def test_knees_and_feet_are_where_pybullet_has_them(name: str) -> None:
    spec, physics = load_robot(name), Physics()
    physics.add_plane()
    robot = Quadruped(spec, physics)
    robot.spawn(0.0, 0.0, 0.0)
    rng = np.random.default_rng(1)
    base = [0.0, 0.0, spec.gait.stand_height_m + 0.002]
    numbers = {joint.name: joint.number for joint in physics.joints(robot.body)}
    to_knee = LegKinematics(replace(spec.legs, shank_m=0.0))
    signs, offsets = np.array(spec.legs.signs), np.array(spec.legs.offsets_rad)
    for _ in range(5):
        q = rng.uniform([-0.5, -0.4, -2.2], [0.5, 1.4, -0.9], (4, 3))
        for leg, names in enumerate(spec.legs.joints):
            for joint, joint_name in enumerate(names):
                physics.set_joint(robot.body, numbers[joint_name], float((signs * q + offsets)[leg, joint]))
        frames = physics.link_frames(robot.body)
        knees = np.array([frames[numbers[names[2]]][0] for names in spec.legs.joints]) - base
        assert np.abs(to_knee.forward(q)[0] - knees).max() < 3e-3
    physics.reset()
    physics.add_plane()
    robot.spawn(0.0, 0.0, 0.0)
    robot.advance(0.5)
    feet = (
        robot.state.position_m
        + LegKinematics(spec.legs).forward(robot.state.joint_q.reshape(4, 3))[0] @ robot.state.rotation.T
    )
    for touch in physics.contacts(robot.body):
        gap = np.linalg.norm(feet - np.array(touch.position_m), axis=1).min()
        assert gap == pytest.approx(spec.legs.foot_radius_m, abs=4e-3)
    physics.close()


@pytest.mark.parametrize("name", list_robots())
def test_jacobian_and_inverse(name: str) -> None:
    legs = LegKinematics(load_robot(name).legs)
    rng = np.random.default_rng(2)
    for _ in range(20):
        q = rng.uniform([-0.5, -0.4, -2.2], [0.5, 1.4, -0.9], (4, 3))
        feet, jacobian = legs.forward(q)
        for joint in range(3):
            step = np.zeros((4, 3))
            step[:, joint] = 1e-6
            slope = (legs.forward(q + step)[0] - legs.forward(q - step)[0]) / 2e-6
            assert np.allclose(slope, jacobian[:, :, joint], atol=1e-7)
        assert np.allclose(legs.inverse(feet), q, atol=1e-7)

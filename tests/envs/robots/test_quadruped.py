"""What a robot reports, and how it takes commands."""

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from patrolgym.envs.robots import Quadruped, list_robots, load_robot
from patrolgym.envs.world.physics import Physics

from .ground import Walker

SCRIPT = """
import hashlib
from patrolgym.envs.robots import Quadruped, load_robot
from patrolgym.envs.world.physics import Physics
physics = Physics()
physics.add_plane(0.8)
robot = Quadruped(load_robot("exquad"), physics)
digest = hashlib.sha256()
for _ in range(2):
    robot.spawn(0.0, 0.0, 0.3)
    for turn in range(40):
        robot.set_command(0.02 * turn, 0.1, 0.3 - 0.01 * turn)
        robot.set_head(0.05 * turn, 0.02 * turn)
        robot.advance(0.1)
        state = robot.state
        for value in (state.position_m, state.rotation, state.joint_q, state.joint_dq, state.joint_tau):
            digest.update(value.tobytes())
    physics.reset()
    physics.add_plane(0.8)
print(digest.hexdigest())
"""


def test_another_process_gives_identical_states() -> None:
    runs = [
        subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0].split()[-1] == runs[1].split()[-1]


def test_respawning_starts_anew() -> None:
    walker = Walker()
    walker.walk((1.0, 0.0, 0.4), 2.0)
    walker.physics.reset()
    walker.physics.add_plane(0.8)
    walker.robot.spawn(0.0, 0.0, 0.0)
    again = walker.walk((0.6, 0.1, 0.0), 1.0)[-1]
    fresh = Walker()
    first = fresh.walk((0.6, 0.1, 0.0), 1.0)[-1]
    assert (again.joint_q == first.joint_q).all()
    assert again.energy_wh == first.energy_wh
    walker.close()
    fresh.close()


def test_the_head_turns_at_its_rate_and_the_camera_looks_where_it_points() -> None:
    walker = Walker()
    robot = walker.robot
    walker.walk((0.0, 0.0, 0.0), 0.5)
    robot.set_head(math.radians(90.0), math.radians(30.0))
    robot.advance(0.5)
    assert 45.0 < math.degrees(robot.state.pan_rad) < 61.0
    robot.advance(1.0)
    assert robot.state.pan_rad == pytest.approx(math.radians(90.0), abs=0.01)
    assert robot.state.tilt_rad == pytest.approx(math.radians(30.0), abs=0.01)
    position, rotation = robot.camera_pose()
    cos, sin = math.cos(math.radians(30.0)), math.sin(math.radians(30.0))
    assert np.allclose(rotation[:, 2], [0.0, cos, sin], atol=0.02)
    assert np.allclose(rotation[:, 0], [1.0, 0.0, 0.0], atol=0.02)
    # The tilting link of the URDF turns about the same axes.
    names = walker.physics.link_names(robot.body)
    place, turn = robot.link_poses()[names.index("head_tilt")]
    assert np.allclose(place + turn @ robot.spec.head.camera_m, position, atol=2e-3)
    walker.close()


def test_the_head_stops_at_its_limits() -> None:
    walker = Walker()
    walker.robot.set_head(9.0, -9.0)
    walker.robot.advance(3.0)
    pan, tilt = walker.robot.spec.head.pan_rad[1], walker.robot.spec.head.tilt_rad[0]
    assert walker.robot.state.pan_rad == pytest.approx(pan, abs=0.02)
    assert walker.robot.state.tilt_rad == pytest.approx(tilt, abs=0.02)
    walker.close()


def test_lidar_pose_turns_with_the_trunk() -> None:
    walker = Walker(yaw_rad=1.0)
    walker.robot.advance(0.1)
    position, rotation = walker.robot.lidar_pose()
    assert np.allclose(rotation[:, 0], [math.cos(1.0), math.sin(1.0), 0.0], atol=0.01)
    mount = walker.robot.spec.lidar.mount_m
    assert np.allclose(position, [mount[0] * math.cos(1.0), mount[0] * math.sin(1.0), 0.62 + mount[2]], atol=0.01)
    walker.close()


def test_joint_targets_are_held() -> None:
    walker = Walker()
    robot = walker.robot
    robot.advance(0.2)
    crouch = robot.state.joint_q.reshape(4, 3) + [0.0, 0.15, -0.3]
    for _ in range(200):
        robot.set_joint_targets(crouch.ravel())
        robot.advance(0.02)
    assert np.abs(robot.state.joint_q - crouch.ravel()).max() < 0.16
    assert robot.state.position_m[2] < 0.6
    assert np.abs(robot.state.joint_dq).max() < 0.05
    walker.close()


def test_battery_drains_and_walking_costs_more_than_standing() -> None:
    walker = Walker()
    standing = walker.walk((0.0, 0.0, 0.0), 4.0)[-1].energy_wh
    walking = walker.walk((1.0, 0.0, 0.0), 4.0)[-1].energy_wh - standing
    assert walking > 1.3 * standing
    assert walker.robot.battery_fraction == pytest.approx(1.0 - (standing + walking) / 1800.0)
    # Two to three hours a charge, as robots of its class have.
    assert 1.5 < 1800.0 / (walking * 900.0) < 5.0
    walker.close()


def test_a_robot_on_its_side_has_fallen() -> None:
    walker = Walker()
    walker.walk((0.0, 0.0, 0.0), 0.5)
    assert not walker.robot.fallen
    walker.push(np.array([0.0, 900.0, 0.0]))
    walker.walk((0.0, 0.0, 0.0), 3.0)
    assert walker.robot.fallen
    walker.robot.advance(1.0)
    assert walker.robot.body_contacts()
    walker.close()


def test_walking_into_a_wall_is_a_body_contact() -> None:
    walker = Walker()
    wall = walker.physics.add_mover(0.5, 2.0)
    walker.physics.move(wall, np.array([1.6, 0.0, 0.0]), 0.0)
    walker.walk((0.6, 0.0, 0.0), 1.0)
    assert not walker.robot.body_contacts()
    walker.walk((0.6, 0.0, 0.0), 2.0)
    touched = walker.robot.body_contacts()
    assert {touch.other for touch in touched} == {wall}
    assert max(touch.force_n for touch in touched) > 10.0
    assert not walker.robot.body_contacts()
    walker.close()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_commands_that_are_not_finite_are_refused(bad: float) -> None:
    walker = Walker()
    with pytest.raises(ValueError, match="finite"):
        walker.robot.set_command(bad, 0.0, 0.0)
    with pytest.raises(ValueError, match="finite"):
        walker.robot.set_head(0.0, bad)
    with pytest.raises(ValueError, match="finite"):
        walker.robot.set_joint_targets(np.full(12, bad))
    with pytest.raises(ValueError, match="12"):
        walker.robot.set_joint_targets(np.zeros(11))
    with pytest.raises(ValueError, match=r"\(n, 3\)"):
        walker.robot.see(np.zeros((4, 2)))
    with pytest.raises(ValueError, match="multiple"):
        walker.robot.advance(0.0015)
    walker.close()


def test_a_control_rate_that_does_not_divide_is_refused() -> None:
    spec = load_robot("exquad")
    physics = Physics()
    with pytest.raises(ValueError, match="must divide"):
        Quadruped(replace(spec, gait=replace(spec.gait, control_hz=130.0)), physics)
    physics.close()


@pytest.mark.parametrize("name", list_robots())
def test_it_looks_as_large_as_it_says(name: str) -> None:
    walker = Walker(robot=name)
    walker.robot.advance(0.5)
    corners = []
    for (vertices, faces, rgb), (position, rotation) in zip(
        walker.robot.visuals, walker.robot.link_poses(), strict=True
    ):
        assert len(rgb) == len(faces)
        if len(faces):
            assert faces.max() < len(vertices)
            assert 0.0 <= rgb.min() <= rgb.max() <= 1.0
            corners.append(position + vertices @ rotation.T)
    cloud = np.concatenate(corners)
    assert abs(cloud[:, 2].min()) < 0.03
    extent = np.ptp(cloud, axis=0)
    assert (np.abs(extent - walker.robot.spec.size_m) < 0.3 * np.array(walker.robot.spec.size_m)).all(), extent
    walker.close()


def test_exquad_wears_several_colours() -> None:
    walker = Walker()
    colours = np.concatenate([rgb for _, _, rgb in walker.robot.visuals])
    assert len(np.unique(colours, axis=0)) >= 6
    assert sum(len(faces) for _, faces, _ in walker.robot.visuals) < 12000
    walker.close()

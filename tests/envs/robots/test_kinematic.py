"""The kinematic robot: it follows commands as the gait does, over ground and round things."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import trimesh

from patrolgym.envs.robots import list_robots, load_robot
from patrolgym.envs.robots.base import DYNAMICS, Robot
from patrolgym.envs.robots.kinematic import KinematicQuadruped
from patrolgym.envs.robots.turning import quaternion, upright
from patrolgym.envs.world.physics import Physics

from .ground import FLAT, Mesh, kerb, ramp, together

Maker = Callable[..., KinematicQuadruped]


@pytest.fixture
def make() -> Iterator[Maker]:
    """Makes a robot at the origin of a floor."""
    worlds: list[Physics] = []

    def made(floor: Mesh = FLAT, ground_m: float = 0.0, yaw: float = 0.0, robot: str = "exquad") -> KinematicQuadruped:
        physics = Physics()
        worlds.append(physics)
        physics.add_static_mesh(*floor)
        walker = KinematicQuadruped(load_robot(robot), physics, np.random.default_rng(0))
        walker.spawn(0.0, 0.0, yaw, ground_m)
        return walker

    yield made
    for physics in worlds:
        physics.close()


def walk(robot: Robot, command: tuple[float, float, float], seconds: float) -> int:
    """Walk; returns how many steps had a contact."""
    robot.set_command(*command)
    touched = 0
    for _ in range(round(seconds * 10)):
        robot.advance(0.1)
        touched += bool(robot.body_contacts())
    return touched


def wall(x_m: float) -> Mesh:
    box = trimesh.creation.box((0.2, 6.0, 2.0))
    return together(FLAT, (np.asarray(box.vertices) + [x_m, 0.0, 1.0], np.asarray(box.faces)))


@pytest.mark.parametrize("name", list_robots())
def test_every_shipped_robot_has_been_measured(name: str, make: Maker) -> None:
    robot = make(robot=name)
    walk(robot, (9.0, 0.0, 0.0), 5.0)
    assert robot.state.position_m[0] == pytest.approx(5.0 * robot.spec.speed.forward_m_s, rel=0.15)


@pytest.mark.parametrize(
    "command", [(1.2, 0.0, 0.0), (0.6, 0.0, 0.0), (0.0, 0.4, 0.0), (0.0, 0.0, 0.8), (0.5, 0.1, 0.3)]
)
def test_it_goes_where_the_gait_goes(command: tuple[float, float, float], make: Maker) -> None:
    physics = Physics()
    physics.add_plane(0.9)
    real = DYNAMICS["full"].make(load_robot("exquad"), physics, np.random.default_rng(0))
    real.spawn(0.0, 0.0, 0.0)
    robot = make()
    for walker in (real, robot):
        walk(walker, command, 3.0)
        walk(walker, (0.0, 0.0, 0.0), 1.5)
    off = real.state.position_m - robot.state.position_m
    assert np.abs(off[:2]).max() < 0.12
    assert abs(off[2]) < 0.02
    assert np.abs(real.state.rotation - robot.state.rotation).max() < 0.1
    assert robot.state.energy_wh == pytest.approx(real.state.energy_wh, rel=0.12)
    physics.close()


def test_it_stands_still_and_draws_standing_power(make: Maker) -> None:
    robot = make()
    walk(robot, (0.5, 0.0, 0.0), 1.0)
    walk(robot, (0.0, 0.0, 0.0), 2.0)
    before = robot.state.position_m
    walk(robot, (0.0, 0.0, 0.0), 1.0)
    assert robot.standing
    np.testing.assert_array_equal(before, robot.state.position_m)
    assert robot.state.power_w == robot.spec.motion.power.stand_w


def test_commands_are_cut_to_the_limits(make: Maker) -> None:
    robot = make()
    walk(robot, (50.0, 0.0, 0.0), 3.0)
    assert robot.state.velocity_m_s[0] < robot.spec.speed.forward_m_s + 0.4
    with pytest.raises(ValueError, match="finite"):
        robot.set_command(float("nan"), 0.0, 0.0)
    with pytest.raises(ValueError, match="no joints"):
        robot.set_joint_targets(np.zeros(12))
    with pytest.raises(ValueError, match="positive"):
        robot.advance(0.0)


@pytest.mark.parametrize(
    ("yaw", "command"), [(0.0, (0.8, 0.0, 0.0)), (math.pi / 2, (0.0, -0.4, 0.0)), (0.3, (1.2, 0.0, 0.0))]
)
def test_a_wall_stops_it_and_counts(yaw: float, command: tuple[float, float, float], make: Maker) -> None:
    robot = make(wall(2.0), yaw=yaw)
    assert walk(robot, command, 6.0) > 5
    assert robot.state.position_m[0] < 1.7
    assert not robot.fallen


def test_it_slides_along_a_wall(make: Maker) -> None:
    robot = make(wall(2.0), yaw=0.8)
    walk(robot, (0.8, 0.0, 0.0), 6.0)
    assert robot.state.position_m[1] > 1.8


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize(("floor", "height"), [(ramp(20.0, True), 1.2), (kerb(0.12, True), 0.12)])
def test_it_follows_ramps_and_kerbs(up: bool, floor: Mesh, height: float, make: Maker) -> None:
    vertices, faces = floor
    if not up:
        vertices = vertices * (-1.0, 1.0, 1.0) + (7.0, 0.0, 0.0)
    robot = make((vertices, faces), 0.0 if up else height)
    assert walk(robot, (0.6, 0.0, 0.0), 13.0) == 0
    assert robot.state.position_m[0] > 7.0
    assert robot.state.position_m[2] == pytest.approx((height if up else 0.0) + 0.61, abs=0.03)


def test_climbing_costs_energy(make: Maker) -> None:
    level, slope = make(), make(ramp(20.0, True))
    for robot in (level, slope):
        walk(robot, (0.6, 0.0, 0.0), 8.0)
    assert slope.state.energy_wh > level.state.energy_wh + 0.2


@pytest.mark.parametrize("floor", [kerb(0.25, True), ramp(30.0, True)])
def test_too_much_is_not_climbed(floor: Mesh, make: Maker) -> None:
    robot = make(floor)
    assert walk(robot, (0.6, 0.0, 0.0), 6.0) > 0
    assert robot.state.position_m[0] < 2.2
    assert not robot.fallen


def test_it_falls_over_an_edge_and_stays_down(make: Maker) -> None:
    robot = make(kerb(0.8, False), 0.8)
    walk(robot, (0.6, 0.0, 0.0), 5.0)
    assert robot.fallen
    place = robot.state.position_m
    assert walk(robot, (0.6, 0.0, 0.0), 1.0) == 10
    np.testing.assert_array_equal(place, robot.state.position_m)


def test_whatever_else_the_world_holds_stops_it(make: Maker) -> None:
    robot = make()
    physics = robot._physics
    body = physics.add_mover(0.3, 1.8)
    physics.move(body, np.array([1.5, 0.1, 0.0]), 0.0)
    robot.set_command(0.8, 0.0, 0.0)
    others = set()
    for _ in range(20):
        robot.advance(0.1)
        others |= {contact.other for contact in robot.body_contacts()}
    assert others == {body}
    assert body in robot.met_bodies()
    assert robot.state.position_m[0] < 1.0 or abs(robot.state.position_m[1]) > 0.3


def test_legs_stand_on_the_ground_and_do_not_disturb(make: Maker) -> None:
    robot, twin = make(ramp(10.0, True)), make(ramp(10.0, True))
    for _ in range(40):
        for walker in (robot, twin):
            walker.set_command(0.6, 0.0, 0.2)
            walker.advance(0.1)
        poses = robot.link_poses()
    assert len(poses) == len(robot.visuals)
    np.testing.assert_array_equal(robot.state.position_m, twin.state.position_m)
    state = robot.state
    feet, _ = robot._kinematics.forward(state.joint_q.reshape(4, 3))
    heights = (state.position_m + feet @ state.rotation.T)[:, 2] - robot.spec.legs.foot_radius_m
    ground = np.array([z for _, _, z in robot._footing.points])
    np.testing.assert_allclose(heights[state.foot_contact], ground[state.foot_contact], atol=0.03)
    assert (heights > ground - 0.03).all()
    assert np.isfinite(state.joint_tau).all() and np.isfinite(state.joint_dq).all()


def test_a_robot_nobody_measured_is_refused() -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="has not been measured"):
        DYNAMICS["kinematic"].check(replace(load_robot("exquad"), motion=None))


@pytest.mark.parametrize("yaw", np.linspace(-3.1, 3.1, 7))
def test_quaternions(yaw: float) -> None:
    rotation = upright(float(yaw), (0.2, -0.1, math.sqrt(0.95)))
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    x, y, z, w = quaternion(rotation)
    turned = np.array([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)])
    np.testing.assert_allclose(turned, rotation[:, 2], atol=1e-9)

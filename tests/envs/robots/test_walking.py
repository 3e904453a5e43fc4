"""Bars of walking, on the flat and off it; the sweeps are statistics over seeds."""

import math
import resource

import numpy as np
import pytest

from patrolgym.envs.robots import Quadruped, load_robot
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.physics import Physics

from .ground import FLAT, Walker, blocks, hose, kerb, profile, ramp, speeds, together

COMMANDS = [
    (0.5, 0.0, 0.0),
    (1.2, 0.0, 0.0),
    (-0.6, 0.0, 0.0),
    (0.0, 0.4, 0.0),
    (0.0, -0.4, 0.0),
    (0.0, 0.0, 0.8),
    (0.6, 0.0, -0.6),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_tracks_a_command_within_five_percent(command: tuple[float, float, float]) -> None:
    walker = Walker()
    found = speeds(walker.walk(command, 5.0))
    limits = np.array([1.2, 0.4, 0.8])
    # 5 % of the command; what is not asked for stays below 5 % of its limit.
    allowed = np.where(np.array(command) != 0.0, 0.05 * np.abs(command), 0.05 * limits)
    assert (np.abs(found - command) <= allowed).all(), found
    walker.close()


@pytest.mark.parametrize("robot", ["a1", "aliengo", "laikago", "mini_cheetah"])
def test_walks_a_robot_of_pybullet_data(robot: str) -> None:
    walker = Walker(robot=robot)
    assert np.abs(speeds(walker.walk((0.5, 0.0, 0.0), 3.0)) - [0.5, 0.0, 0.0]).max() < 0.05
    assert np.abs(speeds(walker.walk((0.2, 0.0, 0.6), 3.0)) - [0.2, 0.0, 0.6]).max() < 0.05
    assert not walker.robot.fallen
    walker.close()


def test_stands_still_after_walking() -> None:
    walker = Walker()
    walker.walk((0.8, 0.2, 0.3), 2.0)
    walker.walk((0.0, 0.0, 0.0), 3.0)
    assert walker.robot.standing
    before = walker.robot.state
    states = walker.walk((0.0, 0.0, 0.0), 5.0)
    assert np.abs(states[-1].position_m - before.position_m).max() < 1e-3
    assert all(state.foot_contact.all() for state in states)
    assert max(np.abs(state.joint_dq).max() for state in states) < 0.02
    walker.close()


def test_standing_feet_do_not_skate_and_the_trunk_stays_calm() -> None:
    walker = Walker(friction=0.5)
    walker.walk((0.8, 0.0, 0.0), 2.0)
    physics, robot = walker.physics, walker.robot
    places: dict[int, FloatArray] = {}
    slips, leans = [], []
    for _ in range(200):
        robot.advance(0.01)
        state = robot.state
        leans.append(max(abs(state.rotation[2, 0]), abs(state.rotation[2, 1])))
        now = {
            touch.link: np.array(touch.position_m) for touch in physics.contacts(robot.body) if touch.force_n > 100.0
        }
        slips += [float(np.linalg.norm(now[link] - places[link])) for link in now if link in places]
        places = now
    # A foot rolls over its ball: 0.04 m/s at 1 rad/s of leg speed, so about 0.5 mm in 10 ms.
    assert np.quantile(slips, 0.95) < 1.5e-3
    assert max(leans) < math.sin(math.radians(3.0))
    walker.close()


@pytest.mark.parametrize("seed", range(3))
def test_the_trunk_stays_calm_while_commands_change(seed: int) -> None:
    rng, walker = np.random.default_rng(seed), Walker()
    least = 1.0
    for _ in range(60):
        stop = rng.random() < 0.2
        command = (0.0, 0.0, 0.0) if stop else tuple(rng.uniform([-0.4, -0.3, -0.7], [0.8, 0.3, 0.7]).tolist())
        least = min(least, *(state.rotation[2, 2] for state in walker.walk(command, rng.uniform(0.3, 1.5))))
    assert least > math.cos(math.radians(5.0))
    walker.close()


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("friction", [0.5, 1.0])
def test_walks_a_slope_of_20_degrees(up: bool, friction: float) -> None:
    walker = Walker(ramp(20.0, up), friction, ground_z_m=0.0 if up else 1.2)
    states = walker.walk((0.5, 0.0, 0.0), 25.0, until=lambda state: bool(state.position_m[0] > 6.5))
    assert states[-1].position_m[0] > 6.5
    assert abs(states[-1].position_m[2] - (1.2 if up else 0.0) - 0.62) < 0.05
    walker.close()


def test_walks_across_a_slope_of_20_degrees() -> None:
    slope = math.tan(math.radians(20.0))
    walker = Walker(profile((-3.0, 0.0), (1.0, 0.0), (12.0, 11.0 * slope)), 0.6)
    walker.walk((0.5, 0.0, 0.0), 20.0, until=lambda state: bool(state.position_m[0] > 5.0))
    walker.walk((0.0, 0.0, 0.6), math.pi / 2 / 0.6)
    start = walker.robot.state.position_m
    moved = walker.walk((0.5, 0.0, 0.0), 6.0)[-1].position_m - start
    assert not walker.robot.fallen
    assert moved[1] > 2.5
    walker.close()


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("yaw_rad", [0.0, 0.5])
def test_walks_over_a_kerb_of_12_cm(up: bool, yaw_rad: float) -> None:
    walker = Walker(kerb(0.12, up), yaw_rad=yaw_rad, ground_z_m=0.0 if up else 0.12)
    states = walker.walk((0.5, 0.0, 0.0), 12.0, until=lambda state: bool(state.position_m[0] > 3.0))
    assert states[-1].position_m[0] > 3.0
    assert abs(states[-1].position_m[2] - (0.12 if up else 0.0) - 0.62) < 0.05
    walker.close()


@pytest.mark.parametrize("yaw_rad", [-0.5, 0.0, 0.5])
def test_waits_for_a_foot_that_finds_the_ground_late(yaw_rad: float) -> None:
    # A robot that has just come to life beside an edge does not see what lies behind it.
    vertices, faces = kerb(0.1, False)
    walker = Walker((vertices - [0.9, 0.0, 0.0], faces), yaw_rad=yaw_rad, ground_z_m=0.1)
    states = walker.walk((0.5, 0.0, 0.0), 6.0, until=lambda state: bool(state.position_m[0] > 1.8))
    assert states[-1].position_m[0] > 1.8
    assert min(state.rotation[2, 2] for state in states) > math.cos(math.radians(15.0))
    walker.close()


def test_steps_over_hoses() -> None:
    floor = together(FLAT, *(hose(1.2 + 0.7 * k, 0.3 * k) for k in range(4)))
    walker = Walker(floor)
    states = walker.walk((0.6, 0.0, 0.0), 12.0, until=lambda state: bool(state.position_m[0] > 4.5))
    assert states[-1].position_m[0] > 4.5
    walker.close()


@pytest.mark.parametrize("command", [(0.0, 0.0, 0.0), (0.8, 0.0, 0.0)])
@pytest.mark.parametrize("degrees", [0, 60, 90, 180, 270])
def test_takes_a_push_of_100_newton_seconds(command: tuple[float, float, float], degrees: int) -> None:
    walker = Walker(friction=0.5)
    walker.walk(command, 1.5)
    walker.push(100.0 * np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), 0.0]))
    walker.walk(command, 3.0)
    assert not walker.robot.fallen
    assert abs(walker.robot.state.position_m[2] - 0.62) < 0.05
    walker.close()


@pytest.mark.sweep
def test_walks_five_kilometres_of_random_commands_on_the_flat() -> None:
    rng = np.random.default_rng(90210)
    walker = Walker(friction=0.7)
    distance, last = 0.0, walker.robot.state.position_m
    while distance < 5000.0:
        stop = rng.random() < 0.1
        command = (0.0, 0.0, 0.0) if stop else tuple(rng.uniform([-0.8, -0.4, -0.8], [1.2, 0.4, 0.8]))
        for state in walker.walk(command, rng.uniform(0.5, 6.0)):
            distance += float(np.linalg.norm(state.position_m[:2] - last[:2]))
            last = state.position_m
        assert not walker.robot.fallen, (distance, command)
    walker.close()


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(5000, 5040))
def test_crosses_random_obstacles(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height, speed, friction = rng.uniform(0.05, 0.12), rng.uniform(0.3, 0.9), rng.uniform(0.5, 1.0)
    kind = rng.choice(["up", "down", "step", "hose"])
    step = ((-6.0, 0.0), (1.5, 0.0), (1.5001, height), (2.0, height), (2.0001, 0.0), (12.0, 0.0))
    floors = {
        "up": lambda: kerb(height, True),
        "down": lambda: kerb(height, False),
        "step": lambda: profile(*step),
        "hose": lambda: together(FLAT, *(hose(1.2 + 0.9 * k, rng.uniform(-0.8, 0.8)) for k in range(3))),
    }
    walker = Walker(
        floors[kind](), friction, yaw_rad=rng.uniform(-0.8, 0.8), ground_z_m=height * (kind == "down"), seed=seed
    )
    states = walker.walk((speed, 0.0, 0.0), 25.0, until=lambda state: bool(state.position_m[0] > 3.3))
    assert states[-1].position_m[0] > 3.3
    assert not walker.robot.body_contacts(), "something but a foot met the obstacle"
    walker.close()


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(6000, 6010))
def test_stays_up_while_commands_change_among_steps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    walker = Walker(blocks(rng), rng.uniform(0.6, 1.0), seed=seed)
    for _ in range(35):
        x, y, _ = walker.robot.state.position_m
        out = math.hypot(x, y) > 5.0
        ahead = rng.uniform(0.2, 0.85) if rng.random() < 0.8 else -rng.uniform(0.2, 0.5)
        home = math.sin(math.atan2(-y, -x) - walker.yaw_rad)
        turn = 0.4 * np.sign(home) if out else rng.uniform(-0.7, 0.7)
        still = rng.random()
        command = (0.0, 0.0, 0.0) if still < 0.15 else (0.0 if still < 0.35 else ahead, rng.uniform(-0.15, 0.15), turn)
        walker.walk(command, rng.uniform(0.5, 3.0))
        assert not walker.robot.fallen
    walker.close()


@pytest.mark.sweep
def test_pushes_from_every_side() -> None:
    rng = np.random.default_rng(77)
    for degrees in range(0, 360, 15):
        for command in ((0.0, 0.0, 0.0), (0.6, 0.0, 0.0), (1.2, 0.0, 0.0), (0.0, 0.4, 0.0), (0.0, 0.0, 0.8)):
            walker = Walker(friction=0.5)
            walker.walk(command, 1.5 + rng.uniform(0.0, 0.5))
            walker.push(100.0 * np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), 0.0]))
            walker.walk(command, 3.0)
            assert not walker.robot.fallen, (degrees, command)
            walker.close()


@pytest.mark.sweep
def test_memory_stays_flat_over_1000_resets() -> None:
    physics, spec = Physics(), load_robot("exquad")
    seen = []
    for turn in range(1000):
        physics.reset()
        physics.add_static_mesh(*FLAT)
        robot = Quadruped(spec, physics)
        robot.spawn(0.0, 0.0, 0.0)
        robot.advance(0.02)
        if turn in (100, 999):
            seen.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    physics.close()
    assert seen[1] - seen[0] < 5_000, "more than 5 MB over 900 resets"

"""Measures how a robot walks with full physics and writes the figures that the kinematic dynamics move it by.

    python -m patrolgym.envs.robots.measure exquad my_robot/rex.yaml

Each figure is taken from the gait itself on level concrete (friction 0.9 times the feet's), after a second at rest:

- speeds: a command of a quarter, a half and the whole of each limit for 4 s, then none for 3 s. `gain` is the mean
  speed of the last 2 s over the command; `lag_s` and `most` are those whose displacement is nearest to the walked one
  over all runs of an axis (least squares).
- sway: standard deviations over the last 2 s of the command, four strides or more.
- power: means over the same 2 s; the square law is fitted to all runs.
- climbing: half of the full speed up and down a slope of 10°, less the power of the same speed on the level.
- `steepest_rad`, `step_m`: ramps and kerbs of rising size, seen by the robot's lidar, walked up and down at a third of
  the full speed, straight on and 30° askew, until one is not crossed.
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import least_squares

from patrolgym.envs.types import FloatArray, IntArray

from ..world.physics import Physics
from ..world.raycast import RayMesh
from .motion import AxisMotion, Motion, PowerModel, TrunkSway, motion_path
from .quadruped import Quadruped
from .spec import RobotSpec, load_robot, robot_file

_SHARES = (0.25, 0.5, 1.0)
_ON_S, _OFF_S, _TICK_S, _SLOPE_S = 4.0, 3.0, 0.02, 9.0
_GROUND_FRICTION = 0.9
_RAMP_DEG = 10.0
_RAMPS_DEG, _KERBS_M = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0), (0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16)
Floor = tuple[FloatArray, IntArray]
#: Columns of a track.
_SPEEDS, _HEIGHT, _ROLL, _PITCH, _POWER, _CLIMB = slice(0, 3), 3, 4, 5, 6, 7


def measure(spec: RobotSpec) -> Motion:
    """Measure one robot, in about a minute."""
    limits = np.array([spec.speed.forward_m_s, spec.speed.lateral_m_s, spec.speed.yaw_rad_s])
    tracks = {
        (axis, share): _track(spec, share * limits[axis] * np.eye(3)[axis])
        for axis in range(3)
        for share in _SHARES
        if limits[axis] > 0.0
    }
    forward, lateral, yaw = (_axis(axis, limits[axis], tracks) for axis in range(3))
    return Motion(
        forward,
        lateral,
        yaw,
        trunk=_trunk(spec, tracks),
        power=_power(spec, tracks),
        steepest_rad=math.radians(_most(spec, _RAMPS_DEG, _ramp)),
        step_m=_most(spec, _KERBS_M, _kerb),
    )


def _track(
    spec: RobotSpec, command: FloatArray, floor: Floor | None = None, on_s: float = _ON_S, off_s: float = _OFF_S
) -> FloatArray:
    """(ticks, 8) forward, lateral and yaw speed, height, roll, pitch, power and climb of one run."""
    physics = Physics()
    if floor is None:
        physics.add_plane(_GROUND_FRICTION)
    else:
        physics.add_static_mesh(*floor, friction=_GROUND_FRICTION)
    robot = Quadruped(spec, physics)
    robot.spawn(0.0, 0.0, 0.0)
    robot.advance(1.0)
    rows = []
    for wanted, duration_s in ((command, on_s), (np.zeros(3), off_s)):
        robot.set_command(*wanted)
        for _ in range(round(duration_s / _TICK_S)):
            robot.advance(_TICK_S)
            rows.append(_row(robot))
    physics.close()
    return np.array(rows)


def _steady(track: FloatArray, on_s: float = _ON_S) -> FloatArray:
    """The last 2 s of the command."""
    return track[round((on_s - 2.0) / _TICK_S) : round(on_s / _TICK_S)]


def _row(robot: Quadruped) -> list[float]:
    state = robot.state
    turn, (vx, vy, vz) = state.rotation, state.velocity_m_s
    yaw = math.atan2(turn[1, 0], turn[0, 0])
    cos, sin = math.cos(yaw), math.sin(yaw)
    roll, pitch = math.atan2(turn[2, 1], turn[2, 2]), -math.asin(turn[2, 0])
    speeds = [cos * vx + sin * vy, cos * vy - sin * vx, state.angular_velocity_rad_s[2]]
    return [*speeds, state.position_m[2], roll, pitch, state.power_w, vz]


def _axis(axis: int, limit: float, tracks: dict[tuple[int, float], FloatArray]) -> AxisMotion:
    """Fit one axis."""
    runs = [(share * limit, tracks[axis, share][:, axis]) for share in _SHARES if (axis, share) in tracks]
    if not runs:
        return AxisMotion(1.0, 0.1, 1.0, (0.0, 0.0))
    walked = np.concatenate([np.cumsum(speed) * _TICK_S / limit for _, speed in runs])

    gain = float(np.mean([_steady(tracks[axis, share])[:, axis].mean() / (share * limit) for share in _SHARES]))

    def off(guess: FloatArray) -> FloatArray:
        lag_s, most = np.exp(guess)
        followed = [np.cumsum(_followed(gain * wanted, lag_s, most)) * _TICK_S / limit for wanted, _ in runs]
        return np.asarray(np.concatenate(followed) - walked)

    low, high = np.log([0.01, 0.01]), np.log([5.0, 100.0])
    lag_s, most = np.exp(least_squares(off, np.log([0.1, 2.0 * limit]), bounds=(low, high)).x)
    slow, full = (float(_steady(tracks[axis, share])[:, axis].std()) for share in (_SHARES[0], _SHARES[-1]))
    return AxisMotion(gain, float(lag_s), float(most), (slow, full))


def _followed(command: float, lag_s: float, most: float) -> FloatArray:
    """Speeds at every tick by the model of `AxisMotion`."""
    speed, speeds = 0.0, []
    for tick in range(round((_ON_S + _OFF_S) / _TICK_S)):
        wanted = command if tick * _TICK_S < _ON_S else 0.0
        change = min(max((wanted - speed) * -math.expm1(-_TICK_S / lag_s), -most * _TICK_S), most * _TICK_S)
        speed += change
        speeds.append(speed)
    return np.array(speeds)


def _trunk(spec: RobotSpec, tracks: dict[tuple[int, float], FloatArray]) -> TrunkSway:
    slow, full = _steady(tracks[0, _SHARES[0]]), _steady(tracks[0, _SHARES[-1]])
    roll, pitch, height = ((float(slow[:, k].std()), float(full[:, k].std())) for k in (_ROLL, _PITCH, _HEIGHT))
    return TrunkSway(roll, pitch, height, spec.gait.stand_height_m - float(slow[:, _HEIGHT].mean()))


def _power(spec: RobotSpec, tracks: dict[tuple[int, float], FloatArray]) -> PowerModel:
    steady = [_steady(track) for track in tracks.values()]
    squares = np.array([(run[:, _SPEEDS].mean(axis=0)) ** 2 for run in steady])
    drawn = np.array([run[:, _POWER].mean() for run in steady])
    step, forward, lateral, yaw = np.linalg.lstsq(np.column_stack([np.ones(len(drawn)), squares]), drawn, rcond=None)[0]
    stand = _steady(_track(spec, np.zeros(3)))[:, _POWER].mean()
    speed = 0.5 * spec.speed.forward_m_s
    slope = []
    for sign in (1.0, -1.0):
        track = _track(spec, np.array([speed, 0.0, 0.0]), _incline(sign * _RAMP_DEG), _SLOPE_S)
        run = _steady(track, _SLOPE_S)
        level = step + forward * float(run[:, 0].mean()) ** 2
        climb = abs(float(run[:, _CLIMB].mean()))
        # A robot that does not get on there tells nothing of what it costs.
        moved = climb > 0.5 * speed * math.sin(math.radians(_RAMP_DEG))
        slope.append((float(run[:, _POWER].mean()) - level) / climb if moved else 0.0)
    return PowerModel(float(stand), *map(float, (step, forward, lateral, yaw)), *slope)


def _most(spec: RobotSpec, sizes: tuple[float, ...], floor: Callable[[float, bool], Floor]) -> float:
    """The largest of `sizes` that is crossed both ways, as are all below it."""
    crossed = 0.0
    for size in sizes:
        if not all(_crosses(spec, floor(size, up), yaw) for up in (True, False) for yaw in (0.0, math.pi / 6)):
            break
        crossed = size
    return crossed


def _crosses(spec: RobotSpec, floor: Floor, yaw_rad: float) -> bool:
    """Whether the robot, which sees the floor by its lidar at 5 Hz, gets from x = 0 to x = 4."""
    eye, physics = RayMesh(*floor), Physics()
    physics.add_static_mesh(*floor, friction=_GROUND_FRICTION)
    robot = Quadruped(spec, physics)
    below = eye.cast(np.array([[0.0, 0.0, 9.0]]), np.array([[0.0, 0.0, -1.0]])).distance_m[0]
    robot.spawn(0.0, 0.0, yaw_rad, 9.0 - float(below))
    rays = _rays(spec)
    speed = spec.speed.forward_m_s / 3.0
    robot.set_command(speed, 0.0, 0.0)
    for _ in range(round(2.0 * 4.0 / speed / 0.2)):
        position, rotation = robot.lidar_pose()
        turned = rays @ rotation.T
        reach = eye.cast(position, turned, 20.0).distance_m
        met = np.isfinite(reach)
        robot.see(position + turned[met] * reach[met, None])
        robot.advance(0.2)
        if robot.fallen or robot.state.position_m[0] > 4.0:
            break
    passed = bool(not robot.fallen and robot.state.position_m[0] > 4.0)
    physics.close()
    return passed


def _rays(spec: RobotSpec) -> FloatArray:
    """(n, 3) directions of the robot's lidar in its own frame."""
    lidar = spec.lidar
    elevation, azimuth = np.meshgrid(
        np.linspace(*lidar.elevation_rad, lidar.channels), np.arange(lidar.azimuths) * math.tau / lidar.azimuths
    )
    level = np.cos(elevation)
    return np.stack([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)], -1).reshape(-1, 3)


# Floors: a polyline of (x, z), extruded along y


def _extruded(*points: tuple[float, float]) -> Floor:
    xz, count = np.array(points), len(points)
    sides = [np.column_stack([xz[:, 0], np.full(count, y), xz[:, 1]]) for y in (-15.0, 15.0)]
    i = np.arange(count - 1)
    faces = np.concatenate([np.column_stack([i, i + 1, i + count]), np.column_stack([i + 1, i + count + 1, i + count])])
    return np.concatenate(sides), faces


def _incline(degrees: float) -> Floor:
    """Level where the robot stands, and a slope from 1 m before its middle."""
    rise = math.tan(math.radians(degrees))
    return _extruded((-6.0, 0.0), (1.0, 0.0), (21.0, 20.0 * rise))


def _ramp(degrees: float, up: bool) -> Floor:
    run = 1.5
    rise = run * math.tan(math.radians(degrees))
    before, after = (0.0, rise) if up else (rise, 0.0)
    return _extruded((-6.0, before), (1.5, before), (1.5 + run, after), (12.0, after))


def _kerb(height_m: float, up: bool) -> Floor:
    before, after = (0.0, height_m) if up else (height_m, 0.0)
    return _extruded((-6.0, before), (1.5, before), (1.5001, after), (12.0, after))


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_rounded(item) for item in value]
    return float(f"{value:.4g}")


def main() -> None:
    """Measure the robots named on the command line and write their files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("robots", nargs="+", help="names of `patrolgym list`, or robot files (.yaml)")
    for name in parser.parse_args().robots:
        spec, path = load_robot(name), motion_path(robot_file(name))
        figures = yaml.safe_dump(_rounded(asdict(measure(spec))), sort_keys=False, default_flow_style=None, width=110)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Measured from the gait of {spec.name} by patrolgym.envs.robots.measure.\n{figures}")
        print(f"wrote {Path(path)}")


if __name__ == "__main__":
    main()

"""Floors to walk on, and a robot on one with a lidar that sees it."""

import math
from collections.abc import Callable

import numpy as np
import trimesh

from patrolgym.envs.robots import Quadruped, RobotState, load_robot
from patrolgym.envs.robots.spec import LidarSpec
from patrolgym.envs.types import FloatArray, IntArray
from patrolgym.envs.world.physics import Physics
from patrolgym.envs.world.raycast import RayMesh

Mesh = tuple[FloatArray, IntArray]


def profile(*points: tuple[float, float], width_m: float = 30.0) -> Mesh:
    """A floor whose height over x is the polyline of (x, z) points, extruded along y."""
    xz, count = np.array(points, dtype=float), len(points)
    sides = [np.column_stack([xz[:, 0], np.full(count, y), xz[:, 1]]) for y in (-width_m / 2, width_m / 2)]
    i = np.arange(count - 1)
    faces = np.concatenate([np.column_stack([i, i + 1, i + count]), np.column_stack([i + 1, i + count + 1, i + count])])
    return np.concatenate(sides), faces


FLAT = profile((-60.0, 0.0), (60.0, 0.0), width_m=120.0)


def kerb(height_m: float, up: bool) -> Mesh:
    """A step at x = 1.5."""
    before, after = (0.0, height_m) if up else (height_m, 0.0)
    return profile((-6.0, before), (1.5, before), (1.5001, after), (12.0, after))


def ramp(degrees: float, up: bool, rise_m: float = 1.2) -> Mesh:
    """A slope that starts at x = 1.5, with level ground before and after."""
    end = 1.5 + rise_m / math.tan(math.radians(degrees))
    before, after = (0.0, rise_m) if up else (rise_m, 0.0)
    return profile((-4.0, before), (1.5, before), (end, after), (end + 6.0, after))


def hose(x_m: float, yaw_rad: float) -> Mesh:
    """A hose of 5 cm that lies across the way."""
    mesh = trimesh.creation.cylinder(radius=0.025, height=20.0, sections=12)
    mesh.apply_transform(trimesh.transformations.euler_matrix(math.pi / 2, 0.0, yaw_rad))
    return np.asarray(mesh.vertices) + [x_m, 0.0, 0.025], np.asarray(mesh.faces)


def blocks(rng: np.random.Generator, count: int = 14, side_m: float = 1.2) -> Mesh:
    """A square of tiles, half of them 6 to 12 cm high; those in the middle are not."""
    heights = rng.choice([0.0, 0.0, 0.0, 0.06, 0.1, 0.12], (count, count))
    heights[count // 2 - 1 : count // 2 + 1, count // 2 - 1 : count // 2 + 1] = 0.0
    boxes = []
    for row, column in np.argwhere(heights > 0.0):
        height = float(heights[row, column])
        box = trimesh.creation.box(extents=(side_m, side_m, height))
        box.apply_translation([(column + 0.5 - count / 2) * side_m, (row + 0.5 - count / 2) * side_m, height / 2])
        boxes.append((np.asarray(box.vertices), np.asarray(box.faces)))
    return together(FLAT, *boxes)


def together(*meshes: Mesh) -> Mesh:
    """One mesh of several."""
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in meshes)])
    faces = [faces + start for (_, faces), start in zip(meshes, starts, strict=False)]
    return np.concatenate([vertices for vertices, _ in meshes]), np.concatenate(faces)


def lidar_rays(lidar: LidarSpec) -> FloatArray:
    """(n, 3) unit vectors of one turn of a lidar, in its own frame."""
    elevation, azimuth = np.meshgrid(
        np.linspace(*lidar.elevation_rad, lidar.channels), np.arange(lidar.azimuths) * 2 * np.pi / lidar.azimuths
    )
    level = np.cos(elevation)
    return np.stack([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)], axis=-1).reshape(-1, 3)


def echoes(eye: RayMesh, position_m: FloatArray, rays: FloatArray, rng: np.random.Generator) -> FloatArray:
    """(n, 3) what rays from a place meet, off by 1.5 cm along each."""
    hits = eye.cast(position_m, rays, 20.0)
    met = hits.face >= 0
    distance = hits.distance_m[met] + rng.normal(0.0, 0.015, int(met.sum()))
    return np.asarray(position_m + rays[met] * distance[:, None])


class Walker:
    """A robot on a floor, which it sees with its lidar (1.5 cm noise) at 5 Hz; without a floor, on a plane, blind."""

    def __init__(
        self,
        floor: Mesh | None = None,
        friction: float = 0.8,
        robot: str = "exquad",
        yaw_rad: float = 0.0,
        ground_z_m: float = 0.0,
        seed: int = 0,
    ) -> None:
        spec = load_robot(robot)
        self.physics = Physics(spec.gait.timestep_s)
        self.rng = np.random.default_rng(seed)
        self.eye = None if floor is None else RayMesh(*floor)
        if floor is None:
            self.physics.add_plane(friction)
        else:
            self.physics.add_static_mesh(*floor, friction=friction)
        self.robot = Quadruped(spec, self.physics)
        self.robot.spawn(0.0, 0.0, yaw_rad, ground_z_m)
        self.rays = lidar_rays(self.robot.spec.lidar)

    @property
    def yaw_rad(self) -> float:
        """Its heading."""
        ahead = self.robot.state.rotation[:, 0]
        return math.atan2(ahead[1], ahead[0])

    def scan(self) -> None:
        """One turn of the lidar."""
        if self.eye is None:
            return
        position, rotation = self.robot.lidar_pose()
        self.robot.see(echoes(self.eye, position, self.rays @ rotation.T, self.rng))

    def walk(
        self, command: tuple[float, float, float], duration_s: float, until: Callable[[RobotState], bool] | None = None
    ) -> list[RobotState]:
        """States every 20 ms; ends early on a fall or when `until` says so."""
        self.robot.set_command(*command)
        states: list[RobotState] = []
        for tick in range(round(duration_s * 50)):
            if tick % 10 == 0:
                self.scan()
            self.robot.advance(0.02)
            states.append(self.robot.state)
            if self.robot.fallen or (until is not None and until(states[-1])):
                break
        return states

    def push(self, impulse_n_s: FloatArray, duration_s: float = 0.1) -> None:
        """Push the trunk with a constant force."""
        for _ in range(round(duration_s / self.physics.timestep_s)):
            self.robot.before_step()
            self.physics.push(self.robot.body, impulse_n_s / duration_s)
            self.physics.step()

    def close(self) -> None:
        self.physics.close()


def speeds(states: list[RobotState]) -> FloatArray:
    """Mean forward, lateral and yaw speed over the later half."""
    rows = []
    for state in states[len(states) // 2 :]:
        cos, sin = state.rotation[:2, 0] / np.hypot(*state.rotation[:2, 0])
        x, y, _ = state.velocity_m_s
        rows.append([cos * x + sin * y, cos * y - sin * x, state.angular_velocity_rad_s[2]])
    mean: FloatArray = np.mean(rows, axis=0)
    return mean

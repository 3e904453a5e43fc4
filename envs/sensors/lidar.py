"""The 3-D lidar: 16 rings of 180 ranges."""

import math

import numpy as np
from gymnasium.spaces import Box

from ..types import FloatArray
from ..world.scene import Scene
from ..world.vectors import turned_rows
from .base import SENSORS, Observation, Sensor, SensorContext

RINGS, COLUMNS = 16, 180
ELEVATION_RAD = (float(np.radians(-60.0)), float(np.radians(15.0)))
MAX_RANGE_M = 30.0
_MIN_RANGE_M = 0.15
_RANGE_NOISE_M = 0.02
#: Share of the return of a white wall, facing, at 1 m, below which an echo is half of the time lost.
_FAINT = 1.5e-4
_DROPOUT = 0.002


class Lidar:
    """16 rings of 180 ranges: row 0 looks down most, column k has azimuth -pi + 2 pi k / 180, 0 straight ahead."""

    def __init__(self) -> None:
        elevation = np.linspace(*ELEVATION_RAD, RINGS)[:, None]
        azimuth = -np.pi + 2.0 * np.pi * np.arange(COLUMNS)[None] / COLUMNS
        level = np.cos(elevation)
        self.directions: FloatArray = np.stack(
            [level * np.cos(azimuth), level * np.sin(azimuth), np.broadcast_to(np.sin(elevation), (RINGS, COLUMNS))], -1
        ).astype(np.float32)

    def capture(
        self, scene: Scene, position_m: FloatArray, rotation: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """(16, 180) float32 ranges in metres, 0 where nothing came back.

        Ranges err by 2 cm; echoes that are faint (dark, at grazing angles, far) may be lost.

        Args:
            scene: what there is to see.
            position_m: (3,) of the lidar in the world.
            rotation: (3, 3) from the lidar frame (x forward, y left, z up) to the world.
            rng: where noise comes from.
        """
        rays = turned_rows(rotation, self.directions.reshape(-1, 3))
        hits = scene.cast(position_m, rays, MAX_RANGE_M)
        cos = np.abs(np.einsum("ij,ij->i", hits.normal, rays))
        distance = np.where(hits.face == -1, np.float32(MAX_RANGE_M), hits.distance_m)
        echo = scene.albedo(hits) * cos / np.maximum(distance * distance, 1.0)
        chance = echo / (echo + _FAINT) - _DROPOUT
        ranges: FloatArray = distance + rng.standard_normal(len(rays), dtype=np.float32) * np.float32(_RANGE_NOISE_M)
        lost = (hits.face == -1) | (rng.random(len(rays), dtype=np.float32) > chance) | (ranges < _MIN_RANGE_M)
        ranges[lost] = 0.0
        np.minimum(ranges, np.float32(MAX_RANGE_M), out=ranges)
        return ranges.reshape(RINGS, COLUMNS)

    def points(self, ranges_m: FloatArray, position_m: FloatArray, rotation: FloatArray) -> FloatArray:
        """(n, 3) float32 world points of the returns in (16, 180) ranges, given the pose of the lidar."""
        back = np.asarray(ranges_m) > 0.0
        own = self.directions[back] * np.asarray(ranges_m, np.float32)[back, None]
        return turned_rows(rotation, own) + np.asarray(position_m, np.float32)


def euler_rad(rotation: FloatArray) -> FloatArray:
    """(3,) roll, pitch, yaw of a rotation (3, 3) = Rz(yaw) Ry(pitch) Rx(roll)."""
    (east, _, _), (north, _, _), (dive, left, up) = np.asarray(rotation).tolist()
    pitch = math.asin(min(max(-dive, -1.0), 1.0))
    return np.array([math.atan2(left, up), pitch, math.atan2(north, east)])


class LidarSensor(Sensor):
    """`lidar` (16, 180) ranges in metres and `lidar_pose` (6,): estimated x, y, z, roll, pitch, yaw at capture.

    The true ranges and pose stay in `context.shared["lidar"]` for the robot's own terrain map.
    """

    name = "lidar"
    rate_hz = 5.0
    age_key = "lidar_age"

    def __init__(self) -> None:
        self._lidar = Lidar()

    def spaces(self) -> dict[str, Box]:
        """Ranges 0..30 m and the estimated pose."""
        high = np.array([1e4] * 3 + [np.pi] * 3, np.float32)
        return {
            "lidar": Box(0.0, MAX_RANGE_M, (RINGS, COLUMNS), np.float32),
            "lidar_pose": Box(-high, high, dtype=np.float32),
        }

    def read(self, context: SensorContext) -> Observation:
        """Scan once."""
        position, rotation = context.robot.lidar_pose()
        ranges = self._lidar.capture(context.scene, position, rotation, context.rng)
        context.shared["lidar"] = (ranges, position, rotation)
        at, turned = context.believe(position, rotation)
        return {"lidar": ranges, "lidar_pose": np.concatenate([at, euler_rad(turned)]).astype(np.float32)}


SENSORS.add("lidar", LidarSensor)

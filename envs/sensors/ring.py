"""A safety scanner: how near the nearest thing is that the robot could run into, all around."""

import numpy as np
from gymnasium.spaces import Box

from ..types import FloatArray
from ..world.vectors import turned_rows
from .base import SENSORS, Observation, Sensor, SensorContext

SECTORS = 36
REACH_M = 8.0
_RAYS_A_SECTOR = 2
#: Rays go level and downwards, so that low things are met at every distance.
_ELEVATION_RAD = np.radians((-40.0, -22.0, -10.0, -3.0))
#: What is lower over the plane that the robot stands on is stepped on, what is higher is walked under; m.
_BAND_M = (0.2, 1.2)
_NOISE_M = 0.02


class RingSensor(Sensor):
    """`ring` (36,) metres to the nearest return in sectors of 10°, from behind over the right round; 8: none.

    Returns count that lie 0.2 to 1.2 m above the plane on which the robot stands.
    """

    name = "ring"
    rate_hz = 5.0

    def __init__(self) -> None:
        count = SECTORS * _RAYS_A_SECTOR
        azimuth = -np.pi + 2.0 * np.pi * (np.arange(count) + 0.5) / count
        elevation, turn = (grid.ravel() for grid in np.meshgrid(_ELEVATION_RAD, azimuth, indexing="ij"))
        level = np.cos(elevation)
        rays = np.stack([level * np.cos(turn), level * np.sin(turn), np.sin(elevation)], -1)
        self._rays: FloatArray = rays.astype(np.float32)
        self._level = level.astype(np.float32)

    def spaces(self) -> dict[str, Box]:
        """0..8 m."""
        return {"ring": Box(0.0, REACH_M, (SECTORS,), np.float32)}

    def read(self, context: SensorContext) -> Observation:
        """Scan once."""
        position, rotation = context.robot.lidar_pose()
        spec = context.robot.spec
        over_ground_m = spec.lidar.mount_m[2] + spec.gait.stand_height_m
        # What lies farther along a ray is out of reach, whatever the noise, or under the band.
        farthest = np.minimum((REACH_M + 6.0 * _NOISE_M) / self._level, (_BAND_M[0] - over_ground_m) / self._rays[:, 2])
        hits = context.scene.cast(position, turned_rows(rotation, self._rays), farthest)
        height = over_ground_m + hits.distance_m * self._rays[:, 2]
        noise = _NOISE_M * context.rng.standard_normal(len(self._rays), dtype=np.float32)
        away = np.minimum(np.maximum(hits.distance_m * self._level + noise, 0.0), REACH_M)
        # What met nothing is endlessly far below the band.
        away[(height < _BAND_M[0]) | (height > _BAND_M[1])] = REACH_M
        # One axis after the other, which takes half the time of both at once.
        nearest = away.reshape(len(_ELEVATION_RAD), -1).min(axis=0).reshape(SECTORS, _RAYS_A_SECTOR).min(axis=1)
        return {"ring": nearest.astype(np.float32)}


SENSORS.add("ring", RingSensor)

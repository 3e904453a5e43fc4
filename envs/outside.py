"""The robot seen from outside, for people."""

import math

import numpy as np

from .sensors.camera import Camera
from .site.model import Part
from .types import ByteArray, FloatArray
from .world.world import World

_SIZE_PX = (640, 360)
_DISTANCE_M, _HEIGHT_M = 3.4, 1.9
_CLEARANCE_M = 0.3


class OutsideCamera:
    """Follows the robot from behind and above, and comes closer where something stands in the way."""

    def __init__(self) -> None:
        self._camera = Camera(*_SIZE_PX, fov_rad=math.radians(60.0))
        self._rng = np.random.default_rng(0)
        self._azimuth: float | None = None

    def reset(self) -> None:
        """Start behind the robot again."""
        self._azimuth = None

    def picture(self, world: World) -> ByteArray:
        """(360, 640, 3) uint8."""
        state = world.robot.state
        heading = math.atan2(state.rotation[1, 0], state.rotation[0, 0])
        behind = heading + math.pi - 0.6
        if self._azimuth is None:
            self._azimuth = behind
        self._azimuth += 0.06 * math.remainder(behind - self._azimuth, math.tau)
        position, rotation = self._pose(world, state.position_m + [0.0, 0.0, 0.15])
        world.scene.update(world.time_s, outside=robot_parts(world))
        return self._camera.capture(world.scene, position, rotation, 1.0, self._rng).rgb

    def _pose(self, world: World, target: FloatArray) -> tuple[FloatArray, FloatArray]:
        assert self._azimuth is not None
        away = np.array([math.cos(self._azimuth), math.sin(self._azimuth), _HEIGHT_M / _DISTANCE_M])
        away /= np.linalg.norm(away)
        reach = math.hypot(_DISTANCE_M, _HEIGHT_M)
        free = float(world.scene.static.cast(target[None], away[None]).distance_m[0]) - _CLEARANCE_M
        return target + away * min(reach, max(free, 1.2)), looking_along(-away)


def looking_along(axis: FloatArray) -> FloatArray:
    """(3, 3) camera frame (x right, y down, z forward) to world of an upright camera looking along a unit vector."""
    right = np.cross(axis, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    return np.column_stack([right, np.cross(axis, right), axis])


def robot_parts(world: World) -> list[tuple[Part, FloatArray, FloatArray]]:
    """The robot's links as parts with their poses."""
    parts = []
    for (vertices, faces, colours), (position, rotation) in zip(
        world.robot.visuals, world.robot.link_poses(), strict=True
    ):
        for colour in np.unique(colours, axis=0):
            chosen = faces[(colours == colour).all(axis=1)]
            parts.append((Part(vertices, chosen, "paint", tint=tuple(colour)), position, rotation))
    return parts

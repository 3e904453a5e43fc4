"""The robot seen from outside, for people."""

import math

import numpy as np

from .robots.quadruped import Quadruped
from .sensors.camera import Camera
from .site.model import Part
from .types import ByteArray, FloatArray, IntArray
from .world.scene import Scene
from .world.world import World

SIZE_PX = (640, 360)
_DISTANCE_M, _HEIGHT_M = 3.4, 1.9
_CLEARANCE_M = 0.3


class OutsideCamera:
    """Follows the robot from behind and above, and comes closer where something stands in the way.

    Args:
        size_px: (width, height) of its pictures.
    """

    def __init__(self, size_px: tuple[int, int] = SIZE_PX) -> None:
        self._camera = Camera(*size_px, fov_rad=math.radians(60.0))
        self._rng = np.random.default_rng(0)
        self._azimuth: float | None = None
        self._links: list[list[Part]] = []

    def reset(self) -> None:
        """Forget the robot, and start behind the next one."""
        self._azimuth, self._links = None, []

    def picture(self, world: World) -> ByteArray:
        """(height, width, 3) uint8 of the robot in its world."""
        return self.look(world.robot, world.scene, world.time_s)

    def look(self, robot: Quadruped, scene: Scene, time_s: float) -> ByteArray:
        """(height, width, 3) uint8 of `robot` in `scene`, whose movers are put where they are at `time_s`."""
        state = robot.state
        heading = math.atan2(state.rotation[1, 0], state.rotation[0, 0])
        behind = heading + math.pi - 0.6
        if self._azimuth is None:
            self._azimuth = behind
        self._azimuth += 0.06 * math.remainder(behind - self._azimuth, math.tau)
        position, rotation = self._pose(scene, state.position_m + [0.0, 0.0, 0.15])
        if not self._links:
            self._links = [_coloured(*link) for link in robot.visuals]
        poses = zip(self._links, robot.link_poses(), strict=True)
        scene.update(time_s, outside=[(part, *pose) for parts, pose in poses for part in parts])
        return self._camera.capture(scene, position, rotation, 1.0, self._rng).rgb

    def _pose(self, scene: Scene, target: FloatArray) -> tuple[FloatArray, FloatArray]:
        assert self._azimuth is not None
        away = np.array([math.cos(self._azimuth), math.sin(self._azimuth), _HEIGHT_M / _DISTANCE_M])
        away /= np.linalg.norm(away)
        reach = math.hypot(_DISTANCE_M, _HEIGHT_M)
        free = float(scene.static.cast(target[None], away[None]).distance_m[0]) - _CLEARANCE_M
        return target + away * min(reach, max(free, 1.2)), looking_along(-away)


def looking_along(axis: FloatArray) -> FloatArray:
    """(3, 3) camera frame (x right, y down, z forward) to world of an upright camera looking along a unit vector."""
    right = np.cross(axis, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    return np.column_stack([right, np.cross(axis, right), axis])


def _coloured(vertices_m: FloatArray, faces: IntArray, colours: FloatArray) -> list[Part]:
    """One link as parts of one colour each."""
    return [
        Part(vertices_m, faces[(colours == colour).all(axis=1)], "paint", tint=tuple(colour))
        for colour in np.unique(colours, axis=0)
    ]

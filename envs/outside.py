"""The robot seen from outside, for people."""

import math

import numpy as np

from .robots.base import Robot
from .sensors.camera import Camera
from .site.model import Part
from .types import ByteArray, FloatArray, IntArray
from .world.scene import Scene
from .world.world import World

SIZE_PX = (640, 360)
_DISTANCE_M, _CLEARANCE_M = 3.9, 0.3
#: Nearer than that the robot fills the picture.
_NEAREST_M = 1.5
#: Where to stand: turns from the place behind its flank, and how steeply to look down; the dearest is taken last.
_TURNS_RAD, _STEEPS = np.linspace(-math.pi, math.pi, 16, endpoint=False), (0.56, 1.1)
_TURN_COST, _STEEP_COST, _SWING_COST = 0.25, 0.3, 0.15
#: Beside the middle of the view these must be free too, rad.
_ASIDE_RAD = 0.12
_SMOOTH = 0.06


class OutsideCamera:
    """Follows the robot from behind and above; where something stands in the way it swings round, or comes closer.

    Args:
        size_px: (width, height) of its pictures.
    """

    def __init__(self, size_px: tuple[int, int] = SIZE_PX) -> None:
        self._camera = Camera(*size_px, fov_rad=math.radians(60.0))
        self._rng = np.random.default_rng(0)
        self._place: tuple[float, float] | None = None
        self._links: list[list[Part]] = []

    def reset(self) -> None:
        """Forget the robot, and start behind the next one."""
        self._place, self._links = None, []

    def picture(self, world: World) -> ByteArray:
        """(height, width, 3) uint8 of the robot in its world."""
        return self.look(world.robot, world.scene, world.time_s)

    def look(self, robot: Robot, scene: Scene, time_s: float) -> ByteArray:
        """(height, width, 3) uint8 of `robot` in `scene`, whose movers are put where they are at `time_s`."""
        state = robot.state
        heading = math.atan2(state.rotation[1, 0], state.rotation[0, 0])
        position, rotation = self._pose(scene, state.position_m + [0.0, 0.0, 0.15], heading + math.pi - 0.6)
        if not self._links:
            self._links = [_coloured(*link) for link in robot.visuals]
        poses = zip(self._links, robot.link_poses(), strict=True)
        scene.update(time_s, outside=[(part, *pose) for parts, pose in poses for part in parts])
        return self._camera.capture(scene, position, rotation, 1.0, self._rng).rgb

    def _pose(self, scene: Scene, target: FloatArray, behind: float) -> tuple[FloatArray, FloatArray]:
        """Where to look from: it glides to the best place, and cuts to it where the way there is hidden."""
        best = self._best(scene, target, behind)
        if self._place is None:
            self._place = best
        azimuth, steep = self._place
        azimuth += _SMOOTH * math.remainder(best[0] - azimuth, math.tau)
        steep += _SMOOTH * (best[1] - steep)
        if _reaches(scene, target, np.array([azimuth]), np.array([steep]))[0] < _NEAREST_M:
            azimuth, steep = best
        self._place = azimuth, steep
        reach = _reaches(scene, target, np.array([azimuth]), np.array([steep]))[0]
        away = _away(np.array([azimuth]), np.array([steep]))[0]
        return target + away * reach, looking_along(-away)

    def _best(self, scene: Scene, target: FloatArray, behind: float) -> tuple[float, float]:
        """(azimuth, steepness) of the place with the most room for the least turn."""
        turns, steeps = (grid.ravel() for grid in np.meshgrid(_TURNS_RAD, _STEEPS))
        azimuths = behind + turns
        room = _reaches(scene, target, azimuths, steeps) / _DISTANCE_M
        cost = _TURN_COST * np.abs(turns) + _STEEP_COST * (steeps > _STEEPS[0])
        if self._place is not None:
            cost = cost + _SWING_COST * np.abs(np.remainder(azimuths - self._place[0] + math.pi, math.tau) - math.pi)
        best = int(np.argmax(2.0 * room - cost))
        return float(azimuths[best]), float(steeps[best])


def _away(azimuths: FloatArray, steeps: FloatArray) -> FloatArray:
    """(n, 3) unit vectors from the robot to the camera."""
    level = 1.0 / np.sqrt(1.0 + steeps**2)
    return np.column_stack([level * np.cos(azimuths), level * np.sin(azimuths), level * steeps])


def _reaches(scene: Scene, target: FloatArray, azimuths: FloatArray, steeps: FloatArray) -> FloatArray:
    """(n,) how far from `target` (3,) a camera may be on each line, m: up to `_DISTANCE_M`, less before obstacles."""
    lines = np.concatenate([_away(azimuths + aside, steeps) for aside in (-_ASIDE_RAD, 0.0, _ASIDE_RAD)])
    met = scene.static.cast(target, lines, _DISTANCE_M + _CLEARANCE_M).distance_m.reshape(3, -1)
    return np.asarray(np.clip(met.min(axis=0) - _CLEARANCE_M, 0.4, _DISTANCE_M), dtype=float)


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

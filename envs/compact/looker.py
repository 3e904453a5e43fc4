"""A camera that aims itself: at the next inspection point in view, else where most is left to see."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..metrics.coverage import DENSITY_PX_M
from ..metrics.surfels import MIN_COSINE
from ..types import BoolArray, Briefing, FloatArray, Point
from .account import Account

# Looks at surfaces keep this much more than the least density, cosine and frame, for the error of the pose.
_DENSER, _FACING, _WITHIN = 1.15, MIN_COSINE + 0.05, 0.7
# Looks at points are this much denser at least and at most, with so much room about the patch, m and m a metre of
# distance; no patch is taller than this share of the picture.
_DENSE, _MOST_DENSE, _ABOUT_M, _ASTRAY, _TALLEST = 1.09, 3.0, 0.1, 0.02, 0.88
_SURFACE_M, _NEAR_M = 6.0, 0.4
_LIFT_M = 0.03
# So many samples of unseen surface are tried for a free line of sight, and so many of them as the middle of a look.
_TRIED, _AIMS = 300, 40
# The head turns this far between two looks.
_FREE_TURN_RAD = 0.9


class Looker:
    """Decides after each look where the next one goes.

    Args:
        briefing: of the episode.
        account: what was seen; the looker only reads it.
    """

    def __init__(self, briefing: Briefing, account: Account) -> None:
        robot, points = briefing.robot, briefing.points
        self._account, self._robot = account, robot
        self._centre = np.array([p.position_m for p in points]).reshape(-1, 3)
        self._normal = np.array([p.normal for p in points]).reshape(-1, 3)
        self._density = np.array([p.density_px_m for p in points])
        self._size = np.array([p.size_m for p in points])
        self._focal_px = robot.image_size_px[0] / 2.0 / math.tan(robot.fov_rad / 2.0)
        self._half_view_rad = _WITHIN * np.arctan(0.5 * np.array(robot.image_size_px) / self._focal_px)
        self._lens_m, self._azimuth = np.array([0.0, 0.0, 0.5]), 0.0
        self._target: FloatArray | None = None
        self._zoom = 1.0

    def act(self, observation: Mapping[str, Any]) -> Point:
        """Pan, tilt and zoom as the env's action takes them, within ±1.

        Args:
            observation: with `pose`, `camera` and `camera_age`.
        """
        base, rotation = _pose(observation["pose"])
        if observation["camera_age"][0] < 1e-6:
            self._lens_m = rotation.T @ (np.asarray(observation["camera"][:3], float) - base)
            ahead = observation["camera"][3:12].reshape(3, 3)[:, 2]
            self._azimuth = math.atan2(float(ahead[1]), float(ahead[0]))
            self._choose(base + rotation @ self._lens_m, rotation)
        return self._towards(base, rotation)

    def _choose(self, lens: FloatArray, rotation: FloatArray) -> None:
        self._target, self._zoom = None, 1.0
        if not self._at_point(lens, rotation):
            self._at_surface(lens, rotation)

    def _at_point(self, lens: FloatArray, rotation: FloatArray) -> bool:
        """Aim at the nearest unserved point that can be served from here, if there is one."""
        left = (~self._account.seen.served).nonzero()[0]
        if not len(left):
            return False
        sight = self._centre[left] - lens
        away = _lengths(sight)
        # As long a lens as shows the patch with room about it: sharper is surer.
        tall = self._robot.image_size_px[1]
        roomy = tall / (self._size[left] + _ABOUT_M + _ASTRAY * away)
        density = np.maximum(_DENSE * self._density[left], np.minimum(roomy, _MOST_DENSE * self._density[left]))
        zoom = np.minimum(np.maximum(density * away / self._focal_px, self._robot.zoom[0]), self._robot.zoom[1])
        fit = zoom * self._focal_px >= 0.999 * _DENSE * self._density[left] * away
        fit &= self._size[left] * self._focal_px * zoom < _TALLEST * tall * away
        fit &= self._facing(sight, self._normal[left], away) & self._reachable(sight, rotation)
        slack = 0.05 + 0.5 * self._size[left]
        found = self._clear(lens, sight, away, slack, fit)
        if found is None:
            return False
        self._target, self._zoom = self._centre[left[found]], float(zoom[found])
        return True

    def _at_surface(self, lens: FloatArray, rotation: FloatArray) -> None:
        """Aim and zoom at what shows the most unseen surface for the time the head takes to turn there."""
        seen = self._account.seen
        left = np.flatnonzero(~seen.seen)
        sight = seen.surfels.position_m[left] - lens
        near = np.flatnonzero(np.einsum("ij,ij->i", sight, sight) < _SURFACE_M**2)
        left, sight = left[near], sight[near]
        away = _lengths(sight)
        fit = np.flatnonzero(self._facing(sight, seen.surfels.normal[left], away) & self._reachable(sight, rotation))
        fit = fit[:: len(fit) // _TRIED + 1]
        if not len(fit):
            return
        free = ~self._account.mesh.occluded(lens, sight[fit] / away[fit, None], away[fit] - _LIFT_M)
        sight, away = sight[fit[free]], away[fit[free]]
        if not len(away):
            return
        need = np.maximum(_DENSER * DENSITY_PX_M * away / self._focal_px, self._robot.zoom[0])
        azimuth, elevation = np.arctan2(sight[:, 1], sight[:, 0]), np.arcsin(sight[:, 2] / away)
        aims = slice(None, None, len(away) // _AIMS + 1)
        zoom, half = need[aims, None], self._half_view_rad
        aside = np.abs(azimuth - azimuth[aims, None])
        inside = np.minimum(aside, 2.0 * np.pi - aside) * np.cos(elevation) < half[0] / zoom
        inside &= (np.abs(elevation - elevation[aims, None]) < half[1] / zoom) & (need <= zoom)
        turn = np.abs(np.remainder(azimuth[aims] - self._azimuth + np.pi, 2.0 * np.pi) - np.pi)
        best = int(np.argmax(inside.sum(axis=1) / np.maximum(turn, _FREE_TURN_RAD)))
        self._target, self._zoom = lens + sight[aims][best], float(min(zoom[best, 0], self._robot.zoom[1]))

    def _facing(self, sight: FloatArray, normal: FloatArray, away: FloatArray) -> BoolArray:
        return np.asarray((-np.einsum("ij,ij->i", sight, normal) > _FACING * away) & (away > _NEAR_M))

    def _reachable(self, sight: FloatArray, rotation: FloatArray) -> BoolArray:
        """(n,) whether the head can point along world vectors (n, 3)."""
        x, y, z = (sight @ rotation).T
        tilt = np.arctan2(z, np.hypot(x, y))
        low, high = self._robot.tilt_rad
        return np.asarray((np.abs(np.arctan2(y, x)) < self._robot.pan_rad) & (tilt > low) & (tilt < high))

    def _clear(
        self, lens: FloatArray, sight: FloatArray, away: FloatArray, slack: FloatArray, fit: BoolArray
    ) -> int | None:
        """The nearest of those that fit with nothing before it."""
        index = fit.nonzero()[0]
        index = index[np.argsort(away[index], kind="stable")]
        if not len(index):
            return None
        ways = sight[index] / away[index, None]
        free = (~self._account.mesh.occluded(lens, ways, np.maximum(away[index] - slack[index], 0.0))).nonzero()[0]
        return int(index[free[0]]) if len(free) else None

    def _towards(self, base: FloatArray, rotation: FloatArray) -> Point:
        robot = self._robot
        pan = tilt = 0.0
        if self._target is not None:
            x, y, z = (rotation.T @ (self._target - base) - self._lens_m).tolist()
            pan, tilt = math.atan2(y, x), math.atan2(z, math.hypot(x, y))
        low, high = robot.tilt_rad
        zoom = 2.0 * math.log(self._zoom / robot.zoom[0]) / math.log(robot.zoom[1] / robot.zoom[0]) - 1.0
        return _cut(pan / robot.pan_rad), _cut(2.0 * (tilt - low) / (high - low) - 1.0), _cut(zoom)


def _lengths(vectors: FloatArray) -> FloatArray:
    """(n,) of (n, 3); NumPy's norm takes twice as long."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)))


def _cut(value: float) -> float:
    return min(max(value, -1.0), 1.0)


def _pose(pose: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Position (3,) and rotation (3, 3) of x, y, z, roll, pitch, yaw."""
    x, y, z, roll, pitch, yaw = pose.tolist()
    cr, cp, cy = math.cos(roll), math.cos(pitch), math.cos(yaw)
    sr, sp, sy = math.sin(roll), math.sin(pitch), math.sin(yaw)
    turn = np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )
    return np.array([x, y, z]), turn

"""The next inspection points, seen from the robot."""

import math

import numpy as np

from ..types import Briefing, FloatArray
from .account import Account

NEAREST = 6
KINDS = ("rgb", "thermal", "tdlas", "ultrasound")
#: Numbers of one point.
WIDTH = 8 + len(KINDS)
_FAR_M, _HIGH_M = 20.0, 2.0
#: Points are stood before at this distance, along their normal.
_BEFORE_M = 1.5


class Goals:
    """Points that the account has not served yet.

    Args:
        briefing: of the episode.
        account: what was served.
    """

    def __init__(self, briefing: Briefing, account: Account) -> None:
        self._account = account
        points = briefing.points
        self._normal = np.array([point.normal for point in points]).reshape(-1, 3)
        self._centre = np.array([point.position_m for point in points]).reshape(-1, 3)
        self._kind = np.array([[point.sensor == kind for kind in KINDS] for point in points], float).reshape(
            -1, len(KINDS)
        )
        self._place = self._centre[:, :2] + _BEFORE_M * self._normal[:, :2]
        self._eye_m = briefing.robot.camera_height_m

    def nearest(self, x: float, y: float, yaw: float) -> FloatArray:
        """(6 * 12,) the nearest unserved points, nearest first; zeros where there are fewer.

        Of each: 1; cos and sin of the bearing, and distance / 20 m, of the place 1.5 m before it; cos and sin of the
        bearing of the point itself; its height over the camera / 2 m; distance of the point / 20 m; one of four for
        the sensor that serves it (rgb, thermal, tdlas, ultrasound).
        """
        told = np.zeros((NEAREST, WIDTH))
        left = np.flatnonzero(~self._account.seen.served)
        if not len(left):
            return told.ravel()
        to_place = self._place[left] - (x, y)
        away = np.hypot(to_place[:, 0], to_place[:, 1])
        order = np.argsort(away, kind="stable")[:NEAREST]
        index, to_place, away = left[order], to_place[order], away[order]
        to_point = self._centre[index, :2] - (x, y)
        rows = told[: len(order)]
        rows[:, 0] = 1.0
        rows[:, 1:3] = _bearing(to_place, yaw)
        rows[:, 3] = np.minimum(away / _FAR_M, 1.0)
        rows[:, 4:6] = _bearing(to_point, yaw)
        rows[:, 6] = np.clip((self._centre[index, 2] - self._eye_m) / _HIGH_M, -1.0, 1.0)
        rows[:, 7] = np.minimum(np.hypot(to_point[:, 0], to_point[:, 1]) / _FAR_M, 1.0)
        rows[:, 8:] = self._kind[index]
        return told.ravel()


def _bearing(offsets: FloatArray, yaw: float) -> FloatArray:
    """(n, 2) cos and sin of the directions of (n, 2), as seen from a heading."""
    length = np.maximum(np.hypot(offsets[:, 0], offsets[:, 1]), 1e-6)
    cos, sin = math.cos(yaw), math.sin(yaw)
    ahead, left = cos * offsets[:, 0] + sin * offsets[:, 1], cos * offsets[:, 1] - sin * offsets[:, 0]
    return np.stack([ahead / length, left / length], axis=1)

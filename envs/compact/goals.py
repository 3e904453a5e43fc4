"""The next inspection points, seen from the robot."""

import math

import numpy as np

from ..types import Briefing, Point
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
        normal = np.array([point.normal for point in points]).reshape(-1, 3)
        centre = np.array([point.position_m for point in points]).reshape(-1, 3)
        self._place_x, self._place_y = centre[:, :2].T + _BEFORE_M * normal[:, :2].T
        rise = np.clip((centre[:, 2] - briefing.robot.camera_height_m) / _HIGH_M, -1.0, 1.0).tolist()
        # What stays the same of each point; few are told of, and plain numbers cost less than arrays of six.
        self._told = [
            (*place, *point.position_m[:2], up, [float(point.sensor == kind) for kind in KINDS])
            for *place, point, up in zip(self._place_x.tolist(), self._place_y.tolist(), points, rise, strict=True)
        ]

    def nearest(self, x: float, y: float, yaw: float) -> list[float]:
        """The 6 * 12 numbers of the nearest unserved points, nearest first; zeros where there are fewer.

        Of each: 1; cos and sin of the bearing, and distance / 20 m, of the place 1.5 m before it; cos and sin of the
        bearing of the point itself; its height over the camera / 2 m; distance of the point / 20 m; one of four for
        the sensor that serves it (rgb, thermal, tdlas, ultrasound).
        """
        left = np.flatnonzero(~self._account.seen.served)
        away = np.hypot(self._place_x[left] - x, self._place_y[left] - y)
        cos, sin = math.cos(yaw), math.sin(yaw)
        told: list[float] = []
        for k in left[np.argsort(away, kind="stable")[:NEAREST]].tolist():
            place_x, place_y, point_x, point_y, rise, kinds = self._told[k]
            place = _polar(place_x - x, place_y - y, cos, sin)
            ahead, aside, far = _polar(point_x - x, point_y - y, cos, sin)
            told += (1.0, *place, ahead, aside, rise, far, *kinds)
        return told + [0.0] * (NEAREST * WIDTH - len(told))


def _polar(dx: float, dy: float, cos: float, sin: float) -> Point:
    """Cos and sin of a direction as seen from a heading, and the distance / 20 m, at most 1."""
    length = math.hypot(dx, dy)
    least = max(length, 1e-6)
    return (cos * dx + sin * dy) / least, (cos * dy - sin * dx) / least, min(length / _FAR_M, 1.0)

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
        # Ground plans are complex numbers: one product turns them.
        target, self._place = (place[:, 0] + 1j * place[:, 1] for place in (centre, centre + _BEFORE_M * normal))
        rise = np.clip((centre[:, 2] - briefing.robot.camera_height_m) / _HIGH_M, -1.0, 1.0).tolist()
        # What stays the same of each point; few are told of, and plain numbers cost less than arrays of six.
        self._told = [
            (place, at, up, [float(point.sensor == kind) for kind in KINDS])
            for place, at, point, up in zip(self._place.tolist(), target.tolist(), points, rise, strict=True)
        ]

    def nearest(self, x: float, y: float, yaw: float) -> list[float]:
        """The 6 * 12 numbers of the nearest unserved points, nearest first; zeros where there are fewer.

        Of each: 1; cos and sin of the bearing, and distance / 20 m, of the place 1.5 m before it; cos and sin of the
        bearing of the point itself; its height over the camera / 2 m; distance of the point / 20 m; one of four for
        the sensor that serves it (rgb, thermal, tdlas, ultrasound).
        """
        left = (~self._account.seen.served).nonzero()[0]
        here, turn = complex(x, y), complex(math.cos(yaw), -math.sin(yaw))
        away = np.abs(self._place[left] - here)
        told: list[float] = []
        for k in left[away.argsort(kind="stable")[:NEAREST]].tolist():
            place, point, rise, kinds = self._told[k]
            ahead, aside, far = _polar((point - here) * turn)
            told += (1.0, *_polar((place - here) * turn), ahead, aside, rise, far, *kinds)
        return told + [0.0] * (NEAREST * WIDTH - len(told))


def _polar(way: complex) -> Point:
    """Cos and sin of the direction of a way (ahead + left · i, m), and its length / 20 m, at most 1."""
    length = abs(way)
    least = max(length, 1e-6)
    return way.real / least, way.imag / least, min(length / _FAR_M, 1.0)

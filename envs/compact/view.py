"""The compact observation: a flat vector for a navigation policy, from the briefing and a few light sensors."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium import spaces

from ..sensors.ring import REACH_M, SECTORS
from ..types import Briefing, FloatArray
from . import fields, goals
from .account import Account

#: Sensors whose keys the compact observation is made of.
SENSORS = ("ring", "sight", "gas")
#: (name, how many numbers, what they are), in the order of the vector.
LAYOUT: tuple[tuple[str, int, str], ...] = (
    ("ring", SECTORS, "distance / 8 m to the nearest obstacle in sectors of 10°, from behind over the right; 1: none"),
    (
        "free",
        fields.CELLS**2,
        "map crop, 16 × 16 cells of 0.75 m, from behind to ahead: share that can be stood on",
    ),
    ("left", fields.CELLS**2, "the same crop: unseen equipment surface in the cell / 2 m², at most 1"),
    ("points", goals.NEAREST * goals.WIDTH, "the 6 nearest unserved inspection points, 12 numbers each (see below)"),
    ("pose", 4, "place in the site's bounds as -1..1 east and north, cos and sin of the heading"),
    ("velocity", 3, "forward, lateral and yaw speed as shares of the robot's limits, at most ±1.5"),
    ("lean", 2, "roll and pitch / 0.5 rad"),
    ("head", 4, "cos and sin of the pan, tilt / 1.6 rad, logarithm of the zoom as 0..1"),
    ("gas", 5, "log10(1 + ppm) / 6 of each point cell"),
    ("left_over", 4, "share left of the time and of the battery; believed coverage and points served"),
    ("dock", 3, "cos and sin of the bearing of the dock, distance / 20 m"),
)
SIZE = sum(count for _, count, _ in LAYOUT)
_FAST = 1.5


def compact_space() -> spaces.Box:
    """`Box(-1.5, 1.5, (n,), float32)`."""
    return spaces.Box(-_FAST, _FAST, (SIZE,), np.float32)


class CompactView:
    """Turns the Dict observations of one episode into compact ones.

    Args:
        briefing: of the episode.

    Attributes:
        account: what the robot believes to have seen.
    """

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing
        self.account = Account(briefing)
        self._fields = fields.Fields(briefing, self.account)
        self._goals = goals.Goals(briefing, self.account)
        robot = briefing.robot
        self._limits = (robot.forward_m_s, max(robot.lateral_m_s, 1e-3), robot.yaw_rad_s)
        self._zoom_span = math.log(robot.zoom[1] / robot.zoom[0])

    def see(self, observation: Mapping[str, Any]) -> FloatArray:
        """One step.

        Args:
            observation: of the env, with the keys of `SENSORS` and of `state`.

        Returns:
            (n,) float32, laid out as `LAYOUT` says.
        """
        if observation["camera_age"][0] < 1e-6 and self.account.look(observation["camera"]):
            self._fields.look()
        x, y, _, roll, pitch, yaw = observation["pose"].tolist()
        ahead, left, *_, turn = observation["velocity"].tolist()
        numbers = (
            *self._goals.nearest(x, y, yaw),
            *self._pose(x, y, yaw),
            *(speed / limit for speed, limit in zip((ahead, left, turn), self._limits, strict=True)),
            2.0 * roll,
            2.0 * pitch,
            *self._head(observation["head"]),
            *(np.log10(1.0 + observation["gas"]) / 6.0).tolist(),
            *self._left_over(observation),
            *self._dock(x, y, yaw),
        )
        cut = np.minimum(np.maximum(np.array(numbers, np.float32), -_FAST), _FAST)
        return np.concatenate([observation["ring"] / REACH_M, self._fields.crop(x, y, yaw), cut])

    def _pose(self, x: float, y: float, yaw: float) -> tuple[float, ...]:
        x0, y0, x1, y1 = self._briefing.bounds_m
        east, north = 2.0 * (x - x0) / (x1 - x0) - 1.0, 2.0 * (y - y0) / (y1 - y0) - 1.0
        return east, north, math.cos(yaw), math.sin(yaw)

    def _head(self, head: FloatArray) -> tuple[float, ...]:
        pan, tilt, zoom = head.tolist()
        low = self._briefing.robot.zoom[0]
        return math.cos(pan), math.sin(pan), tilt / 1.6, math.log(zoom / low) / self._zoom_span

    def _left_over(self, observation: Mapping[str, Any]) -> tuple[float, ...]:
        time_left = 1.0 - float(observation["time"][0]) / self._briefing.time_limit_s
        return time_left, float(observation["battery"][0]), self.account.coverage, self.account.served

    def _dock(self, x: float, y: float, yaw: float) -> tuple[float, ...]:
        dx, dy = self._briefing.dock[0] - x, self._briefing.dock[1] - y
        bearing = math.atan2(dy, dx) - yaw
        return math.cos(bearing), math.sin(bearing), min(math.hypot(dx, dy) / 20.0, 1.0)

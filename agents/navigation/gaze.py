"""Where the head must turn to look at a place."""

import math
from collections.abc import Sequence

import numpy as np

from patrolgym.envs.types import FloatArray, RobotInfo

from .planner import tour
from .viewpoints import Shot

REMEMBER = 40
HEAD_RAD_S = 2.0
"""The head turns 120° a second; the rest is margin."""
FRAME_S = 0.5
"""Time between pictures."""


class Gaze:
    """Pan and tilt for a place to look at; learns where the lens sits on the robot from the pictures' poses.

    The lens is modelled at `mount + turn(pan, tilt) @ lever` in the base frame. Before the first picture the
    mount is taken to be right over the robot's centre.

    Args:
        robot: head limits and lens height.
        base_height_m: height of the base over the ground.
    """

    def __init__(self, robot: RobotInfo, base_height_m: float) -> None:
        self._pan, self._tilt = robot.pan_rad, robot.tilt_rad
        self._model = np.array([0.0, 0.0, robot.camera_height_m - base_height_m, 0.0, 0.0, 0.0])
        self._rows: list[FloatArray] = []
        self._lens: list[FloatArray] = []

    @property
    def mount_m(self) -> FloatArray:
        """(3,) the head's pivot in the base frame, as learnt so far."""
        return self._model[:3].copy()

    def learn(
        self, base_m: FloatArray, base_rotation: FloatArray, lens_m: FloatArray, lens_rotation: FloatArray
    ) -> None:
        """Take in where the lens was in one picture (base and lens poses of the same moment, world frame)."""
        head = base_rotation.T @ lens_rotation @ HEAD_TO_CAMERA
        self._rows = [*self._rows, np.hstack([np.eye(3), head])][-REMEMBER:]
        self._lens = [*self._lens, base_rotation.T @ (lens_m - base_m)][-REMEMBER:]
        # Few directions do not tell mount and lever apart: a weak prior keeps the lever at zero.
        prior = 0.1 * np.eye(6)
        start = np.zeros(6)
        matrix = np.vstack([*self._rows, prior])
        self._model = np.linalg.lstsq(matrix, np.concatenate([*self._lens, start]), rcond=None)[0]

    def lens(self, base_m: FloatArray, base_rotation: FloatArray, pan: float, tilt: float) -> FloatArray:
        """(3,) where the lens is for a head pose, world frame."""
        return np.asarray(base_m + base_rotation @ (self._model[:3] + head_rotation(pan, tilt) @ self._model[3:]))

    def aim(self, base_m: FloatArray, base_rotation: FloatArray, look_at_m: FloatArray) -> tuple[float, float]:
        """Pan and tilt (not limited) that put a place on the optical axis."""
        # In plain numbers: these are too few for NumPy to pay.
        mx, my, mz, lx, ly, lz = self._model.tolist()
        x, y, z = (base_rotation.T @ (np.asarray(look_at_m) - base_m)).tolist()
        x, y, z = x - mx, y - my, z - mz
        pan = tilt = 0.0
        for _ in range(3):
            cp, sp, ct, st = math.cos(pan), math.sin(pan), math.cos(tilt), math.sin(tilt)
            out = ct * lx - st * lz
            ahead, aside, up = x - cp * out + sp * ly, y - sp * out - cp * ly, z - st * lx - ct * lz
            pan, tilt = math.atan2(aside, ahead), math.atan2(up, math.hypot(ahead, aside))
        return pan, tilt

    def action(self, pan: float, tilt: float) -> tuple[float, float]:
        """Pan and tilt as shares of the action space, within ±1."""
        low, high = self._tilt
        return (
            float(np.clip(pan / self._pan, -1, 1)),
            float(np.clip(2 * (tilt - low) / (high - low) - 1, -1, 1)),
        )

    def in_order(
        self, shots: Sequence[Shot], base_m: FloatArray, base_rotation: FloatArray, pan: float, tilt: float
    ) -> list[Shot]:
        """The shots in an order in which the head, from where it points now, needs few pictures' time for its turns."""
        aims = np.array([(pan, tilt), *(self.aim(base_m, base_rotation, np.asarray(shot.look_at_m)) for shot in shots)])
        turns = np.abs(aims[:, None] - aims[None]).max(axis=2)
        costs = pictures(turns) + 0.1 * turns / HEAD_RAD_S
        # It may end anywhere: the way back to the start is free.
        costs[:, 0] = 0.0
        return [shots[place - 1] for place in tour(costs)]

    def turn_s(self, pan: float, tilt: float, to: tuple[float, float]) -> float:
        """How long the head takes from one direction to another."""
        return max(abs(to[0] - pan), abs(to[1] - tilt)) / HEAD_RAD_S


HEAD_TO_CAMERA = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
"""Head frame (x along the optical axis, y left, z up) to camera frame (x right, y down, z forward)."""


def pictures(turn_rad: FloatArray) -> FloatArray:
    """How many pictures' time it takes to turn the head so far and to take one; any shape."""
    return np.asarray(np.maximum(np.ceil(turn_rad / (HEAD_RAD_S * FRAME_S)), 1.0))


def head_rotation(pan: float, tilt: float) -> FloatArray:
    """(3, 3) head frame to base frame: turned left by `pan`, then up by `tilt`."""
    cp, sp, ct, st = np.cos(pan), np.sin(pan), np.cos(tilt), np.sin(tilt)
    return np.array([[cp * ct, -sp, -cp * st], [sp * ct, cp, -sp * st], [st, 0.0, ct]])


def zoom_action(zoom: float, limits: tuple[float, float]) -> float:
    """A zoom factor as a share of the action space (geometric), within ±1."""
    low, high = limits
    return float(np.clip(2 * np.log(zoom / low) / np.log(high / low) - 1, -1, 1))

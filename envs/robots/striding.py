"""The state of a robot without joint physics."""

from functools import cached_property
from typing import Any

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray

from .base import RobotState
from .stride import Gesture, Stride


class StridingState(RobotState):
    """A state whose joints are worked out only when somebody asks.

    Args:
        stride: the robot's legs.
        gesture: what their pose depends on.
        told: everything else of `RobotState`.
    """

    def __init__(self, stride: Stride, gesture: Gesture, **told: Any) -> None:
        for value in told.values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
        self.__dict__.update(told, _stride=stride, _gesture=gesture)

    @cached_property
    def joint_q(self) -> FloatArray:
        """(12,) of the stride."""
        return _flat(self._of(Stride.angles))

    @cached_property
    def joint_dq(self) -> FloatArray:
        """(12,) of the stride."""
        return _flat(self._of(Stride.rates))

    @cached_property
    def joint_tau(self) -> FloatArray:
        """(12,) of the weight on the standing feet."""
        return _flat(self._of(Stride.torques))

    @cached_property
    def foot_contact(self) -> BoolArray:
        """(4,) of the stride."""
        contact: BoolArray = self._of(Stride.contact)
        contact.setflags(write=False)
        return contact

    def _of(self, what: Any) -> Any:
        held = self.__dict__
        return what(held["_stride"], held["_gesture"])


def _flat(array: FloatArray) -> FloatArray:
    flat: FloatArray = array.ravel()
    flat.setflags(write=False)
    return flat

"""What an env's actions mean, and how a robot is commanded by them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .compact.looker import Looker
from .compact.view import CompactView
from .observations import View
from .robots.base import Robot
from .robots.spec import RobotSpec
from .sensors.camera import ZOOM
from .types import Briefing, FloatArray

#: What a joint action of ±1 means about the standing pose.
JOINT_RANGE_RAD = 0.7


class Pilot(Protocol):
    """Commands the robot of one episode."""

    def command(self, action: FloatArray, observation: Mapping[str, Any]) -> float:
        """Act for a step, given the Dict observation that came before it; returns the camera's zoom."""


@dataclass(frozen=True)
class Control:
    """A meaning of actions.

    Attributes:
        hz: actions a second.
        size: numbers of an action, each within ±1.
        begin: the pilot of an episode, for a robot, what it is, the briefing and what is shown.
    """

    hz: float
    size: int
    begin: Callable[[Robot, RobotSpec, Briefing, View], Pilot]


class VelocityPilot:
    """Forward, lateral and yaw rate in shares of the robot's limits; pan, tilt and zoom of the camera."""

    def __init__(self, robot: Robot, spec: RobotSpec, briefing: Briefing, view: View) -> None:
        del briefing, view
        self._robot, self._spec = robot, spec

    def command(self, action: FloatArray, observation: Mapping[str, Any]) -> float:
        """Walk and look."""
        del observation
        return self.steer(*action.tolist())

    def steer(self, forward: float, lateral: float, turn: float, pan: float, tilt: float, zoom: float) -> float:
        """Walk and look by the six numbers of an action; returns the camera's zoom."""
        speed, head = self._spec.speed, self._spec.head
        self._robot.set_command(forward * speed.forward_m_s, lateral * speed.lateral_m_s, turn * speed.yaw_rad_s)
        low, high = head.tilt_rad
        self._robot.set_head(pan * head.pan_rad[1], low + (tilt + 1.0) / 2.0 * (high - low))
        return float(ZOOM[0] * (ZOOM[1] / ZOOM[0]) ** ((zoom + 1.0) / 2.0))


class WalkPilot:
    """Forward, lateral and yaw rate; the camera aims itself (`compact.looker`) by what the compact view has seen."""

    def __init__(self, robot: Robot, spec: RobotSpec, briefing: Briefing, view: View) -> None:
        if not isinstance(view, CompactView):
            raise ValueError("control 'walk' aims the camera by the compact observation; give observation='compact'")
        self._velocity = VelocityPilot(robot, spec, briefing, view)
        self._looker = Looker(briefing, view.account)

    def command(self, action: FloatArray, observation: Mapping[str, Any]) -> float:
        """Walk, and look where the looker wants."""
        forward, lateral, turn = action.tolist()
        return self._velocity.steer(forward, lateral, turn, *self._looker.act(observation))


class JointPilot:
    """Joint targets about the standing pose."""

    def __init__(self, robot: Robot, spec: RobotSpec, briefing: Briefing, view: View) -> None:
        del spec, briefing, view
        self._robot, self._standing_q = robot, robot.state.joint_q.copy()

    def command(self, action: FloatArray, observation: Mapping[str, Any]) -> float:
        """Move the legs."""
        del observation
        self._robot.set_joint_targets(self._standing_q + JOINT_RANGE_RAD * action)
        return ZOOM[0]


#: Values of the env's `control`.
CONTROLS: Mapping[str, Control] = {
    "velocity": Control(10.0, 6, VelocityPilot),
    "walk": Control(10.0, 3, WalkPilot),
    "joint": Control(50.0, 12, JointPilot),
}

"""Walks to places: the patrol agent's localiser, map and pilot, told by the lidar alone."""

from typing import Any

import numpy as np

from patrolgym.envs.types import Briefing, FloatArray
from patrolgym.envs.world.raycast import RayMesh

from ..base import Observation
from ..navigation.localiser import Localiser
from ..navigation.map import build_map
from ..navigation.pilot import Pilot
from ..navigation.plan import BODY_SHARE
from ..navigation.planner import Router


class Legs:
    """Brings the robot where it is sent.

    Args:
        briefing: of the episode.
        mesh: ray caster over the as-built site.

    Attributes:
        site_map, router: where one may walk, and the ways.
        position_m: (3,) where the robot is, as well as the lidar tells.
        yaw_rad: its heading.
    """

    def __init__(self, briefing: Briefing, mesh: RayMesh) -> None:
        robot = briefing.robot
        self.site_map = build_map(briefing, mesh, BODY_SHARE * robot.radius_m)
        self.router = Router.over(self.site_map)
        self._pilot = Pilot(self.site_map, self.router, robot)
        self._localiser = Localiser(mesh)
        self._limits = np.array([robot.forward_m_s, max(robot.lateral_m_s, 1e-3), robot.yaw_rad_s])
        self.position_m: FloatArray = np.zeros(3)
        self._rotation: FloatArray = np.eye(3)
        self.yaw_rad = self._time_s = 0.0

    @property
    def arrived(self) -> bool:
        """Whether it is where it was sent."""
        return self._pilot.arrived

    @property
    def failed(self) -> bool:
        """Whether no way leads there now, or only one that is too long."""
        return self._pilot.failed

    def feel(self, observation: Observation) -> None:
        """Take in one step: `pose`, `time` and the keys of `lidar`."""
        self._time_s = float(observation["time"][0])
        if float(observation["lidar_age"][0]) < 1e-6:
            hits, position = self._localiser.take(observation["lidar"], observation["lidar_pose"])
            self._pilot.sense(hits, position, self._time_s)
        self.position_m, self._rotation = self._localiser.correct_pose(observation["pose"])
        self.yaw_rad = float(_euler(self._rotation)[2])

    def corrected(self, observation: Observation) -> dict[str, Any]:
        """The observation with `pose` and `camera` as well as the lidar tells."""
        camera = np.asarray(observation["camera"], float)
        position, rotation = self._localiser.correct(camera[:3], camera[3:12].reshape(3, 3))
        return {
            **observation,
            "pose": np.concatenate([self.position_m, _euler(self._rotation)]),
            "camera": np.concatenate([position, rotation.ravel(), camera[12:]]),
        }

    def go_to(self, place_m: FloatArray, detour_m: float) -> None:
        """Set out for a place (2+,); fail where something in the way makes it longer by more than a detour."""
        self._pilot.go_to(place_m, np.zeros(2), self.position_m, self.yaw_rad, self._time_s, detour_m)

    def step(self) -> FloatArray:
        """(3,) forward, lateral and yaw rate as shares of the robot's limits."""
        velocity = self._pilot.step(self.position_m, self.yaw_rad, self._time_s)
        return np.asarray(np.clip(velocity / self._limits, -1.0, 1.0))

    def ways_m(self) -> FloatArray:
        """(cells,) length of the ways from here to all cells of the router, in metres of easy ground."""
        return self.router.costs_from(self.position_m).ravel()


def _euler(rotation: FloatArray) -> FloatArray:
    """(3,) roll, pitch and yaw of a rotation (3, 3)."""
    roll = np.arctan2(rotation[2, 1], rotation[2, 2])
    return np.array([roll, -np.arcsin(np.clip(rotation[2, 0], -1.0, 1.0)), np.arctan2(rotation[1, 0], rotation[0, 0])])

"""A patrol in the mind: the ways between places are reckoned from the briefing, nothing is simulated.

A policy that chooses where to go needs the outcome of its choices, not each step on the way: learning in such a model
(Sutton, "Dyna", 1991) takes a tenth of the time of learning in the environment it stands for.
"""

import math

import numpy as np

from patrolgym.agents.base import Observation
from patrolgym.agents.touring.legs import Legs
from patrolgym.agents.touring.tour import Tour
from patrolgym.envs.robots.head import Head
from patrolgym.envs.robots.spec import RobotSpec
from patrolgym.envs.types import Briefing, FloatArray
from patrolgym.envs.world.raycast import RayMesh

#: Time between two looks, s, as the camera takes them.
LOOK_S = 0.5
# How fast the pilot walks on its way, m/s, as seen over patrols; it slows down to turn.
_WALK_M_S, _MOMENT_S = 0.95, 0.1


class PlannedLegs(Legs):
    """Goes along its way by itself, with nobody in it."""

    def __init__(self, briefing: Briefing, mesh: RayMesh) -> None:
        super().__init__(briefing, mesh)
        self._turn_rad_s, self._dock = briefing.robot.yaw_rad_s, briefing.dock
        self.restart()

    def restart(self) -> None:
        """Back to the dock."""
        x, y, self.yaw_rad = self._dock
        self._way: FloatArray = np.array([[x, y]])
        self._no_way = False
        self.walked_m = 0.0
        self._stand()

    def _stand(self) -> None:
        """Find the ground where it is."""
        self.position_m = np.append(self._way[0], self.site_map.height_at(self._way[:1]))

    @property
    def arrived(self) -> bool:
        """Whether its way is behind it."""
        return len(self._way) < 2

    @property
    def failed(self) -> bool:
        """Whether no way led there."""
        return self._no_way

    def feel(self, observation: Observation) -> None:
        """Nothing to feel."""

    def corrected(self, observation: Observation) -> Observation:
        """What is imagined is true."""
        return observation

    def go_to(self, place_m: FloatArray, detour_m: float) -> None:
        """Set out for a place (2+,); nothing makes a detour."""
        del detour_m
        way = self.router.route(self._way[0], place_m[:2])
        self._no_way = way is None
        if way is not None:
            self._way = way

    def step(self) -> FloatArray:
        """No command is needed."""
        return np.zeros(3)

    def advance(self, duration_s: float) -> None:
        """Let time pass."""
        for _ in range(round(duration_s / _MOMENT_S)):
            if self.arrived:
                break
            ahead = self._way[1] - self._way[0]
            error = math.remainder(math.atan2(ahead[1], ahead[0]) - self.yaw_rad, math.tau)
            most = self._turn_rad_s * _MOMENT_S
            self.yaw_rad += min(max(error, -most), most)
            self._move(_WALK_M_S * _MOMENT_S * max(math.cos(error), 0.0) ** 2)
        self._stand()

    def _move(self, distance_m: float) -> None:
        self.walked_m += distance_m
        while not self.arrived:
            ahead = self._way[1] - self._way[0]
            length = float(np.hypot(*ahead))
            if length > distance_m:
                self._way = np.vstack([self._way[0] + ahead * (distance_m / length), self._way[1:]])
                return
            distance_m -= length
            self._way = self._way[1:]


class Rehearsal:
    """One imagined patrol: choose by its `tour`, let it `go_on`.

    Args:
        briefing: of the site.
        spec: the robot, for its head.

    Attributes:
        tour: what chooses and keeps account.
        time_s: since it began.
    """

    def __init__(self, briefing: Briefing, spec: RobotSpec) -> None:
        self.tour = Tour(briefing, PlannedLegs)
        self._legs = self.tour.legs
        self._spec = spec.head
        self._zoom, self._focal_px = briefing.robot.zoom, 0.5 * briefing.robot.image_size_px[0]
        self._focal_px /= math.tan(0.5 * briefing.robot.fov_rad)
        self._stand_m = spec.gait.stand_height_m
        self._begin()

    def restart(self) -> None:
        """Begin anew on the same site."""
        assert isinstance(self._legs, PlannedLegs)
        self._legs.restart()
        self.tour.restart()
        self._begin()

    def _begin(self) -> None:
        self._head, self.time_s = Head(self._spec), 0.0
        self.tour.see(self._observed(0.0, self._camera(1.0)))

    @property
    def walked_m(self) -> float:
        """How far it has gone."""
        assert isinstance(self._legs, PlannedLegs)
        return self._legs.walked_m

    def go_on(self) -> None:
        """Half a second, with a look at its end."""
        assert isinstance(self._legs, PlannedLegs)
        # The camera chooses by its last look, and keeps to that while the robot walks.
        self.tour.act()
        self._legs.advance(LOOK_S)
        self.time_s += LOOK_S
        self.tour.see(self._observed(LOOK_S, self._camera(1.0)))
        pan, tilt, zoom = self.tour.act()[3:].tolist()
        (low, high), (wide, longest) = self._spec.tilt_rad, self._zoom
        self._head.aim(pan * self._spec.pan_rad[1], low + 0.5 * (tilt + 1.0) * (high - low))
        self._head.advance(LOOK_S)
        self.tour.see(self._observed(0.0, self._camera(wide * (longest / wide) ** (0.5 * (zoom + 1.0)))))

    def _observed(self, age_s: float, camera: FloatArray) -> Observation:
        legs = self._legs
        pose = np.array([*legs.position_m[:2], legs.position_m[2] + self._stand_m, 0.0, 0.0, legs.yaw_rad])
        return {"time": np.array([self.time_s]), "pose": pose, "camera": camera, "camera_age": np.array([age_s])}

    def _camera(self, zoom: float) -> FloatArray:
        """(13,) as the observation's key of that name."""
        legs, (lever, turn) = self._legs, self._head.camera_in_base(*self._head.angles)
        cos, sin = math.cos(legs.yaw_rad), math.sin(legs.yaw_rad)
        rotation = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
        lens = legs.position_m + (0.0, 0.0, self._stand_m) + rotation @ lever
        return np.concatenate([lens, (rotation @ turn).ravel(), [self._focal_px * zoom]])

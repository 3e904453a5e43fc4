"""Reads observations: what is new in this step, with poses corrected by the lidar."""

from dataclasses import dataclass

import numpy as np

from patrolgym.agents.base import Observation
from patrolgym.agents.navigation.localiser import Localiser
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import RayMesh


@dataclass(frozen=True, eq=False)
class Moment:
    """One step as the agent understands it; poses are corrected, world frame.

    Attributes:
        time_s: seconds since the episode began.
        position_m, rotation: the base.
        head: (3,) pan, tilt (rad), zoom.
        battery: share left.
        view: the camera's new frame, None if there is none in this step.
        scan_m: (n, 3) hits of a new lidar scan, None if there is none in this step.
        gas_ppm: (5,) point cells; this and what follows is None where the robot does not carry the sensor.
        tdlas: (6,) ppm·m for the five gases along the camera's axis, and the range in m.
        ultrasound: (5,) four bands in dB and the modulation at 100 Hz.
        vibration: (12800,) mm/s over the last second, None unless it ended just now.
        vibration_range_m: how far the vibrometer's beam went, 0 where it was lost.
        instruments: (n, 3) number in the briefing (1 is the first), value, dBm, None unless received just now.
    """

    time_s: float
    position_m: FloatArray
    rotation: FloatArray
    head: FloatArray
    battery: float
    view: View | None
    scan_m: FloatArray | None
    gas_ppm: FloatArray | None = None
    tdlas: FloatArray | None = None
    ultrasound: FloatArray | None = None
    vibration: FloatArray | None = None
    vibration_range_m: float = 0.0
    instruments: FloatArray | None = None

    @property
    def yaw_rad(self) -> float:
        """Heading."""
        return float(np.arctan2(self.rotation[1, 0], self.rotation[0, 0]))


class Senses:
    """Turns observations into moments.

    Args:
        mesh: ray caster over the briefing's mesh, for the localiser.
    """

    def __init__(self, mesh: RayMesh) -> None:
        self._localiser = Localiser(mesh)

    def read(self, observation: Observation) -> Moment:
        """One step's observation; the keys of the sensors the patrol agent cannot do without must be there."""
        scan: FloatArray | None = None
        if float(observation["lidar_age"][0]) < 1e-6:
            scan, _ = self._localiser.take(observation["lidar"], observation["lidar_pose"])
        position, rotation = self._localiser.correct_pose(observation["pose"])
        view = self._view(observation) if float(observation["camera_age"][0]) < 1e-6 else None
        return Moment(
            time_s=float(observation["time"][0]),
            position_m=position,
            rotation=rotation,
            head=np.asarray(observation["head"], dtype=float),
            battery=float(observation["battery"][0]),
            view=view,
            scan_m=scan,
            gas_ppm=_optional(observation, "gas"),
            tdlas=_optional(observation, "tdlas"),
            ultrasound=_optional(observation, "ultrasound"),
            vibration=_new(observation, "vibrometer"),
            vibration_range_m=float(observation["vibrometer_range"][0]) if "vibrometer_range" in observation else 0.0,
            instruments=_new(observation, "instruments"),
        )

    def _view(self, observation: Observation) -> View:
        camera = np.asarray(observation["camera"], dtype=float)
        position, rotation = self._localiser.correct(camera[:3], camera[3:12].reshape(3, 3))
        return View(
            observation["rgb"],
            observation["depth"],
            observation["thermal"],
            position,
            rotation,
            float(camera[12]),
            float(observation["time"][0]),
        )


def _optional(observation: Observation, key: str) -> FloatArray | None:
    return np.asarray(observation[key], dtype=float) if key in observation else None


def _new(observation: Observation, key: str) -> FloatArray | None:
    """A measurement that was made in this step, None where there is none or the sensor is not carried."""
    if key not in observation or float(observation[f"{key}_age"][0]) > 1e-6:
        return None
    return np.asarray(observation[key], dtype=float)

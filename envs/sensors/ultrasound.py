"""Directional ultrasonic microphone along the camera's axis."""

import numpy as np
from gymnasium import spaces

from ..world.sound import BANDS_KHZ, FLOOR_DB
from .base import SENSORS, Observation, Sensor, SensorContext

#: Spread of one measurement of 0.1 s.
NOISE_DB, NOISE_MODULATION = 0.7, 0.04
HIGHEST_DB = 140.0


class UltrasoundSensor(Sensor):
    """`ultrasound` (5,): dB SPL in the bands of `envs.world.sound.BANDS_KHZ`, and modulation depth 0..1 at 100 Hz.

    The microphone hears about 15 degrees round the camera's axis; partial discharge follows the mains' half-waves.
    """

    name = "ultrasound"
    rate_hz = 10.0

    def spaces(self) -> dict[str, spaces.Box]:
        """Levels, then the modulation."""
        high = np.array([HIGHEST_DB] * len(BANDS_KHZ) + [1.0], np.float32)
        return {"ultrasound": spaces.Box(np.zeros(len(BANDS_KHZ) + 1, np.float32), high, dtype=np.float32)}

    def read(self, context: SensorContext) -> Observation:
        """Listen along the axis."""
        levels, modulation = np.array(FLOOR_DB), 0.0
        if context.sound is not None:
            position, rotation = context.robot.camera_pose()
            levels, modulation = context.sound.levels_db(
                context.scene, position, np.asarray(rotation)[:, 2], context.time_s
            )
        noise = context.rng.standard_normal(len(BANDS_KHZ) + 1)
        heard = np.append(
            np.clip(levels + NOISE_DB * noise[:-1], 0.0, HIGHEST_DB),
            np.clip(modulation + NOISE_MODULATION * noise[-1], 0.0, 1.0),
        )
        return {"ultrasound": heard.astype(np.float32)}


SENSORS.add(UltrasoundSensor.name, UltrasoundSensor)

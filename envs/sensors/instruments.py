"""Receiver for the fixed instruments of machines."""

import numpy as np
from gymnasium import spaces

from .base import SENSORS, Observation, Sensor, SensorContext

RANGE_M = 8.0
#: Instruments received at a time, the nearest ones.
MOST = 48
_LARGEST, _WEAKEST_DBM = 1e5, -150.0


class InstrumentsSensor(Sensor):
    """`instruments` (48, 3): what is received within 8 m, the nearest first; rows of zeros are empty.

    Columns: number (1 is the first of the briefing's `instruments`), value in its unit, signal strength in dBm. Values
    are noisy; some instruments drift, some always say the same, some are silent.
    """

    name = "instruments"
    rate_hz = 1.0
    age_key = "instruments_age"

    def spaces(self) -> dict[str, spaces.Box]:
        """Numbers, values, strengths."""
        low = np.tile(np.array([0.0, -_LARGEST, _WEAKEST_DBM], np.float32), (MOST, 1))
        high = np.tile(np.array([1e4, _LARGEST, 0.0], np.float32), (MOST, 1))
        return {"instruments": spaces.Box(low, high, dtype=np.float32)}

    def read(self, context: SensorContext) -> Observation:
        """Receive."""
        rows = np.zeros((MOST, 3), np.float32)
        if context.instruments is not None:
            position, _ = context.robot.camera_pose()
            got = context.instruments.readings(context.time_s, position, RANGE_M, MOST, context.rng)
            rows[: len(got)] = got + (1.0, 0.0, 0.0)
        space = self.spaces()["instruments"]
        return {"instruments": np.clip(rows, space.low, space.high)}


SENSORS.add(InstrumentsSensor.name, InstrumentsSensor)

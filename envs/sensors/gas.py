"""Point gas cells in the robot's body."""

import numpy as np
from gymnasium import spaces

from ..types import FloatArray
from ..world.gas import GAS_NAMES
from .base import SENSORS, Observation, Sensor, SensorContext

#: Highest reading, ppm: the whole air.
FULL_SCALE_PPM = 1e6
#: Cells answer with a first-order lag; time to 63 %, s.
T63_S = (10.0, 20.0)
#: Error bound ±(ppm + share of the reading) in the order of `GAS_NAMES`: as SubT's sensor for gases that burn; cells
#: for toxic gases resolve 1 ppm (design choice).
ERROR_PPM: tuple[float, ...] = tuple({"H2S": 1.0, "NH3": 1.0}.get(name, 30.0) for name in GAS_NAMES)
ERROR_SHARE = 0.03


class GasSensor(Sensor):
    """`gas` (5,) ppm of CH4, C3H8, H2, H2S, NH3 where the robot's body is, late by the cells' lag, never negative.

    Zero offset and gain error stay fixed over an episode; each spans the better part of the error bound.
    """

    name = "gas"
    looks = False
    rate_hz = 1.0

    def __init__(self) -> None:
        self.reset(np.random.default_rng(0))

    def spaces(self) -> dict[str, spaces.Box]:
        """One value a gas."""
        return {"gas": spaces.Box(0.0, FULL_SCALE_PPM, (len(GAS_NAMES),), np.float32)}

    def reset(self, rng: np.random.Generator) -> None:
        """Draw the cells: their lag, zero and gain."""
        count = len(GAS_NAMES)
        self._t63_s = rng.uniform(*T63_S, count)
        self._zero_ppm = np.array(ERROR_PPM) * rng.uniform(-0.6, 0.6, count)
        self._gain = 1.0 + ERROR_SHARE * rng.uniform(-0.8, 0.8, count)
        self._inside_ppm: FloatArray = np.zeros(count)
        self._last_s: float | None = None

    def read(self, context: SensorContext) -> Observation:
        """Let the cells follow the gas around them, then read them."""
        around = np.zeros(len(GAS_NAMES))
        if context.gas is not None:
            around = context.gas.concentration_ppm(np.asarray(context.robot.state.position_m)[None])[0]
        passed_s = 0.0 if self._last_s is None else context.time_s - self._last_s
        self._last_s = context.time_s
        self._inside_ppm = around + (self._inside_ppm - around) * np.exp(-passed_s / self._t63_s)
        noise = 0.15 * np.array(ERROR_PPM) * context.rng.standard_normal(len(GAS_NAMES))
        reading = self._inside_ppm * self._gain + self._zero_ppm + noise
        return {"gas": np.clip(reading, 0.0, FULL_SCALE_PPM).astype(np.float32)}


SENSORS.add(GasSensor.name, GasSensor)

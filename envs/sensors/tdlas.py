"""Laser absorption (TDLAS) along the camera's axis."""

import numpy as np
from gymnasium import spaces

from ..types import FloatArray
from ..world.gas import GAS_NAMES
from .base import SENSORS, Observation, Sensor, SensorContext

RANGE_M = 30.0
FULL_SCALE_PPM_M = 1e6
#: Noise of one measurement at short range, ppm·m, in the order of `GAS_NAMES`; it doubles towards `RANGE_M`. Hydrogen
#: has no absorption line and is measured by Raman scattering, coarsely (design choice).
NOISE_PPM_M: tuple[float, ...] = tuple({"H2": 40.0, "NH3": 3.0}.get(name, 5.0) for name in GAS_NAMES)
#: Interference fringes let the zero wander: share of the noise, and how slowly.
_FRINGE, _FRINGE_S = 0.4, 15.0


class TdlasSensor(Sensor):
    """`tdlas` (6,): ppm·m of CH4, C3H8, H2, H2S, NH3 along the camera axis to what the laser meets; range in m.

    Without a return within 30 m all six are 0.
    """

    name = "tdlas"
    rate_hz = 10.0

    def __init__(self) -> None:
        self.reset(np.random.default_rng(0))

    def spaces(self) -> dict[str, spaces.Box]:
        """Noise may push columns below zero."""
        low = np.array([-1e3] * len(GAS_NAMES) + [0.0], np.float32)
        high = np.array([FULL_SCALE_PPM_M] * len(GAS_NAMES) + [RANGE_M], np.float32)
        return {"tdlas": spaces.Box(low, high, dtype=np.float32)}

    def reset(self, rng: np.random.Generator) -> None:
        """Draw the zero error of the day."""
        self._fringe: FloatArray = rng.standard_normal(len(GAS_NAMES))

    def read(self, context: SensorContext) -> Observation:
        """Measure along the axis."""
        rng = context.rng
        keep = np.exp(-1.0 / (self.rate_hz * _FRINGE_S))
        self._fringe = keep * self._fringe + np.sqrt(1.0 - keep**2) * rng.standard_normal(len(GAS_NAMES))
        noise = rng.standard_normal(len(GAS_NAMES))
        position, rotation = context.robot.camera_pose()
        axis = np.asarray(rotation)[:, 2]
        reach_m = float(context.scene.cast(position, axis[None]).distance_m[0])
        if not reach_m <= RANGE_M:
            return {"tdlas": np.zeros(len(GAS_NAMES) + 1, np.float32)}
        column = np.zeros(len(GAS_NAMES))
        if context.gas is not None:
            column = context.gas.path_ppm_m(position, axis, reach_m)
        column = column + np.array(NOISE_PPM_M) * (1.0 + reach_m / RANGE_M) * (noise + _FRINGE * self._fringe)
        reading = np.append(np.clip(column, -1e3, FULL_SCALE_PPM_M), reach_m)
        return {"tdlas": reading.astype(np.float32)}


SENSORS.add(TdlasSensor.name, TdlasSensor)

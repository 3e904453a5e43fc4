"""What every sensor provides, and the suite that runs them at their own rates. One file a sensor in this package."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from gymnasium.spaces import Box

from ..registry import Registry
from ..types import FloatArray

if TYPE_CHECKING:
    from ..world.scene import Scene

CONTROL_HZ = 10.0
SENSORS: "Registry[type[Sensor]]" = Registry("sensor", "patrolgym.envs.sensors")

#: Position (3,) in metres and rotation (3, 3) from the sensor's frame to the world.
Pose = tuple[FloatArray, FloatArray]
Observation = dict[str, Any]


class SensorCarrier(Protocol):
    """The robot as sensors know it: its true state and where its camera and lidar are."""

    @property
    def spec(self) -> Any:
        """Its `RobotSpec`."""

    @property
    def state(self) -> Any:
        """The true `RobotState`."""

    @property
    def battery_fraction(self) -> float:
        """What is left of the battery, 0..1."""

    def camera_pose(self) -> Pose:
        """Camera frame (x right, y down, z forward) in the world."""

    def lidar_pose(self) -> Pose:
        """Lidar frame (x forward, y left, z up) in the world."""


class PoseBelief(Protocol):
    """Turns the true pose of a sensor into the one the robot believes it has."""

    def __call__(self, position_m: FloatArray, rotation: FloatArray) -> Pose:
        """The estimated pose that goes with a true one."""


@dataclass
class SensorContext:
    """The moment of a measurement: the true world and who measures in it.

    Attributes:
        time_s: seconds since the episode began.
        scene: the ray-cast world, already updated to `time_s`.
        robot: true poses and state.
        zoom: optical zoom factor of the camera.
        believe: maps a sensor's true pose to the estimated one that observations may show.
        rng: the only source of noise.
        gas, sound, vibration, instruments: the fields of that sort, None where an env has none.
        shared: results that several sensors of this moment share, such as the camera frame.
    """

    time_s: float
    scene: "Scene"
    robot: SensorCarrier
    zoom: float
    believe: PoseBelief
    rng: np.random.Generator
    gas: Any = None
    sound: Any = None
    vibration: Any = None
    instruments: Any = None
    shared: dict[str, Any] = field(default_factory=dict)


class Sensor(ABC):
    """One sensor.

    Attributes:
        name: what users ask for.
        rate_hz: measurements a second; a divisor or a multiple of the control rate of 10 Hz. A faster sensor is read
            once a control step.
        age_key: observation key that holds the age of the last measurement in seconds, or None.
        looks: whether it measures by the ray-cast scene, which must then be up to date.
    """

    name: ClassVar[str]
    rate_hz: ClassVar[float]
    age_key: ClassVar[str | None] = None
    looks: ClassVar[bool] = True

    @abstractmethod
    def spaces(self) -> dict[str, Box]:
        """Observation key -> space, all bounds finite, float32 or uint8."""

    def reset(self, rng: np.random.Generator) -> None:
        """Forget the last episode; draw from `rng` what stays fixed over the next one."""
        del rng

    @abstractmethod
    def read(self, context: SensorContext) -> Observation:
        """Measure: one fresh array for every key of `spaces`."""


def period_steps(name: str, rate_hz: float, control_hz: float = CONTROL_HZ) -> int:
    """Control steps between two measurements; a rate that does not divide the control rate is a ValueError."""
    ratio = control_hz / rate_hz if rate_hz > 0 else 0.0
    slower, faster = round(ratio), round(1.0 / ratio) if ratio > 0 else 0
    if slower >= 1 and abs(ratio - slower) < 1e-9:
        return slower
    if faster >= 1 and abs(1.0 / ratio - faster) < 1e-9:
        return 1
    raise ValueError(f"sensor {name!r} has {rate_hz} Hz, neither a divisor nor a multiple of {control_hz} Hz")


class SensorSuite:
    """The sensors asked for, each read at its own rate; between measurements the last one is held.

    Args:
        names: names of the sensor registry; an unknown or repeated one is a ValueError.
        control_hz: how often `observe` is called.
    """

    def __init__(self, names: Sequence[str], control_hz: float = CONTROL_HZ) -> None:
        if len(set(names)) != len(names):
            raise ValueError(f"each sensor may be named once, got {list(names)}")
        self.sensors: list[Sensor] = [SENSORS[name]() for name in names]
        self._control_hz = control_hz
        self._period = [period_steps(s.name, s.rate_hz, control_hz) for s in self.sensors]
        self._held: Observation = {}
        self._read_at: list[int] = []

    def spaces(self) -> dict[str, Box]:
        """All observation keys of the suite with their spaces, ages included (at most two periods, in seconds)."""
        merged: dict[str, Box] = {}
        for sensor, period in zip(self.sensors, self._period, strict=True):
            merged.update(sensor.spaces())
            if sensor.age_key is not None:
                merged[sensor.age_key] = Box(0.0, 2.0 * period / self._control_hz, (1,), np.float32)
        return merged

    def reset(self, rng: np.random.Generator) -> None:
        """Start an episode: every sensor is read at the next `observe`."""
        self._held = {}
        self._read_at = [-1] * len(self.sensors)
        for sensor in self.sensors:
            sensor.reset(rng)

    def due(self, step: int) -> bool:
        """Whether any sensor looks at control step `step` (so that the scene must be up to date)."""
        return any(s.looks and step % period == 0 for s, period in zip(self.sensors, self._period, strict=True))

    def observe(self, step: int, context: SensorContext) -> Observation:
        """Observation at control step `step` (0 at reset): fresh copies of new and held measurements."""
        for i, (sensor, period) in enumerate(zip(self.sensors, self._period, strict=True)):
            if step % period == 0 or self._read_at[i] < 0:
                self._held.update(sensor.read(context))
                self._read_at[i] = step
            if sensor.age_key is not None:
                age_s = (step - self._read_at[i]) / self._control_hz
                self._held[sensor.age_key] = np.array([age_s], np.float32)
        return {key: value.copy() for key, value in self._held.items()}

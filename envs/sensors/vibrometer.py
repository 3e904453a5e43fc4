"""Laser Doppler vibrometer along the camera's axis."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from gymnasium import spaces
from scipy.fft import irfft, rfft

from ..types import FloatArray
from ..world.scene import MOVING
from ..world.vibration import RATE_HZ
from .base import CONTROL_HZ, SENSORS, Observation, Sensor, SensorContext

RANGE_M = 8.0
#: Fastest motion along the beam that its decoder follows, mm/s.
HIGHEST_MM_S = 200.0
_CHUNKS = 10
#: Noise of the speckle on a rough surface, mm/s in a hertz, close by; it doubles at that range and wanders from spot to
#: spot (deviation of its logarithm). Good commercial ones reach 1e-4 on treated, 1e-2 on bad surfaces (design choice).
_NOISE_MM_S, _NOISE_DOUBLES_M, _SPOT_SPREAD = 4e-3, 3.0, 0.35
#: Dark speckles: a second while it stands still, more for each mm/s that the spot wanders; strength and length.
_DROPOUTS_HZ, _DROPOUTS_MM, _DROPOUT_MM_S, _DROPOUT_S = 1.5, 0.04, (1.0, 8.0), (0.4e-3, 3e-3)
#: The robot's own motion: swaying (Hz, mm/s), humming of its mast (band in Hz, mm/s), and humming while it steps.
_SWAY_HZ, _SWAY_MM_S = (0.2, 2.5), 1.5
_HUM_HZ, _HUM_MM_S, _STEPPING_MM_S = (8.0, 45.0), 0.06, 12.0
#: Joint speed (RMS, rad/s) of walking.
_WALKING_RAD_S = 1.9
#: Where the beam is lost the decoder gives noise.
_LOST_MM_S = 20.0


@dataclass(frozen=True, eq=False)
class _Chunk:
    """A tenth of a second: share of each rotor's vibration that it sees, range (0: lost), robot's motion, spot."""

    gains: FloatArray
    range_m: float
    facing: float
    own_mm_s: float
    stepping: float
    spot_m: FloatArray


class VibrometerSensor(Sensor):
    """`vibrometer` (12800,): velocity in mm/s along the camera's axis over the last whole second, 12.8 kHz.

    `vibrometer_range` (m) is 0 unless the beam met something fixed within 8 m all that second. `vibrometer_age` (s) is
    the time since the second ended. A bearing shakes along its point's normal: what the beam sees falls with the
    cosine between them. Speckle adds noise and short dropouts; the robot's swaying and stepping look like vibration.
    """

    name = "vibrometer"
    rate_hz = 10.0

    def __init__(self) -> None:
        self.reset(np.random.default_rng(0))

    def spaces(self) -> dict[str, spaces.Box]:
        """The wave, its range and its age."""
        return {
            "vibrometer": spaces.Box(-HIGHEST_MM_S, HIGHEST_MM_S, (RATE_HZ,), np.float32),
            "vibrometer_range": spaces.Box(0.0, RANGE_M, (1,), np.float32),
            "vibrometer_age": spaces.Box(0.0, 1.0, (1,), np.float32),
        }

    def reset(self, rng: np.random.Generator) -> None:
        """Nothing was measured yet."""
        self._chunks: list[_Chunk] = []
        self._wave: FloatArray = np.zeros(RATE_HZ, np.float32)
        self._range_m = 0.0

    def read(self, context: SensorContext) -> Observation:
        """Take in another tenth of a second; every tenth of them completes a wave."""
        self._chunks.append(_chunk(context))
        if len(self._chunks) == _CHUNKS:
            self._wave = _wave(context, self._chunks)
            self._range_m = float(np.mean([c.range_m for c in self._chunks])) if _kept(self._chunks) else 0.0
            self._chunks = []
        return {
            "vibrometer": self._wave.copy(),
            "vibrometer_range": np.array([self._range_m], np.float32),
            "vibrometer_age": np.array([len(self._chunks) / CONTROL_HZ], np.float32),
        }


def _kept(chunks: list[_Chunk]) -> bool:
    return all(chunk.range_m > 0.0 for chunk in chunks)


def _chunk(context: SensorContext) -> _Chunk:
    position, rotation = context.robot.camera_pose()
    axis = np.asarray(rotation)[:, 2]
    state = context.robot.state
    lever = np.asarray(position) - state.position_m
    moving = state.velocity_m_s + np.cross(state.angular_velocity_rad_s, lever)
    stepping = min(float(np.sqrt(np.mean(np.square(state.joint_dq)))) / _WALKING_RAD_S, 1.5)
    own = -1e3 * float(moving @ axis)
    scene = context.scene
    hits = scene.cast(position, axis[None])
    reach = float(hits.distance_m[0])
    field = context.vibration
    if not reach <= RANGE_M or hits.face[0] == MOVING:
        return _Chunk(np.zeros((_rotors(field), 3)), 0.0, 0.0, own, stepping, np.zeros(3))
    spot = np.asarray(position) + reach * axis
    facing = abs(float(hits.normal[0] @ axis))
    gains = np.zeros((0, 3))
    if field is not None:
        gains = field.gains(spot, axis, scene.mesh.owners[int(scene.owner(hits)[0])])
    return _Chunk(gains, reach, facing, own, stepping, spot)


def _rotors(field: Any) -> int:
    return 0 if field is None else len(field)


def _wave(context: SensorContext, chunks: list[_Chunk]) -> FloatArray:
    """(RATE_HZ,) float32 mm/s over the second that ends now."""
    rng = context.rng
    wave = _own_motion(chunks, rng) + _speckle(chunks, rng)
    if context.vibration is not None:
        gains = np.array([chunk.gains for chunk in chunks])
        wave += context.vibration.second(context.time_s - 1.0, gains, rng)
    lost = np.repeat([chunk.range_m == 0.0 for chunk in chunks], RATE_HZ // _CHUNKS)
    wave[lost] += _LOST_MM_S * rng.standard_normal(int(lost.sum()))
    return np.clip(wave, -HIGHEST_MM_S, HIGHEST_MM_S).astype(np.float32)


def _own_motion(chunks: list[_Chunk], rng: np.random.Generator) -> FloatArray:
    """Speed of the lens along the beam: as the body moves, plus swaying and humming that the physics does not have."""
    middle = (np.arange(_CHUNKS) + 0.5) / _CHUNKS
    time_s = np.arange(RATE_HZ) / RATE_HZ
    hum = np.interp(time_s, middle, [_HUM_MM_S + _STEPPING_MM_S * chunk.stepping for chunk in chunks])
    body = np.interp(time_s, middle, [chunk.own_mm_s for chunk in chunks])
    sway = np.zeros(RATE_HZ)
    for hz, phase in zip(rng.uniform(*_SWAY_HZ, 3), rng.uniform(0.0, 2 * np.pi, 3), strict=True):
        sway += _SWAY_MM_S * np.sqrt(2.0 / 3.0) * np.cos(2 * np.pi * hz * time_s + phase)
    return np.asarray(body + sway + hum * _band_noise(_HUM_HZ, rng))


def _speckle(chunks: list[_Chunk], rng: np.random.Generator) -> FloatArray:
    reach = np.array([chunk.range_m for chunk in chunks])
    facing = np.maximum([chunk.facing for chunk in chunks], 0.2)
    density = _NOISE_MM_S * (1.0 + (reach / _NOISE_DOUBLES_M) ** 2) / facing * rng.lognormal(0.0, _SPOT_SPREAD)
    noise = np.repeat(density * np.sqrt(0.5 * RATE_HZ), RATE_HZ // _CHUNKS) * rng.standard_normal(RATE_HZ)
    spots = np.array([chunk.spot_m for chunk in chunks])
    wander_mm = 1e3 * float(np.linalg.norm(np.diff(spots, axis=0), axis=1).sum())
    for _ in range(min(int(rng.poisson(_DROPOUTS_HZ + _DROPOUTS_MM * wander_mm)), 100)):
        first = int(rng.integers(RATE_HZ))
        length = max(int(RATE_HZ * rng.uniform(*_DROPOUT_S)), 3)
        burst = _hump(length) * rng.choice([-1.0, 1.0]) * rng.uniform(*_DROPOUT_MM_S)
        noise[first : first + length] += burst[: RATE_HZ - first]
    return np.asarray(noise)


@cache
def _hump(length: int) -> FloatArray:
    """(length,) rise and fall of a dropout; there are thousands of them a minute."""
    return np.hanning(length)


def _band_noise(band_hz: tuple[float, float], rng: np.random.Generator) -> FloatArray:
    """(RATE_HZ,) noise within a band, RMS about 1."""
    spectrum = rfft(rng.standard_normal(RATE_HZ))
    hz = np.arange(len(spectrum))
    inside = (hz >= band_hz[0]) & (hz <= band_hz[1])
    return np.asarray(irfft(np.where(inside, spectrum, 0.0), RATE_HZ) * np.sqrt(0.5 * RATE_HZ / inside.sum()))


SENSORS.add(VibrometerSensor.name, VibrometerSensor)

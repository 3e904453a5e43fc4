"""How surfaces of machines vibrate: shaft lines, bearing impacts, noise, and what comes over from neighbours."""

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import fftconvolve

from ..site.equipment.base import KINDS
from ..site.model import Equipment, Site
from ..site.rotor import MISALIGNED, Rotor
from ..types import FloatArray

RATE_HZ = 12800
#: The band of ISO 10816, in which levels are given.
BAND_HZ = (10.0, 1000.0)
_MAINS_HZ = 50.0
#: A machine shakes less away from its bearing: half at that distance.
_OWN_HALF_M = 0.5
#: What reaches a neighbour through floor and frames: share at no distance, and where it is half (design choice).
_CARRIED, _CARRIED_HALF_M, _CARRIED_RING = 0.25, 1.0, 0.3
#: Shares of its velocity below which a rotor is not heard at a place.
_LEAST_GAIN = 0.002
#: Impacts: length of the response, the jitter of balls in their cage (share of a pass), spread of their strength.
_RESPONSE_S, _JITTER, _STRENGTH_SPREAD = 0.04, 0.008, 0.1
_TABLE = 2048
#: Velocity of the ringing modes for a body mode of 1, and their damping.
_RING, _DAMPING = (0.8, 0.45), (0.04, 0.03)
#: Width of the loaded part of the bearing (epsilon of Harris' load distribution), idle and loaded.
_LOADED = (0.35, 0.6)


@dataclass(frozen=True, eq=False)
class Waves:
    """A second of one rotor at its bearing, mm/s at `RATE_HZ`: shaft lines, bearing impacts, and their ringing."""

    lines: FloatArray
    impacts: FloatArray
    ringing: FloatArray


class Shaker:
    """One rotor: makes the waves of any second, the same whenever it is asked.

    Args:
        rotor: how it runs.
    """

    def __init__(self, rotor: Rotor) -> None:
        self.rotor = rotor
        rng = np.random.default_rng(rotor.seed)
        self._phases = rng.random(12)
        self._wobble_hz, self._wobble = float(rng.uniform(0.2, 0.6)), 2e-4 * float(rng.uniform(0.3, 1.0))
        self._slip = float(rng.uniform(0.0, 0.01))
        self._jitter = _JITTER * rng.standard_normal(_TABLE)
        self._strength = 1.0 + _STRENGTH_SPREAD * rng.standard_normal(_TABLE)
        self._responses = self._make_responses(float(rng.uniform(220.0, 650.0)), float(rng.uniform(0.05, 0.1)))
        self.paced = float(rng.uniform(0.0, 0.3)), float(rng.uniform(0.0, 0.4)) if rotor.vanes else 0.0
        self._scale = 0.0
        if rotor.fault_mm_s > 0.0:
            body, _ = self._impacts(0.0)
            self._scale = rotor.fault_mm_s / max(band_rms(body), 1e-9)

    def turns(self, time_s: FloatArray) -> FloatArray:
        """Turns of the shaft since the episode began; its rate wanders by some 0.1 %."""
        wander = np.sin(2 * np.pi * (self._wobble_hz * time_s + self._phases[0]))
        return np.asarray(self.rotor.shaft_hz * (time_s + self._wobble * wander / self._wobble_hz))

    def waves(self, start_s: float) -> Waves:
        """The second that begins at `start_s`."""
        time_s = start_s + np.arange(RATE_HZ) / RATE_HZ
        impacts, ringing = self._impacts(start_s) if self._scale > 0.0 else (np.zeros(RATE_HZ), np.zeros(RATE_HZ))
        return Waves(self._lines(time_s), self._scale * impacts, self._scale * ringing)

    def pace(self, time_s: FloatArray) -> FloatArray:
        """Factor by which shaft and vanes pace the broadband noise."""
        turn = 2 * np.pi * self.turns(time_s)
        shaft, vane = self.paced
        return np.asarray(1.0 + shaft * np.cos(turn) + vane * np.cos(self.rotor.vanes * turn))

    def _lines(self, time_s: FloatArray) -> FloatArray:
        rotor = self.rotor
        turn = np.asarray(2 * np.pi * np.modf(self.turns(time_s))[0], np.float32)
        orders = [(1, rotor.imbalance_mm_s), *zip((2, 3, 4, 5), rotor.harmonics_mm_s, strict=True)]
        orders += [(k + 1, share * rotor.misalignment_mm_s) for k, share in enumerate(MISALIGNED)]
        orders += [(rotor.vanes, rotor.vane_mm_s)]
        wave = np.zeros(len(time_s), np.float32)
        for (order, level), phase in zip(orders, self._phases[1:], strict=False):
            if level > 0.0:
                wave += np.float32(np.sqrt(2.0) * level) * np.cos(order * turn + np.float32(2 * np.pi * phase))
        mains = np.asarray(2 * np.pi * np.modf(2 * _MAINS_HZ * time_s + self._phases[10])[0], np.float32)
        return wave + np.float32(np.sqrt(2.0) * rotor.electrical_mm_s) * np.cos(mains)

    def _impacts(self, start_s: float) -> tuple[FloatArray, FloatArray]:
        """(RATE_HZ,) body and ringing of the impacts, not yet scaled."""
        pad = round(_RESPONSE_S * RATE_HZ)
        time_s = start_s + np.arange(-pad, RATE_HZ) / RATE_HZ
        turns = self.turns(time_s)
        passes = self.rotor.bearing.passes(self.rotor.fault) * (1.0 - self._slip) * turns
        index = np.arange(int(np.ceil(passes[0])), int(np.floor(passes[-1])) + 1)
        hit = np.interp(index + self._jitter[index % _TABLE], passes, np.arange(len(passes)))
        strength = self._strength[index % _TABLE] * self._load(np.interp(hit, np.arange(len(turns)), turns))
        whole = hit.astype(np.int64)
        train = np.zeros(len(time_s) + 1)
        np.add.at(train, whole, strength * (1.0 - hit + whole))
        np.add.at(train, whole + 1, strength * (hit - whole))
        body, ringing = (fftconvolve(train[:-1], response)[pad : pad + RATE_HZ] for response in self._responses)
        return body, ringing

    def _load(self, turns: FloatArray) -> FloatArray:
        """How hard each impact is: a spot of the inner race turns through the loaded part, one of the outer stays."""
        angle = 2 * np.pi * turns
        if self.rotor.fault == "outer":
            return np.asarray(1.0 + 0.12 * np.cos(angle))
        half_width = _LOADED[0] + (_LOADED[1] - _LOADED[0]) * self.rotor.load
        pressed = np.maximum(1.0 - (1.0 - np.cos(angle)) / (2.0 * half_width), 0.0) ** 1.5
        return np.asarray(0.08 + 0.92 * pressed)

    def _make_responses(self, body_hz: float, damping: float) -> tuple[FloatArray, FloatArray]:
        time_s = np.arange(round(_RESPONSE_S * RATE_HZ)) / RATE_HZ
        ringing = sum(
            (
                level * _mode(time_s, hz, damped)
                for level, hz, damped in zip(_RING, self.rotor.resonances_hz, _DAMPING, strict=True)
            ),
            start=np.zeros(len(time_s)),
        )
        return _mode(time_s, body_hz, damping), ringing


class VibrationField:
    """All rotating machines of a site: those with a "rotor" in their state.

    Args:
        site: as it is when the field is built.
    """

    def __init__(self, site: Site) -> None:
        self._tags: list[str] = []
        self._shakers: list[Shaker] = []
        self._bearings: list[FloatArray] = []
        self._normals: list[FloatArray] = []
        self._faulty: list[FloatArray] = []
        for equipment in site.equipment.values():
            rotor = equipment.state.get("rotor")
            if isinstance(rotor, Rotor):
                names, places, normals = _bearings(equipment)
                self._tags.append(equipment.tag)
                self._shakers.append(Shaker(rotor))
                self._bearings.append(places)
                self._normals.append(normals)
                self._faulty.append(places[names.index(rotor.fault_point) if rotor.fault_point in names else 0])
        self._shape = _noise_shape()

    def __len__(self) -> int:
        return len(self._tags)

    def gains(self, position_m: FloatArray, axis: FloatArray, tag: str | None) -> FloatArray:
        """How much of each rotor's lines, impacts and ringing a beam sees.

        Args:
            position_m: (3,) where it meets a surface, world.
            axis: (3,) unit vector of the beam. A machine shakes along the normal of its nearest vibration point, what
                comes from others shakes all ways.
            tag: owner of the surface, None for floor and walls.

        Returns:
            (rotors, 3) factors.
        """
        gains = np.zeros((len(self._tags), 3))
        for k, own in enumerate(self._tags):
            away = np.sqrt(np.square(self._bearings[k] - position_m).sum(axis=1))
            nearest = int(away.argmin())
            near, bad = float(away[nearest]), float(np.sqrt(np.square(self._faulty[k] - position_m).sum()))
            if own == tag:
                facing = abs(float(self._normals[k][nearest] @ axis))
                gains[k] = facing / (1.0 + (np.array([near, bad, 1.5 * bad]) / _OWN_HALF_M) ** 2)
            else:
                carried = _CARRIED / (1.0 + (np.array([near, bad, bad]) / _CARRIED_HALF_M) ** 2)
                gains[k] = carried * (1.0, 1.0, _CARRIED_RING)
        return gains

    def second(self, start_s: float, gains: FloatArray, rng: np.random.Generator) -> FloatArray:
        """(RATE_HZ,) velocity in mm/s over the second that begins at `start_s`.

        Args:
            start_s: seconds since the episode began.
            gains: (chunks, rotors, 3) as `gains` gives them for equal parts of the second.
            rng: of the broadband noise.
        """
        chunks = len(gains)
        velocity, noise_power = np.zeros(RATE_HZ), np.zeros(RATE_HZ)
        time_s = start_s + np.arange(RATE_HZ) / RATE_HZ
        for k, shaker in enumerate(self._shakers):
            felt = gains[:, k]
            if felt.max() < _LEAST_GAIN:
                continue
            waves = shaker.waves(start_s)
            share = np.repeat(felt, RATE_HZ // chunks, axis=0)
            velocity += share[:, 0] * waves.lines + share[:, 1] * waves.impacts + share[:, 2] * waves.ringing
            noise_power += np.square(share[:, 0] * shaker.rotor.broadband_mm_s * shaker.pace(time_s))
        if noise_power.any():
            velocity += np.sqrt(noise_power) * irfft(rfft(rng.standard_normal(RATE_HZ)) * self._shape, RATE_HZ)
        return velocity


def band_rms(velocity: FloatArray, band_hz: tuple[float, float] = BAND_HZ) -> float:
    """RMS of a wave (n,) at `RATE_HZ` within a band."""
    spectrum = rfft(velocity, next_fast_len(len(velocity)))
    hz = np.arange(len(spectrum)) * RATE_HZ / next_fast_len(len(velocity))
    inside = (hz >= band_hz[0]) & (hz <= band_hz[1])
    power = 2.0 * np.square(np.abs(spectrum[inside])).sum() / next_fast_len(len(velocity))
    return float(np.sqrt(power / len(velocity)))


def _bearings(equipment: Equipment) -> tuple[list[str], FloatArray, FloatArray]:
    """Names without the tag, places (n, 3) and normals (n, 3) in the world of a machine's vibration points.

    Raises:
        ValueError: it has none.
    """
    points = [p for p in KINDS[equipment.kind].points_in_world(equipment) if p.quantity == "vibration"]
    if not points:
        raise ValueError(f"{equipment.tag} has a rotor but no inspection point for its vibration")
    names = [p.name.split("/", 1)[1] for p in points]
    return names, np.array([p.position_m for p in points]), np.array([p.normal for p in points])


def _mode(time_s: FloatArray, hz: float, damping: float) -> FloatArray:
    """Response of one mode to an impact."""
    return np.asarray(np.exp(-2 * np.pi * damping * hz * time_s) * np.sin(2 * np.pi * hz * time_s))


def _noise_shape() -> FloatArray:
    """(RATE_HZ // 2 + 1,) filter of broadband noise: falls with frequency, faster above 1 kHz; RMS 1 in the band."""
    hz = np.arange(RATE_HZ // 2 + 1, dtype=float)
    shape = np.where(hz < 5.0, 0.0, 1.0 / np.sqrt(np.maximum(hz, 5.0))) / (1.0 + (hz / 1500.0) ** 2)
    inside = (hz >= BAND_HZ[0]) & (hz <= BAND_HZ[1])
    return np.asarray(shape / np.sqrt(np.square(shape[inside]).sum() * 2.0 / RATE_HZ))

"""Ultrasound in the air: level with distance, absorption, obstacles, and the noise of running machines."""

from typing import Protocol

import numpy as np

from ..site.model import Site, SoundSource
from ..types import BoolArray, FloatArray

#: Bands (lowest, highest) in kHz within which a leak (20-40) or a partial discharge (10-30) is heard.
BANDS_KHZ: tuple[tuple[float, float], ...] = ((10.0, 16.0), (16.0, 24.0), (24.0, 32.0), (32.0, 40.0))
#: Background of a plant in each band, dB SPL; it falls with frequency (design choice).
FLOOR_DB: tuple[float, ...] = (40.0, 36.0, 32.0, 30.0)
#: What an obstacle takes away in each band, dB: short waves bend round edges less.
_SHADOW_DB = (8.0, 10.0, 12.0, 14.0)
#: Gain of the microphone array off its axis: -6 dB at 15 deg, at least -24 dB.
_LOBE_RAD, _LOBE_DB, _BACK_DB = np.radians(15.0), 6.0, -24.0
_HUMIDITY_PERCENT = 60.0
#: Running machines: dB SPL at 1 m in each band. Broadband, not modulated with the mains.
_MACHINE_DB: dict[str, tuple[float, ...]] = {
    "centrifugal_pump": (46.0, 40.0, 34.0, 29.0),
    "coolant_pump": (44.0, 38.0, 32.0, 27.0),
    "exhaust_fan": (48.0, 42.0, 35.0, 29.0),
    "machine_tool": (46.0, 40.0, 33.0, 28.0),
    "screw_compressor": (52.0, 46.0, 39.0, 33.0),
    "compressor": (52.0, 46.0, 39.0, 33.0),
    "fan": (48.0, 42.0, 35.0, 29.0),
}
#: Rays to a source end this far before it, since it sits on a surface.
_SKIN_M = 0.2
#: A source this far under the background in every band changes no level by 0.01 dB: nobody asks what hides it.
_INAUDIBLE_DB = -30.0


class Blockers(Protocol):
    """What stands between: a ray caster such as `Scene` or `RayMesh`."""

    def occluded(self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray, /) -> BoolArray:
        """(n,) whether something is nearer than `max_distance_m`."""


def absorption_db_m(frequency_hz: FloatArray, temperature_c: float, humidity_percent: float) -> FloatArray:
    """Absorption of sound in air in dB/m at sea level (ISO 9613-1, formulas 3 to 5)."""
    f = np.asarray(frequency_hz, dtype=float)
    t = temperature_c + 273.15
    relative = t / 293.15
    saturation = 10.0 ** (-6.8346 * (273.16 / t) ** 1.261 + 4.6151)
    h = humidity_percent * saturation
    oxygen = 24.0 + 4.04e4 * h * (0.02 + h) / (0.391 + h)
    nitrogen = relative**-0.5 * (9.0 + 280.0 * h * np.exp(-4.170 * (relative ** (-1.0 / 3.0) - 1.0)))
    relaxed = 0.01275 * np.exp(-2239.1 / t) / (oxygen + f**2 / oxygen)
    relaxed = relaxed + 0.1068 * np.exp(-3352.0 / t) / (nitrogen + f**2 / nitrogen)
    return np.asarray(8.686 * f**2 * (1.84e-11 * relative**0.5 + relative**-2.5 * relaxed))


def hiss_db(rate_g_h: float) -> tuple[float, ...]:
    """Levels at 1 m of gas escaping under pressure: broadband, most at 20-40 kHz; 10 dB for ten times the rate."""
    strength = 10.0 * float(np.log10(max(rate_g_h, 1e-3) / 100.0))
    return tuple(level + strength for level in (44.0, 50.0, 51.0, 49.0))


def discharge_db(over_floor_db: float, distance_m: float = 2.0) -> tuple[float, ...]:
    """Levels at 1 m of a partial discharge that stands `over_floor_db` over the floor at `distance_m`: 10-30 kHz."""
    rise = over_floor_db + 20.0 * float(np.log10(distance_m))
    return tuple(floor + rise + shape for floor, shape in zip(FLOOR_DB, (0.0, 0.0, -2.0, -10.0), strict=True))


class SoundField:
    """All ultrasound of a site: its `sound_sources` and its running machines.

    Args:
        site: as it is when the field is built.
    """

    def __init__(self, site: Site) -> None:
        sources = list(site.sound_sources) + _machines(site)
        self._position = np.array([s.position_m for s in sources], dtype=float).reshape(-1, 3)
        self._level = np.array([s.levels_db for s in sources], dtype=float).reshape(-1, len(BANDS_KHZ))
        self._period_s = np.array([max(s.period_s, 1e-9) for s in sources])
        self._always = np.array([s.period_s <= 0.0 for s in sources], dtype=bool)
        self._duty = np.array([s.duty for s in sources])
        self._pulsing = np.array([s.modulation_hz == 100.0 for s in sources], dtype=bool)
        middle_hz = np.array([1e3 * np.sqrt(low * high) for low, high in BANDS_KHZ])
        self._absorption = absorption_db_m(middle_hz, site.weather.ambient_c, _HUMIDITY_PERCENT)
        self._floor = 10.0 ** (np.array(FLOOR_DB) / 10.0)

    def levels_db(
        self, blockers: Blockers, position_m: FloatArray, axis: FloatArray, time_s: float = 0.0
    ) -> tuple[FloatArray, float]:
        """What a directional microphone hears.

        Args:
            blockers: obstacles on the way cost some dB.
            position_m: (3,) of the microphone.
            axis: (3,) unit vector along which it listens.
            time_s: seconds since the episode began.

        Returns:
            (4,) dB SPL in the bands of `BANDS_KHZ`, background included, and the modulation depth at 100 Hz, 0..1: the
            pulsing share of all sound below 32 kHz.
        """
        if not len(self._position):
            return 10.0 * np.log10(self._floor), 0.0
        away = self._position - np.asarray(position_m, dtype=float)
        distance = np.maximum(np.sqrt(np.einsum("ij,ij->i", away, away)), 0.1)
        direction = away / distance[:, None]
        off_axis = np.arccos(np.clip(direction @ np.asarray(axis, dtype=float), -1.0, 1.0))
        gain = np.maximum(-_LOBE_DB * (off_axis / _LOBE_RAD) ** 2, _BACK_DB)
        level = self._level + (gain - 20.0 * np.log10(distance))[:, None] - distance[:, None] * self._absorption
        heard = ((level - FLOOR_DB).max(axis=1) > _INAUDIBLE_DB).nonzero()[0]
        hidden = np.zeros(len(level), dtype=bool)
        origins, reach = np.broadcast_to(np.asarray(position_m, dtype=float), away[heard].shape), distance[heard]
        hidden[heard] = blockers.occluded(origins, direction[heard], np.maximum(reach - _SKIN_M, 1e-3))
        power = 10.0 ** ((level - hidden[:, None] * np.array(_SHADOW_DB)) / 10.0)
        power *= (self._always | (np.mod(time_s / self._period_s, 1.0) < self._duty))[:, None]
        total = power.sum(axis=0) + self._floor
        pulsing = power[self._pulsing].sum(axis=0)
        return 10.0 * np.log10(total), float((pulsing[:3] / total[:3]).max())


def _machines(site: Site) -> list[SoundSource]:
    """A source in the middle of each running machine."""
    noisy = [e for e in site.equipment.values() if e.kind in _MACHINE_DB]
    return [
        SoundSource(
            (e.position_m[0], e.position_m[1], e.position_m[2] + 0.5 * e.params["size_m"][2]), _MACHINE_DB[e.kind]
        )
        for e in noisy
    ]

"""What is heard and smelt along the camera's axis: which flange leaks, which insulator discharges.

Both are solved for all looks at once. The sound heard in one look is the sum of all sources, each weakened by its
angle off the axis, its distance, the air and what stands between; non-negative least squares over many looks then gives
each candidate's own strength, so that a loud neighbour does not count against a quiet one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import nnls

from patrolgym.envs.site.gases import GASES
from patrolgym.envs.types import BoolArray, EquipmentInfo, FloatArray, InspectionPoint, Reading, Report

#: Band edges 10, 16, 24, 32, 40 kHz: discharges are clearest in the second band, leaks in the third.
DISCHARGE_BAND, LEAK_BAND = 1, 2
#: Quiet-plant level of the bands in dB; the quietest look of the patrol replaces it when it is lower.
FLOOR_DB = (40.0, 36.0, 32.0, 30.0)
#: Absorption by air in the bands, dB/m, about ISO 9613-1 at 20 °C and 60 %.
ABSORPTION_DB_M = (0.3, 0.6, 0.9, 1.2)
#: The microphone's lobe: -6 dB at 15° off the axis, at least -24 dB; obstacles take about 10 dB.
LOBE_RAD, LOBE_DB, BACK_DB, SHADOW_DB = float(np.deg2rad(15.0)), 6.0, -24.0, 10.0
SOURCE_SKIN_M = 0.2
#: A leak of 100 g/h hisses with about 51 dB at 1 m in 24-32 kHz; ten times the rate gives 10 dB more.
HISS_DB, HISS_G_H = 51.0, 100.0
LEAK_G_H = 45.0
"""Between what a sound flange may lose (some 10 g/h) and a leaking connector (107 g/h, 40 CFR 98 W)."""
LEAK_SPREAD_DB = 2.5
COLUMN_SPREAD = 0.6
"""Standard deviations of the two estimates of a leak, in dB of sound and in natural logarithms of the column."""
PLUME_M3_S = 0.12
"""A column through a source in light wind times this is its flow, with the spread above."""
MOLAR_M3 = 0.024
ALARM_DB, DISCHARGE_SPREAD_DB, LISTEN_M = 7.0, 1.2, 2.0
"""A discharge is an alarm from 6 dB over the floor at 2 m; from 8 dB on it is sought."""
LEAST_MODULATION = 0.15
GAS_ORDER = tuple(GASES)


@dataclass(frozen=True, eq=False)
class Look:
    """What was measured while the axis was held: means over the samples.

    Attributes:
        lens_m, axis: (3,) where from and along what.
        power: (4,) sound power in the bands, linear (1 is 0 dB).
        modulation: share of it that pulses at 100 Hz.
        column_ppm_m: (5,) gas along the axis.
        point: name of the inspection point aimed at, if any.
    """

    lens_m: FloatArray
    axis: FloatArray
    power: FloatArray
    modulation: float
    column_ppm_m: FloatArray
    point: str | None


@dataclass
class Hold:
    """Samples of the look that is going on."""

    power: list[FloatArray] = field(default_factory=list)
    modulation: list[float] = field(default_factory=list)
    column: list[FloatArray] = field(default_factory=list)


class Signals:
    """Collects looks and says what they amount to.

    Args:
        points: the briefing's inspection points.
        equipment: what else may make a noise.
        occluded: (origins (n, 3), directions (n, 3), distances (n,)) -> (n,) whether something fixed is in between.
    """

    def __init__(
        self,
        points: Sequence[InspectionPoint],
        equipment: Sequence[EquipmentInfo],
        occluded: Callable[[FloatArray, FloatArray, FloatArray], BoolArray],
    ) -> None:
        self._points = {point.name: point for point in points}
        self._occluded = occluded
        self._looks: list[Look] = []
        self._hold = Hold()
        quiet = ("gauge", "level", "joint", "surface")
        self._names = [point.name for point in points if point.quantity not in quiet]
        places = [
            np.asarray(self._points[n].position_m) + 0.05 * np.asarray(self._points[n].normal) for n in self._names
        ]
        middles = [np.asarray(e.position_m) + (0.0, 0.0, 0.5 * e.size_m[2]) for e in equipment]
        self._sources = np.array([*places, *middles]).reshape(-1, 3)

    def sample(self, tdlas: FloatArray, ultrasound: FloatArray) -> None:
        """One sample (0.1 s) with the axis held."""
        self._hold.power.append(10.0 ** (ultrasound[:4] / 10.0))
        self._hold.modulation.append(float(ultrasound[4]))
        if tdlas[5] > 0.0:
            self._hold.column.append(tdlas[:5])

    def close(self, lens_m: FloatArray, axis: FloatArray, point: str | None) -> None:
        """The axis moves on: what was sampled becomes a look."""
        hold, self._hold = self._hold, Hold()
        if len(hold.power) < 2:
            return
        column = np.mean(hold.column, axis=0) if hold.column else np.zeros(len(GAS_ORDER))
        self._looks.append(
            Look(lens_m, axis, np.mean(hold.power, axis=0), float(np.mean(hold.modulation)), column, point)
        )

    def conclude(self) -> tuple[list[Report], list[Reading]]:
        """Leaks and discharges by all looks so far, with the readings of the points that were listened to."""
        if not self._looks:
            return [], []
        hiss = self._strengths(LEAK_BAND, lambda look: look.power[LEAK_BAND], floor=True)
        pulse = self._strengths(
            DISCHARGE_BAND, lambda look: look.power[DISCHARGE_BAND] * max(look.modulation - 0.05, 0.0), floor=False
        )
        reports: list[Report] = []
        readings: list[Reading] = []
        for name in sorted({look.point for look in self._looks if look.point is not None}):
            point = self._points[name]
            index = self._names.index(name) if name in self._names else -1
            if point.quantity == "flange" and index >= 0:
                reports += self._leak(point, float(hiss[index]))
            elif point.quantity == "discharge" and index >= 0:
                found, level = self._discharge(point, float(pulse[index]))
                reports += found
                readings.append(Reading(name, level))
        return reports, readings

    def _strengths(self, band: int, heard: Callable[[Look], float], floor: bool) -> FloatArray:
        """(sources,) power at 1 m of every candidate that best explains all looks."""
        gains = np.array([self._gains(look, band) for look in self._looks])
        values = np.array([heard(look) for look in self._looks])
        if floor:
            values = np.maximum(values - min(float(values.min()), 10.0 ** (FLOOR_DB[band] / 10.0)), 0.0)
        # Errors grow with the level (0.7 dB a sample), beside the floor's own.
        scale = 1.0 / (0.15 * values + 0.1 * 10.0 ** (FLOOR_DB[band] / 10.0))
        solution, _ = nnls(gains * scale[:, None], values * scale, maxiter=20 * gains.shape[1])
        return np.asarray(solution)

    def _gains(self, look: Look, band: int) -> FloatArray:
        """(sources,) how strongly a look hears each candidate."""
        away = self._sources - look.lens_m
        distance = np.maximum(np.linalg.norm(away, axis=1), 0.1)
        direction = away / distance[:, None]
        off = np.arccos(np.clip(direction @ look.axis, -1.0, 1.0))
        gain = np.maximum(-LOBE_DB * (off / LOBE_RAD) ** 2, BACK_DB)
        origins = np.broadcast_to(look.lens_m, away.shape)
        hidden = self._occluded(origins, direction, np.maximum(distance - SOURCE_SKIN_M, 1e-3))
        level = gain - 20.0 * np.log10(distance) - ABSORPTION_DB_M[band] * distance - SHADOW_DB * hidden
        return np.asarray(10.0 ** (level / 10.0))

    def _leak(self, point: InspectionPoint, hiss: float) -> list[Report]:
        """A leak both hisses at its flange and shows in the column through it."""
        gas = str(point.details.get("gas", ""))
        if gas not in GAS_ORDER:
            return []
        columns = [look.column_ppm_m[GAS_ORDER.index(gas)] for look in self._looks if look.point == point.name]
        column = max(float(np.max(columns)), 1e-3)
        by_column = column * 1e-6 * PLUME_M3_S / MOLAR_M3 * GASES[gas].molar_mass_g * 3600.0
        by_sound = HISS_G_H * 10.0 ** ((10.0 * np.log10(max(hiss, 1e-3)) - HISS_DB) / 10.0)
        chance_sound = _chance(10.0 * np.log10(by_sound / LEAK_G_H) / LEAK_SPREAD_DB)
        chance_column = _chance(np.log(by_column / (0.4 * LEAK_G_H)) / COLUMN_SPREAD)
        chance = chance_sound * chance_column
        if chance < 0.5:
            return []
        return [Report("gas_leak", point.position_m, chance, float(by_sound), point.tag)]

    def _discharge(self, point: InspectionPoint, pulse: float) -> tuple[list[Report], float]:
        """Level over the floor at 2 m, and the report it is worth."""
        at_listen = pulse / LISTEN_M**2
        level = 10.0 * float(np.log10(max(at_listen, 1e-3) / 10.0 ** (FLOOR_DB[DISCHARGE_BAND] / 10.0)))
        modulated = max((look.modulation for look in self._looks if look.point == point.name), default=0.0)
        chance = _chance((level - ALARM_DB) / DISCHARGE_SPREAD_DB)
        level = max(level, 0.0)
        if chance < 0.5 or modulated < LEAST_MODULATION:
            return [], level
        return [Report("partial_discharge", point.position_m, chance, level, point.tag)], level


def _chance(sigmas: float) -> float:
    """Logistic stand-in for the normal distribution."""
    return float(1.0 / (1.0 + np.exp(-1.7 * np.clip(sigmas, -20.0, 20.0))))

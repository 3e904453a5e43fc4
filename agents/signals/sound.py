"""What is heard and smelt along the camera's axis: which flange leaks, which insulator discharges.

All looks of a patrol are put together: sound tells where something hisses or pulses and how strongly, gas along the
axis tells a leak from a harmless hiss.
"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from patrolgym.agents.senses import Moment
from patrolgym.envs.site.gases import GASES
from patrolgym.envs.types import Briefing, FloatArray, InspectionPoint, Reading, Report

from .base import LISTENERS, Listener, Occluded
from .hearing import (
    DISCHARGE_SHAPE_DB,
    FLOOR_DB,
    HISS_DB,
    LEAK_DB,
    LEAK_G_H,
    LISTEN_M,
    MACHINE_DB,
    Source,
    power_of,
    strengths,
)
from .looks import Hold, Look

#: Error of one sample of a column, ppm·m; it doubles towards that range, and its zero drifts by that share.
COLUMN_PPM_M, COLUMN_DEFAULT_PPM_M, COLUMN_DOUBLES_M, COLUMN_DRIFT = {"H2": 40.0, "NH3": 3.0}, 5.0, 30.0, 0.4
#: The laser passes a flange's leak if it passes this near.
NEAR_AXIS_M = 0.12
LEAK_ALARM_G_H, LEAK_SPREAD_DB = 36.0, 2.0
"""Between what a sound flange may lose (12 g/h) and a leaking connector (107 g/h, 40 CFR 98 W)."""
COLUMN_S_M2, COLUMN_SPREAD = 2.0, 1.0
"""Column through a leak for its flow (ppm·m for ppm·m³/s): median, and deviation of its natural logarithm."""
DRIFTED, DRIFTED_PPM_M = 0.03, 60.0
"""How often gas from elsewhere drifts through a flange's look, and how much."""
MOLAR_M3 = 0.02406
"""Of a gas at 20 °C, per mole."""
ALARM_DB, DISCHARGE_SPREAD_DB = 6.5, 1.2
"""A discharge is an alarm from 6 dB over the floor."""
GAS_ORDER = tuple(GASES)
NO_LASER = np.zeros(len(GASES) + 1)


class Sound(Listener):
    """Microphone and gas laser: leaks and discharges. Without the laser no leak of gas is told from a harmless hiss."""

    name: ClassVar[str] = "sound"
    dwell_s: ClassVar[Mapping[str, float]] = {"flange": 0.5, "discharge": 0.5}

    def __init__(self, briefing: Briefing, occluded: Occluded) -> None:
        points = briefing.points
        self._flanges = [p for p in points if p.quantity == "flange" and p.details.get("gas") in GAS_ORDER]
        self._insulators = [p for p in points if p.quantity == "discharge"]
        self._valves = [p for p in points if p.quantity == "valve"]
        self._middles = [np.asarray(e.position_m) + (0.0, 0.0, 0.5 * e.size_m[2]) for e in briefing.equipment]
        self._occluded = occluded
        self._looks: list[Look] = []
        self._hold = Hold()

    def hear(self, moment: Moment, lens_m: FloatArray, axis: FloatArray) -> None:
        """One sample of sound and, where there is a laser, of gas."""
        if moment.ultrasound is None:
            return
        if not self._hold.fits(lens_m, axis):
            self._close()
        self._hold.lens.append(lens_m)
        self._hold.axis.append(axis)
        self._hold.sound.append(moment.ultrasound)
        self._hold.gas.append(NO_LASER if moment.tdlas is None else moment.tdlas)

    def conclude(self) -> tuple[list[Report], list[Reading]]:
        """Leaks and discharges by all looks so far, with the readings of the insulators that were listened to."""
        self._close()
        if not self._looks or not (self._flanges or self._insulators):
            return [], []
        sources = self._sources()
        heard = strengths(self._looks, sources, self._occluded)
        strength = {source.name: float(x) for source, x in zip(sources, heard, strict=True)}
        reports = [r for p in self._flanges for r in _leak(p, LEAK_G_H * strength[p.name], self._column(p))]
        readings = []
        for point in self._insulators:
            level = 10.0 * float(np.log10(max(strength[point.name], 1.0)))
            readings.append(Reading(point.name, level))
            chance = _chance((level - ALARM_DB) / DISCHARGE_SPREAD_DB)
            if chance >= 0.5:
                reports.append(Report("partial_discharge", point.position_m, chance, level, point.tag))
        return reports, readings

    def _close(self) -> None:
        hold, self._hold = self._hold, Hold()
        if hold.lens:
            self._looks.append(hold.look())

    def _column(self, flange: InspectionPoint) -> tuple[float, float]:
        """Mean column through a flange's leak and its error, ppm·m; the error is inf if no look passed it."""
        gas, place = _gas(flange), _place(flange)
        noise = COLUMN_PPM_M.get(gas, COLUMN_DEFAULT_PPM_M)
        values, weights = [], []
        for look in self._looks:
            along = float((place - look.lens_m) @ look.axis)
            aside = float(np.linalg.norm(place - look.lens_m - along * look.axis))
            if 0.0 < along < look.reach_m + 0.3 and aside < NEAR_AXIS_M:
                values.append(float(look.column_ppm_m[GAS_ORDER.index(gas)]))
                weights.append(look.samples / (1.0 + look.reach_m / COLUMN_DOUBLES_M) ** 2)
        if not values:
            return 0.0, float("inf")
        # The zero drifts slowly: more samples do not help against that.
        return float(np.average(values, weights=weights)), noise * float(np.hypot(sum(weights) ** -0.5, COLUMN_DRIFT))

    def _sources(self) -> list[Source]:
        """Everything that may sound."""
        sources = [Source(f"machine {k}", place, power_of(MACHINE_DB), False) for k, place in enumerate(self._middles)]
        sources += [Source(p.name, _place(p), power_of(LEAK_DB), False) for p in self._flanges]
        pulse = 10.0 ** (np.add(FLOOR_DB, DISCHARGE_SHAPE_DB) / 10.0) * LISTEN_M**2
        sources += [Source(p.name, _place(p), pulse, True) for p in self._insulators]
        hissing = (*self._valves, *self._insulators)
        return sources + [Source(f"hiss {p.name}", _place(p), power_of(HISS_DB), False) for p in hissing]


def _leak(flange: InspectionPoint, rate_g_h: float, column: tuple[float, float]) -> list[Report]:
    """The report that sound for a rate and a column through the flange are worth, if any."""
    loud = _chance(10.0 * float(np.log10(max(rate_g_h, 1e-3) / LEAK_ALARM_G_H)) / LEAK_SPREAD_DB)
    odds = _odds(*column, max(rate_g_h, LEAK_ALARM_G_H), _gas(flange))
    chance = loud * odds / (1.0 + odds)
    return [Report("gas_leak", flange.position_m, chance, rate_g_h, flange.tag)] if chance >= 0.5 else []


def _odds(column_ppm_m: float, error_ppm_m: float, rate_g_h: float, gas: str) -> float:
    """How much likelier a column is with a leak of `rate_g_h` than without: likelihood ratio, capped at 1e6."""
    if not np.isfinite(error_ppm_m):
        return 0.0
    flow = rate_g_h / 3600.0 / GASES[gas].molar_mass_g * MOLAR_M3 * 1e6
    spread = np.linspace(-2.5, 2.5, 41)
    weight = np.exp(-0.5 * spread**2)
    expected = COLUMN_S_M2 * flow * np.exp(COLUMN_SPREAD * spread)
    # A plume sways: its mean over some samples is off by a good part.
    width = np.hypot(error_ppm_m, 0.3 * expected)
    leaking = float((weight / weight.sum() * _bell((column_ppm_m - expected) / width) / width).sum())
    drifted = float(np.exp(-max(column_ppm_m, 0.0) / DRIFTED_PPM_M)) / DRIFTED_PPM_M * (column_ppm_m > 0.0)
    quiet = float(_bell(np.array(column_ppm_m / error_ppm_m))) / error_ppm_m
    return float(min(leaking / max((1.0 - DRIFTED) * quiet + DRIFTED * drifted, 1e-12), 1e6))


def _bell(sigmas: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-0.5 * sigmas**2) / np.sqrt(2 * np.pi))


def _gas(flange: InspectionPoint) -> str:
    return str(flange.details["gas"])


def _place(point: InspectionPoint) -> FloatArray:
    """Where a point's leak or discharge would be: just in front of its patch."""
    return np.asarray(point.position_m) + 0.05 * np.asarray(point.normal)


def _chance(sigmas: float) -> float:
    """Logistic stand-in for the normal distribution."""
    return float(1.0 / (1.0 + np.exp(-1.7 * np.clip(sigmas, -20.0, 20.0))))


LISTENERS.add(Sound.name, Sound)

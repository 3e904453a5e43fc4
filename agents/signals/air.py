"""Which couplings lose compressed air, by what the microphone hears all the time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from patrolgym.agents.senses import Moment
from patrolgym.envs.types import Briefing, FloatArray, InspectionPoint, Reading, Report

from .base import LISTENERS, Listener, Occluded
from .hearing import HISS_DB, LEAK_DB, LEAK_G_H, MACHINE_DB, Source, power_of, strengths
from .looks import Hold, Look

#: Samples of a look at least: valves blow off for less than a second at a time.
STEADY = 8
G_H_L_MIN = 72.0
"""A litre of air a minute in g/h."""
ALARM_L_MIN, SPREAD = 0.27, 0.3
"""Between what is tight (0.1) and the least leak (0.5); deviation of the logarithm of a measured flow."""
OUT_M = 0.03
NO_GAS = np.zeros(6)


class Air(Listener):
    """Leaks of compressed air. What comes in pulses is exhaust, what hisses elsewhere is a nozzle."""

    name: ClassVar[str] = "air"
    dwell_s: ClassVar[Mapping[str, float]] = {"air": 1.2}

    def __init__(self, briefing: Briefing, occluded: Occluded) -> None:
        self._couplings = [p for p in briefing.points if p.quantity == "air"]
        self._elsewhere = [p for p in briefing.points if p.quantity == "sump"]
        self._middles = [np.asarray(e.position_m) + (0.0, 0.0, 0.5 * e.size_m[2]) for e in briefing.equipment]
        self._occluded = occluded
        self._looks: list[Look] = []
        self._hold = Hold()

    def hear(self, moment: Moment, lens_m: FloatArray, axis: FloatArray) -> None:
        """One sample of sound."""
        if moment.ultrasound is None or not self._couplings:
            return
        if not self._hold.fits(lens_m, axis):
            self._close()
        self._hold.lens.append(lens_m)
        self._hold.axis.append(axis)
        self._hold.sound.append(moment.ultrasound)
        self._hold.gas.append(NO_GAS)

    def conclude(self) -> tuple[list[Report], list[Reading]]:
        """Leaks by all looks so far, and the flow of each coupling."""
        self._close()
        if not self._looks:
            return [], []
        sources = self._sources()
        heard = strengths(self._looks, sources, self._occluded)
        flow = {s.name: float(x) * LEAK_G_H / G_H_L_MIN for s, x in zip(sources, heard, strict=True)}
        readings = [Reading(p.name, flow[p.name]) for p in self._couplings]
        return [r for p in self._couplings for r in _leak(p, flow[p.name])], readings

    def _close(self) -> None:
        hold, self._hold = self._hold, Hold()
        if len(hold.lens) >= STEADY:
            self._looks.append(replace(hold.look(), power=hold.quiet_power(), modulation=0.0))

    def _sources(self) -> list[Source]:
        machines = [Source(f"machine {k}", at, power_of(MACHINE_DB), False) for k, at in enumerate(self._middles)]
        leaks = [Source(p.name, _place(p), power_of(LEAK_DB), False) for p in self._couplings]
        return [*machines, *leaks, *(Source(p.name, _place(p), power_of(HISS_DB), False) for p in self._elsewhere)]


def _leak(point: InspectionPoint, flow_l_min: float) -> list[Report]:
    sigmas = np.log(max(flow_l_min, 1e-6) / ALARM_L_MIN) / SPREAD
    chance = float(1.0 / (1.0 + np.exp(-1.7 * np.clip(sigmas, -20.0, 20.0))))
    return [Report("air_leak", point.position_m, chance, flow_l_min, point.tag)] if chance >= 0.5 else []


def _place(point: InspectionPoint) -> FloatArray:
    return np.asarray(point.position_m) + OUT_M * np.asarray(point.normal)


LISTENERS.add(Air.name, Air)

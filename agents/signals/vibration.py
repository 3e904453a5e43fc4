"""What the laser vibrometer tells of rotating machines: how much they shake, and why."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from patrolgym.agents.senses import Moment
from patrolgym.envs.types import Briefing, FloatArray, InspectionPoint, Reading, Report

from .base import LISTENERS, Listener, Occluded
from .diagnosis import Diagnosis, diagnose

#: Steps in a wave.
STEPS = 10
NEAR_M, RANGE_SLACK_M, LEAST_FACING = 0.12, 0.25, 0.35
"""A wave is of a point if the beam passes it this near all the time, ends about there, and meets it at an angle."""
MOST_MM_S = 60.0
"""What goes faster is the robot, not the machine."""
ENOUGH = 2
"""Waves that are judged at most."""
SURE = (0.1, 0.9)


class Vibration(Listener):
    """Bad bearings, unbalanced rotors and misaligned shafts."""

    name: ClassVar[str] = "vibration"
    dwell_s: ClassVar[Mapping[str, float]] = {"vibration": 1.0}

    def __init__(self, briefing: Briefing, occluded: Occluded) -> None:
        del occluded
        self._points = [p for p in briefing.points if p.quantity == "vibration"]
        self._names = {p.name for p in self._points}
        self._places = np.array([p.position_m for p in self._points]).reshape(-1, 3)
        self._aims: deque[tuple[FloatArray, FloatArray]] = deque(maxlen=STEPS)
        self._found: dict[str, list[Diagnosis]] = {}
        self._told: set[str] = set()

    def hear(self, moment: Moment, lens_m: FloatArray, axis: FloatArray) -> None:
        """Remember where the beam is; judge a new wave if it was on one point all the time."""
        self._aims.append((lens_m, axis))
        wave, reach = moment.vibration, moment.vibration_range_m
        if wave is None or reach <= 0.0 or len(self._aims) < STEPS or np.abs(wave).max() > MOST_MM_S:
            return
        point = self._aimed_at(reach)
        if point is None or self._sure(point.name):
            return
        facing = abs(float(np.mean([aim for _, aim in self._aims], axis=0) @ np.asarray(point.normal)))
        if facing >= LEAST_FACING:
            self._found.setdefault(point.name, []).append(diagnose(wave, point.details, min(facing, 1.0)))

    def wants(self, point: str) -> bool:
        """Until there is a wave of it that is clear, or enough of them."""
        return point in self._names and not self._sure(point)

    def close(self, points: Sequence[str]) -> tuple[list[Report], list[Reading]]:
        """What the waves of `points` say; each point is told once."""
        reports: list[Report] = []
        readings: list[Reading] = []
        for point in self._points:
            if point.name in points and point.name in self._found and point.name not in self._told:
                self._told.add(point.name)
                found = self._found[point.name]
                readings.append(Reading(point.name, float(np.mean([d.overall_mm_s for d in found]))))
                reports += _reports(point, found)
        return reports, readings

    def conclude(self) -> tuple[list[Report], list[Reading]]:
        """What was not told yet."""
        return self.close([point.name for point in self._points])

    def _aimed_at(self, reach_m: float) -> InspectionPoint | None:
        if not self._points:
            return None
        aside, along = np.zeros(len(self._points)), np.zeros(len(self._points))
        for lens, axis in self._aims:
            away = self._places - lens
            along = away @ axis
            aside = np.maximum(aside, np.linalg.norm(away - along[:, None] * axis, axis=1))
        aside[np.abs(along - reach_m) > RANGE_SLACK_M] = np.inf
        nearest = int(aside.argmin())
        return self._points[nearest] if aside[nearest] < NEAR_M else None

    def _sure(self, name: str) -> bool:
        """Whether another wave would change nothing."""
        found = self._found.get(name, [])
        clear = bool(found) and all(chance < SURE[0] or chance > SURE[1] for chance in found[-1].chances.values())
        return clear or len(found) >= ENOUGH or name in self._told


def _reports(point: InspectionPoint, found: Sequence[Diagnosis]) -> list[Report]:
    """Classes that all waves of a point together make likelier than not."""
    reports = []
    for name in found[0].chances:
        chance = float(np.mean([d.chances[name] for d in found]))
        if chance >= 0.5:
            best = max(found, key=lambda d: d.chances[name])
            reading = float(np.mean([d.reading(name) for d in found]))
            detail = best.race if name == "bearing_fault" else ""
            reports.append(Report(name, point.position_m, chance, reading, point.tag, detail=detail))
    return reports


LISTENERS.add(Vibration.name, Vibration)

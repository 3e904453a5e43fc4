"""Which axes of robots turn with difficulty, by the current and the heat of their drives.

Neither is enough: transmitters drift, drives are warm for many reasons. Friction raises the torque, the current with it
and the heat with its square; the load that explains best what was measured is sought, where any transmitter may be bad.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from patrolgym.agents.senses import Moment
from patrolgym.agents.vision.bearing import background_c, true_temperature_c
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import Briefing, FloatArray, InspectionPoint, Reading, Report

from .base import LISTENERS, Listener, Occluded

#: Loads that are weighed, as shares of nominal, and from which on it is friction.
LOADS, ALARM = np.linspace(0.85, 2.1, 126), 1.18
#: How usual loads are: near nominal, with a heavier tool, with friction.
USUAL, USUAL_SPREAD, HEAVIER, FRICTION = 0.8, 0.03, (1.05, 1.14), (1.2, 2.0)
#: Errors: of a mean current (share), of a rise by transmitter and by thermal camera (K), of what a load makes of heat.
CURRENT_SPREAD, RISE_K, SEEN_RISE_K, HEAT_SPREAD = 0.02, 1.5, 2.5, 0.08
#: A transmitter is bad that often, and then off by anything up to half.
BAD, BAD_SPREAD = 0.15, 0.5
#: A drive may be warmer than its load says that often, by so many kelvin.
WARM, WARM_K = 0.1, 12.0
ENOUGH, NEAR_M, LEAST_PX = 5, 6.0, 4.0


@dataclass(frozen=True)
class Measured:
    """Of a drive: current as a share of nominal, rise over the air by transmitter and by camera (K); None: unknown."""

    current: float | None
    rise_k: float | None
    seen_rise_k: float | None


def load_of(measured: Measured, nominal_rise_k: float) -> tuple[float, float]:
    """How likely friction is (0..1), and the most plausible load that goes with it, as a share of nominal."""
    weight = _usual()
    if measured.current is not None:
        bad = np.exp(-0.5 * np.square((measured.current / LOADS - 1.0) / BAD_SPREAD)) / BAD_SPREAD
        right = np.exp(-0.5 * np.square((measured.current / LOADS - 1.0) / CURRENT_SPREAD)) / CURRENT_SPREAD
        weight = weight * ((1.0 - BAD) * right + BAD * bad)
    for rise, error in ((measured.rise_k, RISE_K), (measured.seen_rise_k, SEEN_RISE_K)):
        if rise is not None:
            weight = weight * _heat(rise, error, nominal_rise_k)
    weight /= weight.sum()
    friction = float(weight[LOADS >= ALARM].sum())
    agrees = (LOADS >= ALARM) == (friction >= 0.5)
    return friction, float(LOADS[int(np.where(agrees, weight, 0.0).argmax())])


def _usual() -> FloatArray:
    weight = USUAL * np.exp(-0.5 * np.square((LOADS - 1.0) / USUAL_SPREAD)) / (USUAL_SPREAD * np.sqrt(2 * np.pi))
    for low, high in (HEAVIER, FRICTION):
        weight = weight + 0.5 * (1.0 - USUAL) / (high - low) * ((low <= LOADS) & (high >= LOADS))
    return np.asarray(weight)


def _heat(rise_k: float, error_k: float, nominal_rise_k: float) -> FloatArray:
    """(loads,) how well a rise goes with each load; it may be too warm or badly measured as well."""
    expected = nominal_rise_k * np.square(LOADS)
    spread = np.hypot(error_k, HEAT_SPREAD * expected)
    right = np.exp(-0.5 * np.square((rise_k - expected) / spread)) / spread
    over = rise_k - expected
    warm = np.where(over > 0.0, np.exp(-np.maximum(over, 0.0) / WARM_K) / WARM_K, 0.0)
    return np.asarray((1.0 - WARM - BAD / 2) * right + WARM * warm + BAD / 2 / 60.0)


class Drives(Listener):
    """Friction in the joints of robots."""

    name: ClassVar[str] = "drives"
    dwell_s: ClassVar[Mapping[str, float]] = {}

    def __init__(self, briefing: Briefing, occluded: Occluded) -> None:
        self._points = [p for p in briefing.points if p.quantity == "drive"]
        self._occluded = occluded
        names = {p.name for p in self._points}
        self._meters = {k + 1: i for k, i in enumerate(briefing.instruments) if i.point in names}
        self._values: dict[tuple[str, str], list[float]] = {}
        self._seen: dict[str, list[float]] = {}
        self._air_c: list[float] = []

    def hear(self, moment: Moment, lens_m: FloatArray, axis: FloatArray) -> None:
        """Take in instruments and thermal pictures."""
        if not self._points:
            return
        for number, value, _ in () if moment.instruments is None else moment.instruments:
            meter = self._meters.get(int(number))
            if meter is not None and meter.point is not None:
                self._values.setdefault((meter.point, meter.quantity), []).append(float(value))
        if moment.view is not None:
            self._air_c.append(background_c(moment.view))
            self._look(moment.view)

    def conclude(self) -> tuple[list[Report], list[Reading]]:
        """Drives with friction, and the currents of all that were received."""
        reports, readings = [], []
        for point in self._points:
            amps, rise = float(point.details["nominal_current_a"]), float(point.details["nominal_rise_k"])
            measured = self._measured(point, amps)
            if measured == Measured(None, None, None):
                continue
            chance, load = load_of(measured, rise)
            readings.append(Reading(point.name, load * amps))
            if chance >= 0.5:
                percent = 100.0 * (load - 1.0)
                reports.append(Report("joint_friction", point.position_m, chance, percent, point.tag))
        return reports, readings

    def _measured(self, point: InspectionPoint, amps: float) -> Measured:
        current, celsius = (self._mean(self._values.get((point.name, q), ())) for q in ("current", "temperature"))
        air = float(np.median(self._air_c)) if self._air_c else None
        seen = self._seen.get(point.name)
        return Measured(
            None if current is None else current / amps,
            None if celsius is None or air is None else celsius - air,
            None if seen is None or air is None else float(np.median(seen)) - air,
        )

    def _mean(self, values: Sequence[float]) -> float | None:
        """Mean of enough values; a transmitter that always says the same is dead."""
        if len(values) < ENOUGH or max(values) == min(values):
            return None
        return float(np.mean(values))

    def _look(self, view: View) -> None:
        """Temperatures of drives in a picture."""
        for point in self._points:
            place = np.asarray(point.position_m)
            away = place - view.position_m
            distance = float(np.linalg.norm(away))
            if distance > NEAR_M or -float(away @ np.asarray(point.normal)) < 0.4 * distance:
                continue
            (pixel,), (depth,) = view.project(place[None])
            radius = 0.25 * point.size_m * view.focal_px / max(float(depth), 0.1)
            spot = _spot(view.thermal_c, pixel, radius) if depth > 0.3 and radius >= LEAST_PX else np.zeros(0)
            hidden = self._occluded(view.position_m[None], away[None] / distance, np.array([distance - 0.15]))
            if len(spot) and not hidden[0]:
                emissivity = float(point.details.get("emissivity", 1.0))
                celsius = true_temperature_c(float(np.percentile(spot, 80)), emissivity, background_c(view))
                self._seen.setdefault(point.name, []).append(celsius)


def _spot(picture: FloatArray, pixel: FloatArray, radius_px: float) -> FloatArray:
    """Values (n,) of a picture in a square about a pixel; none where it leaves the picture."""
    h, w = picture.shape
    x0, x1, y0, y1 = (
        int(v) for v in (pixel[0] - radius_px, pixel[0] + radius_px + 1, pixel[1] - radius_px, pixel[1] + radius_px + 1)
    )
    if x0 < 0 or y0 < 0 or x1 > w or y1 > h:
        return np.zeros(0)
    return np.asarray(picture[y0:y1, x0:x1], dtype=float).ravel()


LISTENERS.add(Drives.name, Drives)

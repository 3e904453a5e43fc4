"""Needle gauges: pressure and temperature dials."""

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .base import DETECTORS, Inspection, PointDetector
from .light import Picture, grey, lab
from .patch import look, verdict
from .view import View

#: The needle is looked for between these shares of the dial's radius: outside the hub, inside the tick marks.
_INNER, _OUTER = 0.18, 0.62
_ANGLES, _RADII = 720, 64
#: Deviation of a good reading, share of full scale; a limit is passed surely only by more than this.
_SIGMA_FULL_SCALE = 0.006


@dataclass(frozen=True)
class Dial:
    """A dial in a rectified patch: centre (column, row) and radius in its pixels, and how well the rim fits, 0..1."""

    centre: tuple[float, float]
    radius: float
    fit: float


@dataclass(frozen=True)
class Needle:
    """Where a needle points, degrees clockwise from up, and how clearly, 0..1."""

    angle_deg: float
    clarity: float


class GaugeDetector(PointDetector):
    """Reads a dial by its needle and compares it with the point's normal range.

    The dial is found as a circle in the patch seen head-on, unrolled about its centre, and the needle is the one
    ray that differs from the face all the way from the hub outwards: numerals, ticks and a logo differ only over a
    part of the way, the tail only near the hub.
    """

    name: ClassVar[str] = "gauge"
    quantity: ClassVar[str] = "gauge"
    anomaly_class: ClassVar[str] = "gauge_out_of_range"

    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Reading in the point's unit; `details` must hold "zero_deg" and "span_deg", and `scale` be set."""
        seen = look(view, point, reference)
        if seen is None or point.scale is None:
            return Inspection(None, 0.0)
        grow = max(1.3, 1 + 2 * seen.stray_m / point.size_m)
        side = int(np.clip(seen.view.density_px_m(point) * point.size_m * grow, 64, 256))
        patch = seen.view.rectify(seen.view.rgb, point, side, grow).astype(np.uint8)
        dial = find_dial(grey(patch), side / grow / 2, seen.stray_m / point.size_m * side / grow)
        needle = find_needle(lab(patch), dial)
        low, high = point.scale
        reading = low + needle_share(needle.angle_deg, point) * (high - low)
        confidence = float(needle.clarity * min(1.0, side / grow / 60.0))
        found = verdict(seen, self.anomaly_class, reading, confidence, _SIGMA_FULL_SCALE * (high - low))
        return Inspection(reading, confidence, found)


def needle_share(angle_deg: float, point: InspectionPoint) -> float:
    """Share of the scale, 0..1, at a needle angle; in the gap between the scale's ends the nearer end."""
    span = float(point.details["span_deg"])
    turn = (angle_deg - float(point.details["zero_deg"])) % 360.0
    if turn > span:
        return 1.0 if turn - span < (360.0 - span) / 2 else 0.0
    return turn / span


def find_dial(patch: Picture, radius_px: float, stray_px: float) -> Dial:
    """The circle of about `radius_px` nearest the middle of a head-on grey patch, by voting along edge gradients.

    Args:
        patch: (side, side) grey levels.
        radius_px: expected radius; 0.8 to 1.1 times it is searched.
        stray_px: how far the centre may lie from the middle.
    """
    smooth = cv2.GaussianBlur(patch, (0, 0), max(radius_px / 40, 0.8)).astype(np.float32)
    gx, gy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = cv2.magnitude(gx, gy)
    rows, columns = np.nonzero(strength > max(20.0, float(np.percentile(strength, 85))))
    force = strength[rows, columns]
    ux, uy = gx[rows, columns] / force, gy[rows, columns] / force
    middle = (patch.shape[0] - 1) / 2
    reach = max(round(stray_px), 2)
    side = 2 * reach + 1
    best = Dial((middle, middle), radius_px, 0.0)
    for radius in radius_px * np.arange(0.82, 1.1, 0.03):
        votes = np.zeros(side * side, dtype=np.float64)
        for sign in (-1.0, 1.0):
            j = np.round(columns + sign * radius * ux - middle + reach).astype(int)
            i = np.round(rows + sign * radius * uy - middle + reach).astype(int)
            hit = (i >= 0) & (i < side) & (j >= 0) & (j < side)
            votes += np.bincount(i[hit] * side + j[hit], minlength=side * side)
        spread = cv2.GaussianBlur(votes.reshape(side, side), (0, 0), 1.0)
        at = int(np.argmax(spread))
        fit = float(min(spread.flat[at] * 2 * np.pi / (2 * np.pi * radius) * 2, 1.0))
        if fit > best.fit:
            best = Dial((middle - reach + at % side, middle - reach + at // side), float(radius), fit)
    return best


def find_needle(patch: FloatArray, dial: Dial) -> Needle:
    """The needle of a head-on dial, (side, side, 3) L*a*b*."""
    unrolled = cv2.warpPolar(patch, (_RADII, _ANGLES), dial.centre, dial.radius, cv2.WARP_POLAR_LINEAR)
    first, last = round(_INNER * _RADII), round(_OUTER * _RADII)
    ring = unrolled[:, first:last]
    away = np.linalg.norm(ring - np.median(ring, axis=0), axis=2)
    limit = max(8.0, 0.4 * float(np.percentile(away, 99)))
    solid = cv2.blur(np.minimum(away / limit, 1.5), (1, 5), borderType=cv2.BORDER_REFLECT)
    # The mean of the weaker half: a ray that lacks the needle over a stretch scores low however bold the rest is.
    score = np.sort(solid, axis=1)[:, : solid.shape[1] // 2].mean(axis=1)
    peak = int(np.argmax(score))
    angle = peak * 360.0 / _ANGLES
    offset = np.abs((np.arange(_ANGLES) * 360.0 / _ANGLES - angle + 180.0) % 360.0 - 180.0)
    rival = float(score[offset > 15.0].max())
    clarity = float(np.clip(1.6 * (score[peak] - rival), 0, 1))
    return Needle(_refined(away, limit, angle, dial, first), clarity)


def _refined(away: FloatArray, limit: float, angle_deg: float, dial: Dial, first: int) -> float:
    """Direction of the line through the needle's pixels near `angle_deg` (image angle), clockwise from up.

    The line is free to miss the dial's centre: the needle lies above the face and shifts by parallax.
    """
    angles = np.arange(_ANGLES) * 360.0 / _ANGLES
    offset = (angles - angle_deg + 180.0) % 360.0 - 180.0
    near = np.abs(offset) < 20.0
    turn = np.deg2rad(offset[near])[:, None]
    radius = (np.arange(away.shape[1]) + first + 0.5)[None, :]
    along, across = radius * np.cos(turn), radius * np.sin(turn)
    base = np.clip(away[near] / limit - 0.4, 0, 0.8) * radius
    slope, shift = 0.0, 0.0
    # Mean shift with a narrowing band: figures and ticks beside the needle lose their say.
    for band in (0.08, 0.06, 0.045, 0.045):
        weight = base * np.exp(-0.5 * ((across - slope * along - shift) / (band * _RADII)) ** 2)
        total = max(float(weight.sum()), 1e-9)
        mean_along, mean_across = float((weight * along).sum() / total), float((weight * across).sum() / total)
        covariance = float((weight * (along - mean_along) * (across - mean_across)).sum())
        slope = covariance / max(float((weight * (along - mean_along) ** 2).sum()), 1e-9)
        shift = mean_across - slope * mean_along
    return (angle_deg + 90.0 + float(np.rad2deg(np.arctan(slope)))) % 360.0


DETECTORS.add(GaugeDetector.name, GaugeDetector())

"""Pointers on round faces: the circle of a dial, and the needle that turns about its centre."""

from dataclasses import dataclass

import cv2
import numpy as np

from patrolgym.envs.types import FloatArray

from .light import Picture

_ANGLES, _RADII = 720, 64
#: Where along the needle its line is fitted, shares of the dial's radius.
_TAIL, _BLADE = (-0.20, -0.09), (0.10, 0.5)


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


def find_needle(patch: FloatArray, dial: Dial, ring: tuple[float, float], sweep_deg: tuple[float, float]) -> Needle:
    """The needle of a head-on dial: the one ray that differs from the face all along the way.

    Figures, ticks and a logo differ only over a part of the way, the needle's tail only near the hub.

    Args:
        patch: (side, side, 3) L*a*b*.
        dial: where the dial lies in it.
        ring: shares of the dial's radius between which to look: outside the hub, inside the tick marks.
        sweep_deg: (first, last) angle clockwise from up that the needle can take, last > first.
    """
    unrolled = cv2.warpPolar(patch, (_RADII, _ANGLES), dial.centre, dial.radius, cv2.WARP_POLAR_LINEAR)
    first, last = (round(share * _RADII) for share in ring)
    face = unrolled[:, first:last]
    away = np.linalg.norm(face - np.median(face, axis=0), axis=2)
    limit = max(8.0, 0.4 * float(np.percentile(away, 99)))
    solid = cv2.blur(np.minimum(away / limit, 1.5), (1, 5), borderType=cv2.BORDER_REFLECT)
    # The mean of the weaker half: a ray that lacks the needle over a stretch scores low however bold the rest is.
    score = np.sort(solid, axis=1)[:, : solid.shape[1] // 2].mean(axis=1)
    angles = np.arange(_ANGLES) * 360.0 / _ANGLES
    score[(angles + 90.0 - sweep_deg[0]) % 360.0 > sweep_deg[1] - sweep_deg[0]] = 0.0
    peak = int(np.argmax(score))
    angle = float(angles[peak])
    offset = np.abs((angles - angle + 180.0) % 360.0 - 180.0)
    rival = float(score[offset > 35.0].max())
    clarity = float(np.clip(1.6 * (score[peak] - rival), 0, 1))
    return Needle(_refined(patch, dial, np.median(unrolled, axis=0), limit, angle), clarity)


def _refined(patch: FloatArray, dial: Dial, face: FloatArray, limit: float, angle_deg: float) -> float:
    """Direction of the line through the needle's pixels near `angle_deg` (image angle), clockwise from up.

    The line is free to miss the dial's centre: the needle lies above the face and shifts by parallax. Its tail counts
    too; beyond the middle of the radius figures would draw the line aside.
    """
    turn = np.deg2rad(angle_deg)
    along = np.concatenate([np.arange(*_TAIL, 0.015), np.arange(*_BLADE, 0.015)])[:, None]
    across = np.arange(-0.15, 0.151, 0.0125)[None, :]
    column = dial.centre[0] + dial.radius * (along * np.cos(turn) - across * np.sin(turn))
    row = dial.centre[1] + dial.radius * (along * np.sin(turn) + across * np.cos(turn))
    seen = cv2.remap(patch, column.astype(np.float32), row.astype(np.float32), cv2.INTER_LINEAR)
    ring = np.minimum(np.hypot(along, across) * _RADII, _RADII - 1).astype(int)
    base = np.clip(np.linalg.norm(seen - face[ring], axis=2) / limit - 0.4, 0, 0.8)
    slope, shift = 0.0, 0.0
    # Mean shift with a narrowing band: what lies beside the needle loses its say.
    for band in (0.07, 0.055, 0.04, 0.04, 0.04):
        weight = base * np.exp(-0.5 * ((across - slope * along - shift) / band) ** 2)
        total = max(float(weight.sum()), 1e-9)
        mean_along, mean_across = float((weight * along).sum() / total), float((weight * across).sum() / total)
        covariance = float((weight * (along - mean_along) * (across - mean_across)).sum())
        slope = covariance / max(float((weight * (along - mean_along) ** 2).sum()), 1e-9)
        shift = mean_across - slope * mean_along
    return (angle_deg + 90.0 + float(np.rad2deg(np.arctan(slope)))) % 360.0

"""The needle of a dial seen head-on: the straight thing from near the centre out towards the ticks."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import median_filter

from patrolgym.envs.types import FloatArray

from ..light import lab
from .face import Face

_POLAR = (180, 72)
#: Radii between which a needle has to be seen, and how far its line may pass by the centre.
_BLADE, _ASIDE = (0.14, 0.62), 0.09
_CLEAR = 14.0


@dataclass(frozen=True)
class Needle:
    """A needle in the dial's plane.

    Attributes:
        angle_deg: where it points, degrees clockwise from up.
        aside: how far its line passes by the centre, radii.
        reach, tail: how far it can be followed from the centre out, and the other way, radii.
        strength: how solid it is along the way, 0..1.
    """

    angle_deg: float
    aside: float
    reach: float
    tail: float
    strength: float

    @property
    def merit(self) -> float:
        """How much it looks like a needle's tip side: solid, and longer than what lies behind the hub."""
        return self.strength + 0.3 * float(np.clip(self.reach - self.tail, -0.4, 0.4))


def find_needles(face: Face, most: int = 3) -> list[Needle]:
    """The needle and its rivals, the likeliest first. The ticks' ring is at radius 1 of `face`."""
    picture = cv2.GaussianBlur(face.head_on(1.15), (0, 0), max(0.5, face.fine_px / 300))
    colour = lab(np.asarray(picture, dtype=np.uint8))
    away = _away(colour, face.fine_px)
    sampler = _Lines(colour, away, face.fine_px)
    needles: list[Needle] = []
    for angle, aside in sampler.candidates(most + 1):
        needle = sampler.refined(angle, aside)
        if all(abs((needle.angle_deg - n.angle_deg + 180) % 360 - 180) > 8 for n in needles):
            needles.append(needle)
    return sorted(needles, key=lambda n: -n.merit)[:most]


def _away(colour: FloatArray, radius_px: int) -> FloatArray:
    """(n, n) how much a place differs from what else there is at its radius thereabouts, L*a*b* units."""
    side = colour.shape[0]
    middle = ((side - 1) / 2, (side - 1) / 2)
    reach = side / 2
    small = cv2.GaussianBlur(colour, (0, 0), max(0.5, reach / _POLAR[1] / 2))
    polar = cv2.warpPolar(small, (_POLAR[1], _POLAR[0]), middle, reach, cv2.WARP_POLAR_LINEAR)
    # The face thereabouts: the median over a quarter turn, the laps before and after appended.
    lap = np.concatenate([polar[-30:], polar, polar[:31]])
    lap = np.stack([median_filter(lap[..., k], size=(51, 3), mode="nearest") for k in range(3)], axis=-1)
    grid = np.arange(side) - middle[0]
    x, y = np.meshgrid(grid, grid)
    row = (np.rad2deg(np.arctan2(y, x)) % 360.0 / 360.0 * _POLAR[0] + 30.0).astype(np.float32)
    column = (np.hypot(x, y) / reach * _POLAR[1]).astype(np.float32)
    face = cv2.remap(lap, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.linalg.norm(colour - face, axis=2), dtype=np.float32)


class _Lines:
    """Samples a head-on face along lines through the neighbourhood of its centre."""

    def __init__(self, colour: FloatArray, away: FloatArray, radius_px: int) -> None:
        self._colour, self._away, self._radius = colour, away, radius_px
        self._middle = (away.shape[0] - 1) / 2
        x, y = np.meshgrid(np.arange(away.shape[0]) - self._middle, np.arange(away.shape[0]) - self._middle)
        disc = np.hypot(x, y) < 0.95 * radius_px
        self._bold = max(_CLEAR, 0.45 * float(np.percentile(away[disc], 98.5)))

    def _at(self, image: FloatArray, angle_deg: FloatArray, along: FloatArray, across: FloatArray) -> FloatArray:
        """Values at places given along and across (to the right of) directions clockwise from up, radii."""
        turn = np.deg2rad(angle_deg)
        x = np.sin(turn) * along + np.cos(turn) * across
        y = -np.cos(turn) * along + np.sin(turn) * across
        column, row = (self._middle + v * self._radius for v in (x, y))
        shape = np.broadcast(column, row).shape
        flat = [np.broadcast_to(v, shape).reshape(shape[0], -1).astype(np.float32) for v in (column, row)]
        got = cv2.remap(image, flat[0], flat[1], cv2.INTER_LINEAR)
        return np.reshape(np.asarray(got, dtype=np.float32), shape + image.shape[2:])

    def _on(self, image: FloatArray, angle: float, along: FloatArray, aside: float) -> FloatArray:
        """Values along one line."""
        return np.asarray(self._at(image, np.array([angle]), along[None], np.array([[aside]]))[0])

    def candidates(self, most: int) -> list[tuple[float, float]]:
        """(angle, aside) of the most solid rays."""
        angles = np.arange(0, 360, 1.0)
        asides = np.arange(-_ASIDE, _ASIDE + 1e-6, 0.015)
        along = np.arange(_BLADE[0], _BLADE[1], 0.02)
        got = self._at(self._away, angles[:, None, None], along[None, None, :], asides[None, :, None])
        solid = np.minimum(got / self._bold, 1.2)
        # The weaker half: a ray that lacks the needle over a stretch scores low however bold the rest is.
        score = np.sort(solid, axis=2)[:, :, : solid.shape[2] // 2].mean(axis=2) - 1.2 * np.abs(asides)[None]
        best_aside = np.argmax(score, axis=1)
        best = score[np.arange(len(angles)), best_aside]
        found: list[tuple[float, float]] = []
        for k in np.argsort(-best):
            if len(found) < most and all(abs((angles[k] - a + 180) % 360 - 180) > 12 for a, _ in found):
                found.append((float(angles[k]), float(asides[best_aside[k]])))
        return found

    def refined(self, angle: float, aside: float) -> Needle:
        """The line through what has the needle's colour, as far as it goes."""
        likeness = self._likeness(angle, aside)
        reach = 0.62
        for band, far in ((0.06, 0.6), (0.045, 0.75), (0.035, 0.9), (0.03, 0.9), (0.03, 0.9)):
            reach = self._reach(likeness, angle, aside, 1.0)
            tail = min(self._reach(likeness, angle, aside, -1.0), 0.35)
            along = np.arange(-max(tail - 0.02, 0.0), min(max(reach - 0.02, 0.4), far), 0.01)
            along = along[np.abs(along) > 0.08][:, None]
            across = np.arange(-0.12, 0.121, 0.006)[None, :]
            seen = self._at(likeness, np.array(angle), along, aside + across)
            weight = seen * np.exp(-0.5 * (across / band) ** 2)
            total = max(float(weight.sum()), 1e-9)
            mean_along, mean_across = float((weight * along).sum() / total), float((weight * across).sum() / total)
            spread = max(float((weight * (along - mean_along) ** 2).sum()), 1e-9)
            slope = float((weight * (along - mean_along) * (across - mean_across)).sum()) / spread
            slope = float(np.clip(slope, -0.1, 0.1))
            # The line's foot moves with its turn about the centre.
            aside += mean_across - slope * mean_along
            angle += float(np.rad2deg(np.arctan(slope)))
        tail = self._reach(likeness, angle, aside, -1.0)
        along = np.arange(_BLADE[0], _BLADE[1], 0.01)
        solid = np.minimum(self._on(self._away, angle, along, aside) / self._bold, 1)
        alike = self._on(likeness, angle, along, aside)
        strength = float(np.sort(np.minimum(solid, 0.3 + 0.7 * alike))[: len(along) // 2].mean())
        strength *= float(np.clip((reach - 0.3) / 0.3, 0, 1))
        return Needle(angle % 360.0, aside, reach, tail, strength)

    def _likeness(self, angle: float, aside: float) -> FloatArray:
        """(n, n) 0..1, how much a place has the needle's colour and not the face's."""
        along = np.arange(0.2, 0.55, 0.01)
        own = np.median(self._on(self._colour, angle, along, aside), axis=0)
        off = np.linalg.norm((self._colour - own) * np.array([1.0, 1.3, 1.3], np.float32), axis=2)
        level = float(np.median(self._on(self._away, angle, along, aside)))
        scale = max(0.45 * level, 6.0)
        differs = np.clip(self._away / max(0.5 * level, 5.0) - 0.3, 0, 1)
        return np.asarray(np.exp(-0.5 * (off / scale) ** 2) * differs, dtype=np.float32)

    def _reach(self, likeness: FloatArray, angle: float, aside: float, way: float) -> float:
        """How far the line can be followed outwards from the hub, radii."""
        along = np.arange(0.1, 1.12, 0.01)
        across = np.array([-0.012, 0.0, 0.012])
        seen = self._at(likeness, np.array(angle), way * along[:, None], aside + across[None]).max(axis=1)
        solid = cv2.blur(seen.reshape(-1, 1).astype(np.float32), (1, 7)).ravel() > 0.35
        # A hub of another colour may hide the first part; a short break (glare, a figure's edge) is bridged.
        broken, last = 0, 0.0
        for place, good in zip(along, solid, strict=True):
            broken = 0 if good else broken + 1
            last = float(place) if good else last
            if broken > (14 if last == 0.0 else 8):
                break
        return last

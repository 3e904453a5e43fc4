"""Workers without a safety helmet."""

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray, IntArray

from .align import align
from .base import DETECTORS, Detection, Scanner, Surroundings
from .people import Grid, Warmth, axis_m, bodies, box_px, grid_of, newly_there, upright, whole_body
from .view import View

_BODY_M = (0.15, 2.15)
#: Heads farther off are too small to tell; nobody is hotter than this.
_FARTHEST_M, _HOTTEST_C = 7.5, 42.0
_LEAST_PX = 25
#: The box round the axis in which a head is looked for: half its width, below and above the top of what is warm.
_HALF_M, _BELOW_M, _ABOVE_M, _DEEP_M = 0.28, 0.35, 0.25, 0.3
#: Heights below the top of the head: of the crown, of a helmet's shell down to its brim, of the face.
_CROWN_M, _SHELL_M, _FACE_M = (0.015, 0.09), (0.03, 0.18), (0.17, 0.28)
_LEAST_HEAD_PX = 24
_SKIN_C, _LEAST_SKIN = 33.0, 0.75
#: Between helmets and all else: share of skin's warmth, width; and how far either may be off what it is for its sort.
_WARM, _WARM_SPREAD, _WIDE_M, _WIDE_SPREAD_M = 0.25, 0.05, 0.23, 0.01
#: No sign outweighs the other beyond this; most people wear a helmet.
_MOST, _PRIOR = 4.0, 1.0


class HelmetDetector(Scanner):
    """Finds people whose head is bare or under something that is no helmet; the reading is how many, 1 for each.

    A helmet's shell stands off the skull: it is wider than head and hair, and nearly as cold as the air, while hair,
    caps and hats lie on the skin and take its warmth. Colour says nothing: helmets come in those of hair and skin.
    """

    name: ClassVar[str] = "helmet"
    anomaly_class: ClassVar[str] = "no_helmet"

    def scan(
        self,
        view: View,
        reference: View | None = None,
        surroundings: Surroundings | None = None,
        previous: View | None = None,
    ) -> list[Detection]:
        """People without helmets anywhere; those whose head is not wholly in the frame are left to other views."""
        grid = grid_of(align(view, reference).view if reference is not None else view)
        height = grid.place_m[..., 2]
        body = (height > _BODY_M[0]) & (height < _BODY_M[1]) & (grid.distance_m > 0.3) & (grid.distance_m < _FARTHEST_M)
        body &= grid.thermal_c < _HOTTEST_C
        warmth = Warmth.of(grid)
        warm = body & (grid.thermal_c > warmth.air_c + 0.4 * warmth.clothes_k)
        if warm.sum() < _LEAST_PX:
            return []
        built = surroundings.built if surroundings is not None else None
        warm &= newly_there(grid, warm, reference, built)
        found = [self._judged(grid, mask, body, warmth) for mask in bodies(grid, warm) if upright(grid, mask)]
        return [detection for detection in found if detection is not None]

    def _judged(self, grid: Grid, mask: BoolArray, body: BoolArray, warmth: Warmth) -> Detection | None:
        """The detection that somebody amounts to; None with a helmet, or where the head cannot be told."""
        alive = warmth.alive(grid, whole_body(grid, mask, body))
        head = find_head(grid, mask, warmth) if alive > 0.05 else None
        chance = 0.0 if head is None else alive * bare_chance(head)
        if chance < 0.05:
            return None
        middle = axis_m(grid, mask)
        place = (float(middle[0]), float(middle[1]), 0.9)
        return Detection(self.anomaly_class, place, chance, 1.0, box_px(mask), None, "no helmet")


@dataclass(frozen=True)
class Head:
    """A head as seen.

    Attributes:
        wide_m: width of what is on it, at its widest, as far as it is even on both sides.
        warm: temperature of the crown, 0 that of the air, 1 that of skin.
        sigma: deviation of `warm`, by the noise of the camera.
        pixels: over how many pixels it is wide.
    """

    wide_m: float
    warm: float
    sigma: float
    pixels: float


def find_head(grid: Grid, mask: BoolArray, warmth: Warmth) -> Head | None:
    """The head over a warm body `mask`, None where it is cut off or too small to tell."""
    view = grid.view
    axis = axis_m(grid, mask & (grid.place_m[..., 2] > np.percentile(grid.place_m[mask][:, 2], 60)))
    top = float(np.percentile(grid.place_m[mask][:, 2], 98))
    ends, depth = view.project(np.array([(*axis[:2], top + _ABOVE_M), (*axis[:2], top - _BELOW_M)]))
    if depth.min() < 0.3:
        return None
    h, w = view.depth_m.shape
    half = _HALF_M * view.focal_px / float(depth.mean())
    left, right = (round(float(np.clip(ends[0, 0] + s * half, 0, w))) for s in (-1, 1))
    upper, lower = (round(float(np.clip(end, 0, h))) for end in ends[:, 1])
    if right - left < 4 or lower - upper < 6 or ends[0, 0] - 0.7 * half < 0 or ends[0, 0] + 0.7 * half > w:
        return None
    away = view.depth_m[upper:lower, left:right]
    own = np.abs(away - float(depth.mean())) < _DEEP_M
    rows = np.arange(upper, lower)
    # Level rows of pixels are at one height, as the camera hardly rolls.
    below = _heights(view, rows, float(ends[0, 0]), float(depth.mean()))
    filled = own.sum(axis=1) >= 2
    if not filled.any() or (filled[0] and upper == 0):
        return None
    below = below[np.argmax(filled)] - below
    shell, crown, face = (_between(below, band) & filled for band in (_SHELL_M, _CROWN_M, _FACE_M))
    if not shell.any() or not crown.any() or own[shell].sum() < _LEAST_HEAD_PX or _cut_off(own, left, right, w):
        return None
    wide_px = _even_width(own, crown, shell)
    solid = cv2.erode(own.astype(np.uint8), np.ones((1, 3), np.uint8)) > 0
    heat = view.thermal_c[upper:lower, left:right]
    inner = heat[solid & crown[:, None]]
    if not len(inner):
        return None
    skin = heat[own & face[:, None]]
    skin_c = float(np.percentile(skin, 85)) if len(skin) else 0.0
    if skin_c < warmth.air_c + _LEAST_SKIN * (_SKIN_C - warmth.air_c):
        # Neck and face are never covered: without skin it is no head.
        return None
    span = max(skin_c - warmth.air_c, 0.5)
    share = (float(np.median(inner)) - warmth.air_c) / span
    return Head(wide_px * float(depth.mean()) / view.focal_px, share, 0.25 / span, wide_px)


def bare_chance(head: Head) -> float:
    """Probability that a head has no helmet: both signs weighed by how well they can be told, as by a naive Bayes."""
    warm = np.clip((head.warm - _WARM) / (_WARM_SPREAD + head.sigma), -_MOST, _MOST)
    pixel_m = head.wide_m / max(head.pixels, 1.0)
    narrow = np.clip((_WIDE_M - head.wide_m) / (_WIDE_SPREAD_M + 0.5 * pixel_m), -_MOST, _MOST)
    return float(1.0 / (1.0 + np.exp(_PRIOR - 2.0 * warm - narrow)))


def _cut_off(own: BoolArray, left: int, right: int, width: int) -> bool:
    """Whether the frame cuts a head off at a side."""
    return bool((left == 0 and own[:, 0].any()) or (right == width and own[:, -1].any()))


def _even_width(own: BoolArray, crown: BoolArray, shell: BoolArray) -> float:
    """Greatest width in px that is there on both sides of the crown's middle: a peak juts out on one side only."""
    middle = float(np.median(np.nonzero(own[crown])[1]))
    rows = own[shell & own.any(axis=1)]
    first, last = np.argmax(rows, axis=1), rows.shape[1] - 1 - np.argmax(rows[:, ::-1], axis=1)
    return float((2.0 * np.minimum(middle - first, last - middle) + 1.0).max())


def _heights(view: View, rows: IntArray, column: float, depth_m: float) -> FloatArray:
    pixels = np.column_stack([np.full(len(rows), column), rows])
    return np.asarray(view.unproject(pixels, np.full(len(rows), depth_m))[:, 2])


def _between(values: FloatArray, band: tuple[float, float]) -> BoolArray:
    return np.asarray((values >= band[0]) & (values <= band[1]))


DETECTORS.add(HelmetDetector.name, HelmetDetector())

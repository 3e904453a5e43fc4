"""Liquid spilt on the floor."""

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, ByteArray, FloatArray

from .align import align
from .base import DETECTORS, Detection, Scanner, Surroundings
from .compare import Twin, twin
from .light import Picture, grey, lab
from .view import View

_LEAST_M2 = 0.05
_MOST_M2 = 6.0
_FARTHEST_M = 6.0
#: Heights of floors and low plinths, metres.
_FLOOR_M = (-0.25, 0.3)
#: Steepest floor, and over how many pixels of the grid it is measured.
_SLOPE, _REACH_PX = 0.35, 3
#: A patch is warmer than its surroundings by more than this: beyond what sun does to paint of another colour.
_WARM_K = 1.5
#: … or cooler by this: water dries.
_COOL_K = -0.4
#: … the more the darker it is, by K a unit of lightness; less where it is lighter than the floor, which sun warms less.
_SUN_K, _LIGHT_WARM_K = 0.02, 1.0
#: Liquid that has run out warm is warmer in its middle, where it is thicker; sun warms paint evenly.
_BULGE_K = 0.3
_SEED_K = 0.7
#: Change of colour, L*a*b* units, that makes a patch.
_CHANGED = 6.0
#: A step of colour that the floor had before: the border of two floors, a painted line.
_BORDER = 6.0
#: A fire or hot lamp warms and lights the floor around it.
_HOT_C, _HOT_REACH_M = 120.0, 2.0


class SpillDetector(Scanner):
    """Finds liquid on the floor by comparison with the reference, in m².

    Fresh liquid is a patch of floor whose colour and temperature have changed together: warmer than the floor round it,
    its grain gone. A wet or drying patch is cooler, a stain of paint is as warm as the sun makes its colour and has
    grain of its own, a shadow keeps the floor's grain, colour and temperature.
    """

    name: ClassVar[str] = "spill"
    anomaly_class: ClassVar[str] = "liquid_spill"

    def scan(
        self,
        view: View,
        reference: View | None = None,
        surroundings: Surroundings | None = None,
        previous: View | None = None,
    ) -> list[Detection]:
        """Spills of at least 0.05 m²; without a reference nothing can be said."""
        if reference is None:
            return []
        aligned = align(view, reference)
        scene = twin(aligned.view, reference)
        floor = _floor(scene) & scene.same
        if floor.sum() < 200:
            return []
        change = _Change(scene, floor)
        weight = _area_m2(aligned.view, scene)
        found = []
        for patch in change.patches():
            area = float(weight[patch].sum())
            if _LEAST_M2 * 0.8 <= area <= _MOST_M2:
                chance = change.chance(patch) * (1.0 if aligned.ok else 0.7)
                if chance > 0.05:
                    found.append(self._detection(scene, patch, weight, area, chance))
        return found

    def _detection(self, scene: Twin, patch: BoolArray, weight: FloatArray, area: float, chance: float) -> Detection:
        middle = (scene.place_m[patch] * weight[patch][:, None]).sum(axis=0) / weight[patch].sum()
        rows, columns = np.nonzero(patch)
        left, top, right, bottom = (
            int(v) * scene.step_px for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        )
        place = (float(middle[0]), float(middle[1]), float(middle[2]))
        box = (left, top, right, bottom)
        return Detection(self.anomaly_class, place, chance, area, box, None, f"spill {area:.2f} m²")


@dataclass(frozen=True, eq=False)
class _Features:
    """How a patch differs from the ring of floor round it.

    Attributes:
        colour, lighter: change of colour since the reference against that of the ring, and of its lightness (L*a*b*).
        warm_k, cool_k: its warmest and coolest tenth, against the ring and the reference.
        grain, kept: strength of its fine pattern (grey levels), and correlation with the pattern that was there.
        bulge_k: by how much its inner part is warmer than its outer.
        before: step of colour between patch and ring that the reference shows already.
        open: share of the ring that is floor.
    """

    colour: float
    lighter: float
    warm_k: float
    cool_k: float
    grain: float
    kept: float
    bulge_k: float
    before: float
    open: float


class _Change:
    """What changed on the floor since the reference was taken."""

    def __init__(self, scene: Twin, floor: BoolArray) -> None:
        self.floor = floor
        self.warmth = self._levelled(np.asarray(cv2.blur(scene.thermal_c - scene.was_c, (3, 3)), dtype=np.float32), 1.0)
        colour = cv2.blur(lab(scene.rgb) - lab(scene.was_rgb), (3, 3))
        self.colour = colour - np.median(colour[floor], axis=0)
        self.before = np.asarray(cv2.blur(lab(scene.was_rgb), (3, 3)))
        self.now, self.was = _grain(grey(scene.rgb)), _grain(grey(scene.was_rgb))
        self.noise = float(np.percentile(cv2.blur(self.now**2, (9, 9)), 4)) ** 0.5
        hot = scene.thermal_c > _HOT_C
        self.far = np.ones(floor.shape, dtype=bool)
        if hot.any():
            near = np.median(scene.place_m[hot], axis=0)
            self.far = np.linalg.norm(scene.place_m[..., :2] - near[:2], axis=2) > _HOT_REACH_M

    def _levelled(self, change: FloatArray, cap: float) -> FloatArray:
        """`change` less its slow trend over the floor."""
        inside = self.floor.astype(np.float32)
        middle = np.float32(np.median(change[self.floor]))
        held = np.clip(change, middle - cap, middle + cap) * inside
        trend = cv2.blur(held, (61, 61)) / np.maximum(cv2.blur(inside, (61, 61)), 1e-3)
        return np.asarray(change - trend)

    def patches(self) -> list[BoolArray]:
        """Masks of connected patches of change, those warmer than their surroundings first."""
        warm = self.floor & self.far & (self.warmth > _SEED_K)
        found = _components(warm)
        taken = cv2.dilate(np.any([*found, np.zeros_like(warm)], axis=0).astype(np.uint8), np.ones((5, 5))) > 0
        changed = self.floor & self.far & ~taken & (np.linalg.norm(self.colour, axis=2) > _CHANGED)
        return found + _components(changed)

    def chance(self, patch: BoolArray) -> float:
        """Probability that a patch is liquid."""
        f = self._features(patch)
        # Where there is next to no grain its correlation means nothing.
        kept = f.kept > (0.35 if f.grain > 1.0 else 0.6)
        if f.colour < 3.5 or f.cool_k < _COOL_K or kept or f.open < 0.5:
            return 0.0
        sun_k = _WARM_K + _SUN_K * max(-f.lighter - 10.0, 0.0) if f.lighter < 0 else _LIGHT_WARM_K
        bulges = f.bulge_k > _BULGE_K and f.cool_k > 0.2
        if not bulges and f.warm_k < sun_k:
            return 0.25
        even = bulges or f.cool_k > 0.35 * f.warm_k
        # The sun mirrored in a wet film is bright and full of contrast.
        if f.before < _BORDER and (f.grain < 8.0 or f.lighter > 15.0) and even:
            return 0.95
        # Over a painted line or an edge the floor was of two colours before: only what is much warmer is sure.
        return 0.8 if f.warm_k > 2.4 * _WARM_K and even else 0.2

    def _features(self, patch: BoolArray) -> _Features:
        solid = patch.astype(np.uint8)
        core = cv2.erode(solid, np.ones((5, 5))) > 0
        core = core if core.sum() > 20 else patch
        round_about = (cv2.dilate(solid, np.ones((11, 11))) > 0) & (cv2.dilate(solid, np.ones((5, 5))) == 0)
        ring = round_about & self.floor
        ring = ring if ring.sum() > 20 else self.floor & ~patch
        step = np.median(self.colour[core], axis=0) - np.median(self.colour[ring], axis=0)
        base = float(np.median(self.warmth[ring]))
        now, was = self.now[core], self.was[core]
        kept = float((now * was).sum() / np.sqrt((now**2).sum() * (was**2).sum() + 1e-6))
        grain = max(float((now**2).mean()) - self.noise**2, 0.0) ** 0.5
        return _Features(
            float(np.linalg.norm(step)),
            float(step[0]),
            float(np.percentile(self.warmth[core], 90)) - base,
            float(np.percentile(self.warmth[core], 10)) - base,
            grain,
            kept,
            self._bulge_k(solid, core),
            float(np.linalg.norm(np.median(self.before[core], axis=0) - np.median(self.before[ring], axis=0))),
            float((round_about & self.floor).sum() / max(round_about.sum(), 1)),
        )

    def _bulge_k(self, solid: ByteArray, core: BoolArray) -> float:
        inside = np.asarray(cv2.distanceTransform(solid, cv2.DIST_L2, 3))[core]
        warmth, third = self.warmth[core], len(inside) // 3
        order = np.argsort(inside, kind="stable")
        return float(warmth[order[-third:]].mean() - warmth[order[:third]].mean())


def _grain(picture: Picture) -> FloatArray:
    value = picture.astype(np.float32)
    return np.asarray(value - cv2.blur(value, (5, 5)))


def _components(mask: BoolArray) -> list[BoolArray]:
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3)))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((5, 5)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    return [np.asarray(labels == k) for k in range(1, len(stats)) if stats[k, cv2.CC_STAT_AREA] >= 25]


def _floor(scene: Twin) -> BoolArray:
    """(h, w) level ground: low, and hardly rising from row to row or column to column."""
    place = cv2.blur(scene.place_m.astype(np.float32), (5, 5))
    height = scene.place_m[..., 2]
    level = (height > _FLOOR_M[0]) & (height < _FLOOR_M[1])
    for axis in (0, 1):
        step = np.roll(place, -_REACH_PX, axis) - np.roll(place, _REACH_PX, axis)
        level &= np.abs(step[..., 2]) < _SLOPE * np.linalg.norm(step, axis=2)
    return np.asarray(level & (np.linalg.norm(scene.place_m - scene.eye_m, axis=2) < _FARTHEST_M))


def _area_m2(view: View, scene: Twin) -> FloatArray:
    """(h, w) floor area that each pixel of the grid covers: Z² / f² / |n · r| of the plane z = const."""
    ray = scene.place_m - scene.eye_m
    depth = ray @ view.rotation[:, 2]
    slant = np.abs(ray[..., 2]) / np.maximum(depth, 1e-6)
    return np.asarray((scene.step_px * depth / view.focal_px) ** 2 / np.maximum(slant, 0.02))


DETECTORS.add(SpillDetector.name, SpillDetector())

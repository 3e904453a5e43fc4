"""What point detectors share: the aligned look at a patch, and the verdict on a reading against its limits."""

from dataclasses import dataclass
from math import erf, sqrt

import numpy as np

from patrolgym.envs.types import FloatArray, InspectionPoint

from .align import align
from .base import Detection
from .view import View

#: Doubts below this are not worth a second look.
_LEAST_CHANCE = 0.05
#: Confidence in small things whose place the view alone cannot tell, and how much wider their reading strays then.
BLIND, BLIND_SPREAD = 0.75, 2.0


@dataclass(frozen=True, eq=False)
class Look:
    """An inspection point in a view.

    Attributes:
        view: the view, its pose refined where a reference allowed it.
        point: the inspection point.
        sure: the pose was refined: the patch lies where the pose says, to a pixel or two.
    """

    view: View
    point: InspectionPoint
    sure: bool

    @property
    def stray_m(self) -> float:
        """How far the patch may lie from where the pose says (twice the deviation of the pose estimate)."""
        distance = float(np.linalg.norm(self.view.position_m - np.asarray(self.point.position_m)))
        return 0.004 if self.sure else 2 * float(np.hypot(0.05, np.deg2rad(1.0) * distance))

    def box_px(self) -> tuple[int, int, int, int]:
        """Bounding box of the patch in the view, clipped to the frame."""
        corners, _ = self.view.patch_corners(self.point)
        last = np.array(self.view.depth_m.shape[::-1]) - 1
        left, top = np.clip(np.floor(corners.min(axis=0)), 0, last).astype(int).tolist()
        right, bottom = np.clip(np.ceil(corners.max(axis=0)), 0, last).astype(int).tolist()
        return left, top, right, bottom

    def spot(self, image: FloatArray, offset_m: tuple[float, float], radius_m: float) -> FloatArray:
        """Values (n,) of `image` within `radius_m` of a place `offset_m` (right, up) from the patch's centre."""
        up, normal = np.asarray(self.point.up), np.asarray(self.point.normal)
        centre = np.asarray(self.point.position_m) + offset_m[0] * np.cross(up, normal) + offset_m[1] * up
        pixel, depth = self.view.project(centre[None])
        if depth[0] <= 0.05:
            return np.zeros(0)
        radius = max(self.view.focal_px * radius_m / float(depth[0]), 1.0)
        h, w = image.shape[:2]
        x, y = pixel[0]
        rows = np.arange(max(int(y - radius), 0), min(int(np.ceil(y + radius)) + 1, h))
        columns = np.arange(max(int(x - radius), 0), min(int(np.ceil(x + radius)) + 1, w))
        inside = np.hypot(columns[None, :] - x, rows[:, None] - y) <= radius
        return np.asarray(image[rows[:, None], columns[None, :]][inside])


def look(view: View, point: InspectionPoint, reference: View | None, least: float = 0.85) -> Look | None:
    """Align `view` with `reference`, if there is one.

    None where less than the share `least` of the patch is in the frame (half of it where the pose is not sure).
    """
    aligned = align(view, reference) if reference is not None else None
    sure = aligned is not None and aligned.ok
    seen = aligned.view if aligned is not None else view
    return Look(seen, point, sure) if seen.shows(point) >= (least if sure else 0.5) else None


def chance_beyond(reading: float, limits: tuple[float, float], sigma: float) -> float:
    """Probability that the true value lies outside `limits`, the reading having normal errors of `sigma`."""
    beyond = max(limits[0] - reading, reading - limits[1])
    return 0.5 * (1 + erf(beyond / (sigma * sqrt(2))))


def verdict(seen: Look, anomaly_class: str, reading: float, confidence: float, sigma: float) -> tuple[Detection, ...]:
    """The detection, if any, that a reading amounts to against the point's normal range.

    `sigma` is the deviation of its errors in a view whose pose is sure.
    """
    point = seen.point
    if point.normal_range is None:
        return ()
    chance = confidence * chance_beyond(reading, point.normal_range, sigma if seen.sure else BLIND_SPREAD * sigma)
    if chance < _LEAST_CHANCE:
        return ()
    low, high = point.normal_range
    label = f"{reading:.3g} {point.unit} (normal {low:.3g} to {high:.3g})"
    return (Detection(anomaly_class, point.position_m, chance, reading, seen.box_px(), point.tag, label),)

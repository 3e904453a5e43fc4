"""Coverage: which share of the surfaces and of the inspection points the camera has seen well enough."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..types import BoolArray, FloatArray, InspectionPoint, IntArray
from .base import METRICS, EpisodeContext, FrameTruth, Metric, StepRecord
from .surfels import MIN_COSINE, Surfels, sample, seeable
from .view import cosine, project

#: Pixels per metre at which a surface counts as seen (IEC 62676-4 recognition level).
DENSITY_PX_M = 125.0
_SLACK_M = 0.02
_VOXEL_M = 1.0
# Pictures' rounding must not fail a look planned exactly at the limit.
_DENSITY_TOLERANCE = 1.0 - 1e-6


class Coverage(Metric):
    """Area-weighted share of seeable surfels seen (`coverage`), and of points served (`points_served`).

    A surfel is seen in a frame when inside the image, unoccluded, at an incidence within 60° and at 125 px/m or more;
    a point is served when its whole patch is in one frame, unoccluded, within 60°, at the point's own density. Density
    is focal length over depth, as for a target facing the camera; the incidence limit bounds foreshortening.

    Attributes:
        surfels: the denominator, ordered by voxel.
        seen: (n,) flags of `surfels`.
        served: (p,) flags of the inspection points.
    """

    name = "coverage"
    surfels: Surfels
    seen: BoolArray
    served: BoolArray

    def reset(self, context: EpisodeContext) -> None:
        """Sample the surfels and find which could be seen at all (the costly part of a reset)."""
        surfels = sample(context.mesh)
        head_m = context.robot.camera_height_m
        self.begin(surfels[seeable(surfels, context.standing_m, head_m, context.rays)], context.points)

    def begin(self, surfels: Surfels, points: Sequence[InspectionPoint]) -> None:
        """Start with what is to be seen."""
        self._voxels = _Voxels(surfels.position_m)
        self.surfels = Surfels(surfels.position_m[self._voxels.order], surfels.normal[self._voxels.order])
        self.seen = np.zeros(len(self.surfels), dtype=bool)
        self._patches = _Patches(points)
        self.served = np.zeros(len(points), dtype=bool)
        self._count()

    def update(self, step: StepRecord) -> None:
        """Mark what the frame captured in this step, if any, shows."""
        if step.frame is not None:
            self.take(step.frame)

    def take(self, frame: FrameTruth) -> bool:
        """Mark what a frame shows; returns whether it shows any new surfel."""
        new = self.shown(frame, ~self.seen)
        self.seen[new] = True
        rest = (~self.served).nonzero()[0]
        if len(rest):
            self.served[rest] = self._patches.shown(frame, rest)
        self._count()
        return bool(len(new))

    def _count(self) -> None:
        """The shares, worked out when they change: they are asked for several times a step."""
        self._shares = {"coverage": _share(self.seen), "points_served": _share(self.served)}

    def compute(self) -> dict[str, Any]:
        """`coverage` and `points_served`, 0..1 (1 where there is nothing to see)."""
        return dict(self._shares)

    def shown(self, frame: FrameTruth, wanted: BoolArray) -> IntArray:
        """Indices of those of the `wanted` (n,) surfels that the frame shows well enough."""
        near = self._voxels.in_view(frame, frame.focal_px / DENSITY_PX_M)
        near = near[wanted[near]]
        return near[self._shown(frame, near)] if len(near) else near

    def _shown(self, frame: FrameTruth, index: IntArray) -> BoolArray:
        position, normal = self.surfels.position_m[index], self.surfels.normal[index]
        shown = cosine(frame, position, normal) >= MIN_COSINE
        facing = shown.nonzero()[0]
        if not len(facing):
            return shown
        projected = project(frame, position[facing], _SLACK_M)
        dense = frame.focal_px >= _DENSITY_TOLERANCE * DENSITY_PX_M * projected.depth_m
        shown[facing] = projected.visible & dense
        return shown


class _Voxels:
    """Positions sorted into cubes, so that a frame looks only at the cubes in its view."""

    def __init__(self, position_m: FloatArray) -> None:
        cells = np.floor(position_m / _VOXEL_M).astype(np.int64)
        self.order = np.lexsort(cells.T)
        unique, self._start = np.unique(cells[self.order][:, ::-1], axis=0, return_index=True)
        self._count = np.diff(self._start, append=len(position_m))
        self._centre = ((unique[:, ::-1] + 0.5) * _VOXEL_M).astype(np.float32)

    def in_view(self, frame: FrameTruth, reach_m: float) -> IntArray:
        """Indices (into the sorted positions) of everything in cubes that the view up to `reach_m` touches."""
        height, width = frame.shape
        x, y, z = ((self._centre - frame.position_m) @ frame.rotation).T
        radius = _VOXEL_M * math.sqrt(3.0) / 2.0
        slope_x, slope_y = width / 2.0 / frame.focal_px, height / 2.0 / frame.focal_px
        touched = (
            (z > -radius)
            & (z < reach_m + radius)
            & (np.abs(x) < slope_x * z + radius * math.hypot(1.0, slope_x))
            & (np.abs(y) < slope_y * z + radius * math.hypot(1.0, slope_y))
        ).nonzero()[0]
        count = self._count[touched]
        # Where each cube begins among the positions, less where it begins in the result.
        offset = np.repeat(self._start[touched] - count.cumsum() + count, count)
        index: IntArray = np.arange(len(offset)) + offset
        return index


class _Patches:
    """The discs of inspection points, each as its centre and two rings of samples."""

    def __init__(self, points: Sequence[InspectionPoint]) -> None:
        angle = np.arange(8) * np.pi / 4.0
        ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        disc = np.concatenate([[[0.0, 0.0]], 0.25 * ring[::2], 0.5 * ring])
        self._centre = np.array([p.position_m for p in points]).reshape(-1, 3)
        self._normal = np.array([p.normal for p in points]).reshape(-1, 3)
        self._density = np.array([p.density_px_m for p in points])
        self._size = np.array([p.size_m for p in points])
        up = np.array([p.up for p in points]).reshape(-1, 3)
        axes = np.stack([np.cross(up, self._normal), up], axis=1)
        self._samples = self._centre[:, None] + self._size[:, None, None] * np.einsum("sk,pkx->psx", disc, axes)

    def shown(self, frame: FrameTruth, index: IntArray) -> BoolArray:
        """(len(index),) whether each patch is served by the frame."""
        centre = self._centre[index]
        # Most fail for want of pixels, which is found out soonest.
        depth = (centre - frame.position_m) @ frame.rotation[:, 2]
        shown = (depth > 0.0) & (frame.focal_px >= _DENSITY_TOLERANCE * self._density[index] * depth)
        if shown.any():
            shown &= cosine(frame, centre, self._normal[index]) >= MIN_COSINE
        near = index[shown]
        if len(near):
            samples = self._samples[near]
            # A bulging or recessed patch (a bearing housing, a needle before its dial) does not hide itself.
            slack = np.repeat(0.03 + 0.5 * self._size[near], samples.shape[1])
            visible = project(frame, samples.reshape(-1, 3), slack).visible
            shown[shown] = visible.reshape(samples.shape[:2]).all(axis=1)
        return shown


def _share(flags: BoolArray) -> float:
    return int(np.count_nonzero(flags)) / len(flags) if len(flags) else 1.0


METRICS.add(Coverage.name, Coverage)

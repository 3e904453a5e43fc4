"""What the agent believes it has seen: its own account of coverage, from its own pictures."""

import numpy as np

from patrolgym.agents.vision.view import View
from patrolgym.envs.types import BoolArray, FloatArray, IntArray
from patrolgym.envs.world.raycast import RayMesh

from .targets import Targets

DENSITY_SHARE = 0.91
"""Targets ask for 12 % more density than coverage does; a little less than planned still counts."""
BORDER_PX = 2
DEPTH_SLACK_M = 0.02
DEPTH_NOISE_1_M = 0.004
"""Twice the camera's deviation at 1 m; it grows with the square of the distance."""
SKIN_M = 0.02


class Belief:
    """Which targets have been seen.

    Args:
        targets: what is to be seen.
        mesh: ray caster over the as-built mesh: the depth picture is too coarse for what small things hide.

    Attributes:
        seen: (n,) flags.
    """

    def __init__(self, targets: Targets, mesh: RayMesh) -> None:
        self._targets = targets
        self._mesh = mesh
        self.seen = np.zeros(len(targets), dtype=bool)

    @property
    def left(self) -> FloatArray:
        """(n,) weight still to be seen of each target."""
        return np.where(self.seen, 0.0, self._targets.weight)

    @property
    def share(self) -> float:
        """Weight seen over all weight, 0..1."""
        total = float(self._targets.weight.sum())
        return float(self._targets.weight[self.seen].sum()) / total if total > 0 else 1.0

    def update(self, view: View) -> None:
        """Mark what a picture shows, by its estimated pose and measured depth."""
        rest = np.flatnonzero(~self.seen)
        self.seen[rest[self._shown(view, rest)]] = True

    def _shown(self, view: View, index: IntArray) -> BoolArray:
        targets = self._targets
        position = targets.position_m[index]
        offset = position - view.position_m
        depth = offset @ view.rotation[:, 2]
        shown = (depth > 0.1) & (view.focal_px >= DENSITY_SHARE * targets.density_px_m[index] * depth)
        near = np.flatnonzero(shown)
        pixels, deep = view.project(position[near])
        h, w = view.depth_m.shape
        column, row = np.rint(pixels).astype(np.int64).T
        inside = (column >= BORDER_PX) & (column < w - BORDER_PX) & (row >= BORDER_PX) & (row < h - BORDER_PX)
        sight = offset[near]
        cos = -np.einsum("ij,ij->i", sight, targets.normal[index[near]])
        inside &= cos >= targets.cos_limit[index[near]] * np.linalg.norm(sight, axis=1)
        measured = view.depth_m[row.clip(0, h - 1), column.clip(0, w - 1)]
        inside &= (measured == 0) | (measured > deep - DEPTH_NOISE_1_M * deep**2 - DEPTH_SLACK_M)
        near, sight = near[inside], sight[inside]
        length = np.linalg.norm(sight, axis=1)
        origins = np.broadcast_to(view.position_m, sight.shape)
        hidden = self._mesh.occluded(origins, sight / length[:, None], length - SKIN_M)
        shown[:] = False
        shown[near[~hidden]] = True
        return shown

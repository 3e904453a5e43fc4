"""What the agent believes it has seen: its own account of coverage, from its own pictures."""

import numpy as np

from patrolgym.agents.vision.view import View
from patrolgym.envs.types import FloatArray, IntArray
from patrolgym.envs.world.raycast import RayMesh

from .targets import Targets

DENSITY_SHARE = 0.95
"""Targets ask for 7 % more density than coverage does; a little less than planned still counts."""
BORDER_PX = 2
DEPTH_SLACK_M = 0.02
DEPTH_NOISE_1_M = 0.004
"""Twice the camera's deviation at 1 m; it grows with the square of the distance."""
SKIN_M = 0.02
HIDDEN_S = 5.0
"""What somebody, or the car on the line, hid in a picture is not looked for again for so long."""


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
        self._density = DENSITY_SHARE * targets.density_px_m
        self.seen = np.zeros(len(targets), dtype=bool)
        self._hidden_s = np.full(len(targets), -np.inf)

    @property
    def left(self) -> FloatArray:
        """(n,) weight still to be seen of each target."""
        return np.where(self.seen, 0.0, self._targets.weight)

    def open(self, time_s: float) -> FloatArray:
        """(n,) `left` without what something that no map knows hid just now."""
        return np.where(time_s - self._hidden_s < HIDDEN_S, 0.0, self.left)

    @property
    def share(self) -> float:
        """Weight seen over all weight, 0..1."""
        total = float(self._targets.weight.sum())
        return float(self._targets.weight[self.seen].sum()) / total if total > 0 else 1.0

    def update(self, view: View) -> None:
        """Mark what a picture shows, by its estimated pose and measured depth."""
        self.seen[self._shown(view)] = True

    def _shown(self, view: View) -> IntArray:
        """Targets not seen before that a picture shows."""
        targets, ahead = self._targets, view.rotation[:, 2]
        # All of them at once: to gather those that are left would take longer than this.
        depth = targets.position_m @ ahead - float(view.position_m @ ahead)
        near = np.flatnonzero((depth > 0.1) & (self._density * depth <= view.focal_px) & ~self.seen)
        position = targets.position_m[near]
        pixels, deep = view.project(position)
        h, w = view.depth_m.shape
        column, row = np.rint(pixels).astype(np.int64).T
        inside = (column >= BORDER_PX) & (column < w - BORDER_PX) & (row >= BORDER_PX) & (row < h - BORDER_PX)
        sight = position - view.position_m
        cos = -np.einsum("ij,ij->i", sight, targets.normal[near])
        inside &= cos >= targets.cos_limit[near] * np.linalg.norm(sight, axis=1)
        near, sight, deep, row, column = near[inside], sight[inside], deep[inside], row[inside], column[inside]
        length = np.linalg.norm(sight, axis=1)
        clear = ~self._mesh.occluded(view.position_m, sight / length[:, None], length - SKIN_M)
        measured = view.depth_m[row, column]
        open_ = (measured == 0) | (measured > deep - DEPTH_NOISE_1_M * deep**2 - DEPTH_SLACK_M)
        self._hidden_s[near[clear & ~open_]] = view.time_s
        return np.asarray(near[clear & open_])

"""Ways out of narrow places: a search over position and heading, for the body's rectangle rather than for a disc."""

from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from patrolgym.envs.types import BoolArray, FloatArray, IntArray

from .guard import rectangle_gaps
from .tracker import wrap

CELL_M, CELLS = 0.1, 15
"""The search reaches this many cells to each side."""
HEADINGS = 16
"""Of half a turn: the rectangle looks the same from behind."""
LEAST_GAP_M = 0.03
ASIDE_COST, TURN_COST_M = 1.5, 0.25
"""Of a metre aside, beyond that of one ahead, and of turning by a heading."""
TIGHT_M, TIGHT_COST = 0.15, 8.0
AWAY_M = 0.6
"""Where the robot could turn and yet does not get on, it is led so far at least."""
THIN_M = 0.05
NEAR_POSE_M, NEAR_POSE_RAD = 0.09, 0.14
GAIN_1_S, LOOK_ON = 1.2, 3
"""It steers for that many poses further on, which rounds the steps of the grid."""
LEAST_M_S, MOST = 0.12, np.array([0.35, 0.2, 0.45])
"""Forward m/s, lateral m/s and yaw rad/s used in narrow places."""

_STEPS = np.array([(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)])
_SIDE = 2 * CELLS + 1


class Squeeze:
    """Follows poses (k, 3), each x, y, yaw in the world frame, slowly and exactly.

    Args:
        poses: as `way_out` gives them.
    """

    def __init__(self, poses: FloatArray) -> None:
        self._poses = poses
        self._at = 0

    def wanted(self, xy_m: FloatArray, yaw_rad: float) -> FloatArray | None:
        """(3,) forward m/s, lateral m/s, yaw rad/s to ask for now; None once the last pose is reached."""
        # A body that swayed past a pose does not go back to it.
        off = self._off(self._poses[self._at : self._at + LOOK_ON], xy_m, yaw_rad)
        self._at += int(np.argmin(off))
        if off.min() < 1.0:
            if self._at == len(self._poses) - 1:
                return None
            self._at += 1
        x, y, yaw = self._poses[self._at : self._at + LOOK_ON].mean(axis=0)
        c, s = np.cos(yaw_rad), np.sin(yaw_rad)
        ahead, left = np.array([[c, s], [-s, c]]) @ (np.array([x, y]) - xy_m)
        asked = GAIN_1_S * np.array([ahead, left, wrap(yaw - yaw_rad)])
        asked *= max(1.0, LEAST_M_S / max(float(np.hypot(asked[0], asked[1])), abs(float(asked[2])), 1e-9))
        return np.asarray(asked * min(1.0, float((MOST / np.maximum(np.abs(asked), 1e-9)).min())))

    @staticmethod
    def _off(poses: FloatArray, xy_m: FloatArray, yaw_rad: float) -> FloatArray:
        """(k,) how far off poses (k, 3) are; below 1 one is reached."""
        turns = [wrap(yaw - yaw_rad) for yaw in poses[:, 2]]
        return np.asarray(np.maximum(np.hypot(*(poses[:, :2] - xy_m).T) / NEAR_POSE_M, np.abs(turns) / NEAR_POSE_RAD))


def way_out(
    xy_m: FloatArray, yaw_rad: float, places_m: FloatArray, cost_to_go: Callable[[FloatArray], FloatArray]
) -> FloatArray | None:
    """Poses (k, 3) from where the robot stands to the best place near it where it can turn freely, or towards one.

    Args:
        xy_m: (2,) the robot, world frame.
        yaw_rad: its heading.
        places_m: (n, 3) what the body must not touch: x, y and how much farther each reaches.
        cost_to_go: what it costs to go on from places (n, 2).

    Returns:
        The poses, or None if there is no such place.
    """
    offsets = CELL_M * (np.stack(np.divmod(np.arange(_SIDE**2), _SIDE), axis=1) - CELLS)
    gaps = _gaps(offsets, _thinned(places_m, xy_m), yaw_rad)
    start = (_SIDE**2) // 2
    free: BoolArray = np.asarray(gaps > min(LEAST_GAP_M, float(gaps[0, start]) - 0.02))
    free[0, start] = True
    roomy: BoolArray = np.min(gaps, axis=0) > LEAST_GAP_M
    found = csgraph.dijkstra(_graph(free, gaps, yaw_rad), indices=np.array([start]), return_predecessors=True)
    costs, before = found[0].reshape(HEADINGS, -1), found[1].ravel()
    # Out of the window counts as out as well: from there the search goes on.
    away: BoolArray = np.hypot(*offsets.T) > (AWAY_M if roomy[start] else 0.0)
    out = (roomy & away) | (np.abs(offsets).max(axis=1) > (CELLS - 0.5) * CELL_M)
    ends = np.where(out, costs.min(axis=0) + cost_to_go(xy_m + offsets), np.inf)
    cell = int(np.argmin(ends))
    if not np.isfinite(ends[cell]):
        return None
    state = int(np.argmin(costs[:, cell])) * _SIDE**2 + cell
    states = [state]
    while states[-1] != start:
        states.append(int(before[states[-1]]))
    return _poses(np.array(states[::-1]), xy_m, yaw_rad, offsets)


def _poses(states: IntArray, xy_m: FloatArray, yaw_rad: float, offsets: FloatArray) -> FloatArray:
    heading, cell = np.divmod(states, _SIDE**2)
    # Neighbouring headings differ by one; from the last to the first is one as well.
    turns = (np.diff(heading, prepend=heading[0]) + HEADINGS // 2) % HEADINGS - HEADINGS // 2
    yaw = yaw_rad + np.cumsum(turns) * np.pi / HEADINGS
    return np.column_stack([xy_m + offsets[cell], yaw])


def _thinned(places_m: FloatArray, xy_m: FloatArray) -> FloatArray:
    """(n, 3) places relative to the robot that matter in the window, one of those that nearly coincide."""
    local = places_m - np.array([*xy_m, 0.0])
    local = local[np.abs(local[:, :2]).max(axis=1) < CELLS * CELL_M + 1.2]
    _, index = np.unique(np.round(local / THIN_M).astype(np.int64), axis=0, return_index=True)
    return np.asarray(local[index])


def _gaps(offsets: FloatArray, places_m: FloatArray, yaw_rad: float) -> FloatArray:
    """(headings, cells) distance of the body from the nearest place."""
    if not len(places_m):
        return np.full((HEADINGS, len(offsets)), np.inf)
    gaps = np.empty((HEADINGS, len(offsets)))
    for k in range(HEADINGS):
        c, s = np.cos(yaw_rad + k * np.pi / HEADINGS), np.sin(yaw_rad + k * np.pi / HEADINGS)
        turn = np.array([[c, -s], [s, c]])
        local, eyes = (places_m[:, :2] @ turn).astype(np.float32), (offsets @ turn).astype(np.float32)
        x, y = local[:, 0] - eyes[:, :1], local[:, 1] - eyes[:, 1:]
        gaps[k] = (rectangle_gaps(x, y) - places_m[:, 2].astype(np.float32)).min(axis=1)
    return gaps


def _graph(free: BoolArray, gaps: FloatArray, yaw_rad: float) -> sparse.csr_array:
    """Moves between free states: a cell ahead, aside or between, or a heading to either side."""
    weight = 1.0 + TIGHT_COST * np.clip(TIGHT_M - gaps, 0.0, None)
    cube, free = np.arange(free.size).reshape(HEADINGS, _SIDE, _SIDE), free.reshape(HEADINGS, _SIDE, _SIDE)
    weight = weight.reshape(free.shape)
    starts, ends, costs = [], [], []
    for dx, dy in _STEPS.tolist():
        a = (slice(max(-dx, 0), _SIDE - max(dx, 0)), slice(max(-dy, 0), _SIDE - max(dy, 0)))
        b = (slice(max(dx, 0), _SIDE - max(-dx, 0)), slice(max(dy, 0), _SIDE - max(-dy, 0)))
        bearing = np.arctan2(dy, dx) - yaw_rad - np.arange(HEADINGS) * np.pi / HEADINGS
        length = CELL_M * np.hypot(dx, dy) * (1.0 + ASIDE_COST * np.abs(np.sin(bearing)))
        open_ = free[:, *a] & free[:, *b]
        starts.append(cube[:, *a][open_])
        ends.append(cube[:, *b][open_])
        costs.append((length[:, None, None] * weight[:, *b])[open_])
    for way in (1, -1):
        other = np.roll(np.arange(HEADINGS), -way)
        open_ = free & free[other]
        starts.append(cube[open_])
        ends.append(cube[other][open_])
        costs.append(TURN_COST_M * weight[other][open_])
    i, j, w = np.concatenate(starts), np.concatenate(ends), np.concatenate(costs)
    return sparse.csr_array((w, (i, j)), shape=(free.size, free.size))

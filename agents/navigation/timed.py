"""Ways in space and time: where to be, half-second by half-second, among things that move."""

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray, IntArray

from .grid import Grid

STEP_S, STEPS = 0.5, 14
HALF_M = 5.0
"""The search reaches that far to each side."""
MOVES = np.array(
    [(0, 0), (2, 0), (-2, 0), (0, 2), (0, -2), (2, 1), (2, -1), (-2, 1), (-2, -1), (1, 2), (1, -2), (-1, 2), (-1, -2)]
    + [(1, 1), (1, -1), (-1, 1), (-1, -1)]
)
"""Cells of 0.2 m in a step: 0.8 or 0.9 m/s, or slower on a diagonal, or none."""
BODY_M = 0.6
ROOM_M = 0.5
HIT_COST, NEAR_COST = 40.0, 10.0
"""Of a step within the body's reach of something that moves, and of a metre of room less than wished."""
DOUBT_M_S = 0.06
"""A prediction is that much less certain with each second."""
WALK_COST = 0.5
"""Of a metre's own cost: less than the metre is worth, so that progress pays and going back costs."""
EARLY_S = 1.2
"""Places are left that long before something comes there: legs start slowly and the body may have to turn."""
LATE_COST, LATE_M = 0.05, 1.0
"""Of a step that is not spent at the goal: what can be done now is not put off."""
THREAT_M = 1.6


def threatened(movers: FloatArray, places_m: FloatArray, times_s: FloatArray) -> bool:
    """Whether any of the movers (m, 5), as `Movers.moving` gives them, comes near to places (n, 2) at their times."""
    at = movers[:, None, :2] + times_s[None, :, None] * movers[:, None, 3:]
    gaps = np.linalg.norm(at - places_m[None], axis=2) - movers[:, None, 2]
    return bool((gaps < THREAT_M).any())


def timed_way(xy_m: FloatArray, grid: Grid, cost: FloatArray, to_go: FloatArray, movers: FloatArray) -> FloatArray:
    """Places (STEPS + 1, 2) to be at, every half second from now.

    Backwards through time, each cell's best move is the one whose place costs least from then on (value iteration).

    Args:
        xy_m: (2,) the robot, world frame.
        grid: cells of 0.2 m.
        cost: (rows, columns) of a metre, infinite where the robot may not be.
        to_go: (rows, columns) what remains from each cell to where it wants to be.
        movers: (m, 5) x, y, radius and velocity of what moves.
    """
    row, column = divmod(int(grid.cells(xy_m[None])[0]), grid.columns)
    reach = int(HALF_M / grid.cell_m)
    rows = slice(max(row - reach, 0), min(row + reach + 1, grid.rows))
    columns = slice(max(column - reach, 0), min(column + reach + 1, grid.columns))
    cost, left = cost[rows, columns], to_go[rows, columns]
    x = grid.x0_m + (np.arange(columns.start, columns.stop) + 0.5) * grid.cell_m
    y = grid.y0_m + (np.arange(rows.start, rows.stop) + 0.5) * grid.cell_m
    at = (row - rows.start, column - columns.start)
    choices = _choices(cost, left, x, y, movers, grid.cell_m, at)
    cells = [at]
    for choice in choices:
        step = MOVES[choice[cells[-1]]]
        cells.append((cells[-1][0] + int(step[0]), cells[-1][1] + int(step[1])))
    return np.array([xy_m, *((x[c], y[r]) for r, c in cells[1:])])


def _choices(
    cost: FloatArray,
    left: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    movers: FloatArray,
    cell_m: float,
    at: tuple[int, int],
) -> list[IntArray]:
    """For each step from now the best move of each cell, (rows, columns) indices of `MOVES`."""
    shape, edge = cost.shape, 2
    free = np.isfinite(cost) & np.isfinite(left)
    # Where the robot stands is free, whatever the map says; so that it can leave it, cells beside it are, too.
    free[max(at[0] - 1, 0) : at[0] + 2, max(at[1] - 1, 0) : at[1] + 2] |= not free[at]
    walk = np.where(free, np.where(np.isfinite(cost), cost, 5.0), np.inf)
    value = np.where(free, np.where(np.isfinite(left), left, 1e3), np.inf)
    padded = np.full((shape[0] + 2 * edge, shape[1] + 2 * edge), np.inf)
    lengths = WALK_COST * cell_m * np.hypot(*MOVES.T)
    shifts = [
        (slice(edge + dr, edge + dr + shape[0]), slice(edge + dc, edge + dc + shape[1])) for dr, dc in MOVES.tolist()
    ]
    through = [_open_between(free, dr, dc) for dr, dc in MOVES.tolist()]
    choices = []
    late = LATE_COST * np.minimum(value, LATE_M)
    for step in range(STEPS - 1, -1, -1):
        padded[edge:-edge, edge:-edge] = value + late + _risk(x_m, y_m, movers, (step + 1) * STEP_S)
        after = np.stack(
            [
                np.where(open_, padded[shift] + length * walk, np.inf) if length else padded[shift]
                for shift, length, open_ in zip(shifts, lengths, through, strict=True)
            ]
        )
        choice = np.argmin(after, axis=0)
        value = np.take_along_axis(after, choice[None], axis=0)[0]
        choices.append(choice)
    return choices[::-1]


def _open_between(free: BoolArray, dr: int, dc: int) -> BoolArray:
    """(rows, columns) whether the cell half-way of a move is free."""
    half = (dr - int(np.sign(dr)) * (abs(dr) // 2), dc - int(np.sign(dc)) * (abs(dc) // 2))
    middle = np.zeros((free.shape[0] + 4, free.shape[1] + 4), dtype=bool)
    middle[2:-2, 2:-2] = free
    rows, columns = free.shape
    return middle[2 + half[0] : 2 + half[0] + rows, 2 + half[1] : 2 + half[1] + columns]


def _risk(x_m: FloatArray, y_m: FloatArray, movers: FloatArray, time_s: float) -> FloatArray:
    """(rows, columns) cost of being at each cell after so long: near what is there then, or will be a moment later."""
    risk = np.zeros((len(y_m), len(x_m)))
    for x, y, radius, vx, vy in movers:
        off_x, off_y = x_m[None] - x - vx * time_s, y_m[:, None] - y - vy * time_s
        soon_s = np.clip((off_x * vx + off_y * vy) / max(vx**2 + vy**2, 1e-9), 0.0, EARLY_S)
        gap = np.hypot(off_x - soon_s * vx, off_y - soon_s * vy) - radius - BODY_M - DOUBT_M_S * time_s
        risk += NEAR_COST * np.clip(ROOM_M - gap, 0.0, 1.5) + HIT_COST * (gap < 0.0)
    return risk


def first_leg(places_m: FloatArray) -> FloatArray:
    """(k, 2) the places up to the first wait, k = 1 if it waits at once."""
    moved = np.any(places_m[1:] != places_m[:-1], axis=1)
    return places_m[: 1 + (len(moved) if moved.all() else int(np.argmin(moved)))]

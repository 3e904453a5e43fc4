"""A floor as a plane, fitted to what agrees with it: a pose that is wrong by 1° tilts what a sensor shows."""

from collections.abc import Sequence

import numpy as np

from patrolgym.envs.types import FloatArray


def fit_plane(
    away_m: FloatArray, height_m: FloatArray, agree_m: Sequence[float], least: int, hold: float = 0.0
) -> FloatArray:
    """(3,) a, b, c of the height a + b x + c y of the floor.

    Args:
        away_m: (n, 2) x, y of places, from the sensor.
        height_m: (n,) their heights; those of things on the floor are among them.
        agree_m: how near to the plane so far, at first to zero, a height must be to count; one for each round.
        least: fewer places do not make a plane: the one so far stays.
        hold: keeps the slope low, as so many places at height zero 1 m off along each axis would.
    """
    basis, plane = np.column_stack([np.ones(len(away_m)), away_m]), np.zeros(3)
    for agree in agree_m:
        kept = np.abs(height_m - basis @ plane) < agree
        if kept.sum() < least:
            break
        near = basis[kept]
        plane = np.linalg.solve(near.T @ near + np.diag([0.0, hold, hold]), near.T @ height_m[kept])
    return plane

"""The level ground on which gaits are learnt, for pictures of it."""

import numpy as np

from ..site.model import Part, Site, Weather

_HALF_M = 60.0
_LINE_M = 0.04


def open_ground() -> Site:
    """Nothing but concrete by day, with a line every metre so that one sees how fast the robot goes."""
    site = Site("open-ground", "small", (-_HALF_M, -_HALF_M, _HALF_M, _HALF_M), (0.0, 0.0, 0.0), _weather(), {})
    site.structure = [_quads(np.array([[0.0, 0.0, _HALF_M, _HALF_M, 0.0]]), "concrete")]
    places = np.arange(-_HALF_M, _HALF_M + 1.0)
    for axis in (0, 1):
        lines = np.zeros((len(places), 5))
        lines[:, axis], lines[:, 2 + axis], lines[:, 3 - axis], lines[:, 4] = places, _LINE_M / 2, _HALF_M, 0.002
        site.structure.append(_quads(lines, "paint"))
    return site


def _quads(rows: np.ndarray[tuple[int, int], np.dtype[np.float64]], material: str) -> Part:
    """Level rectangles, one a row: middle x and y, half extents along x and y, height."""
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    plan = rows[:, None, :2] + corners * rows[:, None, 2:4]
    height = np.broadcast_to(rows[:, None, 4:], (*plan.shape[:2], 1))
    faces = 4 * np.arange(len(rows))[:, None, None] + np.array([[0, 1, 2], [0, 2, 3]])
    vertices = np.concatenate([plan, height], axis=-1).reshape(-1, 3)
    return Part(vertices, faces.reshape(-1, 3).astype(np.int32), material, solid=False)


def _weather() -> Weather:
    return Weather(20.0, 5.0, (-0.4, -0.5, 0.768), 0.9, 0.35, (1.0, 0.0))

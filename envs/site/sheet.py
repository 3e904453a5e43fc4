"""Curved sheets of metal: a flat outline with holes, meshed evenly and bent into space."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.spatial import Delaunay

from ..types import FloatArray, IntArray
from .shapes import Shape
from .zones import contains

#: Bends (n, 2) places of the flat sheet into (n, 3).
Bend = Callable[[FloatArray], FloatArray]
#: A round patch of the flat sheet with a finer mesh: centre and radius.
Fine = tuple[tuple[float, float], float]
Outline = Sequence[tuple[float, float]]
FINE_M = 0.02


def sampled(outline: Outline, spacing_m: float) -> FloatArray:
    """(n, 2) places along a closed outline, its corners among them, at most `spacing_m` apart."""
    corners = np.asarray(outline, dtype=float)
    rows = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        pieces = max(int(np.ceil(np.linalg.norm(end - start) / spacing_m - 1e-9)), 1)
        rows.append(start + (end - start) * (np.arange(pieces) / pieces)[:, None])
    return np.concatenate(rows)


def sheet(
    outline: Outline,
    bend: Bend,
    spacing_m: float,
    holes: Sequence[Outline] = (),
    fine: Sequence[Fine] = (),
    flipped: bool = False,
    edge_m: float = 0.09,
) -> Shape:
    """A one-sided sheet whose mesh is about `spacing_m` wide, and `FINE_M` in the `fine` patches.

    Args:
        outline: its edge, in the flat.
        bend: where its places lie in space.
        spacing_m: side of its triangles.
        holes: openings.
        fine: patches with a finer mesh.
        flipped: seen from the side from which the outline's two axes are left-handed.
        edge_m: most between places along its edges.
    """
    edges = [sampled(loop, min(spacing_m, edge_m)) for loop in (outline, *holes)]
    places = np.concatenate([*edges, _inner(edges, spacing_m, fine)])
    faces = Delaunay(places).simplices
    middle = places[faces].mean(axis=1)
    keep = contains(outline, middle)
    for hole in holes:
        keep &= ~contains(hole, middle)
    a, b = places[faces[:, 1]] - places[faces[:, 0]], places[faces[:, 2]] - places[faces[:, 0]]
    area = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    turned = np.where((area < 0.0)[:, None] != flipped, faces[:, ::-1], faces)[keep & (np.abs(area) > 1e-9)]
    used, index = np.unique(turned, return_inverse=True)
    return Shape(bend(places[used]), index.reshape(-1, 3).astype(np.int32))


def rim(outline: Outline, near: Bend, far: Bend, closed: bool = True, spacing_m: float = 0.09) -> Shape:
    """The strip between an outline as bent by `near` and by `far`.

    Walking along the outline with `far` ahead of one's left hand, it looks upwards.
    """
    flat = sampled(outline, spacing_m)
    if not closed:
        last = int(np.flatnonzero((flat == np.asarray(outline[-1])).all(axis=1))[-1])
        flat = flat[: last + 1]
    low, high = near(flat), far(flat)
    here = np.arange(len(flat) - (not closed))
    after = (here + 1) % len(flat)
    corners = np.stack([low[here], high[here], high[after], low[after]], axis=1).reshape(-1, 3)
    quads = np.arange(4 * len(here)).reshape(-1, 4)
    return Shape(corners, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32))


def band(outline: Outline, bend: Bend, wide_m: float, flipped: bool = False) -> Shape:
    """A narrow strip along a closed outline, lying in the sheet; `flipped` as in `sheet`."""
    flat = np.asarray(outline, dtype=float)
    along = np.roll(flat, -1, axis=0) - np.roll(flat, 1, axis=0)
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.linalg.norm(along, axis=1, keepdims=True)
    twice = np.sum(flat[:, 0] * np.roll(flat[:, 1], -1) - np.roll(flat[:, 0], -1) * flat[:, 1])
    inner, outer = flat + 0.5 * wide_m * across * np.sign(twice), flat - 0.5 * wide_m * across * np.sign(twice)
    here = np.arange(len(flat))
    after = (here + 1) % len(flat)
    corners = np.stack([outer[here], outer[after], inner[after], inner[here]], axis=1).reshape(-1, 2)
    quads = np.arange(4 * len(flat)).reshape(-1, 4)
    faces: IntArray = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return Shape(bend(corners), (faces[:, ::-1] if flipped != (twice < 0) else faces).astype(np.int32))


def arc(
    centre: tuple[float, float], radius: float, start_rad: float, end_rad: float, pieces: int
) -> list[tuple[float, float]]:
    """Places on a circle from one angle to another."""
    angles = np.linspace(start_rad, end_rad, pieces + 1)
    return [(float(centre[0] + radius * np.cos(t)), float(centre[1] + radius * np.sin(t))) for t in angles]


def _inner(edges: Sequence[FloatArray], spacing_m: float, fine: Sequence[Fine]) -> FloatArray:
    """Places within the sheet: an even grid, with finer discs in it, clear of the edges."""
    border = np.concatenate(edges)
    low, high = border.min(axis=0), border.max(axis=0)
    grid = _grid(low, high, spacing_m)
    grid = grid[_distance(grid, border) > 0.5 * min(spacing_m, 0.12)]
    discs = []
    for centre, radius in fine:
        middle = np.asarray(centre)
        square = _grid(middle - radius, middle + radius, FINE_M)
        disc = square[np.linalg.norm(square - middle, axis=1) <= radius]
        discs.append(disc[_distance(disc, border) > 0.5 * FINE_M])
        grid = grid[np.linalg.norm(grid - middle, axis=1) > radius + 0.4 * spacing_m]
    return np.concatenate([grid, *discs])


def _grid(low: FloatArray, high: FloatArray, spacing_m: float) -> FloatArray:
    """Rows shifted by turns, so that triangles are even and no four places lie on a circle."""
    rows = np.arange(low[1], high[1] + 1e-9, spacing_m)
    columns = np.arange(low[0], high[0] + 1e-9, spacing_m)
    x, y = np.meshgrid(columns, rows)
    x[1::2] += 0.5 * spacing_m
    return np.column_stack([x.ravel(), y.ravel()])


def _distance(places: FloatArray, border: FloatArray) -> FloatArray:
    """(n,) from each of (n, 2) places to the nearest of (m, 2)."""
    if not len(places):
        return np.zeros(0)
    gap = places[:, None] - border[None]
    return np.asarray(np.sqrt((gap * gap).sum(axis=2)).min(axis=1))

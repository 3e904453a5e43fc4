"""The plan of a body shop: lines and rows of machines between walkways, lanes for vehicles beside them."""

from dataclasses import dataclass

import numpy as np

from ..site.ground import Rect
from .base import SizeSpec
from .factory_lines import HALF_LINE_M, LINE_M
from .factory_rows import ROW_M

LANE_M = 1.4  # of the driverless vehicles
WALL_STRIP_M = 0.5  # for what hangs on the wall along y = 0
WALK_M = 2.2  # of the narrowest walkway
#: Depths of blocks: a line with robots on both sides or on one; machines along the wall, or two rows back to back.
BLOCKS_M = {"line": LINE_M, "half": HALF_LINE_M, "wall": ROW_M, "rows": 2 * ROW_M}
#: From y = 0 on; a lane has a walkway on one side.
BANDS = {
    "small": ("walk", "half", "lane", "wall"),
    "medium": ("walk", "line", "lane", "rows", "walk", "half", "walk"),
    "large": ("walk", "line", "lane", "rows", "walk", "line", "lane", "rows", "walk", "line", "lane", "rows", "walk"),
}
COLUMNS = {"small": 1, "medium": 1, "large": 3}


@dataclass(frozen=True)
class Block:
    """A rectangle for a line or for machines; `kind` is a key of `BLOCKS_M`; `walled`: it begins at the wall x = 0."""

    kind: str
    rect: Rect
    walled: bool


@dataclass(frozen=True)
class Plan:
    """Where everything lies in the draft's frame.

    Attributes:
        blocks: for lines and machines.
        walks: rectangles to walk on, along x then along y.
        lanes: of the vehicles, along x.
        crossings: where walkways along y cross lanes.
    """

    blocks: tuple[Block, ...]
    walks: tuple[Rect, ...]
    lanes: tuple[Rect, ...]
    crossings: tuple[Rect, ...]


def draw_plan(size: SizeSpec, rng: np.random.Generator) -> Plan:
    """Draw the bands and columns of a hall of `size`."""
    bands = BANDS[size.name]
    widths = {"walk": WALK_M, "lane": WALK_M + LANE_M, **BLOCKS_M}
    free = [band in ("walk", "lane") for band in bands]
    spare = size.depth_m - WALL_STRIP_M - sum(widths[band] for band in bands)
    extra = iter(spare * rng.dirichlet(np.full(sum(free), 4.0)))
    y, stretches = WALL_STRIP_M, []
    for band, grows in zip(bands, free, strict=True):
        width = widths[band] + (float(next(extra)) if grows else 0.0)
        stretches.append((band, y, y + width))
        y += width
    columns = _columns(size, rng)
    blocks, walks, lanes = [], [], []
    for band, low, high in stretches:
        if band in ("walk", "lane"):
            edge = high - LANE_M if band == "lane" else high
            walks.append((0.0, low, size.width_m, edge))
            lanes += [(0.0, edge, size.width_m, high)] if band == "lane" else []
        else:
            full = band == "wall"
            for x0, x1 in [(0.0, size.width_m)] if full else columns:
                blocks.append(Block(band, (x0, low, x1, high), x0 == 0.0))
    top = stretches[-1][1] if stretches[-1][0] == "wall" else size.depth_m
    across = [(x0, WALL_STRIP_M, x1, top) for x0, x1 in _between(columns, size.width_m)]
    crossings = tuple((a[0], lane[1], a[2], lane[3]) for lane in lanes for a in across)
    return Plan(tuple(blocks), (*walks, *across), tuple(lanes), crossings)


def _columns(size: SizeSpec, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Stretches of x of the blocks; a small hall has no walkway along the wall from which its line comes."""
    count = COLUMNS[size.name]
    if size.name == "small":
        return [(0.0, size.width_m - WALK_M)]
    cut = (size.width_m - (count + 1) * WALK_M) / count
    lengths = cut * (1.0 + rng.uniform(-0.04, 0.04, count)) if count > 1 else np.array([cut])
    lengths *= cut * count / lengths.sum()
    starts = WALK_M + np.concatenate([[0.0], np.cumsum(lengths[:-1] + WALK_M)])
    return [(float(start), float(start + length)) for start, length in zip(starts, lengths, strict=True)]


def _between(columns: list[tuple[float, float]], width_m: float) -> list[tuple[float, float]]:
    """Stretches of x that no column takes."""
    edges = [0.0, *(x for column in columns for x in column), width_m]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]

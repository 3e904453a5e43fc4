"""Procedural surface patterns: tileable pictures that vary a material's colour, drawn once per process."""

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from ..checks import one_of
from .atlas import Atlas

Field = npt.NDArray[np.float64]
#: Side of a pattern tile; it repeats every `scale_m` of its material.
TILE_PX = 256
#: A pattern gives (TILE_PX, TILE_PX) or (TILE_PX, TILE_PX, 3) factors around 0.5, where 0.5 leaves the colour as it is.
Pattern = Callable[[np.random.Generator], Field]
PATTERNS: dict[str, Pattern] = {}


def _pattern(function: Pattern) -> Pattern:
    PATTERNS[function.__name__.strip("_")] = function
    return function


def noise(rng: np.random.Generator, slope: float, stretch: float = 1.0, lowest: float = 1.0) -> Field:
    """(TILE_PX, TILE_PX) tileable noise of mean 0 and deviation 1.

    Args:
        rng: source of the noise.
        slope: how fast amplitude falls with frequency: 0 is grain, 2 is clouds.
        stretch: how many times longer its features are along x than along y.
        lowest: frequencies below this many cycles a tile are left out.
    """
    spectrum = np.fft.rfft2(rng.standard_normal((TILE_PX, TILE_PX)))
    frequency_y = np.fft.fftfreq(TILE_PX)[:, None] * TILE_PX
    frequency_x = np.fft.rfftfreq(TILE_PX)[None] * TILE_PX * stretch
    radius = np.hypot(frequency_x, frequency_y)
    field = np.fft.irfft2(
        spectrum * np.where(radius < lowest, 0.0, np.maximum(radius, 1.0) ** -slope), s=(TILE_PX,) * 2
    )
    result: Field = (field - field.mean()) / field.std()
    return result


def cells(rng: np.random.Generator, count: int) -> tuple[Field, Field]:
    """Tileable Voronoi cells: (TILE_PX, TILE_PX) a random value 0..1 a cell, and the nearness to cell borders 0..1."""
    centres = rng.uniform(0.0, TILE_PX, (count, 2))
    tree = cKDTree(centres, boxsize=np.full(2, float(TILE_PX)))
    rows, columns = np.mgrid[0:TILE_PX, 0:TILE_PX]
    found = tree.query(np.stack([rows, columns], -1).reshape(-1, 2), k=2)
    distance, index = (np.asarray(each) for each in found)
    value = rng.uniform(0.0, 1.0, count)[index[:, 0]].reshape(TILE_PX, TILE_PX)
    spacing = TILE_PX / np.sqrt(count)
    border = np.clip(1.0 - (distance[:, 1] - distance[:, 0]) / (0.5 * spacing), 0.0, 1.0)
    return value, border.reshape(TILE_PX, TILE_PX)


def _threshold(field: Field, level: float, softness: float) -> Field:
    """0 below `level`, 1 above, soft in between."""
    result: Field = np.clip((field - level) / softness + 0.5, 0.0, 1.0)
    return result


def _coloured(grey: Field, mask: Field, colour: tuple[float, float, float]) -> Field:
    """`grey` with `colour` factors mixed in where `mask` is 1."""
    result: Field = grey[..., None] * (1.0 - mask[..., None]) + mask[..., None] * np.array(colour)
    return result


@_pattern
def _plain(rng: np.random.Generator) -> Field:
    return 0.5 + 0.16 * noise(rng, 1.2)


@_pattern
def _paint(rng: np.random.Generator) -> Field:
    runs = _threshold(noise(rng, 1.5, stretch=0.15), 1.6, 1.0)
    return 0.5 + 0.14 * noise(rng, 1.4) + 0.04 * noise(rng, 0.3) - 0.25 * runs


@_pattern
def _worn(rng: np.random.Generator) -> Field:
    base = 0.56 + 0.12 * noise(rng, 1.4) + 0.04 * noise(rng, 0.2)
    chips = _threshold(noise(rng, 1.1, lowest=3.0), 1.7, 0.25)
    scratches = _threshold(noise(rng, 0.9, stretch=12.0), 2.3, 0.4)
    return _coloured(base - 0.2 * scratches, chips, (0.30, 0.16, 0.08))


@_pattern
def _spangle(rng: np.random.Generator) -> Field:
    value, border = cells(rng, 420)
    return 0.30 + 0.40 * value - 0.05 * border + 0.06 * noise(rng, 1.5)


@_pattern
def _brushed(rng: np.random.Generator) -> Field:
    return 0.5 + 0.15 * noise(rng, 0.6, stretch=20.0) + 0.10 * noise(rng, 1.6)


@_pattern
def _rust(rng: np.random.Generator) -> Field:
    base = 0.5 + 0.14 * noise(rng, 0.7) + 0.12 * noise(rng, 1.5)
    bright = _threshold(noise(rng, 1.3, lowest=2.0), 0.6, 1.2)
    rusty = _coloured(base, 0.8 * bright, (0.85, 0.62, 0.42))
    return _blend(rusty, _threshold(noise(rng, 1.2, lowest=2.0), 0.9, 0.8), (0.22, 0.24, 0.28))


def _blend(picture: Field, mask: Field, colour: tuple[float, float, float]) -> Field:
    result: Field = picture * (1.0 - mask[..., None]) + mask[..., None] * np.array(colour)
    return result


@_pattern
def _cast(rng: np.random.Generator) -> Field:
    return 0.5 + 0.16 * noise(rng, 0.4, lowest=12.0) + 0.10 * noise(rng, 1.5)


@_pattern
def _concrete(rng: np.random.Generator) -> Field:
    base = 0.53 + 0.13 * noise(rng, 1.3) + 0.05 * noise(rng, 0.2)
    pits = _threshold(noise(rng, 0.5, lowest=10.0), 2.3, 0.6)
    cracks = _threshold(0.03 - np.abs(noise(rng, 1.7)), 0.0, 0.05) * _threshold(noise(rng, 1.8), 0.6, 0.6)
    return base - 0.25 * pits - 0.25 * cracks


@_pattern
def _asphalt(rng: np.random.Generator) -> Field:
    stones = _threshold(noise(rng, 0.15, lowest=30.0), 1.4, 0.8)
    return 0.46 + 0.16 * noise(rng, 0.3, lowest=20.0) + 0.10 * noise(rng, 1.5) + 0.30 * stones


@_pattern
def _gravel(rng: np.random.Generator) -> Field:
    value, border = cells(rng, 900)
    stones = 0.40 + 0.42 * value - 0.50 * border**2 + 0.05 * noise(rng, 0.3)
    warm = np.clip(noise(rng, 0.5), -1.0, 1.0)[..., None] * np.array([0.03, 0.0, -0.03])
    result: Field = stones[..., None] + warm
    return result


@_pattern
def _grating(rng: np.random.Generator) -> Field:
    rows, columns = np.mgrid[0:TILE_PX, 0:TILE_PX] / TILE_PX
    bars = _threshold(np.cos(2 * np.pi * 6 * columns), 0.55, 0.35)
    rods = _threshold(np.cos(2 * np.pi * 2 * rows), 0.93, 0.08)
    metal = np.maximum(bars, 0.8 * rods)
    return 0.02 + 0.90 * metal + 0.05 * noise(rng, 1.0) * metal


@_pattern
def _tread(rng: np.random.Generator) -> Field:
    ellipses = np.zeros((TILE_PX, TILE_PX), np.float32)
    count = 6
    step = TILE_PX / count
    for row in range(-1, count + 1):
        for column in range(-1, count + 1):
            centre = (int((column + 0.5) * step), int((row + 0.5) * step))
            angle = 45.0 if (row + column) % 2 else 135.0
            cv2.ellipse(ellipses, centre, (int(0.40 * step), int(0.11 * step)), angle, 0, 360, 1.0, -1, cv2.LINE_AA)
    picture = ellipses.astype(np.float64)
    edge = np.roll(picture, (-3, -3), (0, 1)) - np.roll(picture, (3, 3), (0, 1))
    return 0.46 + 0.12 * picture + 0.38 * edge + 0.06 * noise(rng, 1.2)


@_pattern
def _brick(rng: np.random.Generator) -> Field:
    courses, bricks = 12, 4
    rows, columns = np.mgrid[0:TILE_PX, 0:TILE_PX] / TILE_PX
    course = np.floor(rows * courses).astype(int)
    along = columns * bricks + 0.5 * (course % 2)
    shade = rng.uniform(0.30, 0.62, (courses, bricks))[course, np.floor(along).astype(int) % bricks]
    across = np.abs(rows * courses % 1.0 - 0.5)
    ends = np.abs(along % 1.0 - 0.5)
    mortar = np.maximum(_threshold(across, 0.44, 0.06), _threshold(ends, 0.475, 0.03))
    return _coloured(shade + 0.07 * noise(rng, 0.6), mortar, (0.62, 0.80, 0.90))


@_pattern
def _ribs(rng: np.random.Generator) -> Field:
    columns = np.arange(TILE_PX) / TILE_PX * 5 % 1.0
    profile: Field = 0.54 + 0.30 * (_bump(columns, 0.12) - _bump(columns, 0.42)) - 0.12 * _bump(columns, 0.46)
    streaks = 0.06 * noise(rng, 1.2, stretch=0.1)
    result: Field = profile[None] + streaks + 0.05 * noise(rng, 1.5)
    return result


def _bump(phase: Field, centre: float) -> Field:
    result: Field = np.exp(-(((phase - centre + 0.5) % 1.0 - 0.5) ** 2) / (2 * 0.03**2))
    return result


@_pattern
def _lagging(rng: np.random.Generator) -> Field:
    rows, columns = np.mgrid[0:TILE_PX, 0:TILE_PX] / TILE_PX
    base = 0.52 + 0.16 * noise(rng, 1.8) + 0.03 * noise(rng, 0.4)
    seam = _bump(columns, 0.5) * 0.5 + _bump(rows, 0.5) * 0.25
    rivets = _bump(columns, 0.56) * (np.cos(2 * np.pi * 10 * rows) > 0.8) * 0.25
    result: Field = base - 0.45 * np.clip(seam, 0.0, 1.0) - rivets
    return result


@_pattern
def _cloth(rng: np.random.Generator) -> Field:
    rows, columns = np.mgrid[0:TILE_PX, 0:TILE_PX] / TILE_PX
    weave: Field = 0.04 * np.cos(2 * np.pi * 64 * (rows + columns))
    return 0.5 + 0.22 * noise(rng, 1.9, stretch=0.5) + weave


@_pattern
def _cloud(rng: np.random.Generator) -> Field:
    return _threshold(noise(rng, 1.7, stretch=0.6), 0.3, 2.6)


@lru_cache(maxsize=1)
def pattern_atlas() -> Atlas:
    """All patterns as wrapped tiles with smaller copies, in the order of `pattern_index`."""
    tiles = []
    for number, name in enumerate(PATTERNS):
        factors = PATTERNS[name](np.random.default_rng(number))
        if factors.ndim == 2:
            factors = np.repeat(factors[..., None], 3, axis=2)
        tiles.append(np.clip(factors * 255.0 + 0.5, 0, 255).astype(np.uint8))
    return Atlas(tiles, wrap=True)


def pattern_index(name: str) -> int:
    """Number of a pattern in the atlas; an unknown name is a ValueError."""
    one_of("pattern", name, sorted(PATTERNS))
    return list(PATTERNS).index(name)

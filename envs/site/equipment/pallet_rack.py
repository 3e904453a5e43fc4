"""Pallet rack with parts bins."""

from itertools import pairwise
from typing import Any

import numpy as np

from ...types import InspectionPoint, Point
from ..model import Equipment
from ..shapes import Shape, bar, box, box_between, join
from .base import KINDS
from .drawn import Assembly, DrawnKind

_UPRIGHTS: tuple[Point, ...] = ((0.16, 0.28, 0.52), (0.35, 0.38, 0.40), (0.22, 0.36, 0.30))
_BEAMS: tuple[Point, ...] = ((0.80, 0.40, 0.10), (0.78, 0.62, 0.12), (0.62, 0.63, 0.62))
_LOADS: tuple[tuple[str, Point], ...] = (
    ("cardboard", (0.62, 0.48, 0.32)),
    ("plastic", (0.20, 0.32, 0.52)),
    ("plastic", (0.42, 0.44, 0.45)),
    ("sheet_metal", (0.52, 0.53, 0.54)),
)


class PalletRack(DrawnKind):
    """Two bays, two levels over the floor, loaded with pallets of boxes and bins. No points."""

    name = "pallet_rack"
    prefix = "RK"
    clearance_m = 1.2

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Bay width, level heights, paints and loads."""
        return {
            "bay_m": float(rng.uniform(1.7, 2.0)),
            "level_m": float(rng.uniform(1.15, 1.35)),
            "upright": ("paint", _UPRIGHTS[int(rng.integers(len(_UPRIGHTS)))]),
            "beam": ("paint", _BEAMS[int(rng.integers(len(_BEAMS)))]),
            "loads": [
                (int(rng.integers(len(_LOADS) + 1)), float(rng.uniform(0.5, 0.9)), float(rng.uniform(-0.05, 0.05)))
                for _ in range(12)
            ],
        }

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """None."""
        return []

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Frames, beams, pallets, loads."""
        params = equipment.params
        bay, level, deep = params["bay_m"], params["level_m"], 0.9
        high = 2.0 * level + 0.35
        for x in (-bay, 0.0, bay):
            for y in (-0.5 * deep, 0.5 * deep):
                a.add(box((0.08, 0.07, high), (x, y, 0.5 * high)), params["upright"])
                a.detail(box((0.14, 0.12, 0.01), (x, y, 0.005)), params["upright"])
            zigzag = np.linspace(0.25, high - 0.15, 5)
            for k, (low, up) in enumerate(pairwise(zigzag)):
                side = 0.5 * deep if k % 2 else -0.5 * deep
                a.add(bar((x, -side, low), (x, side, up), 0.03, 0.03), params["upright"])
        for z in (level, 2.0 * level):
            for y in (-0.5 * deep, 0.5 * deep):
                a.add(box((2.0 * bay, 0.05, 0.11), (0, y, z - 0.055)), params["beam"])
        loads = iter(params["loads"])
        for floor in (0.0, level, 2.0 * level):
            for x in (-0.75, -0.27, 0.27, 0.75):
                kind, tall, shift = next(loads)
                if kind < len(_LOADS):
                    self._add_load(a, (x * bay, shift, floor), min(tall, level - 0.4), _LOADS[kind])
        a.plate((-bay, -0.5 * deep - 0.035, 1.5), 0.15)

    def _add_load(self, a: Assembly, at: tuple[float, float, float], tall: float, look: tuple[str, Point]) -> None:
        x, y, z = at
        a.add(_pallet(0.78, 0.9).moved((x, y, z)), ("cardboard", (0.60, 0.47, 0.30)))
        a.add(box_between((x - 0.36, y - 0.4, z + 0.144), (x + 0.36, y + 0.4, z + 0.144 + tall)), look)
        if look[0] == "plastic":
            ribs = [box((0.74, 0.82, 0.03), (x, y, z + 0.144 + s * tall)) for s in (0.35, 0.7, 0.98)]
            a.detail(join(ribs), look)


def _pallet(wide_m: float, deep_m: float) -> Shape:
    boards = [box((wide_m, 0.1, 0.022), (0, y, 0.133)) for y in np.linspace(-0.5, 0.5, 6) * (deep_m - 0.1)]
    feet = [box((0.1, deep_m, 0.122), (x, 0, 0.061)) for x in np.linspace(-0.5, 0.5, 3) * (wide_m - 0.1)]
    return join(boards + feet)


KINDS.add(PalletRack.name, PalletRack())

"""Quality gate of the line: a car body stands still on its skid, to be looked at from both sides."""

from typing import Any

import numpy as np

from ...types import FloatArray, InspectionPoint
from .. import artwork
from ..car_body import (
    DECK_M,
    GAUGE_M,
    METAL,
    PATCH_RADIUS_M,
    SKID_M,
    CarShape,
    car_body,
    dented,
    draw_car,
    mirrored,
    patch_place,
    side_panels,
    side_y,
    skid,
)
from ..model import Equipment
from ..shapes import Shape, box, quad, unit
from .base import KINDS
from .drawn import Assembly, DrawnKind, draw_paint, point

_FLANGE_M, _ROW_M, _PITCH_M = 0.032, 0.24, 0.03
#: Where weld rows are looked at: side (+1 left), x of the middle along the sill.
_WELDS: tuple[tuple[float, float], ...] = ((-1.0, 0.33), (-1.0, -0.39), (1.0, 0.33), (1.0, -0.39))
#: Middles of all weld rows along a sill.
_ROWS_M = (-0.63, -0.39, -0.15, 0.09, 0.33, 0.57)
_PANELS: tuple[tuple[float, str], ...] = ((-1.0, "front"), (-1.0, "rear"), (1.0, "front"), (1.0, "rear"))


class BodyStand(DrawnKind):
    """A body in bare metal on a stand.

    Points: "weld_1".."weld_4", rows of spot welds on the sills' flanges; details["welds"]: (right, up) of each weld
    from the point, m; state["missing"]: {point name: indices of welds that are not there}, state["smears"]: {point
    name: ((right, up, radius), …) of grease on them}. "panel_1".."panel_4", round patches of the doors;
    state["dents"]: {point name: (right, up, depth, radius) in m}. 1 and 2 face -y, 3 and 4 +y.
    """

    name = "body_stand"
    prefix = "BS"
    centred = False
    clearance_m = 1.2

    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """The model, the welds, the stand's paint."""
        return {"car": draw_car(rng), "welds": [_draw_welds(rng) for _ in _WELDS], "paint": draw_paint(rng, style),
                "grain": int(rng.integers(1000))}  # fmt: skip

    def healthy_state(self, params: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        """All welds there, no dents."""
        return {"missing": {}, "dents": {}}

    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """Weld rows, then panels."""
        car, found = equipment.params["car"], []
        for k, (side, x) in enumerate(_WELDS):
            at, normal = self._flange(car, side, x)
            facts = {"welds": equipment.params["welds"][k], "weld_diameter_m": 0.007}
            found.append(point(equipment, f"weld_{k + 1}", "weld", at + 0.002 * normal, _ROW_M, normal, details=facts))
        for k, (side, name) in enumerate(_PANELS):
            at, normal, up = self._patch(car, side, name)
            found.append(point(equipment, f"panel_{k + 1}", "panel", at, 0.38, normal, up, unit="mm",
                               normal_range=(0.0, 0.8)))  # fmt: skip
        return found

    def values(self, equipment: Equipment) -> dict[str, float]:
        """Depth in mm of the dent in each patch."""
        dents = equipment.state.get("dents", {})
        names = [f"{equipment.tag}/panel_{k + 1}" for k in range(len(_PANELS))]
        return {name: 1000.0 * float(dents[name][2]) if name in dents else 0.0 for name in names}

    def _flange(self, car: CarShape, side: float, x: float) -> tuple[FloatArray, FloatArray]:
        """Middle of the outer face of the flange below a sill, and its normal."""
        y = side_y(car, np.array([[x, 0.0]]))[0] - 0.004
        return np.array([x, side * y, DECK_M + SKID_M - 0.5 * _FLANGE_M]), np.array([0.0, side, 0.0])

    def _patch(self, car: CarShape, side: float, name: str) -> tuple[FloatArray, FloatArray, FloatArray]:
        at, normal = patch_place(car, name)
        flip = np.array([1.0, side, 1.0])
        at, normal = at * flip + (0.0, 0.0, DECK_M + SKID_M), normal * flip
        return at, normal, unit(np.array([0.0, 0.0, 1.0]) - normal[2] * normal)

    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Stand, skid, body, flanges with welds."""
        params = equipment.params
        car: CarShape = params["car"]
        lift = (0.0, 0.0, DECK_M + SKID_M)
        left = side_panels(car, True)
        right = {name: mirrored(panel) for name, panel in left.items()}
        sides = {side: {name: s.moved(lift) for name, s in both.items()} for side, both in ((1.0, left), (-1.0, right))}
        for k, (side, name) in enumerate(_PANELS):
            dent = equipment.state.get("dents", {}).get(f"{equipment.tag}/panel_{k + 1}")
            if dent is not None:
                door = f"{name}_door"
                sides[side][door] = self._pressed(sides[side][door], *self._patch(car, side, name), dent)
        down = tuple(-v for v in lift)
        outer = [[s.moved(down) for s in sides[side].values()] for side in (1.0, -1.0)]
        for shape, paint, inspectable in car_body(car, *outer):
            a.add(shape.moved(lift), paint, inspectable=inspectable)
        a.add(skid().moved(lift), ("paint", (0.20, 0.21, 0.22)), inspectable=False)
        self._add_flanges(a, equipment, car)
        self._add_stand(a, params)

    def _pressed(
        self, door: Shape, at: FloatArray, normal: FloatArray, up: FloatArray, dent: tuple[float, float, float, float]
    ) -> Shape:
        right, upward, depth_m, radius_m = dent
        if np.hypot(right, upward) + radius_m > PATCH_RADIUS_M:
            raise ValueError(f"a dent must lie within {PATCH_RADIUS_M} m of its patch's middle, got {dent}")
        middle = at + right * np.cross(up, normal) + upward * up
        return dented(door, middle, normal, depth_m, radius_m)

    def _add_flanges(self, a: Assembly, equipment: Equipment, car: CarShape) -> None:
        """The sills' flanges: long plates covered with rows of welds, of which only some are looked at."""
        z = DECK_M + SKID_M - 0.5 * _FLANGE_M
        for side in (-1.0, 1.0):
            at, _ = self._flange(car, side, 0.0)
            a.add(box((1.5, 0.006, _FLANGE_M), (-0.05, at[1] - 0.003 * side, z)), METAL, inspectable=False)
            for x in _ROWS_M:
                if (side, x) not in _WELDS:
                    self._add_row(a, car, side, x, equipment.params["welds"][0], equipment.params["grain"])
        missing, smears = equipment.state.get("missing", {}), equipment.state.get("smears", {})
        for k, (side, x) in enumerate(_WELDS):
            name = f"{equipment.tag}/weld_{k + 1}"
            gone, grease = frozenset(missing.get(name, ())), smears.get(name, ())
            grain = equipment.params["grain"] + k + 1
            self._add_row(a, car, side, x, equipment.params["welds"][k], grain, gone, grease)

    def _add_row(
        self,
        a: Assembly,
        car: CarShape,
        side: float,
        x: float,
        welds: tuple[tuple[float, float], ...],
        grain: int,
        missing: frozenset[int] = frozenset(),
        smears: tuple[tuple[float, float, float], ...] = (),
    ) -> None:
        at, normal = self._flange(car, side, x)
        image = artwork.weld_row((_ROW_M, _FLANGE_M), welds, METAL[1], grain, missing, smears)
        a.picture(quad(at + 0.002 * normal, _ROW_M, _FLANGE_M, normal), image, "sheet_metal")

    def _add_stand(self, a: Assembly, params: dict[str, Any]) -> None:
        for y in (-0.5 * GAUGE_M, 0.5 * GAUGE_M):
            a.add(box((4.6, 0.14, 0.14), (0, y, DECK_M - 0.07)), params["paint"])
            for x in (-2.0, -0.7, 0.7, 2.0):
                a.add(box((0.12, 0.12, DECK_M - 0.14), (x, y, 0.5 * (DECK_M - 0.14))), params["paint"])
                a.detail(box((0.24, 0.24, 0.014), (x, y, 0.007)), "galvanised")
        for x in (-2.0, -0.7, 0.7, 2.0):
            a.add(box((0.1, GAUGE_M, 0.1), (x, 0, DECK_M - 0.1)), params["paint"])
        a.plate((1.0, -0.5 * GAUGE_M - 0.07, DECK_M - 0.07), 0.24)


def _draw_welds(rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
    """(right, up) of five to seven welds in a row, none quite where it belongs."""
    count = int(rng.integers(5, 8))
    places = (np.arange(count) - 0.5 * (count - 1)) * _PITCH_M
    off = rng.normal(0.0, 0.0012, (count, 2)).clip(-0.003, 0.003)
    return tuple((float(x + dx), float(dz)) for x, (dx, dz) in zip(places, off, strict=True))


KINDS.add(BodyStand.name, BodyStand())

"""Base of the kinds that come with the simulator: they are built from shapes, and their size is measured."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from ...types import ByteArray, FloatArray, InspectionPoint, Point
from .. import artwork
from ..materials import MATERIALS
from ..model import Equipment, Part
from ..shapes import FRONT, Shape, Vector, Z, join, prism, quad, unit
from .base import EquipmentKind

#: quantity of an inspection point -> (sensor, pixels per metre at which it counts as served).
SERVED_BY = {
    "gauge": ("rgb", 1000.0),
    "valve": ("rgb", 250.0),
    "level": ("rgb", 500.0),
    "surface": ("rgb", 125.0),
    "bearing": ("thermal", 125.0),
    "joint": ("thermal", 250.0),
    "flange": ("tdlas", 125.0),
    "discharge": ("ultrasound", 125.0),
    "motor": ("thermal", 125.0),
    "vibration": ("vibrometer", 125.0),
    "drive": ("instruments", 125.0),
    "weld": ("rgb", 800.0),
    "panel": ("depth", 400.0),
    "guard": ("rgb", 125.0),
    "stack_light": ("rgb", 250.0),
    "air": ("ultrasound", 125.0),
    "sump": ("rgb", 125.0),
}
#: Machine colours (sRGB). No colour marks health; style["paints"] chooses among them or brings others.
COMMON_PAINTS: tuple[Point, ...] = (
    (0.52, 0.56, 0.58),
    (0.20, 0.33, 0.47),
    (0.33, 0.44, 0.36),
    (0.72, 0.70, 0.62),
    (0.36, 0.52, 0.60),
    (0.60, 0.30, 0.20),
    (0.75, 0.77, 0.78),
    (0.30, 0.31, 0.33),
    (0.78, 0.62, 0.18),
)
#: Machine colours for the `test` split only.
HELD_OUT_PAINTS: tuple[Point, ...] = ((0.42, 0.22, 0.24), (0.16, 0.42, 0.42), (0.62, 0.58, 0.70), (0.84, 0.80, 0.70))
_PLATES = (
    (artwork.BLACK, artwork.WHITE),
    (artwork.BLACK, (236, 200, 50)),
    (artwork.WHITE, (30, 34, 40)),
    (artwork.WHITE, (28, 66, 120)),
    (artwork.BLACK, (190, 192, 194)),
)

Paint = tuple[str, Point]


class Assembly:
    """Collects shapes and hands them out as few parts, one for each look and surface.

    Args:
        tag: printed on tag plates.
        plate: which pair of colours the plates have.
        delta_k: surface name -> K over ambient, for shapes that take part of a surface's heat.
    """

    def __init__(self, tag: str, plate: int, delta_k: dict[str, float]) -> None:
        self.tag = tag
        self._plate = plate
        self._delta_k = delta_k
        self._groups: dict[tuple[Any, ...], list[Shape]] = {}
        self._parts: list[Part] = []

    def add(
        self, shape: Shape, paint: Paint | str, surface: str = "body", solid: bool = True, inspectable: bool = True
    ) -> None:
        """Add a shape with a look: (material, tint), or a material in its own colour."""
        material, tint = (paint, None) if isinstance(paint, str) else paint
        bare = Shape(shape.vertices_m, shape.faces)
        self._groups.setdefault((material, tint, surface, solid, inspectable), []).append(bare)

    def detail(self, shape: Shape, paint: Paint | str, surface: str = "body") -> None:
        """Add something small: seen, but neither in the way nor part of the coverage."""
        self.add(shape, paint, surface, solid=False, inspectable=False)

    def picture(self, shape: Shape, image: ByteArray, material: str = "sign", surface: str = "body") -> None:
        """Add a `quad` or `disc` with a picture on it."""
        self._parts.append(shape.part(material, surface=surface, solid=False, inspectable=False, image=image))

    def faded(self, shape: Shape, paint: Paint | str, surface: str, delta_k: FloatArray) -> None:
        """Add a shape whose heat differs over its vertices: `delta_k` (n,) K over the surface's temperature."""
        material, tint = (paint, None) if isinstance(paint, str) else paint
        self._parts.append(shape.part(material, tint, surface, surface_delta_k=delta_k))

    def warm(self, shape: Shape, paint: Paint | str, surface: str, share: FloatArray) -> None:
        """Add a small shape that takes only `share` (n,) of the heat of `surface`, by vertex."""
        material, tint = (paint, None) if isinstance(paint, str) else paint
        delta = (share - 1.0) * self._delta_k.get(surface, 0.0)
        self._parts.append(shape.part(material, tint, surface, False, False, surface_delta_k=delta))

    def plate(
        self, centre_m: Vector, width_m: float = 0.22, normal: Vector = FRONT, up: Vector = Z, text: str = ""
    ) -> None:
        """A tag plate on something, `centre_m` on its back; `text` replaces the tag."""
        height = 0.4 * width_m
        ink, ground = _PLATES[self._plate]
        n, u = unit(normal), unit(up)
        thick = 0.004
        back = np.asarray(centre_m, dtype=float)
        w, h = 0.5 * width_m, 0.5 * height
        body = prism([(-w, -h), (w, -h), (w, h), (-w, h)], back, np.cross(u, n), u, thick)
        self.detail(body, ("plastic", (ground[0] / 255, ground[1] / 255, ground[2] / 255)))
        image = artwork.plate((text or self.tag,), ink, ground)
        self.picture(quad(back + n * (thick + 0.001), width_m, height, n, u), image)

    def vertices(self) -> Iterator[FloatArray]:
        """Those (n, 3) of each shape, unshifted."""
        yield from (shape.vertices_m for shapes in self._groups.values() for shape in shapes)
        yield from (part.vertices_m for part in self._parts)

    def parts(self, offset_m: Vector) -> list[Part]:
        """All parts shifted by `offset_m`, in the order in which their looks were first used."""
        built = [
            join(shapes).part(material, tint, surface, solid, inspectable)
            for (material, tint, surface, solid, inspectable), shapes in self._groups.items()
        ]
        shift = np.asarray(offset_m)
        return [replace(part, vertices_m=part.vertices_m + shift) for part in built + self._parts]


class DrawnKind(EquipmentKind):
    """A kind built from shapes. Subclasses draw params, build the meshes and name the points.

    They may build around any origin: meshes and points are shifted by params["offset_m"] so that the middle of the
    footprint is the equipment's origin, unless `centred` is False.
    """

    clearance_m: ClassVar[float] = 1.2
    centred: ClassVar[bool] = True

    @abstractmethod
    def draw(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Draw the fixed params, without those that `sample` adds."""

    @abstractmethod
    def build(self, a: Assembly, equipment: Equipment) -> None:
        """Add all shapes in the present state to `a`."""

    @abstractmethod
    def mark(self, equipment: Equipment) -> list[InspectionPoint]:
        """The inspection points, in the frame of `build`."""

    def extremes(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """States that reach furthest out; the size covers them all."""
        return [{}]

    def sample(self, rng: np.random.Generator, style: dict[str, Any]) -> dict[str, Any]:
        """Draw the params.

        Besides the kind's own: "size_m" as measured, "offset_m" from the frame of `build` to the equipment frame,
        "clearance_m" to keep free in front, and "plate", the tag plate's colours.
        """
        params = self.draw(rng, style)
        params["plate"] = int(rng.integers(len(_PLATES)))
        params["clearance_m"] = self.clearance_m
        return self.measured(params)

    def measured(self, params: dict[str, Any]) -> dict[str, Any]:
        """The params with "size_m" and "offset_m" as measured on what they build."""
        size_m, offset_m = self._measure(params)
        return {**params, "size_m": size_m, "offset_m": offset_m}

    def parts(self, equipment: Equipment) -> list[Part]:
        """Meshes in the equipment frame in its present state."""
        return self._assemble(equipment).parts(equipment.params["offset_m"])

    def points(self, equipment: Equipment) -> list[InspectionPoint]:
        """Inspection points in the equipment frame, independent of `state`."""
        dx, dy, dz = equipment.params["offset_m"]
        marked = self.mark(equipment)
        shifted = [(p.position_m[0] + dx, p.position_m[1] + dy, p.position_m[2] + dz) for p in marked]
        return [replace(p, position_m=at) for p, at in zip(marked, shifted, strict=True)]

    def _assemble(self, equipment: Equipment) -> Assembly:
        assembly = Assembly(equipment.tag, equipment.params["plate"], equipment.delta_k)
        self.build(assembly, equipment)
        return assembly

    def _measure(self, params: dict[str, Any]) -> tuple[Point, Point]:
        """Size (length, width, height) and offset."""
        low, high = np.full(3, np.inf), np.full(3, -np.inf)
        for state in self.extremes(params):
            built = self._assemble(Equipment(self.name, "X-000", (0.0, 0.0, 0.0), 0.0, params, state))
            for vertices in built.vertices():
                low, high = np.minimum(low, vertices.min(axis=0)), np.maximum(high, vertices.max(axis=0))
        if not self.centred:
            high = np.maximum(np.abs(low), np.abs(high))
            low = -high
        size, middle = high - low, 0.5 * (low + high)
        return (float(size[0]), float(size[1]), float(high[2])), (-float(middle[0]), -float(middle[1]), 0.0)


def point(
    equipment: Equipment,
    name: str,
    quantity: str,
    position_m: Vector,
    size_m: float,
    normal: Vector = FRONT,
    up: Vector = Z,
    **facts: Any,
) -> InspectionPoint:
    """An inspection point called "TAG/name"; `facts` are further fields of `InspectionPoint`."""
    sensor, density = SERVED_BY[quantity]
    position, outward, upward = (tuple(float(x) for x in v) for v in (position_m, unit(normal), unit(up)))
    return InspectionPoint(
        f"{equipment.tag}/{name}",
        equipment.tag,
        quantity,
        sensor,
        (position[0], position[1], position[2]),
        (outward[0], outward[1], outward[2]),
        (upward[0], upward[1], upward[2]),
        size_m,
        density,
        **facts,
    )


def draw_paint(rng: np.random.Generator, style: dict[str, Any]) -> Paint:
    """A machine's paint: (material, tint), from style["paints"], worn with the chance style["wear"]."""
    paints = style.get("paints", COMMON_PAINTS)
    base = np.asarray(paints[int(rng.integers(len(paints)))]) * rng.uniform(0.88, 1.08)
    tint = np.clip(base + rng.uniform(-0.03, 0.03, 3), 0.0, 1.0)
    material = "paint_worn" if rng.random() < style.get("wear", 0.4) else "paint"
    return material, (float(tint[0]), float(tint[1]), float(tint[2]))


def draw_gas(rng: np.random.Generator, style: dict[str, Any]) -> str | None:
    """The gas in its lines: style["gas"] where the site says so (None: no gas), else a hydrocarbon."""
    if "gas" in style:
        return None if style["gas"] is None else str(style["gas"])
    return ("CH4", "C3H8")[int(rng.integers(2))]


def bearing_point(
    equipment: Equipment, position_m: Vector, size_m: float, paint: Paint, normal: Vector = FRONT
) -> InspectionPoint:
    """The "bearing" point: °C, limit 80 (GB 3215). details: "surface" in `delta_k`; "emissivity" of its paint."""
    facts = {"surface": "bearing", "emissivity": MATERIALS[paint[0]].emissivity}
    return point(
        equipment,
        "bearing",
        "bearing",
        position_m,
        size_m,
        normal,
        unit="°C",
        normal_range=(-20.0, 80.0),
        details=facts,
    )


def flange_point(equipment: Equipment, name: str, position_m: Vector, normal: Vector = FRONT) -> list[InspectionPoint]:
    """A flange point where the line holds gas: [point], else []. details: "gas", the gas inside."""
    gas = equipment.params.get("gas")
    if gas is None:
        return []
    return [point(equipment, name, "flange", position_m, 0.25, normal, unit="ppm·m", details={"gas": gas})]

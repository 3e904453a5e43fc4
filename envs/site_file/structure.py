"""Fixed things of a site file that are no equipment: each `kind` turns into parts."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np

from ..records import Length, OneOf, Within
from ..site import artwork, fixtures, surroundings
from ..site.materials import MATERIALS
from ..site.model import Part
from ..site.shapes import box, cylinder
from ..types import Point
from .meshes import load_mesh

_FAR = 300.0
Place = Annotated[tuple[float, float], Within(-_FAR, _FAR)]
Rect = Annotated[tuple[float, float, float, float], Within(-_FAR, _FAR)]
Colour = Annotated[Point, Within(0.0, 1.0)]
Yaw = Annotated[float, Within(-360.0, 360.0)]
Height = Annotated[float, Within(0.005, 50.0)]
MaterialName = Annotated[str, OneOf(lambda: sorted(MATERIALS))]


@dataclass(frozen=True)
class Workshop:
    """What elements are made with: random numbers for their looks, and the site file's folder."""

    rng: np.random.Generator
    folder: Path


def _upright(rect: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = rect
    if x0 == x1 or y0 == y1:
        raise ValueError(f"rect_m must have an area, got {list(rect)}")
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _turned(parts: list[Part], at_m: tuple[float, float], yaw_deg: float, z_m: float = 0.0) -> list[Part]:
    return [part.moved((at_m[0], at_m[1], z_m), float(np.radians(yaw_deg))) for part in parts]


def _course(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Length of a line and its yaw in degrees."""
    along = np.subtract(end, start)
    length = float(np.hypot(*along))
    if length < 0.2:
        raise ValueError(f"from_m and to_m must be at least 0.2 m apart, got {list(start)} and {list(end)}")
    return length, float(np.degrees(np.arctan2(along[1], along[0])))


@dataclass(frozen=True)
class Wall:
    """A free-standing wall 0.2 m thick."""

    kind: Literal["wall"]
    from_m: Place
    to_m: Place
    height_m: Height = 2.2
    material: MaterialName = "concrete"

    def parts(self, shop: Workshop) -> list[Part]:
        """Wall and coping."""
        _course(self.from_m, self.to_m)
        return surroundings.wall(self.from_m, self.to_m, self.height_m, self.material)


@dataclass(frozen=True)
class Fence:
    """A palisade fence 2.1 m high."""

    kind: Literal["fence"]
    from_m: Place
    to_m: Place
    colour: Colour = (0.60, 0.62, 0.62)

    def parts(self, shop: Workshop) -> list[Part]:
        """Plinth, posts and pales."""
        _course(self.from_m, self.to_m)
        return surroundings.fence(self.from_m, self.to_m, self.colour)


@dataclass(frozen=True)
class Building:
    """A building's side; it looks to the right on the way from `from_m` to `to_m` and is 8 m deep to the left.

    Attributes:
        doors_m: stretches along it, from and to, that stay clear of downpipes.
    """

    kind: Literal["building"]
    from_m: Place
    to_m: Place
    colour: Colour = (0.62, 0.66, 0.68)
    doors_m: Annotated[tuple[tuple[float, float], ...], Length(0, 20)] = ()

    def parts(self, shop: Workshop) -> list[Part]:
        """Facade with windows high up."""
        length, yaw = _course(self.from_m, self.to_m)
        parts = surroundings.facade(shop.rng, 0.0, length, 0.0, self.colour, list(self.doors_m))
        return _turned(parts, self.from_m, yaw)


@dataclass(frozen=True)
class Box:
    """A block.

    Attributes:
        at_m: its middle.
        size_m: along its own x, y and z.
        z_m: height of its underside.
    """

    kind: Literal["box"]
    at_m: Place
    size_m: Annotated[Point, Within(0.005, 100.0)]
    z_m: Annotated[float, Within(0.0, 50.0)] = 0.0
    yaw_deg: Yaw = 0.0
    material: MaterialName = "concrete"
    colour: Colour | None = None
    solid: bool = True

    def parts(self, shop: Workshop) -> list[Part]:
        """One part."""
        block = box(self.size_m, (0.0, 0.0, 0.5 * self.size_m[2]))
        part = block.part(self.material, self.colour, solid=self.solid, inspectable=False)
        return _turned([part], self.at_m, self.yaw_deg, self.z_m)


@dataclass(frozen=True)
class Cylinder:
    """An upright cylinder."""

    kind: Literal["cylinder"]
    at_m: Place
    radius_m: Annotated[float, Within(0.005, 50.0)]
    height_m: Height
    z_m: Annotated[float, Within(0.0, 50.0)] = 0.0
    material: MaterialName = "concrete"
    colour: Colour | None = None
    solid: bool = True

    def parts(self, shop: Workshop) -> list[Part]:
        """One part."""
        x, y = self.at_m
        body = cylinder((x, y, self.z_m), (x, y, self.z_m + self.height_m), self.radius_m, 36)
        return [body.part(self.material, self.colour, solid=self.solid, inspectable=False)]


@dataclass(frozen=True)
class Slab:
    """A raised concrete floor or kerb; the robot climbs 12 cm."""

    kind: Literal["slab"]
    rect_m: Rect
    height_m: Annotated[float, Within(0.005, 5.0)]

    def parts(self, shop: Workshop) -> list[Part]:
        """One part."""
        return [fixtures.plinth(_upright(self.rect_m), self.height_m)]


@dataclass(frozen=True)
class Bund:
    """The low wall round a tank, along the inside of the rectangle."""

    kind: Literal["bund"]
    rect_m: Rect
    height_m: Annotated[float, Within(0.05, 3.0)] = 0.4

    def parts(self, shop: Workshop) -> list[Part]:
        """One part."""
        return [fixtures.bund(_upright(self.rect_m), self.height_m)]


@dataclass(frozen=True)
class Platform:
    """A platform with handrails and a ramp; the robot climbs 20°.

    Attributes:
        rect_m: of platform and ramp together.
        height_m: of the platform.
        ramp_m: length of the ramp.
        towards: where the ramp leads down.
    """

    kind: Literal["platform"]
    rect_m: Rect
    height_m: Annotated[float, Within(0.05, 3.0)]
    ramp_m: Annotated[float, Within(0.3, 20.0)]
    towards: Literal["east", "north", "west", "south"] = "east"
    colour: Colour = (0.82, 0.68, 0.14)

    def parts(self, shop: Workshop) -> list[Part]:
        """Deck, ramp and rails."""
        x0, y0, x1, y1 = _upright(self.rect_m)
        quarters = ("east", "north", "west", "south").index(self.towards)
        length, width = (y1 - y0, x1 - x0) if quarters % 2 else (x1 - x0, y1 - y0)
        if length - self.ramp_m < 0.5:
            raise ValueError(f"ramp_m {self.ramp_m:g} leaves less than 0.5 m of the platform's {length:g} m")
        around = (-0.5 * length, -0.5 * width, 0.5 * length, 0.5 * width)
        parts = fixtures.platform(around, self.height_m, self.ramp_m, self.colour)
        return _turned(parts, (0.5 * (x0 + x1), 0.5 * (y0 + y1)), 90.0 * quarters)


@dataclass(frozen=True)
class Hose:
    """A hose on the floor, to step over."""

    kind: Literal["hose"]
    path_m: Annotated[tuple[Place, ...], Length(2, 32)]
    radius_m: Annotated[float, Within(0.005, 0.06)] = 0.02
    colour: Colour = (0.10, 0.10, 0.10)

    def parts(self, shop: Workshop) -> list[Part]:
        """Hose and couplings."""
        return fixtures.hose(np.array(self.path_m), self.radius_m, self.colour)


@dataclass(frozen=True)
class PipeTrack:
    """Pipes side by side on low sleepers."""

    kind: Literal["pipe_track"]
    from_m: Place
    to_m: Place
    count: Annotated[int, Within(1, 12)] = 3

    def parts(self, shop: Workshop) -> list[Part]:
        """Pipes and sleepers."""
        length, yaw = _course(self.from_m, self.to_m)
        if length < 1.2:
            raise ValueError(f"a pipe track must be at least 1.2 m long, got {length:.2f} m")
        return _turned(fixtures.pipe_track(shop.rng, 0.0, length, 0.0, self.count), self.from_m, yaw)


@dataclass(frozen=True)
class PipeBridge:
    """Pipes overhead on portals.

    Attributes:
        posts_m: where the portals stand, from `from_m`.
        height_m: of the lowest pipe.
    """

    kind: Literal["pipe_bridge"]
    from_m: Place
    to_m: Place
    posts_m: Annotated[tuple[float, ...], Length(1, 40)]
    height_m: Annotated[float, Within(1.5, 12.0)] = 3.0
    count: Annotated[int, Within(1, 12)] = 4

    def parts(self, shop: Workshop) -> list[Part]:
        """Pipes and portals."""
        length, _ = _course(self.from_m, self.to_m)
        if not all(0.0 <= post <= length for post in self.posts_m):
            raise ValueError(f"posts_m must be within 0..{length:.2f}, the bridge's length, got {list(self.posts_m)}")
        return fixtures.pipe_bridge(shop.rng, self.from_m, self.to_m, self.posts_m, self.height_m, self.count)


@dataclass(frozen=True)
class Sign:
    """A safety sign on a post, looking south at yaw 0."""

    kind: Literal["sign"]
    at_m: Place
    sign: Annotated[str, OneOf(lambda: [name for name in artwork.SIGNS if name != "exit"])]
    yaw_deg: Yaw = 0.0

    def parts(self, shop: Workshop) -> list[Part]:
        """Post and plate."""
        return _turned(fixtures.sign_post(0.0, 0.0, self.sign, 0.0), self.at_m, self.yaw_deg)


_DRUM, _CONE, _BOLLARD = fixtures.DRUM_COLOURS[0], (0.88, 0.34, 0.10), (0.82, 0.68, 0.14)
_PROPS: dict[str, Callable[[np.random.Generator, Point | None], list[Part]]] = {
    "drum": lambda rng, colour: fixtures.drum(0.0, 0.0, colour or _DRUM),
    "pallet": lambda rng, colour: fixtures.pallet(0.0, 0.0, 0.0),
    "crate": lambda rng, colour: fixtures.crate(rng, 0.0, 0.0),
    "traffic_cone": lambda rng, colour: fixtures.traffic_cone(0.0, 0.0, colour or _CONE),
    "bollard": lambda rng, colour: fixtures.bollard(0.0, 0.0, colour or _BOLLARD),
    "container": lambda rng, colour: fixtures.container(rng, 0.0, 0.0),
    "silo": lambda rng, colour: fixtures.silo(rng, 0.0, 0.0),
    "column": lambda rng, colour: fixtures.column(rng, 0.0, 0.0),
    "pipe_stack": lambda rng, colour: fixtures.pipe_stack(rng, 0.0, 0.0),
    "drum_store": lambda rng, colour: fixtures.drum_store(rng, 0.0, 0.0),
}


@dataclass(frozen=True)
class Prop:
    """Something that stands about; `colour` is for drums, cones and bollards."""

    kind: Literal[
        "drum", "pallet", "crate", "traffic_cone", "bollard", "container", "silo", "column", "pipe_stack", "drum_store"
    ]
    at_m: Place
    yaw_deg: Yaw = 0.0
    z_m: Annotated[float, Within(0.0, 10.0)] = 0.0
    colour: Colour | None = None

    def parts(self, shop: Workshop) -> list[Part]:
        """As the generated sites have it."""
        return _turned(_PROPS[self.kind](shop.rng, self.colour), self.at_m, self.yaw_deg, self.z_m)


@dataclass(frozen=True)
class Mesh:
    """A mesh of one's own: OBJ, STL, glTF or GLB in the site file's folder.

    Attributes:
        file: its path from there.
        at_m: where its origin goes.
        scale: metres a unit of the file.
        up: which of its axes points up; left out: y for glTF, z for the others.
        solid: whether it is in the way; else decoration.
    """

    kind: Literal["mesh"]
    file: str
    at_m: Place
    z_m: Annotated[float, Within(-50.0, 50.0)] = 0.0
    yaw_deg: Yaw = 0.0
    scale: Annotated[float, Within(1e-6, 1e4)] = 1.0
    up: Literal["y", "z"] | None = None
    material: MaterialName = "paint"
    colour: Colour | None = None
    solid: bool = True

    def parts(self, shop: Workshop) -> list[Part]:
        """One part."""
        vertices, faces = load_mesh(shop.folder, self.file, self.up)
        largest = float(np.abs(vertices).max() * self.scale)
        if not 0.001 <= largest <= _FAR:
            raise ValueError(
                f"{self.file} reaches {largest:.3g} m from its origin at scale {self.scale:g}; 0.001 to "
                f"{_FAR:g} are allowed (millimetres need scale: 0.001)"
            )
        part = Part(vertices * self.scale, faces, self.material, "body", self.solid, False, None, self.colour)
        return _turned([part], self.at_m, self.yaw_deg, self.z_m)


Element = (
    Wall
    | Fence
    | Building
    | Box
    | Cylinder
    | Slab
    | Bund
    | Platform
    | Hose
    | PipeTrack
    | PipeBridge
    | Sign
    | Prop
    | Mesh
)

"""The site: what stands where, of what, in which state. One description builds the physics and the ray-cast world."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..types import ByteArray, FloatArray, InspectionPoint, IntArray, Point, Zone


@dataclass(frozen=True, eq=False)
class Decal:
    """A picture on a part: tags, dial faces, labels. `uv` (n, 2) per vertex, (0, 0) top left, (1, 1) bottom right."""

    image: ByteArray
    uv: FloatArray


@dataclass(frozen=True, eq=False)
class Part:
    """A piece of mesh of one material.

    Attributes:
        vertices_m: (n, 3), in the owner's frame (or the world frame where there is no owner).
        faces: (m, 3), counter-clockwise seen from outside.
        material: a name of `materials.MATERIALS`.
        surface: name of the thermal surface it belongs to, such as "bearing".
        solid: takes part in collision.
        inspectable: its area counts in coverage.
        decal: a picture instead of the material's own pattern.
        tint: sRGB 0..1 that replaces the material's base colour.
        surface_delta_k: (n,) K over the surface's temperature per vertex, or None for uniform.
    """

    vertices_m: FloatArray
    faces: IntArray
    material: str
    surface: str = "body"
    solid: bool = True
    inspectable: bool = True
    decal: Decal | None = None
    tint: Point | None = None
    surface_delta_k: FloatArray | None = None

    def moved(self, position_m: Point, yaw_rad: float) -> "Part":
        """The part turned about z by `yaw_rad`, then shifted."""
        c, s = np.cos(yaw_rad), np.sin(yaw_rad)
        turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        vertices = self.vertices_m @ turn.T + np.asarray(position_m)
        return Part(
            vertices,
            self.faces,
            self.material,
            self.surface,
            self.solid,
            self.inspectable,
            self.decal,
            self.tint,
            self.surface_delta_k,
        )


@dataclass
class Equipment:
    """One inspectable asset.

    Attributes:
        kind: a name of the equipment registry.
        params: fixed facts drawn when the site was made (sizes, style, scale, normal range).
        state: what may change and be wrong (reading, angle, level); anomalies write here.
        delta_k: surface name -> K over ambient in its present state; anomalies write here too.
    """

    kind: str
    tag: str
    position_m: Point
    yaw_rad: float
    params: dict[str, Any]
    state: dict[str, Any] = field(default_factory=dict)
    delta_k: dict[str, float] = field(default_factory=dict)
    _built: tuple[Any, tuple[Part, ...]] | None = field(default=None, repr=False, compare=False)

    def parts(self) -> tuple[Part, ...]:
        """Its meshes in its own frame, built once for each state."""
        from .equipment.base import KINDS

        now = dict(self.state), dict(self.delta_k)
        if self._built is None or self._built[0] != now:
            self._built = now, tuple(KINDS[self.kind].parts(self))
        return self._built[1]

    def moved_parts(self) -> list[Part]:
        """Its meshes in the world frame."""
        return [part.moved(self.position_m, self.yaw_rad) for part in self.parts()]


@dataclass(frozen=True)
class GasSource:
    """A leak: `rate_g_h` of `gas` from `position_m`, jetting along the unit vector `direction`."""

    gas: str
    position_m: Point
    rate_g_h: float
    direction: Point = (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class SoundSource:
    """Ultrasound: dB SPL at 1 m for each band of `envs.world.sound.BANDS_KHZ`, modulated at `modulation_hz`.

    It sounds for the share `duty` of every `period_s` seconds; always where `period_s` is 0.
    """

    position_m: Point
    levels_db: tuple[float, ...]
    modulation_hz: float = 0.0
    period_s: float = 0.0
    duty: float = 1.0


@dataclass(frozen=True, eq=False)
class Mover:
    """Something that moves on a schedule and is solid: people, vehicles, flames (not solid).

    Attributes:
        parts: meshes in its own frame (origin on the ground, x forward); `shape_at(t)` overrides them when given.
        pose_at: seconds since the episode began -> (x, y, z, yaw).
        surface_c: surface name -> temperature in °C.
        radius_m, height_m: collision cylinder; radius 0 means not solid unless `size_m` or `links` make it so.
        kind: "person", "flame", "vehicle", "body", "arm".
        size_m: length, width and height of a collision box in place of the cylinder.
        links: meshes of a jointed mover's rigid links, each in its own frame; those that move alike may share them.
        link_poses_at: seconds -> (links, 4, 4) poses of the links in the mover's frame.
    """

    kind: str
    parts: tuple[Part, ...]
    pose_at: Callable[[float], tuple[float, float, float, float]]
    surface_c: dict[str, float]
    radius_m: float
    height_m: float
    shape_at: Callable[[float], tuple[Part, ...]] | None = None
    size_m: Point | None = None
    links: tuple[tuple[Part, ...], ...] = ()
    link_poses_at: Callable[[float], FloatArray] | None = None


@dataclass(frozen=True)
class Light:
    """A lamp: position, sRGB colour 0..1 and luminous strength (1 lights a white wall at 1 m fully)."""

    position_m: Point
    colour: Point
    strength: float


@dataclass(frozen=True)
class Weather:
    """Light and air of an episode. `sun` is the unit vector towards the sun; wind blows towards `wind_m_s`.

    `indoors`: under a roof. `sky_c` is then its temperature, and the sky's light what walls and roof throw back.
    """

    ambient_c: float
    sky_c: float
    sun: Point
    sun_strength: float
    sky_strength: float
    wind_m_s: tuple[float, float]
    indoors: bool = False


@dataclass
class Site:
    """One facility. Generators make a healthy one; anomalies then change it before the worlds are built.

    Attributes:
        bounds_m: (x0, y0, x1, y1).
        structure: fixed parts in the world frame that belong to no equipment: ground, walls, ramps, kerbs, hoses.
        extras: (tag or None, part in the world frame) added by anomalies and distractors, such as spills.
        solid_floor: ground under everything at z = 0.
        dock: (x, y, yaw).
        style: split-dependent looks drawn by the generator (paint set, gauge faces, dirt), read by equipment kinds.
    """

    scenario: str
    size: str
    bounds_m: tuple[float, float, float, float]
    dock: tuple[float, float, float]
    weather: Weather
    style: dict[str, Any]
    equipment: dict[str, Equipment] = field(default_factory=dict)
    structure: list[Part] = field(default_factory=list)
    extras: list[tuple[str | None, Part]] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    movers: list[Mover] = field(default_factory=list)
    lights: list[Light] = field(default_factory=list)
    gas_sources: list[GasSource] = field(default_factory=list)
    sound_sources: list[SoundSource] = field(default_factory=list)

    def copy(self) -> "Site":
        """A copy whose equipment states and lists may be changed without touching this one (meshes are shared)."""
        twin = copy.copy(self)
        twin.equipment = {
            tag: replace(e, state=dict(e.state), delta_k=dict(e.delta_k)) for tag, e in self.equipment.items()
        }
        for name in ("structure", "extras", "zones", "movers", "lights", "gas_sources", "sound_sources"):
            setattr(twin, name, list(getattr(self, name)))
        return twin

    def points(self) -> list[InspectionPoint]:
        """All inspection points, in the world frame, in the order of the equipment."""
        from .equipment.base import KINDS

        return [point for e in self.equipment.values() for point in KINDS[e.kind].points_in_world(e)]

    def owned_parts(self) -> list[tuple[str | None, Part]]:
        """Every fixed part in the world frame with the tag of its owner (None: structure)."""
        owned: list[tuple[str | None, Part]] = [(None, part) for part in self.structure]
        for e in self.equipment.values():
            owned += [(e.tag, part) for part in e.moved_parts()]
        return owned + self.extras

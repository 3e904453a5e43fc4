"""What a site file may say. All positions in metres from the site's south-west corner, x east, y north; yaw in degrees
to the left from east.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from ..records import Length, Matching, OneOf, Within
from ..site.equipment.base import KINDS
from ..site.gases import GASES
from ..site.materials import MATERIALS
from ..types import Point
from .structure import Element

LONGEST_M = 300.0
Place = Annotated[tuple[float, float], Within(-LONGEST_M, LONGEST_M)]
Rect = Annotated[tuple[float, float, float, float], Within(-LONGEST_M, LONGEST_M)]
Colour = Annotated[Point, Within(0.0, 1.0)]
Yaw = Annotated[float, Within(-360.0, 360.0)]
MaterialName = Annotated[str, OneOf(lambda: sorted(MATERIALS))]
GasName = Annotated[str, OneOf(lambda: sorted(GASES))]
Tag = Annotated[str, Matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,11}", "1 to 12 letters, digits, dots or dashes")]
Title = Annotated[str, Matching(r"[^\x00-\x1f]{1,60}", "1 to 60 characters")]


@dataclass(frozen=True)
class DockRecord:
    """Where the patrol starts and ends.

    Attributes:
        at_m: where the robot's middle stands.
        yaw_deg: where it looks.
        station: whether a charging station stands behind it.
        tag: of that station.
    """

    at_m: Place
    yaw_deg: Yaw = 0.0
    station: bool = True
    tag: Tag = "CD-1"


@dataclass(frozen=True)
class EquipmentRecord:
    """One piece of equipment; its inspection points come with its kind.

    Attributes:
        kind: see `patrolgym list`.
        tag: its name on plates and in reports.
        at_m: middle of its footprint.
        yaw_deg: 0 has its front looking south.
        gas: in its lines; none without.
        z_m: height of the floor it stands on.
        plinth_m: height of a concrete plinth that is made under it.
        params: facts of the kind that replace drawn ones, such as `scale`, `normal_range` or `length_m`.
    """

    kind: Annotated[str, OneOf(KINDS.names)]
    tag: Tag
    at_m: Place
    yaw_deg: Yaw = 0.0
    gas: GasName | None = None
    z_m: Annotated[float, Within(0.0, 10.0)] = 0.0
    plinth_m: Annotated[float, Within(0.0, 2.0)] = 0.0
    params: dict = field(default_factory=dict)  # type: ignore[type-arg]


@dataclass(frozen=True)
class ZoneRecord:
    """A marked area of the ground.

    Attributes:
        name: unique.
        kind: hazardous, closed to people, to be kept free, for walking, or round the dock.
        rect_m: two opposite corners x0, y0, x1, y1; or
        corners_m: the corners of a polygon that does not cross itself.
        ex_zone: 0, 1 or 2, for hazard zones.
        gas: that may be present.
    """

    name: Title
    kind: Literal["hazard", "restricted", "escape_route", "walkway", "dock"]
    rect_m: Rect | None = None
    corners_m: Annotated[tuple[Place, ...], Length(3, 64)] | None = None
    ex_zone: Annotated[int, Within(0, 2)] | None = None
    gas: GasName | None = None


@dataclass(frozen=True)
class PersonRecord:
    """A worker who stands (`at_m`), or walks to and fro (`path_m`).

    Attributes:
        at_m: where one stands.
        yaw_deg: where one who stands looks.
        path_m: corners of the way of one who walks.
        helmet: whether a helmet is worn.
    """

    at_m: Place | None = None
    yaw_deg: Yaw = 0.0
    path_m: Annotated[tuple[Place, ...], Length(2, 32)] | None = None
    helmet: bool = True


@dataclass(frozen=True)
class LampRecord:
    """A lamp, lit when it is dark; lamp posts of the equipment bring their own.

    Attributes:
        at_m: x, y, z.
        colour: sRGB.
        strength: 1 lights a white wall at 1 m fully.
    """

    at_m: Annotated[Point, Within(-LONGEST_M, LONGEST_M)]
    colour: Colour = (1.0, 0.96, 0.88)
    strength: Annotated[float, Within(0.0, 200.0)] = 14.0


@dataclass(frozen=True)
class LightRecord:
    """The day; what is left out is drawn for each site seed.

    Attributes:
        sky: kind of day.
        ambient_c: air temperature.
        wind_m_s: towards x and y.
    """

    sky: Literal["day", "overcast", "dusk", "night"] | None = None
    ambient_c: Annotated[float, Within(-40.0, 55.0)] | None = None
    wind_m_s: Annotated[tuple[float, float], Within(-20.0, 20.0)] | None = None


@dataclass(frozen=True)
class PatchRecord:
    """A stretch of floor of another material."""

    rect_m: Rect
    material: MaterialName


@dataclass(frozen=True)
class LineRecord:
    """A painted outline, 10 cm wide."""

    rect_m: Rect
    colour: Colour = (0.86, 0.72, 0.16)


@dataclass(frozen=True)
class FloorRecord:
    """The ground.

    Attributes:
        material: of the site.
        outside: beyond it.
        patches: later ones lie over earlier ones.
        lines: painted outlines.
    """

    material: MaterialName = "concrete"
    outside: MaterialName = "gravel"
    patches: Annotated[tuple[PatchRecord, ...], Length(0, 100)] = ()
    lines: Annotated[tuple[LineRecord, ...], Length(0, 200)] = ()


@dataclass(frozen=True)
class SiteRecord:
    """A site file.

    Attributes:
        name: for people.
        size_m: extent along x and y.
        dock: where the patrol starts.
        equipment: what stands there.
        zones: marked areas.
        structure: walls, floors to climb, pipes, props and meshes.
        people: workers with a fixed place or path.
        workers: further ones, drawn for each site seed on the walkways.
        lamps: besides those of lamp posts.
        light: the day.
        floor: the ground.
        skyline: whether far halls and stacks are drawn around.
        seed: of the looks of the equipment; site seeds vary readings, heat, light and workers.
        anomalies: of a sampled episode, with as many harmless look-alikes; by the amount of equipment if left out.
        time_limit_s: length of an episode.
    """

    name: Title
    size_m: Annotated[tuple[float, float], Within(5.0, 200.0)]
    dock: DockRecord
    equipment: Annotated[tuple[EquipmentRecord, ...], Length(1, 400)]
    zones: Annotated[tuple[ZoneRecord, ...], Length(0, 200)] = ()
    structure: Annotated[tuple[Element, ...], Length(0, 500)] = ()
    people: Annotated[tuple[PersonRecord, ...], Length(0, 30)] = ()
    workers: Annotated[int, Within(0, 20)] = 0
    lamps: Annotated[tuple[LampRecord, ...], Length(0, 100)] = ()
    light: LightRecord = LightRecord()
    floor: FloorRecord = FloorRecord()
    skyline: bool = True
    seed: Annotated[int, Within(0, 2**31)] = 0
    anomalies: Annotated[int, Within(0, 40)] | None = None
    time_limit_s: Annotated[float, Within(10.0, 7200.0)] = 300.0

"""Turns the entries of a site file into equipment, zones, people and structure; errors name the entry."""

import zlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from ..records import Keys, Source, meant
from ..site import ground, surroundings
from ..site.equipment.base import KINDS
from ..site.equipment.drawn import DrawnKind
from ..site.materials import MATERIALS
from ..site.model import Equipment, Light, Mover, Part
from ..site.people import person
from ..site.shapes import box_between
from ..site.zones import rectangle
from ..sites.plant_layout import LAMP_STRENGTH
from ..sites.units import DOCK_AHEAD_M
from ..types import Point, Zone
from .schema import DockRecord, EquipmentRecord, PersonRecord, SiteRecord, ZoneRecord
from .structure import Workshop

T = TypeVar("T")
PLINTH_MARGIN_M = 0.12
_DOCK_ZONE_M = (0.75, 0.5)
_MOST_COUNT, _MOST_M, _MOST = 100, 50.0, 1e6  # that params may be
_MOST_FACES = 1_000_000  # of the structure
#: Facts that follow from others or are said elsewhere in the file.
_DERIVED = ("size_m", "offset_m", "plate", "clearance_m", "gas", "lamp_m")


def stream(record: SiteRecord, what: str) -> np.random.Generator:
    """Random numbers of one thing of the file, so that adding another changes nothing else."""
    return np.random.default_rng(np.random.SeedSequence((record.seed, zlib.crc32(what.encode()))))


def equipment(record: SiteRecord, source: Source, style: dict[str, Any]) -> dict[str, Equipment]:
    """Tag -> equipment of the file, its station at the dock included, in states yet to be drawn."""
    made: dict[str, Equipment] = {}
    for i, entry in enumerate(record.equipment):
        keys: Keys = ("equipment", i)
        if entry.tag in made:
            raise source.error((*keys, "tag"), f"{entry.tag!r} is the tag of another piece of equipment")
        made[entry.tag] = _one(entry, keys, source, record, style)
    dock = record.dock
    if not dock.station:
        return made
    if dock.tag in made:
        raise source.error(("dock", "tag"), f"{dock.tag!r} is the tag of another piece of equipment")
    yaw = np.radians(dock.yaw_deg)
    at = np.subtract(dock.at_m, DOCK_AHEAD_M * np.array([np.cos(yaw), np.sin(yaw)]))
    entry = EquipmentRecord("charging_dock", dock.tag, (float(at[0]), float(at[1])), dock.yaw_deg + 90.0)
    return {dock.tag: _one(entry, ("dock",), source, record, style)} | made


def _one(entry: EquipmentRecord, keys: Keys, source: Source, record: SiteRecord, style: dict[str, Any]) -> Equipment:
    kind, rng = KINDS[entry.kind], stream(record, f"equipment {entry.tag}")
    params = kind.sample(rng, {**style, "gas": entry.gas})
    if entry.gas is not None and "gas" not in params:
        raise source.error((*keys, "gas"), f"a {entry.kind} holds no gas")
    if entry.params:
        params = _replaced(kind, params, entry, keys, source)
    position = (*entry.at_m, entry.z_m + entry.plinth_m)
    return Equipment(entry.kind, entry.tag, position, float(np.radians(entry.yaw_deg)), params)


def _replaced(kind: Any, params: dict[str, Any], entry: EquipmentRecord, keys: Keys, source: Source) -> dict[str, Any]:
    """`params` with those of the file in their place, each of the same sort as the drawn one."""
    free = [name for name in params if name not in _DERIVED]
    changed = dict(params)
    for name, value in entry.params.items():
        at = (*keys, "params", str(name))
        if name not in free:
            raise source.error(at, f"unknown fact of a {entry.kind}; {meant(str(name), free)}")
        changed[name] = _same_sort(value, params[name], at, source)
    if not isinstance(kind, DrawnKind):
        return changed
    try:
        measured = kind.measured(changed)
        trial = Equipment(entry.kind, entry.tag, (0.0, 0.0, 0.0), 0.0, measured)
        trial.state = kind.healthy_state(measured, np.random.default_rng(0))
        built = kind.parts(trial)
        vertices = np.concatenate([part.vertices_m for part in built])
        unknown = [part.material for part in built if part.material not in MATERIALS]
        if unknown or any(not 0.0 <= shade <= 1.0 for part in built for shade in part.tint or ()):
            raise ValueError(f"unknown material {unknown[0]!r}" if unknown else "colours must be within 0..1")
        kind.points(trial)
    # What a kind makes of values it was not drawn with is its own affair; whatever fails, the file is at fault.
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        raise source.error((*keys, "params"), f"a {entry.kind} cannot be built with these: {reason}") from None
    if not np.isfinite(vertices).all() or np.abs(vertices).max() > 50.0:
        raise source.error((*keys, "params"), f"a {entry.kind} with these is larger than 50 m")
    return measured


def _same_sort(value: Any, like: Any, keys: Keys, source: Source) -> Any:
    """`value` as the sort of thing that `like` is."""
    if isinstance(like, tuple) and isinstance(value, list) and len(value) == len(like):
        return tuple(_same_sort(v, one, keys, source) for v, one in zip(value, like, strict=True))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and isinstance(like, int | float) and not isinstance(like, bool):
        most = _MOST_COUNT if isinstance(like, int) else _MOST_M if str(keys[-1]).endswith("_m") else _MOST
        if not abs(value) <= most:
            raise source.error(keys, f"must be within ±{most:g}, got {value!r}")
    if isinstance(like, float) and number:
        return float(value)
    if type(value) is type(like):
        return value
    shown = list(like) if isinstance(like, tuple) else like
    raise source.error(keys, f"must be of the same sort as {shown!r}, got {value!r}")


def zones(record: SiteRecord, source: Source) -> list[Zone]:
    """The zones of the file, and one round the dock where the file has none."""
    made: list[Zone] = []
    for i, entry in enumerate(record.zones):
        keys: Keys = ("zones", i)
        if entry.name in {zone.name for zone in made}:
            raise source.error((*keys, "name"), f"{entry.name!r} is the name of another zone")
        made.append(Zone(entry.name, entry.kind, _outline(entry, keys, source), entry.ex_zone, entry.gas))
        if (entry.kind == "hazard") != (entry.ex_zone is not None):
            raise source.error(keys, "a hazard zone needs ex_zone, 0, 1 or 2, and no other zone has one")
        if entry.gas is not None and entry.kind != "hazard":
            raise source.error((*keys, "gas"), "only a hazard zone has a gas")
    if not any(zone.kind == "dock" for zone in made):
        made.append(Zone("Dock", "dock", _dock_zone(record.dock)))
    return made


def _dock_zone(dock: DockRecord) -> tuple[tuple[float, float], ...]:
    c, s = np.cos(np.radians(dock.yaw_deg)), np.sin(np.radians(dock.yaw_deg))
    corners = np.array(rectangle(-_DOCK_ZONE_M[0], -_DOCK_ZONE_M[1], *_DOCK_ZONE_M)) @ np.array([[c, s], [-s, c]])
    return tuple((float(x), float(y)) for x, y in corners + dock.at_m)


def _outline(entry: ZoneRecord, keys: Keys, source: Source) -> tuple[tuple[float, float], ...]:
    """Corners of a zone, counter-clockwise."""
    if (entry.rect_m is None) == (entry.corners_m is None):
        raise source.error(keys, "a zone needs either rect_m or corners_m")
    if entry.rect_m is not None:
        x0, y0, x1, y1 = entry.rect_m
        corners = np.array(rectangle(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    else:
        corners = np.array(entry.corners_m)
    if _crosses_itself(corners):
        raise source.error((*keys, "corners_m"), "the outline crosses itself")
    after = np.roll(corners, -1, axis=0)
    area = float(np.sum(corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1])) / 2
    if abs(area) < 0.01:
        raise source.error(keys, "the zone has no area")
    return tuple((float(x), float(y)) for x, y in (corners if area > 0 else corners[::-1]))


def _crosses_itself(corners: "np.ndarray[Any, np.dtype[np.float64]]") -> bool:
    """Whether two edges that are not neighbours meet."""
    count = len(corners)

    def left(a: Any, b: Any, c: Any) -> float:
        return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))

    for i in range(count):
        a, b = corners[i], corners[(i + 1) % count]
        for j in range(i + 2, count - (i == 0)):
            c, d = corners[j], corners[(j + 1) % count]
            if left(a, b, c) * left(a, b, d) < 0 and left(c, d, a) * left(c, d, b) < 0:
                return True
    return False


def structure(record: SiteRecord, source: Source, made: Sequence[Equipment], style: dict[str, Any]) -> list[Part]:
    """The ground, the elements of the file, plinths and the skyline."""
    width, depth = record.size_m
    floor = record.floor
    patches = [(_within(patch.rect_m), patch.material) for patch in floor.patches]
    parts = ground.floors((0.0, 0.0, width, depth), floor.material, patches, floor.outside)
    for line in floor.lines:
        parts.append(ground.painted(ground.outline(_within(line.rect_m), 0.1), line.colour))
    for i, element in enumerate(record.structure):
        shop = Workshop(stream(record, f"structure {i}"), source.path.parent)
        key = "file" if element.kind == "mesh" else "kind"
        parts += _told(lambda e=element, s=shop: e.parts(s), source, ("structure", i, key))  # type: ignore[misc]
        if sum(len(part.faces) for part in parts) > _MOST_FACES:
            raise source.error(("structure", i), f"the structure has more than {_MOST_FACES} triangles from here on")
    heights = {entry.tag: entry.plinth_m for entry in record.equipment if entry.plinth_m > 0.0}
    parts += [_plinth(e, heights[e.tag]) for e in made if e.tag in heights]
    if record.skyline:
        parts += surroundings.skyline(stream(record, "skyline"), (0.0, 0.0, width, depth))
    return parts


def _told(make: Callable[[], T], source: Source, keys: Keys) -> T:
    try:
        return make()
    except ValueError as error:
        raise source.error(keys, str(error)) from None


def _within(rect: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = rect
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _plinth(e: Equipment, height_m: float) -> Part:
    length, width, _ = e.params["size_m"]
    half_x, half_y = 0.5 * length + PLINTH_MARGIN_M, 0.5 * width + PLINTH_MARGIN_M
    block = box_between((-half_x, -half_y, -height_m), (half_x, half_y, 0.0)).part("concrete", inspectable=False)
    return block.moved(e.position_m, e.yaw_rad)


def lights(record: SiteRecord, made: Sequence[Equipment], colour: Point) -> list[Light]:
    """Lamps of the file and those of its lamp posts."""
    found = [Light(lamp.at_m, lamp.colour, lamp.strength) for lamp in record.lamps]
    for e in made:
        if e.kind == "lamp_post":
            dx, dy, dz = e.params["lamp_m"]
            c, s = np.cos(e.yaw_rad), np.sin(e.yaw_rad)
            x, y = e.position_m[0] + c * dx - s * dy, e.position_m[1] + s * dx + c * dy
            found.append(Light((float(x), float(y), e.position_m[2] + dz), colour, LAMP_STRENGTH))
    return found


def people(record: SiteRecord, source: Source, ambient_c: float) -> list[Mover]:
    """Those who have a place or a path in the file."""
    return [_person(entry, i, record, source, ambient_c) for i, entry in enumerate(record.people)]


def _person(entry: PersonRecord, i: int, record: SiteRecord, source: Source, ambient_c: float) -> Mover:
    keys: Keys = ("people", i)
    if (entry.at_m is None) == (entry.path_m is None):
        raise source.error(keys, "a person needs either at_m or path_m")
    rng, yaw = stream(record, f"person {i}"), float(np.radians(entry.yaw_deg))
    if entry.at_m is not None:
        return person(rng, *entry.at_m, yaw, None, entry.helmet, ambient_c)
    path = np.array(entry.path_m)
    if (np.linalg.norm(np.diff(path, axis=0), axis=1) < 0.1).any():
        raise source.error((*keys, "path_m"), "corners of a path must be at least 0.1 m apart")
    return person(rng, float(path[0, 0]), float(path[0, 1]), yaw, path, entry.helmet, ambient_c)

"""The map of the report: the site from above with what was covered, as pictures and shapes of an SVG in centimetres."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, ByteArray, FloatArray, Zone
from patrolgym.recording.palette import zone_style
from patrolgym.recording.pictures import jpeg

from .patrol import Bounds, Patrol, map_bounds_m
from .pictures import address, png
from .words import clock

#: Cells of the coverage picture: at least this long, and at most so many.
_CELL_M, _MOST_CELLS = 0.2, 20_000
_OPACITY = 0.62
_TALL_M = 3.0
_GROUND, _TALL = np.array([214.0, 218.0, 222.0]), np.array([255.0, 255.0, 255.0])
_SAME_M = 0.02
#: Marks along the path: one in so many seconds, not more than the last number.
_TICKS_S, _MOST_TICKS = (30.0, 60.0, 120.0, 300.0, 600.0), 12


@dataclass(frozen=True)
class ZoneShape:
    """A zone: SVG points, where its name stands, its style's name and colour, and whether it is hatched."""

    points: str
    at: tuple[float, float]
    name: str
    style: str
    colour: str
    hatched: bool


@dataclass(frozen=True)
class Plan:
    """The map. All places are SVG units: centimetres from the map's north-western corner.

    Attributes:
        width, height: of the site.
        relief, share, times: `data:` addresses of the site from above, and of coverage as share and as times seen.
        most_times: how often the most often seen cell was seen.
        zones: marked areas.
        path: SVG points of the robot's way; `start` and `end` of it.
        ticks: (x, y, time) along it.
        points: (x, y, name, served) of the inspection points.
        labels: (x, y, tag) of inspected equipment.
    """

    width: int
    height: int
    relief: str
    share: str
    times: str
    most_times: int
    zones: tuple[ZoneShape, ...]
    path: str
    start: tuple[float, float] | None
    end: tuple[float, float] | None
    ticks: tuple[tuple[float, float, str], ...]
    points: tuple[tuple[float, float, str, bool], ...]
    labels: tuple[tuple[float, float, str], ...]

    @property
    def legend(self) -> list[tuple[str, str]]:
        """(style, colour) of the hatched zones, each once."""
        return sorted({(zone.style, zone.colour) for zone in self.zones if zone.hatched})


class Frame:
    """From metres in the world to units of the map of a site with the bounds `site_m`."""

    def __init__(self, site_m: Bounds) -> None:
        self._x0, y0, x1, self._y1 = map_bounds_m(site_m)
        self.width, self.height = round(100.0 * (x1 - self._x0)), round(100.0 * (self._y1 - y0))

    def at(self, position_m: Sequence[float] | FloatArray) -> tuple[float, float]:
        """Where a place (x, y, …) is."""
        return round(100.0 * (position_m[0] - self._x0), 1), round(100.0 * (self._y1 - position_m[1]), 1)

    def line(self, places_m: FloatArray | Sequence[Sequence[float]]) -> str:
        """(k, 2) places as SVG points."""
        return " ".join("{:g},{:g}".format(*self.at(place)) for place in places_m)


def plan(patrol: Patrol, frame: Frame) -> Plan:
    """Draw the map of a patrol."""
    briefing, path = patrol.briefing, _simple(patrol.path_m)
    share, times, most = _coverage(patrol)
    inspected = {point.tag for point in briefing.points}
    return Plan(
        width=frame.width,
        height=frame.height,
        relief=address(jpeg(_shaded(*patrol.relief), quality=80)),
        share=address(png(share)),
        times=address(png(times)),
        most_times=most,
        zones=tuple(_zone(zone, frame) for zone in briefing.zones),
        path=frame.line(path),
        start=frame.at(path[0]) if len(path) else None,
        end=frame.at(path[-1]) if len(path) else None,
        ticks=tuple((*frame.at(place), clock(at_s)) for at_s, place in _ticks(patrol)),
        points=tuple((*frame.at(p.position_m), p.name, p.name in patrol.served_s) for p in briefing.points),
        labels=tuple((*frame.at(e.position_m), e.tag) for e in briefing.equipment if e.tag in inspected),
    )


def _shaded(height_m: FloatArray, light: FloatArray) -> ByteArray:
    """(h, w, 3): pale ground, things the paler the taller they are, with the slopes shaded."""
    share = np.clip((height_m - 0.08) / _TALL_M, 0.0, 1.0)[..., None] ** 0.5
    colour = (_GROUND + share * (_TALL - _GROUND)) * np.clip(light, 0.45, 1.0)[..., None]
    edges = np.hypot(cv2.Sobel(height_m, cv2.CV_64F, 1, 0), cv2.Sobel(height_m, cv2.CV_64F, 0, 1))
    colour *= (1.0 - 0.45 * np.clip(edges / 1.5, 0.0, 1.0))[..., None]
    return np.asarray(np.clip(colour, 0, 255), np.uint8)


def _coverage(patrol: Patrol) -> tuple[ByteArray, ByteArray, int]:
    """RGBA pictures of the share of each cell's surfels that was seen, and of how often; and the most often."""
    x0, y0, x1, y1 = map_bounds_m(patrol.briefing.bounds_m)
    cell = max(_CELL_M, float(np.sqrt((x1 - x0) * (y1 - y0) / _MOST_CELLS)))
    shape = max(round((y1 - y0) / cell), 1), max(round((x1 - x0) / cell), 1)
    column = np.clip((patrol.surfels_m[:, 0] - x0) / (x1 - x0) * shape[1], 0, shape[1] - 1).astype(np.int64)
    row = np.clip((y1 - patrol.surfels_m[:, 1]) / (y1 - y0) * shape[0], 0, shape[0] - 1).astype(np.int64)
    index = row * shape[1] + column
    count, seen, times = (
        np.bincount(index, weights, minlength=shape[0] * shape[1]).reshape(shape)
        for weights in (np.ones(len(index)), patrol.times_seen > 0, patrol.times_seen)
    )
    there = count > 0
    mean = times / np.maximum(count, 1)
    most = max(int(np.ceil(mean.max(initial=1.0))), 1)
    share = seen / np.maximum(count, 1)
    return _coloured(share, there), _coloured(np.log1p(mean) / np.log1p(most), there), most


def _coloured(share: FloatArray, there: BoolArray) -> ByteArray:
    """(h, w, 4) viridis over 0..1, transparent where there is nothing to see."""
    colours = cv2.applyColorMap(np.clip(255.0 * share, 0, 255).astype(np.uint8), cv2.COLORMAP_VIRIDIS)[..., ::-1]
    return np.dstack([colours, np.where(there, round(255 * _OPACITY), 0).astype(np.uint8)])


def _zone(zone: Zone, frame: Frame) -> ZoneShape:
    style, colour, _, spacing = zone_style(zone)
    middle = frame.at(np.mean(zone.polygon_m, axis=0))
    rgb = "rgb({},{},{})".format(*colour)
    return ZoneShape(frame.line(zone.polygon_m), middle, zone.name, style, rgb, bool(spacing))


def _simple(path_m: FloatArray) -> FloatArray:
    """The path without what lies within 2 cm of a straight line."""
    if len(path_m) < 3:
        return path_m
    kept = cv2.approxPolyDP(path_m.astype(np.float32).reshape(-1, 1, 2), _SAME_M, False)
    return np.asarray(kept, float).reshape(-1, 2)


def _ticks(patrol: Patrol) -> list[tuple[float, FloatArray]]:
    """(time, place) at round times along the path."""
    if not len(patrol.path_s):
        return []
    end_s = float(patrol.path_s[-1])
    step = next((s for s in _TICKS_S if end_s / s <= _MOST_TICKS), _TICKS_S[-1])
    times = np.arange(step, end_s, step)
    return [(float(t), patrol.path_m[int(np.searchsorted(patrol.path_s, t))]) for t in times]

"""The plan of the site: what stands where, and on it everything that happens."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from patrolgym.envs.metrics.detection import Outcome
from patrolgym.envs.types import BoolArray, ByteArray, FloatArray, Point, Zone

from .moment import Moment
from .palette import DARK, GAS, GOOD, MUTED, PERSON, SEEN, TEXT, TRAFFIC, disc, mark, polygon, zone_style
from .relief import Caster, from_above
from .text import draw, width

_MARGIN_PX = 8
_TITLE_PX = 18  # kept free at the top for the caption
_CELL_PX = 3  # of the coverage layer
_SCALE_PX = 14  # of the scale from the left and from the bottom
_GROUND = np.array([50.0, 57.0, 66.0])
_TALL = np.array([215.0, 222.0, 230.0])
_TALL_M = 3.0


_UNEXPLAINED = ("walkway", "dock")  # not in the legend: the dock bears its name
_Label = tuple[float, float, str]


class SiteMap:
    """North-up plan of one site. The fixed layers are drawn once, the rest on a copy for each frame.

    Args:
        rays: ray casts against everything fixed on the site.
        bounds_m: (x0, y0, x1, y1) of the site.
        size_px: (width, height) of the picture.
        zones: marked areas.
        tags: equipment tag -> position.
        points_m: positions of the inspection points.
        surfels_m: (n, 3) positions of the surfels of `Coverage`.
    """

    def __init__(
        self,
        rays: Caster,
        bounds_m: tuple[float, float, float, float],
        size_px: tuple[int, int],
        zones: Sequence[Zone],
        tags: Mapping[str, Point],
        points_m: Sequence[Point],
        surfels_m: FloatArray,
    ) -> None:
        x0, y0, x1, y1 = bounds_m
        self.width_px, self.height_px = size_px
        usable = np.array(size_px, float) - 2 * _MARGIN_PX - (0, _TITLE_PX)
        self._centre_px = np.array([size_px[0] / 2, (size_px[1] + _TITLE_PX) / 2])
        self.px_m = float(min(usable / (x1 - x0, y1 - y0)))
        self._middle_m = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        self._bounds = bounds_m
        self._coverage = _CoverageLayer(self.pixels(surfels_m), size_px)
        points_px = self.pixels(np.array(points_m, float).reshape(-1, 3))
        self.zone_styles = sorted({zone_style(zone) for zone in zones if zone.kind not in _UNEXPLAINED})
        self._base = self._from_above(rays)
        self._draw_zones(zones)
        named = [("dock", _middle(zone)) for zone in zones if zone.kind == "dock"] + list(tags.items())
        self._stickers = _Stickers(self._place_labels(named), points_px, size_px)

    def pixels(self, places_m: FloatArray) -> FloatArray:
        """(n, 2) pixel positions of (n, 2 or 3) world positions."""
        offset = (np.asarray(places_m, float)[:, :2] - self._middle_m) * self.px_m
        result: FloatArray = self._centre_px + offset * (1.0, -1.0)
        return result

    def draw(self, moment: Moment) -> ByteArray:
        """(height, width, 3) the plan at this moment."""
        image = self._coverage.over(self._base, moment.seen)
        self._draw_gas(image, moment.gas)
        self._stickers.put_on(image, moment.served)
        self._draw_view(image, moment)
        if len(moment.path_m) > 1:
            track = [np.rint(self.pixels(moment.path_m) * 16).astype(np.int32)]
            cv2.polylines(image, track, False, DARK, 3, cv2.LINE_AA, 4)
            cv2.polylines(image, track, False, TEXT, 1, cv2.LINE_AA, 4)
        for corners in moment.traffic_m:
            polygon(image, self.pixels(corners), DARK, 4)
            polygon(image, self.pixels(corners), TRAFFIC, 2)
        for x, y in self.pixels(np.array(moment.people_m, float).reshape(-1, 3)):
            disc(image, x, y, 5.5, DARK)
            disc(image, x, y, 4.0, PERSON)
        self._draw_marks(image, moment)
        self._draw_robot(image, moment)
        self._draw_scale(image)
        return image

    def _from_above(self, rays: Caster) -> ByteArray:
        """Straight down, shaded by height and by the slope of what is seen."""
        column, row = np.meshgrid(np.arange(self.width_px) + 0.5, np.arange(self.height_px) + 0.5)
        x = self._middle_m[0] + (column.ravel() - self._centre_px[0]) / self.px_m
        y = self._middle_m[1] - (row.ravel() - self._centre_px[1]) / self.px_m
        height, light = from_above(rays, x, y, self._bounds)
        share = np.clip((height - 0.08) / _TALL_M, 0.0, 1.0)[:, None] ** 0.4
        colour = (_GROUND + share * (_TALL - _GROUND)) * light[:, None]
        x0, y0, x1, y1 = self._bounds
        outside = (x < x0) | (x > x1) | (y < y0) | (y > y1)
        colour[outside] *= 0.55
        shaded: ByteArray = np.clip(colour, 0, 255).astype(np.uint8).reshape(self.height_px, self.width_px, 3)
        return shaded

    def _draw_zones(self, zones: Sequence[Zone]) -> None:
        row, column = np.mgrid[: self.height_px, : self.width_px]
        for zone in zones:
            _, colour, direction, spacing = zone_style(zone)
            corners = self.pixels(np.array(zone.polygon_m))
            inside = np.zeros((self.height_px, self.width_px), np.uint8)
            cv2.fillPoly(inside, [np.rint(corners).astype(np.int32)], 1)
            if spacing:
                hatch = (inside > 0) & ((column + direction * row) % spacing < 1.5)
                self._base[hatch] = (0.72 * self._base[hatch] + 0.28 * np.array(colour)).astype(np.uint8)
            outlined = self._base.copy()
            polygon(outlined, corners, colour, 1)
            strength = 0.2 if zone.kind == "walkway" else 0.6
            cv2.addWeighted(outlined, strength, self._base, 1.0 - strength, 0.0, dst=self._base)

    def _place_labels(self, named: Sequence[tuple[str, Point]]) -> list[_Label]:
        """Names that fit without overlapping one another or the scale, first come first served."""
        taken = np.zeros((self.height_px, self.width_px), bool)
        taken[self.height_px - 2 * _SCALE_PX :, : self._scale()[1] + 2] = True
        placed = []
        for name, position in named:
            x, y = self.pixels(np.array([position]))[0]
            half = width(name, 12) / 2 + 1
            x, y = float(np.clip(x, half, self.width_px - half)), min(y + 10, self.height_px - 7)
            box = np.s_[max(int(y) - 7, 0) : int(y) + 7, max(int(x - half), 0) : int(x + half) + 1]
            if not taken[box].any():
                taken[box] = True
                placed.append((x, float(y), name))
        return placed

    def _draw_gas(self, image: ByteArray, gas: FloatArray | None) -> None:
        if gas is None or not gas.any():
            return
        x0, y0, x1, y1 = self._bounds
        (left, top), (right, bottom) = np.rint(self.pixels(np.array([(x0, y1), (x1, y0)]))).astype(int)
        northern_first = np.ascontiguousarray(gas[::-1], np.float32)
        cloud = cv2.resize(northern_first, (int(right - left), int(bottom - top)), interpolation=cv2.INTER_LINEAR)
        opacity = 0.75 * np.sqrt(np.clip(cloud, 0.0, 1.0))[..., None]
        under = image[top:bottom, left:right]
        rows, columns = np.nonzero(opacity[..., 0] > 0.02)
        if len(rows):
            box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
            under[box] = (under[box] * (1.0 - opacity[box]) + opacity[box] * np.array(GAS)).astype(np.uint8)

    def _draw_view(self, image: ByteArray, moment: Moment) -> None:
        (eye,) = self.pixels(np.array([moment.position_m]))
        reach = 5.0 * self.px_m
        angle = moment.view_yaw_rad + moment.view_width_rad * np.linspace(-0.5, 0.5, 7)
        cone = np.vstack([eye, eye + reach * np.stack([np.cos(angle), -np.sin(angle)], axis=1)])
        low = np.maximum(np.floor(cone.min(axis=0)).astype(int) - 1, 0)
        high = np.ceil(cone.max(axis=0)).astype(int) + 2
        under = image[low[1] : high[1], low[0] : high[0]]
        if under.size:
            lit = under.copy()
            polygon(lit, cone - low, (255, 244, 190))
            cv2.addWeighted(lit, 0.35, under, 0.65, 0.0, dst=under)

    def _draw_marks(self, image: ByteArray, moment: Moment) -> None:
        for line in moment.score.get("anomalies", ()):
            ((x, y),) = self.pixels(np.array([line["position"]]))
            mark(image, x, y, "found" if line["found"] else "missing")
        for claim in moment.claims:
            if claim.outcome is Outcome.FALSE_ALARM:
                ((x, y),) = self.pixels(np.array([claim.report.position_m]))
                mark(image, x, y, "false")

    def _draw_robot(self, image: ByteArray, moment: Moment) -> None:
        (centre,) = self.pixels(np.array([moment.position_m]))
        ahead = np.array([np.cos(moment.yaw_rad), -np.sin(moment.yaw_rad)])
        aside = np.array([-ahead[1], ahead[0]])
        arrow = np.array([12.0 * ahead, -8.0 * ahead + 8.0 * aside, -4.0 * ahead, -8.0 * ahead - 8.0 * aside]) + centre
        polygon(image, arrow, SEEN)
        polygon(image, arrow, DARK, 2)

    def _scale(self) -> tuple[float, int]:
        """Length of the scale, m, and where it ends, px."""
        length_m = 5.0 if self.px_m > 8 else 10.0
        return length_m, round(_SCALE_PX + length_m * self.px_m)

    def _draw_scale(self, image: ByteArray) -> None:
        length_m, end = self._scale()
        x, y = _SCALE_PX, self.height_px - _SCALE_PX
        for colour, thick in ((DARK, 4), (TEXT, 2)):
            cv2.line(image, (x, y), (end, y), colour, thick)
        draw(image, (x + end) / 2, y - 10, f"{length_m:.0f} m", TEXT, 12, align="centre", halo=DARK)


def _middle(zone: Zone) -> Point:
    x, y = np.mean(zone.polygon_m, axis=0)
    return (float(x), float(y), 0.0)


class _CoverageLayer:
    """Tints each small cell of the plan by the share of its surfels that were seen."""

    def __init__(self, places_px: FloatArray, size_px: tuple[int, int]) -> None:
        self._size = size_px
        self._columns, self._rows = (-(-length // _CELL_PX) for length in size_px)
        cells = np.clip((places_px // _CELL_PX).astype(np.int64), 0, (self._columns - 1, self._rows - 1))
        self._cell = cells[:, 1] * self._columns + cells[:, 0]
        self._total = np.maximum(np.bincount(self._cell, minlength=self._rows * self._columns), 1)

    def over(self, base: ByteArray, seen: BoolArray) -> ByteArray:
        """A tinted copy of `base`."""
        count = np.bincount(self._cell[seen], minlength=self._rows * self._columns)
        share = (count / self._total).astype(np.float32).reshape(self._rows, self._columns)
        opacity = np.repeat(np.repeat(0.75 * share, _CELL_PX, axis=0), _CELL_PX, axis=1)
        opacity = opacity[: self._size[1], : self._size[0]]
        tint = np.broadcast_to(np.array(SEEN, np.uint8), base.shape)
        blended = cv2.blendLinear(base, np.ascontiguousarray(tint), 1.0 - opacity, opacity)
        return np.asarray(blended, np.uint8)


class _Stickers:
    """Tags and inspection points: many small marks that seldom change, drawn once and then copied pixel by pixel."""

    def __init__(self, labels: Sequence[_Label], points_px: FloatArray, size_px: tuple[int, int]) -> None:
        self._labels, self._points_px = labels, points_px
        self._shape = (size_px[1], size_px[0], 3)
        self._served: BoolArray | None = None

    def put_on(self, image: ByteArray, served: BoolArray) -> None:
        """Draw the marks; `served` tells which points are done."""
        if self._served is None or (self._served != served).any():
            self._served = served.copy()
            light, dark = self._drawn(255), self._drawn(0)
            # A pixel that looks much the same on black and on white belongs to a mark.
            self._where = np.flatnonzero(np.abs(light.astype(int) - dark).max(axis=2) < 128)
            self._colours = dark.reshape(-1, 3)[self._where]
        image.reshape(-1, 3)[self._where] = self._colours

    def _drawn(self, background: int) -> ByteArray:
        image = np.full(self._shape, background, np.uint8)
        for x, y, text in self._labels:
            draw(image, x, y, text, TEXT, 12, align="centre", halo=DARK)
        assert self._served is not None
        for (x, y), done in zip(self._points_px, self._served, strict=True):
            disc(image, x, y, 3.2, DARK)
            disc(image, x, y, 2.2, GOOD if done else MUTED)
        return image

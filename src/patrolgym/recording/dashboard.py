"""The video frame: the robot from outside, what it sees, the plan, and the score, in one picture of 1280×720."""

from collections.abc import Sequence

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray

from .map import SiteMap
from .moment import Moment
from .palette import (
    BACKGROUND,
    BAD,
    GAS,
    GOOD,
    LINE,
    MUTED,
    PANEL,
    PERSON,
    SEEN,
    TEXT,
    TRAFFIC,
    WARM,
    Mark,
    ZoneStyle,
    disc,
    mark,
)
from .panels import bar, battery, boxes, clock, reports, thermal, title
from .text import Colour, draw, fit, width

SIZE_PX = (1280, 720)
#: (left, top, width, height) of each panel.
OUTSIDE = (12, 52, 720, 405)
CAMERA = (12, 468, 320, 240)
THERMAL = (340, 468, 320, 240)
SCALE = (668, 468, 64, 240)
MAP = (744, 52, 524, 393)
LEGEND = (744, 450, 524, 40)
TILES = (744, 494, 524, 66)
REPORTS = (744, 568, 524, 116)
SAFETY = (744, 688, 524, 20)
#: Counts of `safety`, in words for none or many, and for one.
_SAFETY_WORDS = {
    "falls": ("falls", "fall"),
    "collisions": ("bumps", "bump"),
    "zone_violations": ("forbidden zones entered", "forbidden zone entered"),
    "near_misses": ("near misses", "near miss"),
    "mover_contacts": ("hits", "hit"),
}


class Dashboard:
    """Composes video frames of one episode.

    Args:
        site_map: the plan, of the size of the `MAP` panel.
        heading: what is patrolled, such as "hazardous plant, small".
        traffic: whether anything moves there besides people, so that the legend tells what its outlines are.
    """

    def __init__(self, site_map: SiteMap, heading: str, traffic: bool = False) -> None:
        if (site_map.width_px, site_map.height_px) != MAP[2:]:
            raise ValueError(f"map must be {MAP[2]}×{MAP[3]} px, got {site_map.width_px}×{site_map.height_px}")
        self._map, self._traffic = site_map, traffic
        self._blank = np.full((SIZE_PX[1], SIZE_PX[0], 3), BACKGROUND, np.uint8)
        self._blank[:44] = PANEL
        draw(self._blank, 14, 22, "PatrolGym", SEEN, 17, bold=True)
        left = 14 + width("PatrolGym", 17, bold=True) + 12
        draw(self._blank, left, 23, heading, MUTED, 14)
        self._activity_x = left + width(heading, 14) + 24
        self._draw_legend(_part(self._blank, LEGEND))

    def compose(self, moment: Moment) -> ByteArray:
        """(720, 1280, 3) uint8 RGB."""
        image = self._blank.copy()
        self._draw_header(image, moment)
        outside = _part(image, OUTSIDE)
        _place(outside, moment.outside)
        title(outside, "The robot")
        camera = _part(image, CAMERA)
        _place(camera, moment.camera)
        boxes(camera, moment.boxes)
        title(camera, "Its camera", f"zoom {moment.zoom:.1f}×")
        heat = _part(image, THERMAL)
        thermal(heat, _part(image, SCALE), moment.thermal_c)
        title(heat, "Its heat camera")
        plan = _part(image, MAP)
        plan[:] = self._map.draw(moment)
        title(plan, "The site from above")
        _draw_tiles(_part(image, TILES), moment)
        reports(_part(image, REPORTS), moment.claims)
        _draw_safety(_part(image, SAFETY), moment)
        return image

    def _draw_header(self, image: ByteArray, moment: Moment) -> None:
        if moment.activity:
            image[10:35, self._activity_x - 2 : self._activity_x + 1] = WARM
        room = SIZE_PX[0] - 300 - self._activity_x
        draw(image, self._activity_x + 10, 22, fit(moment.activity, room, 17, bold=True), TEXT, 17, bold=True)
        battery(image, 1170, 22, moment.battery)
        draw(image, 1208, 22, f"{moment.battery:.0%}", TEXT, 17, bold=True)
        left = f" of {clock(moment.time_limit_s)}"
        draw(image, 1150, 23, left, MUTED, 14, align="right")
        draw(image, 1150 - width(left, 14), 22, clock(moment.time_s), TEXT, 17, bold=True, align="right")

    def _draw_legend(self, image: ByteArray) -> None:
        marks: Sequence[tuple[Mark, str]] = (
            ("missing", "problem not found yet"),
            ("found", "found"),
            ("false", "false alarm"),
        )
        x = 8
        for which, text in marks:
            mark(image, x, 10, which, 6)
            x = _word(image, x + 12, 10, text)
        for colour, text in ((GOOD, "point checked"), (PERSON, "person")):
            disc(image, x, 10, 4, colour)
            x = _word(image, x + 9, 10, text)
        if self._traffic:
            # An outline, as on the plan.
            cv2.rectangle(image, (x + 1, 4), (x + 14, 15), TRAFFIC, 2)
            _word(image, x + 20, 10, "moving")
        x = 1
        named = ""
        swatches: list[ZoneStyle] = [("surface seen", SEEN, 1, 0), ("gas", GAS, 1, 0)]
        for text, colour, direction, spacing in swatches + self._map.zone_styles:
            _swatch(image[23:37, x : x + 16], colour, direction, spacing)
            family, _, last = text.rpartition(" ")
            x = _word(image, x + 20, 30, last if family and family == named else text)
            named = family


def _part(image: ByteArray, panel: tuple[int, int, int, int]) -> ByteArray:
    left, top, wide, high = panel
    return image[top : top + high, left : left + wide]


def _place(panel: ByteArray, picture: ByteArray) -> None:
    """Fill the panel with the picture, scaled to cover it and cut at the sides that stand over."""
    high, wide = panel.shape[:2]
    if picture.shape[:2] == (high, wide):
        panel[:] = picture
        return
    scale = max(high / picture.shape[0], wide / picture.shape[1])
    size = (max(wide, round(picture.shape[1] * scale)), max(high, round(picture.shape[0] * scale)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (size[1] - high) // 2, (size[0] - wide) // 2
    panel[:] = scaled[top : top + high, left : left + wide]


def _draw_tiles(image: ByteArray, moment: Moment) -> None:
    score, served = moment.score, moment.served
    found = sum(line["found"] for line in score["anomalies"])
    total, alarms = len(score["anomalies"]), score["false_alarms"]
    tiles = (
        ("of surfaces seen", f"{score['coverage']:.0%}", score["coverage"], SEEN),
        ("points checked", f"{int(served.sum())} / {len(served)}", score["points_served"], GOOD),
        ("problems found", f"{found} / {total}", found / total if total else 1.0, GOOD),
        ("false alarms" if alarms != 1 else "false alarm", f"{alarms}", None, BAD),
    )
    step = image.shape[1] / len(tiles)
    for k, (label, value, share, colour) in enumerate(tiles):
        bar(image[:, round(k * step) : round((k + 1) * step) - (6 if k < 3 else 0)], label, value, share, colour)


def _draw_safety(image: ByteArray, moment: Moment) -> None:
    x = 2
    draw(image, x, 10, "Safety", TEXT, 14, bold=True)
    x += width("Safety", 14, bold=True) + 12
    for name, words in _SAFETY_WORDS.items():
        count = moment.score["safety"][name]
        text = f"{count} {words[count == 1]}"
        draw(image, x, 10, text, BAD if count else MUTED, 14, bold=bool(count))
        x += width(text, 14, bold=bool(count)) + 14


def _word(image: ByteArray, x: int, y: int, text: str) -> int:
    draw(image, x, y, text, MUTED, 12)
    return x + width(text, 12) + 13


def _swatch(image: ByteArray, colour: Colour, direction: int, spacing: int) -> None:
    row, column = np.mgrid[: image.shape[0], : image.shape[1]]
    filled = (column + direction * row) % min(spacing, 6) < 2 if spacing else np.ones(image.shape[:2], bool)
    image[filled] = colour
    cv2.rectangle(image, (0, 0), (image.shape[1] - 1, image.shape[0] - 1), colour if spacing else LINE, 1)

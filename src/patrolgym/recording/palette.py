"""Colours of the video (RGB 0..255), and the marks that mean the same on the map, in lists and in legends."""

from typing import Literal

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray, FloatArray, Zone

from .text import Colour, draw

BACKGROUND: Colour = (17, 21, 27)
PANEL: Colour = (28, 34, 43)
LINE: Colour = (58, 68, 82)
TEXT: Colour = (234, 239, 244)
MUTED: Colour = (150, 164, 180)
DARK: Colour = (10, 12, 16)
SEEN: Colour = (45, 212, 191)
GOOD: Colour = (74, 200, 120)
BAD: Colour = (240, 82, 82)
DOUBT: Colour = (130, 142, 158)
WARM: Colour = (251, 191, 36)
GAS: Colour = (178, 132, 255)
PERSON: Colour = (96, 175, 255)
TRAFFIC: Colour = (255, 170, 120)

#: Zone style: what it is called, its colour, and the direction and spacing (px) of its hatching (0: none).
ZoneStyle = tuple[str, Colour, int, int]
_HAZARD: dict[int | None, ZoneStyle] = {
    0: ("gas zone 0", (255, 70, 70), 1, 5),
    1: ("gas zone 1", (255, 140, 50), 1, 8),
    2: ("gas zone 2", (240, 205, 70), 1, 12),
    None: ("gas zone", (255, 140, 50), 1, 8),
}
_OTHER: dict[str, ZoneStyle] = {
    "restricted": ("no people", (240, 110, 190), -1, 9),
    "escape_route": ("escape route", (110, 220, 120), -1, 14),
    "vehicle_lane": ("vehicle lane", (80, 190, 215), 1, 18),
    "walkway": ("walkway", (120, 140, 165), 1, 0),
    "dock": ("dock", (90, 160, 255), 1, 0),
}

Mark = Literal["found", "missing", "false", "duplicate"]
_MARKS: dict[Mark, tuple[Colour, str, bool]] = {
    "found": (GOOD, "✓", True),
    "missing": (BAD, "!", False),
    "false": (BAD, "✗", True),
    "duplicate": (DOUBT, "=", True),
}


def zone_style(zone: Zone) -> ZoneStyle:
    """Name, colour and hatching of a zone; an unknown kind is shown like a walkway under its own name."""
    if zone.kind == "hazard":
        return _HAZARD[zone.ex_zone]
    return _OTHER.get(zone.kind, (zone.kind.replace("_", " "), *_OTHER["walkway"][1:]))


def mark(image: ByteArray, x: float, y: float, which: Mark, radius_px: int = 8) -> None:
    """Draw a round mark: found, still missing, false alarm, or a duplicate."""
    colour, sign, filled = _MARKS[which]
    disc(image, x, y, radius_px + 1.5, DARK)
    disc(image, x, y, radius_px, colour)
    if not filled:
        disc(image, x, y, radius_px - 2.0, DARK)
    draw(image, x, y - 0.5, sign, TEXT if filled else colour, 12, bold=True, align="centre")


def disc(image: ByteArray, x: float, y: float, radius_px: float, colour: Colour) -> None:
    """A filled anti-aliased circle."""
    cv2.circle(image, (round(x * 16), round(y * 16)), round(radius_px * 16), colour, -1, cv2.LINE_AA, 4)


def polygon(image: ByteArray, corners_px: FloatArray, colour: Colour, thickness: int = 0) -> None:
    """A closed anti-aliased polygon (k, 2), filled where the thickness is 0."""
    corners = [np.rint(np.asarray(corners_px) * 16).astype(np.int32)]
    if thickness:
        cv2.polylines(image, corners, True, colour, thickness, cv2.LINE_AA, 4)
    else:
        cv2.fillPoly(image, corners, colour, cv2.LINE_AA, 4)

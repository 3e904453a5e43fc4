"""Pictures that go on equipment: dial faces, tag plates, signs, scales. RGB uint8, drawn once and shared.

Pictures are drawn at twice their size and averaged down, so thin lines stay smooth under zoom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from scipy.special import expit

from ..checks import one_of
from ..types import ByteArray

Colour = tuple[int, int, int]
WHITE, BLACK, RED, GREEN = (245, 245, 240), (20, 20, 22), (190, 30, 30), (30, 130, 60)
_FINE = 2  # supersampling
DIAL_PX = 384


@dataclass(frozen=True)
class DialStyle:
    """Look of a dial face.

    Attributes:
        zero_deg, span_deg: angle of the lowest value clockwise from up, and the sweep to the highest.
        number_radius, number_height: of the figures, relative to the face's radius.
        minors: small ticks in one numbered interval.
        band: "none", "green", "green_red" or "red_mark": what marks the normal range.
        rim: a line along the ticks. double: a second, inner scale. inward: ticks hang from the outer edge.
    """

    face: Colour = WHITE
    ink: Colour = BLACK
    zero_deg: float = -135.0
    span_deg: float = 270.0
    font: int = cv2.FONT_HERSHEY_SIMPLEX
    number_radius: float = 0.62
    number_height: float = 0.15
    tick_radius: float = 0.92
    minors: int = 5
    band: str = "none"
    rim: bool = False
    double: bool = False
    inward: bool = True


DIALS = {
    "classic": DialStyle(),
    "classic_bold": DialStyle(font=cv2.FONT_HERSHEY_DUPLEX, number_height=0.17, minors=10, rim=True),
    "banded": DialStyle(band="green_red", tick_radius=0.84, number_radius=0.55, rim=True),
    "cream": DialStyle(face=(238, 228, 200), ink=(50, 34, 24), font=cv2.FONT_HERSHEY_COMPLEX, minors=2),
    "double_scale": DialStyle(double=True, number_radius=0.70, number_height=0.13, tick_radius=0.95, rim=True),
    "wide": DialStyle(zero_deg=-120.0, span_deg=240.0, number_height=0.18, minors=4, font=cv2.FONT_HERSHEY_DUPLEX),
    "black": DialStyle(face=(28, 28, 30), ink=(235, 235, 228), minors=5),
    "outward": DialStyle(inward=False, tick_radius=0.56, number_radius=0.84, number_height=0.13, rim=True),
    "marked": DialStyle(band="red_mark", zero_deg=-140.0, span_deg=280.0, minors=10),
    "green_arc": DialStyle(band="green", zero_deg=-120.0, span_deg=240.0, tick_radius=0.86, number_radius=0.56),
    # Held out for the `test` split.
    "blue": DialStyle(face=(36, 58, 104), ink=(238, 240, 244), zero_deg=-130.0, span_deg=260.0, band="green"),
    "slim": DialStyle(font=cv2.FONT_HERSHEY_PLAIN, zero_deg=-150.0, span_deg=300.0, minors=2, number_radius=0.66),
    "grey_banded": DialStyle(face=(206, 210, 212), ink=(24, 30, 60), band="green_red", tick_radius=0.82,
                             number_radius=0.52, minors=4, font=cv2.FONT_HERSHEY_TRIPLEX),
    "yellow": DialStyle(face=(236, 208, 92), ink=(30, 26, 20), zero_deg=-120.0, span_deg=240.0, rim=True, minors=10),
}  # fmt: skip
HELD_OUT_FACES = ("blue", "slim", "grey_banded", "yellow")
COMMON_FACES = tuple(name for name in DIALS if name not in HELD_OUT_FACES)
MAKERS = ("", "NORDA", "tecvar", "WEKSA", "Ritmo", "KL 1.6", "EN 837-1")


@lru_cache(maxsize=64)
def dial(
    style: str, scale: tuple[float, float], majors: int, unit: str, band: tuple[float, float], maker: str
) -> ByteArray:
    """A dial face (384, 384, 3) without its needle.

    Args:
        style: a name of `DIALS`.
        scale: lowest and highest value.
        majors: number of numbered intervals.
        unit: printed in the middle; "C" is printed as degrees.
        band: normal range, drawn if the style has a band.
        maker: small text, may be empty.
    """
    look = DIALS[style]
    size = DIAL_PX * _FINE
    image = np.full((size, size, 3), look.face, np.uint8)
    _draw_band(image, look, [(v - scale[0]) / (scale[1] - scale[0]) for v in band])
    _draw_ticks(image, look, majors, look.minors)
    for k in range(majors + 1):
        value = scale[0] + (scale[1] - scale[0]) * k / majors
        at = _polar(look, k / majors, look.number_radius, size)
        _write(image, f"{value:.4g}", at, 0.5 * look.number_height * size, 0.13 * size, look.ink, look.font)
    middle = size // 2
    if look.double and unit == "bar":
        _draw_second_scale(image, look, scale, majors)
    else:
        _write(image, maker, (middle, int(0.36 * size)), 0.04 * size, 0.2 * size, look.ink, cv2.FONT_HERSHEY_DUPLEX)
    _write(image, unit, (middle, int(0.66 * size)), 0.05 * size, 0.2 * size, look.ink, look.font)
    if unit == "C":
        # Not every font that OpenCV brings has a degree sign.
        cv2.circle(image, (middle - size // 22, int(0.64 * size)), size // 90, look.ink, 3, cv2.LINE_AA)
    return _finish(image)


def _polar(look: DialStyle, share: float, radius: float, size: int) -> tuple[int, int]:
    angle = np.radians(look.zero_deg + look.span_deg * share)
    return (round(size * 0.5 * (1 + radius * np.sin(angle))), round(size * 0.5 * (1 - radius * np.cos(angle))))


def _draw_ticks(image: ByteArray, look: DialStyle, majors: int, minors: int) -> None:
    size = len(image)
    sign = -1.0 if look.inward else 1.0
    for k in range(majors * minors + 1):
        length, width = (0.13, 0.012) if k % minors == 0 else (0.065, 0.006)
        share = k / (majors * minors)
        ends = [_polar(look, share, look.tick_radius + r, size) for r in (0.0, sign * length)]
        cv2.line(image, ends[0], ends[1], look.ink, max(1, round(width * size)), cv2.LINE_AA)
    if look.rim:
        _arc(image, look, look.tick_radius, (0.0, 1.0), look.ink, 0.006)


def _draw_band(image: ByteArray, look: DialStyle, band: Sequence[float]) -> None:
    if look.band in ("green", "green_red"):
        _arc(image, look, 0.91, (band[0], band[1]), GREEN, 0.035)
    if look.band == "green_red":
        _arc(image, look, 0.91, (band[1], 1.0), RED, 0.035)
    if look.band == "red_mark":
        size = len(image)
        ends = [_polar(look, band[1], r, size) for r in (0.74, 0.97)]
        cv2.line(image, ends[0], ends[1], RED, round(0.018 * size), cv2.LINE_AA)


def _draw_second_scale(image: ByteArray, look: DialStyle, scale: tuple[float, float], majors: int) -> None:
    """An inner scale in psi, as gauges for two markets have."""
    size = len(image)
    _arc(image, look, 0.5, (0.0, 1.0), RED, 0.005)
    for k in range(0, majors + 1, 2):
        value = (scale[0] + (scale[1] - scale[0]) * k / majors) * 14.5
        ends = [_polar(look, k / majors, r, size) for r in (0.5, 0.45)]
        cv2.line(image, ends[0], ends[1], RED, 4, cv2.LINE_AA)
        _write(image, f"{value:.0f}", _polar(look, k / majors, 0.36, size), 0.035 * size, 0.09 * size, RED, look.font)


def _arc(
    image: ByteArray, look: DialStyle, radius: float, share: tuple[float, float], colour: Colour, width: float
) -> None:
    size = len(image)
    points = [_polar(look, s, radius, size) for s in np.linspace(share[0], share[1], 60)]
    cv2.polylines(image, [np.array(points, np.int32)], False, colour, max(1, round(width * size)), cv2.LINE_AA)


@lru_cache(maxsize=512)
def plate(lines: tuple[str, ...], ink: Colour, ground: Colour, size_px: tuple[int, int] = (160, 64)) -> ByteArray:
    """An engraved plate with a thin border and centred lines of text; `size_px` is (width, height)."""
    width, height = size_px[0] * _FINE, size_px[1] * _FINE
    image = np.full((height, width, 3), ground, np.uint8)
    cv2.rectangle(image, (3, 3), (width - 4, height - 4), ink, 2, cv2.LINE_AA)
    pitch = height / len(lines)
    for k, line in enumerate(lines):
        at = (width // 2, int((k + 0.5) * pitch))
        _write(image, line, at, 0.62 * pitch, 0.88 * width, ink, cv2.FONT_HERSHEY_DUPLEX)
    return _finish(image)


@lru_cache(maxsize=8)
def level_scale(majors: int, ground: Colour) -> ByteArray:
    """An upright scale 0..100 % (64, 512): ticks towards the left edge, figures beside them."""
    image = np.full((512 * _FINE, 64 * _FINE, 3), ground, np.uint8)
    height, width = image.shape[:2]
    for k in range(majors * 5 + 1):
        y = round((1.0 - k / (majors * 5)) * (height - 1))
        cv2.line(image, (0, y), (round(width * (0.4 if k % 5 == 0 else 0.22)), y), BLACK, 5 if k % 5 == 0 else 3)
        if k % 5 == 0:
            middle = int(np.clip(y, 22, height - 23))
            _write(image, f"{100 * k // (majors * 5)}", (int(0.7 * width), middle), 26, 0.5 * width, BLACK, 2)
    return _finish(image)


@lru_cache(maxsize=16)
def position_plate(ink: Colour, ground: Colour) -> ByteArray:
    """Valve position plate (256, 256): SHUT at 0 deg (up), OPEN at 90 deg clockwise (right), an arc between."""
    size = 256 * _FINE
    image = np.full((size, size, 3), ground, np.uint8)
    look = DialStyle(zero_deg=0.0, span_deg=90.0)
    _arc(image, look, 0.62, (0.0, 1.0), ink, 0.012)
    for k in range(7):
        ends = [_polar(look, k / 6, r, size) for r in (0.62, 0.74 if k % 6 == 0 else 0.68)]
        cv2.line(image, ends[0], ends[1], ink, 6, cv2.LINE_AA)
    _write(image, "SHUT", _polar(look, 0.0, 0.86, size), 0.085 * size, 0.3 * size, ink, cv2.FONT_HERSHEY_DUPLEX)
    _write(image, "OPEN", (int(0.84 * size), int(0.58 * size)), 0.085 * size, 0.28 * size, ink, cv2.FONT_HERSHEY_DUPLEX)
    return _finish(image)


@lru_cache(maxsize=256)
def weld_row(
    size_m: tuple[float, float],
    welds_m: tuple[tuple[float, float], ...],
    tint: tuple[float, float, float],
    seed: int,
    missing: frozenset[int] = frozenset(),
    smears_m: tuple[tuple[float, float, float], ...] = (),
) -> ByteArray:
    """A strip of bare sheet metal with spot welds, 1,600 px/m: each a round dint, a rim and a faint heat tint.

    Args:
        size_m: width and height of the strip.
        welds_m: (right, up) of each weld from the middle.
        tint: sRGB 0..1 of the metal.
        seed: of grain and of each weld's look.
        missing: numbers of the welds that are not there; the others look the same without them.
        smears_m: (right, up, radius) of smears of grease over the metal, thin enough for welds to show.
    """
    rng, scale = np.random.default_rng(seed), 1600.0
    width, height = round(size_m[0] * scale), round(size_m[1] * scale)
    grain = cv2.GaussianBlur(rng.normal(0.0, 1.0, (height, width)).astype(np.float32), (0, 0), 6.0, sigmaY=0.8)
    image = 255.0 * np.array(tint, np.float32) * (1.0 + 0.15 * grain)[..., None]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    for k, (right, up) in enumerate(welds_m):
        size, stretch, warmth, depth = rng.uniform((0.0030, 0.95, 0.10, 0.2), (0.0037, 1.05, 0.22, 0.35))
        if k in missing:
            continue
        dx, dy = columns - (0.5 * width + right * scale), rows - (0.5 * height - up * scale)
        radius = size * scale
        away = np.hypot(dx * stretch, dy) / radius
        halo = warmth * np.exp(-((np.maximum(away - 1.0, 0.0) / 0.6) ** 2))
        image *= 1.0 - halo[..., None] * np.array((0.7, 1.0, 1.25), np.float32)
        rim = np.exp(-(((away - 1.0) / 0.14) ** 2))
        # Lit from above: the upper wall of the dint is dark, the lower one bright.
        wall = rim * np.clip(dy / (radius * np.maximum(away, 0.2)), -1.0, 1.0)
        image *= (1.0 + depth * wall - 0.25 * rim)[..., None]
    for right, up, reach in smears_m:
        dx, dy = columns / scale - 0.5 * size_m[0] - right, rows / scale - 0.5 * size_m[1] + up
        ragged = 1.0 + 0.25 * np.sin(3.0 * np.arctan2(dy, dx) + 400.0 * right)
        cover = expit(6.0 - 6.0 * np.hypot(0.6 * dx, dy) / (reach * ragged))
        image *= 1.0 - cover[..., None] * np.array((0.38, 0.42, 0.48), np.float32)
    return np.asarray(np.clip(image, 0, 255), np.uint8)


#: Names of the safety signs.
SIGNS = ("voltage", "ex", "extinguisher", "exit", "dock")


@lru_cache(maxsize=16)
def sign(name: str) -> ByteArray:
    """A safety sign (160, 160): "voltage", "ex", "extinguisher", "dock"; or "exit" (160 high, 320 wide)."""
    drawers = {"voltage": _voltage, "ex": _ex, "extinguisher": _extinguisher, "exit": _exit, "dock": _dock}
    one_of("sign", name, drawers)
    return _finish(drawers[name]())


def _warning() -> ByteArray:
    image = np.full((320, 320, 3), WHITE, np.uint8)
    corners = np.array([(160, 20), (306, 284), (14, 284)], np.int32)
    cv2.fillPoly(image, [corners], (245, 200, 30), cv2.LINE_AA)
    cv2.polylines(image, [corners], True, BLACK, 16, cv2.LINE_AA)
    return image


def _voltage() -> ByteArray:
    image = _warning()
    bolt = np.array([(176, 92), (128, 190), (160, 182), (138, 262), (202, 160), (168, 168)], np.int32)
    cv2.fillPoly(image, [bolt], BLACK, cv2.LINE_AA)
    return image


def _ex() -> ByteArray:
    image = _warning()
    _write(image, "EX", (160, 215), 80, 130, BLACK, cv2.FONT_HERSHEY_DUPLEX)
    return image


def _extinguisher() -> ByteArray:
    image = np.full((320, 320, 3), (192, 24, 32), np.uint8)
    cv2.rectangle(image, (110, 120), (180, 280), WHITE, -1, cv2.LINE_AA)
    cv2.rectangle(image, (128, 84), (162, 120), WHITE, -1, cv2.LINE_AA)
    cv2.line(image, (110, 74), (196, 60), WHITE, 14, cv2.LINE_AA)
    cv2.polylines(image, [np.array([(160, 90), (220, 110), (226, 200)], np.int32)], False, WHITE, 14, cv2.LINE_AA)
    return image


def _exit() -> ByteArray:
    image = np.full((320, 640, 3), (20, 130, 80), np.uint8)
    cv2.rectangle(image, (430, 50), (580, 280), WHITE, -1, cv2.LINE_AA)
    cv2.circle(image, (330, 78), 26, WHITE, -1, cv2.LINE_AA)
    limbs = [
        [(318, 120), (280, 190)],
        [(280, 190), (340, 220), (330, 284)],
        [(280, 190), (236, 240), (176, 240)],
        [(316, 124), (372, 160), (410, 136)],
        [(312, 122), (250, 120), (220, 164)],
    ]
    for limb in limbs:
        cv2.polylines(image, [np.array(limb, np.int32)], False, WHITE, 26, cv2.LINE_AA)
    cv2.arrowedLine(image, (40, 160), (160, 160), WHITE, 22, cv2.LINE_AA, tipLength=0.4)
    return image


def _dock() -> ByteArray:
    image = np.full((320, 320, 3), (30, 70, 130), np.uint8)
    bolt = np.array([(184, 30), (96, 176), (156, 170), (130, 290), (226, 136), (166, 142)], np.int32)
    cv2.fillPoly(image, [bolt], WHITE, cv2.LINE_AA)
    return image


def _write(
    image: ByteArray, text: str, centre: tuple[int, int], height: float, width: float, ink: Colour, font: int
) -> None:
    """Write `text` centred, `height` px tall, or smaller where it would be wider than `width`."""
    if not text:
        return
    (full_width, full_height), _ = cv2.getTextSize(text, font, 4.0, 1)
    scale = 4.0 * min(height / full_height, width / full_width)
    thickness = max(1, round(0.12 * scale * full_height / 4.0))
    (text_width, text_height), _ = cv2.getTextSize(text, font, scale, thickness)
    corner = (centre[0] - text_width // 2, centre[1] + text_height // 2)
    cv2.putText(image, text, corner, font, scale, ink, thickness, cv2.LINE_AA)


def _finish(image: ByteArray) -> ByteArray:
    small = cv2.resize(image, None, fx=1 / _FINE, fy=1 / _FINE, interpolation=cv2.INTER_AREA)
    small.flags.writeable = False
    return np.asarray(small, dtype=np.uint8)

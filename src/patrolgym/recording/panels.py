"""The smaller pictures and boxes a video frame is composed of; each draws on an (h, w, 3) view in place."""

from collections.abc import Sequence

import cv2
import numpy as np

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.metrics.detection import Claim, Outcome
from patrolgym.envs.metrics.reading import KIND_OF_UNIT
from patrolgym.envs.types import ByteArray, FloatArray

from .moment import Box
from .palette import BAD, DARK, GOOD, LINE, MUTED, PANEL, TEXT, WARM, Mark, mark
from .text import Colour, draw, fit, width

_MARK_OF: dict[Outcome, Mark] = {
    Outcome.MATCHED: "found",
    Outcome.DUPLICATE: "duplicate",
    Outcome.FALSE_ALARM: "false",
}
_MIN_SPAN_C = 20.0
_ROUND_C = 5.0
_TICKS_C = (5, 10, 20, 50, 100)


def title(image: ByteArray, text: str, note: str = "") -> None:
    """A caption in the top left corner of a picture."""
    right = 20 + width(text, 14, bold=True) + (width(note, 14) + 8 if note else 0)
    shade = image[0:24, 0:right]
    cv2.addWeighted(shade, 0.3, np.full_like(shade, DARK), 0.7, 0.0, dst=shade)
    draw(image, 10, 12, text, TEXT, 14, bold=True)
    draw(image, 18 + width(text, 14, bold=True), 12, note, MUTED, 14)


def boxes(image: ByteArray, found: Sequence[Box]) -> None:
    """Frames around detections, each with its label."""
    for box in found:
        colour = BAD if box.alarm else GOOD
        first, last = (round(box.x0), round(box.y0)), (round(box.x1), round(box.y1))
        cv2.rectangle(image, first, last, DARK, 4, cv2.LINE_AA)
        cv2.rectangle(image, first, last, colour, 2, cv2.LINE_AA)
        text = fit(box.label, image.shape[1] - 16, 12, bold=True)
        left = int(np.clip(first[0] - 1, 0, image.shape[1] - width(text, 12, bold=True) - 10))
        below = first[1] < 42  # no room above, or the title is there
        top = min(last[1] + 1, image.shape[0] - 17) if below else first[1] - 17
        cv2.rectangle(image, (left, top), (left + width(text, 12, bold=True) + 8, top + 16), colour, -1)
        draw(image, left + 4, top + 8, text, DARK if not box.alarm else TEXT, 12, bold=True)


def thermal(image: ByteArray, scale: ByteArray, thermal_c: FloatArray) -> None:
    """False colours with the hottest spot marked, and the colour scale beside it.

    Args:
        image: (h, w, 3) where the picture goes.
        scale: (h, w', 3) where the colour scale goes.
        thermal_c: °C, of any size.
    """
    celsius = np.asarray(cv2.resize(thermal_c, (image.shape[1], image.shape[0])), np.float32)
    low, high = _range_c(celsius)
    grey = np.clip((celsius - low) * (255.0 / (high - low)), 0, 255).astype(np.uint8)
    image[:] = _colours(grey)
    row, column = np.unravel_index(int(np.argmax(cv2.blur(celsius, (3, 3)))), celsius.shape)
    x, y = int(column), int(row)
    for colour, thick in ((DARK, 3), (TEXT, 1)):
        cv2.circle(image, (x, y), 7, colour, thick, cv2.LINE_AA)
    text = f"{celsius[row, column]:.0f} °C"
    side = x + 12 + width(text, 14, bold=True) > image.shape[1]
    draw(
        image,
        x - 12 if side else x + 12,
        min(max(y, 32), image.shape[0] - 9),
        text,
        TEXT,
        14,
        bold=True,
        align="right" if side else "left",
        halo=DARK,
    )
    _colour_scale(scale, low, high)


def bar(image: ByteArray, label: str, value: str, share: float | None, colour: Colour = GOOD) -> None:
    """A tile with a figure, what it means, and how much of it is done (None: no bar)."""
    height, wide = image.shape[:2]
    image[:] = PANEL
    draw(image, 10, 20, value, TEXT, 24, bold=True)
    draw(image, 10, 43, fit(label, wide - 14, 14), MUTED, 14)
    if share is not None:
        image[height - 12 : height - 7, 10 : wide - 10] = LINE
        image[height - 12 : height - 7, 10 : 10 + round((wide - 20) * float(np.clip(share, 0.0, 1.0)))] = colour


def reports(image: ByteArray, claims: Sequence[Claim]) -> None:
    """The latest reports, newest first, each with its mark."""
    image[:] = PANEL
    draw(image, 10, 14, "What the robot reports", TEXT, 14, bold=True)
    if not claims:
        draw(image, 10, 38, "nothing yet", MUTED, 14)
    rows = (image.shape[0] - 26) // 21
    for k, claim in enumerate(list(claims)[::-1][:rows]):
        y = 38 + 21 * k
        mark(image, 18, y, _MARK_OF[claim.outcome], 7)
        draw(image, 34, y, clock(claim.at_s), MUTED, 14)
        note = {"false": "false alarm", "duplicate": "known already"}.get(_MARK_OF[claim.outcome], "")
        draw(image, image.shape[1] - 10, y, note, BAD if note == "false alarm" else MUTED, 14, align="right")
        room = image.shape[1] - 92 - width(note, 14)
        draw(image, 76, y, fit(sentence(claim), room, 14), TEXT, 14)


def battery(image: ByteArray, x: int, y: int, level: float) -> None:
    """A battery symbol, 30×14 px, with its middle line at `y`."""
    colour = GOOD if level > 0.3 else WARM if level > 0.15 else BAD
    cv2.rectangle(image, (x, y - 7), (x + 28, y + 7), MUTED, 1, cv2.LINE_AA)
    image[y - 3 : y + 4, x + 29 : x + 32] = MUTED
    image[y - 5 : y + 6, x + 2 : x + 2 + round(25 * float(np.clip(level, 0.0, 1.0)))] = colour


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def sentence(claim: Claim) -> str:
    """A report in words, with its reading where the unit of the class is that of the reading."""
    what = claim.report.anomaly_class.replace("_", " ").capitalize()
    where = f" at {claim.report.tag}" if claim.report.tag else ""
    unit = ANOMALIES[claim.report.anomaly_class].unit
    known = claim.report.reading is not None and unit in KIND_OF_UNIT
    return f"{what}{where}: {claim.report.reading:.3g} {unit}" if known else f"{what}{where}"


def _range_c(thermal_c: FloatArray) -> tuple[float, float]:
    """Limits of the colour scale, rounded so that it seldom changes; bare metal that mirrors the sky is left out."""
    low = float(np.floor(np.percentile(thermal_c[::4, ::4], 5) / _ROUND_C) * _ROUND_C)
    high = float(np.ceil(np.max(thermal_c) / _ROUND_C) * _ROUND_C)
    return low, max(high, low + _MIN_SPAN_C)


def _colours(grey: ByteArray) -> ByteArray:
    return cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO)[..., ::-1].astype(np.uint8, copy=False)


def _colour_scale(image: ByteArray, low_c: float, high_c: float) -> None:
    height = image.shape[0]
    ramp = np.linspace(255, 0, height - 16).astype(np.uint8)[:, None]
    image[8:-8, 0:14] = _colours(np.ascontiguousarray(np.repeat(ramp, 14, axis=1)))
    step = next(step for step in _TICKS_C if (high_c - low_c) / step <= 6 or step == _TICKS_C[-1])
    for celsius in np.arange(np.ceil(low_c / step) * step, high_c + 0.1, step):
        y = height - 9 - (celsius - low_c) / (high_c - low_c) * (height - 17)
        draw(image, 20, y, f"{celsius:.0f} °C", MUTED, 12)

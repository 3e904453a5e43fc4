"""Needle gauges of any make in a photograph."""

from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray

from .base import LEAST_CONFIDENCE, PHOTO_KINDS, Answer, PhotoKind, Question
from .dial import GaugeReading, read_gauge

_TICKS, _ENDS, _NEEDLE = (40, 200, 60), (255, 60, 40), (255, 0, 220)
_LEAST_SIDE_PX = 48


class PhotoGauge(PhotoKind):
    """Reads a round dial with a linear scale that runs clockwise; see `dial.read_gauge`."""

    name: ClassVar[str] = "gauge"
    about: ClassVar[str] = "the needle of a round dial; needs --min and --max, the values at the ends of its scale"
    needs: ClassVar[tuple[str, ...]] = ("limits",)

    def read(self, question: Question) -> Answer:
        """The value the needle of the most prominent dial points at."""
        assert question.limits is not None
        low, high = question.limits
        if min(question.rgb.shape[:2]) < _LEAST_SIDE_PX:
            return Answer(None, 0.0, f"the picture is smaller than {_LEAST_SIDE_PX} px", question.rgb.copy())
        found = read_gauge(question.rgb, question.limits)
        if not np.isfinite(found.share):
            return Answer(None, 0.0, found.reason, _drawn(question.rgb, found))
        reading = low + found.share * (high - low)
        return Answer(float(reading), found.confidence, found.reason, _drawn(question.rgb, found))


def _drawn(rgb: ByteArray, found: GaugeReading) -> ByteArray:
    """The photograph with ticks, ends of the scale and needle as they were seen."""
    picture = rgb.copy()
    dial, span, needle = found.dial, found.span, found.needle
    if dial is None or span is None or needle is None:
        return picture
    thick = max(1, round(dial.face.radius_px / 110))

    def place(angle_deg: float, radius: float, aside: float) -> tuple[int, int]:
        along, across = np.sin(np.deg2rad(angle_deg)), np.cos(np.deg2rad(angle_deg))
        at = dial.face.frame @ np.array([radius * along + aside * across, aside * along - radius * across, 1.0])
        x, y = np.clip(at[:2] / at[2], -30000, 30000)
        return round(float(x)), round(float(y))

    def ray(turn: float, ends: tuple[float, float], colour: tuple[int, int, int], width: int, aside: float) -> None:
        first, last = (place(turn, end, aside) for end in ends)
        cv2.line(picture, first, last, colour, width, cv2.LINE_AA)

    for angle in np.linspace(span.start_deg, span.end_deg, span.divisions + 1)[1:-1]:
        ray(float(angle), (1.02, 1.06), _TICKS, thick, 0.0)
    for angle in (span.start_deg, span.end_deg):
        ray(angle, (0.98, 1.14), _ENDS, 2 * thick, 0.0)
    # A refused reading is shown as a thin line only.
    sure = found.confidence >= LEAST_CONFIDENCE
    ray(needle.angle_deg, (0.0, 1.0), _NEEDLE, 2 * thick if sure else max(1, thick // 2), needle.aside)
    return picture


PHOTO_KINDS.add(PhotoGauge.name, PhotoGauge())

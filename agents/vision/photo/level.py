"""Liquid levels in sight glasses in a photograph."""

from typing import ClassVar

import cv2
import numpy as np

from ..level import liquid_line
from ..light import lab
from .base import PHOTO_KINDS, Answer, PhotoKind, Question

_ROWS = 240
#: Share of the glass at either side and end that is not looked at: its walls and fittings.
_SIDE, _END = 0.25, 0.03
#: Steps of colour (L*a*b*) that are surely none, and surely a liquid's line.
_STEP = (4.0, 14.0)


class PhotoLevel(PhotoKind):
    """Reads the liquid's line in an upright glass that the user frames."""

    name: ClassVar[str] = "level"
    about: ClassVar[str] = "the liquid's line in an upright sight glass; needs --box around the visible glass"
    needs: ClassVar[tuple[str, ...]] = ("box",)
    unit: ClassVar[str] = "%"

    def read(self, question: Question) -> Answer:
        """The level between the lower (0 %) and the upper (100 %) edge of the box, or between the limits told."""
        assert question.box_px is not None
        left, top, right, bottom = question.box_px
        inset = int(_SIDE * (right - left))
        part = question.rgb[top:bottom, left + inset : right - inset]
        strip = np.median(
            lab(np.asarray(cv2.resize(part, (9, _ROWS), interpolation=cv2.INTER_AREA), dtype=np.uint8)), axis=1
        )
        hidden = round(_END * _ROWS)
        share, step = liquid_line(strip[hidden:-hidden])
        down = _END + (1 - 2 * _END) * share
        low, high = question.limits or (0.0, 100.0)
        confidence = float(np.clip((step - _STEP[0]) / (_STEP[1] - _STEP[0]), 0, 1))
        picture = question.rgb.copy()
        line = round(top + down * (bottom - top))
        thick = max(2, (right - left) // 40)
        cv2.rectangle(picture, (left, top), (right - 1, bottom - 1), (40, 200, 60), thick)
        cv2.line(picture, (left, line), (right - 1, line), (255, 0, 220), thick)
        reason = "" if confidence >= 0.8 else "no clear line of liquid in the box"
        return Answer(float(high - down * (high - low)), confidence, reason, picture)


PHOTO_KINDS.add(PhotoLevel.name, PhotoLevel())

"""The hottest place of a thermal picture."""

from typing import ClassVar

import cv2
import numpy as np

from .base import PHOTO_KINDS, Answer, PhotoKind, Question

#: Share of the picture that counts as the spot, so that a dead pixel is none.
_SPOT = 2e-4
#: Mean difference between colour channels beyond which a picture is no grey one.
_COLOURED = 3.0


class PhotoHotspot(PhotoKind):
    """Reads the hottest spot of a thermal picture in grey levels, linear from black (--min) to white (--max)."""

    name: ClassVar[str] = "hotspot"
    about: ClassVar[str] = (
        "the hottest spot of a grey thermal picture (8 or 16 bit); needs --min and --max, "
        "the temperatures of black and white"
    )
    needs: ClassVar[tuple[str, ...]] = ("limits",)
    unit: ClassVar[str] = "C"

    def read(self, question: Question) -> Answer:
        """The temperature of the hottest spot, inside the box if there is one."""
        assert question.limits is not None
        low, high = question.limits
        picture = question.rgb.copy()
        if float(np.ptp(question.rgb.astype(np.float32), axis=2).mean()) > _COLOURED:
            return Answer(None, 0.0, "the picture is coloured: save it as grey levels (white hot)", picture)
        white = 255.0 if question.levels.dtype == np.uint8 else 65535.0
        warmth = cv2.medianBlur(np.ascontiguousarray(question.levels), 3).astype(np.float64) / white
        left, top, right, bottom = question.box_px or (0, 0, warmth.shape[1], warmth.shape[0])
        part = warmth[top:bottom, left:right]
        count = max(1, round(_SPOT * part.size))
        share = float(np.partition(part.ravel(), -count)[-count])
        row, column = np.unravel_index(int(np.argmax(part)), part.shape)
        radius = max(4, min(picture.shape[:2]) // 30)
        cv2.circle(
            picture, (left + int(column), top + int(row)), radius, (255, 0, 220), max(1, radius // 5), cv2.LINE_AA
        )
        # At white the camera's range ends, and the spot may be hotter.
        burnt = share > 0.999
        reason = "the spot is at the top of the picture's range and may be hotter" if burnt else ""
        return Answer(low + share * (high - low), 0.4 if burnt else 0.95, reason, picture)


PHOTO_KINDS.add(PhotoHotspot.name, PhotoHotspot())

"""How each anomaly could be seen: in which pictures it was in view, and the closest of them."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.metrics.view import project
from patrolgym.envs.sensors.camera import Frame
from patrolgym.envs.types import AnomalyTruth, ByteArray, FloatArray, as_point
from patrolgym.recording.pictures import grey, jpeg

from .patrol import Look

#: The place of an anomaly may lie a little inside of what it is on, such as the middle of a fire.
_SLACK_M = 0.3
_RING_PX, _RING, _DARK = 14, (255, 140, 0), (0, 0, 0)
#: A closer look must be this much denser to be worth another picture.
_BETTER = 1.05


class Looks:
    """Follows the anomalies of an episode from picture to picture."""

    def __init__(self, anomalies: Sequence[AnomalyTruth]) -> None:
        self._places = np.array([a.position_m for a in anomalies], float).reshape(-1, 3)
        self._warm = ["thermal" in ANOMALIES[a.anomaly_class].seen_by for a in anomalies]
        self.found: list[Look | None] = [None] * len(anomalies)

    def update(self, frame: Frame, time_s: float) -> None:
        """Take in a picture captured at `time_s`."""
        if not self.found:
            return
        seen = project(frame, self._places, _SLACK_M)
        for k in np.flatnonzero(seen.visible):
            self.found[k] = self._better(int(k), frame, float(seen.depth_m[k]), time_s)

    def _better(self, k: int, frame: Frame, depth_m: float, time_s: float) -> Look:
        last, density = self.found[k], frame.focal_px / depth_m
        if last and density < _BETTER * last.density_px_m:
            return replace(last, pictures=last.pictures + 1, last_s=time_s)
        place = self._places[k]
        low_c, high_c = float(frame.thermal_c.min()), float(frame.thermal_c.max())
        return Look(
            pictures=last.pictures + 1 if last else 1,
            first_s=last.first_s if last else time_s,
            last_s=time_s,
            best_s=time_s,
            density_px_m=density,
            distance_m=float(np.linalg.norm(place - frame.position_m)),
            from_m=as_point(frame.position_m, "camera"),
            picture=jpeg(_ringed(frame.rgb, frame, place), quality=80),
            heat=jpeg(_ringed(_glowing(frame.thermal_c, low_c, high_c), frame, place), 80) if self._warm[k] else None,
            heat_c=(low_c, high_c),
        )


def _glowing(thermal_c: FloatArray, low_c: float, high_c: float) -> ByteArray:
    """(h, w, 3) a heat picture from black over red and yellow to white."""
    colours = cv2.applyColorMap(grey(thermal_c, low_c, max(high_c, low_c + 1.0)), cv2.COLORMAP_INFERNO)
    return np.asarray(colours[..., ::-1], np.uint8)


def _ringed(picture: ByteArray, frame: Frame, place_m: FloatArray) -> ByteArray:
    """A picture of the frame with a ring round a place."""
    image = np.ascontiguousarray(picture).copy()
    height, width = image.shape[:2]
    x, y, z = (place_m - frame.position_m) @ frame.rotation
    centre = np.array([x, y]) * frame.focal_px / z + ((width - 1) / 2, (height - 1) / 2)
    at = (round(float(centre[0]) * 16), round(float(centre[1]) * 16))
    for colour, thickness in ((_DARK, 4), (_RING, 2)):
        cv2.circle(image, at, _RING_PX * 16, colour, thickness, cv2.LINE_AA, 4)
    return image

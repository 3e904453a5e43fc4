"""How each anomaly could be seen: in which pictures it was in view, and the closest of them."""

from collections.abc import Sequence

import cv2
import numpy as np

from patrolgym.envs.metrics.view import project
from patrolgym.envs.sensors.camera import Frame
from patrolgym.envs.types import AnomalyTruth, ByteArray, as_point
from patrolgym.recording.pictures import jpeg

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
        pictures, first_s = (last.pictures + 1, last.first_s) if last else (1, time_s)
        if last and density < _BETTER * last.density_px_m:
            return Look(pictures, first_s, time_s, *_best(last))
        distance = float(np.linalg.norm(self._places[k] - frame.position_m))
        picture = jpeg(_ringed(frame, self._places[k]), quality=80)
        return Look(pictures, first_s, time_s, time_s, density, distance, as_point(frame.position_m, "camera"), picture)


def _best(look: Look) -> tuple[float, float, float, tuple[float, float, float], bytes]:
    return look.best_s, look.density_px_m, look.distance_m, look.from_m, look.picture


def _ringed(frame: Frame, place_m: np.ndarray) -> ByteArray:
    """The colour picture with a ring round a place."""
    image = np.ascontiguousarray(frame.rgb).copy()
    height, width = image.shape[:2]
    x, y, z = (place_m - frame.position_m) @ frame.rotation
    centre = np.array([x, y]) * frame.focal_px / z + ((width - 1) / 2, (height - 1) / 2)
    at = (round(float(centre[0]) * 16), round(float(centre[1]) * 16))
    for colour, thickness in ((_DARK, 4), (_RING, 2)):
        cv2.circle(image, at, _RING_PX * 16, colour, thickness, cv2.LINE_AA, 4)
    return image

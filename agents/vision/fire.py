"""Open flames."""

from typing import ClassVar

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray

from .base import DETECTORS, Detection, Scanner, Surroundings
from .view import View

#: Hotter than any healthy surface (T1: 450 °C excepted) and far hotter than a halogen lamp's glass; flames read the
#: camera's upper limit.
_FLAME_C = 220.0
_LEAST_PX = 4
#: Where so few of the hot pixels have a depth, it is that of something before a fire too far to be measured.
_LEAST_KNOWN = 1 / 3
#: Small pools and heaps burn at about this many kW a m².
_KW_M2 = 500.0


class FireDetector(Scanner):
    """Finds flames: what the thermal picture shows far hotter than machines and lamps get, in kW.

    Colour alone says nothing (tarpaulins, cones, jackets are orange and cold, a lamp is bright and merely warm); it
    raises the confidence. The reading follows from the flames' height.
    """

    name: ClassVar[str] = "fire"
    anomaly_class: ClassVar[str] = "fire"

    def scan(
        self,
        view: View,
        reference: View | None = None,
        surroundings: Surroundings | None = None,
        previous: View | None = None,
    ) -> list[Detection]:
        """Every separate fire in the view."""
        hot = view.thermal_c > _FLAME_C
        if not hot.any():
            return []
        joined = cv2.morphologyEx(hot.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9)))
        _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
        found = []
        for k in range(1, len(stats)):
            spot = (labels == k) & hot
            flame = spot & (view.depth_m > 0)
            if flame.sum() >= max(_LEAST_PX, _LEAST_KNOWN * spot.sum()):
                found.append(self._detection(view, flame, stats[k]))
        return found

    def _detection(self, view: View, flame: BoolArray, stats: FloatArray) -> Detection:
        rows, columns = np.nonzero(flame)
        # Between the tongues the background shows: only what is nearest is flame.
        depth = view.depth_m[rows, columns]
        near = depth < np.percentile(depth, 30) * 1.15
        pixels = np.column_stack([columns[near], rows[near]]).astype(float)
        cloud = view.unproject(pixels, depth[near].astype(float))
        middle, height = np.median(cloud, axis=0), float(np.ptp(cloud[:, 2]))
        power = power_kw(height)
        colour = view.rgb[rows, columns].astype(int)
        glowing = (colour[:, 0] > 150) & (colour[:, 0] >= colour[:, 1]) & (colour[:, 1] >= colour[:, 2] - 10)
        chance = 0.75 + 0.2 * float(glowing.mean())
        left, top, width, tall = (int(v) for v in stats[:4])
        place = (float(middle[0]), float(middle[1]), float(middle[2]))
        box = (left, top, left + width, top + tall)
        return Detection(self.anomaly_class, place, chance, power, box, None, f"fire {power:.0f} kW")


def power_kw(height_m: float) -> float:
    """Heat release of a fire with flames `height_m` tall: L = 0.235 Q^(2/5) - 1.02 D (Heskestad 1983), inverted."""
    power = np.geomspace(1.0, 1000.0, 200)
    height = 0.235 * power**0.4 - 1.02 * np.sqrt(4 * power / (np.pi * _KW_M2))
    rising = slice(0, int(np.argmax(height)) + 1)
    return float(np.interp(height_m, height[rising], power[rising]))


DETECTORS.add(FireDetector.name, FireDetector())

"""The pan-tilt head: rate-limited targets, and where its camera looks."""

import math

import numpy as np

from patrolgym.envs.types import FloatArray

from .spec import HeadSpec

# Base-like axes (x forward, y left, z up) to camera axes (x right, y down, z forward), as columns.
_CAMERA_AXES = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])


class Head:
    """Angles of the head: `goal` is asked for, `angles` follow no faster than the drive turns. (pan, tilt), radians."""

    def __init__(self, spec: HeadSpec) -> None:
        self._spec = spec
        self.goal = (0.0, 0.0)
        self.angles = (0.0, 0.0)

    def aim(self, pan_rad: float, tilt_rad: float) -> None:
        """Ask for a direction; beyond the limits means at the limit. Not finite is a ValueError."""
        if not (math.isfinite(pan_rad) and math.isfinite(tilt_rad)):
            raise ValueError(f"pan and tilt must be finite, got {pan_rad!r}, {tilt_rad!r}")
        (pan_low, pan_high), (tilt_low, tilt_high) = self._spec.pan_rad, self._spec.tilt_rad
        self.goal = (min(max(pan_rad, pan_low), pan_high), min(max(tilt_rad, tilt_low), tilt_high))

    def advance(self, duration_s: float) -> None:
        """Turn towards the goal for a while."""
        most = self._spec.rate_rad_s * duration_s
        pan, tilt = (now + min(max(goal - now, -most), most) for goal, now in zip(self.goal, self.angles, strict=True))
        self.angles = (pan, tilt)

    def camera_in_base(self, pan_rad: float, tilt_rad: float) -> tuple[FloatArray, FloatArray]:
        """Camera centre (3,) and rotation (3, 3) camera to base, for the given angles."""
        cos_p, sin_p, cos_t, sin_t = math.cos(pan_rad), math.sin(pan_rad), math.cos(tilt_rad), math.sin(tilt_rad)
        turn = np.array(
            [
                [cos_p * cos_t, -sin_p, -cos_p * sin_t],
                [sin_p * cos_t, cos_p, -sin_p * sin_t],
                [sin_t, 0.0, cos_t],
            ]
        )
        return np.array(self._spec.mount_m) + turn @ np.array(self._spec.camera_m), turn @ _CAMERA_AXES

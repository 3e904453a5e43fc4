"""The robot's camera as a planner needs it: directions, frames, zoom."""

from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import BoolArray, FloatArray, RobotInfo


@dataclass(frozen=True)
class Optics:
    """Field of view, zoom and head limits.

    Attributes:
        focal_px: focal length at zoom 1.
        width_px, height_px: size of the picture.
        zoom: (lowest, highest) zoom factor.
        pan_rad: the head turns this far to either side.
        tilt_rad: (lowest, highest) tilt, up positive.
    """

    focal_px: float
    width_px: int
    height_px: int
    zoom: tuple[float, float]
    pan_rad: float
    tilt_rad: tuple[float, float]

    @classmethod
    def of(cls, robot: RobotInfo) -> "Optics":
        """The optics of a robot."""
        width, height = robot.image_size_px
        focal = width / 2 / float(np.tan(robot.fov_rad / 2))
        return cls(focal, width, height, robot.zoom, robot.pan_rad, robot.tilt_rad)

    @property
    def half_view(self) -> FloatArray:
        """(2,) half width and half height of the frame at distance 1 and zoom 1."""
        return np.array([self.width_px / 2, self.height_px / 2]) / self.focal_px

    def zoom_for(self, density_px_m: FloatArray | float, distance_m: FloatArray | float) -> FloatArray:
        """Zoom that gives a density at a distance, clipped to what the lens can do."""
        return np.clip(np.asarray(density_px_m) * distance_m / self.focal_px, *self.zoom)

    def in_frame(
        self,
        offsets_m: FloatArray,
        aims: FloatArray,
        zoom: FloatArray,
        density_px_m: FloatArray,
        border: float = 0.06,
    ) -> BoolArray:
        """Which places each of several shots has in its frame, densely enough.

        Args:
            offsets_m: (n, 3) places relative to the camera, world axes.
            aims: (s, 3) unit vectors of the optical axes.
            zoom: (s,) zoom factors.
            density_px_m: (n,) pixels a metre each place must be seen at.
            border: share of the half frame left free on each side.

        Returns:
            (s, n) flags.
        """
        # Single precision, and as few passes over (s, n) as there are sides of the frame: this is the inner loop of
        # planning. A side is a plane through the lens; what is on the inner sides of all four is ahead as well.
        places = offsets_m.T.astype(np.float32)
        reach = (self.focal_px * zoom).astype(np.float32)
        shown = aims.astype(np.float32) @ (places * density_px_m.astype(np.float32)) <= reach[:, None]
        half = self.half_view[:, None] * (1.0 - border) / zoom
        for axis, slope in zip(level_axes(aims), half, strict=True):
            for side in (axis, -axis):
                shown &= (slope[:, None] * aims + side).astype(np.float32) @ places >= 0.0
        return np.asarray(shown)


def level_axes(aims: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Right and down axes (s, 3) of a level camera for optical axes (s, 3)."""
    flat = np.stack([aims[:, 1], -aims[:, 0], np.zeros(len(aims))], axis=1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    right = np.where(length > 1e-6, flat / np.maximum(length, 1e-6), np.array([1.0, 0.0, 0.0]))
    # The cross product written out: right is level.
    x, y, z = aims.T
    down = np.stack([-z * right[:, 1], z * right[:, 0], x * right[:, 1] - y * right[:, 0]], axis=1)
    return right, down


def level_rotation(aim: FloatArray) -> FloatArray:
    """(3, 3) camera to world rotation of a level camera that looks along the vector `aim` (3,)."""
    forward = np.asarray(aim, dtype=float) / max(float(np.linalg.norm(aim)), 1e-9)
    right, down = level_axes(forward[None])
    return np.stack([right[0], down[0], forward], axis=1)


def directions(pan_rad: FloatArray, tilt_rad: FloatArray) -> FloatArray:
    """(n, 3) unit vectors of azimuths (from x, towards y) and elevations (n,)."""
    flat = np.cos(tilt_rad)
    return np.stack([flat * np.cos(pan_rad), flat * np.sin(pan_rad), np.sin(tilt_rad)], axis=-1)


def angles(offsets: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Azimuth and elevation (n,) of vectors (n, 3)."""
    return np.arctan2(offsets[:, 1], offsets[:, 0]), np.arctan2(offsets[:, 2], np.hypot(offsets[:, 0], offsets[:, 1]))

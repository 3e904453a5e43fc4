"""A better pose from the lidar: the scan is laid on the briefing's mesh (point-to-plane, one step a scan)."""

import numpy as np

from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import RayMesh

NOISE_M = 0.03
"""Spread of a range about the as-built mesh: sensor noise, and what the mesh does not know."""
STEP_M, STEP_RAD = 0.02, 0.004
"""How much the error of the estimate may change from one scan to the next."""
TRUST_M, TRUST_RAD = 0.1, 0.035
"""The estimate's own error: about 5 cm and 1° (one sigma), taken twice."""
OUTLIER_M = 0.25
ELEVATION_RAD = (float(np.deg2rad(-60.0)), float(np.deg2rad(15.0)))
"""Lowest and highest ring of a scan."""
RETURNED_M = 0.05
"""Shorter ranges are none."""
MIN_COS = 0.2


class Localiser:
    """Tracks the error of the robot's pose estimate.

    The correction is a shift (3,) and a small rotation (3,) in the world frame: `position + shift`,
    `exp(turn) @ rotation`. The same holds for the base, the lidar and the camera.

    Args:
        mesh: the as-built site.
        every: only every so many rays of a scan are used; a number that does not divide a ring spreads them over it.
    """

    def __init__(self, mesh: RayMesh, every: int = 7) -> None:
        self._mesh = mesh
        self._every = every
        self._error = np.zeros(6)
        self._rays: FloatArray = np.zeros((0, 3))

    def correct(self, position_m: FloatArray, rotation: FloatArray) -> tuple[FloatArray, FloatArray]:
        """An estimated position (3,) and rotation (3, 3) with the error taken out."""
        return position_m + self._error[:3], rotation_of(self._error[3:]) @ rotation

    def correct_pose(self, pose: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Position (3,) and rotation (3, 3) of an estimated pose (6,), as observed, with the error taken out."""
        return self.correct(*_placed(pose))

    def take(self, ranges_m: FloatArray, pose: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Learn from one scan as it is observed.

        Args:
            ranges_m: (channels, azimuths) m, 0 where nothing returned.
            pose: (6,) the lidar's estimated x, y, z, roll, pitch and yaw.

        Returns:
            The scan's hits (n, 3) and the lidar's position (3,) in the world, with the error taken out.
        """
        if not len(self._rays):
            channels, azimuths = ranges_m.shape
            self._rays = lidar_rays(channels, azimuths, *ELEVATION_RAD)
        ranges = np.asarray(ranges_m, dtype=float).ravel()
        believed = _placed(pose)
        self.update(ranges, self._rays, *believed)
        position, rotation = self.correct(*believed)
        hit = ranges > RETURNED_M
        return position + (self._rays[hit] * ranges[hit, None]) @ rotation.T, position

    def update(self, ranges_m: FloatArray, rays: FloatArray, position_m: FloatArray, rotation: FloatArray) -> None:
        """Learn from one scan.

        Args:
            ranges_m: (n,) measured ranges, 0 where nothing returned.
            rays: (n, 3) unit vectors in the lidar frame.
            position_m: (3,) the lidar's estimated position.
            rotation: (3, 3) its estimated rotation to the world.
        """
        used = np.flatnonzero((ranges_m > 0.3) & (np.arange(len(ranges_m)) % self._every == 0))
        if len(used) < 40:
            return
        place, turn = self.correct(position_m, rotation)
        beams = rays[used] @ turn.T
        hits = self._mesh.cast(place, beams, 40.0)
        normal = np.asarray(hits.normal, dtype=float)
        lean = np.einsum("ij,ij->i", normal, beams)
        met = np.isfinite(hits.distance_m)
        miss = (ranges_m[used] - np.where(met, hits.distance_m, 0.0)) * lean
        good = met & (np.abs(lean) > MIN_COS) & (np.abs(miss) < OUTLIER_M)
        if good.sum() < 40:
            return
        arm = beams[good] * ranges_m[used][good, None]
        slopes = np.concatenate([normal[good], crossed(arm, normal[good])], axis=1)
        # Cauchy weights: people, parked things and edges must not pull.
        weight = 1.0 / (NOISE_M**2 * (1.0 + (miss[good] / (2 * NOISE_M)) ** 2))
        # Neighbouring rays share their errors (mesh rounding, timing): count three as one.
        weight /= 3.0
        step = np.repeat([STEP_M**-2, STEP_RAD**-2], 3)
        trust = np.repeat([TRUST_M**-2, TRUST_RAD**-2], 3)
        matrix = (slopes * weight[:, None]).T @ slopes + np.diag(step + trust)
        change = np.linalg.solve(matrix, -(slopes.T @ (weight * miss[good])) - trust * self._error)
        self._error = self._error + change


def _placed(pose: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Position (3,) and rotation (3, 3) of x, y, z, roll, pitch, yaw."""
    x, y, z, roll, pitch, yaw = (float(value) for value in pose)
    return np.array([x, y, z]), rotation_from_euler(roll, pitch, yaw)


def crossed(a: FloatArray, b: FloatArray) -> FloatArray:
    """(n, 3) cross products of rows; np.cross takes several times as long."""
    (ax, ay, az), (bx, by, bz) = a.T, b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def lidar_rays(channels: int, azimuths: int, low_rad: float, high_rad: float) -> FloatArray:
    """(channels * azimuths, 3) unit vectors of a scan in the lidar frame (x forward, y left, z up).

    Row 0 is the lowest elevation; column k has azimuth -pi + 2 pi k / azimuths.
    """
    elevation = np.linspace(low_rad, high_rad, channels)[:, None]
    azimuth = (-np.pi + 2 * np.pi * np.arange(azimuths) / azimuths)[None, :]
    flat = np.cos(elevation)
    rays = np.stack(np.broadcast_arrays(flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)), axis=-1)
    return np.asarray(rays.reshape(-1, 3))


def rotation_of(vector: FloatArray) -> FloatArray:
    """(3, 3) rotation about a vector (3,) by its length in rad (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross))


def rotation_from_euler(roll: float, pitch: float, yaw: float) -> FloatArray:
    """(3, 3) body to world rotation, z-y-x order."""
    cr, sr, cp, sp, cy, sy = np.cos(roll), np.sin(roll), np.cos(pitch), np.sin(pitch), np.cos(yaw), np.sin(yaw)
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )

"""Forward, differential and inverse kinematics of four legs at once."""

import numpy as np

from patrolgym.envs.types import FloatArray

from .spec import LegsSpec


class LegKinematics:
    """Canonical legs of `LegsSpec` in the base link frame, in the order of `LEGS`; metres and radians."""

    def __init__(self, legs: LegsSpec) -> None:
        self.hips_m = np.array(legs.hips_m)
        self.side = np.sign(self.hips_m[:, 1])
        self.offset_m = legs.thigh_offset_m * self.side
        self.thigh_m, self.shank_m = legs.thigh_m, legs.shank_m

    def forward(self, q: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Foot positions (4, 3) and Jacobians d foot / d angle (4, 3, 3) at canonical angles `q` (4, 3)."""
        angles = q.copy()
        angles[:, 2] += q[:, 1]
        sine, cosine = np.sin(angles), np.cos(angles)
        sin_a, cos_a = sine[:, 0], cosine[:, 0]
        # The leg's own plane: x forward, z along the leg upwards, before the abduction joint turns it.
        knee_x, knee_z = self.thigh_m * sine[:, 1], self.thigh_m * cosine[:, 1]
        shank_x, shank_z = self.shank_m * sine[:, 2], self.shank_m * cosine[:, 2]
        x, z = -knee_x - shank_x, -knee_z - shank_z
        y = self.offset_m
        turned_y, turned_z = y * cos_a - z * sin_a, y * sin_a + z * cos_a
        foot = self.hips_m.copy()
        foot[:, 0] += x
        foot[:, 1] += turned_y
        foot[:, 2] += turned_z
        jacobian = np.zeros((4, 3, 3))
        jacobian[:, 1, 0], jacobian[:, 2, 0] = -turned_z, turned_y
        jacobian[:, 0, 1], jacobian[:, 0, 2] = z, -shank_z
        jacobian[:, 1, 1], jacobian[:, 2, 1] = x * sin_a, -x * cos_a
        jacobian[:, 1, 2], jacobian[:, 2, 2] = -shank_x * sin_a, shank_x * cos_a
        return foot, jacobian

    def inverse(self, feet: FloatArray) -> FloatArray:
        """Canonical angles (4, 3), knees backwards, that put the feet at `feet` (4, 3), or as near as they reach."""
        x, y, z = (feet - self.hips_m).T
        down = -np.sqrt(np.maximum(y**2 + z**2 - self.offset_m**2, 1e-6))
        abduction = np.arctan2(z, y) - np.arctan2(down, self.offset_m)
        abduction = (abduction + np.pi) % (2 * np.pi) - np.pi
        reach = x**2 + down**2
        cosine = (reach - self.thigh_m**2 - self.shank_m**2) / (2 * self.thigh_m * self.shank_m)
        knee = -np.arccos(np.clip(cosine, -1.0, 1.0))
        lean = np.arctan2(self.shank_m * np.sin(knee), self.thigh_m + self.shank_m * np.cos(knee))
        return np.stack([abduction, np.arctan2(-x, -down) - lean, knee], axis=1)

    def standing(self, height_m: float) -> FloatArray:
        """Canonical angles (4, 3) with the feet straight below the legs' planes, `height_m` under the base origin."""
        feet = self.hips_m.copy()
        feet[:, 1] += self.offset_m
        feet[:, 2] = -height_m
        return self.inverse(feet)

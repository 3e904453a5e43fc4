"""Which foot pushes how hard: a wanted wrench on the trunk shared among the standing feet."""

import numpy as np

from patrolgym.envs.types import FloatArray


class ForceDistribution:
    """Weighted least squares of contact forces on a wanted wrench, kept inside friction cones.

    Two standing feet can give only five of the six components, so moments count more than forces: `balance_m`
    is the lever (m) at which a missing newton-metre weighs as much as a missing newton.
    """

    def __init__(self, balance_m: float, friction: float, most_n: float) -> None:
        self._moment_weight = 1.0 / balance_m
        self._friction = friction
        self._most_n = most_n
        self._matrix = np.zeros((6, 4, 3))
        self._matrix[:3] = np.eye(3)[:, None, :]
        self._damping = 1e-3 * np.eye(6)

    def solve(
        self, force: FloatArray, moment: FloatArray, arms: FloatArray, share: FloatArray, normal: FloatArray
    ) -> FloatArray:
        """Forces (4, 3) of the ground on the feet, world frame, N.

        Args:
            force: (3,) wanted on the centre of mass, gravity included.
            moment: (3,) wanted about it.
            arms: (4, 3) from the centre of mass to each foot.
            share: (4,) 0..1, how much each foot may carry; 0 for a foot in the air.
            normal: (3,) unit normal of the ground.
        """
        weight, matrix = self._moment_weight, self._matrix
        scaled = arms * weight
        matrix[3, :, 1], matrix[3, :, 2] = -scaled[:, 2], scaled[:, 1]
        matrix[4, :, 0], matrix[4, :, 2] = scaled[:, 2], -scaled[:, 0]
        matrix[5, :, 0], matrix[5, :, 1] = -scaled[:, 1], scaled[:, 0]
        flat = matrix.reshape(6, 12)
        wrench = np.concatenate((force, moment * weight))
        shared = flat * np.repeat(share, 3)
        gram = shared @ flat.T + self._damping
        forces = (shared.T @ np.linalg.solve(gram, wrench)).reshape(4, 3)
        limited = self._limit(forces, share, normal)
        if np.abs(limited - forces).max() > 1.0:
            # One more round lets the feet that have friction left take over what the others could not give.
            missing = wrench - flat @ limited.ravel()
            limited = self._limit(limited + (shared.T @ np.linalg.solve(gram, missing)).reshape(4, 3), share, normal)
        return limited

    def _limit(self, forces: FloatArray, share: FloatArray, normal: FloatArray) -> FloatArray:
        """Clip each force to its friction cone about `normal`."""
        pressure = forces @ normal
        pressed = np.minimum(np.maximum(pressure, 0.01 * self._most_n * share), self._most_n * share)
        tangent = forces - pressure[:, None] * normal
        length = np.sqrt((tangent * tangent).sum(axis=1)) + 1e-9
        scale = np.minimum(1.0, self._friction * pressed / length)
        limited: FloatArray = pressed[:, None] * normal + scale[:, None] * tangent
        return limited

"""Which foot pushes how hard: a wanted wrench on the trunk shared among the standing feet."""

import math

import numpy as np
from scipy.linalg.lapack import dposv

from patrolgym.envs.types import FloatArray, Point

Wrench = list[float]
_DAMPING = 1e-3
# A foot that stands is pressed down at least this share of the most it may carry, so that it stays there.
_LEAST = 0.01


class ForceDistribution:
    """Weighted least squares of contact forces on a wanted wrench, kept inside friction cones.

    Two standing feet can give only five of the six components, so moments count more than forces: `balance_m`
    is the lever (m) at which a missing newton-metre weighs as much as a missing newton. Everything is done in
    plain numbers: arrays of four feet are too small for NumPy to pay.
    """

    def __init__(self, balance_m: float, friction: float, most_n: float) -> None:
        self._weight = 1.0 / balance_m
        self._friction = friction
        self._most_n = most_n

    def solve(self, force: Point, moment: Point, arms: FloatArray, share: list[float], normal: Point) -> FloatArray:
        """Forces (4, 3) of the ground on the feet, world frame, N.

        Args:
            force: (x, y, z) wanted on the centre of mass, gravity included.
            moment: (x, y, z) wanted about it.
            arms: (4, 3) from the centre of mass to each foot.
            share: 4 numbers 0..1, how much each foot may carry; 0 for a foot in the air.
            normal: unit normal of the ground.
        """
        weight = self._weight
        levers: list[Point] = (arms * weight).tolist()
        wrench = [*force, moment[0] * weight, moment[1] * weight, moment[2] * weight]
        gram, forces, able = self._pushing(wrench, levers, share, normal)
        if self._limit(forces, share, normal):
            # The feet that have friction left take over what the others could not give.
            self._add(forces, dposv(gram, _missing(wrench, forces, levers))[1].tolist(), levers, able)
            self._limit(forces, share, normal)
        return np.array(forces)

    def _pushing(
        self, wrench: Wrench, levers: list[Point], share: list[float], normal: Point
    ) -> tuple[FloatArray, list[list[float]], list[float]]:
        """The map's Gram matrix, the forces, and the shares, once the feet that would have to pull are left out.

        If such a foot were only cut to nothing, the others would go on pushing against its pull and throw the body up.
        """
        while True:
            gram = self._gram(levers, share)
            forces = [[0.0, 0.0, 0.0] for _ in range(4)]
            self._add(forces, dposv(gram, wrench)[1].tolist(), levers, share)
            pulls = [sum(f * n for f, n in zip(force, normal, strict=True)) < 0.0 for force in forces]
            if not any(pulls):
                return gram, forces, share
            share = [0.0 if pull else part for pull, part in zip(pulls, share, strict=True)]

    def _gram(self, levers: list[Point], share: list[float]) -> FloatArray:
        """A W Aᵀ (6, 6) of the map A from forces to the scaled wrench, damped."""
        total = sx = sy = sz = xx = yy = zz = xy = xz = yz = 0.0
        for (x, y, z), part in zip(levers, share, strict=True):
            total, sx, sy, sz = total + part, sx + part * x, sy + part * y, sz + part * z
            xx, yy, zz = xx + part * x * x, yy + part * y * y, zz + part * z * z
            xy, xz, yz = xy + part * x * y, xz + part * x * z, yz + part * y * z
        top, damp = total + _DAMPING, _DAMPING
        return np.array(
            [
                [top, 0.0, 0.0, 0.0, sz, -sy],
                [0.0, top, 0.0, -sz, 0.0, sx],
                [0.0, 0.0, top, sy, -sx, 0.0],
                [0.0, -sz, sy, yy + zz + damp, -xy, -xz],
                [sz, 0.0, -sx, -xy, xx + zz + damp, -yz],
                [-sy, sx, 0.0, -xz, -yz, xx + yy + damp],
            ]
        )

    @staticmethod
    def _add(forces: list[list[float]], dual: list[float], levers: list[Point], share: list[float]) -> None:
        """Add W Aᵀ dual to the forces."""
        fx, fy, fz, mx, my, mz = dual
        for force, (x, y, z), part in zip(forces, levers, share, strict=True):
            if part > 0.0:
                force[0] += part * (fx + my * z - mz * y)
                force[1] += part * (fy + mz * x - mx * z)
                force[2] += part * (fz + mx * y - my * x)

    def _limit(self, forces: list[list[float]], share: list[float], normal: Point) -> bool:
        """Cut each force to its friction cone about `normal`; whether that changed any by more than 1 N."""
        nx, ny, nz = normal
        changed = False
        for force, part in zip(forces, share, strict=True):
            if part <= 0.0:
                continue
            x, y, z = force
            pressure = x * nx + y * ny + z * nz
            pressed = min(max(pressure, _LEAST * self._most_n * part), self._most_n * part)
            tx, ty, tz = x - pressure * nx, y - pressure * ny, z - pressure * nz
            length = math.sqrt(tx * tx + ty * ty + tz * tz)
            scale = min(1.0, self._friction * pressed / (length + 1e-9))
            force[0], force[1], force[2] = (
                pressed * nx + scale * tx,
                pressed * ny + scale * ty,
                pressed * nz + scale * tz,
            )
            changed = changed or abs(pressed - pressure) + (1.0 - scale) * length > 1.0
        return changed


def _missing(wrench: Wrench, forces: list[list[float]], levers: list[Point]) -> Wrench:
    """What of the scaled wrench the forces do not give."""
    a, b, c, d, e, f = wrench
    for (fx, fy, fz), (x, y, z) in zip(forces, levers, strict=True):
        a, b, c = a - fx, b - fy, c - fz
        d, e, f = d - (y * fz - z * fy), e - (z * fx - x * fz), f - (x * fy - y * fx)
    return [a, b, c, d, e, f]

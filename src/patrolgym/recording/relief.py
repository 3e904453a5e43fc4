"""The site from straight above: how high everything stands, and how a lamp in the north-west would light it."""

from typing import Protocol

import numpy as np

from patrolgym.envs.types import FloatArray

_TOP_M = 100.0
_LAMP = np.array([-0.45, 0.35, 0.82])


class Hits(Protocol):
    """What a ray met: distances (n,) and unit normals (n, 3)."""

    @property
    def distance_m(self) -> FloatArray:
        """(n,) inf where nothing was met."""

    @property
    def normal(self) -> FloatArray:
        """(n, 3)."""


class Caster(Protocol):
    """Ray casts against the site, such as `RayMesh`."""

    def cast(self, origins_m: FloatArray, directions: FloatArray, /) -> Hits:
        """Nearest hits of (n, 3) rays."""


def from_above(rays: Caster, x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Look straight down at (n,) places.

    Returns:
        (n,) height of what is seen in metres, 0 where there is nothing, and (n,) how brightly it is lit, 0.45..1.1.
    """
    origins = np.column_stack([x_m, y_m, np.full(len(x_m), _TOP_M)])
    hits = rays.cast(origins, np.tile([0.0, 0.0, -1.0], (len(x_m), 1)))
    met = np.isfinite(hits.distance_m)
    height = np.where(met, _TOP_M - np.where(met, hits.distance_m, _TOP_M), 0.0)
    upward = hits.normal * np.where(hits.normal[:, 2:] < 0.0, -1.0, 1.0)
    light = np.where(met, 0.45 + 0.65 * np.clip(upward @ _LAMP, 0.0, 1.0), 0.5)
    return height, light

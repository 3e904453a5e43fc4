"""The site from straight above: how high everything stands, and how a lamp in the north-west would light it."""

from typing import Protocol

import numpy as np

from patrolgym.envs.types import FloatArray

_TOP_M = 100.0
#: A site of which nearly all lies under something higher than this has a roof, and is seen from this high.
_ROOF_M, _ROOFED, _PROBES = 4.9, 0.9, 20
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


def from_above(
    rays: Caster, x_m: FloatArray, y_m: FloatArray, bounds_m: tuple[float, float, float, float]
) -> tuple[FloatArray, FloatArray]:
    """Look straight down at (n,) places, from under the roof where there is one over `bounds_m` (x0, y0, x1, y1).

    Returns:
        (n,) height of what is seen in metres, 0 where there is nothing, and (n,) how brightly it is lit, 0.45..1.1.
    """
    x0, y0, x1, y1 = bounds_m
    probe_x, probe_y = np.meshgrid(np.linspace(x0, x1, _PROBES + 2)[1:-1], np.linspace(y0, y1, _PROBES + 2)[1:-1])
    covered = _heights(rays, probe_x.ravel(), probe_y.ravel(), _TOP_M)[0] > _ROOF_M
    height, hits = _heights(rays, x_m, y_m, _ROOF_M if covered.mean() > _ROOFED else _TOP_M)
    met = np.isfinite(hits.distance_m)
    upward = hits.normal * np.where(hits.normal[:, 2:] < 0.0, -1.0, 1.0)
    light = np.where(met, 0.45 + 0.65 * np.clip(upward @ _LAMP, 0.0, 1.0), 0.5)
    return height, light


def _heights(rays: Caster, x_m: FloatArray, y_m: FloatArray, top_m: float) -> tuple[FloatArray, Hits]:
    """(n,) height of what lies below `top_m`, 0 where there is nothing, and how it was met."""
    origins = np.column_stack([x_m, y_m, np.full(len(x_m), top_m)])
    hits = rays.cast(origins, np.tile([0.0, 0.0, -1.0], (len(x_m), 1)))
    met = np.isfinite(hits.distance_m)
    return np.where(met, top_m - np.where(met, hits.distance_m, top_m), 0.0), hits

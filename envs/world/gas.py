"""Gas in the air as filaments: puffs that drift, spread and are stopped by walls.

After Farrell et al. 2002 ("Filament-based atmospheric dispersion model") and GADEN: a leak lets go of small gaussian
puffs of equal mass, which the wind carries, turbulence shakes apart and diffusion widens. Concentrations are ppm by
volume.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy.special import erf

from ..site.gases import GASES
from ..site.model import GasSource, Site
from ..types import BoolArray, FloatArray, IntArray, Point

#: Order of gases in every result.
GAS_NAMES: tuple[str, ...] = tuple(GASES)

_STEP_S = 0.5
_COARSE_STEP_S = 1.0
#: Filaments a second and their life: at most 600 of each source are in the air. σ0, γ: sample settings of GADEN.
_RATE_HZ = 10.0
_LIFE_S = 60.0
_SIGMA0_M = 0.10
_GROWTH_M2_S = 1.0e-3
#: A filament ends at 3σ; its mass within is 97.07 % of a whole gaussian's and is scaled up to the full mass.
_CUT = 3.0
_CUT_MASS = 0.970709
_MARGIN_M = 3.0
_CLEARANCE_M = 0.04
#: A filament that has less of its way left along a wall stays where it is.
_STUCK_M = 1e-6
_GAS_CONSTANT, _PRESSURE_PA, _GRAVITY = 8.314, 101_325.0, 9.81
#: Puffs are sought once for all questions within this of the first.
_ABOUT_M = 0.5
#: Wind is given at 10 m; among equipment it follows a logarithmic profile of this roughness.
_ROUGHNESS_M = 0.1
_MEANDER_RAD, _MEANDER_S = 0.25, 40.0
_GUST, _GUST_S = 0.2, 8.0
_EDDY_S, _EDDY_LEVEL, _EDDY_UP, _EDDY_MIN_M_S = 2.0, 0.30, 0.15, 0.03
#: A jet starts at some m/s and is spent in a quarter of a second: a reach of 0.3 to 0.8 m (design choice).
_JET_S = 0.25


class Surfaces(Protocol):
    """What the ray caster answers."""

    @property
    def distance_m(self) -> FloatArray:
        """(n,) m, inf where nothing is met."""

    def normals(self, which: IntArray, /) -> FloatArray:
        """(k, 3) unit normals of some of them."""


class Obstacles(Protocol):
    """What blocks gas: a ray caster over the fixed site, such as `RayMesh`."""

    def cast(self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray, /) -> Surfaces:
        """Nearest hits of n rays."""

    def occluded(self, origins_m: FloatArray, directions: FloatArray, max_distance_m: FloatArray, /) -> BoolArray:
        """(n,) whether something is nearer than `max_distance_m`."""


class GasField:
    """The gas of all leaks of a site.

    Args:
        site: its `gas_sources`, weather and bounds count.
        obstacles: walls and equipment.
        rng: turbulence and the wind's wandering.
    """

    def __init__(self, site: Site, obstacles: Obstacles, rng: np.random.Generator) -> None:
        self._obstacles, self._rng = obstacles, rng
        self._sources: Sequence[GasSource] = tuple(site.gas_sources)
        self._mean_wind = np.array(site.weather.wind_m_s, dtype=float)
        self._bounds = np.array(site.bounds_m, dtype=float) + (-_MARGIN_M, -_MARGIN_M, _MARGIN_M, _MARGIN_M)
        gases = [GASES[s.gas] for s in self._sources]
        self._gas = np.array([GAS_NAMES.index(g.name) for g in gases], dtype=np.int64)
        grams_s = np.array([s.rate_g_h for s in self._sources]) / 3600.0
        molar_m3 = _GAS_CONSTANT * (site.weather.ambient_c + 273.15) / _PRESSURE_PA
        self._flow_m3_s = grams_s / np.array([g.molar_mass_g for g in gases]) * molar_m3 if gases else grams_s
        self._grams = grams_s / _RATE_HZ
        self._ppm_m3 = self._flow_m3_s / _RATE_HZ * 1e6
        self._lightness = np.array([1.0 - g.relative_density for g in gases])
        self._jet = np.array([np.asarray(s.direction) * _jet_speed(s.rate_g_h) for s in self._sources]).reshape(-1, 3)
        self._origin = np.array([s.position_m for s in self._sources], dtype=float).reshape(-1, 3)
        self._position, self._eddy = np.zeros((0, 3)), np.zeros((0, 3))
        self._age, self._source = np.zeros(0), np.zeros(0, dtype=np.int64)
        self._turn = self._gust = self._pending_s = self._due = 0.0
        self.released_g = self.escaped_g = 0.0
        self._show()

    @property
    def puffs_m(self) -> FloatArray:
        """(n, 3) centres of the filaments in the air."""
        return self._position.copy()

    @property
    def puff_gas(self) -> IntArray:
        """(n,) index into `GAS_NAMES` of each filament."""
        return np.asarray(self._gas[self._source])

    @property
    def airborne_g(self) -> float:
        """Mass in the air: what was released less what drifted off the site or grew too old."""
        return float(self._grams[self._source].sum())

    @property
    def wind_m_s(self) -> FloatArray:
        """(2,) the wind of the moment, 10 m above the ground."""
        c, s = math.cos(self._turn), math.sin(self._turn)
        return np.asarray(np.array([[c, -s], [s, c]]) @ self._mean_wind * max(1.0 + self._gust, 0.2))

    def advance(self, dt_s: float) -> None:
        """Let time pass. Long stretches, such as the time before an episode, are taken in coarse steps."""
        self._pending_s += dt_s
        while self._pending_s >= _STEP_S - 1e-9:
            step = _COARSE_STEP_S if self._pending_s >= 4 * _COARSE_STEP_S else _STEP_S
            self._pending_s -= step
            if self._sources:
                self._step(step)

    def concentration_ppm(self, points_m: FloatArray) -> FloatArray:
        """Concentration at (n, 3) points: (n, 5) ppm in the order of `GAS_NAMES`."""
        points = np.asarray(points_m, dtype=float).reshape(-1, 3)
        total = np.zeros((len(points), len(GAS_NAMES)))
        about = self._about(*points[0].tolist()) if len(points) == 1 else np.arange(len(self._puffs[2]))
        if not len(about):
            return total
        centre, spread, whose = (part[about] for part in self._puffs)
        away = points[:, None, :] - centre
        square = np.einsum("nmk,nmk->nm", away, away)
        point, puff = np.nonzero(square < (_CUT * spread) ** 2)
        reached = self._in_sight(points[point], self._position[whose[puff]])
        point, puff = point[reached], puff[reached]
        sigma = spread[puff]
        peak = self._ppm_m3[self._source[whose[puff]]] / (_CUT_MASS * (2 * np.pi) ** 1.5 * sigma**3)
        share = peak * np.exp(-0.5 * square[point, puff] / sigma**2)
        np.add.at(total, (point, self.puff_gas[whose[puff]]), share)
        return total

    def path_ppm_m(self, origin_m: FloatArray, direction: FloatArray, length_m: float) -> FloatArray:
        """Line integral of concentration from `origin_m` (3,) along the unit `direction` (3,): (5,) ppm·m, exact."""
        total = np.zeros(len(GAS_NAMES))
        centre, spread, whose = self._puffs
        if not len(whose):
            return total
        origin, ray = np.asarray(origin_m, dtype=float), np.asarray(direction, dtype=float)
        away = centre - origin
        along = away @ ray
        square = np.einsum("ij,ij->i", away, away) - along**2
        half_chord = np.sqrt(np.maximum((_CUT * spread) ** 2 - square, 0.0))
        start, end = np.maximum(along - half_chord, 0.0), np.minimum(along + half_chord, length_m)
        puff = np.flatnonzero((half_chord > 0) & (end > start))
        nearest = origin + np.clip(along[puff], 0.0, length_m)[:, None] * ray
        puff = puff[self._in_sight(nearest, self._position[whose[puff]])]
        sigma = spread[puff]
        scale = np.sqrt(2.0) * sigma
        piece = 0.5 * (erf((end[puff] - along[puff]) / scale) - erf((start[puff] - along[puff]) / scale))
        column = self._ppm_m3[self._source[whose[puff]]] / (_CUT_MASS * 2 * np.pi * sigma**2)
        np.add.at(total, self.puff_gas[whose[puff]], column * np.exp(-0.5 * square[puff] / sigma**2) * piece)
        return total

    def _show(self) -> None:
        """Let questions be answered by where the filaments are now."""
        self._puffs = self._mirrored()
        self._asked: Point = (np.inf, np.inf, np.inf)

    def _about(self, x: float, y: float, z: float) -> IntArray:
        """Puffs that may reach a place: those that reach its surroundings, sought once for all who walk about there."""
        px, py, pz = self._asked
        if not abs(x - px) + abs(y - py) + abs(z - pz) < _ABOUT_M:
            self._asked = (x, y, z)
            centre, spread, _ = self._puffs
            away = centre - self._asked
            self._near: IntArray = (np.einsum("mk,mk->m", away, away) < (_CUT * spread + _ABOUT_M) ** 2).nonzero()[0]
        return self._near

    def _mirrored(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """Centres, σ and filament of every puff and of its image below the ground, which reflects it."""
        sigma = np.sqrt(_SIGMA0_M**2 + _GROWTH_M2_S * self._age)
        low = (self._position[:, 2] < _CUT * sigma).nonzero()[0]
        image = self._position[low] * (1.0, 1.0, -1.0)
        whose = np.concatenate([np.arange(len(sigma)), low])
        return np.concatenate([self._position, image]), sigma[whose], whose

    def _in_sight(self, points: FloatArray, centres: FloatArray) -> FloatArray:
        """(n,) whether no wall stands between a point and the middle of a filament."""
        line = centres - points
        length = np.sqrt(np.einsum("ij,ij->i", line, line))
        far = np.flatnonzero(length > 2 * _CLEARANCE_M)
        clear = np.ones(len(line), dtype=bool)
        if len(far):
            direction, reach = line[far] / length[far, None], length[far] - _CLEARANCE_M
            clear[far] = ~self._obstacles.occluded(points[far], direction, reach)
        return clear

    def _step(self, dt_s: float) -> None:
        rng = self._rng
        self._turn = _wander(self._turn, _MEANDER_RAD, _MEANDER_S, dt_s, rng)
        self._gust = _wander(self._gust, _GUST, _GUST_S, dt_s, rng)
        self._drift(self._release(dt_s))
        x0, y0, x1, y1 = self._bounds
        x, y = self._position[:, 0], self._position[:, 1]
        keep = (x > x0) & (x < x1) & (y > y0) & (y < y1) & (self._age < _LIFE_S)
        self.escaped_g += float(self._grams[self._source[~keep]].sum())
        # A mask in brackets takes three times as long.
        self._position, self._eddy = self._position.compress(keep, axis=0), self._eddy.compress(keep, axis=0)
        self._age, self._source = self._age.compress(keep), self._source.compress(keep)
        self._show()

    def _release(self, dt_s: float) -> FloatArray:
        """Add the filaments of this step; (n,) how long each, old or new, drifts in it."""
        self._due += _RATE_HZ * dt_s
        count = int(self._due + 1e-9)
        self._due -= count
        source = np.arange(len(self._sources)).repeat(count)
        each = max(count, 1)
        out_s = dt_s * (np.arange(len(source)) % each + 0.5) / each
        own_s = np.concatenate([np.full(len(self._age), dt_s), out_s])
        self._position = np.concatenate([self._position, self._origin[source]])
        self._eddy = np.concatenate([self._eddy, np.zeros((len(source), 3))])
        self._age = np.concatenate([self._age, np.zeros(len(source))])
        self._source = np.concatenate([self._source, source])
        self.released_g += float(self._grams[source].sum())
        return own_s

    def _drift(self, own_s: FloatArray) -> None:
        """Move every filament for its own time by wind, eddies, jet and buoyancy, along walls where they stop it."""
        source, before = self._source, self._age
        profile = np.log1p(np.maximum(self._position[:, 2], 0.1) / _ROUGHNESS_M) / math.log1p(10.0 / _ROUGHNESS_M)
        wind = self.wind_m_s
        speed = profile * math.hypot(*wind)
        keep = np.exp(-own_s / _EDDY_S)[:, None]
        strength = np.maximum(speed[:, None] * (_EDDY_LEVEL, _EDDY_LEVEL, _EDDY_UP), _EDDY_MIN_M_S)
        shake = self._rng.standard_normal(self._eddy.shape)
        self._eddy = keep * self._eddy + np.sqrt(1.0 - keep**2) * strength * shake
        move = self._eddy * own_s[:, None]
        move[:, :2] += wind * (profile * own_s)[:, None]
        move[:, 2] += self._rise_m_s(speed) * own_s
        self._age = before + own_s
        spent = _JET_S * (np.exp(-before / _JET_S) - np.exp(-self._age / _JET_S))
        move += self._jet[source] * spent[:, None]
        self._slide(move)

    def _rise_m_s(self, speed: FloatArray) -> FloatArray:
        """Vertical speed of a puff √(g' σ), g' the buoyancy of the diluted plume it belongs to (Turner 1973)."""
        square = _SIGMA0_M**2 + _GROWTH_M2_S * self._age
        volume_share = self._flow_m3_s[self._source] / (2 * np.pi * square * np.maximum(speed, 0.3))
        lightness = self._lightness[self._source]
        drive = _GRAVITY * np.abs(lightness) * np.minimum(volume_share, 1.0) * np.sqrt(square)
        return np.asarray(np.sign(lightness) * np.sqrt(drive))

    def _slide(self, move: FloatArray) -> None:
        """Move filaments; at a wall they lose the part of the motion that goes into it."""
        hits, direction, left_m = self._go(slice(None), move)
        met = left_m.nonzero()[0]
        left = direction.take(met, axis=0) * left_m.take(met)[:, None]
        normal = np.asarray(hits.normals(met), dtype=float)
        left -= np.einsum("ij,ij->i", left, normal)[:, None] * normal
        along = (np.einsum("ij,ij->i", left, left) > _STUCK_M**2).nonzero()[0]
        if len(along):
            self._go(met.take(along), left.take(along, axis=0))
        self._position[:, 2] = np.maximum(self._position[:, 2], 0.5 * _CLEARANCE_M)

    def _go(self, which: IntArray | slice, move: FloatArray) -> tuple[Surfaces, FloatArray, FloatArray]:
        """Move filaments up to a wall; returns what lies before them, their directions, and the way they had left."""
        length = np.sqrt(np.einsum("ij,ij->i", move, move)) + 1e-12
        direction = move / length[:, None]
        hits = self._obstacles.cast(self._position[which], direction, length + _CLEARANCE_M)
        free = np.minimum(np.maximum(np.asarray(hits.distance_m, dtype=float) - _CLEARANCE_M, 0.0), length)
        self._position[which] += direction * free[:, None]
        return hits, direction, length - free


def _wander(value: float, spread: float, time_s: float, dt_s: float, rng: np.random.Generator) -> float:
    """One step of an Ornstein-Uhlenbeck process about 0 with standard deviation `spread`."""
    keep = math.exp(-dt_s / time_s)
    return keep * value + spread * math.sqrt(1.0 - keep**2) * float(rng.standard_normal())


def _jet_speed(rate_g_h: float) -> float:
    """m/s of the puffs as they leave a leak: a stronger leak blows farther."""
    return 1.2 + 2.0 * float(np.sqrt(min(rate_g_h / 1500.0, 1.0)))

"""Temperatures of fixed surfaces: air, sun, what equipment gives off, and fires nearby."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from ..site.materials import MATERIALS
from ..site.mesh import SiteMesh
from ..site.model import Mover, Part, Site
from ..types import BoolArray, FloatArray, IntArray

#: A black face square to a full sun warms by this much; wind keeps it low (design choice).
_SUN_K = 6.0
#: Upward faces radiate to a colder sky: K for each K that the sky is colder than the air.
_SKY_LOSS = 0.05
_WAVES_K = (0.30, 0.20, 0.12)
_PART_K = 0.4
#: A surface this much warmer than the air warms what it touches by up to `_TOUCH_SHARE` of its rise.
_HOT_K = 8.0
_TOUCH_SHARE = 0.35
_TOUCH_REACH_M = 0.12
_BOLTZMANN_W_M2_K4 = 5.67e-8
#: Emissivity of a sooty flame a few decimetres thick, and how long it has burned on average when a robot passes.
_FLAME_EMISSIVITY = 0.35
_EXPOSURE_S = 60.0
#: Heat that 5 mm of steel stores: 7850 kg/m3 * 500 J/(kg K) * 5 mm.
_HEAT_CAPACITY_J_M2_K = 2.0e4


def vertex_temperatures(site: Site, mesh: SiteMesh) -> FloatArray:
    """True surface temperature of every vertex of the merged mesh.

    Ambient, plus what the owner's state says of the part's surface (`Equipment.delta_k`, `Part.surface_delta_k`), plus
    sun and sky by the way a face looks, conduction from hot neighbours of the same equipment, radiation from
    flames, and smooth small variation that depends on the site only.

    Returns:
        (n,) float32, °C.
    """
    counts = np.array([len(part.vertices_m) for part in mesh.parts], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    named = np.array([_rise_k(site, owner, part) is not None for owner, part in _owned(mesh)])
    rise = np.array([_rise_k(site, owner, part) or 0.0 for owner, part in _owned(mesh)], dtype=np.float32)
    vertices = np.asarray(mesh.vertices_m, dtype=np.float32)
    delta = np.repeat(rise, counts)
    for k, part in enumerate(mesh.parts):
        if part.surface_delta_k is not None:
            delta[starts[k] : starts[k + 1]] += np.asarray(part.surface_delta_k, dtype=np.float32)
    delta += np.repeat(np.where(named, 0.0, _part_offsets_k(mesh)).astype(np.float32), counts)
    delta += _waves_k(site, vertices)
    delta += _sky_k(site, mesh, vertices, counts)
    _touch(site, mesh, vertices, starts, named, rise, delta)
    for mover in site.movers:
        if mover.kind == "flame":
            delta += _flame_k(mover, vertices)
    return np.asarray(site.weather.ambient_c + delta, dtype=np.float32)


def _owned(mesh: SiteMesh) -> Iterator[tuple[str | None, Part]]:
    return zip(mesh.owners, mesh.parts, strict=True)


def _rise_k(site: Site, owner: str | None, part: Part) -> float | None:
    """K over ambient that the owner's state sets for the part's surface, None where it sets none."""
    equipment = site.equipment.get(owner) if owner is not None else None
    return None if equipment is None else equipment.delta_k.get(part.surface)


def _part_offsets_k(mesh: SiteMesh) -> FloatArray:
    """(parts,) within ±`_PART_K`: things of different make are never at quite the same temperature."""
    codes = [zlib.crc32(f"{owner}/{part.surface}/{part.material}".encode()) for owner, part in _owned(mesh)]
    return (np.array(codes, dtype=np.float64) / 2**32 - 0.5) * (2 * _PART_K)


def _waves_k(site: Site, vertices: FloatArray) -> FloatArray:
    """Smooth variation over metres; the phases follow from the site's weather, so a site always has the same."""
    weather = site.weather
    seed = zlib.crc32(struct.pack("<4d", weather.ambient_c, weather.sky_c, *weather.wind_m_s))
    rng = np.random.default_rng(seed)
    total = np.zeros(len(vertices), dtype=np.float32)
    for amplitude, wavelength in zip(_WAVES_K, (5.0, 2.0, 0.8), strict=True):
        wave = rng.normal(size=3)
        wave *= 2 * np.pi / wavelength / np.linalg.norm(wave)
        total += np.float32(amplitude) * np.sin(
            vertices @ wave.astype(np.float32) + np.float32(rng.uniform(0, 2 * np.pi))
        )
    return total


def _sky_k(site: Site, mesh: SiteMesh, vertices: FloatArray, counts: IntArray) -> FloatArray:
    """Warmed by the sun by colour and direction, cooled by a cold sky. Shadows move on too fast to matter."""
    normals = _normals(vertices, mesh.faces)
    weather = site.weather
    lit = np.clip(normals @ np.asarray(weather.sun, dtype=np.float32), 0.0, None)
    dark = np.array([1.0 - np.mean(part.tint or MATERIALS[part.material].albedo) for part in mesh.parts])
    absorbed = np.repeat((_SUN_K * weather.sun_strength * dark).astype(np.float32), counts)
    loss = np.float32(_SKY_LOSS * (weather.sky_c - weather.ambient_c)) * np.clip(normals[:, 2], 0.0, None)
    return np.asarray(absorbed * lit + loss)


def _normals(vertices: FloatArray, faces: IntArray) -> FloatArray:
    """(n, 3) float32 area-weighted vertex normals."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    e, f = b - a, c - a
    face = (
        e[:, 1] * f[:, 2] - e[:, 2] * f[:, 1],
        e[:, 2] * f[:, 0] - e[:, 0] * f[:, 2],
        e[:, 0] * f[:, 1] - e[:, 1] * f[:, 0],
    )
    corners = faces.ravel()
    summed: FloatArray = np.stack([np.bincount(corners, np.repeat(axis, 3), len(vertices)) for axis in face], axis=1)
    length = np.sqrt(np.einsum("ij,ij->i", summed, summed))
    return np.asarray(summed / np.maximum(length, 1e-12)[:, None], dtype=np.float32)


def _touch(
    site: Site,
    mesh: SiteMesh,
    vertices: FloatArray,
    starts: IntArray,
    named: BoolArray,
    rise: FloatArray,
    delta: FloatArray,
) -> None:
    """Warm, in place, the surfaces near a hot one of the same equipment, unless its state sets their heat itself."""
    parts_of: dict[str, list[int]] = {}
    for k, owner in enumerate(mesh.owners):
        if owner in site.equipment:
            parts_of.setdefault(owner, []).append(k)
    for parts in parts_of.values():
        hot = [k for k in parts if rise[k] >= _HOT_K]
        cool = [k for k in parts if not named[k]]
        if not hot or not cool:
            continue
        index = np.concatenate([np.arange(starts[k], starts[k + 1]) for k in cool])
        near = vertices[index]
        for k in hot:
            own = vertices[starts[k] : starts[k + 1]]
            outside = np.maximum(np.maximum(own.min(axis=0) - near, near - own.max(axis=0)), 0.0)
            fade = np.exp(np.sqrt(np.einsum("ij,ij->i", outside, outside)) * np.float32(-1.0 / _TOUCH_REACH_M))
            delta[index] = np.maximum(delta[index], _TOUCH_SHARE * rise[k] * fade)


def _flame_k(flame: Mover, vertices: FloatArray) -> FloatArray:
    """Radiation of a flame as a point source at its middle, stored in steel for as long as it has burned."""
    low, high = (
        np.min([p.vertices_m.min(axis=0) for p in flame.parts], axis=0),
        np.max([p.vertices_m.max(axis=0) for p in flame.parts], axis=0),
    )
    width, height = 0.5 * float((high - low)[:2].sum()), float(high[2] - low[2])
    kelvin = 273.15 + float(np.mean(list(flame.surface_c.values())))
    radiated_w = _FLAME_EMISSIVITY * _BOLTZMANN_W_M2_K4 * kelvin**4 * np.pi * width * height * 0.5
    x, y, z, _ = flame.pose_at(0.0)
    middle = np.array([x, y, z + 0.5 * height], dtype=np.float32)
    away = vertices - middle
    reach = np.maximum(np.einsum("ij,ij->i", away, away), np.float32((0.5 * width) ** 2 + 0.01))
    flux_w_m2 = np.float32(radiated_w / (4 * np.pi)) / reach
    return np.asarray(np.minimum(flux_w_m2 * np.float32(_EXPOSURE_S / _HEAT_CAPACITY_J_M2_K), 250.0))

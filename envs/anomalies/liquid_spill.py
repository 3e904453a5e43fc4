"""A liquid that has run out onto the floor."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..site.model import Part, Site
from ..types import AnomalyTruth, FloatArray, IntArray, Point, as_point
from .base import ANOMALIES, OWN_CHOICE, AnomalyKind, Candidate
from .carriers import equipment_of
from .survey import Survey, survey

_REACH_M, _ROOM_M, _SPOTS, _SEEN_FROM_M = (0.0, 1.0), 0.2, 4, 3.5
_SPOKES, _RINGS, _STEP_M = 48, 3, 0.02
_THICK_M, _FLAT_M = 0.002, 0.006
#: Liquids: sRGB colour, from dark oils to pale chemicals; each is shaded at random.
_LIQUIDS: tuple[Point, ...] = (
    (0.07, 0.05, 0.04),
    (0.16, 0.10, 0.05),
    (0.34, 0.24, 0.09),
    (0.44, 0.36, 0.20),
    (0.22, 0.26, 0.14),
    (0.50, 0.52, 0.44),
    (0.24, 0.28, 0.34),
)
#: Dried paint and old stains: not liquid any more.
_STAINS: tuple[Point, ...] = (
    (0.16, 0.15, 0.14),
    (0.58, 0.57, 0.53),
    (0.46, 0.42, 0.24),
    (0.38, 0.20, 0.15),
    (0.24, 0.31, 0.40),
)


@dataclass(frozen=True, eq=False)
class Puddle:
    """A thin, flat shape on the floor: `vertices_m` (n, 3), `faces`, distance 0..1 from middle to rim, area."""

    vertices_m: FloatArray
    faces: IntArray
    rim: FloatArray
    area_m2: float
    middle_m: FloatArray


class LiquidSpill(AnomalyKind):
    """Severity and reading: area in m²; from 0.05 it is a spill.

    A glossy film of oil, fuel or a chemical that covers the floor's grain, most often a little warmer than the floor.
    Look-alikes: wet floor (darker, its grain shows, cooler), a puddle of water, a dry stain of paint (dull).
    """

    name = "liquid_spill"
    unit = "m²"
    severity = (0.07, 1.5)
    limit = "0.05 m² of liquid on the floor"
    standard = OWN_CHOICE
    seen_by = ("rgb", "thermal")
    #: What it runs out of has a point of one of these quantities; and its colours.
    wet: ClassVar[tuple[str, ...]] = ("flange", "bearing", "level", "valve")
    liquids: ClassVar[tuple[Point, ...]] = _LIQUIDS

    def candidates(self, site: Site) -> list[Candidate]:
        """Free floor beside machines, vessels and valves that can be seen from where a robot may stand."""
        places = survey(site)
        wet = dict.fromkeys(point.tag for point in site.points() if point.quantity in self.wet)
        found = []
        for tag in wet:
            spots = places.near(site.equipment[tag], _REACH_M, _ROOM_M, _SPOTS)
            seen = places.seen(spots, 0.01, _SEEN_FROM_M)
            found += [Candidate(tag, as_point(spot, "spill")) for spot in spots[seen]]
        return found

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Pour it out; plinths and walls bound it, and the severity is the area that it then has."""
        equipment_of(site, where)
        puddle = pour(survey(site), where.position_m, severity, rng)
        colour = _shade(self.liquids[int(rng.integers(len(self.liquids)))], rng)
        warm = float(rng.uniform(1.5, 8.0)) if rng.random() < 0.85 else float(rng.uniform(-0.8, 0.8))
        site.extras.append((where.tag, _film(puddle, "oil", colour, warm)))
        return AnomalyTruth(
            self.name, where.tag, as_point(puddle.middle_m, "spill"), puddle.area_m2, self.unit, puddle.area_m2
        )

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Wet floor, water or a stain, as large as a spill may be."""
        places = survey(site)
        puddle = pour(places, where.position_m, float(np.exp(rng.uniform(np.log(0.08), np.log(1.2)))), rng)
        material, tint, _ = places.floor_look(np.asarray(where.position_m))
        sort = int(rng.integers(3))
        if sort == 0:
            wet = _shade(tint, rng, float(rng.uniform(0.55, 0.72)))
            part = _film(puddle, material, wet, float(rng.uniform(-2.5, -0.8)))
        elif sort == 1:
            pool = _shade(tint, rng, float(rng.uniform(0.5, 0.65)))
            part = _film(puddle, "water", pool, float(rng.uniform(-3.5, -1.5)))
        else:
            part = _film(puddle, "paint_worn", _shade(_STAINS[int(rng.integers(len(_STAINS)))], rng), 0.0)
        site.extras.append((where.tag, part))


def pour(places: Survey, at_m: Point, area_m2: float, rng: np.random.Generator) -> Puddle:
    """An irregular puddle of `area_m2` round (x, y), grown over level floor only; smaller where there is no room."""
    angle = np.arange(_SPOKES) * (2 * np.pi / _SPOKES)
    waves = [(k, rng.uniform(0.0, 0.34 / k**0.8), rng.uniform(0, 2 * np.pi)) for k in (1, 2, 3, 4, 6, 9)]
    shape = np.maximum(1.0 + sum(a * np.cos(k * angle + p) for k, a, p in waves), 0.35)
    limit, height = _room(places, np.asarray(at_m[:2]), angle)
    low, high = 0.0, 4.0 * float(np.sqrt(area_m2))
    for _ in range(30):
        scale = 0.5 * (low + high)
        low, high = (scale, high) if _area(np.minimum(scale * shape, limit)) < area_m2 else (low, scale)
    radius = np.minimum(high * shape, limit)
    rings = np.linspace(0.0, 1.0, _RINGS + 1)[1:]
    spokes = np.column_stack([np.cos(angle), np.sin(angle)])
    flat = np.concatenate([np.zeros((1, 2)), *(share * radius[:, None] * spokes for share in rings)]) + at_m[:2]
    vertices = np.column_stack([flat, np.full(len(flat), height + _THICK_M)])
    middle = np.append(vertices[1 + (_RINGS - 1) * _SPOKES :, :2].mean(axis=0), height)
    return Puddle(vertices, _disc_faces(), np.concatenate([[0.0], np.repeat(rings, _SPOKES)]), _area(radius), middle)


def _room(places: Survey, middle: FloatArray, angle: FloatArray) -> tuple[FloatArray, float]:
    """(spokes,) how far level floor reaches in each direction, and the height of the highest line painted on it."""
    steps = np.arange(_STEP_M, 1.6, _STEP_M)
    spokes = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    across = middle + steps[None, :, None] * spokes[:, None, :]
    height = places.heights_m(np.concatenate([middle[None], across.reshape(-1, 2)]))
    level = np.abs(height - height[0]) < _FLAT_M
    reach = level[1:].reshape(len(angle), len(steps))
    first = np.where(reach.all(axis=1), len(steps), np.argmin(reach, axis=1))
    return np.maximum(steps[np.maximum(first - 1, 0)] - _STEP_M, 0.03), float(height[level].max())


def _area(radius: FloatArray) -> float:
    """Area of a star-shaped polygon given by its spokes."""
    return float(0.5 * np.sin(2 * np.pi / _SPOKES) * (radius * np.roll(radius, -1)).sum())


def _disc_faces() -> IntArray:
    """Faces of a disc: a fan round the middle, then bands between rings; they look up."""
    here = np.arange(_SPOKES)
    following = (here + 1) % _SPOKES
    faces = [np.stack([np.zeros(_SPOKES, dtype=int), 1 + here, 1 + following], axis=1)]
    for ring in range(_RINGS - 1):
        inner, outer = 1 + ring * _SPOKES, 1 + (ring + 1) * _SPOKES
        faces.append(np.stack([inner + here, outer + here, outer + following], axis=1))
        faces.append(np.stack([inner + here, outer + following, inner + following], axis=1))
    return np.concatenate(faces).astype(np.int32)


def _film(puddle: Puddle, material: str, tint: Point, warm_k: float) -> Part:
    """The puddle as a part, `warm_k` over the floor in its middle and less at its rim."""
    return Part(
        puddle.vertices_m,
        puddle.faces,
        material,
        "spill",
        solid=False,
        inspectable=False,
        tint=tint,
        surface_delta_k=warm_k * (1.0 - 0.5 * puddle.rim),
    )


def _shade(colour: Point, rng: np.random.Generator, factor: float = 1.0) -> Point:
    shaded = np.clip(np.asarray(colour) * factor * rng.uniform(0.85, 1.2) + rng.uniform(-0.02, 0.02, 3), 0.02, 0.95)
    return as_point(shaded, "colour")


ANOMALIES.add(LiquidSpill.name, LiquidSpill())

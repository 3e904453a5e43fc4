"""A plant on which every class has a place, and what can be observed of each class."""

from collections.abc import Callable
from functools import cache

import numpy as np

from patrolgym.envs.anomalies.base import ANOMALIES, AnomalyKind, Candidate
from patrolgym.envs.anomalies.survey import inside_m
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.mesh import SiteMesh, merge
from patrolgym.envs.site.model import Part, Site
from patrolgym.envs.sites.base import generate
from patrolgym.envs.types import AnomalyTruth, FloatArray
from patrolgym.envs.world.gas import GAS_NAMES, GasField
from patrolgym.envs.world.heat import vertex_temperatures
from patrolgym.envs.world.raycast import RayMesh
from patrolgym.envs.world.sound import FLOOR_DB, SoundField

NAMES = [kind.name for kind in ANOMALIES.values() if "hazardous-plant" in kind.scenarios]
OPEN_AIR = RayMesh(np.zeros((0, 3)), np.zeros((0, 3), np.int32))


@cache
def healthy() -> Site:
    """The first medium plant with a place for every class; never changed."""
    for seed in range(20):
        site = generate("hazardous-plant", "medium", "train", seed)
        if all(ANOMALIES[name].candidates(site) and ANOMALIES[name].distractor_candidates(site) for name in NAMES):
            return site
    raise AssertionError("no plant has a place for every class")


@cache
def candidates(name: str) -> tuple[Candidate, ...]:
    return tuple(ANOMALIES[name].candidates(healthy()))


@cache
def distractor_candidates(name: str) -> tuple[Candidate, ...]:
    return tuple(ANOMALIES[name].distractor_candidates(healthy()))


def roomiest(name: str) -> Candidate:
    """The candidate with the most room for a gross one."""
    kind, places = ANOMALIES[name], candidates(name)
    return max(places, key=lambda where: kind.place(healthy().copy(), where, kind.severity[1], rng(0)).severity)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def placed(name: str, where: Candidate, severity: float, seed: int = 0) -> tuple[Site, AnomalyTruth]:
    site = healthy().copy()
    return site, ANOMALIES[name].place(site, where, severity, rng(seed))


def distracted(name: str, where: Candidate, seed: int = 0) -> Site:
    site = healthy().copy()
    ANOMALIES[name].distract(site, where, rng(seed))
    return site


def severities(kind: AnomalyKind, count: int) -> FloatArray:
    low, high = kind.severity
    return np.asarray(low * (high / low) ** np.linspace(0.0, 1.0, count))


def surface_c(site: Site, tag: str, surface: str) -> float:
    """Mean temperature of a surface."""
    mesh: SiteMesh = merge(site)
    celsius = vertex_temperatures(site, mesh)
    ends = np.cumsum([len(part.vertices_m) for part in mesh.parts])
    pieces = zip(np.split(celsius, ends[:-1]), mesh.parts, mesh.owners, strict=True)
    return float(np.mean(np.concatenate([c for c, part, owner in pieces if (owner, part.surface) == (tag, surface)])))


def value(site: Site, tag: str, suffix: str) -> float:
    equipment = site.equipment[tag]
    return KINDS[equipment.kind].values(equipment)[f"{tag}/{suffix}"]


def area_m2(part: Part) -> float:
    a, b, c = (part.vertices_m[part.faces[:, k]] for k in range(3))
    return float(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def column_ppm_m(site: Site) -> float:
    """Mean ppm·m of the newest leak along a line across the wind, half a metre downwind."""
    source = site.gas_sources[-1]
    alone = site.copy()
    alone.gas_sources = [source]
    field = GasField(alone, OPEN_AIR, rng(0))
    wind = np.array([*site.weather.wind_m_s, 0.0])
    wind /= np.linalg.norm(wind)
    across = np.array([-wind[1], wind[0], 0.0])
    field.advance(10.0)
    total = 0.0
    for _ in range(40):
        field.advance(0.5)
        path = field.path_ppm_m(np.array(source.position_m) + 0.5 * wind - 5.0 * across, across, 10.0)
        total += path[GAS_NAMES.index(source.gas)] / 40
    return total


def heard_db(site: Site) -> tuple[float, float]:
    """Level over the floor in the lowest band and modulation, 2 m from the newest source."""
    alone = site.copy()
    alone.sound_sources, alone.equipment = [site.sound_sources[-1]], {}
    at = np.array(site.sound_sources[-1].position_m)
    levels, modulation = SoundField(alone).levels_db(OPEN_AIR, at - (2.0, 0.0, 0.0), np.array([1.0, 0.0, 0.0]))
    return float(levels[0] - FLOOR_DB[0]), modulation


def flame_m(site: Site) -> float:
    """Height of the newest mover, on average over time."""
    shape_at = site.movers[-1].shape_at
    assert shape_at is not None
    return float(np.mean([shape_at(t)[0].vertices_m[:, 2].max() for t in np.linspace(0.0, 9.0, 40)]))


def out_of_range(site: Site, truth: AnomalyTruth, quantity: str) -> float:
    """How far the value of the carrier's point lies outside its normal range."""
    point = next(p for p in site.points() if p.tag == truth.tag and p.quantity == quantity)
    assert point.normal_range is not None
    low, high = point.normal_range
    now = value(site, point.tag, point.name.partition("/")[2])
    return max(low - now, now - high)


def zone_depth_m(site: Site, truth: AnomalyTruth) -> float:
    zone = next(zone for zone in site.zones if zone.name == truth.tag)
    return float(inside_m(zone.polygon_m, np.array([site.movers[-1].pose_at(0.0)[:2]]))[0])


#: What grows with the severity of each class.
OBSERVED: dict[str, Callable[[Site, AnomalyTruth], float]] = {
    "gas_leak": lambda site, truth: column_ppm_m(site),
    "gauge_out_of_range": lambda site, truth: out_of_range(site, truth, "gauge"),
    "level_out_of_range": lambda site, truth: out_of_range(site, truth, "level"),
    "valve_wrong_position": lambda site, truth: out_of_range(site, truth, "valve"),
    "hot_bearing": lambda site, truth: surface_c(site, str(truth.tag), "bearing"),
    "hot_joint": lambda site, truth: value(site, str(truth.tag), "terminals"),
    "liquid_spill": lambda site, truth: area_m2(site.extras[-1][1]),
    "fire": lambda site, truth: flame_m(site),
    "intruder": zone_depth_m,
    "partial_discharge": lambda site, truth: heard_db(site)[0],
}

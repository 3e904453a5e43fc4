"""What lies, burns or stands on the floor: on it, free of everything, to be seen, and no survey is kept for ever."""

import gc
import weakref

import numpy as np
import pytest

from patrolgym.envs.anomalies import survey as surveys
from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.anomalies.lookalikes import (
    cone,
    jacket_on_stand,
    mannequin,
    poster_board,
    tarpaulin,
    work_lamp,
)
from patrolgym.envs.anomalies.survey import inside_m, survey
from patrolgym.envs.site.zones import rectangle
from patrolgym.envs.sites.base import generate

from .plant import candidates, distracted, distractor_candidates, healthy, placed, rng

FLOOR = ("liquid_spill", "fire")


def test_spills_lie_just_above_whatever_they_lie_on() -> None:
    for seed, where in enumerate(candidates("liquid_spill")[::3]):
        site, truth = placed("liquid_spill", where, 0.6, seed)
        part = site.extras[-1][1]
        under = survey(healthy()).heights_m(part.vertices_m[:, :2])
        above = part.vertices_m[:, 2] - under
        assert (above > 0.0005).all(), "never under a plinth or a painted line"
        assert (above < 0.009).all(), "never over a step"
        assert not part.solid
        normal = np.cross(*(part.vertices_m[part.faces[:, k]] - part.vertices_m[part.faces[:, 0]] for k in (1, 2)))
        assert (normal[:, 2] > 0.0).all(), "it faces up"
        assert truth.position_m[2] < 0.2


def test_spills_are_irregular_and_differ() -> None:
    where = candidates("liquid_spill")[0]
    outlines = []
    for seed in range(6):
        part = placed("liquid_spill", where, 0.15, seed)[0].extras[-1][1]
        radius = np.linalg.norm(part.vertices_m[-48:, :2] - part.vertices_m[0, :2], axis=1)
        assert radius.std() > 0.08 * radius.mean(), "no disc"
        outlines.append(radius / radius.mean())
    assert np.std(outlines, axis=0).mean() > 0.08


def test_spills_and_stains_share_shades() -> None:
    """No colour tells a spill: the shades of spills and of harmless patches overlap."""
    spills, patches = [], []
    for seed, where in enumerate(candidates("liquid_spill")):
        spills.append(placed("liquid_spill", where, 0.2, seed)[0].extras[-1][1].tint)
        patches.append(distracted("liquid_spill", where, seed).extras[-1][1].tint)
    apart = np.linalg.norm(np.array(spills)[:, None] - np.array(patches), axis=2)
    assert np.mean(apart.min(axis=1) < 0.15) > 0.7


@pytest.mark.parametrize("name", FLOOR)
def test_places_on_the_floor_are_seen_from_where_a_robot_may_stand(name: str) -> None:
    found = survey(healthy())
    for where in candidates(name):
        at = np.array(where.position_m) + (0.0, 0.0, 0.02)
        line = found.eyes_m - at
        length = np.linalg.norm(line, axis=1)
        near = np.flatnonzero((length < 5.2) & (length > 0.5))
        blocked = found.rays.occluded(np.tile(at, (len(near), 1)), line[near] / length[near, None], length[near])
        assert (~blocked).any(), f"{name} at {where.position_m} is hidden"


def test_fires_keep_off_thermal_points_and_the_dock() -> None:
    thermal = np.array([p.position_m[:2] for p in healthy().points() if p.sensor == "thermal"])
    for where in candidates("fire"):
        assert np.linalg.norm(thermal - where.position_m[:2], axis=1).min() >= 1.5
        assert np.linalg.norm(np.subtract(where.position_m[:2], healthy().dock[:2])) > 2.4


def test_flames_flicker_and_glow() -> None:
    site, _ = placed("fire", candidates("fire")[0], 60.0)
    flame = site.movers[-1]
    assert flame.kind == "flame"
    assert flame.radius_m == 0.0
    assert flame.shape_at is not None
    one, two = (flame.shape_at(t)[0].vertices_m for t in (1.0, 1.3))
    assert np.abs(one - two).max() > 0.02
    assert min(flame.surface_c.values()) > 300.0
    assert all(part.material == "flame" and not part.solid for part in flame.parts)


def test_intruders_stay_inside_and_close_to_the_truth() -> None:
    for where in candidates("intruder"):
        zone = next(zone for zone in healthy().zones if zone.name == where.tag)
        for seed in range(12):
            site, truth = placed("intruder", where, 0.4 + 0.15 * seed, seed)
            person = site.movers[-1]
            poses = np.array([person.pose_at(t)[:3] for t in np.linspace(0.0, 120.0, 80)])
            assert person.kind == "person"
            assert (inside_m(zone.polygon_m, poses[:, :2]) > 0.05).all()
            assert np.linalg.norm(poses[:, :2] - truth.position_m[:2], axis=1).max() < 0.6
            ground = survey(healthy()).heights_m(poses[:, :2])
            np.testing.assert_allclose(poses[:, 2], ground, atol=0.02)


def test_workers_leave_the_robot_a_way_past() -> None:
    aisles = {zone.name for zone in healthy().zones if zone.kind == "walkway"}
    shares = []
    for seed, where in enumerate(c for c in distractor_candidates("intruder") if c.tag in aisles):
        site = distracted("intruder", where, seed)
        there = np.array([mover.pose_at(0.0)[:2] for mover in site.movers])
        share, reach = survey(healthy()).connected_share, np.full(len(there), 1.2)
        shares.append(share(there, reach) / share(there[:-1], reach[:-1]))
    assert np.mean(np.array(shares) > 0.95) > 0.8


@pytest.mark.parametrize("make", [cone, tarpaulin, work_lamp, jacket_on_stand, mannequin, poster_board])
def test_things_stand_on_the_floor(make) -> None:
    for seed in range(5):
        parts, light = make((3.0, 2.0, 0.05), rng(seed))
        low = min(part.vertices_m[:, 2].min() for part in parts)
        reach = max(np.abs(part.vertices_m[:, :2] - (3.0, 2.0)).max() for part in parts)
        assert 0.045 < low < 0.07
        assert reach < 0.6
        assert not any(part.inspectable for part in parts)
        assert light is None or np.linalg.norm(np.subtract(light.position_m, (3.0, 2.0, 0.5))) < 0.8


@pytest.mark.parametrize("make", [jacket_on_stand, mannequin, poster_board])
def test_dummies_are_as_tall_as_people_and_as_cold_as_the_air(make) -> None:
    parts, _ = make((0.0, 0.0, 0.0), rng(1))
    assert 1.4 < max(part.vertices_m[:, 2].max() for part in parts) < 2.0
    assert all(part.surface_delta_k is None for part in parts)


def test_depth_inside_a_polygon() -> None:
    square = rectangle(0.0, 0.0, 4.0, 4.0)
    np.testing.assert_allclose(inside_m(square, np.array([[2.0, 2.0], [0.5, 3.0], [3.9, 3.7]])), [2.0, 0.5, 0.1])


def test_surveys_are_shared_by_copies_and_freed_with_the_site() -> None:
    site = generate("hazardous-plant", "small", "train", 1)
    first = survey(site)
    assert survey(site.copy()) is first
    gone = weakref.ref(first)
    del first, site
    gc.collect()
    assert gone() is None, "a survey must not outlive its site"


def test_a_site_without_structure_is_refused() -> None:
    bare = healthy().copy()
    bare.structure = []
    with pytest.raises(ValueError, match="floor"):
        surveys.survey(bare)
    assert ANOMALIES["gauge_out_of_range"].candidates(bare), "others need no floor"

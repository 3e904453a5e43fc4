"""Anomalies of a factory in a bare hall: they change what they say, and their look-alikes are harmless."""

import numpy as np
import pytest

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.anomalies.goods import extent_m, floor_mat, some_goods
from patrolgym.envs.site.model import Site
from patrolgym.envs.site.people import SKIN_C
from patrolgym.envs.site.zones import contains
from tests.agents.vision.halls import AISLE, hall

AISLE_CLASSES = ("no_helmet", "object_in_aisle")


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def healthy() -> Site:
    return hall(rng(3))


def crown_share(site: Site) -> float:
    """Temperature of what the newest person wears on the head, from 0, the air's, to 1, skin's."""
    mover = site.movers[-1]
    top = max(mover.parts, key=lambda part: float(part.vertices_m[:, 2].max()))
    air = site.weather.ambient_c
    return (mover.surface_c[top.surface] - air) / (mover.surface_c["skin"] - air)


@pytest.mark.parametrize("name", AISLE_CLASSES)
def test_the_truth_lies_on_the_aisle_and_repeats(healthy: Site, name: str) -> None:
    kind = ANOMALIES[name]
    places = kind.candidates(healthy)
    assert len(places) > 20
    for seed, where in enumerate(places[::7]):
        first, second = healthy.copy(), healthy.copy()
        truth = kind.place(first, where, kind.severity[1], rng(seed))
        assert truth == kind.place(second, where, kind.severity[1], rng(seed))
        assert contains(
            [AISLE[:2], (AISLE[2], AISLE[1]), AISLE[2:], (AISLE[0], AISLE[3])], np.array([truth.position_m[:2]])
        )
        assert truth.unit == kind.unit and truth.tag is None


def test_who_has_no_helmet_has_a_warm_head_and_who_has_one_a_cold_one(healthy: Site) -> None:
    kind = ANOMALIES["no_helmet"]
    places = kind.candidates(healthy)
    for seed in range(30):
        bare, dull = healthy.copy(), healthy.copy()
        kind.place(bare, places[seed % len(places)], 1.0, rng(seed))
        kind.distract(dull, places[seed % len(places)], rng(seed))
        assert crown_share(bare) > 0.24 > crown_share(dull)
        assert SKIN_C[0] <= bare.movers[-1].surface_c["skin"] <= SKIN_C[1]


def test_a_dummy_stands_beside_the_aisle_and_is_as_cold_as_the_air(healthy: Site) -> None:
    kind = ANOMALIES["no_helmet"]
    for seed, where in enumerate([w for w in kind.distractor_candidates(healthy) if len(w.data) == 1][:8]):
        site = healthy.copy()
        kind.distract(site, where, rng(seed))
        assert len(site.movers) == len(healthy.movers)
        parts = [part for _, part in site.extras]
        assert {part.surface for part in parts} == {"dummy"}
        assert abs(np.concatenate([p.vertices_m for p in parts])[:, 1].mean()) > AISLE[3]


def test_things_are_as_large_as_asked_for() -> None:
    for seed, wanted in enumerate(np.geomspace(*ANOMALIES["object_in_aisle"].severity, 40)):
        parts = some_goods((0.0, 0.0, 0.0), float(wanted), rng(seed))
        assert extent_m(parts) == pytest.approx(wanted, rel=0.12)
        assert min(part.vertices_m[:, 2].min() for part in parts) == pytest.approx(0.0, abs=1e-3)
        assert max(part.vertices_m[:, 2].max() for part in parts) > 0.1
    with pytest.raises(ValueError, match="m large; sizes go from"):
        some_goods((0.0, 0.0, 0.0), 9.0, rng(0))


def test_stored_things_keep_off_the_aisle_and_mats_are_flat(healthy: Site) -> None:
    kind = ANOMALIES["object_in_aisle"]
    stored = [where for where in kind.distractor_candidates(healthy) if len(where.data) == 1]
    assert stored
    for seed, where in enumerate(stored[::6]):
        site = healthy.copy()
        kind.distract(site, where, rng(seed))
        beside = np.abs(np.concatenate([part.vertices_m for _, part in site.extras if part.solid])[:, 1])
        assert beside.min() > AISLE[3] + 0.1
    for seed in range(10):
        assert floor_mat((0.0, 0.0, 0.0), rng(seed))[0].vertices_m[:, 2].max() <= 0.02

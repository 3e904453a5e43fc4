"""Every registered class: it changes what it says, where it says, by as much as it says; its look-alike is harmless."""

from typing import Any

import numpy as np
import pytest

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.sensors.base import SENSORS
from patrolgym.envs.site.gases import GASES
from patrolgym.envs.site.model import Site
from patrolgym.envs.site.zones import contains
from patrolgym.envs.world.gas import GAS_NAMES, GasField

from .plant import (
    NAMES,
    OBSERVED,
    OPEN_AIR,
    candidates,
    distracted,
    distractor_candidates,
    healthy,
    heard_db,
    placed,
    rng,
    roomiest,
    severities,
    surface_c,
    value,
)

#: What an anomaly of a class may change on a site.
CHANGES = {
    "gas_leak": {"gas_sources", "sound_sources"},
    "gauge_out_of_range": {"state"},
    "level_out_of_range": {"state"},
    "valve_wrong_position": {"state"},
    "hot_bearing": {"delta_k"},
    "hot_joint": {"delta_k"},
    "liquid_spill": {"extras"},
    "fire": {"movers", "lights"},
    "intruder": {"movers"},
    "partial_discharge": {"sound_sources"},
}
#: What a look-alike may change beyond that.
THINGS = {"fire": {"extras"}, "intruder": {"extras"}}
LISTS = ("structure", "extras", "zones", "movers", "lights", "gas_sources", "sound_sources")


def changed(site: Site, tag: str | None) -> set[str]:
    """Names of what differs from the healthy site; equipment other than `tag` must not differ."""
    found = {name for name in LISTS if getattr(site, name) != getattr(healthy(), name)}
    for own, mine in site.equipment.items():
        before = healthy().equipment[own]
        for part in ("state", "delta_k"):
            if getattr(mine, part) != getattr(before, part):
                assert own == tag, f"{own} was changed beside the carrier {tag}"
                found.add(part)
    return found


def test_every_class_is_tested() -> None:
    assert set(NAMES) == set(CHANGES) == set(OBSERVED)


@pytest.mark.parametrize("name", NAMES)
def test_placing_changes_what_it_says_and_nothing_else(name: str) -> None:
    for seed, where in enumerate(candidates(name)[::5]):
        site, truth = placed(name, where, severities(ANOMALIES[name], 3)[1], seed)
        assert changed(site, where.tag) == CHANGES[name]
        assert truth.tag == where.tag
        assert truth.anomaly_class == name
        assert truth.unit == ANOMALIES[name].unit


@pytest.mark.parametrize("name", NAMES)
def test_the_truth_is_on_the_carrier(name: str) -> None:
    zones = {zone.name: zone for zone in healthy().zones}
    for seed, where in enumerate(candidates(name)):
        _, truth = placed(name, where, ANOMALIES[name].severity[0], seed)
        position = np.array(truth.position_m)
        if where.tag in zones:
            assert contains(zones[str(where.tag)].polygon_m, position[None, :2]).all()
            continue
        equipment = healthy().equipment[str(where.tag)]
        reach = 0.5 * np.hypot(*equipment.params["size_m"][:2]) + 1.2
        assert np.linalg.norm(position[:2] - equipment.position_m[:2]) < reach
        assert np.linalg.norm(position - where.position_m) < 0.7


@pytest.mark.parametrize("name", NAMES)
def test_more_severe_is_more_to_observe(name: str) -> None:
    where = roomiest(name)
    pairs = []
    for severity in severities(ANOMALIES[name], 5):
        site, truth = placed(name, where, float(severity))
        assert truth.severity <= severity + 0.25 or name == "intruder", "people stand where there is room"
        pairs.append((truth.severity, OBSERVED[name](site, truth)))
    severe, seen = np.array(pairs).T
    assert (np.diff(severe) >= 0.0).all()
    assert severe[-1] > severe[0], "there is room for more than the least"
    assert (np.diff(seen)[np.diff(severe) > 1e-9] > 0.0).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_least_severity_is_over_the_alarm_everywhere(name: str) -> None:
    alarm = {
        "gauge_out_of_range": 2.0,
        "level_out_of_range": 3.0,
        "valve_wrong_position": 10.0,
        "hot_bearing": 80.0,
        "hot_joint": 4.0,
        "liquid_spill": 0.05,
        "partial_discharge": 6.0,
        "intruder": 0.25,
    }.get(name, 0.0)
    for seed, where in enumerate(candidates(name)):
        assert placed(name, where, ANOMALIES[name].severity[0], seed)[1].severity > alarm


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same(name: str) -> None:
    where = candidates(name)[0]
    severity = ANOMALIES[name].severity[1]
    (first, truth), (second, again) = placed(name, where, severity, 3), placed(name, where, severity, 3)
    assert truth == again
    assert first.gas_sources == second.gas_sources
    assert first.sound_sources == second.sound_sources
    for (_, one), (_, two) in zip(first.extras, second.extras, strict=True):
        np.testing.assert_array_equal(one.vertices_m, two.vertices_m)
    for mover, twin in zip(first.movers, second.movers, strict=True):
        assert mover.pose_at(7.3) == twin.pose_at(7.3)
        for part, other in zip(mover.parts, twin.parts, strict=True):
            np.testing.assert_array_equal(part.vertices_m, other.vertices_m)


@pytest.mark.parametrize("name", NAMES)
def test_look_alikes_change_something_and_stay_harmless(name: str) -> None:
    places = distractor_candidates(name)
    for seed, where in enumerate(places[:: max(1, len(places) // 12)]):
        site = distracted(name, where, seed)
        what = changed(site, where.tag)
        assert what, "a look-alike must be there"
        assert what <= CHANGES[name] | THINGS.get(name, set())
        HARMLESS[name](site, str(where.tag))


def within_range(site: Site, tag: str, quantity: str) -> None:
    point = next(p for p in site.points() if p.tag == tag and p.quantity == quantity)
    assert point.normal_range is not None
    low, high = point.normal_range
    now = value(site, tag, point.name.partition("/")[2])
    assert low < now < high
    span = (point.scale[1] - point.scale[0]) if point.scale else 100.0
    assert min(now - low, high - now) < 0.12 * span, "close enough to the limit to be mistaken"


def cool_enough(site: Site, tag: str) -> None:
    assert site.weather.ambient_c + 20.0 < surface_c(site, tag, "bearing") < 75.0


def permitted(site: Site) -> None:
    source = site.gas_sources[-1]
    alone = site.copy()
    alone.gas_sources = [source]
    field = GasField(alone, OPEN_AIR, rng(0))
    field.advance(20.0)
    around = np.array(source.position_m) + rng(1).normal(0.0, 0.5, (400, 3)) + (0.0, 0.0, 0.2)
    highest = field.concentration_ppm(around)[:, GAS_NAMES.index(source.gas)].max()
    assert highest < GASES[source.gas].alarm_ppm[0]


def not_wet_with_product(site: Site) -> None:
    part = site.extras[-1][1]
    assert part.material != "oil"
    assert part.surface_delta_k is not None
    assert (part.surface_delta_k <= 0.0).all()


def not_burning(site: Site) -> None:
    assert not [mover for mover in site.movers if mover.kind == "flame"]


def nobody_restricted(site: Site) -> None:
    for mover in site.movers:
        at = np.array([mover.pose_at(t)[:2] for t in np.linspace(0.0, 60.0, 20)])
        for zone in site.zones:
            assert zone.kind != "restricted" or not contains(zone.polygon_m, at).any()


HARMLESS: dict[str, Any] = {
    "gas_leak": lambda site, tag: permitted(site),
    "gauge_out_of_range": lambda site, tag: within_range(site, tag, "gauge"),
    "level_out_of_range": lambda site, tag: within_range(site, tag, "level"),
    "valve_wrong_position": lambda site, tag: within_range(site, tag, "valve"),
    "hot_bearing": cool_enough,
    "hot_joint": lambda site, tag: np.testing.assert_array_less(value(site, tag, "terminals"), 2.0),
    "liquid_spill": lambda site, tag: not_wet_with_product(site),
    "fire": lambda site, tag: not_burning(site),
    "intruder": lambda site, tag: nobody_restricted(site),
    "partial_discharge": lambda site, tag: np.testing.assert_array_less(heard_db(site)[1], 1e-9),
}


@pytest.mark.parametrize("name", NAMES)
def test_it_says_its_limit_who_sets_it_and_what_sees_it(name: str) -> None:
    kind = ANOMALIES[name]
    assert kind.limit
    assert kind.standard
    assert set(kind.seen_by) <= set(SENSORS.names())
    if kind.quantity:
        assert kind.quantity in {point.quantity for point in healthy().points()}

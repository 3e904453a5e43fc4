"""Anomalies of machines in a bare hall: as bad as they say, over the alarm of their machine; look-alikes below it."""

from typing import Any

import numpy as np
import pytest

from patrolgym.envs.anomalies.air_leak import G_H
from patrolgym.envs.anomalies.base import ANOMALIES, Candidate
from patrolgym.envs.anomalies.hot_motor import LIMIT_C
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.instruments import site_instruments
from patrolgym.envs.site.model import Site, Weather
from patrolgym.envs.site.rotor import RACES, Rotor
from patrolgym.envs.types import AnomalyTruth
from patrolgym.envs.world.sound import hiss_db

NAMES = ("air_leak", "bearing_fault", "hot_motor", "imbalance", "joint_friction", "misalignment")
HALL = ("exhaust_fan", "coolant_pump", "screw_compressor", "machine_tool", "conveyor", "welding_robot", "air_unit")


def hall(seed: int = 0) -> Site:
    site = Site("car-factory", "small", (0.0, 0.0, 40.0, 10.0), (0.0, 0.0, 0.0),
                Weather(21.0, 21.0, (0.0, 0.0, 1.0), 0.0, 0.5, (0.0, 0.0)), {})  # fmt: skip
    rng = np.random.default_rng(seed)
    for k, kind in enumerate(HALL):
        site.equipment[f"X-{k}"] = KINDS[kind].make(f"X-{k}", (5.0 * k, 0.0, 0.0), 0.3 * k, rng, {})
    return site


def placed(name: str, where: Candidate, severity: float, seed: int = 0) -> tuple[Site, AnomalyTruth]:
    site = hall()
    return site, ANOMALIES[name].place(site, where, severity, np.random.default_rng(seed))


def seen(site: Site, name: str, tag: str, where: Candidate) -> float:
    """What the class is about, in its unit, on a site in the state it is in."""
    machine, point = site.equipment[tag], where.data
    if name == "air_leak":
        return float(10.0 ** ((site.sound_sources[-1].levels_db[2] - hiss_db(G_H)[2]) / 10.0))
    if name == "hot_motor":
        return float(machine.delta_k["motor"] + site.weather.ambient_c)
    if name == "joint_friction":
        current = next(i for i in site_instruments(site) if i.name == f"{point.name}/current")
        return float(100.0 * (current.value / point.details["nominal_current_a"] - 1.0))
    rotor: Rotor = machine.state["rotor"]
    return rotor.fault_mm_s if name == "bearing_fault" else rotor.overall_mm_s


def alarm(name: str, where: Candidate) -> float:
    fixed = {"air_leak": 0.3, "hot_motor": LIMIT_C, "joint_friction": 20.0, "bearing_fault": 0.4}
    return fixed[name] if name in fixed else float(where.data.details["zones_mm_s"][1])


@pytest.mark.parametrize("name", NAMES)
def test_it_is_as_bad_as_it_says_and_over_the_alarm(name: str) -> None:
    kind = ANOMALIES[name]
    assert len(kind.candidates(hall())) >= 2
    for where in kind.candidates(hall()):
        for severity in (kind.severity[0], kind.severity[1]):
            site, truth = placed(name, where, severity)
            assert truth.tag == where.tag and truth.unit == kind.unit and truth.position_m == where.position_m
            assert truth.reading == pytest.approx(truth.severity)
            assert seen(site, name, str(where.tag), where) == pytest.approx(truth.severity, rel=1e-6)
            assert truth.severity > 1.02 * alarm(name, where)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_carrier_changes(name: str) -> None:
    for where in ANOMALIES[name].candidates(hall()):
        site, _ = placed(name, where, ANOMALIES[name].severity[1])
        for tag, machine in hall().equipment.items():
            same = (site.equipment[tag].state, site.equipment[tag].delta_k) == (machine.state, machine.delta_k)
            assert same == (tag != where.tag or name == "air_leak")


@pytest.mark.parametrize("name", NAMES)
def test_look_alikes_change_something_but_stay_below_the_alarm(name: str) -> None:
    kind = ANOMALIES[name]
    for seed, where in enumerate(kind.distractor_candidates(hall()) * 4):
        site, sound = hall(), hall()
        kind.distract(site, where, np.random.default_rng(seed))
        tag = str(where.tag)
        before, after = sound.equipment[tag], site.equipment[tag]
        assert (before.state, before.delta_k) != (after.state, after.delta_k) or site.sound_sources
        _stays_harmless(name, where, site, before.state.get("rotor"))


def _stays_harmless(name: str, where: Candidate, site: Site, sound: Any) -> None:
    machine = site.equipment[str(where.tag)]
    if name == "air_leak":
        source = site.sound_sources[-1]
        tight = seen(site, name, machine.tag, where) < 0.3
        assert tight or source.duty < 0.5 or where.data.quantity == "sump"
    elif name == "joint_friction":
        assert machine.state.get(f"{where.data.name.partition('/')[2]}_current", 1.0) < 1.2
    elif name in ("imbalance", "misalignment"):
        rotor: Rotor = machine.state["rotor"]
        lines = np.sqrt(rotor.imbalance_mm_s**2 + rotor.misalignment_mm_s**2 + np.square(rotor.harmonics_mm_s).sum())
        assert lines < 0.9 * alarm(name, where)
        assert rotor != sound
    else:
        assert seen(site, name, machine.tag, where) < 0.95 * alarm(name, where)


def test_both_races_go_bad_and_the_truth_names_them() -> None:
    where = ANOMALIES["bearing_fault"].candidates(hall())[0]
    named = set()
    for seed in range(12):
        site, truth = placed("bearing_fault", where, 2.0, seed)
        assert site.equipment[str(where.tag)].state["rotor"].fault == truth.detail
        named.add(truth.detail)
    assert named == set(RACES)


def test_friction_heats_with_the_square_of_the_current() -> None:
    where = ANOMALIES["joint_friction"].candidates(hall())[0]
    site, _ = placed("joint_friction", where, 50.0)
    surface, tag = where.data.details["surface"], str(where.tag)
    assert site.equipment[tag].delta_k[surface] == pytest.approx(2.25 * hall().equipment[tag].delta_k[surface])

"""Leaks of compressed air among machines, exhaust and nozzles, heard in the open."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from patrolgym.agents.signals.air import Air
from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Site, SoundSource, Weather
from patrolgym.envs.types import EquipmentInfo, Reading, Report
from patrolgym.envs.world.raycast import RayMesh
from patrolgym.envs.world.sound import SoundField, hiss_db

INDOORS = Weather(20.0, 20.0, (0.0, 0.0, 1.0), 0.0, 0.5, (0.0, 0.0))
AIR = RayMesh(np.zeros((0, 3)), np.zeros((0, 3), np.int32))
LEAK = ANOMALIES["air_leak"]


def hall(seed: int) -> Site:
    site = Site("car-factory", "small", (0.0, -5.0, 20.0, 5.0), (0.0, 0.0, 0.0), INDOORS, {})
    rng = np.random.default_rng(seed)
    for k, kind in enumerate(("air_unit", "machine_tool", "air_unit", "screw_compressor")):
        site.equipment[f"X-{k}"] = KINDS[kind].make(f"X-{k}", (3.0 * k, 0.0, 0.0), 0.0, rng, {})
    return site


def listen(site: Site, seed: int) -> tuple[list[Report], list[Reading]]:
    """Stand 2 m before each coupling and tank for 1.3 s."""
    rng, field = np.random.default_rng(seed), SoundField(site)
    info = [EquipmentInfo(e.tag, e.kind, e.position_m, 0.0, e.params["size_m"]) for e in site.equipment.values()]
    briefing: Any = SimpleNamespace(points=tuple(site.points()), equipment=tuple(info))
    ear, now = Air(briefing, AIR.occluded), 0.0
    for point in (p for p in site.points() if p.quantity in ("air", "sump")):
        lens = np.asarray(point.position_m) + (float(rng.uniform(-0.5, 0.5)), -2.0, 0.0)
        axis = (np.asarray(point.position_m) - lens) / np.linalg.norm(np.asarray(point.position_m) - lens)
        for _ in range(13):
            now += 0.1
            levels, _ = field.levels_db(AIR, lens, axis, now)
            heard = np.append(levels + 0.7 * rng.standard_normal(4), 0.0)
            moment: Any = SimpleNamespace(ultrasound=heard)
            ear.hear(moment, lens, axis)
        now += 1.7
    return ear.conclude()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("flow", [0.6, 8.0])
def test_the_leaking_coupling_is_named_with_its_flow(seed: int, flow: float) -> None:
    site = hall(seed)
    places = LEAK.candidates(site)
    truth = LEAK.place(site, places[seed % len(places)], flow, np.random.default_rng(seed))
    (report,), readings = listen(site, seed)
    assert report.tag == truth.tag
    assert np.linalg.norm(np.subtract(report.position_m, truth.position_m)) < 0.1
    assert report.reading == pytest.approx(flow, rel=0.35)
    assert len(readings) == 6


@pytest.mark.parametrize("seed", range(6))
def test_look_alikes_are_not_reported(seed: int) -> None:
    site = hall(seed)
    places = LEAK.distractor_candidates(site)
    LEAK.distract(site, places[seed % len(places)], np.random.default_rng(seed))
    assert listen(site, seed)[0] == []


def test_exhaust_sounds_for_its_share_of_the_time() -> None:
    site = hall(0)
    site.equipment.clear()
    site.sound_sources.append(SoundSource((0.0, 0.0, 1.0), hiss_db(300.0), period_s=1.5, duty=0.2))
    field, axis = SoundField(site), np.array([0.0, 1.0, 0.0])
    levels = [field.levels_db(AIR, np.array([0.0, -2.0, 1.0]), axis, 0.01 * k)[0][2] for k in range(1500)]
    assert np.mean(np.array(levels) > 40.0) == pytest.approx(0.2, abs=0.02)

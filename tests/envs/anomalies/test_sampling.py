"""Drawing an episode's anomalies, and placing named ones."""

import os
import subprocess
import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.anomalies.sampling import draw_severity, place_named, sample_anomalies
from patrolgym.envs.sites.base import SIZES, generate
from patrolgym.envs.types import AnomalyTruth

from .plant import NAMES, candidates, healthy, rng


def sample(count: int, distractors: int, seed: int) -> list[AnomalyTruth]:
    return sample_anomalies(healthy().copy(), count, distractors, rng(seed))


def test_as_many_as_asked_for_evenly_mixed() -> None:
    truths = sample(2 * len(NAMES) - 3, 0, 1)
    counts = Counter(truth.anomaly_class for truth in truths)
    assert len(truths) == 2 * len(NAMES) - 3
    assert set(counts) == set(NAMES)


def test_classes_are_equally_likely_over_seeds() -> None:
    counts = Counter(truth.anomaly_class for seed in range(25) for truth in sample(4, 0, seed))
    assert set(counts) == set(NAMES)
    assert max(counts.values()) < 4 * min(counts.values())


def test_carriers_are_distinct_and_one_class_keeps_apart() -> None:
    for seed in range(6):
        truths = sample(10, 10, seed)
        assert len({truth.tag for truth in truths}) == len(truths)
        for name in NAMES:
            places = [np.array(t.position_m) for t in truths if t.anomaly_class == name]
            for k, place in enumerate(places):
                assert all(np.linalg.norm(place - other) >= 1.9 for other in places[:k])


def test_distractors_spare_the_carriers_of_anomalies() -> None:
    for seed in range(6):
        alone, crowded = healthy().copy(), healthy().copy()
        truths = sample_anomalies(alone, 8, 0, rng(seed))
        # The same anomalies are drawn first whatever follows.
        assert sample_anomalies(crowded, 8, 10, rng(seed)) == truths
        for truth in truths:
            if truth.tag in alone.equipment:
                assert crowded.equipment[truth.tag].state == alone.equipment[truth.tag].state
                assert crowded.equipment[truth.tag].delta_k == alone.equipment[truth.tag].delta_k
        assert _things(crowded) >= _things(alone)


def _things(site: Any) -> int:
    return sum(len(getattr(site, name)) for name in ("extras", "movers", "gas_sources", "sound_sources"))


def test_the_same_seed_draws_the_same() -> None:
    assert sample(10, 10, 3) == sample(10, 10, 3)
    assert sample(10, 10, 3) != sample(10, 10, 4)


_DIGEST = """
import hashlib
import numpy as np
from patrolgym.envs.anomalies.sampling import sample_anomalies
from patrolgym.envs.sites.base import generate

site = generate("hazardous-plant", "small", "train", 4)
truths = sample_anomalies(site, 6, 6, np.random.default_rng(1))
meshes = [part.vertices_m.tobytes() for _, part in site.extras]
meshes += [part.vertices_m.tobytes() for m in site.movers for part in (m.shape_at(3.3) if m.shape_at else m.parts)]
state = repr([(e.tag, e.state, e.delta_k) for e in site.equipment.values()])
text = repr((truths, site.gas_sources, site.sound_sources, site.lights, state))
print(hashlib.sha256(b"".join(meshes) + text.encode()).hexdigest())
"""


def test_another_process_draws_the_same_bit_for_bit() -> None:
    digests = [
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert digests[0] == digests[1]
    assert len(digests[0].strip()) == 64


def test_none_asked_for_leaves_the_site_healthy() -> None:
    site = healthy().copy()
    assert sample_anomalies(site, 0, 0, rng(0)) == []
    assert place_named(site, [], rng(0)) == []
    for name in ("equipment", "extras", "movers", "lights", "gas_sources", "sound_sources"):
        assert getattr(site, name) == getattr(healthy(), name)


def test_severities_run_from_barely_over_to_gross() -> None:
    for name in NAMES:
        kind = ANOMALIES[name]
        drawn = [draw_severity(kind, rng(seed)) for seed in range(200)]
        low, high = kind.severity
        assert low <= min(drawn) < low * (high / low) ** 0.1
        assert high >= max(drawn) > low * (high / low) ** 0.9


def test_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match=r"places for .* only, 5000"):
        sample(5000, 0, 0)
    with pytest.raises(ValueError, match="anomalies must be at least 0"):
        sample(-1, 0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_named_anomalies_are_placed_as_asked(name: str) -> None:
    where = candidates(name)[0]
    severity = float(np.mean(ANOMALIES[name].severity[:1]))
    truths = place_named(healthy().copy(), [{"class": name, "tag": where.tag, "severity": severity}], rng(0))
    assert [(t.anomaly_class, t.tag) for t in truths] == [(name, where.tag)]
    assert truths[0].severity == pytest.approx(severity, abs=0.25)


def test_tag_and_severity_may_be_left_out() -> None:
    (truth,) = place_named(healthy().copy(), [{"class": "hot_bearing"}], rng(0))
    assert 84.0 <= truth.severity <= 130.0


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"class": "rust"}, "unknown anomaly 'rust'; choose from: .*fire"),
        ({"class": "hot_bearing", "tag": "PI-9999"}, "hot_bearing cannot be on 'PI-9999' here; choose from: "),
        ({"class": "hot_bearing", "severity": float("nan")}, "positive number of °C"),
        ({"class": "hot_bearing", "severity": "hot"}, "positive number of °C"),
        ({"class": "hot_bearing", "where": "there"}, "unknown key 'where'.*class, tag, severity"),
        ({"tag": "P-101"}, "with a 'class'"),
        ("hot_bearing", "with a 'class'"),
    ],
)
def test_bad_entries_are_named(entry: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        place_named(healthy().copy(), [entry], rng(0))


def test_one_carrier_cannot_have_two() -> None:
    tag = candidates("hot_bearing")[0].tag
    twice = [{"class": "hot_bearing", "tag": tag}, {"class": "hot_bearing", "tag": tag}]
    with pytest.raises(ValueError, match="no free place left for hot_bearing"):
        place_named(healthy().copy(), twice, rng(0))


@pytest.mark.sweep
@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("size", list(SIZES))
def test_every_site_takes_its_anomalies_and_distractors(size: str, split: str) -> None:
    spec = SIZES[size]
    for seed in range({"small": 30, "medium": 12, "large": 3}[size]):
        site = generate("hazardous-plant", size, split, 100 + seed)
        before = _things(site)
        truths = sample_anomalies(site, spec.anomalies, spec.distractors, rng(seed))
        assert len(truths) == spec.anomalies
        assert len({truth.tag for truth in truths}) == spec.anomalies
        assert _things(site) > before

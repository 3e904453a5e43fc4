"""Every plant keeps its promises: sound, reachable, visible, varied, and the same again for the same seed."""

import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from patrolgym.envs.site.artwork import HELD_OUT_FACES
from patrolgym.envs.site.equipment.drawn import HELD_OUT_PAINTS
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.sites.base import SIZES, generate
from patrolgym.envs.sites.hazardous_plant import LEAST_POINTS, draw_style

from .soundness import complaints


def _digest(size: str, split: str, seed: int) -> str:
    site = generate("hazardous-plant", size, split, seed)
    mesh = merge(site)
    state = [(e.tag, e.position_m, e.yaw_rad, sorted(e.state.items()), sorted(e.delta_k.items()))
             for e in site.equipment.values()]  # fmt: skip
    movers = [(m.pose_at(12.5), sorted(m.surface_c.items())) for m in site.movers]
    text = repr((state, movers, site.weather, site.zones, site.lights, site.dock))
    return hashlib.sha256(mesh.vertices_m.tobytes() + mesh.faces.tobytes() + text.encode()).hexdigest()


@pytest.mark.parametrize(("size", "split", "seed"), [("small", "train", 3), ("small", "test", 5), ("medium", "val", 2)])
def test_a_plant_is_sound(size, split, seed):
    site = generate("hazardous-plant", size, split, seed)
    assert complaints(site) == []
    assert len(site.equipment) >= SIZES[size].min_equipment


def test_the_same_seed_gives_the_same_site_in_another_process():
    code = (
        "from patrolgym.envs.sites.base import generate; import sys; sys.path.insert(0, {0!r});"
        "from importlib import import_module as m; t = m('tests.envs.sites.test_hazardous_plant');"
        "print(t._digest('small', 'val', 9))"
    )
    root = str(Path(__file__).parents[3])
    ran = subprocess.run(
        [sys.executable, "-c", code.format(root)], capture_output=True, text=True, check=True, cwd=root
    )
    assert ran.stdout.split()[-1] == _digest("small", "val", 9)


def test_small_plants_show_many_kinds():
    kinds = {
        e.kind for seed in range(6) for e in generate("hazardous-plant", "small", "train", seed).equipment.values()
    }
    assert len(kinds) >= 14


def test_each_small_plant_offers_what_anomalies_need():
    for seed in range(4):
        site = generate("hazardous-plant", "small", "val", seed)
        count = Counter(point.quantity for point in site.points())
        assert all(count[quantity] >= least for quantity, least in LEAST_POINTS.items())
        assert {"exit_door", "charging_dock", "fire_extinguisher"} <= {e.kind for e in site.equipment.values()}


def test_only_the_test_split_shows_held_out_styles():
    styles = {
        split: [draw_style(np.random.default_rng(k), split) for k in range(40)] for split in ("train", "val", "test")
    }
    for split in ("train", "val"):
        assert not any(set(s["gauge_faces"]) & set(HELD_OUT_FACES) for s in styles[split])
        assert not any(set(s["paints"]) & set(HELD_OUT_PAINTS) for s in styles[split])
    assert all(set(s["gauge_faces"]) & set(HELD_OUT_FACES) for s in styles["test"])
    assert any(set(s["paints"]) & set(HELD_OUT_PAINTS) for s in styles["test"])


def test_weather_stays_within_its_limits():
    for seed in range(8):
        weather = generate("hazardous-plant", "small", "test", seed).weather
        assert 5.0 <= weather.ambient_c <= 32.0
        assert 0.5 <= np.hypot(*weather.wind_m_s) <= 4.0
        assert np.linalg.norm(weather.sun) == pytest.approx(1.0)
        assert weather.sky_c < weather.ambient_c


def test_equipment_may_change_in_a_copy_without_touching_the_site():
    site = generate("hazardous-plant", "small", "train", 1)
    twin = site.copy()
    tag = next(iter(site.equipment))
    twin.equipment[tag].delta_k["body"] = 99.0
    assert site.equipment[tag].delta_k.get("body") != 99.0


@pytest.mark.sweep
@pytest.mark.parametrize("split", ["train", "val", "test"])
@pytest.mark.parametrize(("size", "seeds"), [("small", 60), ("medium", 20), ("large", 3)])
def test_many_plants_are_sound(size, seeds, split):
    for seed in range(100, 100 + seeds):
        site = generate("hazardous-plant", size, split, seed)
        assert (seed, complaints(site)) == (seed, [])
        assert len(site.equipment) >= SIZES[size].min_equipment

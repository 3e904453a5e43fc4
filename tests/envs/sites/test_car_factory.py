"""Every body shop keeps its promises: sound, reachable, visible, varied, and the same again for the same seed."""

import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from patrolgym.envs.site import access
from patrolgym.envs.site.access import RADIUS_M
from patrolgym.envs.site.equipment.drawn import HELD_OUT_PAINTS
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site.model import Site
from patrolgym.envs.site.zones import contains, distance_m
from patrolgym.envs.sites import soundness
from patrolgym.envs.sites.base import SIZES, generate
from patrolgym.envs.sites.car_factory import LEAST_POINTS, draw_style
from patrolgym.envs.sites.factory_plan import WALK_M, draw_plan
from patrolgym.envs.world.raycast import RayMesh


def complaints(site: Site) -> list[str]:
    """Everything that is wrong with `site`, the promises of generated body shops included."""
    kinds = [z.kind for z in site.zones]
    wanted = ("dock", "escape_route", "walkway", "restricted", "vehicle_lane")
    wrong = [f"no {kind}" for kind in wanted if kind not in kinds]
    # The floor inside the cells is fenced in.
    own = [c for c in soundness.complaints(site) if c.about != "site"]
    return [*map(str, own), *wrong]


def _digest(size: str, split: str, seed: int) -> str:
    site = generate("car-factory", size, split, seed)
    mesh = merge(site)
    state = [(e.tag, e.position_m, e.yaw_rad, repr(sorted(e.state.items())), sorted(e.delta_k.items()))
             for e in site.equipment.values()]  # fmt: skip
    movers = [(m.pose_at(12.5), sorted(m.surface_c.items())) for m in site.movers]
    text = repr((state, movers, site.weather, site.zones, site.lights, site.dock))
    return hashlib.sha256(mesh.vertices_m.tobytes() + mesh.faces.tobytes() + text.encode()).hexdigest()


@pytest.mark.parametrize(("size", "split", "seed"), [("small", "train", 3), ("small", "test", 5), ("medium", "val", 2)])
def test_a_body_shop_is_sound(size, split, seed):
    site = generate("car-factory", size, split, seed)
    assert complaints(site) == []
    assert len(site.equipment) >= SIZES[size].min_equipment


def test_the_same_seed_gives_the_same_site_in_another_process():
    code = (
        "from importlib import import_module as m; t = m('tests.envs.sites.test_car_factory');"
        "print(t._digest('small', 'val', 9))"
    )
    root = str(Path(__file__).parents[3])
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout.split()[-1] == _digest("small", "val", 9)


def test_each_small_body_shop_offers_what_anomalies_need():
    for seed in range(3):
        site = generate("car-factory", "small", "val", seed)
        count = Counter(point.quantity for point in site.points())
        assert all(count[quantity] >= least for quantity, least in LEAST_POINTS.items())
        kinds = {e.kind for e in site.equipment.values()}
        assert {"exit_door", "charging_dock", "welding_robot", "conveyor", "body_stand"} <= kinds


def test_no_walkway_crosses_a_cell():
    site = generate("car-factory", "medium", "train", 1)
    cells = [zone for zone in site.zones if zone.kind == "restricted"]
    assert cells
    for zone in site.zones:
        if zone.kind == "walkway":
            middle = np.mean(zone.polygon_m, axis=0, keepdims=True)
            assert all(distance_m(cell.polygon_m, middle)[0] > RADIUS_M for cell in cells)


@pytest.mark.parametrize("size", SIZES)
def test_walkways_are_wide_and_their_plan_fills_the_hall(size):
    for seed in range(5):
        plan = draw_plan(SIZES[size], np.random.default_rng(seed))
        for x0, y0, x1, y1 in plan.walks:
            assert min(x1 - x0, y1 - y0) >= WALK_M - 1e-9
        assert max(block.rect[3] for block in plan.blocks) <= SIZES[size].depth_m + 1e-9


def test_every_robot_stands_in_a_cell():
    site = generate("car-factory", "medium", "val", 0)
    cells = [zone.polygon_m for zone in site.zones if zone.kind == "restricted"]
    robots = np.array([e.position_m[:2] for e in site.equipment.values() if e.kind == "welding_robot"])
    assert len(robots) >= 6
    assert np.any([contains(cell, robots) for cell in cells], axis=0).all()


def test_workers_keep_off_the_lanes_and_carts_on_them():
    site = generate("car-factory", "medium", "train", 2)
    lanes = [zone.polygon_m for zone in site.zones if zone.kind == "vehicle_lane"]
    for mover in site.movers:
        way = np.array([mover.pose_at(float(t))[:2] for t in np.arange(0.0, 120.0, 0.5)])
        on_lane = np.any([contains(lane, way) for lane in lanes], axis=0)
        if mover.kind in ("person", "vehicle"):
            assert on_lane.all() if mover.kind == "vehicle" else not on_lane.any()
    assert {"person", "vehicle", "body", "arm"} == {mover.kind for mover in site.movers}


def test_bodies_come_and_go_unseen():
    site = generate("car-factory", "small", "val", 1)
    mesh = merge(site)
    rays = RayMesh(mesh.vertices_m, mesh.faces)
    eyes = access.standable(mesh, rays, site.bounds_m, site.dock).eyes()
    jumps = 0
    for mover in site.movers:
        if mover.kind != "body":
            continue
        way = np.array([mover.pose_at(float(t))[:3] for t in np.arange(0.0, 400.0, 0.1)])
        for k in np.flatnonzero(np.linalg.norm(np.diff(way, axis=0), axis=1) > 0.5):
            jumps += 1
            for middle in way[k : k + 2]:
                line = middle + (0.0, 0.0, 1.0) - eyes
                length = np.linalg.norm(line, axis=1)
                assert rays.occluded(eyes, line / length[:, None], length).all()
    assert jumps


def test_arms_stay_within_the_guards():
    site = generate("car-factory", "medium", "train", 0)
    cells = [zone.polygon_m for zone in site.zones if zone.kind == "restricted"]
    for mover in site.movers:
        if mover.kind != "arm":
            continue
        x, y, _, yaw = mover.pose_at(0.0)
        turn = np.array([[np.cos(yaw), np.sin(yaw)], [-np.sin(yaw), np.cos(yaw)]])
        for time_s in np.arange(0.0, 52.0, 4.0):
            poses = mover.link_poses_at(float(time_s))
            links = [
                part.vertices_m @ pose[:3, :3].T + pose[:3, 3]
                for parts, pose in zip(mover.links, poses, strict=True)
                for part in parts
            ]
            low = np.concatenate(links)
            low = low[low[:, 2] < 1.9][:, :2] @ turn + (x, y)
            assert np.min([distance_m(cell, low) for cell in cells], axis=0).max() < 0.1


def test_only_the_test_split_shows_held_out_styles():
    styles = {
        split: [draw_style(np.random.default_rng(k), split) for k in range(40)] for split in ("train", "val", "test")
    }
    shown = {split: {style["walk"] for style in drawn} for split, drawn in styles.items()}
    assert not any(set(s["paints"]) & set(HELD_OUT_PAINTS) for split in ("train", "val") for s in styles[split])
    assert any(set(s["paints"]) & set(HELD_OUT_PAINTS) for s in styles["test"])
    assert shown["test"] - shown["train"] - shown["val"]


def test_a_large_body_shop_has_forty_robots():
    site = generate("car-factory", "large", "train", 0)
    assert sum(e.kind == "welding_robot" for e in site.equipment.values()) >= 40
    assert len(site.equipment) >= SIZES["large"].min_equipment


@pytest.mark.sweep
@pytest.mark.parametrize("split", ["train", "val", "test"])
@pytest.mark.parametrize(("size", "seeds"), [("small", 60), ("medium", 20), ("large", 3)])
def test_many_body_shops_are_sound(size, seeds, split):
    for seed in range(100, 100 + seeds):
        site = generate("car-factory", size, split, seed)
        assert (seed, complaints(site)) == (seed, [])
        assert len(site.equipment) >= SIZES[size].min_equipment

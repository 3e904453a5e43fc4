from collections.abc import Callable

import numpy as np
import pytest
import trimesh

from patrolgym.envs.sensors.lidar import COLUMNS, MAX_RANGE_M, RINGS, Lidar, euler_rad
from patrolgym.envs.site.model import Part, Site
from patrolgym.envs.world.scene import Scene

PLACE = np.array([0.0, 0.0, 0.7])
Yard = Callable[..., Site]


def wall(distance_m: float, material: str = "plastic") -> Part:
    mesh = trimesh.creation.box(extents=(0.1, 80.0, 30.0))
    return Part(np.asarray(mesh.vertices) + (distance_m + 0.05, 0.0, 0.0), np.asarray(mesh.faces, np.int32), material)


def scan(site: Site, rotation: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
    return Lidar().capture(Scene(site), PLACE, np.eye(3) if rotation is None else rotation, np.random.default_rng(seed))


def test_rows_rise_from_steeply_down_and_columns_turn_left(yard: Yard) -> None:
    ranges = scan(yard())
    assert ranges.shape == (RINGS, COLUMNS)
    assert ranges.dtype == np.float32
    lowest = ranges[0][ranges[0] > 0.0]
    assert np.median(lowest) == pytest.approx(0.7 / np.sin(np.radians(60.0)), abs=0.02)
    assert (ranges[15, :60] == 0.0).all()
    # The column at (5, 3), 2 m high, stands 31 degrees to the left.
    column = round((np.pi + np.arctan2(3.0, 5.0)) * COLUMNS / (2.0 * np.pi))
    assert ranges[12, column] == pytest.approx(np.hypot(5.0, 3.0) - 0.5, abs=0.15)


def test_turning_the_lidar_shifts_the_columns(yard: Yard) -> None:
    site = yard(wall(6.0))
    left = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    straight, turned = scan(site), scan(site, left)
    same = (straight[12] > 0.0) & (np.roll(turned[12], 45) > 0.0)
    assert same.sum() > 40
    assert np.abs(straight[12] - np.roll(turned[12], 45))[same] == pytest.approx(0.0, abs=0.15)


def test_points_lie_where_the_rays_ended(yard: Yard) -> None:
    lidar, rotation = Lidar(), np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
    ranges = lidar.capture(Scene(yard()), PLACE, rotation, np.random.default_rng(0))
    points = lidar.points(ranges, PLACE, rotation)
    assert len(points) == (ranges > 0.0).sum()
    near = np.hypot(points[:, 0], points[:, 1]) < 3.0
    assert near.sum() > 500
    assert np.std(points[near, 2]) < 0.03
    assert np.abs(points[near, 2]).max() < 0.12


def test_range_noise_is_two_centimetres(yard: Yard) -> None:
    site = yard(wall(4.0))
    scene, lidar = Scene(site), Lidar()
    ranges = np.stack([lidar.capture(scene, PLACE, np.eye(3), np.random.default_rng(seed))[12] for seed in range(60)])
    always = (ranges > 0.0).all(axis=0)
    assert np.std(ranges[:, always], axis=0).mean() == pytest.approx(0.02, rel=0.1)


def test_faint_echoes_get_lost(yard: Yard) -> None:
    def share(part: Part) -> float:
        ahead = slice(85, 96)
        return float((scan(yard(part))[11:15, ahead] > 0.0).mean())

    assert share(wall(4.0)) > 0.95
    assert share(wall(28.0, "rubber")) < 0.5 < share(wall(28.0))


def test_nothing_comes_back_from_beyond_the_range(yard: Yard) -> None:
    assert scan(yard(wall(33.0)))[13, 88:93].tolist() == [0.0] * 5
    assert scan(yard(wall(29.5))).max() <= MAX_RANGE_M


def test_scan_is_the_seeds(yard: Yard) -> None:
    site = yard()
    assert (scan(site, seed=3) == scan(site, seed=3)).all()
    assert (scan(site, seed=3) != scan(site, seed=4)).any()


def test_euler_angles_give_the_rotation_back() -> None:
    roll, pitch, yaw = 0.1, -0.3, 2.5
    cr, sr, cp, sp, cy, sy = (f(a) for a in (roll, pitch, yaw) for f in (np.cos, np.sin))
    rotation = (
        np.array([[cy, -sy, 0.0], [sy, cy, 0.0], [0.0, 0.0, 1.0]])
        @ np.array([[cp, 0.0, sp], [0.0, 1.0, 0.0], [-sp, 0.0, cp]])
        @ np.array([[1.0, 0.0, 0.0], [0.0, cr, -sr], [0.0, sr, cr]])
    )
    assert euler_rad(rotation) == pytest.approx([roll, pitch, yaw])

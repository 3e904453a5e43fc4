"""Geometry of views and their alignment, on drawn pictures."""

import numpy as np
import pytest

from patrolgym.agents.vision.align import align
from patrolgym.agents.vision.view import View

from . import pictures


@pytest.fixture
def wall() -> np.ndarray:
    return pictures.wall(np.random.default_rng(3))


def test_unproject_undoes_project() -> None:
    view = pictures.shoot(
        np.zeros((1800, 2400, 3), np.uint8), (0.4, -2.0, 0.1), (0, 0, 0), 2.0, np.random.default_rng(0)
    )
    points = np.random.default_rng(1).uniform((-0.3, -0.5, -0.3), (0.3, 0.0, 0.3), (20, 3))
    pixels, depth = view.project(points)
    assert np.abs(view.unproject(pixels, depth) - points).max() < 1e-9
    assert np.abs(view.cloud()[120, 160, 1]) < 1e-3  # the wall is the plane y = 0


def test_rectified_patch_is_upright_and_not_mirrored(wall: np.ndarray) -> None:
    wall[:] = 90
    x, y = pictures.to_texel(0.03, 0.04)
    wall[y - 12 : y + 12, x - 12 : x + 12] = 255  # right of and above the middle
    view = pictures.shoot(wall, (0.8, -1.0, 0.2), (0, 0, 0), 4.0, np.random.default_rng(0), roll_deg=15.0)
    patch = view.rectify(view.rgb, pictures.point("gauge", 0.16), 64)[..., 0]
    row, column = np.argwhere(patch > 200).mean(axis=0)
    assert column == pytest.approx(32 + 64 * 0.03 / 0.16, abs=1.5)
    assert row == pytest.approx(32 - 64 * 0.04 / 0.16, abs=1.5)


def test_shows_tells_what_share_is_in_the_frame(wall: np.ndarray) -> None:
    point = pictures.point("gauge", 0.2)
    whole = pictures.shoot(wall, (0, -1.5, 0), (0, 0, 0), 3.0, np.random.default_rng(0))
    half = pictures.shoot(wall, (0, -1.5, 0), (160 * 1.5 / whole.focal_px, 0, 0), 3.0, np.random.default_rng(0))
    assert whole.shows(point) == pytest.approx(1.0)
    assert half.shows(point) == pytest.approx(0.5, abs=0.05)
    assert whole.density_px_m(point) == pytest.approx(whole.focal_px / 1.5)


@pytest.mark.parametrize("seed", range(6))
def test_alignment_takes_the_pose_error_away(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = pictures.wall(rng)
    now = before.copy()
    pictures.dial(before, -90.0)
    pictures.dial(now, 50.0)
    place = np.array([rng.uniform(-0.8, 0.8), -rng.uniform(1.2, 2.2), rng.uniform(-0.3, 0.3)])
    zoom = float(rng.uniform(2.5, 5.0))
    reference = pictures.shoot(before, place, (0, 0, 0), zoom, rng)
    true = pictures.shoot(now, place + rng.normal(0, 0.06, 3), (0.02, 0, 0), zoom, rng, gain=0.7)
    corners = np.array([[x, 0.0, z] for x in (-0.05, 0.05) for z in (-0.05, 0.05)])
    aligned = align(pictures.misjudged(true, rng, 0.03, 0.6), reference)
    assert aligned.ok
    error = aligned.view.project(corners)[0] - true.project(corners)[0]
    assert np.linalg.norm(error, axis=1).max() < 2.0


def test_unlike_pictures_are_not_aligned() -> None:
    rng = np.random.default_rng(0)
    here, elsewhere = (pictures.shoot(pictures.wall(rng), (0, -1.5, 0), (0, 0, 0), 3.0, rng) for _ in range(2))
    aligned = align(here, elsewhere)
    assert not aligned.ok
    assert aligned.view is here


def test_bad_views_are_refused() -> None:
    good = pictures.shoot(np.zeros((1800, 2400, 3), np.uint8), (0, -1.5, 0), (0, 0, 0), 1.0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="depth_m must have shape"):
        View(good.rgb, good.depth_m[:10], good.thermal_c, good.position_m, good.rotation, good.focal_px)
    with pytest.raises(ValueError, match="focal_px must be positive"):
        View(good.rgb, good.depth_m, good.thermal_c, good.position_m, good.rotation, 0.0)
    behind = pictures.point("gauge", 0.2, position_m=(0.0, -3.0, 0.0))
    with pytest.raises(ValueError, match="behind the camera"):
        good.rectify(good.rgb, behind, 32)

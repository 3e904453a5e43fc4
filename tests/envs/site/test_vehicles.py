"""Carts and bodies move smoothly, and keep to their ways."""

import numpy as np
import pytest

from patrolgym.envs.site.car_body import CarShape
from patrolgym.envs.site.vehicles import CART_M, Drive, Indexing, cart, line_body

LOOP = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 6.0], [0.0, 6.0], [0.0, 0.0]])
LANE = np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 5.0]])


def track(motion, seconds: float, step_s: float = 0.05) -> np.ndarray:
    return np.array([motion(float(t)) for t in np.arange(0.0, seconds, step_s)])


@pytest.mark.parametrize("path", [LOOP, LANE], ids=["loop", "lane"])
def test_a_drive_is_smooth_and_no_faster_than_it_may(path):
    way = track(Drive(path, 1.2, 4.0, 3.0), 120.0)
    speed = np.linalg.norm(np.diff(way[:, :2], axis=0), axis=1) / 0.05
    assert speed.max() < 1.25
    assert (speed < 1e-9).sum() > 50, "it rests at its ends"
    assert np.abs(np.diff(speed)).max() / 0.05 < 2.5
    turn = np.abs((np.diff(way[:, 3]) + np.pi) % (2 * np.pi) - np.pi)
    assert turn.max() < 0.15


def test_a_lane_is_driven_back_without_turning_round():
    drive = Drive(LANE, 1.0, 2.0)
    way = track(drive, 60.0)
    assert np.ptp(way[:, 3]) == pytest.approx(np.pi / 2, abs=1e-6)
    lap = drive.length_m + 2.0 + 2.0
    np.testing.assert_allclose(drive(lap + 3.0)[:2], drive(lap - 2.0 - 3.0)[:2], atol=1e-6)


def test_bodies_stand_in_their_stations_between_moves():
    motions = [Indexing((2.0, 1.0), 0.0, 5, 5.0, k, 40.0, 8.0) for k in range(5)]
    for time_s in (9.0, 25.0, 39.0, 95.0):
        x = np.array([motion(time_s)[0] for motion in motions])
        assert sorted(np.round((x - 2.0) / 5.0).tolist()) == [1.0, 2.0, 3.0, 4.0, 5.0]
    way = track(motions[0], 45.0)
    assert np.linalg.norm(np.diff(way[:, :2], axis=0), axis=1).max() / 0.05 < 1.3


@pytest.mark.parametrize(
    "mover",
    [
        cart(np.random.default_rng(1), Drive(LOOP, 1.0, 2.0)),
        line_body(CarShape(), Indexing((0.0, 0.0), 0.0, 1, 5.0, 0, 9.0, 2.0)),
    ],
    ids=["cart", "body"],
)
def test_the_box_holds_the_mesh(mover):
    vertices = np.concatenate([part.vertices_m for part in mover.parts])
    half = 0.5 * np.array(mover.size_m[:2])
    assert (np.abs(vertices[:, :2]).max(axis=0) <= half + 0.06).all()
    assert vertices[:, 2].min() >= -1e-9
    assert vertices[:, 2].max() == pytest.approx(mover.size_m[2], abs=0.06)
    assert CART_M[2] <= 1.3
    assert sum(len(part.faces) for part in mover.parts) < 4200

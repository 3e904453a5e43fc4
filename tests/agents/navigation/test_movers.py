"""What counts as moving, and how fast."""

import numpy as np
import pytest

from patrolgym.agents.navigation.movers import Movers, clusters
from patrolgym.envs.types import FloatArray

EYE_M = np.array([0.0, 1.0])
CART_HALF_M = np.array([0.7, 0.4])


def body(x: float, y: float, rng: np.random.Generator) -> FloatArray:
    """(12, 3) returns from the near side of something half a metre wide."""
    width = np.linspace(-0.25, 0.25, 6)
    points = np.column_stack([np.full(6, x), y + width])
    return np.column_stack([np.vstack([points, points]) + rng.normal(0.0, 0.02, (12, 2)), np.repeat([0.5, 1.0], 6)])


def cart(x: float, eye_m: FloatArray, rng: np.random.Generator) -> FloatArray:
    """(n, 3) returns from the sides of a cart of 1.4 by 0.8 m at (x, 0) that face the eye, 2° apart."""
    azimuth = np.deg2rad(np.arange(-179.0, 180.0, 2.0))
    rays = np.column_stack([np.cos(azimuth), np.sin(azimuth)])
    sides = (np.array([x, 0.0]) + [[-1.0], [1.0]] * CART_HALF_M - eye_m)[:, None] / rays
    near, far = sides.min(axis=0).max(axis=1), sides.max(axis=0).min(axis=1)
    met = (near < far) & (near > 0.0)
    points = eye_m + (near[met] + rng.normal(0.0, 0.02, met.sum()))[:, None] * rays[met]
    return np.column_stack([np.vstack([points, points]), np.repeat([0.4, 0.6], len(points))])


@pytest.mark.parametrize("velocity", [(1.0, 0.0), (0.0, -0.6), (-0.5, 0.5)])
def test_it_follows_what_moves(velocity: tuple[float, float]) -> None:
    movers, rng = Movers(), np.random.default_rng(1)
    for k in range(15):
        movers.update(body(3.0 + 0.2 * k * velocity[0], 1.0 + 0.2 * k * velocity[1], rng), EYE_M, 0.2 * k)
    row = movers.moving(2.8)
    assert row.shape == (1, 5)
    np.testing.assert_allclose(row[0, 3:], velocity, atol=0.12)
    np.testing.assert_allclose(row[0, :2], np.array([3.0, 1.0]) + 2.8 * np.array(velocity), atol=0.15)


def test_it_takes_nothing_that_stands_for_moving() -> None:
    movers, rng = Movers(), np.random.default_rng(2)
    for k in range(100):
        movers.update(np.vstack([body(3.0, 1.0, rng), body(6.0, -2.0, rng)]), EYE_M, 0.2 * k)
        assert not len(movers.moving(0.2 * k))


def test_it_goes_on_with_what_is_hidden_for_a_moment_and_drops_what_is_gone() -> None:
    movers, rng = Movers(), np.random.default_rng(3)
    for k in range(15):
        movers.update(body(3.0 + 0.2 * k, 1.0, rng), EYE_M, 0.2 * k)
    movers.update(np.zeros((0, 3)), EYE_M, 4.0)
    assert movers.moving(4.0)[0, 0] == pytest.approx(7.0, abs=0.4)
    movers.update(np.zeros((0, 3)), EYE_M, 8.0)
    assert not len(movers.moving(8.0))


def test_single_returns_are_no_cluster() -> None:
    low, high = clusters(np.array([[0.0, 0.0, 1.0], [5.0, 5.0, 1.0], [5.1, 5.0, 1.0]]))
    np.testing.assert_allclose(low, [[5.0, 5.0]])
    np.testing.assert_allclose(high, [[5.1, 5.0]])


def test_a_cart_that_turns_its_front_to_the_robot_is_followed_on() -> None:
    movers, rng = Movers(), np.random.default_rng(4)
    eye, speed = np.array([2.03, 2.51]), 0.8
    for k in range(25):
        x = -2.0 + speed * 0.2 * k
        # From beside the cart's way to right before it, where no more than the front shows.
        eye = eye + [0.12, -0.1]
        movers.update(cart(x, eye, rng), eye, 0.2 * k)
        discs = movers.moving(0.2 * k)
        if k > 8:
            front = discs[int(np.argmax(discs[:, 0]))]
            np.testing.assert_allclose(front[3:], [speed, 0.0], atol=0.2)
            assert abs(front[0] + front[2] - (x + CART_HALF_M[0])) < 0.4


def test_discs_cover_a_cart_and_leave_room_beside_it() -> None:
    movers, rng = Movers(), np.random.default_rng(5)
    eye = np.array([0.5, 4.0])
    for k in range(15):
        movers.update(cart(-1.0 + 0.16 * k, eye, rng), eye, 0.2 * k)
    discs = movers.moving(2.8)
    x = -1.0 + 0.16 * 14
    assert (discs[:, 2] < CART_HALF_M[1] + 0.2).all()
    for corner in ((-0.6, 0.3), (0.6, 0.3)):
        assert (np.hypot(*(discs[:, :2] - (x + corner[0], corner[1])).T) < discs[:, 2] + 0.1).any()


def test_what_starts_is_noticed_within_a_second() -> None:
    movers, rng = Movers(), np.random.default_rng(6)
    eye = np.array([3.0, 2.5])
    for k in range(40):
        started_s = 0.2 * k - 4.0
        movers.update(cart(0.4 * max(started_s, 0.0) ** 2, eye, rng), eye, 0.2 * k)
        if started_s < 0.0:
            assert not len(movers.moving(0.2 * k))
        if started_s > 1.0:
            assert len(movers.moving(0.2 * k))

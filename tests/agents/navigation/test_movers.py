"""What counts as moving, and how fast."""

import numpy as np
import pytest

from patrolgym.agents.navigation.movers import Movers, clusters
from patrolgym.envs.types import FloatArray


def body(x: float, y: float, rng: np.random.Generator) -> FloatArray:
    """(12, 3) returns from the near side of something half a metre wide."""
    width = np.linspace(-0.25, 0.25, 6)
    points = np.column_stack([np.full(6, x), y + width])
    return np.column_stack([np.vstack([points, points]) + rng.normal(0.0, 0.02, (12, 2)), np.repeat([0.5, 1.0], 6)])


@pytest.mark.parametrize("velocity", [(1.0, 0.0), (0.0, -0.6), (-0.5, 0.5)])
def test_it_follows_what_moves(velocity: tuple[float, float]) -> None:
    movers, rng = Movers(), np.random.default_rng(1)
    for k in range(15):
        movers.update(body(3.0 + 0.2 * k * velocity[0], 1.0 + 0.2 * k * velocity[1], rng), 0.2 * k)
    row = movers.moving(2.8).mean(axis=0)
    assert row.shape == (5,)
    np.testing.assert_allclose(row[3:], velocity, atol=0.12)
    np.testing.assert_allclose(row[:2], np.array([3.0, 1.0]) + 2.8 * np.array(velocity), atol=0.15)


@pytest.mark.parametrize("heading", [(1.0, 0.0), (0.0, -1.0)])
def test_a_cart_is_longer_than_wide(heading: tuple[float, float]) -> None:
    movers, rng, along = Movers(), np.random.default_rng(4), np.array(heading)
    side = np.linspace(-0.7, 0.7, 12)[:, None] * along + 0.3 * along[::-1]
    front = 0.7 * along + np.linspace(-0.3, 0.3, 6)[:, None] * along[::-1]
    for k in range(15):
        seen = np.vstack([side, front]) + 0.14 * k * along + rng.normal(0.0, 0.01, (18, 2))
        movers.update(np.column_stack([seen, np.full(18, 0.2)]), 0.2 * k)
    discs = movers.moving(2.8)
    off = discs[:, :2] - 1.96 * along
    assert np.abs(off @ along[::-1]).max() < 0.05
    assert discs[:, 2] == pytest.approx(0.45, abs=0.05)
    reach = np.abs(off @ along) + discs[:, 2]
    assert reach.max() == pytest.approx(0.85, abs=0.1)
    assert np.diff(np.sort(off @ along)).max() < discs[0, 2] + 1e-9


def test_it_takes_nothing_that_stands_for_moving() -> None:
    movers, rng = Movers(), np.random.default_rng(2)
    for k in range(100):
        movers.update(np.vstack([body(3.0, 1.0, rng), body(6.0, -2.0, rng)]), 0.2 * k)
        assert not len(movers.moving(0.2 * k))


def test_it_goes_on_with_what_is_hidden_for_a_moment_and_drops_what_is_gone() -> None:
    movers, rng = Movers(), np.random.default_rng(3)
    for k in range(15):
        movers.update(body(3.0 + 0.2 * k, 1.0, rng), 0.2 * k)
    movers.update(np.zeros((0, 3)), 4.0)
    assert movers.moving(4.0)[:, 0].mean() == pytest.approx(7.0, abs=0.4)
    movers.update(np.zeros((0, 3)), 8.0)
    assert not len(movers.moving(8.0))


def test_single_returns_are_no_cluster() -> None:
    places, halves = clusters(np.array([[0.0, 0.0, 1.0], [5.0, 5.0, 1.0], [5.1, 5.0, 1.0]]))
    np.testing.assert_allclose(places, [[5.05, 5.0]])
    np.testing.assert_allclose(halves, [[0.05, 0.0]])

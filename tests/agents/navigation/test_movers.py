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
    row = movers.moving(2.8)
    assert row.shape == (1, 5)
    np.testing.assert_allclose(row[0, 3:], velocity, atol=0.12)
    np.testing.assert_allclose(row[0, :2], np.array([3.0, 1.0]) + 2.8 * np.array(velocity), atol=0.15)


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
    assert movers.moving(4.0)[0, 0] == pytest.approx(7.0, abs=0.4)
    movers.update(np.zeros((0, 3)), 8.0)
    assert not len(movers.moving(8.0))


def test_single_returns_are_no_cluster() -> None:
    places, radii = clusters(np.array([[0.0, 0.0, 1.0], [5.0, 5.0, 1.0], [5.1, 5.0, 1.0]]))
    np.testing.assert_allclose(places, [[5.05, 5.0]])
    assert len(radii) == 1

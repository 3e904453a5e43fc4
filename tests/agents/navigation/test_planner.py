"""Ways and tours on maps small enough to check by hand."""

import itertools

import numpy as np
import pytest

from patrolgym.agents.navigation.grid import Grid
from patrolgym.agents.navigation.planner import Router, neighbour_graph, tour


def walled() -> Router:
    """10 × 10 m, cost 1, cut by a wall at x = 5 with a gap at its northern end."""
    grid = Grid(0.0, 0.0, 0.2, 50, 50)
    cost = np.ones(grid.shape)
    cost[:45, 25] = np.inf
    return Router(grid, cost, neighbour_graph(cost, grid.cell_m))


def length(way: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum())


def test_a_way_leads_round_the_wall_and_no_farther() -> None:
    router, start, goal = walled(), np.array([2.0, 2.0]), np.array([8.0, 2.0])
    way = router.route(start, goal)
    assert way is not None
    np.testing.assert_allclose(way[[0, -1]], [start, goal])
    shortest = 2 * float(np.hypot(3.1, 7.1))
    assert shortest * 0.98 < length(way) < shortest * 1.08
    inside = [np.linspace(a, b, 50) for a, b in itertools.pairwise(way)]
    depth = [np.minimum(5.2 - places[:, 0], places[:, 0] - 5.0) for places in inside]
    # A corner may be grazed by less than half a cell, never crossed.
    assert max(d[places[:, 1] < 8.9].max(initial=-1.0) for d, places in zip(depth, inside, strict=True)) < 0.1


def test_there_is_no_way_through_a_closed_wall() -> None:
    grid = Grid(0.0, 0.0, 0.2, 20, 20)
    cost = np.ones(grid.shape)
    cost[:, 10] = np.inf
    router = Router(grid, cost, neighbour_graph(cost, grid.cell_m))
    assert router.route(np.array([0.5, 0.5]), np.array([3.5, 0.5])) is None
    assert np.isinf(router.matrix_from(np.array([0.5, 0.5]), np.array([[3.5, 0.5]]))[0])


def test_a_free_line_is_walked_straight() -> None:
    way = walled().route(np.array([1.0, 1.0]), np.array([4.0, 9.0]))
    assert way is not None
    assert length(way) == pytest.approx(np.hypot(3.0, 8.0), rel=0.02)


def test_a_map_without_room_is_named() -> None:
    grid = Grid(0.0, 0.0, 0.2, 5, 5)
    cost = np.full(grid.shape, np.inf)
    with pytest.raises(ValueError, match="no place"):
        Router(grid, cost, neighbour_graph(cost, grid.cell_m)).nearest_free(np.zeros(2))


@pytest.mark.parametrize("seed", range(6))
def test_a_tour_is_nearly_the_best_of_all(seed: int) -> None:
    places = np.random.default_rng(seed).uniform(0.0, 10.0, (8, 2))
    costs = np.linalg.norm(places[:, None] - places[None], axis=2)
    order = tour(costs)
    assert sorted(order) == list(range(1, 8))

    def cost(stops: tuple[int, ...]) -> float:
        ring = [0, *stops, 0]
        return float(costs[ring[:-1], ring[1:]].sum())

    best = min(cost(stops) for stops in itertools.permutations(range(1, 8)))
    assert cost(tuple(order)) <= 1.05 * best


def test_cells_and_positions_are_each_others_inverse() -> None:
    grid = Grid.over((-3.0, 2.0, 4.0, 5.0), 0.5)
    cells = np.arange(grid.size)
    np.testing.assert_array_equal(grid.cells(grid.positions(cells)), cells)
    with pytest.raises(ValueError, match="bounds"):
        Grid.over((1.0, 0.0, 0.0, 1.0), 0.5)

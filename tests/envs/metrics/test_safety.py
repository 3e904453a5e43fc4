"""What costs, and how often it is counted."""

import numpy as np
import pytest

from patrolgym.envs.metrics.safety import Safety, lel_share
from patrolgym.envs.types import Zone

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))


@pytest.fixture
def safety(context, wall):
    def make(*zones):
        ctx = context(wall())
        ctx.site.zones.extend(zones)
        metric = Safety()
        metric.reset(ctx)
        return metric

    return make


def events(metric, name, flags, step, **when_true):
    costs = []
    for k, flag in enumerate(flags):
        metric.update(step(time_s=0.1 * k, **(when_true if flag else {})))
        costs.append(metric.cost)
    return metric.compute()["safety"][name], costs


def test_contacts_within_half_a_second_are_one_collision(safety, step):
    flags = [1, 1, 0, 1] + [0] * 6 + [1, 0]
    count, costs = events(safety(), "collisions", flags, step, contacts=3)
    assert count == 2
    assert costs == [float(flag) for flag in flags]


def test_a_fall_is_counted_once_though_the_robot_thrashes(safety, step):
    assert events(safety(), "falls", [0, 1, 1] + [0] * 10 + [1], step, fallen=True)[0] == 1
    assert events(safety(), "falls", [0, 1, 1] + [0] * 60 + [1], step, fallen=True)[0] == 2


@pytest.mark.parametrize(
    ("ex_zone", "gas", "violations"),
    [(2, "C3H8", 0), (1, "H2S", 0), (0, "CH4", 1), (1, "H2", 1), (2, None, 0)],
)
def test_zones_by_rating(safety, step, ex_zone, gas, violations):
    """The robot is Gb IIB T4: no zone 0, no hydrogen (IIC)."""
    metric = safety(Zone("Z", "hazard", SQUARE, ex_zone, gas))
    count, costs = events(metric, "zone_violations", [0, 1, 1, 0], step, position_m=(1.0, 1.0, 0.5))
    # The default place of a step, (0, 0), is a corner of the square and does not count on its own.
    assert count == violations
    assert costs[1] == violations


def test_outside_the_zone_is_free(safety, step):
    metric = safety(Zone("Z", "hazard", SQUARE, 0, "CH4"))
    assert events(metric, "zone_violations", [1], step, position_m=(2.5, 1.0, 0.5)) == (0, [0.0])


def test_gas_exposure_is_the_time_above_a_quarter_of_the_limit(safety, step):
    above, below = np.array([0.26 * 5e4, 0, 0, 0, 0]), np.array([0.24 * 5e4, 0, 0, 0, 0])
    metric = safety()
    for gas in (above, below, above, above):
        metric.update(step(gas_ppm=gas))
    assert metric.compute()["safety"]["gas_exposure_s"] == pytest.approx(0.3)


def test_shares_of_a_mixture_add():
    assert lel_share(np.array([5_000.0, 2_100.0, 4_000.0, 0.0, 0.0])) == pytest.approx(0.3)


@pytest.mark.parametrize(("x", "misses"), [(0.95, 1), (1.05, 0)])
def test_near_miss_within_a_metre_whatever_the_heights(safety, step, x, misses):
    metric = safety()
    assert events(metric, "near_misses", [1, 1], step, people_m=[(x, 0.0, 0.0)])[0] == misses


def test_two_people_are_two_near_misses_and_one_cost(safety, step):
    people = [(0.5, 0.0, 0.0), (-0.5, 0.0, 0.0)]
    assert events(safety(), "near_misses", [1], step, people_m=people) == (2, [1.0])


def test_costs_of_different_rules_add(safety, step):
    metric = safety()
    metric.update(step(contacts=1, fallen=True, people_m=[(0.2, 0.0, 0.0)]))
    assert metric.cost == 3.0


def test_each_mover_touched_is_an_event_of_its_own_and_one_cost(safety, step):
    """A foot on a cart counts, though it is no collision."""
    metric = safety()
    count, costs = events(metric, "mover_contacts", [0, 1, 1, 0], step, touched_movers=[3, 5])
    assert count == 2
    assert costs == [0.0, 1.0, 1.0, 0.0]
    assert metric.compute()["safety"]["collisions"] == 0

"""The schedule of a patrol of the test yard."""

import numpy as np
import pytest

from patrolgym.agents.inspector import Inspector
from patrolgym.agents.navigation.belief import Belief
from patrolgym.agents.navigation.plan import Itinerary, Plan, make_plan
from patrolgym.agents.navigation.viewpoints import POINT_SHOT_S, SHOT_S
from patrolgym.agents.schedule import DETOURS_M, LEFT_SHARE, OCCASIONS, STOP_OVERHEAD_S, Schedule

from .navigation.yard import yard

DOCK = np.array([1.5, 1.5])
BRIEFING = yard(equipment=[(5.0, 5.0, 0.75, 1.0, 1.0, 1.5), (9.0, 4.0, 0.75, 1.0, 1.0, 1.5)])


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(BRIEFING)


def schedule(plan: Plan, limit_s: float) -> Schedule:
    itinerary = Itinerary(plan.router, DOCK, plan.stands, DOCK)
    return Schedule(itinerary, Belief(plan.targets, plan.mesh), Inspector(BRIEFING, plan.mesh, []), limit_s)


def test_with_time_enough_nothing_is_left_out(plan: Plan) -> None:
    made = schedule(plan, 600.0)
    made.fit(DOCK, 0.0)
    assert len(made.itinerary.stands) == len(plan.stands)
    assert not made.home_calls(DOCK, 0.0)


def test_when_time_is_short_stops_that_serve_points_stay(plan: Plan) -> None:
    made = schedule(plan, 32.0)
    made.fit(DOCK, 0.0)
    served = {name for stand in made.itinerary.stands for name in stand.serves}
    assert served == {point.name for point in BRIEFING.points}
    assert len(made.itinerary.stands) < len(plan.stands)


def test_when_there_is_hardly_any_time_only_points_are_shot(plan: Plan) -> None:
    made = schedule(plan, 10.0)
    made.fit(DOCK, 0.0)
    assert all(shot.point is not None for stand in made.itinerary.stands for shot in made.wanted_shots(stand))
    assert made.home_calls(np.array([9.0, 2.0]), 5.0)


def test_a_stop_that_cannot_be_reached_is_tried_again_but_not_for_ever(plan: Plan) -> None:
    made = schedule(plan, 600.0)
    stand = made.itinerary.stands[0]
    for occasion in range(OCCASIONS):
        assert made.detour_m(stand) == DETOURS_M[occasion]
        assert made.itinerary.pop(0) is stand
        made.postpone(stand, 10.0 * occasion)
        assert made.barred(stand, 10.0 * occasion + 1.0)
    assert all(other is not stand for other in made.itinerary.stands)


def test_tries_one_right_after_another_do_not_give_a_stop_up(plan: Plan) -> None:
    made = schedule(plan, 600.0)
    stand = made.itinerary.stands[0]
    for number in range(5):
        assert made.pressed(stand, 0.1 * number) == (number > 1)
        assert made.itinerary.pop(0) is stand
        made.postpone(stand, 0.1 * number)
    assert made.itinerary.stands[0] is stand
    assert not made.pressed(stand, 100.0)


def test_a_way_round_is_worth_what_it_brings(plan: Plan) -> None:
    made = schedule(plan, 600.0)
    bare = [stand for stand in made.itinerary.stands if not stand.serves]
    worth = {made.detour_m(stand) for stand in bare}
    assert bare and max(worth) <= DETOURS_M[0]
    for stand in bare:
        made._belief.seen[np.concatenate([shot.targets for shot in stand.shots])] = True
        assert made.detour_m(stand) == 0.0


def test_the_tour_is_shortened_from_where_the_robot_is(plan: Plan) -> None:
    itinerary = Itinerary(plan.router, DOCK, plan.stands, DOCK)
    last = itinerary.stands[-1].eye_m
    before = itinerary.walking_s(last)
    itinerary.shorten(last)
    assert itinerary.walking_s(last) <= before
    assert {id(stand) for stand in itinerary.stands} == {id(stand) for stand in plan.stands}


def test_the_first_stop_costs_what_it_is_away_from_where_the_robot_is(plan: Plan) -> None:
    itinerary = Itinerary(plan.router, DOCK, plan.stands, DOCK)
    first, second = (stand.eye_m for stand in itinerary.stands[:2])
    saved = itinerary.savings_s(second)
    assert saved[0] > itinerary.savings_s(first)[0]
    before = itinerary.walking_s(second)
    itinerary.leave_out(0)
    assert saved[0] == pytest.approx(before - itinerary.walking_s(second))
    assert itinerary.detours_s(second)[0] <= saved[0] + 1e-9
    assert itinerary.detours_s(first)[0] == pytest.approx(0.0, abs=0.2)


def test_what_stops_to_come_are_made_for_is_not_planned_twice(plan: Plan) -> None:
    made = schedule(plan, 600.0)
    assert made.promised() == {point.name for point in BRIEFING.points}
    coming = np.unique(np.concatenate([shot.targets for stand in plan.stands for shot in stand.shots]))
    assert not made.unplanned()[coming].any()
    made.itinerary = Itinerary(plan.router, DOCK, [], DOCK)
    assert made.promised() == set()
    assert made.unplanned() == pytest.approx(plan.targets.weight)


def test_there_is_time_for_more_only_if_much_is_left_over(plan: Plan) -> None:
    assert schedule(plan, 600.0).idle(DOCK, 0.0)
    hurried = schedule(plan, 32.0)
    assert not hurried.idle(DOCK, 0.0)
    hurried.itinerary = Itinerary(plan.router, DOCK, [], DOCK)
    assert hurried.idle(DOCK, 0.0)
    assert not hurried.idle(DOCK, 31.0)


def test_what_is_mostly_seen_in_passing_takes_less_time(plan: Plan) -> None:
    made = schedule(plan, 600.0)
    stand = max(made.itinerary.stands, key=lambda stand: len(made.wanted_shots(stand)))
    shots = made.wanted_shots(stand)
    surfaces = sum(shot.point is None for shot in shots)
    assert surfaces > 2
    all_s = STOP_OVERHEAD_S + SHOT_S * surfaces + POINT_SHOT_S * (len(shots) - surfaces)
    assert made._stop_s(stand) == pytest.approx(all_s - (1.0 - LEFT_SHARE) * SHOT_S * surfaces)

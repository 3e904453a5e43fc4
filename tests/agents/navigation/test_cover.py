"""Set cover on toy yards, where the fewest stops are known."""

import numpy as np
import pytest

from patrolgym.agents.navigation.cover import Cover
from patrolgym.agents.navigation.optics import Optics
from patrolgym.agents.navigation.plan import Plan, make_plan
from patrolgym.agents.navigation.viewpoints import point_shot
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import Briefing, Zone

from .yard import ROBOT, Box, yard

CABINET: Box = (6.0, 4.0, 0.9, 0.8, 0.5, 1.8)
SIDE_BY_SIDE: tuple[Box, ...] = ((5.3, 5.0, 0.9, 0.6, 0.4, 1.8), (6.3, 5.0, 0.9, 0.6, 0.4, 1.8))
BACK_TO_BACK: tuple[Box, ...] = ((6.0, 6.5, 0.9, 0.8, 0.4, 1.8), (6.0, 3.0, 0.9, 6.0, 0.4, 2.4))


def point_stops(briefing: Briefing) -> tuple[Plan, Cover]:
    plan = make_plan(briefing)
    cover = Cover(plan.sights, plan.targets, briefing.points, plan.optics)
    cover.cover_points()
    return plan, cover


@pytest.mark.parametrize(("boxes", "stops"), [((CABINET,), 1), (SIDE_BY_SIDE, 1), (BACK_TO_BACK, 2)])
def test_points_are_served_from_the_fewest_stops(boxes: tuple[Box, ...], stops: int) -> None:
    briefing = yard(equipment=boxes)
    plan, cover = point_stops(briefing)
    served = [name for stand in cover.stands for name in stand.serves]
    assert len(cover.stands) == stops
    assert sorted(served) == sorted(point.name for point in briefing.points)
    assert not plan.unserved


def test_a_walled_in_point_is_named() -> None:
    cell = [(6.0, y, 1.5, 4.0, 0.1, 3.0) for y in (2.0, 6.0)] + [(x, 4.0, 1.5, 0.1, 4.0, 3.0) for x in (4.0, 8.0)]
    assert make_plan(yard(boxes=cell, equipment=[CABINET])).unserved == ("E-0/dial",)


def test_a_plan_shows_nearly_all_that_can_be_seen() -> None:
    briefing = yard(equipment=[CABINET], points=False)
    plan = make_plan(briefing)
    cover = Cover(plan.sights, plan.targets, briefing.points, plan.optics)
    cover.cover_surfaces()
    visible = np.unique(plan.sights.targets)
    assert cover.left[visible].sum() < 0.05 * plan.targets.weight[visible].sum()


def test_a_point_shot_holds_the_patch_at_its_density() -> None:
    point = yard(equipment=[CABINET]).points[0]
    eye = np.asarray(point.position_m) + (0.3, -1.8, 0.0)
    optics = Optics.of(ROBOT)
    shot = point_shot(point, eye, optics)
    sight = np.asarray(point.position_m) - eye
    forward = sight / np.linalg.norm(sight)
    right = np.array([forward[1], -forward[0], 0.0])
    rotation = np.stack([right, np.cross(forward, right), forward], axis=1)
    blank = np.zeros((240, 320))
    view = View(np.zeros((240, 320, 3), np.uint8), blank, blank, eye, rotation, optics.focal_px * shot.zoom)
    assert view.shows(point) == pytest.approx(1.0)
    assert view.density_px_m(point) >= point.density_px_m


def lane(x0: float, y0: float, x1: float, y1: float) -> Zone:
    return Zone("lane", "vehicle_lane", ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def test_nobody_stops_on_a_lane_if_there_is_another_way() -> None:
    plan = make_plan(yard(equipment=[CABINET], zones=(lane(0.0, 2.6, 12.0, 3.6),)))
    places = np.array([stand.eye_m[:2] for stand in plan.stands])
    assert not plan.unserved
    assert ((places[:, 1] < 2.6) | (places[:, 1] > 3.6)).all()


def test_what_only_a_lane_shows_is_looked_at_from_there() -> None:
    plan = make_plan(yard(equipment=[CABINET], zones=(lane(0.0, 0.0, 12.0, 8.0),)))
    assert not plan.unserved
    assert len(plan.sights.eyes_m) > plan.sights.roomy == 0


def test_candidates_that_are_left_out_serve_nothing() -> None:
    briefing = yard(equipment=SIDE_BY_SIDE)
    plan = make_plan(briefing)
    sights = plan.sights
    kept = np.arange(len(sights.eyes_m)) % 3 != 0
    some = sights.only(kept)
    assert len(some.eyes_m) == kept.sum() and some.roomy == kept[: sights.roomy].sum()
    for new, old in enumerate(np.flatnonzero(kept).tolist()):
        np.testing.assert_array_equal(some.visible(new), sights.visible(old))
        assert some.points[new] == sights.points[old]
    taken = np.linalg.norm(sights.eyes_m - plan.stands[0].eye_m, axis=1) < 0.9
    cover = Cover(sights.only(~taken), plan.targets, briefing.points, plan.optics)
    cover.cover_points()
    assert {name for stand in cover.stands for name in stand.serves} == {point.name for point in briefing.points}
    assert all(np.linalg.norm(stand.eye_m - plan.stands[0].eye_m) >= 0.9 for stand in cover.stands)

"""The whole video frame."""

from dataclasses import replace

import numpy as np
import pytest

from patrolgym.envs.types import Report, Zone
from patrolgym.envs.world.raycast import RayMesh
from patrolgym.recording import dashboard
from patrolgym.recording.dashboard import SIZE_PX, Dashboard
from patrolgym.recording.map import SiteMap
from patrolgym.recording.moment import Box
from patrolgym.recording.palette import TRAFFIC
from patrolgym.recording.panels import sentence


@pytest.fixture
def board(site_map):
    return Dashboard(site_map, "hazardous plant, small")


def part(image, panel):
    left, top, wide, high = panel
    return image[top : top + high, left : left + wide]


def test_panels_lie_apart_and_inside():
    taken = np.zeros((SIZE_PX[1], SIZE_PX[0]), int)
    names = ("OUTSIDE", "CAMERA", "THERMAL", "SCALE", "MAP", "LEGEND", "TILES", "REPORTS", "SAFETY")
    for panel in (getattr(dashboard, name) for name in names):
        assert part(taken, panel).shape == panel[:1:-1]
        part(taken, panel)[:] += 1
    assert taken.max() == 1


def test_frame_is_what_a_video_takes(board, moment):
    image = board.compose(moment())
    assert image.shape == (720, 1280, 3)
    assert image.dtype == np.uint8


@pytest.mark.parametrize(
    ("panel", "changes"),
    [
        ("OUTSIDE", {"outside": np.full((360, 640, 3), 200, np.uint8)}),
        ("CAMERA", {"zoom": 8.0}),
        ("THERMAL", {"thermal_c": np.full((240, 320), 80.0, np.float32)}),
        ("SCALE", {"thermal_c": np.full((240, 320), 80.0, np.float32)}),
        ("MAP", {"people_m": [(18.0, 3.0, 0.0)]}),
        ("TILES", {"served": np.ones(1, bool)}),
    ],
)
def test_each_fact_changes_its_panel_and_no_other(board, moment, panel, changes):
    before, after = board.compose(moment()), board.compose(moment(**changes))
    changed = np.abs(before.astype(int) - after).max(axis=2)
    assert part(changed, getattr(dashboard, panel)).any()
    for name in {"OUTSIDE", "CAMERA", "LEGEND", "REPORTS", "SAFETY"} - {panel}:
        assert not part(changed, getattr(dashboard, name)).any()


def test_the_legend_tells_what_moves_only_where_something_does(board, site_map, moment):
    busy = Dashboard(site_map, "hazardous plant, small", traffic=True)
    legends = [part(each.compose(moment()), dashboard.LEGEND) for each in (board, busy)]
    outlined = [(legend == np.array(TRAFFIC)).all(axis=2).any() for legend in legends]
    assert outlined == [False, True]


@pytest.mark.parametrize("changes", [{"activity": "Going home"}, {"time_s": 90.0}, {"battery": 0.1}])
def test_header_tells_activity_time_and_battery(board, moment, changes):
    changed = board.compose(moment()).astype(int) - board.compose(moment(**changes))
    assert changed[:44].any()
    assert not changed[44:].any()


def test_boxes_reports_and_safety_show(board, moment, box, claim):
    before = board.compose(moment())
    score = moment().score | {"safety": dict.fromkeys(moment().score["safety"], 1)}
    after = board.compose(moment(boxes=[box], claims=[claim("false alarm"), claim("duplicate")], score=score))
    for name in ("CAMERA", "REPORTS", "SAFETY"):
        assert not np.array_equal(*(part(image, getattr(dashboard, name)) for image in (before, after)))


def test_a_reading_is_told_with_its_unit(claim):
    report = Report("hot_bearing", (3.0, 13.0, 0.0), 0.9, 121.37, "P-101")
    assert sentence(replace(claim("matched"), report=report)) == "Hot bearing at P-101: 121 °C"
    assert sentence(claim("matched")) == "Fire at P-101"


def test_the_hottest_spot_is_marked(board, moment):
    thermal = np.full((240, 320), 20.0, np.float32)
    thermal[100:110, 200:210] = 90.0
    heat = part(board.compose(moment(thermal_c=thermal)), dashboard.THERMAL).astype(int)
    ring = heat[90:120, 190:220].reshape(-1, 3)
    assert (ring.min(axis=1) > 220).any()


def test_pictures_are_not_drawn_upon(board, moment, box):
    now = moment(boxes=[box])
    camera, outside, thermal = now.camera.copy(), now.outside.copy(), now.thermal_c.copy()
    board.compose(now)
    assert np.array_equal(camera, now.camera)
    assert np.array_equal(outside, now.outside)
    assert np.array_equal(thermal, now.thermal_c)


def test_a_box_at_each_edge_and_a_long_label_do_no_harm(board, moment, box):
    edges = [Box(-50, -50, 5, 5, "x" * 200), Box(300, 230, 400, 300, "corner", alarm=False), box]
    board.compose(moment(boxes=edges, activity="y" * 500))


def test_wrong_map_size_is_refused(site_map):
    rays = RayMesh(np.zeros((0, 3)), np.zeros((0, 3), int))
    zone = Zone("dock", "dock", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    small = SiteMap(rays, (0.0, 0.0, 4.0, 3.0), (100, 80), [zone], {}, [], np.zeros((0, 3)))
    with pytest.raises(ValueError, match="524×393 px, got 100×80"):
        Dashboard(small, "x")

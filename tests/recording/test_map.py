"""The plan: what is where, and that everything that happens shows."""

import numpy as np
import pytest


def patch(image, site_map, x, y, half=3):
    column, row = np.rint(site_map.pixels(np.array([(x, y)]))[0]).astype(int)
    return image[row - half : row + half + 1, column - half : column + half + 1].astype(int)


def test_north_is_up_east_is_right_and_everything_fits(site_map):
    corners = site_map.pixels(np.array([(0.0, 0.0), (20.0, 15.0)]))
    assert corners[0, 0] < corners[1, 0]
    assert corners[0, 1] > corners[1, 1]
    assert corners.min() >= 0
    assert (corners.max(axis=0) <= (site_map.width_px, site_map.height_px)).all()
    assert corners[1, 0] - corners[0, 0] == pytest.approx(20 * site_map.px_m)


def test_tall_things_are_brighter_than_the_ground(site_map, moment):
    image = site_map.draw(moment())
    assert patch(image, site_map, 15.0, 10.0).mean() > 1.5 * patch(image, site_map, 18.0, 5.0).mean()


def test_seen_surfaces_turn_teal(site_map, moment):
    before = patch(site_map.draw(moment()), site_map, 15.0, 10.0).mean(axis=(0, 1))
    after = patch(site_map.draw(moment(seen=np.ones(900, bool))), site_map, 15.0, 10.0).mean(axis=(0, 1))
    assert after[0] < before[0] - 40
    assert after[1] - after[0] > 60


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"people_m": [(18.0, 3.0, 0.0)]}, (18.0, 3.0)),
        ({"traffic_m": [np.array([(17.0, 2.0), (18.0, 2.0), (18.0, 3.0), (17.0, 3.0)])]}, (18.0, 3.0)),
        ({"path_m": np.array([(12.0, 13.0), (12.0, 3.0)])}, (12.0, 4.0)),
        ({"served": np.ones(1, bool)}, (4.0, 12.0)),
        ({"view_yaw_rad": -np.pi / 2}, (12.0, 11.0)),
        ({"position_m": (18.0, 12.0, 0.5)}, (18.0, 12.0)),
    ],
)
def test_what_happens_shows_where_it_happens(site_map, moment, changes, place):
    before, after = site_map.draw(moment()), site_map.draw(moment(**changes))
    assert not np.array_equal(patch(before, site_map, *place), patch(after, site_map, *place))


def test_gas_stands_where_the_grid_says_with_the_southern_row_first(site_map, moment):
    gas = np.zeros((15, 20))
    gas[3, 17] = 1.0  # y 3..4, x 17..18
    difference = site_map.draw(moment(gas=gas)).astype(int) - site_map.draw(moment())
    row, column = np.array(np.nonzero(np.abs(difference).sum(axis=2) > 30)).mean(axis=1)
    assert np.abs(site_map.pixels(np.array([(17.5, 3.5)]))[0] - (column, row)).max() < 0.5 * site_map.px_m


def test_problems_change_from_red_to_green_when_found(site_map, moment):
    line = {"position": [10.0, 5.0, 1.0], "found": True}
    red = patch(site_map.draw(moment()), site_map, 10.0, 5.0, 8).mean(axis=(0, 1))
    green = patch(site_map.draw(moment(score={"anomalies": [line]})), site_map, 10.0, 5.0, 8).mean(axis=(0, 1))
    assert red[0] > red[1]
    assert green[1] > green[0]


@pytest.mark.parametrize(("outcome", "shows"), [("false alarm", True), ("duplicate", False)])
def test_false_alarms_show_and_duplicates_do_not(site_map, moment, claim, outcome, shows):
    before = patch(site_map.draw(moment()), site_map, 3.0, 13.0)
    after = patch(site_map.draw(moment(claims=[claim(outcome)])), site_map, 3.0, 13.0)
    assert (before != after).any() == shows


def test_drawing_leaves_no_trace_on_the_next_plan(site_map, moment):
    before = site_map.draw(moment())
    site_map.draw(moment(seen=np.ones(900, bool), served=np.ones(1, bool), people_m=[(18.0, 3.0, 0.0)]))
    assert np.array_equal(before, site_map.draw(moment()))


def test_places_beyond_the_edge_do_no_harm(site_map, moment):
    site_map.draw(moment(position_m=(-50.0, 90.0, 0.0), people_m=[(99.0, 99.0, 0.0)]))

"""Who may enter which zone, and plane geometry of zones, drafts and overlaps."""

import numpy as np
import pytest

from patrolgym.envs.site.draft import Draft, Turn, overlaps
from patrolgym.envs.site.zones import contains, distance_m, entry_allowed, rectangle
from patrolgym.envs.types import ExRating, Zone

SQUARE = rectangle(0.0, 0.0, 2.0, 1.0)


@pytest.mark.parametrize(
    ("rating", "ex_zone", "gas", "allowed"),
    [
        (("Gb", "IIB", "T4"), 0, "CH4", False),
        (("Gb", "IIB", "T4"), 1, "CH4", True),
        (("Ga", "IIB", "T4"), 0, "CH4", True),
        (("Gc", "IIB", "T4"), 1, "CH4", False),
        (("Gb", "IIB", "T4"), 2, "H2", False),
        (("Gb", "IIC", "T4"), 2, "H2", True),
        (("Gb", "IIB", "T4"), 1, "H2S", True),
        (("Gb", "IIA", "T4"), 1, "H2S", False),
        (("Gb", "IIB", "T2"), 1, "H2S", False),
    ],
)
def test_entry_follows_level_group_and_temperature_class(rating, ex_zone, gas, allowed):
    assert entry_allowed(Zone("z", "hazard", SQUARE, ex_zone, gas), ExRating(*rating)) is allowed


def test_other_zones_do_not_keep_the_robot_out():
    assert entry_allowed(Zone("r", "restricted", SQUARE), ExRating("Gc", "IIA", "T1"))


def test_inside_and_distance():
    points = np.array([(1.0, 0.5), (3.0, 0.5), (-3.0, -4.0), (1.0, 1.25)])
    assert contains(SQUARE, points).tolist() == [True, False, False, False]
    assert distance_m(SQUARE, points) == pytest.approx([0.0, 1.0, 5.0, 0.25])


def test_a_notch_is_outside():
    polygon = ((0, 0), (4, 0), (4, 3), (2, 1), (0, 3))
    assert contains(polygon, np.array([(2.0, 2.0), (2.0, 0.5)])).tolist() == [False, True]


@pytest.mark.parametrize("quarters", range(4))
def test_a_turn_keeps_the_site_at_the_origin(quarters):
    corners = np.array([(0.0, 0.0), (5.0, 0.0), (5.0, 3.0), (0.0, 3.0)])
    turned = Turn(quarters, 5.0, 3.0).places(corners)
    assert turned.min(axis=0) == pytest.approx((0.0, 0.0))
    assert turned.max(axis=0) == pytest.approx((5.0, 3.0) if quarters % 2 == 0 else (3.0, 5.0))
    edge = turned[1] - turned[0]
    assert np.arctan2(edge[1], edge[0]) % (2 * np.pi) == pytest.approx(quarters * np.pi / 2)


def test_a_draft_gives_no_space_away_twice():
    draft = Draft(10.0, 10.0)
    draft.claim((1.0, 1.0, 2.0, 2.0), 1.0)
    assert not draft.fits((1.5, 1.5, 3.0, 3.0))
    assert draft.fits((1.5, 1.5, 3.0, 3.0), from_m=1.0)
    assert draft.fits((2.1, 1.0, 3.0, 2.0)) and not draft.fits((2.1, 1.0, 3.0, 2.0), clearance_m=0.2)
    assert not draft.fits((9.5, 1.0, 10.5, 2.0))


def test_overlaps_need_all_three_axes():
    boxes = [(0, 0, 0, 1, 1, 1), (0.5, 0.5, 0.5, 2, 2, 2), (1, 0, 0, 2, 1, 0.4)]
    assert np.argwhere(np.triu(overlaps(boxes))).tolist() == [[0, 1]]

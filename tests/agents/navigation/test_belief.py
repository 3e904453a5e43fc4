"""What the agent takes for seen, for left, and for hidden just now."""

import numpy as np
import pytest

from patrolgym.agents.navigation.belief import HIDDEN_S, Belief
from patrolgym.agents.navigation.optics import level_rotation
from patrolgym.agents.navigation.targets import make_targets
from patrolgym.agents.vision.view import View
from patrolgym.envs.world.raycast import RayMesh

from .yard import yard

WALL_X_M = 6.0
EYE_M = np.array([2.0, 4.0, 1.0])


@pytest.fixture
def belief() -> Belief:
    """Of nine places on a wall 4 m ahead, and of one on the far side of it that faces the same way."""
    briefing = yard(boxes=[(WALL_X_M + 0.1, 4.0, 1.0, 0.2, 4.0, 2.0)])
    aside, up = np.meshgrid([-0.5, 0.0, 0.5], [0.6, 1.0, 1.4])
    front = np.column_stack([np.full(9, WALL_X_M), 4.0 + aside.ravel(), up.ravel()])
    places = np.vstack([front, [[WALL_X_M + 1.0, 4.0, 1.0]]])
    targets = make_targets(places, np.array([-1.0, 0.0, 0.0]), 0.1, 60.0, 0.5)
    return Belief(targets, RayMesh(briefing.vertices_m, briefing.faces))


def picture(depth_m: float, time_s: float) -> View:
    """Of something flat, so far ahead."""
    depth = np.full((240, 320), depth_m, dtype=np.float32)
    rotation = level_rotation(np.array([1.0, 0.0, 0.0]))
    return View(np.zeros((240, 320, 3), np.uint8), depth, np.zeros_like(depth), EYE_M, rotation, 277.0, time_s)


def test_what_a_picture_shows_is_seen(belief: Belief) -> None:
    belief.update(picture(WALL_X_M - EYE_M[0], 1.0))
    assert belief.seen.tolist() == [True] * 9 + [False]


def test_what_something_unknown_hides_stays_left_but_is_not_open_for_a_while(belief: Belief) -> None:
    belief.update(picture(2.0, 1.0))
    assert not belief.seen.any()
    assert (belief.left > 0.0).all()
    assert not belief.open(0.9 + HIDDEN_S)[:9].any()
    assert (belief.open(1.1 + HIDDEN_S) > 0.0).all()


def test_what_the_map_explains_is_not_taken_for_hidden(belief: Belief) -> None:
    belief.update(picture(2.0, 1.0))
    assert belief.open(1.5)[9] > 0.0

"""Which points a picture serves."""

import numpy as np
import pytest

from patrolgym.agents.inspector import whole
from patrolgym.agents.navigation.optics import level_rotation
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import Briefing
from patrolgym.envs.world.raycast import RayMesh

from .navigation.yard import yard

DIAL = (5.0, 5.0, 0.75, 1.0, 1.0, 1.5)
#: South of the dial, between it and the lens: over the line of sight, and across half of it.
OVER, ACROSS = (5.0, 3.8, 1.6, 0.4, 0.1, 0.3), (5.2, 3.8, 1.1, 0.4, 0.1, 0.3)


def shown(briefing: Briefing, off_m: float = 0.0, measured_m: float = 0.0) -> bool:
    """Whether a picture from 2 m before the dial serves it; a depth of 0 says nothing."""
    point, lens = briefing.points[0], np.array([5.0, 2.5, 1.1])
    rotation = level_rotation(np.asarray(point.position_m) + (off_m, 0.0, 0.0) - lens)
    depth, nothing = np.full((240, 320), measured_m, np.float32), np.zeros((240, 320), np.float32)
    view = View(np.zeros((240, 320, 3), np.uint8), depth, nothing, lens, rotation, 2200.0)
    return whole(view, point, RayMesh(briefing.vertices_m, briefing.faces))


@pytest.mark.parametrize(("boxes", "served"), [((), True), ((OVER,), True), ((ACROSS,), False)])
def test_what_is_built_before_a_patch_hides_it_whatever_was_measured(boxes: tuple, served: bool) -> None:
    assert shown(yard(boxes=boxes, equipment=[DIAL])) == served


def test_so_does_what_is_measured_before_it_and_the_edge_of_the_frame() -> None:
    briefing = yard(equipment=[DIAL])
    assert shown(briefing, measured_m=2.0)
    assert not shown(briefing, measured_m=1.0)
    assert not shown(briefing, off_m=0.1)

"""The site from above: heights as they are, and under a roof what stands below it."""

import numpy as np
import pytest

from patrolgym.envs.site.ground import flat
from patrolgym.envs.site.shapes import box_between, join
from patrolgym.envs.world.raycast import RayMesh
from patrolgym.recording.relief import from_above

BOUNDS = (0.0, 0.0, 10.0, 8.0)
FLOOR, MACHINE = flat(BOUNDS), box_between((2.0, 2.0, 0.0), (4.0, 4.0, 1.5))


@pytest.mark.parametrize(
    ("above", "heights"),
    [
        ([], [1.5, 0.0]),
        ([box_between((-1.0, -1.0, 7.0), (11.0, 9.0, 7.2))], [1.5, 0.0]),
        ([box_between((2.0, 0.0, 7.0), (4.0, 8.0, 7.2))], [7.2, 0.0]),
    ],
    ids=["open", "roof", "bridge"],
)
def test_a_roof_is_looked_under_and_nothing_else(above, heights):
    shape = join([FLOOR, MACHINE, *above])
    found, _ = from_above(RayMesh(shape.vertices_m, shape.faces), np.array([3.0, 7.0]), np.array([3.0, 6.0]), BOUNDS)
    assert found == pytest.approx(heights, abs=1e-3)

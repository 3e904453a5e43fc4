"""What bars the robot's way."""

import numpy as np
import pytest

from patrolgym.envs.anomalies.survey import Survey
from patrolgym.envs.world.raycast import RayMesh


@pytest.mark.parametrize("at_m, share", [((12.0, 3.0), 1.0), ((2.6, 0.7), 0.05), ((0.6, 0.6), 1.0)])
def test_a_dock_that_is_cut_off_leaves_little_to_get_to(at_m: tuple[float, float], share: float) -> None:
    """A room of 16 x 6 m, and a dock in a nook at the end of a corridor: the room is nearly all of the floor."""
    standing = np.zeros((30, 100), dtype=bool)
    standing[:, 20:], standing[:6, :6], standing[2:5, 6:20] = True, True, True
    triangle = RayMesh(np.eye(3), np.array([[0, 1, 2]]))
    nothing = np.zeros((0, 3))
    dock = np.array([0.6, 0.6])
    site = Survey(triangle, np.zeros(1, np.int32), (), nothing, np.zeros(0), nothing, standing, (0.0, 0.0), dock)
    assert site.connected_share(np.zeros((0, 2)), np.zeros(0)) == 1.0
    assert site.connected_share(np.array([at_m]), np.array([0.5])) == pytest.approx(share, abs=0.03)

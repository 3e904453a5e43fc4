"""Outlines of what moves."""

import numpy as np

from patrolgym.envs.site.model import Mover
from patrolgym.recording.traffic import outlines_m


def test_boxes_and_joints_have_outlines_and_people_none() -> None:
    def pose(time_s: float) -> tuple[float, float, float, float]:
        return (2.0 + time_s, 1.0, 0.0, np.pi / 2)

    cart = Mover("vehicle", (), pose, {}, 0.0, 1.0, size_m=(2.0, 1.0, 1.0))
    links = np.tile(np.eye(4), (2, 1, 1))
    links[1, :3, 3] = (1.0, 0.0, 2.0)
    arm = Mover("arm", (), pose, {}, 0.0, 1.0, link_poses_at=lambda _: links)
    person = Mover("person", (), pose, {}, 0.3, 1.8)
    corners, joints = outlines_m([cart, arm, person], 1.0)
    np.testing.assert_allclose(corners.min(axis=0), (2.5, 0.0), atol=1e-9)
    np.testing.assert_allclose(corners.max(axis=0), (3.5, 2.0), atol=1e-9)
    np.testing.assert_allclose(joints, [(3.0, 1.0), (3.0, 2.0)], atol=1e-9)

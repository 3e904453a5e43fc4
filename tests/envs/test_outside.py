"""The camera outside keeps the robot in sight whatever stands round it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import trimesh

from patrolgym.envs.outside import OutsideCamera
from patrolgym.envs.robots.quadruped import Quadruped
from patrolgym.envs.site.model import Part, Site
from patrolgym.envs.world.scene import Scene

Yard = Callable[..., Site]
BODY = trimesh.creation.box(extents=(1.0, 0.5, 0.3))
RED = np.tile([0.9, 0.05, 0.05], (len(BODY.faces), 1))


def stand_in(x: float, y: float, yaw: float) -> Quadruped:
    """A red box where a robot would be."""
    c, s = np.cos(yaw), np.sin(yaw)
    pose = (np.array([x, y, 0.5]), np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]))
    shape = (np.asarray(BODY.vertices), np.asarray(BODY.faces, np.int32), RED)
    robot: Any = SimpleNamespace(
        state=SimpleNamespace(position_m=pose[0], rotation=pose[1]), visuals=[shape], link_poses=lambda: [pose]
    )
    return cast(Quadruped, robot)


def wall(x0: float, y0: float, x1: float, y1: float, height: float = 4.0) -> Part:
    box = trimesh.creation.box(bounds=[[x0, y0, 0.0], [x1, y1, height]])
    return Part(np.asarray(box.vertices), np.asarray(box.faces, np.int32), "concrete")


@pytest.mark.parametrize("yaw", np.linspace(-3.0, 3.0, 7))
@pytest.mark.parametrize(
    "walls",
    [
        [wall(-4.0, 0.6, 4.0, 0.8), wall(-4.0, -0.9, 4.0, -0.7)],  # a lane between two tall things
        [wall(-1.2, -3.0, -0.8, 3.0), wall(-3.0, 0.6, 3.0, 0.9)],  # a corner
    ],
)
def test_the_robot_stays_in_sight(yard: Yard, walls: list[Part], yaw: float) -> None:
    camera, scene = OutsideCamera((160, 90)), Scene(yard(*walls))
    for x in np.linspace(0.0, 1.0, 5):
        picture = camera.look(stand_in(float(x), 0.0, float(yaw)), scene, 0.0).astype(int)
        red = (picture[..., 0] > 1.5 * picture[..., 1] + 15) & (picture[..., 0] > 1.5 * picture[..., 2] + 15)
        assert 0.01 < red.mean() < 0.6
        row, column = (float(axis.mean()) for axis in np.nonzero(red))
        assert abs(row - 45) < 25 and abs(column - 80) < 30

"""The safety scanner: what it counts, and that it looks no farther than it must."""

from types import SimpleNamespace

import numpy as np

from patrolgym.envs.sensors.ring import REACH_M, SECTORS, RingSensor
from patrolgym.envs.site.shapes import box, join
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import Hits, RayMesh

from .moments import CAMERA_M, Robot, moment

GROUND = box((60.0, 60.0, 1.0), (0.0, 0.0, -0.5))
#: The scanner is at (1, 2, 1). Ahead a wall, left a plate under the band, behind a beam over it, right a wall afar.
THINGS = join(
    [
        GROUND,
        box((0.2, 2.0, 3.0), (4.0, 2.0, 1.5)),
        box((1.0, 1.0, 0.1), (1.0, 4.0, 0.05)),
        box((1.0, 4.0, 0.2), (-1.0, 2.0, 1.8)),
        box((4.0, 0.2, 3.0), (1.0, -7.0, 1.5)),
    ]
)


class Scene:
    """The things, by rays as long as they are asked for, or endless ones."""

    def __init__(self, endless: bool) -> None:
        self._mesh, self._endless = RayMesh(THINGS.vertices_m, THINGS.faces), endless

    def cast(self, origin_m: FloatArray, rays: FloatArray, limit_m: FloatArray) -> Hits:
        return self._mesh.cast(origin_m, rays, np.inf if self._endless else limit_m)


def ring(endless: bool) -> FloatArray:
    robot = Robot()
    robot.spec = SimpleNamespace(
        lidar=SimpleNamespace(mount_m=(0.0, 0.0, 0.4)), gait=SimpleNamespace(stand_height_m=CAMERA_M[2] - 0.4)
    )
    told: FloatArray = RingSensor().read(moment(robot=robot, scene=Scene(endless)))["ring"]
    return told


def test_walls_count_and_what_is_stepped_on_or_walked_under_does_not() -> None:
    ahead, left, behind, right = (ring(False)[(sector + SECTORS // 2) % SECTORS] for sector in (0, 9, 18, 27))
    assert abs(ahead - 2.9) < 0.15
    assert (left, behind, right) == (REACH_M,) * 3


def test_rays_are_long_enough() -> None:
    assert np.array_equal(ring(False), ring(True))

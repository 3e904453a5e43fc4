"""Laser absorption: what it integrates, range, noise."""

import numpy as np

from patrolgym.envs.sensors.tdlas import NOISE_PPM_M, TdlasSensor
from patrolgym.envs.site.shapes import box
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import RayMesh

from .moments import CAMERA_M, moment


class Column:
    """10 ppm of everything; remembers the path."""

    path: tuple[FloatArray, FloatArray, float]

    def path_ppm_m(self, origin_m: FloatArray, direction: FloatArray, length_m: float) -> FloatArray:
        self.path = (origin_m, direction, length_m)
        return np.full(5, 10.0 * length_m)


def wall_at(x_m: float) -> RayMesh:
    wall = box((0.1, 9.0, 9.0), (x_m + 0.05, 2.0, 1.0))
    return RayMesh(wall.vertices_m, wall.faces)


def many(gas: Column | None, scene: RayMesh, count: int = 400) -> FloatArray:
    sensor, rng = TdlasSensor(), np.random.default_rng(0)
    sensor.reset(rng)
    return np.array([sensor.read(moment(0.1 * k, rng=rng, gas=gas, scene=scene))["tdlas"] for k in range(count)])


def test_it_integrates_along_the_camera_axis_up_to_the_first_hit() -> None:
    gas = Column()
    readings = many(gas, wall_at(9.0))
    origin, direction, length_m = gas.path
    np.testing.assert_allclose(origin, CAMERA_M)
    np.testing.assert_allclose(direction, [1.0, 0.0, 0.0])
    assert abs(length_m - 8.0) < 1e-3
    np.testing.assert_allclose(readings[:, 5], 8.0, atol=1e-3)
    assert (np.abs(readings[:, :5].mean(axis=0) - 80.0) < NOISE_PPM_M).all()


def test_noise_is_some_ppm_metres_and_grows_with_range() -> None:
    near, far = many(None, wall_at(3.0)), many(None, wall_at(26.0))
    assert 4.0 < near[:, 0].std() < 8.0
    assert 8.0 < far[:, 0].std() < 13.0


def test_without_a_return_there_is_no_reading() -> None:
    assert (many(Column(), wall_at(40.0), 3) == 0.0).all()


def test_readings_lie_in_the_space() -> None:
    space = TdlasSensor().spaces()["tdlas"]
    assert all(space.contains(reading) for reading in many(Column(), wall_at(9.0), 20))

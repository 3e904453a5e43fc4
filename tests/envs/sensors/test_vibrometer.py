"""The vibrometer: a wave a second, of what its beam rested on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from patrolgym.envs.sensors.vibrometer import HIGHEST_MM_S, VibrometerSensor
from patrolgym.envs.site.model import Site
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.scene import Scene
from patrolgym.envs.world.vibration import RATE_HZ, band_rms

from .moments import Robot, moment


class Hum:
    """One rotor that hums with 5 mm/s at 120 Hz."""

    def __len__(self) -> int:
        return 1

    def gains(self, position_m: FloatArray, axis: FloatArray, tag: str | None) -> FloatArray:
        self.asked = (position_m, axis, tag)
        return np.ones((1, 3))

    def second(self, start_s: float, gains: FloatArray, rng: np.random.Generator) -> FloatArray:
        self.start_s, self.gains_seen = start_s, gains
        time_s = start_s + np.arange(RATE_HZ) / RATE_HZ
        return np.sqrt(2.0) * 5.0 * gains.mean() * np.cos(2 * np.pi * 120.0 * time_s)


@pytest.fixture
def scene(yard: Callable[..., Site]) -> Scene:
    return Scene(yard())


def measure(scene: Scene, robot: Robot | None = None, field: Any = None, steps: int = 10) -> dict[str, FloatArray]:
    sensor, rng = VibrometerSensor(), np.random.default_rng(0)
    for k in range(steps):
        got = sensor.read(moment(0.1 * k, rng=rng, robot=robot, scene=scene, vibration=field))
        assert all(space.contains(got[key]) for key, space in sensor.spaces().items())
    return got


def robot_at(x: float, y: float, **state: Any) -> Robot:
    """Looks along +x from there, 0.5 m up."""
    robot = Robot(**state)
    place = np.array([x, y, 0.5])
    look_east = robot.camera_pose()[1]
    robot.camera_pose = lambda: (place, look_east)  # type: ignore[method-assign]
    return robot


def test_a_second_on_one_place_gives_its_wave(scene: Scene) -> None:
    field = Hum()
    got = measure(scene, robot_at(2.5, -0.4), field)
    assert got["vibrometer_range"][0] == pytest.approx(2.0, abs=0.01)
    assert got["vibrometer_age"][0] == 0.0
    assert band_rms(got["vibrometer"], (118.0, 122.0)) == pytest.approx(5.0, rel=0.02)
    assert 0.0 < band_rms(got["vibrometer"], (200.0, 1000.0)) < 0.6
    np.testing.assert_allclose(field.asked[0], [4.5, -0.4, 0.5], atol=1e-3)
    assert field.start_s == pytest.approx(-0.1)


def test_the_wave_is_held_until_the_next(scene: Scene) -> None:
    got = measure(scene, robot_at(2.5, -0.4), Hum(), steps=14)
    assert got["vibrometer_age"][0] == pytest.approx(0.4)
    assert band_rms(got["vibrometer"], (118.0, 122.0)) > 4.0
    assert not measure(scene, robot_at(2.5, -0.4), Hum(), steps=9)["vibrometer"].any()


def test_without_a_return_the_range_is_zero_and_the_wave_noise(scene: Scene) -> None:
    got = measure(scene, robot_at(6.0, -0.4), None)
    assert got["vibrometer_range"][0] == 0.0
    assert got["vibrometer"].std() > 10.0


def test_a_walking_robot_sees_itself_shake(scene: Scene) -> None:
    still = measure(scene, robot_at(2.5, -0.4))
    walking = measure(scene, robot_at(2.5, -0.4, joint_dq=np.full(12, 2.0)))
    assert band_rms(walking["vibrometer"]) > 10.0 * band_rms(still["vibrometer"])
    running = measure(scene, robot_at(2.5, -0.4, velocity_m_s=np.array([0.8, 0.0, 0.0])))
    assert np.abs(running["vibrometer"]).max() == HIGHEST_MM_S

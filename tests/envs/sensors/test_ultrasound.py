"""The microphone hears the sound field along the camera's axis."""

import numpy as np

from patrolgym.envs.sensors.ultrasound import NOISE_DB, UltrasoundSensor
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.sound import FLOOR_DB

from .moments import CAMERA_M, moment


class Field:
    """60 dB in all bands, half of it pulsing; remembers how it was asked."""

    def levels_db(
        self, blockers: object, position_m: FloatArray, axis: FloatArray, time_s: float
    ) -> tuple[FloatArray, float]:
        self.asked = (blockers, position_m, axis)
        return np.full(4, 60.0), 0.5


def many(field: Field | None, count: int = 300) -> FloatArray:
    sensor, rng = UltrasoundSensor(), np.random.default_rng(1)
    return np.array([sensor.read(moment(rng=rng, sound=field, scene="scene"))["ultrasound"] for _ in range(count)])


def test_it_listens_from_the_camera_along_its_axis() -> None:
    field = Field()
    readings = many(field)
    blockers, position, axis = field.asked
    assert blockers == "scene"
    np.testing.assert_allclose(position, CAMERA_M)
    np.testing.assert_allclose(axis, [1.0, 0.0, 0.0])
    np.testing.assert_allclose(readings.mean(axis=0), [60.0, 60.0, 60.0, 60.0, 0.5], atol=0.15)
    np.testing.assert_allclose(readings[:, :4].std(axis=0), NOISE_DB, rtol=0.2)


def test_without_sources_it_hears_the_floor() -> None:
    readings = many(None)
    np.testing.assert_allclose(readings[:, :4].mean(axis=0), FLOOR_DB, atol=0.15)
    assert readings[:, 4].min() >= 0.0
    assert readings[:, 4].mean() < 0.05
    assert all(UltrasoundSensor().spaces()["ultrasound"].contains(reading) for reading in readings[:10])

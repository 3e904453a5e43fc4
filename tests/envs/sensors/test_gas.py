"""Gas cells: lag, error, place."""

import numpy as np
import pytest

from patrolgym.envs.sensors.gas import ERROR_PPM, ERROR_SHARE, T63_S, GasSensor
from patrolgym.envs.types import FloatArray

from .moments import moment


class Cloud:
    """The same gas everywhere; remembers where it was asked for."""

    def __init__(self, ppm: float) -> None:
        self.ppm = np.full(5, ppm)
        self.asked: FloatArray = np.zeros(0)

    def concentration_ppm(self, points_m: FloatArray) -> FloatArray:
        self.asked = points_m
        return np.tile(self.ppm, (len(points_m), 1))


def read(sensor: GasSensor, time_s: float, cloud: Cloud | None) -> FloatArray:
    return np.asarray(sensor.read(moment(time_s, seed=int(time_s), gas=cloud))["gas"])


def test_it_reaches_63_percent_within_10_to_20_seconds() -> None:
    for seed in range(5):
        sensor, cloud = GasSensor(), Cloud(10_000.0)
        sensor.reset(np.random.default_rng(seed))
        read(sensor, 0.0, Cloud(0.0))
        readings = np.array([read(sensor, t, cloud) for t in range(1, 41)])
        t63 = 1.0 + np.argmax(readings > 6_320.0, axis=0)
        assert (t63 >= T63_S[0] - 1.0).all()
        assert (t63 <= T63_S[1] + 1.5).all()


def test_the_lag_does_not_depend_on_how_often_it_is_read() -> None:
    often, seldom = GasSensor(), GasSensor()
    for time_s in range(31):
        read(often, time_s, Cloud(5_000.0))
    read(seldom, 0, Cloud(5_000.0))
    last = read(seldom, 30, Cloud(5_000.0))
    np.testing.assert_allclose(read(often, 30, Cloud(5_000.0)), last, rtol=1e-3)


@pytest.mark.parametrize("ppm", [0.0, 200.0, 8_000.0])
def test_settled_readings_keep_within_the_error_bound(ppm: float) -> None:
    bound = np.array(ERROR_PPM) + ERROR_SHARE * ppm
    errors = []
    for seed in range(40):
        sensor = GasSensor()
        sensor.reset(np.random.default_rng(seed))
        read(sensor, 0.0, Cloud(ppm))
        errors.append(read(sensor, 400.0, Cloud(ppm)) - ppm)
    assert (np.abs(errors) <= 1.1 * bound).all()
    if ppm:
        assert (np.std(errors, axis=0) > 0.1 * bound).all(), "cells differ"


def test_it_smells_where_the_body_is() -> None:
    cloud = Cloud(1.0)
    read(GasSensor(), 0.0, cloud)
    np.testing.assert_allclose(cloud.asked, [[1.0, 2.0, 0.5]])


def test_clean_air_reads_close_to_nothing_and_never_less() -> None:
    readings = read(GasSensor(), 0.0, None)
    assert (readings >= 0.0).all()
    assert (readings <= np.array(ERROR_PPM)).all()
    assert GasSensor().spaces()["gas"].contains(readings)

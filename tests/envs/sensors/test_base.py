from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from gymnasium.spaces import Box

from patrolgym.envs.sensors import base
from patrolgym.envs.sensors.base import SENSORS, Sensor, SensorContext, SensorSuite, period_steps


class Counter(Sensor):
    name = "counter"
    rate_hz = 2.0
    age_key = "counter_age"

    def __init__(self) -> None:
        self.count = 0

    def spaces(self) -> dict[str, Box]:
        return {"counter": Box(0.0, 100.0, (1,), np.float32)}

    def reset(self, rng: np.random.Generator) -> None:
        self.count = 0

    def read(self, context: SensorContext) -> dict[str, Any]:
        self.count += 1
        return {"counter": np.array([self.count], np.float32)}


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch) -> SensorSuite:
    monkeypatch.setattr(base, "SENSORS", {"counter": Counter})
    made = SensorSuite(["counter"])
    made.reset(np.random.default_rng(0))
    return made


CONTEXT: Any = SimpleNamespace()


def test_a_measurement_is_held_and_ages_until_the_next(suite: SensorSuite) -> None:
    seen = [suite.observe(step, CONTEXT) for step in range(11)]
    assert [int(o["counter"][0]) for o in seen] == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]
    assert [float(o["counter_age"][0]) for o in seen] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4] * 2 + [0.0])
    assert [suite.due(step) for step in range(6)] == [True, False, False, False, False, True]


def test_observations_are_copies(suite: SensorSuite) -> None:
    suite.observe(0, CONTEXT)["counter"][0] = 99.0
    assert suite.observe(1, CONTEXT)["counter"].tolist() == [1.0]


def test_reset_reads_anew(suite: SensorSuite) -> None:
    suite.observe(0, CONTEXT)
    suite.observe(5, CONTEXT)
    suite.reset(np.random.default_rng(0))
    assert suite.observe(0, CONTEXT)["counter"].tolist() == [1.0]


def test_suite_spaces_hold_what_it_observes(suite: SensorSuite) -> None:
    spaces = suite.spaces()
    assert set(spaces) == {"counter", "counter_age"}
    for step in range(7):
        assert all(spaces[key].contains(value) for key, value in suite.observe(step, CONTEXT).items())


@pytest.mark.parametrize(("rate_hz", "steps"), [(10.0, 1), (5.0, 2), (2.0, 5), (0.1, 100), (20.0, 1), (100.0, 1)])
def test_rates_that_divide(rate_hz: float, steps: int) -> None:
    assert period_steps("x", rate_hz) == steps


@pytest.mark.parametrize("rate_hz", [3.0, 7.0, 15.0, 0.0, -2.0])
def test_rates_that_do_not_divide_are_refused(rate_hz: float) -> None:
    with pytest.raises(ValueError, match=rf"sensor 'x' has {rate_hz} Hz, neither a divisor nor a multiple of 10\.0 Hz"):
        period_steps("x", rate_hz)


def test_unknown_and_repeated_sensors_are_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown sensor 'sonar'; choose from: .*lidar.*thermal"):
        SensorSuite(["sonar"])
    with pytest.raises(ValueError, match="each sensor may be named once"):
        SensorSuite(["rgb", "rgb"])


@pytest.mark.parametrize("name", SENSORS.names())
def test_every_sensor_has_a_fitting_rate_and_finite_bounds(name: str) -> None:
    suite = SensorSuite([name])
    for space in suite.spaces().values():
        assert space.dtype in (np.float32, np.uint8)
        assert np.isfinite(space.low).all()
        assert np.isfinite(space.high).all()
        assert (space.low < space.high).all()

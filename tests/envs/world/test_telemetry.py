"""Instruments by radio: near ones first, noisy, some of them bad."""

import numpy as np

from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.instruments import QUANTITIES
from patrolgym.envs.site.model import Site, Weather
from patrolgym.envs.world.telemetry import Telemetry

INDOORS = Weather(20.0, 20.0, (0.0, 0.0, 1.0), 0.0, 0.5, (0.0, 0.0))


def pumps(count: int) -> Site:
    site = Site("test", "small", (0.0, 0.0, 90.0, 20.0), (0.0, 0.0, 0.0), INDOORS, {})
    for k in range(count):
        tag = f"CP-{k}"
        site.equipment[tag] = KINDS["coolant_pump"].make(tag, (3.0 * k, 0.0, 0.0), 0.0, np.random.default_rng(k), {})
    return site


def test_what_is_near_is_received_the_nearest_first() -> None:
    field, rng = Telemetry(pumps(10), np.random.default_rng(0)), np.random.default_rng(0)
    here = np.array([0.0, -1.0, 0.6])
    rows = field.readings(0.0, here, 8.0, 48, rng)
    places = np.array([field.instruments[int(k)].position_m for k in rows[:, 0]])
    distance = np.linalg.norm(places - here, axis=1)
    assert len(rows) > 3
    assert distance.max() < 8.0
    assert (np.diff(distance) >= 0.0).all()
    assert len(field.readings(0.0, here, 8.0, 2, rng)) == 2
    assert field.readings(0.0, here - 100.0, 8.0, 48, rng).shape == (0, 3)


def test_most_are_right_within_their_noise_and_some_are_not() -> None:
    field, rng = Telemetry(pumps(40), np.random.default_rng(3)), np.random.default_rng(2)
    seen: dict[int, list[float]] = {}
    for k in range(60):
        for index, value, _ in field.readings(float(k), np.array([60.0, 0.0, 0.5]), 99.0, 1000, rng):
            seen.setdefault(int(index), []).append(value)
    silent = len(field.instruments) - len(seen)
    off, stuck = 0, 0
    for index, values in seen.items():
        instrument = field.instruments[index]
        absolute, share = QUANTITIES[instrument.quantity].noise
        error = abs(np.mean(values) - instrument.value)
        stuck += max(values) == min(values)
        off += error > 3.0 * np.hypot(absolute, (share + instrument.swing) * instrument.value) / np.sqrt(20.0)
    total = len(field.instruments)
    assert 0 < silent < 0.1 * total
    assert 0 < stuck < 0.1 * total
    assert 0.03 * total < off < 0.25 * total


def test_temperatures_are_in_degrees_not_over_ambient() -> None:
    site = pumps(1)
    (thermometer,) = (i for i in Telemetry(site, np.random.default_rng(0)).instruments if i.quantity == "temperature")
    assert thermometer.value == 20.0 + site.equipment["CP-0"].delta_k["motor"]

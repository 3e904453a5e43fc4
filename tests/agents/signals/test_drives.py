"""Friction by current and heat, where any of them may be wrong."""

import pytest

from patrolgym.agents.signals.drives import Measured, load_of

RISE_K = 25.0


@pytest.mark.parametrize("load", [1.25, 1.5, 1.9])
def test_current_and_heat_that_agree_are_friction(load: float) -> None:
    chance, found = load_of(Measured(load, RISE_K * load**2, RISE_K * load**2), RISE_K)
    assert chance > 0.9
    assert found == pytest.approx(load, abs=0.05)


@pytest.mark.parametrize(
    "measured",
    [
        Measured(1.0, RISE_K, RISE_K),
        Measured(1.1, 1.21 * RISE_K, 1.21 * RISE_K),
        Measured(1.4, RISE_K, RISE_K),
        Measured(1.4, None, RISE_K),
        Measured(1.0, RISE_K + 12.0, RISE_K + 12.0),
        Measured(1.0, RISE_K + 40.0, RISE_K),
        Measured(None, None, None),
    ],
    ids=["sound", "heavy tool", "wrong meter", "wrong meter, no thermometer", "warm place", "two wrong", "nothing"],
)
def test_one_of_them_alone_is_not(measured: Measured) -> None:
    assert load_of(measured, RISE_K)[0] < 0.5


def test_a_dead_meter_does_not_hide_hot_friction() -> None:
    assert load_of(Measured(None, 1.6**2 * RISE_K, 1.6**2 * RISE_K), RISE_K)[0] > 0.5

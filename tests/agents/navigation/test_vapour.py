"""Gas that rises, as the cells show it."""

import numpy as np

from patrolgym.agents.navigation.vapour import AWAY_M, KEEP_OFF_S, Vapour
from patrolgym.envs.site.gases import GASES

PROPANE = list(GASES).index("C3H8")
LEL_PPM = GASES["C3H8"].lel_ppm


def cells(share: float) -> np.ndarray:
    ppm = np.zeros(len(GASES))
    ppm[PROPANE] = share * LEL_PPM
    return ppm


def walked_into_gas(share: float) -> tuple[Vapour, bool]:
    """East along y = 0 for 8 s in clean air, then the cells show a share of the limit at x = 8."""
    vapour = Vapour()
    for second in range(8):
        assert not vapour.met(cells(0.0), np.array([second, 0.0]), float(second))
    return vapour, vapour.met(cells(share), np.array([8.0, 0.0]), 8.0)


def test_rising_gas_calls_for_withdrawal_before_the_limit_and_once() -> None:
    vapour, alarm = walked_into_gas(0.05)
    assert alarm
    assert not vapour.met(cells(0.3), np.array([8.2, 0.0]), 9.0)


def test_traces_do_not() -> None:
    assert not walked_into_gas(0.01)[1]


def test_the_way_back_leads_to_clean_air_away_from_it() -> None:
    vapour, _ = walked_into_gas(0.3)
    place = vapour.retreat(8.0)
    assert place is not None
    assert AWAY_M <= 8.0 - place[0] < AWAY_M + 1.0


def test_the_place_is_kept_off_for_a_while() -> None:
    vapour, _ = walked_into_gas(0.3)
    there = np.array([8.0, 1.0])
    assert vapour.near(there, 8.0 + KEEP_OFF_S - 1.0)
    assert not vapour.near(there, 8.0 + KEEP_OFF_S + 1.0)


def test_without_clean_air_behind_there_is_no_way_back() -> None:
    vapour = Vapour()
    assert vapour.met(cells(0.5), np.zeros(2), 2.0)
    assert vapour.retreat(2.0) is None

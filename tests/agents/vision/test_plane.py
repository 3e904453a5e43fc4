"""The floor under things that stand on it."""

import numpy as np

from patrolgym.agents.vision.plane import fit_plane


def test_a_tilted_floor_is_found_under_things_that_stand_on_it() -> None:
    rng = np.random.default_rng(0)
    away = rng.uniform(-3.0, 3.0, (500, 2))
    height = 0.02 + away @ (0.02, -0.01) + rng.normal(0.0, 0.01, 500) + 0.4 * (away[:, 0] > 2.0)
    np.testing.assert_allclose(fit_plane(away, height, (0.15, 0.05), 60), [0.02, 0.02, -0.01], atol=0.003)
    assert np.abs(fit_plane(away, height, (0.15, 0.05), 60, 1e9)[1:]).max() < 1e-4


def test_too_few_places_make_no_plane() -> None:
    assert not fit_plane(np.eye(2), np.full(2, 0.01), (0.15, 0.05), 60).any()

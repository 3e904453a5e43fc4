"""What stands where no map has anything."""

import numpy as np

from patrolgym.agents.navigation.live import RECALL_S, LiveObstacles
from patrolgym.agents.navigation.map import build_map
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import RayMesh

from .yard import yard


def somebody(x: float, y: float) -> FloatArray:
    """(12, 3) returns from somebody who stands there."""
    aside, height = np.meshgrid(np.linspace(-0.2, 0.2, 6), [0.6, 1.2])
    return np.column_stack([np.full(12, x), y + aside.ravel(), height.ravel()])


def test_places_that_somebody_stands_on_are_not_clear_for_a_while() -> None:
    briefing = yard()
    live = LiveObstacles(build_map(briefing, RayMesh(briefing.vertices_m, briefing.faces), 0.5))
    places = np.array([[6.0, 4.4], [6.0, 6.5], [2.0, 2.0]])
    assert live.clear(places, 0.0).all()
    live.update(somebody(6.0, 4.0), np.array([3.0, 4.0]), 1.0)
    assert live.clear(places, 1.0 + 0.9 * RECALL_S).tolist() == [False, True, True]
    assert live.clear(places, 1.1 + RECALL_S).all()

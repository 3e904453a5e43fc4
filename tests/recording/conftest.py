"""A small site and a moment of a patrol on it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from patrolgym.envs.metrics.detection import Claim, Outcome
from patrolgym.envs.types import Report, Zone
from patrolgym.envs.world.raycast import RayMesh
from patrolgym.recording.dashboard import MAP
from patrolgym.recording.map import SiteMap
from patrolgym.recording.moment import Box, Moment

BOUNDS = (0.0, 0.0, 20.0, 15.0)
ZONES = (
    Zone("Z1", "hazard", ((2.0, 2.0), (6.0, 2.0), (6.0, 6.0), (2.0, 6.0)), 1, "C3H8"),
    Zone("way", "walkway", ((0.0, 8.0), (20.0, 8.0), (20.0, 9.0), (0.0, 9.0))),
    Zone("odd", "laydown_area", ((8.0, 2.0), (9.0, 2.0), (9.0, 3.0))),
)


def box_mesh() -> RayMesh:
    """The ground, and a roof of 2×2 m at 2 m above it around (15, 10)."""
    ground = [(0, 0, 0), (20, 0, 0), (20, 15, 0), (0, 15, 0)]
    roof = [(14, 9, 2), (16, 9, 2), (16, 11, 2), (14, 11, 2)]
    return RayMesh(np.array(ground + roof, float), np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]]))


@pytest.fixture(scope="session")
def site_map() -> SiteMap:
    x, y = np.meshgrid(np.linspace(14.1, 15.9, 30), np.linspace(9.1, 10.9, 30))
    surfels = np.column_stack([x.ravel(), y.ravel(), np.full(x.size, 2.0)])
    return SiteMap(box_mesh(), BOUNDS, (MAP[2], MAP[3]), ZONES, {"P-101": (4.0, 4.0, 0.0)}, [(4.0, 12.0, 1.0)], surfels)


@pytest.fixture
def moment() -> Callable[..., Moment]:
    score = {
        "coverage": 0.4,
        "points_served": 0.0,
        "false_alarms": 0,
        "anomalies": [{"position": [10.0, 5.0, 1.0], "found": False}],
        "safety": {"falls": 0, "collisions": 0, "zone_violations": 0, "near_misses": 0, "mover_contacts": 0},
    }
    rng = np.random.default_rng(0)
    usual = Moment(
        time_s=75.0,
        time_limit_s=300.0,
        battery=0.8,
        activity="Checking P-101",
        outside=np.full((360, 640, 3), 90, np.uint8),
        camera=rng.integers(0, 255, (240, 320, 3), dtype=np.uint8),
        thermal_c=rng.uniform(15.0, 40.0, (240, 320)).astype(np.float32),
        zoom=2.0,
        position_m=(12.0, 13.0, 0.5),
        yaw_rad=0.0,
        view_yaw_rad=0.0,
        view_width_rad=0.5,
        path_m=np.array([(12.0, 13.0)]),
        seen=np.zeros(900, bool),
        served=np.zeros(1, bool),
        score=score,
    )

    def make(**changes: Any) -> Moment:
        return replace(usual, **changes)

    return make


@pytest.fixture
def box() -> Box:
    return Box(100.0, 80.0, 180.0, 160.0, "hot bearing 92 °C")


@pytest.fixture
def claim() -> Callable[[str], Claim]:
    def make(outcome: str) -> Claim:
        return Claim(Report("fire", (3.0, 13.0, 0.0), 0.9, tag="P-101"), 12.0, Outcome(outcome), None, None)

    return make

"""A patrol of a made-up yard in which everything happened that a report can show."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from patrolgym.envs.metrics.detection import Claim, Outcome
from patrolgym.envs.types import (
    AnomalyTruth,
    Briefing,
    EquipmentInfo,
    ExRating,
    InspectionPoint,
    Reading,
    Report,
    RobotInfo,
    Zone,
)
from patrolgym.recording.pictures import jpeg
from patrolgym.report.patrol import Hottest, Logged, Look, Patrol, SafetyEvent

#: Names from outside that would break a page that does not escape them.
NASTY = "P-101\"'><script>document.title='broken'</script><img src=x onerror=alert(1)>"
END_S = 120.0


def _point(tag: str, quantity: str, x: float, y: float, **details: Any) -> InspectionPoint:
    place, normal, up = (x, y, 1.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)
    return InspectionPoint(f"{tag}/{quantity}", tag, quantity, "rgb", place, normal, up, 0.1, 1000.0, **details)


def _briefing() -> Briefing:
    robot = RobotInfo(
        "exquad", ExRating("Gb", "IIB", "T4"), 1.2, 0.4, 0.8, 2.8, (-0.7, 0.9), (1.0, 10.0), 0.6, 0.9, (320, 240), 1.05
    )
    return Briefing(
        scenario="hazardous-plant",
        size="small",
        bounds_m=(0.0, 0.0, 20.0, 15.0),
        vertices_m=np.zeros((3, 3)),
        faces=np.array([[0, 1, 2]]),
        face_owner=np.array([-1]),
        equipment=(
            EquipmentInfo(NASTY, "centrifugal_pump", (5.0, 10.0, 0.0), 0.0, (1.0, 1.0, 1.0)),
            EquipmentInfo("PI-201", "pressure_gauge", (15.0, 4.0, 0.0), 0.0, (0.3, 0.3, 1.0)),
        ),
        points=(
            _point(NASTY, "bearing", 5.0, 10.0, unit="°C", normal_range=(0.0, 80.0)),
            _point("PI-201", "gauge", 15.0, 4.0, unit="MPa", scale=(0.0, 1.0), normal_range=(0.2, 0.6)),
        ),
        zones=(
            Zone("Z1 <propane>", "hazard", ((3.0, 8.0), (8.0, 8.0), (8.0, 12.0), (3.0, 12.0)), 1, "C3H8"),
            Zone("way", "walkway", ((0.0, 6.0), (20.0, 6.0), (20.0, 7.0), (0.0, 7.0))),
        ),
        dock=(1.0, 1.0, 0.0),
        time_limit_s=300.0,
        robot=robot,
    )


def _claims() -> list[Claim]:
    picture = np.random.default_rng(0).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    hot = Report("hot_bearing", (5.0, 10.0, 1.0), 0.9, 93.0, NASTY, picture)
    return [
        Claim(hot, 30.0, Outcome.MATCHED, 0, 0.04),
        Claim(hot, 35.0, Outcome.DUPLICATE, None, None),
        Claim(Report("fire", (12.0, 12.0, 0.4), 0.55), 60.0, Outcome.FALSE_ALARM, None, None),
    ]


def _score(claims: list[Claim]) -> dict[str, Any]:
    return {
        "scenario": "hazardous-plant",
        "size": "small",
        "site": None,
        "split": "val",
        "seed": 7,
        "agent": "<b>mine</b>",
        "robot": "exquad",
        "patrolgym": "0.1.0",
        "coverage": 0.5,
        "points_served": 0.5,
        "detection_rate": 1 / 3,
        "precision": 0.5,
        "false_alarms": 1,
        "location_error_m": 0.04,
        "reading_error": {"gauge_pct_full_scale": None, "temperature_k": 1.2},
        "safety": {
            "collisions": 1,
            "falls": 0,
            "zone_violations": 0,
            "gas_exposure_s": 2.5,
            "near_misses": 0,
            "mover_contacts": 0,
        },
        "sim_s": END_S,
        "distance_m": 43.0,
        "energy_wh": 12.0,
        "conditions": {"light": "dusk", "ambient_c": 12.5, "wind_m_s": 2.0},
        "anomalies": [{"found": True}, {"found": False}, {"found": False}],
        "reports": [claim.as_json() for claim in claims],
    }


@pytest.fixture
def patrol() -> Callable[..., Patrol]:
    """Makes the patrol, with changes to its fields."""
    claims, picture = _claims(), _claims()[0].report.evidence
    assert picture is not None
    time_s, grid = np.arange(0.0, END_S, 0.5), np.meshgrid(np.linspace(4.0, 6.0, 20), np.linspace(9.0, 11.0, 20))
    surfels = np.column_stack([grid[0].ravel(), grid[1].ravel(), np.full(400, 1.0)])
    gas = np.zeros((len(time_s), 5))
    gas[100:120, 0] = 20_000.0
    usual = Patrol(
        score=_score(claims),
        briefing=_briefing(),
        relief=(np.zeros((162, 212)), np.ones((162, 212))),
        surfels_m=surfels,
        times_seen=np.repeat([0, 3], 200),
        path_m=np.column_stack([1.0 + 0.15 * time_s, 2.0 + np.sin(time_s / 10.0)]),
        path_s=time_s,
        claims=claims,
        anomalies=(
            AnomalyTruth("hot_bearing", NASTY, (5.0, 10.0, 1.0), 94.0, "°C", 94.0),
            AnomalyTruth("gauge_out_of_range", "PI-201", (15.0, 4.0, 1.0), 12.0, "% of full scale", 0.72),
            AnomalyTruth("fire", None, (18.0, 13.0, 0.3), 20.0, "kW", 20.0),
        ),
        looks=(None, Look(4, 40.0, 80.0, 62.0, 310.0, 2.5, (13.0, 3.0, 1.0), jpeg(picture, 80)), None),
        nearest=[(1.0, 30.0), (2.2, 62.0), (9.0, 100.0)],
        served_s={"PI-201/gauge": 61.0},
        logged=[Logged(Reading("PI-201/gauge", 0.71), 63.0)],
        gas_s=time_s,
        gas_ppm=gas,
        cells_ppm=0.9 * gas,
        hottest=[Hottest(float(t), 20.0 + float(t), "PI-201") for t in time_s],
        events=[SafetyEvent("collisions", 44.0, (7.0, 2.5, 0.5)), SafetyEvent("gas_exposure_s", 50.0, (8.0, 2.5, 0.5))],
    )

    def make(**changes: Any) -> Patrol:
        return replace(usual, **changes)

    return make

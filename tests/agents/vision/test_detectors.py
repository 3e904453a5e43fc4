"""Every detector: on drawn pictures where that says enough, and on a few rendered views."""

import ast
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import patrolgym.agents.vision as vision
from patrolgym.agents.vision.base import DETECTORS, Inspection, PointDetector, Surroundings, point_detector, scanners
from patrolgym.agents.vision.bearing import true_temperature_c
from patrolgym.agents.vision.fire import power_kw
from patrolgym.agents.vision.level import liquid_line
from patrolgym.agents.vision.patch import chance_beyond
from patrolgym.agents.vision.view import View
from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.site.model import Site

from . import pictures
from .rendered import Shot, shoot_point, yard

FULL = {"zero_deg": -135.0, "span_deg": 270.0}


def test_each_detector_finds_a_class_of_the_catalogue() -> None:
    assert {d.anomaly_class for d in DETECTORS.values()} <= set(ANOMALIES.names())


def test_detectors_know_neither_the_env_nor_the_physics() -> None:
    allowed = (
        "patrolgym.envs.types",
        "patrolgym.envs.registry",
        "patrolgym.envs.site.zones",
        "patrolgym.envs.world.raycast",
    )
    for path in Path(vision.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("patrolgym") or name in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize(
    "detector", [d for d in DETECTORS.values() if isinstance(d, PointDetector)], ids=lambda d: d.name
)
def test_a_patch_out_of_the_frame_is_not_read(detector: PointDetector) -> None:
    rng = np.random.default_rng(0)
    view = pictures.shoot(pictures.wall(rng), (0, -1.5, 0), (0.9, 0, 0), 6.0, rng)
    point = pictures.point(detector.quantity, 0.1, scale=(0.0, 10.0), normal_range=(2.0, 8.0), details=_details())
    assert point_detector(point) is detector
    assert detector.inspect(view, point) == Inspection(None, 0.0)


def _details() -> dict[str, object]:
    return {**FULL, "terminals": ((-0.03, 0.0), (0.0, 0.0), (0.03, 0.0))}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("angle_deg", [-120.0, -45.0, 10.0, 60.0, 130.0])
@pytest.mark.parametrize("known", [False, True], ids=["blind", "with reference"])
def test_gauge_reads_a_drawn_dial(angle_deg: float, dark: bool, known: bool) -> None:
    rng = np.random.default_rng(7)
    before = pictures.wall(rng)
    now = before.copy()
    pictures.dial(before, 20.0, dark=dark)
    pictures.dial(now, angle_deg, dark=dark)
    eye = (0.7, -1.4, 0.1)
    reference = pictures.shoot(before, eye, (0, 0, 0), 6.0, rng)
    view = pictures.shoot(now, (0.74, -1.38, 0.1), (0.01, 0, 0), 6.0, rng, gain=0.6, roll_deg=1.0)
    point = pictures.point("gauge", 0.11, scale=(0.0, 10.0), normal_range=(2.0, 8.0), details=FULL | {"face_m": 0.1})
    result = _inspect(pictures.misjudged(view, rng, 0.02, 0.4), point, reference if known else None)
    truth = (angle_deg + 135.0) / 27.0
    assert result.reading == pytest.approx(truth, abs=0.2)
    assert result.confidence > 0.5
    assert bool(result.detections) == (not 2.0 < truth < 8.0)


def _inspect(view: View, point: object, reference: View | None) -> Inspection:
    detector = point_detector(point)  # type: ignore[arg-type]
    assert detector is not None
    return detector.inspect(view, point, reference)  # type: ignore[arg-type]


def test_a_needle_just_over_the_limit_is_less_sure_than_one_far_over() -> None:
    sure = [chance_beyond(reading, (2.0, 8.0), 0.06) for reading in (7.7, 8.0, 8.1, 8.5)]
    assert sure == sorted(sure)
    assert sure[0] < 0.01 and sure[1] == pytest.approx(0.5) and sure[3] > 0.99


def test_joint_reads_the_difference_between_terminals() -> None:
    rng = np.random.default_rng(1)
    wall = pictures.wall(rng)
    heat = np.full(wall.shape[:2], 30.0, np.float32)
    for x_m, celsius in ((-0.06, 41.0), (0.0, 40.6), (0.06, 58.0)):
        x, y = pictures.to_texel(x_m, 0.0)
        heat[y - 24 : y + 24, x - 24 : x + 24] = celsius
    place = (0.3, -1.5, 0.0)
    reference = pictures.shoot(wall, place, (0, 0, 0), 2.5, rng, thermal_c=31.0)
    view = pictures.misjudged(
        pictures.shoot(wall, place, (0, 0, 0), 2.5, rng, thermal_c=heat, gain=0.8), rng, 0.03, 0.6
    )
    details = {"terminals": ((-0.06, 0.0), (0.0, 0.0), (0.06, 0.0))}
    point = pictures.point("joint", 0.18, sensor="thermal", unit="K", normal_range=(0.0, 4.0), details=details)
    result = _inspect(view, point, reference)
    assert result.reading == pytest.approx(17.4, abs=1.0)
    assert result.detections[0].confidence > 0.9


def test_bare_metal_is_corrected_for_what_it_reflects() -> None:
    kelvin = np.array([90.0, 15.0]) + 273.15
    apparent = float((0.3 * kelvin[0] ** 4 + 0.7 * kelvin[1] ** 4) ** 0.25 - 273.15)
    assert apparent < 50.0
    assert true_temperature_c(apparent, 0.3, 15.0) == pytest.approx(90.0, abs=0.01)
    with pytest.raises(ValueError, match="emissivity must be within"):
        true_temperature_c(20.0, 0.0, 15.0)


def test_liquid_line_ignores_a_slow_change_of_light() -> None:
    strip = np.tile(np.linspace(80.0, 70.0, 200)[:, None], (1, 3))
    assert liquid_line(strip)[1] < 3.0
    strip[130:] -= 25.0
    share, step = liquid_line(strip)
    assert share == pytest.approx(0.65, abs=0.01)
    assert step > 25.0


def test_fire_power_grows_with_flame_height() -> None:
    powers = [power_kw(height) for height in (0.2, 0.4, 0.8)]
    assert powers == sorted(powers)
    assert powers[0] < 20.0


def test_scanners_find_nothing_on_an_unchanged_wall() -> None:
    rng = np.random.default_rng(2)
    wall = pictures.wall(rng)
    reference = pictures.shoot(wall, (0.1, -1.5, 0), (0, 0, 0), 1.5, rng)
    view = pictures.shoot(wall, (0, -1.5, 0), (0, 0, 0), 1.5, rng, gain=0.8)
    assert [d for s in scanners() for d in s.scan(view, reference, Surroundings())] == []


@pytest.mark.parametrize("hot_c, expected", [(160.0, 0), (400.0, 1)], ids=["lamp", "flame"])
def test_fire_is_told_from_a_hot_lamp(hot_c: float, expected: int) -> None:
    rng = np.random.default_rng(2)
    heat = np.full((1800, 2400), 20.0, np.float32)
    heat[800:1000, 1100:1300] = hot_c
    view = pictures.shoot(pictures.wall(rng), (0, -2.0, 0), (0, 0, 0), 1.0, rng, thermal_c=heat)
    found = DETECTORS["fire"].scan(view)  # type: ignore[union-attr]
    assert len(found) == expected
    assert all(np.linalg.norm(d.position_m) < 0.1 for d in found)


@pytest.mark.parametrize("known, expected", [(0.2, 0), (0.6, 1)])
def test_a_fire_too_far_to_be_measured_is_not_put_on_what_stands_before_it(known: float, expected: int) -> None:
    rng = np.random.default_rng(2)
    heat = np.full((1800, 2400), 20.0, np.float32)
    heat[800:1000, 1100:1300] = 400.0
    view = pictures.shoot(pictures.wall(rng), (0, -2.0, 0), (0, 0, 0), 1.0, rng, thermal_c=heat)
    rows, columns = np.nonzero(view.thermal_c > 300.0)
    far = columns > np.quantile(columns, known)
    view.depth_m[rows[far], columns[far]] = 0.0
    assert len(DETECTORS["fire"].scan(view)) == expected  # type: ignore[union-attr]


def _set_gauge(site: Site) -> None:
    low, high = site.equipment["T-1"].params["scale"]
    site.equipment["T-1"].state["reading"] = low + 0.83 * (high - low)


def _set_valve(site: Site) -> None:
    site.equipment["T-1"].state["angle_deg"] = 48.0


def _set_level(site: Site) -> None:
    site.equipment["T-1"].state["level_pct"] = 12.0


def _set_joint(site: Site) -> None:
    site.equipment["T-1"].delta_k["terminal_2"] += 25.0


_RENDERED: list[tuple[str, str, Callable[[Site], None], float, int]] = [
    ("pressure_gauge", "gauge", _set_gauge, 0.02, 5),
    ("temperature_dial", "gauge", _set_gauge, 0.02, 5),
    ("lever_valve", "position", _set_valve, 3.0, 5),
    ("gate_valve", "position", _set_valve, 4.0, 5),
    ("sight_glass", "level", _set_level, 3.0, 4),
    ("junction_box", "terminals", _set_joint, 4.0, 5),
    ("control_cabinet", "terminals", _set_joint, 4.0, 5),
]


@pytest.mark.parametrize("kind, name, change, most, least", _RENDERED, ids=[row[0] for row in _RENDERED])
def test_rendered_points_are_read(
    kind: str, name: str, change: Callable[[Site], None], most: float, least: int
) -> None:
    """Of six looks `least` succeed: error within `most` (gauges: a share of full scale), alarm given."""
    good = 0
    for seed in range(6):
        rng = np.random.default_rng([seed, 5])
        site, _ = yard(kind, rng)
        shot: Shot = shoot_point(site, f"T-1/{name}", change, rng, 1.0, 2.5)
        result = _inspect(shot.view, shot.point, shot.reference)
        full = shot.point.scale[1] - shot.point.scale[0] if name == "gauge" and shot.point.scale else 1.0
        near = result.reading is not None and abs(result.reading - (shot.truth or 0.0)) <= most * full
        good += near and any(d.confidence > 0.5 for d in result.detections)
    assert good >= least

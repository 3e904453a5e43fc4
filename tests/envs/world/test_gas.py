"""Filament gas: mass, units, walls, wind, buoyancy, line integrals."""

import numpy as np
import pytest

from patrolgym.envs.site.gases import GASES
from patrolgym.envs.site.model import GasSource, Site, Weather
from patrolgym.envs.site.shapes import box, join
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.gas import GAS_NAMES, GasField
from patrolgym.envs.world.raycast import RayMesh

FLOOR = box((200.0, 200.0, 1.0), (0.0, 0.0, -0.5))


def make_field(
    gas: str = "CH4",
    wind: tuple[float, float] = (1.0, 0.0),
    rate_g_h: float = 300.0,
    walls: tuple = (),
    seed: int = 0,
    height_m: float = 1.5,
) -> GasField:
    weather = Weather(20.0, 10.0, (0.0, 0.0, 1.0), 1.0, 0.5, wind)
    site = Site("test", "small", (-50.0, -50.0, 50.0, 50.0), (0.0, 0.0, 0.0), weather, {})
    site.gas_sources = [GasSource(gas, (0.0, 0.0, height_m), rate_g_h, (0.0, 1.0, 0.0))]
    solid = join([FLOOR, *walls])
    return GasField(site, RayMesh(solid.vertices_m, solid.faces), np.random.default_rng(seed))


def grams_in_the_air(field: GasField, spacing_m: float = 0.12) -> float:
    """Integrate the concentration over all space above the ground."""
    puffs = field.puffs_m
    low, high = puffs.min(axis=0) - 1.0, puffs.max(axis=0) + 1.0
    axes = [np.arange(a + spacing_m / 2, b, spacing_m) for a, b in zip((*low[:2], 0.0), high, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    ppm = np.concatenate([field.concentration_ppm(part)[:, 0] for part in np.array_split(points, 60)])
    moles = ppm.sum() * 1e-6 * spacing_m**3 * 101_325.0 / (8.314 * 293.15)
    return float(moles * GASES["CH4"].molar_mass_g)


def test_mass_is_conserved() -> None:
    field = make_field(rate_g_h=360.0)
    field.advance(30.0)
    assert field.released_g == pytest.approx(3.0, rel=1e-6)
    assert field.airborne_g + field.escaped_g == pytest.approx(field.released_g, rel=1e-9)
    field.advance(120.0)
    assert field.escaped_g > 1.0
    assert field.airborne_g + field.escaped_g == pytest.approx(field.released_g, rel=1e-9)


@pytest.mark.parametrize("height_m", [1.5, 0.15])
def test_concentrations_hold_the_mass_that_is_in_the_air(height_m: float) -> None:
    field = make_field(height_m=height_m)
    field.advance(3.0)
    assert grams_in_the_air(field) == pytest.approx(field.airborne_g, rel=0.02), "also where the ground reflects it"


def test_one_puff_has_the_ppm_of_its_moles() -> None:
    field = make_field(rate_g_h=3600.0)
    field._step(0.1)
    grams = 3600.0 / 3600.0 / 10.0
    volume_m3 = grams / 16.04 * 8.314 * 293.15 / 101_325.0
    sigma = np.sqrt(0.1**2 + 1e-3 * 0.05)
    expected = 1e6 * volume_m3 / ((2 * np.pi) ** 1.5 * sigma**3)
    assert len(field.puffs_m) == 1
    assert field.concentration_ppm(field.puffs_m)[0, 0] == pytest.approx(expected, rel=0.04)


def test_the_wind_carries_the_plume() -> None:
    field = make_field(wind=(0.0, -2.0))
    field.advance(20.0)
    assert np.median(field.puffs_m[:, 1]) < -3.0
    assert abs(np.median(field.puffs_m[:, 0])) < 3.0


def test_light_gas_rises_and_heavy_gas_sinks() -> None:
    heights = {}
    for gas in ("CH4", "C3H8"):
        field = make_field(gas, wind=(0.4, 0.0), rate_g_h=1500.0)
        field.advance(30.0)
        heights[gas] = float(field.puffs_m[:, 2].mean())
    assert heights["CH4"] > 1.7
    assert heights["C3H8"] < 1.3


def test_a_wall_keeps_gas_on_its_side() -> None:
    wall = box((0.1, 40.0, 12.0), (1.5, 0.0, 5.9))
    field = make_field(wind=(2.0, 0.0), walls=(wall,))
    field.advance(40.0)
    assert (field.puffs_m[:, 0] < 1.45).all()
    behind = np.stack([np.full(200, 1.6), np.linspace(-5, 5, 200), np.full(200, 1.5)], axis=1)
    assert field.concentration_ppm(behind).max() == 0.0, "nor is it smelt through the wall"
    assert field.concentration_ppm(behind - (0.3, 0.0, 0.0)).max() > 1.0


def test_puffs_stay_out_of_solid_things() -> None:
    rng = np.random.default_rng(3)
    centres = np.column_stack([rng.uniform(1.0, 12.0, 40), rng.uniform(-4.0, 4.0, 40), np.full(40, 1.0)])
    field = make_field(wind=(1.5, 0.0), walls=tuple(box((0.6, 0.6, 2.0), c) for c in centres))
    for _ in range(60):
        field.advance(1.0)
        inside = (np.abs(field.puffs_m[:, None] - centres) < (0.3, 0.3, 1.0)).all(axis=2)
        assert not inside.any()
        assert (field.puffs_m[:, 2] > 0.0).all()


def numeric_column(field: GasField, origin: FloatArray, ray: FloatArray, length_m: float) -> FloatArray:
    steps = (np.arange(4000) + 0.5) / 4000 * length_m
    return field.concentration_ppm(origin + steps[:, None] * ray).sum(axis=0) * length_m / 4000


@pytest.mark.parametrize(
    ("origin", "towards", "length_m"),
    [
        ((1.0, -3.0, 1.4), (1.0, 3.0, 1.5), 6.0),
        ((0.0, 0.0, 1.5), (5.0, 0.3, 1.5), 3.0),
        ((1.0, 0.2, 1.6), (1.0, 3.0, 0.1), 1.0),
    ],
)
def test_path_integral_equals_the_sum_of_concentrations(origin: tuple, towards: tuple, length_m: float) -> None:
    field = make_field()
    field.advance(30.0)
    start = np.array(origin)
    ray = np.array(towards) - start
    ray /= np.linalg.norm(ray)
    expected = numeric_column(field, start, ray, length_m)
    assert expected[0] > 1.0
    np.testing.assert_allclose(field.path_ppm_m(start, ray, length_m), expected, rtol=0.02, atol=0.05)


def test_gases_are_kept_apart() -> None:
    field = make_field("NH3")
    field.advance(10.0)
    ppm = field.concentration_ppm(field.puffs_m)
    other = [k for k, name in enumerate(GAS_NAMES) if name != "NH3"]
    assert ppm[:, GAS_NAMES.index("NH3")].min() > 0.0
    assert (ppm[:, other] == 0.0).all()
    assert {GAS_NAMES[k] for k in field.puff_gas} == {"NH3"}


def test_ten_times_the_leak_is_ten_times_the_gas() -> None:
    means = []
    for rate in (100.0, 1000.0):
        field = make_field(rate_g_h=rate)
        readings = []
        for _ in range(60):
            field.advance(1.0)
            readings.append(field.path_ppm_m(np.array([1.0, -4.0, 1.5]), np.array([0.0, 1.0, 0.0]), 8.0)[0])
        means.append(float(np.mean(readings)))
    assert means[1] == pytest.approx(10.0 * means[0], rel=0.5)


def test_a_site_without_leaks_has_no_gas() -> None:
    field = make_field()
    field = GasField(_without_sources(), RayMesh(FLOOR.vertices_m, FLOOR.faces), np.random.default_rng(0))
    field.advance(20.0)
    assert field.concentration_ppm(np.zeros((3, 3))).tolist() == [[0.0] * 5] * 3
    assert field.path_ppm_m(np.zeros(3), np.array([1.0, 0.0, 0.0]), 9.0).tolist() == [0.0] * 5


def test_the_same_seed_gives_the_same_plume() -> None:
    first, second, other = make_field(seed=4), make_field(seed=4), make_field(seed=5)
    for field in (first, second, other):
        for _ in range(50):
            field.advance(0.1)
    np.testing.assert_array_equal(first.puffs_m, second.puffs_m)
    assert not np.array_equal(first.puffs_m, other.puffs_m)


def _without_sources() -> Site:
    weather = Weather(20.0, 10.0, (0.0, 0.0, 1.0), 1.0, 0.5, (1.0, 0.0))
    return Site("test", "small", (-50.0, -50.0, 50.0, 50.0), (0.0, 0.0, 0.0), weather, {})


def test_who_walks_through_a_plume_meets_what_is_there() -> None:
    field = make_field()
    field.advance(20.0)
    for _ in range(5):
        field.advance(0.5)
        way = np.linspace((0.0, 0.3, 1.4), (6.0, -0.3, 1.6), 40)
        together = field.concentration_ppm(way)
        assert together.max() > 1.0
        one_by_one = np.concatenate([field.concentration_ppm(place[None]) for place in way])
        assert np.array_equal(one_by_one, together)

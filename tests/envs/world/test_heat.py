"""Surface temperatures: own heat, neighbours, sun, flames."""

from dataclasses import replace

import numpy as np
import pytest

from patrolgym.envs.site.mesh import SiteMesh, merge
from patrolgym.envs.site.model import Equipment, Mover, Part, Site, Weather
from patrolgym.envs.site.shapes import box
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.heat import vertex_temperatures

SHADE = Weather(20.0, 20.0, (0.0, 0.0, 1.0), 0.0, 0.5, (1.0, 0.0))
#: Smooth variation and the difference between parts stay below this.
SMALL_K = 1.1


def make_mesh(parts: dict[str, tuple[str | None, Part]]) -> SiteMesh:
    owned = list(parts.values())
    counts = [len(part.vertices_m) for _, part in owned]
    starts = np.cumsum([0, *counts[:-1]])
    return SiteMesh(
        np.concatenate([part.vertices_m for _, part in owned]),
        np.concatenate([part.faces + k for (_, part), k in zip(owned, starts, strict=True)]).astype(np.int32),
        np.repeat(np.arange(len(owned)), [len(part.faces) for _, part in owned]).astype(np.int32),
        tuple(part for _, part in owned),
        tuple(owner for owner, _ in owned),
    )


@pytest.fixture
def site() -> Site:
    pump = Equipment("centrifugal_pump", "P-1", (0, 0, 0), 0.0, {}, {}, {"bearing": 60.0})
    return Site("test", "small", (0, 0, 10, 10), (0, 0, 0), SHADE, {}, {"P-1": pump})


@pytest.fixture
def mesh() -> SiteMesh:
    hot = box((0.2, 0.2, 0.2)).part("paint", surface="bearing")
    return make_mesh(
        {
            "hot": ("P-1", hot),
            "near": ("P-1", box((0.2, 0.2, 0.2), (0.21, 0.0, 0.0)).part("paint")),
            "far": ("P-1", box((0.2, 0.2, 0.2), (3.0, 0.0, 0.0)).part("paint")),
            "wall": (None, box((0.2, 0.2, 0.2), (0.0, 0.25, 0.0)).part("brick")),
        }
    )


def by_part(mesh: SiteMesh, celsius: FloatArray) -> list[FloatArray]:
    return np.split(celsius, np.cumsum([len(part.vertices_m) for part in mesh.parts])[:-1])


def test_surfaces_have_the_heat_their_state_says(site: Site, mesh: SiteMesh) -> None:
    celsius = vertex_temperatures(site, mesh)
    assert celsius.dtype == np.float32
    hot, _, far, wall = by_part(mesh, celsius)
    assert np.abs(hot - 80.0).max() < SMALL_K
    assert np.abs(far - 20.0).max() < SMALL_K
    assert np.abs(wall - 20.0).max() < SMALL_K, "structure belongs to no machine and stays cool"


def test_neighbours_of_a_hot_surface_warm_up_but_less(site: Site, mesh: SiteMesh) -> None:
    hot, near, far, _ = by_part(mesh, vertex_temperatures(site, mesh))
    assert far.max() + 5.0 < near.max() < hot.min() - 20.0
    facing = mesh.parts[1].vertices_m[:, 0] < 0.2
    assert near[facing].min() > near[~facing].max(), "warmest where it touches"


def test_part_deltas_add_to_the_surface(site: Site, mesh: SiteMesh) -> None:
    count = len(mesh.parts[0].vertices_m)
    graded = replace(mesh.parts[0], surface_delta_k=np.linspace(0.0, 7.0, count))
    warm = replace(mesh, parts=(graded, *mesh.parts[1:]))
    rise = by_part(mesh, vertex_temperatures(site, warm) - vertex_temperatures(site, mesh))[0]
    np.testing.assert_allclose(rise, np.linspace(0.0, 7.0, count), atol=1e-4)


def test_the_sun_warms_the_side_it_shines_on(site: Site, mesh: SiteMesh) -> None:
    site.weather = replace(SHADE, sun=(0.0, -1.0, 0.0), sun_strength=1.0)
    wall, vertices = by_part(mesh, vertex_temperatures(site, mesh))[3], mesh.parts[3].vertices_m
    south, north = vertices[:, 1] < 0.16, vertices[:, 1] > 0.34
    assert wall[south].mean() > wall[north].mean() + 1.0


def test_a_flame_warms_by_the_inverse_square(site: Site, mesh: SiteMesh) -> None:
    fire = box((0.4, 0.4, 1.0), (0.0, 0.0, 0.5)).part("flame", surface="flame")
    without = vertex_temperatures(site, mesh)
    site.movers.append(Mover("flame", (fire,), lambda t: (3.0, -2.0, -0.5, 0.0), {"flame": 700.0}, 0.0, 1.0))
    rise = vertex_temperatures(site, mesh) - without
    away = np.linalg.norm(mesh.vertices_m - (3.0, -2.0, 0.0), axis=1)
    np.testing.assert_allclose(rise * away**2, np.median(rise * away**2), rtol=1e-2)
    assert 0.5 < by_part(mesh, rise)[2].max() < 60.0


def test_the_same_site_has_the_same_temperatures(site: Site, mesh: SiteMesh) -> None:
    np.testing.assert_array_equal(vertex_temperatures(site, mesh), vertex_temperatures(site.copy(), mesh))


def test_a_generated_site_is_at_plausible_temperatures() -> None:
    from patrolgym.envs.sites.base import generate

    site = generate("hazardous-plant", "small", "train", 0)
    mesh = merge(site)
    celsius = vertex_temperatures(site, mesh)
    assert celsius.shape == (len(mesh.vertices_m),)
    assert np.isfinite(celsius).all()
    assert site.weather.ambient_c - 5.0 < celsius.min()
    assert celsius.max() < site.weather.ambient_c + 70.0

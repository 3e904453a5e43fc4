"""Standing places and views on hand-made sites."""

import numpy as np
import pytest

from patrolgym.envs.site.access import standable, unseen, views
from patrolgym.envs.site.fixtures import platform, plinth
from patrolgym.envs.site.ground import flat, floors
from patrolgym.envs.site.mesh import SiteMesh
from patrolgym.envs.site.model import Part
from patrolgym.envs.site.shapes import box_between
from patrolgym.envs.types import InspectionPoint
from patrolgym.envs.world.raycast import RayMesh

BOUNDS = (0.0, 0.0, 10.0, 6.0)
DOCK = (1.0, 3.0, 0.0)


def _mesh(*parts: Part) -> tuple[SiteMesh, RayMesh]:
    parts = (*floors(BOUNDS, "concrete", [], "gravel"), *parts)
    offsets = np.cumsum([0] + [len(p.vertices_m) for p in parts[:-1]])
    faces = np.concatenate([p.faces + k for p, k in zip(parts, offsets, strict=True)])
    owner = np.repeat(np.arange(len(parts)), [len(p.faces) for p in parts])
    mesh = SiteMesh(np.concatenate([p.vertices_m for p in parts]), faces, owner, tuple(parts), (None,) * len(parts))
    return mesh, RayMesh(mesh.vertices_m, mesh.faces)


def _block(low, high) -> Part:
    return box_between(low, high).part("concrete")


def _point(position, normal, size_m=0.2) -> InspectionPoint:
    return InspectionPoint("T/p", "T", "surface", "rgb", position, normal, (0.0, 0.0, 1.0), size_m, 125.0)


def _places(*parts: Part, **options):
    mesh, rays = _mesh(*parts)
    return standable(mesh, rays, BOUNDS, DOCK, **options), rays


def _at(access, x, y) -> bool:
    return bool((np.linalg.norm(access.positions - (x, y), axis=1) < 0.2).any())


def test_an_empty_floor_is_all_free_but_its_edge():
    access, _ = _places()
    assert len(access.positions) == pytest.approx((10 - 0.9) * (6 - 0.9) / 0.0625, rel=0.05)
    assert np.abs(access.ground_z).max() < 1e-5


def test_no_place_comes_closer_to_a_box_than_the_radius():
    access, _ = _places(_block((4, 2, 0), (5, 3, 1)))
    beyond = np.maximum(np.abs(access.positions - (4.5, 2.5)) - 0.5, 0.0)
    assert np.linalg.norm(beyond, axis=1).min() > 0.4


@pytest.mark.parametrize(("height", "passes"), [(0.1, True), (0.12, True), (0.2, False), (1.5, False)])
def test_a_step_across_the_site_is_passed_up_to_12_cm(height, passes):
    access, _ = _places(_block((5, 0, 0), (10, 6, height)))
    assert _at(access, 8, 3) is passes


@pytest.mark.parametrize(("angle_deg", "passes"), [(15.0, True), (30.0, False)])
def test_a_ramp_is_climbed_up_to_20_deg(angle_deg, passes):
    ramp = 0.5 / np.tan(np.radians(angle_deg))
    access, _ = _places(*platform((3.0, 1.5, 5.5 + ramp, 4.0), 0.5, ramp, (0.8, 0.7, 0.1)))
    on_top = access.ground_z > 0.45
    assert bool(on_top.any()) is passes


def test_a_pipe_overhead_is_passed_only_when_high_enough():
    assert _at(_places(_block((5, 0, 1.9), (5.2, 6, 2.1)))[0], 8, 3)
    assert not _at(_places(_block((5, 0, 0.8), (5.2, 6, 1.0)))[0], 8, 3)


def test_a_wall_of_one_sheet_is_not_walked_through():
    x = 5.0
    sheet = Part(
        np.array([[x, 0, 0], [x, 6, 0], [x, 6, 2], [x, 0, 2]], float), np.array([[0, 1, 2], [0, 2, 3]]), "steel"
    )
    access, _ = _places(sheet)
    assert not _at(access, 8, 3)
    assert access.unreachable > 0


def test_a_forbidden_zone_is_kept_out_of_by_the_whole_radius():
    access, _ = _places(forbidden=[((4, 2), (6, 2), (6, 4), (4, 4))])
    inside = (np.abs(access.positions - (5, 3)) < 1.3).all(axis=1)
    assert not inside.any()
    assert _at(access, 8, 3)


def test_barring_a_cross_section_cuts_the_site():
    access, _ = _places()
    taken = np.abs(access.positions[:, 0] - 5.0) < 0.5
    left = access.reached_without(taken, DOCK)
    assert left.any() and not left[access.positions[:, 0] > 5.5].any()


def test_a_point_is_seen_from_its_front_within_limits():
    access, rays = _places(_block((5, 0, 0), (5.2, 6, 2)))
    point = _point((5.0, 3.0, 1.0), (-1.0, 0.0, 0.0))
    seen = access.positions[views([point], access, rays)[0]]
    assert len(seen) and (seen[:, 0] < 5).all()
    away = np.array([5.0, 3.0]) - seen
    assert np.linalg.norm(away, axis=1).max() <= 5.0
    assert (away[:, 0] / np.linalg.norm(away, axis=1)).min() >= 0.49


def test_a_point_behind_a_screen_is_unseen():
    screen = _block((4.0, 0.5, 0.0), (4.1, 5.5, 2.0))
    hidden = _point((4.4, 3.0, 1.0), (-1.0, 0.0, 0.0))
    access, rays = _places(_block((4.4, 0, 0), (5.2, 6, 2)), screen)
    assert unseen([hidden], access, rays) == [hidden]
    access, rays = _places(_block((4.4, 0, 0), (5.2, 6, 2)))
    assert unseen([hidden], access, rays) == []


def test_half_a_patch_is_not_enough():
    access, rays = _places(_block((5, 0, 0), (5.2, 6, 2)), _block((3.5, 0, 1.0), (3.6, 6, 2)))
    whole, half = _point((5.0, 3.0, 0.5), (-1.0, 0.0, 0.0), 0.1), _point((5.0, 3.0, 1.3), (-1.0, 0.0, 0.0), 1.2)
    assert [len(v) > 0 for v in views([whole], access, rays)] == [True]
    near = access.positions[views([half], access, rays)[0]]
    assert not len(near) or (near[:, 0] > 3.5).all()


def test_flat_things_are_no_obstacle():
    paint = flat((4, 0, 6, 6), 0.003).part("paint", solid=False)
    assert _at(_places(paint, plinth((7, 1, 9, 2), 0.08))[0], 8, 3)

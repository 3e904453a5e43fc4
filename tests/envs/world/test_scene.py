import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import trimesh

from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site.model import Mover, Part, Site
from patrolgym.envs.world.heat import vertex_temperatures
from patrolgym.envs.world.physics import Physics
from patrolgym.envs.world.scene import MOVING, Scene

URDF = """<robot name="part"><link name="part">
<inertial><mass value="0"/><inertia ixx="1" iyy="1" izz="1" ixy="0" ixz="0" iyz="0"/></inertial>
<visual><geometry><mesh filename="{0}"/></geometry></visual></link></robot>"""
ALONG_X = np.array([[1.0, 0.0, 0.0]])
EYE = np.array([0.0, 0.0, 0.6])
Yard = Callable[..., Site]


def block(size: tuple[float, float, float], at: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Part:
    mesh = trimesh.creation.box(extents=size)
    return Part(np.asarray(mesh.vertices) + at, np.asarray(mesh.faces, np.int32), "cloth", surface="cloth")


def mover(pose: Callable[[float], tuple[float, float, float, float]]) -> Mover:
    return Mover("person", (block((0.4, 0.6, 1.8), (0.0, 0.0, 0.9)),), pose, {"cloth": 27.0}, 0.3, 1.8)


def looking(yaw_rad: float, pitch_rad: float) -> np.ndarray:
    """Camera rotation: yaw from x, pitch down."""
    c, s = math.cos(yaw_rad), math.sin(yaw_rad)
    forward = np.array([c * math.cos(pitch_rad), s * math.cos(pitch_rad), -math.sin(pitch_rad)])
    right = np.array([s, -c, 0.0])
    return np.column_stack([right, np.cross(forward, right), forward])


@pytest.mark.parametrize(
    ("eye", "yaw_deg", "pitch_deg"),
    [((0.0, 0.0, 1.0), 15.0, 0.0), ((1.0, -2.0, 2.5), 50.0, 25.0), ((9.0, 5.0, 1.2), 205.0, 3.0)],
)
def test_depth_and_outlines_agree_with_pybullets_own_renderer(
    yard: Yard, tmp_path: Path, eye: tuple[float, float, float], yaw_deg: float, pitch_deg: float
) -> None:
    ball = trimesh.creation.icosphere(subdivisions=3, radius=0.4)
    site = yard(Part(np.asarray(ball.vertices) + (3.0, 1.5, 0.8), np.asarray(ball.faces, np.int32), "paint"))
    width, height, focal = 320, 240, 277.0
    rotation = looking(math.radians(yaw_deg), math.radians(pitch_deg))
    reference = reference_depth(site, tmp_path, np.array(eye), rotation, focal, (width, height))
    # That renderer samples a pixel at its lower left corner.
    x, y = np.meshgrid(np.arange(width) - 0.5 * width, np.arange(height) + 1.0 - 0.5 * height)
    rays = np.stack([x / focal, y / focal, np.ones_like(x)], axis=-1).reshape(-1, 3)
    length = np.linalg.norm(rays, axis=1)
    hits = Scene(site).cast(np.array(eye), (rays / length[:, None]) @ rotation.T)
    depth = (hits.distance_m / length).reshape(height, width)
    far = 40.0
    met, expected = depth < far, reference < far
    assert 0.3 < expected.mean() < 1.0
    assert (met == expected).mean() >= 0.995
    both = met & expected
    assert (np.abs(depth - reference)[both] < 0.01).mean() >= 0.99


def reference_depth(
    site: Site, folder: Path, eye: np.ndarray, rotation: np.ndarray, focal: float, size: tuple[int, int]
) -> np.ndarray:
    physics = Physics()
    for i, part in enumerate(site.structure):
        mesh, urdf = folder / f"part{i}.obj", folder / f"part{i}.urdf"
        trimesh.Trimesh(part.vertices_m, part.faces, process=False).export(mesh)
        urdf.write_text(URDF.format(mesh))
        physics.load_urdf(urdf, np.zeros(3), np.array([0.0, 0.0, 0.0, 1.0]), fixed=True)
    fov = 2.0 * math.atan(0.5 * size[1] / focal)
    depth = physics.render_reference(eye, rotation, fov, *size).depth_m
    physics.close()
    return np.asarray(depth)


def test_mover_is_met_where_it_is_and_only_then(yard: Yard) -> None:
    site = yard()
    site.movers = [mover(lambda t: (2.0, 0.0 if t < 1.0 else 6.0, 0.0, 0.0))]
    scene = Scene(site)
    hits = scene.cast(EYE, ALONG_X)
    assert hits.face.tolist() == [MOVING]
    assert hits.distance_m == pytest.approx([1.8], abs=1e-4)
    assert scene.owner(hits).tolist() == [-2]
    assert scene.surface_c(hits) == pytest.approx([27.0])
    scene.update(2.0)
    hits = scene.cast(EYE, ALONG_X)
    assert hits.distance_m == pytest.approx([4.4], abs=1e-4)
    assert site.structure[scene.owner(hits)[0]].material == "sign"


def test_mover_turns_about_its_own_origin(yard: Yard) -> None:
    site = yard()
    site.movers = [mover(lambda t: (2.0, 0.0, 0.0, t))]
    scene = Scene(site)
    scene.update(math.pi / 2)
    hits = scene.cast(EYE, ALONG_X)
    assert hits.distance_m == pytest.approx([1.7], abs=1e-4)
    assert hits.normal == pytest.approx(np.array([[-1.0, 0.0, 0.0]]), abs=1e-5)


def test_mover_behind_something_is_hidden(yard: Yard) -> None:
    site = yard()
    site.movers = [mover(lambda t: (7.0, 0.0, 0.0, 0.0))]
    assert Scene(site).cast(EYE, ALONG_X).distance_m == pytest.approx([4.4], abs=1e-4)


def test_nearest_of_several_movers_wins_in_any_order(yard: Yard) -> None:
    site = yard()
    near, far = mover(lambda t: (2.0, 0.0, 0.0, 0.0)), mover(lambda t: (3.0, 0.0, 0.0, 0.0))
    for movers in ([near, far], [far, near]):
        site.movers = movers
        assert Scene(site).cast(EYE, ALONG_X).distance_m == pytest.approx([1.8], abs=1e-4)


def test_shape_follows_time(yard: Yard) -> None:
    site = yard()
    still = mover(lambda t: (2.0, 0.0, 0.0, 0.0))
    site.movers = [
        Mover(
            "person",
            (),
            still.pose_at,
            {},
            0.0,
            1.8,
            shape_at=lambda t: (block((0.4 + 0.5 * t, 0.6, 1.8), (0, 0, 0.9)),),
        )
    ]
    scene = Scene(site)
    assert scene.cast(EYE, ALONG_X).distance_m == pytest.approx([1.8], abs=1e-4)
    scene.update(2.0)
    assert scene.cast(EYE, ALONG_X).distance_m == pytest.approx([1.3], abs=1e-4)


def test_movers_hide_what_is_behind_them_and_throw_shadows(yard: Yard) -> None:
    site = yard()
    site.movers = [mover(lambda t: (2.0, 0.0, 0.0, 0.0))]
    scene = Scene(site)
    origins = np.array([[0.0, 0.0, 0.6], [0.0, 0.5, 0.6]])
    assert scene.occluded(origins, np.tile(ALONG_X, (2, 1)), 4.0).tolist() == [True, False]
    assert scene.occluded(origins, ALONG_X, np.array([1.7, 4.0])).tolist() == [False, False]


def test_outside_parts_are_seen_only_when_given(yard: Yard) -> None:
    scene = Scene(yard())
    scene.update(0.0, outside=[(block((0.2, 0.2, 0.2)), np.array([1.0, 0.0, 0.6]), np.eye(3))])
    assert scene.cast(EYE, ALONG_X).distance_m == pytest.approx([0.9], abs=1e-4)
    scene.update(0.1)
    assert scene.cast(EYE, ALONG_X).distance_m == pytest.approx([4.4], abs=1e-4)


def test_surface_temperature_is_that_of_the_vertices_between_them(yard: Yard) -> None:
    wall = block((0.1, 2.0, 2.0), (3.0, 0.0, 1.0))
    warm = Part(wall.vertices_m, wall.faces, "paint", surface_delta_k=50.0 * (wall.vertices_m[:, 2] > 1.0))
    site = yard(warm)
    mesh = merge(site)
    celsius = vertex_temperatures(site, mesh)
    scene = Scene(site, mesh)
    heights = np.array([0.4, 1.0, 1.6])
    hits = scene.cast(np.column_stack([np.zeros(3), np.full(3, 0.3), heights]), np.tile(ALONG_X, (3, 1)))
    corners = mesh.faces[hits.face]
    weights = np.column_stack([1.0 - hits.u - hits.v, hits.u, hits.v])
    assert scene.surface_c(hits) == pytest.approx((celsius[corners] * weights).sum(axis=1), abs=1e-3)
    assert np.diff(scene.surface_c(hits)) == pytest.approx([15.0, 15.0], abs=2.0)


def test_round_things_look_round_and_boxes_keep_their_edges(yard: Yard) -> None:
    scene = Scene(yard())
    bearings = np.radians(np.linspace(29.0, 33.0, 25))
    rays = np.column_stack([np.cos(bearings), np.sin(bearings), np.zeros(25)]).astype(np.float32)
    eye = np.array([0.0, 0.0, 1.0])
    points = scene.points(eye, np.ascontiguousarray(rays.T), scene.cast(eye, rays), 0.001)
    assert len(points.pixel) == 25
    outward = points.position_m[:2] - np.array([[5.0], [3.0]])
    outward /= np.linalg.norm(outward, axis=0)
    assert (points.look.normal[:2] * outward).sum(axis=0) == pytest.approx(1.0, abs=1e-3)
    corner = np.column_stack([np.full(9, 0.99), np.linspace(0.085, 0.11, 9), np.full(9, -0.115)])
    rays = (corner / np.linalg.norm(corner, axis=1, keepdims=True)).astype(np.float32)
    normal = scene.points(eye, np.ascontiguousarray(rays.T), scene.cast(eye, rays), 0.001).look.normal
    assert np.sort(np.abs(normal), axis=0)[:2] == pytest.approx(0.0, abs=1e-6)


def test_corners_get_less_sky_than_open_ground(yard: Yard) -> None:
    scene = Scene(yard(block((6.0, 0.2, 3.0), (0.0, -4.0, 1.5))))
    spots = np.array([[0.0, -3.8], [0.0, -2.0]])
    eye = np.array([0.0, 0.0, 3.0])
    rays = np.column_stack([spots, np.zeros(2)]) - eye
    rays = (rays / np.linalg.norm(rays, axis=1, keepdims=True)).astype(np.float32)
    ambient = scene.points(eye, np.ascontiguousarray(rays.T), scene.cast(eye, rays), 0.001).ambient
    assert ambient[0] < 0.85 * ambient[1]


@pytest.mark.sweep
def test_memory_stays_flat_over_a_thousand_scenes(yard: Yard) -> None:
    site = yard()
    site.movers = [mover(lambda t: (2.0, 0.0, 0.0, t))]
    resident_mb = []
    for k in range(1000):
        scene = Scene(site)
        scene.update(0.1 * k)
        scene.cast(EYE, ALONG_X)
        if k in (99, 999):
            resident_mb.append(int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6)
    assert resident_mb[1] - resident_mb[0] < 10.0

import numpy as np
import pytest

from patrolgym.envs.world.raycast import RayMesh

TRIANGLE = np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
FACE = np.array([[0, 1, 2]])
DOWN = np.array([[0.0, 0.0, -1.0]])


def soup(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    corners = rng.uniform(-3.0, 3.0, (count, 1, 3)) + rng.normal(0.0, 0.5, (count, 3, 3))
    return corners.reshape(-1, 3), np.arange(3 * count).reshape(-1, 3)


def rays(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    directions = rng.normal(size=(count, 3))
    return rng.uniform(-4.0, 4.0, (count, 3)), directions / np.linalg.norm(directions, axis=1, keepdims=True)


def nearest(vertices: np.ndarray, faces: np.ndarray, origin: np.ndarray, direction: np.ndarray) -> tuple[float, int]:
    """Every triangle asked in turn (Moeller and Trumbore 1997)."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    p = np.cross(direction, c - a)
    scale = 1.0 / np.einsum("ij,ij->i", b - a, p)
    u = np.einsum("ij,ij->i", origin - a, p) * scale
    q = np.cross(origin - a, b - a)
    v = q @ direction * scale
    distance = np.einsum("ij,ij->i", c - a, q) * scale
    distance[(u < 0) | (v < 0) | (u + v > 1) | (distance < 0)] = np.inf
    return float(distance.min()), int(distance.argmin())


def test_hit_tells_distance_corner_weights_and_outward_normal() -> None:
    hits = RayMesh(TRIANGLE, FACE).cast(np.array([[0.6, 0.4, 1.5]]), DOWN)
    assert hits.distance_m == pytest.approx([1.5])
    assert hits.face.tolist() == [0]
    assert (hits.u[0], hits.v[0]) == (pytest.approx(0.3), pytest.approx(0.2))
    assert hits.normal == pytest.approx(np.array([[0.0, 0.0, 1.0]]))


def test_miss_is_infinite_and_has_no_normal() -> None:
    hits = RayMesh(TRIANGLE, FACE).cast(np.array([[3.0, 3.0, 1.0]]), DOWN)
    assert np.isinf(hits.distance_m[0])
    assert hits.face.tolist() == [-1]
    assert hits.normal.tolist() == [[0.0, 0.0, 0.0]]


def test_agrees_with_asking_every_triangle() -> None:
    rng = np.random.default_rng(0)
    vertices, faces = soup(rng, 300)
    origins, directions = rays(rng, 400)
    hits = RayMesh(vertices, faces).cast(origins, directions)
    expected = [nearest(vertices, faces, o, d) for o, d in zip(origins, directions, strict=True)]
    distance = np.array([d for d, _ in expected])
    assert 0.2 < np.isfinite(distance).mean() < 0.95
    agree = np.isclose(hits.distance_m, distance, atol=1e-3) | (np.isinf(hits.distance_m) & np.isinf(distance))
    # Single precision may decide otherwise where a ray grazes an edge.
    assert agree.mean() >= 0.995
    same = hits.face[np.isfinite(distance)] == np.array([f for d, f in expected if np.isfinite(d)])
    assert same.mean() >= 0.99


def test_one_origin_serves_all_rays() -> None:
    rng = np.random.default_rng(1)
    mesh = RayMesh(*soup(rng, 100))
    _, directions = rays(rng, 50)
    shared = mesh.cast(np.array([0.5, 0.0, 0.2]), directions)
    each = mesh.cast(np.tile([0.5, 0.0, 0.2], (50, 1)), directions)
    assert shared.distance_m.tolist() == each.distance_m.tolist()


def test_nothing_is_met_beyond_the_limit() -> None:
    mesh = RayMesh(TRIANGLE, FACE)
    above = np.array([[0.5, 0.5, 1.0]])
    assert mesh.cast(above, DOWN, 0.9).face.tolist() == [-1]
    assert mesh.cast(above, DOWN, 1.1).face.tolist() == [0]
    assert mesh.occluded(above, DOWN, 0.9).tolist() == [False]
    assert mesh.occluded(above, DOWN, np.array([1.1])).tolist() == [True]


def test_occluded_is_whether_a_cast_meets_something() -> None:
    rng = np.random.default_rng(2)
    mesh = RayMesh(*soup(rng, 200))
    origins, directions = rays(rng, 500)
    assert (mesh.occluded(origins, directions) == (mesh.cast(origins, directions).face >= 0)).all()


def test_parallel_rays_need_one_direction() -> None:
    mesh = RayMesh(TRIANGLE, FACE)
    origins = np.array([[0.5, 0.5, 1.0], [5.0, 5.0, 1.0], [0.1, 0.1, -1.0]])
    assert mesh.occluded(origins, DOWN).tolist() == [True, False, False]
    assert mesh.occluded(np.zeros((0, 3)), DOWN).tolist() == []


def test_empty_mesh_meets_nothing() -> None:
    mesh = RayMesh(np.zeros((0, 3)), np.zeros((0, 3), int))
    assert mesh.cast(np.zeros(3), DOWN).face.tolist() == [-1]
    assert mesh.occluded(np.zeros(3), DOWN).tolist() == [False]


@pytest.mark.parametrize(
    ("origins", "directions", "message"),
    [
        (np.zeros(3), np.zeros(3), r"directions must have shape \(n, 3\), got \(3,\)"),
        (np.zeros((2, 3)), np.tile(DOWN, (3, 1)), r"origins must have shape \(3,\) or \(3, 3\), got \(2, 3\)"),
    ],
)
def test_misshaped_rays_are_refused(origins: np.ndarray, directions: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RayMesh(TRIANGLE, FACE).cast(origins, directions)


def test_faces_beyond_the_vertices_are_refused() -> None:
    with pytest.raises(ValueError, match=r"faces must index 3 vertices, got 0\.\.3"):
        RayMesh(TRIANGLE, np.array([[0, 1, 3]]))

import numpy as np
import pytest

from patrolgym.envs.site import shapes
from patrolgym.envs.site.shapes import Shape, X, Y, Z


def volume_m3(shape: Shape) -> float:
    a, b, c = (shape.vertices_m[shape.faces[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


def open_edges(shape: Shape) -> int:
    """Directed edges without their opposite, after welding vertices at the same place."""
    _, welded = np.unique(np.round(shape.vertices_m, 7), axis=0, return_inverse=True)
    faces = welded.reshape(-1)[shape.faces]
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    directed = {(int(a), int(b)) for a, b in edges if a != b}
    return sum((b, a) not in directed for a, b in directed)


N = 96
CLOSED = {
    "box": (shapes.box((1, 2, 3), (5, 5, 5)), 6.0),
    "box_between": (shapes.box_between((0, 0, 0), (1, 1, 2)), 2.0),
    "bar": (shapes.bar((0, 0, 0), (1, 1, 1), 0.1, 0.2), 0.02 * np.sqrt(3)),
    "upright bar": (shapes.bar((0, 0, 0), (0, 0, 2), 0.1, 0.2), 0.04),
    "cylinder": (shapes.cylinder((1, 2, 3), (3, 2, 3), 0.5, N), 2 * np.pi * 0.25),
    "cone": (shapes.cone((0, 0, 0), (0, 0, 3), 1.0, 0.0, N), np.pi),
    "cone from its tip": (shapes.cone((0, 0, 3), (0, 0, 0), 0.0, 1.0, N), np.pi),
    "ring": (shapes.ring((0, 0, 0), (0, -1, 0), 0.4, 0.5, N), np.pi * 0.09),
    "sphere": (shapes.sphere((4, 4, 4), 1.0, N), 4 / 3 * np.pi),
    "torus": (shapes.torus((0, 0, 1), X, 1.0, 0.1, N, 48), 2 * np.pi**2 * 0.01),
    "tube": (shapes.tube([(0, 0, 0), (0, 0, 1), (0, 0, 2)], 0.1, N), 2 * np.pi * 0.01),
    "prism": (shapes.prism([(0, 0), (1, 0), (1, 1), (0, 1)], (0, 0, 0), X, Z, 0.1), 0.1),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSED)
def test_closed_with_outward_faces_and_true_volume(name: str) -> None:
    shape, expected = CLOSED[name]
    assert open_edges(shape) == 0
    assert volume_m3(shape) == pytest.approx(expected, rel=0.01)


def test_no_degenerate_faces() -> None:
    for name, (shape, _) in CLOSED.items():
        a, b, c = (shape.vertices_m[shape.faces[:, k]] for k in range(3))
        assert (np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-10).all(), name


def test_bent_tube_keeps_its_bore_and_ends() -> None:
    path = shapes.bend([(0, 0, 0), (0, 0, 1), (1, 0, 1)], 0.3, steps=12)
    assert np.allclose(path[0], (0, 0, 0))
    assert np.allclose(path[-1], (1, 0, 1))
    arc = path[np.linalg.norm(path - (0.3, 0, 0.7), axis=1) < 0.31]
    assert np.allclose(np.linalg.norm(arc - (0.3, 0, 0.7), axis=1), 0.3)
    length = 0.7 + 0.7 + 0.5 * np.pi * 0.3
    assert volume_m3(shapes.tube(path, 0.05, N)) == pytest.approx(np.pi * 0.05**2 * length, rel=0.01)


def test_turned_is_right_handed() -> None:
    turned = shapes.box((0.2, 0.2, 0.2), (0, 0, 1)).turned(Y, np.pi / 2)
    assert np.allclose(turned.vertices_m.mean(axis=0), (1, 0, 0))


@pytest.mark.parametrize("shape", [shapes.quad((0, 0, 1), 2.0, 1.0), shapes.disc((0, 0, 1), 1.0)])
def test_pictures_look_to_the_front_the_right_way_up(shape: Shape) -> None:
    a, b, c = (shape.vertices_m[shape.faces[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    assert (normals[:, 1] < 0).all()
    assert shape.uv is not None
    right, top = shape.vertices_m[:, 0].argmax(), shape.vertices_m[:, 2].argmax()
    assert shape.uv[right, 0] == pytest.approx(1.0)
    assert shape.uv[top, 1] == pytest.approx(0.0)


def test_picture_needs_uv() -> None:
    with pytest.raises(ValueError, match="uv"):
        shapes.box((1, 1, 1)).part("paint", image=np.zeros((4, 4, 3), np.uint8))


def test_zero_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="direction"):
        shapes.unit((0.0, 0.0, 0.0))


def test_fade_is_strongest_at_the_source() -> None:
    heat = shapes.fade(np.array([(0.0, 0, 0), (0.1, 0, 0), (1.0, 0, 0)]), (0, 0, 0), 0.1, 10.0)
    assert heat == pytest.approx([10.0, 10.0 / np.e, 10.0 * np.exp(-10.0)])

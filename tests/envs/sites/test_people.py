"""People: bodies that stand on the ground, and schedules that stay on their path."""

import numpy as np
import pytest

from patrolgym.envs.site.people import INSPECTING, PHASES, STRIDE_M, Pose, figure, person, sample_look, walking

POSES = [Pose(), INSPECTING, *(walking(k / PHASES) for k in range(PHASES))]


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("helmet", [True, False])
def test_a_body_is_a_person_in_size_and_stands_on_the_ground(pose, helmet):
    look = sample_look(np.random.default_rng(3), helmet)
    vertices = np.concatenate([part.vertices_m for part in figure(look, pose)])
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    assert low[2] == pytest.approx(0.0, abs=1e-9)
    assert 1.5 < high[2] < 2.0
    assert 0.4 < high[1] - low[1] < 0.8
    assert sum(len(part.faces) for part in figure(look, pose)) < 2000


def test_surfaces_have_temperatures():
    mover = person(np.random.default_rng(0), 1.0, 2.0, 0.5, ambient_c=12.0)
    assert {part.surface for part in mover.parts} <= set(mover.surface_c)
    assert 32.0 <= mover.surface_c["skin"] <= 34.0
    assert mover.surface_c["cloth"] == pytest.approx(18.0)


def test_a_standing_person_stays():
    mover = person(np.random.default_rng(1), 1.0, 2.0, 0.5)
    assert all(mover.pose_at(t)[:3] == (1.0, 2.0, 0.0) for t in (0.0, 7.0, 300.0))
    assert mover.shape_at is None


def test_a_walker_keeps_to_the_path_and_a_human_pace():
    path = np.array([(0.0, 0.0), (3.0, 0.0), (3.0, 2.0)])
    mover = person(np.random.default_rng(2), 0.0, 0.0, 0.0, path)
    way = np.array([mover.pose_at(t) for t in np.arange(0.0, 120.0, 0.1)])
    on_first = (np.abs(way[:, 1]) < 1e-9) & (way[:, 0] >= -1e-9) & (way[:, 0] <= 3.0 + 1e-9)
    on_second = (np.abs(way[:, 0] - 3.0) < 1e-9) & (way[:, 1] >= -1e-9) & (way[:, 1] <= 2.0 + 1e-9)
    assert (on_first | on_second).all()
    speed = np.linalg.norm(np.diff(way[:, :2], axis=0), axis=1) / 0.1
    assert speed.max() < 1.0
    assert (way[:, 0] < 0.1).any() and (way[:, 1] > 1.9).any()


def test_a_walker_strides_while_it_moves_and_rests_at_the_ends():
    mover = person(np.random.default_rng(4), 0.0, 0.0, 0.0, [(0.0, 0.0), (3 * STRIDE_M, 0.0)])
    assert mover.shape_at is not None
    shapes = {id(mover.shape_at(float(t))) for t in np.arange(0.0, 60.0, 0.1)}
    assert len(shapes) == PHASES + 1


def test_the_same_seed_gives_the_same_person():
    a, b = (person(np.random.default_rng(5), 0.0, 0.0, 0.0) for _ in range(2))
    assert all((p.vertices_m == q.vertices_m).all() and p.tint == q.tint for p, q in zip(a.parts, b.parts, strict=True))


def test_a_path_of_one_corner_is_refused():
    with pytest.raises(ValueError, match=r"k >= 2.*\(1, 2\)"):
        person(np.random.default_rng(0), 0.0, 0.0, 0.0, [(1.0, 1.0)])

"""Shared contact forces: they give the wrench where they can, and never leave their cones."""

import numpy as np
import pytest

from patrolgym.envs.robots.forces import ForceDistribution

ARMS = np.array([[0.4, 0.27, -0.6], [0.4, -0.27, -0.6], [-0.4, 0.27, -0.6], [-0.4, -0.27, -0.6]])
UP = (0.0, 0.0, 1.0)


def test_four_feet_give_the_whole_wrench() -> None:
    solver = ForceDistribution(0.33, 0.45, 1200.0)
    force, moment = (60.0, -40.0, 1100.0), (15.0, -25.0, 10.0)
    forces = solver.solve(force, moment, ARMS, [1.0] * 4, UP)
    assert np.allclose(forces.sum(axis=0), force, rtol=0.01, atol=1.0)
    assert np.allclose(np.cross(ARMS, forces).sum(axis=0), moment, atol=1.0)


def test_a_foot_in_the_air_carries_nothing() -> None:
    forces = ForceDistribution(0.33, 0.45, 1200.0).solve(
        (0.0, 0.0, 1100.0), (0.0, 0.0, 0.0), ARMS, [1.0, 0.0, 0.0, 1.0], UP
    )
    assert (forces[[1, 2]] == 0.0).all()
    assert forces[:, 2].sum() == pytest.approx(1100.0, rel=0.01)


@pytest.mark.parametrize("seed", range(20))
def test_forces_stay_in_their_cones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    normal = np.array([*rng.uniform(-0.35, 0.35, 2), 1.0])
    normal /= np.linalg.norm(normal)
    share = rng.choice([0.0, 0.5, 1.0], 4).tolist()
    force, moment = rng.uniform([-900, -900, -500], [900, 900, 2500]), rng.uniform(-300, 300, 3)
    forces = ForceDistribution(0.33, 0.45, 1200.0).solve(
        tuple(force.tolist()), tuple(moment.tolist()), ARMS, share, tuple(normal.tolist())
    )
    pressure = forces @ normal
    tangent = np.linalg.norm(forces - pressure[:, None] * normal, axis=1)
    assert (pressure >= 0.0).all()
    assert (pressure <= 1200.0 * np.array(share) + 1e-6).all()
    assert (tangent <= 0.45 * pressure + 1e-6).all()


@pytest.mark.parametrize("way", [1.0, -1.0])
def test_a_foot_that_would_have_to_pull_leaves_the_others_alone(way: float) -> None:
    # Two feet carry the body and a third has just landed: to tip the body over their line it would have to pull.
    line = ARMS[3] - ARMS[0]
    moment = 80.0 * way * line / np.linalg.norm(line)
    solver = ForceDistribution(0.33, 0.45, 1200.0)
    forces = solver.solve((0.0, 0.0, 1100.0), tuple(moment.tolist()), ARMS, [1.0, 0.0, 0.2, 1.0], UP)
    assert forces[:, 2].min() >= 0.0
    assert forces[:, 2].sum() == pytest.approx(1100.0, rel=0.03)

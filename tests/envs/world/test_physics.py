"""The physics wrapper: what it promises over bare PyBullet."""

import gc
import math
from pathlib import Path

import numpy as np
import pybullet
import pytest

from patrolgym.envs.robots import load_robot
from patrolgym.envs.types import FloatArray, IntArray
from patrolgym.envs.world.physics import Physics

URDF = load_robot("exquad").urdf_path
LEVEL = np.array([0.0, 0.0, 0.0, 1.0])


def carpet(side: int) -> tuple[FloatArray, IntArray]:
    """A wavy floor of 2 · (side - 1)² triangles over 0..50 m."""
    x, y = np.meshgrid(np.linspace(0.0, 50.0, side), np.linspace(0.0, 50.0, side))
    vertices = np.column_stack([x.ravel(), y.ravel(), 0.1 * np.sin(x.ravel())])
    cell = np.arange((side - 1) ** 2)
    a = cell // (side - 1) * side + cell % (side - 1)
    faces = [np.column_stack([a, a + 1, a + side]), np.column_stack([a + 1, a + side + 1, a + side])]
    return vertices, np.concatenate(faces)


def drop(physics: Physics, duration_s: float) -> float:
    """How far a robot falls."""
    body = physics.load_urdf(URDF, np.array([0.0, 0.0, 5.0]), LEVEL)
    physics.set_contact(body, 1.0)
    for _ in range(round(duration_s / physics.timestep_s)):
        physics.step()
    return 5.0 - physics.base_state(body)[0][2]


def test_reset_applies_gravity_again() -> None:
    physics = Physics()
    first = drop(physics, 0.2)
    physics.reset()
    assert drop(physics, 0.2) == first
    assert first == pytest.approx(0.5 * 9.81 * 0.2**2, rel=0.03)
    physics.close()


def test_a_world_that_nobody_holds_is_closed() -> None:
    physics = Physics()
    client = physics._client
    assert pybullet.isConnected(client)
    del physics
    gc.collect()
    assert not pybullet.isConnected(client)


def test_close_twice_is_safe() -> None:
    physics = Physics()
    physics.close()
    physics.close()


def test_torques_act_through_all_steps_of_one_call() -> None:
    def twist(count: int) -> FloatArray:
        physics = Physics()
        body = physics.load_urdf(URDF, np.array([0.0, 0.0, 5.0]), LEVEL)
        joints = [joint.number for joint in physics.joints(body) if joint.movable]
        physics.free_joints(body, joints)
        for _ in range(50 // count):
            physics.set_torques(body, joints, [3.0] * len(joints))
            physics.step(count)
        angles = np.array(physics.joint_states(body, joints)[0])
        physics.close()
        return angles

    # Not exactly the same: PyBullet works joint damping out once a call.
    assert np.allclose(twist(5), twist(1), rtol=0.06, atol=1e-4)
    assert np.abs(twist(1)).max() > 0.03


SLEDGE = """<robot name="sledge">
  <link name="load">
    <inertial><mass value="1"/><inertia ixx="1" iyy="1" izz="1" ixy="0" ixz="0" iyz="0"/></inertial>
  </link>
  <link name="runner">
    <inertial><mass value="9"/><inertia ixx="1" iyy="1" izz="1" ixy="0" ixz="0" iyz="0"/></inertial>
    <collision><geometry><box size="1 1 0.1"/></geometry></collision>
  </link>
  <joint name="post" type="fixed"><parent link="load"/><child link="runner"/><origin xyz="0 0 -0.1"/></joint>
</robot>"""


@pytest.mark.parametrize(("pull", "slides"), [(0.4, False), (0.6, True)])
def test_every_link_gets_the_friction(tmp_path: Path, pull: float, slides: bool) -> None:
    # Only a child link touches the floor: a friction that reached no more than the base would leave it 0.5 · 0.5.
    (tmp_path / "sledge.urdf").write_text(SLEDGE)
    physics = Physics()
    physics.add_plane(0.5)
    body = physics.load_urdf(tmp_path / "sledge.urdf", np.array([0.0, 0.0, 0.15]), LEVEL)
    physics.set_contact(body, 1.0)
    for _ in range(250):
        physics.push(body, np.array([pull * 10.0 * 9.81, 0.0, 0.0]))
        physics.step()
    assert (physics.base_state(body)[0][0] > 0.02) == slides
    physics.close()


def test_a_mesh_of_300_000_triangles_is_one_body() -> None:
    vertices, faces = carpet(390)
    physics = Physics()
    body = physics.add_static_mesh(vertices, faces, friction=0.7)
    rng = np.random.default_rng(3)
    xy = rng.uniform(1.0, 49.0, (300, 2))
    starts, ends = np.column_stack([xy, np.full(300, 5.0)]), np.column_stack([xy, np.full(300, -5.0)])
    fraction, hit = physics.ray_test_batch(starts, ends)
    assert (hit == body).all()
    assert np.abs(5.0 - 10.0 * fraction - 0.1 * np.sin(xy[:, 0])).max() < 2e-3
    physics.close()


def test_a_static_mesh_keeps_its_hollows() -> None:
    # Two walls and a floor: their convex hull would fill the channel.
    vertices = np.array(
        [[0, y, z] for y, z in ((-1, 1), (-1, 0), (1, 0), (1, 1))]
        + [[4, y, z] for y, z in ((-1, 1), (-1, 0), (1, 0), (1, 1))],
        float,
    )
    faces = np.array([[k, k + 1, k + 4] for k in range(3)] + [[k + 1, k + 5, k + 4] for k in range(3)])
    physics = Physics()
    physics.add_static_mesh(vertices, faces)
    fraction, _ = physics.ray_test_batch(np.array([[2.0, 0.0, 2.0]]), np.array([[2.0, 0.0, -2.0]]))
    assert fraction[0] == pytest.approx(0.5, abs=1e-3)
    physics.close()


@pytest.mark.parametrize(
    ("vertices", "faces", "named"),
    [
        (np.zeros((3, 2)), np.array([[0, 1, 2]]), "shape"),
        (np.full((3, 3), np.nan), np.array([[0, 1, 2]]), "finite"),
        (np.zeros((3, 3)), np.zeros((0, 3), int), "m > 0"),
        (np.zeros((3, 3)), np.array([[0, 1, 7]]), "0..7"),
    ],
)
def test_a_broken_mesh_is_refused(vertices: FloatArray, faces: IntArray, named: str) -> None:
    physics = Physics()
    with pytest.raises(ValueError, match=named):
        physics.add_static_mesh(vertices, faces)
    physics.close()


def test_a_broken_urdf_is_one_clear_error(tmp_path: Path) -> None:
    physics = Physics()
    with pytest.raises(ValueError, match="no URDF file"):
        physics.load_urdf(tmp_path / "none.urdf", np.zeros(3), LEVEL)
    broken = tmp_path / "broken.urdf"
    broken.write_text("<robot name='x'><link")
    with pytest.raises(ValueError, match=r"broken\.urdf"):
        physics.load_urdf(broken, np.zeros(3), LEVEL)
    physics.close()


@pytest.mark.parametrize(("timestep_s", "iterations"), [(0.0, 50), (math.nan, 50), (0.002, 0)])
def test_bad_parameters_are_refused(timestep_s: float, iterations: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        Physics(timestep_s, iterations)


def test_exactly_16384_rays_all_come_back_right() -> None:
    physics = Physics()
    plane = physics.add_plane()
    starts = np.column_stack([np.linspace(-5.0, 5.0, 16384), np.zeros(16384), np.full(16384, 2.0)])
    ends = starts - [0.0, 0.0, 4.0]
    ends[::2, 2] = 1.0
    fraction, body = physics.ray_test_batch(starts, ends)
    assert (body[1::2] == plane).all()
    assert (body[::2] == -1).all()
    assert np.allclose(fraction[1::2], 0.5)
    assert (fraction[::2] == 1.0).all()
    physics.close()


def test_a_mover_is_solid_and_goes_where_it_is_put() -> None:
    physics = Physics()
    person = physics.add_mover(0.3, 1.8)
    physics.move(person, np.array([4.0, 1.0, 0.0]), 0.7)
    fraction, body = physics.ray_test_batch(np.array([[0.0, 1.0, 1.0]]), np.array([[10.0, 1.0, 1.0]]))
    assert body[0] == person
    assert 10.0 * fraction[0] == pytest.approx(3.7, abs=0.02)
    physics.close()


def test_the_reference_renderer_sees_the_right_depth() -> None:
    physics = Physics()
    person = physics.add_mover(0.5, 2.0)
    physics.move(person, np.array([3.0, 0.0, 0.0]), 0.0)
    forward = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    image = physics.render_reference(np.array([0.0, 0.0, 1.0]), forward, math.radians(60.0), 80, 60)
    assert image.body[30, 40] == person
    assert image.depth_m[30, 40] == pytest.approx(2.5, abs=0.03)
    assert image.body[30, 2] != person
    physics.close()


def test_meshes_handed_over_are_let_go_of() -> None:
    """PyBullet keeps the lists it is given: a new one for every mesh would cost megabytes a reset."""
    physics = Physics()
    corners = np.array([[x, y, 0.0] for x in range(50) for y in range(50)], dtype=float)
    faces = np.array([[i, i + 1, i + 50] for i in range(2400)])
    counts = []
    for _ in range(4):
        physics.reset()
        physics.add_static_mesh(corners, faces)
        gc.collect()
        counts.append(sum(type(thing) is list for thing in gc.get_objects()))
    physics.close()
    assert counts[-1] - counts[0] < 100

"""Moving things are solid, push what stands in their way, and are known by whom they touch."""

import numpy as np
import pytest

from patrolgym.envs.robots.spec import load_robot
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Mover
from patrolgym.envs.site.people import person
from patrolgym.envs.site.robot_arm import arm
from patrolgym.envs.site.vehicles import Drive, cart
from patrolgym.envs.world.movers import Movers
from patrolgym.envs.world.physics import Physics
from patrolgym.envs.world.world import World

FAR = np.array([99.0, 99.0, 0.0])


@pytest.fixture
def physics():
    physics = Physics()
    yield physics
    physics.close()


def straight(y: float = 0.0, speed: float = 1.0) -> Mover:
    """A cart that drives from x = -6 to 6."""
    return cart(np.random.default_rng(0), Drive(np.array([[-6.0, y], [6.0, y]]), speed, 5.0))


def seen_from_above(physics: Physics, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Height of what stands at each of (n, 2), nan for nothing, and which body it is."""
    starts = np.column_stack([xy, np.full(len(xy), 5.0)])
    fraction, body = physics.ray_test_batch(starts, starts - (0.0, 0.0, 5.5))
    return np.where(body < 0, np.nan, 5.0 - 5.5 * fraction), body


def test_a_cart_is_a_box_where_it_is_and_only_near_the_robot(yard, physics):
    site = yard()
    site.movers = [straight()]
    movers = Movers(physics, site)
    x, y, *_ = site.movers[0].pose_at(8.0)
    spots = np.array([[x, y], [x + 0.7, y + 0.38], [x + 0.8, y], [x, y + 0.5]])
    movers.advance(8.0, 0.1, FAR)
    assert np.isnan(seen_from_above(physics, spots)[0]).all()
    movers.advance(8.0, 0.1, np.array([x + 2.0, y, 0.5]))
    height, body = seen_from_above(physics, spots)
    np.testing.assert_allclose(height[:2], 1.15, atol=0.03)
    assert np.isnan(height[2:]).all()
    assert movers.touched({int(body[0]), 12345}) == [0]
    movers.advance(8.1, 0.1, FAR)
    assert np.isnan(seen_from_above(physics, spots)[0]).all()


def test_bodies_glide_within_a_step_and_end_where_the_schedule_says(yard, physics):
    site = yard()
    site.movers = [straight()]
    movers = Movers(physics, site)
    movers.advance(8.0, 0.1, np.zeros(3))
    front = []
    for _ in range(50):
        physics.step()
        fraction, _ = physics.ray_test_batch(np.array([[6.0, 0.0, 0.5]]), np.array([[-6.0, 0.0, 0.5]]))
        front.append(6.0 - 12.0 * fraction[0])
    assert np.diff(front) == pytest.approx(0.002, abs=5e-4)
    assert front[-1] == pytest.approx(site.movers[0].pose_at(8.1)[0] + 0.75, abs=0.01)


def test_the_links_of_an_arm_are_solid_where_they_are(yard, physics):
    site = yard()
    robot = KINDS["welding_robot"].make("R-1", (0.0, 0.0, 0.0), 0.3, np.random.default_rng(1), {})
    site.movers = [arm(robot, np.random.default_rng(2))]
    movers = Movers(physics, site)
    for time_s in (0.0, 17.3):
        movers.advance(time_s, 0.1, np.array([1.0, -1.0, 0.5]))
        x, y, z, yaw = site.movers[0].pose_at(time_s)
        for link, pose in zip(site.movers[0].links, site.movers[0].link_poses_at(time_s), strict=True):
            middle = np.mean([v.vertices_m.mean(axis=0) for v in link], axis=0)
            at = pose[:3, :3] @ middle + pose[:3, 3]
            spot = np.array(
                [x + np.cos(yaw) * at[0] - np.sin(yaw) * at[1], y + np.sin(yaw) * at[0] + np.cos(yaw) * at[1]]
            )
            height, body = seen_from_above(physics, spot[None])
            assert height[0] > z + at[2] - 0.02
            assert movers.touched({int(body[0])}) == [0]


@pytest.mark.parametrize("kind", ["cart", "person"])
def test_the_robot_is_pushed_and_the_touch_is_known(yard, physics, kind):
    """A cart drives into the standing robot; a person does not, unless the robot walks into them."""
    site = yard()
    site.structure = site.structure[:1]
    if kind == "cart":
        site.movers = [straight(0.3, 0.6)]
    else:
        site.movers = [person(np.random.default_rng(0), 1.2, 0.0, 0.0)]
    world = World(physics, site, load_robot("exquad"), np.random.default_rng(0))
    met, speeds = set(), []
    for _ in range(120 if kind == "cart" else 30):
        world.robot.set_command(0.0 if kind == "cart" else 0.8, 0.0, 0.0)
        world.advance(0.1)
        met |= set(world.touched_movers())
        speeds.append(np.linalg.norm(world.robot.state.velocity_m_s))
    assert met == {0}
    assert max(speeds) < 2.5, "nothing is flung away"
    world.robot.set_command(0.0, 0.0, 0.0)


def test_whoever_keeps_clear_touches_nobody(yard, physics):
    site = yard()
    site.movers = [straight(2.0), person(np.random.default_rng(0), 0.0, -2.0, 0.0)]
    world = World(physics, site, load_robot("exquad"), np.random.default_rng(0))
    for _ in range(100):
        world.advance(0.1)
        assert world.touched_movers() == []

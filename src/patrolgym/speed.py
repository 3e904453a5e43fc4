"""Rates as ratios within one run, so that they mean the same on every machine.

Bare rates are those of the library called directly, with none of our code around it. Each figure is the best of several
tries, taken in turns, so that a busy machine disturbs both sides alike.
"""

import math
import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import gymnasium as gym
import numpy as np
import trimesh
from threadpoolctl import threadpool_limits

from patrolgym.agents.base import AGENTS
from patrolgym.envs.registration import NAVIGATION_IDS
from patrolgym.envs.robots.quadruped import Quadruped
from patrolgym.envs.robots.spec import load_robot
from patrolgym.envs.sensors.camera import Camera
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site.model import Part, Site, Weather
from patrolgym.envs.sites.base import generate
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.physics import Physics
from patrolgym.envs.world.scene import Scene

from .episode import RunConfig, make_env, play
from .speed_walk import walking_rates

_TRIES = 7
_RAYS, _LIDAR_M = 16_000, 30.0


def measure() -> dict[str, float | None]:
    """All figures, in about two minutes; those of `speed_walk.walking_rates` come last.

    `robot_step_vs_bare`: physics steps/s of the walking robot over stepSimulation with a plain PD loop.
    `site_2000_vs_empty`: steps/s of a standing robot beside 2000 merged objects over those on an empty plane.
    `rgbd_thermal_vs_cast`: time of an RGB, depth and thermal picture (320x240) over that of its bare ray cast.
    `tinyrenderer_vs_rgbd_thermal`: time of PyBullet's renderer, with shadows as ours has, over that of our picture.
    `raytestbatch_vs_lidar`: time of rayTestBatch over that of our cast of the same 16,000 rays.
    `kinematic_steps_per_s_vs_full`: env steps/s for a navigation learner (compact observation) with kinematic dynamics
    over those with full physics.
    `patrol_real_time_factor`: simulated over processor time of a whole small patrol, its agent included.
    `env_rss_mb`: resident memory of a process that holds one small environment after a reset.
    `site_build_s_medium`: seconds to generate a medium site and build both its worlds.
    """
    cv2.setNumThreads(1)
    robot, empty = _walking_rates()
    return {
        "robot_step_vs_bare": robot,
        "site_2000_vs_empty": empty,
        **_pictures(),
        "kinematic_steps_per_s_vs_full": _in_fresh_process(_kinematic_ratio),
        "patrol_real_time_factor": _in_fresh_process(_patrol_factor),
        "env_rss_mb": _in_fresh_process(_resident_mb),
        "site_build_s_medium": _best(_build_medium),
        **walking_rates(),
    }


def _best(work: Callable[[], Any], tries: int = _TRIES) -> float:
    """Shortest processor time of several runs, in seconds; all of them run on one thread."""
    times = []
    for _ in range(tries):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def _pair(ours: Callable[[], Any], bare: Callable[[], Any]) -> tuple[float, float]:
    """Shortest time of each, taken in turns."""
    ours(), bare()
    rounds = [(_best(ours, 1), _best(bare, 1)) for _ in range(_TRIES)]
    return min(a for a, _ in rounds), min(b for _, b in rounds)


def _in_fresh_process(work: Callable[[], float]) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return float(pool.apply(work))


# Walking


def _walking_rates() -> tuple[float, float]:
    """Walking robot over bare PD; beside a large site over empty plane."""
    walking, plain, beside = _Walker(), _Walker(), _Walker(objects(2000))
    walking.robot.set_command(0.8, 0.0, 0.2)
    ours, bare = _pair(walking.advance, plain.advance_bare)
    with_site, without = _pair(beside.advance, plain.advance)
    for walker in (walking, plain, beside):
        walker.physics.close()
    return bare / ours, without / with_site


class _Walker:
    """A robot on a plane, with or without things around it."""

    STEPS = 1000

    def __init__(self, site: Site | None = None) -> None:
        spec = load_robot("exquad")
        self.physics = Physics(spec.gait.timestep_s)
        self.physics.add_plane()
        if site is not None:
            self.physics.add_static_mesh(*merge(site).solid())
        self.robot = Quadruped(spec, self.physics)
        self.robot.spawn(0.0, 0.0, 0.0)
        self._joints: list[int] = [joint.number for joint in self.physics.joints(self.robot.body) if joint.movable]
        angles, _ = self.physics.joint_states(self.robot.body, self._joints)
        self._hold = np.array(angles)

    def advance(self) -> None:
        """Ours: gait, contacts, energy."""
        self.robot.advance(self.STEPS * self.physics.timestep_s)

    def advance_bare(self) -> None:
        """The least any torque-controlled robot needs: read the joints, PD, write, step."""
        for _ in range(self.STEPS):
            angles, speeds = self.physics.joint_states(self.robot.body, self._joints)
            torques = 900.0 * (self._hold - np.array(angles)) - 20.0 * np.array(speeds)
            self.physics.set_torques(self.robot.body, self._joints, torques.tolist())
            self.physics.step()


def objects(count: int) -> Site:
    """A site of `count` boxes and cylinders around a free middle; about 70 triangles each."""
    rng = np.random.default_rng(0)
    site = generate("hazardous-plant", "small", "train", 0)
    site.equipment, site.structure, site.movers, site.extras, site.lights = {}, [], [], [], []
    site.weather = Weather(20.0, 5.0, (-0.4, -0.5, 0.768), 0.9, 0.35, (1.0, 0.0))
    for k in range(count):
        if k % 2:
            shape = trimesh.creation.cylinder(radius=rng.uniform(0.05, 0.5), height=rng.uniform(0.5, 4.0), sections=32)
        else:
            shape = trimesh.creation.box(extents=rng.uniform(0.3, 3.0, 3))
        place = rng.uniform(4.0, 40.0, 2) * rng.choice([-1.0, 1.0], 2)
        vertices = np.asarray(shape.vertices) + [*place, rng.uniform(0.0, 3.0)]
        site.structure.append(Part(vertices, np.asarray(shape.faces, dtype=np.int32), "paint"))
    ground = np.array([[-50.0, -50.0, 0.0], [50.0, -50.0, 0.0], [50.0, 50.0, 0.0], [-50.0, 50.0, 0.0]])
    site.structure.append(Part(ground, np.array([[0, 1, 2], [0, 2, 3]]), "concrete", solid=False))
    return site


# Looking


def _pictures() -> dict[str, float]:
    site = objects(2000)
    scene, camera, rng = Scene(site), Camera(), np.random.default_rng(0)
    scene.update(0.0)
    position = np.array([0.0, 0.0, 1.2])
    rotation = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    directions = (_pixel_rays(camera) @ rotation.T).astype(np.float32)
    origins = np.broadcast_to(position.astype(np.float32), directions.shape).copy()
    picture, cast = _pair(
        lambda: camera.capture(scene, position, rotation, 1.0, rng), lambda: scene.static.cast(origins, directions)
    )
    physics = Physics()
    for part in site.structure:
        physics.add_object(part.vertices_m, part.faces)
    reference = _best(lambda: physics.render_reference(position, rotation, math.radians(46.8), 320, 240), 2)
    rays, starts = _lidar_rays(_RAYS), np.tile(position, (_RAYS, 1))
    ends = starts + _LIDAR_M * rays
    lidar, batch = _pair(
        lambda: scene.static.cast(position, rays, _LIDAR_M), lambda: physics.ray_test_batch(starts, ends)
    )
    physics.close()
    return {
        "rgbd_thermal_vs_cast": picture / cast,
        "tinyrenderer_vs_rgbd_thermal": reference / picture,
        "raytestbatch_vs_lidar": batch / lidar,
    }


def _lidar_rays(count: int) -> FloatArray:
    """(count, 3) float32 unit vectors in 16 rings, from 60 degrees down to 15 up, as a lidar keeps them."""
    elevation, azimuth = np.radians(np.linspace(-60.0, 15.0, 16)), np.arange(count // 16) * math.tau / (count // 16)
    level, turn = (grid.ravel() for grid in np.meshgrid(elevation, azimuth))
    rays = np.column_stack([np.cos(level) * np.cos(turn), np.cos(level) * np.sin(turn), np.sin(level)])
    return rays.astype(np.float32)


def _pixel_rays(camera: Camera) -> FloatArray:
    """(h * w, 3) unit vectors in the camera frame."""
    x, y = np.meshgrid(np.arange(camera.width_px), np.arange(camera.height_px))
    rays = np.stack([x - (camera.width_px - 1) / 2, y - (camera.height_px - 1) / 2, x * 0 + camera.focal_px(1.0)], -1)
    flat: FloatArray = rays.reshape(-1, 3) / np.linalg.norm(rays, axis=-1).reshape(-1, 1)
    return flat


# Whole environments


def _patrol_factor() -> float:
    cv2.setNumThreads(1)
    threadpool_limits(1)
    agent = AGENTS["patrol"]()
    env = make_env(RunConfig(), agent)
    clock: list[tuple[float, float]] = []
    play(env, agent, 0, lambda env, decision, time_s: clock.append((time.process_time(), time_s)))
    env.close()
    (first, begun), (last, ended) = clock[0], clock[-1]
    return (ended - begun) / (last - first)


def _kinematic_ratio() -> float:
    """Both envs walk the same commands on the same site, in turns: to and fro before the dock, touching nothing."""
    cv2.setNumThreads(1)
    threadpool_limits(1)
    envs = [
        gym.make(NAVIGATION_IDS["hazardous-plant"], dynamics=dynamics, disable_env_checker=True)
        for dynamics in ("kinematic", "full")
    ]
    for env in envs:
        env.reset(seed=0, options={"site_seed": 0})
    there, back = np.array([0.5, 0.0, 0.1]), np.array([-0.5, 0.0, -0.1])

    def walk(env: gym.Env[Any, Any]) -> None:
        for step in range(100):
            env.step(there if step % 50 < 25 else back)

    ours, bare = _pair(lambda: walk(envs[0]), lambda: walk(envs[1]))
    for env in envs:
        env.close()
    return bare / ours


def _resident_mb() -> float:
    from patrolgym.agents.random import RandomAgent

    env = make_env(RunConfig(agent="random"), RandomAgent())
    env.reset(seed=0)
    env.step(np.zeros(6, np.float32))
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    env.close()
    return resident


def _build_medium() -> FloatArray:
    site = generate("hazardous-plant", "medium", "train", 0)
    mesh = merge(site)
    physics = Physics()
    physics.add_static_mesh(*mesh.solid())
    scene = Scene(site, mesh)
    physics.close()
    return scene.static.cast(np.zeros((1, 3)), np.array([[1.0, 0.0, 0.0]])).distance_m

"""A wall to look at, and pictures of it taken by hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from patrolgym.envs.frames import DepthTruth
from patrolgym.envs.metrics.base import EpisodeContext, StepRecord
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site.model import Part, Site, Weather
from patrolgym.envs.types import ExRating, FloatArray, RobotInfo
from patrolgym.envs.world.raycast import RayMesh

ROBOT = RobotInfo(
    "test", ExRating("Gb", "IIB", "T4"), 1.0, 0.4, 0.8, 2.9, (-1.0, 1.5), (1.0, 20.0), 0.45, 1.0, (320, 240), np.pi / 3
)


@dataclass(frozen=True)
class Frame(DepthTruth):
    position_m: FloatArray
    rotation: FloatArray
    focal_px: float
    truth_depth_m: FloatArray


def _quad(a: Any, b: Any, c: Any, d: Any, *, inspectable: bool = True) -> Part:
    """A flat quad; a, b, c, d run counter-clockwise seen from outside."""
    return Part(np.array([a, b, c, d], float), np.array([[0, 1, 2], [0, 2, 3]]), "paint", inspectable=inspectable)


def _wall(x: float = 0.0, y0: float = -0.5, y1: float = 0.5, z0: float = 0.5, z1: float = 1.5, **kwargs: Any) -> Part:
    """A wall in the plane x that faces +x."""
    return _quad((x, y0, z0), (x, y1, z0), (x, y1, z1), (x, y0, z1), **kwargs)


def _site_of(*parts: Part) -> Site:
    weather = Weather(15.0, -10.0, (0.0, 0.0, 1.0), 1.0, 1.0, (0.0, 0.0))
    return Site("test", "small", (-10.0, -10.0, 10.0, 10.0), (5.0, 0.0, 0.0), weather, {}, structure=list(parts))


def _context(*parts: Part, standing_m: Any = ((2.0, 0.0, 0.0),), **changes: Any) -> EpisodeContext:
    site = _site_of(*parts)
    mesh = merge(site)
    rays = RayMesh(mesh.vertices_m, mesh.faces)
    return replace(EpisodeContext(site, mesh, rays, np.array(standing_m, float), (), (), {}, ROBOT), **changes)


def _look(context: EpisodeContext, eye_m: Any, at_m: Any, focal_px: float) -> Frame:
    """A 320×240 picture from `eye_m` towards `at_m`, up as far as possible."""
    eye = np.array(eye_m, float)
    forward = np.array(at_m, float) - eye
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    rotation = np.stack([right, np.cross(forward, right), forward], axis=1)
    column, row = np.meshgrid((np.arange(320) - 159.5) / focal_px, (np.arange(240) - 119.5) / focal_px)
    rays = np.stack([column, row, np.ones_like(row)], axis=-1).reshape(-1, 3) @ rotation.T
    length = np.linalg.norm(rays, axis=1)
    mesh = context.mesh
    distance = RayMesh(mesh.vertices_m, mesh.faces).cast(eye, rays / length[:, None]).distance_m
    depth = np.where(np.isfinite(distance), distance / length, 0.0).reshape(240, 320)
    return Frame(eye, rotation, focal_px, depth)


@pytest.fixture
def wall() -> Callable[..., Part]:
    return _wall


@pytest.fixture
def quad() -> Callable[..., Part]:
    return _quad


@pytest.fixture
def context() -> Callable[..., EpisodeContext]:
    return _context


@pytest.fixture
def look() -> Callable[..., Frame]:
    return _look


@pytest.fixture
def step() -> Callable[..., StepRecord]:
    def make(**changes: Any) -> StepRecord:
        return replace(StepRecord(0.1, 0.1, (0.0, 0.0, 0.5), np.zeros(5)), **changes)

    return make

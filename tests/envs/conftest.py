"""A bare yard to look at: ground, a box, a column and a panel, none of them from a generator."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import trimesh

from patrolgym.envs.site.model import Decal, Part, Site, Weather

QUARTERS = np.zeros((64, 64, 3), np.uint8)
QUARTERS[:32, :32] = (230, 30, 30)
QUARTERS[:32, 32:] = (30, 200, 30)
QUARTERS[32:, :32] = (30, 30, 220)
QUARTERS[32:, 32:] = (240, 240, 240)


def part(mesh: trimesh.Trimesh, material: str, at: tuple[float, float, float], **more: Any) -> Part:
    """A trimesh as a part, moved to `at`."""
    return Part(np.asarray(mesh.vertices) + at, np.asarray(mesh.faces, np.int32), material, **more)


def panel(at: tuple[float, float, float], side_m: float) -> Part:
    """A square that faces -x, with a picture of four quarters: red, green over blue, white."""
    half = 0.5 * side_m
    corners = np.array([[0.0, half, half], [0.0, -half, half], [0.0, -half, -half], [0.0, half, -half]]) + at
    uv = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    return Part(corners, np.array([[0, 3, 2], [0, 2, 1]], np.int32), "sign", decal=Decal(QUARTERS, uv))


@pytest.fixture
def weather() -> Weather:
    """A clear day with the sun high in the south-west, behind a viewer who looks along x."""
    sun = np.array([-0.5, -0.4, 0.76])
    x, y, z = (float(v) for v in sun / np.sqrt(sun @ sun))
    return Weather(20.0, 0.0, (x, y, z), 0.9, 0.35, (0.0, 0.0))


@pytest.fixture
def yard(weather: Weather) -> Callable[..., Site]:
    """Makes the yard; further parts and other weather on request.

    A box of 1 m at (5, 0), a column of radius 0.5 m and height 2 m at (5, 3), a panel of 0.6 m at (4.4, 0, 0.6).
    """

    def make(*more: Part, light: Weather = weather) -> Site:
        site = Site("test", "small", (-10.0, -10.0, 10.0, 10.0), (0.0, 0.0, 0.0), light, {})
        ground = np.array([[-40.0, -40.0, 0.0], [40.0, -40.0, 0.0], [40.0, 40.0, 0.0], [-40.0, 40.0, 0.0]])
        site.structure = [
            Part(ground, np.array([[0, 1, 2], [0, 2, 3]], np.int32), "concrete"),
            part(trimesh.creation.box(extents=(1.0, 1.0, 1.0)), "paint", (5.0, 0.0, 0.5)),
            part(trimesh.creation.cylinder(radius=0.5, height=2.0, sections=48), "paint", (5.0, 3.0, 1.0)),
            panel((4.4, 0.0, 0.6), 0.6),
            *more,
        ]
        return site

    return make


@pytest.fixture
def ahead() -> np.ndarray:
    """Rotation of a camera that looks along x, level."""
    return np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])

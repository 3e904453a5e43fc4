"""The moving things of a site as solid bodies: they glide through the physics with their true velocity."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ..site.model import Mover, Part, Site
from ..types import FloatArray
from .pedestrians import Pedestrian
from .physics import Physics

#: Bodies farther from the robot's middle than this (plus their own reach) stay out of the physics: each costs time.
_NEAR_M = 2.5


class Movers:
    """Movers of a site while an episode runs: people mind the robot, all others keep to their schedule.

    Args:
        physics: in which the solid ones stand while the robot is near.
        site: with the movers as drawn.

    Attributes:
        site: the site with movers whose poses are those of this episode.
    """

    def __init__(self, physics: Physics, site: Site) -> None:
        self._physics = physics
        self._people = {k: Pedestrian(m) for k, m in enumerate(site.movers) if m.kind == "person"}
        movers = [self._people[k].mover if k in self._people else m for k, m in enumerate(site.movers)]
        self.site = replace(site, movers=movers)
        self._solids = [_Solid(k, mover) for k, mover in enumerate(movers) if _is_solid(mover)]
        self._owner: dict[int, int] = {}

    def advance(self, time_s: float, duration_s: float, robot_m: FloatArray) -> None:
        """Begin a step of `duration_s` at `time_s`: bodies stand where they are and glide to where they will be.

        Pose functions of people then give the end of the step; the physics brings the bodies there.
        """
        near = [solid for solid in self._solids if self._attend(solid, time_s, robot_m)]
        starts = [solid.poses(time_s) for solid in near]
        for person in self._people.values():
            person.advance(duration_s, robot_m)
        for solid, (places, turns) in zip(near, starts, strict=True):
            ends, ways = solid.poses(time_s + duration_s)
            for body, place, turn, end, way in zip(solid.bodies, places, turns, ends, ways, strict=True):
                self._physics.glide(body, place, turn, (end - place) / duration_s, _spin(turn, way) / duration_s)

    def touched(self, bodies: Iterable[int]) -> list[int]:
        """Numbers of the movers to which physics `bodies` belong, rising."""
        return sorted({self._owner[body] for body in bodies if body in self._owner})

    def people_m(self, time_s: float) -> FloatArray:
        """(n, 3) where people stand."""
        poses = [self.site.movers[k].pose_at(time_s)[:3] for k in self._people]
        return np.array(poses, dtype=float).reshape(-1, 3)

    def _attend(self, solid: "_Solid", time_s: float, robot_m: FloatArray) -> bool:
        """Whether the robot is near; bodies come into the physics and leave it accordingly."""
        x, y, *_ = solid.mover.pose_at(time_s)
        near = math.hypot(x - robot_m[0], y - robot_m[1]) < _NEAR_M + solid.reach_m
        if near and not solid.bodies:
            solid.bodies = [self._add(solid.mover, low, high) for low, high in solid.boxes]
            self._owner.update(dict.fromkeys(solid.bodies, solid.number))
        elif not near and solid.bodies:
            for body in solid.bodies:
                self._physics.remove(body)
                del self._owner[body]
            solid.bodies = []
        return near

    def _add(self, mover: Mover, low: FloatArray, high: FloatArray) -> int:
        if mover.radius_m > 0.0:
            return self._physics.add_mover(mover.radius_m, mover.height_m)
        return self._physics.add_moving_box(low, high)


def _is_solid(mover: Mover) -> bool:
    return mover.radius_m > 0.0 or mover.size_m is not None or bool(mover.links)


@dataclass(eq=False)
class _Solid:
    """A solid mover: boxes (low, high) round it or each of its links, how far it reaches, its bodies when present."""

    number: int
    mover: Mover

    def __post_init__(self) -> None:
        mover = self.mover
        self.bodies: list[int] = []
        if mover.links:
            self.boxes = [_bounds(parts) for parts in mover.links]
            assert mover.link_poses_at is not None
            self.reach_m = float(np.linalg.norm(mover.link_poses_at(0.0)[:, :3, 3], axis=1).max()) + 1.5
            return
        length, width, height = mover.size_m or (2 * mover.radius_m, 2 * mover.radius_m, mover.height_m)
        half = np.array((0.5 * length, 0.5 * width, 0.0))
        self.boxes = [(-half, half + (0.0, 0.0, height))]
        self.reach_m = 0.5 * math.hypot(length, width)

    def poses(self, time_s: float) -> tuple[FloatArray, FloatArray]:
        """Places (k, 3) and rotations (k, 3, 3) of its bodies."""
        x, y, z, yaw = self.mover.pose_at(time_s)
        c, s = math.cos(yaw), math.sin(yaw)
        place, turn = np.array([x, y, z]), np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        if self.mover.link_poses_at is None:
            return place[None], turn[None]
        links = self.mover.link_poses_at(time_s)
        return links[:, :3, 3] @ turn.T + place, turn @ links[:, :3, :3]


def _bounds(parts: Iterable[Part]) -> tuple[FloatArray, FloatArray]:
    vertices = np.concatenate([part.vertices_m for part in parts])
    return vertices.min(axis=0), vertices.max(axis=0)


def _spin(before: FloatArray, after: FloatArray) -> FloatArray:
    """(3,) rotation vector, for small angles, that turns one rotation (3, 3) into another."""
    turn = after @ before.T
    return 0.5 * np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])

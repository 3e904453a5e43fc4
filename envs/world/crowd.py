"""All moving things of a scene; which of them some rays may meet is told by a few numbers, before any is built."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import cv2
import numpy as np

from ..types import BoolArray, FloatArray, IntArray
from .bodies import Ball, Body, Company, frame_along
from .vectors import dot_rows, turned_rows

#: So few rays are tried against each member one by one.
_FEW_RAYS = 64
#: A cone wider than this (cosine of half its angle) leaves nearly nothing out.
_WIDE_COS = 0.1


class Member:
    """Something that moves: a ball that is sure to hold it, and its bodies, built when first wanted."""

    def __init__(self, ball: Ball, build: Callable[[], Sequence[Body]]) -> None:
        self.ball = ball
        self._build = build
        self._company: Company | None = None

    @classmethod
    def of(cls, bodies: Sequence[Body]) -> "Member":
        """Bodies that are built already."""
        company = Company(bodies)
        x, y, z = company.sphere.centre_m.tolist()
        return cls(Ball((x, y, z), company.sphere.radius_m), lambda: company.bodies)

    @property
    def company(self) -> Company:
        """Its bodies."""
        if self._company is None:
            self._company = Company(self._build())
        return self._company


class Crowd:
    """Members at one moment."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = tuple(members)

    @cached_property
    def _centres(self) -> FloatArray:
        return np.array([m.ball.centre_m for m in self._members], np.float32).reshape(-1, 3)

    @cached_property
    def _radii(self) -> FloatArray:
        return np.array([m.ball.radius_m for m in self._members], np.float32)

    def near(
        self,
        origins_m: FloatArray,
        directions: FloatArray,
        limits_m: FloatArray | float,
        viewer_m: FloatArray | None = None,
    ) -> Iterator[tuple[Body, IntArray]]:
        """Each body with the indices of the rays that may meet it, where there are any.

        Args:
            origins_m: (3,) or (n, 3).
            directions: (n, 3), or (1, 3) for parallel rays.
            limits_m: scalar or (n,), how far each ray goes; read anew for each body.
            viewer_m: (3,); bodies that look small from there are left out.
        """
        if not self._members or not len(directions) or not len(origins_m):
            return
        for k in self._candidates(origins_m, directions, limits_m).nonzero()[0]:
            yield from self._members[k].company.near(origins_m, directions, limits_m, viewer_m)

    def _candidates(self, origins: FloatArray, rays: FloatArray, limits: FloatArray | float) -> BoolArray:
        if origins.ndim == 1:
            return self._in_cone(origins, rays, float(np.max(limits)))
        if max(len(origins), len(rays)) <= _FEW_RAYS:
            return self._met(origins, rays, limits)
        if len(rays) == 1:
            return self._in_beam(origins, rays[0])
        return self._in_box(origins, rays, limits)

    def _met(self, origins: FloatArray, rays: FloatArray, limits: FloatArray | float) -> BoolArray:
        """Members that one of a few rays from many places passes through."""
        way = self._centres[:, None] - origins
        along = np.einsum("mnk,nk->mn", way, rays)
        nearest = np.minimum(np.maximum(along, 0.0), limits)
        square = np.einsum("mnk,mnk->mn", way, way)
        gap = square - (2.0 * along - nearest) * nearest
        # The slack is what float32 may have lost.
        return np.asarray((gap <= self._radii[:, None] ** 2 + 1e-5 * square).any(axis=1))

    def _in_cone(self, origin: FloatArray, rays: FloatArray, reach_m: float) -> BoolArray:
        """Members that touch the cone round rays from one place."""
        place = origin.tolist()
        found = np.array([math.dist(m.ball.centre_m, place) < m.ball.radius_m + reach_m for m in self._members])
        if not found.any():
            return found
        way = self._centres - origin
        distance = np.sqrt(np.einsum("ij,ij->i", way, way))
        axis = np.asarray(cv2.reduce(rays, 0, cv2.REDUCE_SUM), np.float32).ravel()
        length = float(np.sqrt(axis @ axis))
        if length < 1e-3 * len(rays):
            return found
        axis /= length
        least = min(float(dot_rows(rays, axis).min()), 1.0)
        if least < _WIDE_COS:
            return found
        beside = np.arccos(np.clip(way @ axis / np.maximum(distance, 1e-6), -1.0, 1.0))
        size = np.arcsin(np.clip(self._radii / np.maximum(distance, 1e-6), 0.0, 1.0))
        return np.asarray(found & ((distance <= self._radii) | (beside <= np.arccos(least) + size + 1e-3)))

    def _in_beam(self, origins: FloatArray, direction: FloatArray) -> BoolArray:
        """Members that touch the beam of parallel rays from many places."""
        turn = frame_along(direction)
        corners = np.stack(np.meshgrid(*np.transpose(_bounds(origins))), axis=-1).reshape(-1, 3)
        places, centres = turned_rows(turn, corners), turned_rows(turn, self._centres)
        low, high = places.min(axis=0), places.max(axis=0)
        gap = np.maximum(np.maximum(low - centres, centres - high), 0.0)[:, 1:]
        return np.asarray((gap <= self._radii[:, None]).all(axis=1) & (centres[:, 0] + self._radii > low[0]))

    def _in_box(self, origins: FloatArray, rays: FloatArray, limits: FloatArray | float) -> BoolArray:
        """Members that touch the upright box round rays of limited length."""
        if not np.isfinite(np.max(limits)):
            return np.ones(len(self._members), bool)
        ends = origins + rays * np.asarray(limits, np.float32).reshape(-1, 1)
        (low, high), (end_low, end_high) = _bounds(origins), _bounds(ends)
        low, high = np.minimum(low, end_low), np.maximum(high, end_high)
        gap = np.maximum(np.maximum(low - self._centres, self._centres - high), 0.0)
        return np.asarray(np.einsum("ij,ij->i", gap, gap) <= self._radii**2)


def _bounds(places: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and greatest of (n, 3) places; column by column, which takes a tenth of the time of both at once."""
    columns = [places[:, k] for k in range(3)]
    return np.array([c.min() for c in columns], np.float32), np.array([c.max() for c in columns], np.float32)

"""Ground truth of a picture: which pixels show which equipment, person or anomaly. For recorders, never for agents."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.sensors.camera import Frame
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Mover
from patrolgym.envs.types import AnomalyTruth, BoolArray, ByteArray, FloatArray, IntArray
from patrolgym.envs.world.scene import MOVING

#: Supercategory -> its categories, in a fixed order.
CATEGORIES = {"anomaly": tuple(ANOMALIES.names()), "equipment": tuple(KINDS.names()), "person": ("person",)}
#: The pictures that a label may be drawn in.
PICTURES = ("rgb", "thermal")
#: Fewer visible pixels, or a thinner box, is too little to know anything by.
_LEAST_PX, _LEAST_SIDE_PX = 24, 3
#: Islands smaller than this share of the largest piece are what shows through gaps: they would only widen the box.
_ISLAND_SHARE = 0.03
#: An anomaly on a body without a surface of its own is on the parts within this many diameters of the point inspected.
_ROUND_SHARE = 0.75
_SAME_PLACE_M = 0.8
#: A stride carries arms and legs beyond what a mover is when it stands.
_POSE_SLACK_M = 0.3


@dataclass(frozen=True, eq=False)
class Label:
    """Something visible in one picture.

    Attributes:
        group, category: of `CATEGORIES`.
        tag: the equipment's tag, or None.
        box_px: (x, y, width, height) round the visible pixels.
        mask: (h, w) uint8, 1 where it is visible, in Fortran order.
        shown_in: the pictures of `PICTURES` in which it can be told.
    """

    group: str
    category: str
    tag: str | None
    box_px: tuple[int, int, int, int]
    mask: ByteArray
    shown_in: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Trait:
    """Where an anomaly shows: parts of the mesh (flags) within `radius_m` of a place, or the mover of that number."""

    truth: AnomalyTruth
    parts: BoolArray | None = None
    radius_m: float = np.inf
    mover: int = -1


class Labeller:
    """Labels the pictures of one episode.

    Args:
        env: after its reset.
    """

    def __init__(self, env: InspectionEnv) -> None:
        self._world = env.world
        site, mesh = env.world.site, env.world.mesh
        self._equipment = list(site.equipment.values())
        numbers = {equipment.tag: k for k, equipment in enumerate(self._equipment)}
        fixed = len(mesh.parts) - len(site.extras)
        owner = [numbers.get(tag or "", -1) if k < fixed else -1 for k, tag in enumerate(mesh.owners)]
        #: Equipment by part; the last entry is for pixels that show no fixed part.
        self._equipment_of_part = np.array([*owner, -1], np.int32)
        self._traits = [trait for truth in env.anomalies if (trait := self._trait(truth)) is not None]

    def labels(self, frame: Frame) -> list[Label]:
        """What `frame`, taken just now, shows; the smallest and most hidden things are left out."""
        owner = frame.truth_owner
        parts = np.where(owner >= 0, owner, -1)
        equipment = self._equipment_of_part[parts]
        moving = owner == MOVING
        mover = self._mover_of_pixel(frame, moving) if moving.any() else None
        found = [*self._of_equipment(equipment), *self._of_people(mover)]
        for trait in self._traits:
            if trait.parts is None:
                mask = None if mover is None else mover == trait.mover
            else:
                mask = self._near(frame, np.append(trait.parts, False)[parts], trait)
            kind = ANOMALIES[trait.truth.anomaly_class]
            shown = tuple(picture for picture in PICTURES if picture in kind.seen_by)
            found += _label("anomaly", kind.name, trait.truth.tag, mask, shown)
        return found

    def _of_equipment(self, equipment: IntArray) -> Iterator[Label]:
        seen = np.bincount(equipment.ravel() + 1, minlength=len(self._equipment) + 1)[1:]
        for k in np.flatnonzero(seen >= _LEAST_PX):
            one = self._equipment[k]
            yield from _label("equipment", one.kind, one.tag, equipment == k, PICTURES)

    def _of_people(self, mover: IntArray | None) -> Iterator[Label]:
        if mover is None:
            return
        for k, one in enumerate(self._world.site.movers):
            if one.kind == "person":
                yield from _label("person", "person", None, mover == k, PICTURES)

    def _mover_of_pixel(self, frame: Frame, moving: BoolArray) -> IntArray:
        """(h, w) number of the mover that each pixel shows, -1 where it is beyond the reach of them all."""
        movers = self._world.site.movers
        places = np.array([mover.pose_at(self._world.time_s)[:2] for mover in movers])
        flat = _places_m(frame, moving)[:, :2]
        apart = np.linalg.norm(flat[:, None] - places, axis=2) - [_reach_m(mover) for mover in movers]
        nearest = np.argmin(apart, axis=1)
        number = np.full(moving.shape, -1, np.int32)
        number[moving] = np.where(apart.min(axis=1) <= _POSE_SLACK_M, nearest, -1)
        return number

    def _near(self, frame: Frame, mask: BoolArray, trait: _Trait) -> BoolArray:
        """The part of `mask` that lies within the trait's radius."""
        if np.isinf(trait.radius_m) or not mask.any():
            return mask
        near = np.zeros_like(mask)
        near[mask] = np.linalg.norm(_places_m(frame, mask) - trait.truth.position_m, axis=1) <= trait.radius_m
        return near

    def _trait(self, truth: AnomalyTruth) -> _Trait | None:
        """Where an anomaly shows; None where it is never seen in a picture."""
        if not set(PICTURES) & set(ANOMALIES[truth.anomaly_class].seen_by):
            return None
        near = [
            (float(np.linalg.norm(np.subtract(point.position_m, truth.position_m))), point.size_m)
            for point in self._world.site.points()
            if point.tag == truth.tag
        ]
        apart_m, size_m = min(near, default=(np.inf, 0.0))
        return self._on_equipment(truth, size_m) if apart_m <= size_m else self._standing_alone(truth)

    def _on_equipment(self, truth: AnomalyTruth, size_m: float) -> _Trait:
        """The surface at the anomaly's place; where that is the whole body, its parts round the place."""
        parts = self._world.mesh.parts
        number = next(k for k, equipment in enumerate(self._equipment) if equipment.tag == truth.tag)
        own = np.flatnonzero(self._equipment_of_part[:-1] == number)
        away = [np.linalg.norm(parts[k].vertices_m - truth.position_m, axis=1) for k in own]
        surface = parts[own[int(np.argmin([d.min() for d in away]))]].surface
        flags, radius_m = np.zeros(len(parts), bool), np.inf
        if surface != "body":
            flags[[k for k in own if parts[k].surface == surface]] = True
        else:
            flags[[k for k, d in zip(own, away, strict=True) if d.max() <= _ROUND_SHARE * size_m]] = True
        if not flags.any():
            flags[own], radius_m = True, 0.5 * size_m
        return _Trait(truth, flags, radius_m)

    def _standing_alone(self, truth: AnomalyTruth) -> _Trait | None:
        """What an anomaly has put on the site: a mover or an extra part."""
        site, mesh = self._world.site, self._world.mesh
        place, fixed = np.asarray(truth.position_m[:2]), len(mesh.parts) - len(site.extras)
        there = [("mover", k, np.array(mover.pose_at(0.0)[:2])) for k, mover in enumerate(site.movers)]
        there += [("part", fixed + k, p.vertices_m[:, :2].mean(axis=0)) for k, (_, p) in enumerate(site.extras)]
        apart = [float(np.linalg.norm(at - place)) for _, _, at in there]
        if not apart or min(apart) > _SAME_PLACE_M:
            return None
        sort, number, _ = there[int(np.argmin(apart))]
        if sort == "mover":
            return _Trait(truth, mover=number)
        flags = np.zeros(len(mesh.parts), bool)
        flags[number] = True
        return _Trait(truth, flags)


def _reach_m(mover: Mover) -> float:
    """How far a mover extends from its middle on the ground plan."""
    return max([mover.radius_m, *(float(np.hypot(*p.vertices_m[:, :2].T).max()) for p in mover.parts)])


def _places_m(frame: Frame, mask: BoolArray) -> FloatArray:
    """(n, 3) world positions of what the pixels in `mask` show."""
    rows, columns = np.nonzero(mask)
    height, width = mask.shape
    depth = frame.truth_depth_m[rows, columns].astype(float)
    right = (columns - 0.5 * (width - 1)) / frame.focal_px
    down = (rows - 0.5 * (height - 1)) / frame.focal_px
    seen = np.column_stack([right * depth, down * depth, depth])
    places: FloatArray = seen @ frame.rotation.T + frame.position_m
    return places


def _label(
    group: str, category: str, tag: str | None, mask: BoolArray | None, shown_in: tuple[str, ...]
) -> Iterator[Label]:
    """The label of a mask, without stray islands; nothing where too little is left."""
    if mask is None or not shown_in:
        return
    visible = mask.astype(np.uint8)
    x, y, width, height = cv2.boundingRect(visible)
    if width < _LEAST_SIDE_PX or height < _LEAST_SIDE_PX:
        return
    piece = _without_islands(visible[y : y + height, x : x + width])
    dx, dy, width, height = cv2.boundingRect(piece)
    if width < _LEAST_SIDE_PX or height < _LEAST_SIDE_PX or cv2.countNonZero(piece) < _LEAST_PX:
        return
    whole = np.zeros(mask.shape, np.uint8, order="F")
    whole[y + dy : y + dy + height, x + dx : x + dx + width] = piece[dy : dy + height, dx : dx + width]
    yield Label(group, category, tag, (x + dx, y + dy, width, height), whole, shown_in)


def _without_islands(mask: ByteArray) -> ByteArray:
    """`mask` without the pieces that are small against its largest."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    area = stats[:, cv2.CC_STAT_AREA].astype(float)
    if count <= 2:
        return mask
    kept = area >= _ISLAND_SHARE * area[1:].max()
    kept[0] = False
    return np.asarray(kept[pieces], np.uint8)

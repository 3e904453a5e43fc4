"""Works the camera: references before the patrol, shots at a stop, glances while walking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from patrolgym.agents.base import Commission
from patrolgym.agents.navigation.gaze import Gaze, pictures
from patrolgym.agents.navigation.optics import angles, level_rotation
from patrolgym.agents.navigation.plan import Plan
from patrolgym.agents.navigation.viewpoints import ZOOMS, Shot, looks, place_along
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import FloatArray, IntArray

AIM_SHARE = 0.3
"""A picture counts as the shot if its axis is off by less than this share of the half width."""
ZOOM_SHARE = 0.03
LEAST_LEFT_M2 = 0.03
LEAST_RATE_M2_S = 0.06
"""A shot that shows less for the time the head takes to turn to it is left out."""
MAX_TRIES = 4
AWAY_TRY = 0.35
"""How much of a try a picture is that shows something else, as while the head or the legs still turn."""
SAME_PLACE_M = 0.35
GLANCE_LEAST_M2 = 0.02
"""A glance that shows less for each picture it costs is not worth its turn of the head."""


@dataclass(frozen=True, eq=False)
class Aim:
    """Where the camera should look: a place (world) and a zoom."""

    look_at_m: FloatArray
    zoom: float


class Album:
    """Pictures of the healthy site, taken before the patrol from the planned places."""

    def __init__(self) -> None:
        self._views: list[View] = []
        self._places = np.zeros((0, 3))
        self._axes = np.zeros((0, 3))
        self._focal = np.zeros(0)

    def take(self, commission: Commission, plan: Plan) -> None:
        """Take a picture for every planned shot of a point, and of things that must be compared."""
        focal_px, compared = plan.optics.focal_px, plan.targets.compared
        for stand in plan.stands:
            for shot in stand.shots:
                if shot.point is None and not compared[shot.targets].any():
                    continue
                rotation = level_rotation(np.asarray(shot.look_at_m) - stand.eye_m)
                picture = commission(stand.eye_m, rotation, shot.zoom)
                # Halves of the floats suffice for a reference: 2 mm and 0.02 K at usual values.
                depth, thermal = (picture[key].astype(np.float16) for key in ("depth", "thermal"))
                self._views.append(
                    View(picture["rgb"], depth, thermal, stand.eye_m.copy(), rotation, focal_px * shot.zoom)
                )
        self._places = np.array([view.position_m for view in self._views]).reshape(-1, 3)
        self._axes = np.array([view.rotation[:, 2] for view in self._views]).reshape(-1, 3)
        self._focal = np.array([view.focal_px for view in self._views])

    @property
    def views(self) -> Sequence[View]:
        """All pictures, their depth and temperature in halves."""
        return self._views

    def match(self, view: View) -> View | None:
        """The reference taken most nearly like a view, None if there is none near enough."""
        if not self._views:
            return None
        gap = np.linalg.norm(self._places - view.position_m, axis=1)
        cos = self._axes @ view.rotation[:, 2]
        ratio = np.abs(np.log(self._focal / view.focal_px))
        # What is off by a good part of the frame cannot be laid over it.
        off = np.arccos(np.clip(cos, -1.0, 1.0)) * view.focal_px / (view.depth_m.shape[1] / 2)
        badness = gap / SAME_PLACE_M + off / 0.5 + ratio / 0.3
        best = int(np.argmin(badness))
        if gap[best] > SAME_PLACE_M or off[best] > 0.5 or ratio[best] > 0.3:
            return None
        found = self._views[best]
        depth, thermal = found.depth_m.astype(np.float32), found.thermal_c.astype(np.float32)
        return View(found.rgb, depth, thermal, found.position_m, found.rotation, found.focal_px)


class Shooting:
    """The shots of one stop, one after another.

    Args:
        shots: in any order; they are taken so that the head turns little.
        gaze: where the head must turn.
        base_m, rotation, pan, tilt: the robot and its head now.
    """

    def __init__(
        self, shots: Sequence[Shot], gaze: Gaze, base_m: FloatArray, rotation: FloatArray, pan: float, tilt: float
    ) -> None:
        self._queue = gaze.in_order(shots, base_m, rotation, pan, tilt)
        self._put_off: list[Shot] = []
        self._tries = 0.0

    @property
    def shot(self) -> Shot | None:
        """The shot to take now, None when all are taken."""
        return self._queue[0] if self._queue else None

    def skip_poor(self, left: FloatArray, turn_s: Callable[[Shot], float]) -> None:
        """Drop surface shots at the head of the queue that are not worth their time.

        Args:
            left: (n,) weight still to be seen of every target.
            turn_s: how long the head takes to turn to a shot.
        """
        while self._queue and self._queue[0].point is None:
            shot = self._queue[0]
            if worth(shot, left) >= max(LEAST_LEFT_M2, LEAST_RATE_M2_S * turn_s(shot)):
                return
            self._next()

    def done_with(self) -> None:
        """The current shot is taken."""
        self._next()

    def put_off(self) -> None:
        """The current shot shows something else, maybe somebody who walks by: take it last, but only once more."""
        shot = self._queue[0]
        self._next()
        if shot not in self._put_off:
            self._put_off.append(shot)
            self._queue.append(shot)

    def tried(self, view: View, focal_px: float) -> bool:
        """Whether a picture is the current shot; another counts as a try only if the lens had `focal_px` for it."""
        shot = self.shot
        if shot is None or abs(view.focal_px / focal_px - 1.0) > ZOOM_SHARE:
            return False
        sight = np.asarray(shot.look_at_m) - view.position_m
        cos = float(sight @ view.rotation[:, 2]) / max(float(np.linalg.norm(sight)), 1e-9)
        off = float(np.arccos(np.clip(cos, -1.0, 1.0))) * view.focal_px / (view.depth_m.shape[1] / 2)
        self._tries += 1.0 if off < 1.0 else AWAY_TRY
        return bool(off < AIM_SHARE)

    @property
    def exhausted(self) -> bool:
        """Whether the current shot was tried often enough."""
        return self._tries >= MAX_TRIES

    def _next(self) -> None:
        self._queue.pop(0)
        self._tries = 0.0


def worth(shot: Shot, left: FloatArray) -> float:
    """What a shot still has to show, m²; a shot without planned targets keeps its planned value."""
    return float(left[shot.targets].sum()) if len(shot.targets) else shot.value_m2


def wide_zoom(plan: Plan, left: FloatArray, lens_m: FloatArray, look_at_m: FloatArray) -> float:
    """The zoom at which a picture along an axis shows the most of what is `left` (n,) of the targets.

    It is for the time in which laser or microphone rest on a point that the camera has served.
    """
    seen = _visible_near(plan, lens_m)
    seen = seen[left[seen] > 0.0]
    zooms = np.array(ZOOMS)
    aims = np.tile((look_at_m - lens_m) / max(float(np.linalg.norm(look_at_m - lens_m)), 1e-9), (len(zooms), 1))
    shows = plan.optics.in_frame(plan.targets.position_m[seen] - lens_m, aims, zooms, plan.targets.density_px_m[seen])
    return float(zooms[int(np.argmax(shows @ left[seen]))])


def _visible_near(plan: Plan, lens_m: FloatArray) -> IntArray:
    """Targets that are visible from about there; none where no candidate is known."""
    eyes = plan.sights.eyes_m
    if not len(eyes):
        return np.zeros(0, dtype=np.int64)
    return plan.sights.visible(int(np.argmin(((eyes[:, :2] - lens_m[:2]) ** 2).sum(axis=1))))


def glance(
    plan: Plan, left: FloatArray, gaze: Gaze, base_m: FloatArray, rotation: FloatArray, pan: float, tilt: float
) -> Aim | None:
    """The look from where the robot will be that shows the most for the pictures it costs; None if none is worth it.

    Args:
        plan: what is visible from where.
        left: (n,) weight still to be seen of every target.
        gaze: where the head must turn.
        base_m: (3,) where the robot will be when the next picture is taken.
        rotation: (3, 3) its attitude then.
        pan: the head now.
        tilt: the head now.
    """
    lens = gaze.lens(base_m, rotation, pan, tilt)
    seen = _visible_near(plan, lens)
    seen = seen[left[seen] > 0.0]
    if not len(seen):
        return None
    offset = plan.targets.position_m[seen] - lens
    aims, zooms, shows = looks(offset, plan.targets.density_px_m[seen], plan.optics)
    gains = shows @ left[seen].astype(np.float32)
    azimuth, elevation = angles(aims @ rotation)
    turn = np.maximum(np.abs(azimuth - pan), np.abs(elevation - tilt))
    rate = np.where(np.abs(azimuth) < plan.optics.pan_rad, gains, 0.0) / pictures(turn)
    best = int(np.argmax(rate))
    if rate[best] < GLANCE_LEAST_M2:
        return None
    return Aim(place_along(aims[best], offset[shows[best] > 0.0], lens), float(zooms[best]))

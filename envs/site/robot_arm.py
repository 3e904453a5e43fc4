"""The moving part of a six-axis spot-welding robot: its links, its kinematics and its work.

Frames: the arm's own frame stands on the floor under axis 1, x ahead to the work, z up. At zero angles the lower arm
stands upright and the upper arm points ahead. Axes 1, 4 and 6 turn about z, x and x, axes 2, 3 and 5 about y.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from ..types import FloatArray, Point
from .model import Equipment, Mover, Part
from .shapes import Shape, bend, box, box_between, cone, cylinder, join, revolve, tube

_PAINTS: tuple[Point, ...] = ((0.88, 0.42, 0.08), (0.90, 0.72, 0.10), (0.80, 0.80, 0.78), (0.72, 0.14, 0.12))
_GREY: Point = (0.22, 0.23, 0.24)
#: Sizes at scale 1, m: axis 2 before axis 1 and above its flange, lower arm, upper arm to the wrist, elbow offset,
#: hand, and from the hand's flange to the electrodes.
_AHEAD_M, _RISE_M, _LOWER_M, _UPPER_M, _ELBOW_M, _HAND_M, _GUN_M = 0.32, 0.42, 1.0, 1.1, 0.06, 0.2, 0.62
_SCALES = (0.92, 1.0, 1.06)
_HOME = np.radians((0.0, -32.0, 30.0, 0.0, 50.0, 0.0))
_MOTOR_OVER_AMBIENT_K = 18.0


@dataclass(frozen=True)
class ArmSizes:
    """One model of arm: factor on the common sizes, height of its pedestal, paint (sRGB)."""

    scale: float
    riser_m: float
    tint: Point

    @property
    def turntable_m(self) -> float:
        """Height at which the arm turns on its base."""
        return self.riser_m + 0.38

    @property
    def reach_m(self) -> float:
        """Farthest that the electrodes come from axis 1."""
        return self.scale * (_AHEAD_M + _LOWER_M + _UPPER_M + _HAND_M) + _GUN_M


def draw_arm(rng: np.random.Generator, style: dict[str, Any]) -> ArmSizes:
    """Draw a model; few, so that robots share their meshes. style["robot_paint"] is the maker's colour."""
    tint = style.get("robot_paint", _PAINTS[int(rng.integers(len(_PAINTS)))])
    return ArmSizes(_SCALES[int(rng.integers(len(_SCALES)))], (0.25, 0.4)[int(rng.integers(2))], tint)


@lru_cache(maxsize=32)
def links(sizes: ArmSizes) -> tuple[tuple[Part, ...], ...]:
    """Meshes of the rigid links in their own frames: turntable, lower arm, upper arm with its wrist, hand, gun.

    Welds on the side of a car leave axis 4 at zero, so that the wrist belongs to the upper arm here.
    """
    makers = (_turntable, _lower_arm, _upper_arm, _hand, _gun)
    return tuple(_parts(make(sizes.scale), sizes.tint) for make in makers)


def _parts(groups: dict[str, list[Shape]], tint: Point) -> tuple[Part, ...]:
    looks: dict[str, tuple[str, Point | None, str]] = {
        "paint": ("paint", tint, "body"),
        "motor": ("paint", (0.12, 0.12, 0.13), "motor"),
        "grey": ("paint", _GREY, "body"),
        "copper": ("copper", None, "body"),
        "hose": ("rubber", (0.10, 0.10, 0.11), "body"),
    }
    return tuple(join(shapes).part(*looks[name], inspectable=False) for name, shapes in groups.items())


def _turntable(s: float) -> dict[str, list[Shape]]:
    """From the flange on the base up to axis 2."""
    a, h = _AHEAD_M * s, _RISE_M * s
    disc = revolve([(0, 0), (0.33, 0), (0.33, 0.09), (0.29, 0.13), (0, 0.13)], segments=22)
    cheeks = [
        box_between((a - 0.2 * s, y - 0.07 * s, 0.1), (a + 0.14 * s, y + 0.07 * s, h)) for y in (-0.2 * s, 0.2 * s)
    ]
    bosses = [cylinder((a, y - 0.07 * s, h), (a, y + 0.07 * s, h), 0.17 * s, 18) for y in (-0.2 * s, 0.2 * s)]
    body = box_between((-0.3 * s, -0.22 * s, 0.1), (a - 0.12 * s, 0.22 * s, 0.36 * s))
    motors = [
        cylinder((a, -0.27 * s, h), (a, -0.5 * s, h), 0.11 * s, 16),
        cylinder((-0.14 * s, 0.1 * s, 0.3 * s), (-0.14 * s, 0.1 * s, 0.66 * s), 0.1 * s, 16),
    ]
    # Balancing cylinder behind the lower arm.
    spring = cylinder((-0.3 * s, -0.12 * s, 0.5 * s), (0.16 * s, -0.12 * s, 0.42 * s), 0.075 * s, 14)
    return {"paint": [disc, body, *cheeks, *bosses], "motor": motors, "grey": [spring]}


def _lower_arm(s: float) -> dict[str, list[Shape]]:
    """From axis 2 up to axis 3."""
    long = _LOWER_M * s
    ends = [cylinder((0, -0.12 * s, z), (0, 0.12 * s, z), r, 18) for z, r in ((0.0, 0.165 * s), (long, 0.14 * s))]
    blade = cone((0, 0, 0.06 * s), (0, 0, long - 0.05 * s), 0.17 * s, 0.125 * s, 14)
    flat = Shape(blade.vertices_m * (1.0, 0.62, 1.0), blade.faces)
    hose = bend([(-0.16 * s, 0.1 * s, -0.05), (-0.22 * s, 0.1 * s, 0.4 * s), (-0.2 * s, 0.1 * s, long + 0.05 * s)], 0.2)
    return {"paint": [*ends, flat], "hose": [tube(hose, 0.035, 8)]}


def _upper_arm(s: float) -> dict[str, list[Shape]]:
    """Elbow casting with the motors of the wrist behind it, tapering forearm."""
    e, long = _ELBOW_M * s, _UPPER_M * s
    elbow = box_between((-0.26 * s, -0.15 * s, e - 0.15 * s), (0.2 * s, 0.15 * s, e + 0.16 * s))
    boss = cylinder((0, -0.19 * s, 0), (0, 0.19 * s, 0), 0.15 * s, 18)
    arm = cone((0.18 * s, 0, e), (long - 0.17 * s, 0, e), 0.14 * s, 0.095 * s, 16)
    motors = [
        cylinder((-0.26 * s, y, e + 0.03 * s), (-0.46 * s, y, e + 0.03 * s), 0.06 * s, 12)
        for y in (-0.085 * s, 0.085 * s)
    ]
    motors.append(cylinder((0, 0.19 * s, 0), (0, 0.38 * s, 0), 0.1 * s, 14))
    dress = bend([(-0.3 * s, 0.05, e + 0.16 * s), (0.1 * s, 0.05, e + 0.3 * s), (long - 0.15 * s, 0.02, e + 0.24 * s),
                  (long + 0.05 * s, 0.0, e + 0.12 * s)], 0.18)  # fmt: skip
    wrist = [shape.moved((long, 0.0, e)) for shape in _wrist(s)]
    saddle = box((0.06, 0.1, 0.1 * s), (0.3 * s, 0.03, e + 0.19 * s))
    return {"paint": [elbow, boss, arm, *wrist], "motor": motors, "hose": [tube(dress, 0.045, 8)], "grey": [saddle]}


def _wrist(s: float) -> list[Shape]:
    """The fork in front of the forearm; axis 5 at its origin."""
    hub = cylinder((-0.17 * s, 0, 0), (-0.1 * s, 0, 0), 0.1 * s, 16)
    prongs = [
        box_between((-0.12 * s, y - 0.025 * s, -0.07 * s), (0.05 * s, y + 0.025 * s, 0.07 * s))
        for y in (-0.085 * s, 0.085 * s)
    ]
    return [hub, *prongs]


def _hand(s: float) -> dict[str, list[Shape]]:
    """From axis 5 to the flange of axis 6."""
    hub = cylinder((0, -0.06 * s, 0), (0, 0.06 * s, 0), 0.075 * s, 14)
    neck = cylinder((0.02 * s, 0, 0), (_HAND_M * s - 0.03, 0, 0), 0.062 * s, 14)
    flange = cylinder((_HAND_M * s - 0.03, 0, 0), (_HAND_M * s, 0, 0), 0.085, 14)
    return {"paint": [hub, neck], "grey": [flange]}


def _gun(s: float) -> dict[str, list[Shape]]:
    """C-shaped spot-welding gun with its transformer; the electrodes meet at (_GUN_M, 0, 0)."""
    del s
    g = _GUN_M
    plate = box_between((0.0, -0.1, -0.13), (0.03, 0.1, 0.13))
    transformer = box_between((0.03, -0.11, -0.02), (0.3, 0.11, 0.17))
    fins = [box((0.2, 0.23, 0.01), (0.165, 0, z)) for z in (0.02, 0.06, 0.1, 0.14)]
    yoke = [
        box_between((0.03, -0.05, -0.14), (0.14, 0.05, -0.02)),
        box_between((0.08, -0.035, -0.3), (0.16, 0.035, -0.1)),
        box_between((0.08, -0.035, -0.36), (g - 0.02, 0.035, -0.28)),
        box_between((g - 0.06, -0.03, -0.36), (g + 0.03, 0.03, -0.2)),
        box_between((0.28, -0.05, 0.02), (g - 0.08, 0.05, 0.13)),
    ]
    cylinder_shape = cylinder((g - 0.015, 0, 0.13), (g - 0.015, 0, 0.36), 0.055, 14)
    block = box((0.13, 0.12, 0.14), (g - 0.03, 0, 0.12))
    tips = [
        cylinder((g, 0, -0.2), (g, 0, -0.05), 0.014, 8),
        cone((g, 0, -0.05), (g, 0, -0.015), 0.014, 0.007, 8),
        cylinder((g, 0, 0.06), (g, 0, 0.02), 0.012, 8),
        cone((g, 0, 0.02), (g, 0, 0.002), 0.012, 0.006, 8),
    ]
    cable = bend([(0.1, 0.11, 0.1), (0.1, 0.2, 0.1), (0.3, 0.22, -0.1), (0.16, 0.06, -0.25)], 0.08)
    return {
        "grey": [plate, transformer, *fins, block, cylinder_shape],
        "copper": [*tips, *yoke],
        "hose": [tube(cable, 0.02, 8)],
    }


_AXES = (2, 1, 1, 0, 1, 0)
#: Which axis (from 0) each of `links` turns with.
_LINK_AXES = [0, 1, 2, 4, 5]


def forward(sizes: ArmSizes, angles_rad: FloatArray) -> FloatArray:
    """(6, 4, 4) poses in the arm's frame of what each axis turns, for (6,) joint angles."""
    s = sizes.scale
    steps = np.array([(0, 0, sizes.turntable_m), (_AHEAD_M * s, 0, _RISE_M * s), (0, 0, _LOWER_M * s),
                      (_UPPER_M * s, 0, _ELBOW_M * s), (0, 0, 0), (_HAND_M * s, 0, 0)])  # fmt: skip
    poses = np.zeros((6, 4, 4))
    turn, place = np.eye(3), np.zeros(3)
    cosines, sines = np.cos(angles_rad).tolist(), np.sin(angles_rad).tolist()
    for k, axis in enumerate(_AXES):
        place = place + turn @ steps[k]
        i, j = (axis + 1) % 3, (axis + 2) % 3
        step = np.zeros((3, 3))
        step[axis, axis], step[i, i], step[j, j], step[i, j], step[j, i] = (
            1.0,
            cosines[k],
            cosines[k],
            -sines[k],
            sines[k],
        )
        turn = turn @ step
        poses[k, :3, :3], poses[k, :3, 3] = turn, place
    poses[:, 3, 3] = 1.0
    return poses


def reach_for(sizes: ArmSizes, target_m: Point, pitch_rad: float, roll_rad: float) -> FloatArray | None:
    """Joint angles (6,) that bring the electrodes to a place in the arm's frame, or None where they do not get there.

    Args:
        sizes: the arm.
        target_m: where the electrodes meet.
        pitch_rad: of the gun, down positive.
        roll_rad: of the gun about its own axis.
    """
    s = sizes.scale
    x, y, z = target_m
    gun = _HAND_M * s + _GUN_M
    r, h = float(np.hypot(x, y)) - gun * np.cos(pitch_rad), z + gun * np.sin(pitch_rad)
    r, h = r - _AHEAD_M * s, h - sizes.turntable_m - _RISE_M * s
    lower, upper = _LOWER_M * s, float(np.hypot(_UPPER_M, _ELBOW_M)) * s
    span = float(np.hypot(r, h))
    if not abs(lower - upper) + 0.05 < span < lower + upper - 0.02:
        return None
    # Law of cosines, elbow up; angles from the upright, forward positive.
    bow = np.arccos((lower**2 + span**2 - upper**2) / (2 * lower * span))
    first = np.arctan2(r, h) - bow
    elbow = (lower * np.sin(first), lower * np.cos(first))
    slope = np.arctan2(h - elbow[1], r - elbow[0])
    second = -slope - first + np.arctan2(_ELBOW_M, _UPPER_M)
    return np.array([np.arctan2(y, x), first, second, 0.0, pitch_rad - first - second, roll_rad])


@dataclass(frozen=True, eq=False)
class Routine:
    """Joint angles over time: a cycle of poses, reached smoothly and held, then home until the cycle ends.

    Attributes:
        knots_rad: (k, 6) poses in turn; the first is home.
        leave_s, arrive_s: (k,) when each move to the next pose begins and ends, within a cycle of `period_s`.
        offset_s: added to the time.
    """

    knots_rad: FloatArray
    leave_s: FloatArray
    arrive_s: FloatArray
    period_s: float
    offset_s: float = 0.0

    def __call__(self, time_s: float) -> FloatArray:
        """(6,) joint angles."""
        t = (time_s + self.offset_s) % self.period_s
        k = int(np.searchsorted(self.leave_s, t, side="right")) - 1
        if k < 0:
            return np.asarray(self.knots_rad[0])
        share = min((t - self.leave_s[k]) / (self.arrive_s[k] - self.leave_s[k]), 1.0)
        # Minimum jerk (Flash and Hogan 1985).
        smooth = share**3 * (10.0 - 15.0 * share + 6.0 * share**2)
        after = self.knots_rad[(k + 1) % len(self.knots_rad)]
        return np.asarray(self.knots_rad[k] + (after - self.knots_rad[k]) * smooth)


@dataclass(frozen=True, eq=False)
class Motion:
    """Poses of the links (5, 4, 4) over time, kept for as long as the time stays."""

    sizes: ArmSizes
    routine: Routine
    _last: dict[str, Any] = field(default_factory=dict, repr=False)

    def __call__(self, time_s: float) -> FloatArray:
        """(5, 4, 4) in the arm's frame, in the order of `links`."""
        if self._last.get("time_s") != time_s:
            self._last.update(time_s=time_s, poses=forward(self.sizes, self.routine(time_s))[_LINK_AXES])
        return np.asarray(self._last["poses"])


def draw_routine(
    sizes: ArmSizes,
    rng: np.random.Generator,
    work_m: float,
    busy_s: tuple[float, float],
    period_s: float,
    offset_s: float,
) -> Routine:
    """Draw welds on a car's side: within `busy_s` of each cycle the arm leaves home, welds and returns."""
    start, end = busy_s
    poses, leave, arrive = [_HOME], [], []
    clock, height, along = start, rng.uniform(0.75, 1.5), rng.uniform(-0.5, 0.5)
    while True:
        move = float(rng.uniform(1.0, 1.6))
        back = clock + move > end - 4.0
        target = (work_m - float(rng.uniform(0.0, 0.15)), float(along), float(height))
        angles = (
            None
            if back
            else reach_for(
                sizes, target, float(rng.uniform(-0.2, 0.4)), float(rng.choice((-1.0, 0.0, 1.0))) * np.pi / 2
            )
        )
        leave.append(clock)
        arrive.append(clock + move)
        if angles is None:
            return Routine(np.array(poses), np.array(leave), np.array(arrive), period_s, offset_s)
        poses.append(angles)
        clock += move + float(rng.uniform(0.6, 1.2))
        along = float(np.clip(along + rng.uniform(-0.35, 0.35), -0.8, 0.8))
        height = float(np.clip(height + rng.uniform(-0.3, 0.3), 0.7, 1.7))


def arm(
    robot: Equipment,
    rng: np.random.Generator,
    ambient_c: float = 22.0,
    work_m: float = 1.9,
    busy_s: tuple[float, float] = (9.0, 39.0),
    period_s: float = 40.0,
    offset_s: float = 0.0,
) -> Mover:
    """The arm of a welding robot as an articulated mover of kind "arm"; it works towards the robot's +y.

    Args:
        robot: a `welding_robot`, where it stands.
        rng: draws the welds.
        ambient_c: air temperature, from which that of the motors follows.
        work_m: distance of the work from axis 1.
        busy_s: when in a cycle the arm may be away from home, as long as the body before it stands still.
        period_s: length of a cycle, the line's takt.
        offset_s: of the cycle.
    """
    sizes: ArmSizes = robot.params["arm"]
    motion = Motion(sizes, draw_routine(sizes, rng, work_m, busy_s, period_s, offset_s))
    x, y, z = robot.position_m
    pose = (x, y, z, robot.yaw_rad + np.pi / 2)
    surface_c = {"motor": ambient_c + _MOTOR_OVER_AMBIENT_K, "body": ambient_c + 2.0}
    return Mover(
        "arm",
        (),
        lambda time_s: pose,
        surface_c,
        0.0,
        sizes.turntable_m + 2.5,
        links=links(sizes),
        link_poses_at=motion,
    )


def swept_radius_m(motion: Motion, times_s: Sequence[float] | FloatArray) -> float:
    """How far any link's origin, or the gun, comes from axis 1 on the ground plan."""
    tips = [motion(float(t)) @ np.array([_GUN_M, 0.0, 0.0, 1.0]) for t in times_s]
    return float(np.max(np.linalg.norm(np.array(tips)[..., :2], axis=-1)))

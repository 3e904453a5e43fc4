"""People: believable bodies that stand, look at something or walk to and fro on a schedule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..types import FloatArray, Point
from .model import Mover, Part
from .shapes import Shape, box, cone, dished, join, revolve, sphere, torus, tube

STRIDE_M = 1.4  # two steps of a calm walk
PHASES = 12  # drawn poses of a stride
RADIUS_M, HEIGHT_M = 0.3, 1.8
SKIN_C = (32.0, 34.0)
CLOTH_OVER_AMBIENT_K = 6.0
#: How far from the air's temperature to the skin's what is on a head is: a helmet's shell stands off the skull, hair
#: and cloth lie on it (design choice; hair of people indoors is usually seen at 27..30 °C).
HEAD_SHARE = {"shell": (0.04, 0.22), "wool": (0.25, 0.5), "hair": (0.42, 0.7)}

_SKIN: tuple[Point, ...] = ((0.86, 0.67, 0.56), (0.76, 0.57, 0.45), (0.58, 0.42, 0.32), (0.40, 0.28, 0.21))
_HAIR: tuple[Point, ...] = ((0.10, 0.08, 0.07), (0.28, 0.19, 0.12), (0.45, 0.35, 0.22), (0.55, 0.53, 0.50))
_HELMET: tuple[Point, ...] = ((0.93, 0.92, 0.88), (0.92, 0.76, 0.12), (0.16, 0.32, 0.62), (0.78, 0.16, 0.12))
#: Helmets in the colours of hair and skin: legal, and easily taken for none.
DULL_HELMETS: tuple[Point, ...] = ((0.14, 0.12, 0.11), (0.32, 0.22, 0.14), (0.74, 0.58, 0.46), (0.45, 0.44, 0.42))
_CAPS: tuple[Point, ...] = ((0.14, 0.18, 0.34), (0.62, 0.16, 0.14), (0.80, 0.79, 0.75), (0.17, 0.17, 0.18),
                            (0.86, 0.70, 0.16), (0.24, 0.36, 0.26))  # fmt: skip
_VEST: tuple[Point, ...] = ((0.93, 0.42, 0.10), (0.78, 0.88, 0.16), (0.85, 0.25, 0.12))
_OVERALL: tuple[Point, ...] = ((0.14, 0.22, 0.42), (0.35, 0.37, 0.38), (0.50, 0.42, 0.30), (0.18, 0.30, 0.24))
_TROUSERS: tuple[Point, ...] = ((0.12, 0.16, 0.28), (0.16, 0.16, 0.17), (0.38, 0.34, 0.26), (0.22, 0.24, 0.20))
_BAND: Point = (0.84, 0.86, 0.83)
_BOOT: Point = (0.13, 0.10, 0.08)


@dataclass(frozen=True)
class Look:
    """What one person looks like: height, build, colours (sRGB); no `vest`: plain clothes; no `helmet`: hair.

    `bare`, where there is no helmet: "hair", "bald", "cap" (with a peak) or "wool" (a knitted hat); `hair` is the
    colour of either.
    """

    height_m: float
    girth: float
    skin: Point
    hair: Point
    helmet: Point | None
    upper: Point
    lower: Point
    vest: Point | None
    bare: str = "hair"


@dataclass(frozen=True)
class Pose:
    """Angles in rad, forward positive, as (left, right): hips, knees (bent), shoulders, elbows (bent); lean; head."""

    hip: tuple[float, float] = (0.03, -0.03)
    knee: tuple[float, float] = (0.05, 0.05)
    shoulder: tuple[float, float] = (0.05, 0.02)
    elbow: tuple[float, float] = (0.15, 0.2)
    lean: float = 0.02
    nod: float = 0.05


INSPECTING = Pose(hip=(0.12, -0.02), shoulder=(0.9, 0.35), elbow=(1.2, 1.3), lean=0.12, nod=0.35)


def walking(phase: float) -> Pose:
    """The pose at `phase` 0..1 of a stride."""
    swing = np.sin(2 * np.pi * phase)
    bend = [0.12 + 0.75 * max(0.0, np.cos(2 * np.pi * phase + shift)) ** 2 for shift in (0.3, np.pi + 0.3)]
    arm = 0.38 * swing
    return Pose((0.42 * swing, -0.42 * swing), (bend[0], bend[1]), (-arm, arm), (0.35, 0.35), 0.05, 0.03)


def sample_look(rng: np.random.Generator, helmet: bool = True) -> Look:
    """Draw a person; half wear a hi-vis vest over their clothes."""
    overall = _OVERALL[rng.integers(len(_OVERALL))]
    whole = rng.random() < 0.5
    return Look(
        height_m=float(rng.uniform(1.62, 1.88)),
        girth=float(rng.uniform(0.92, 1.15)),
        skin=_SKIN[rng.integers(len(_SKIN))],
        hair=_HAIR[rng.integers(len(_HAIR))],
        helmet=_HELMET[rng.integers(len(_HELMET))] if helmet else None,
        upper=overall,
        lower=overall if whole else _TROUSERS[rng.integers(len(_TROUSERS))],
        vest=_VEST[rng.integers(len(_VEST))] if rng.random() < 0.5 else None,
    )


def without_helmet(look: Look, rng: np.random.Generator) -> Look:
    """The same person bare-headed or in a hat that is no helmet."""
    bare = ("hair", "hair", "bald", "cap", "wool")[int(rng.integers(5))]
    colour = {"bald": look.skin, "hair": look.hair}.get(bare) or _CAPS[int(rng.integers(len(_CAPS)))]
    return replace(look, helmet=None, hair=colour, bare=bare)


def figure(look: Look, pose: Pose) -> tuple[Part, ...]:
    """A body of about 1,200 triangles in its own frame (x ahead, y left, feet on z = 0); surfaces "skin", "cloth"."""
    legs = [_leg(side, pose.hip[k], pose.knee[k], look.girth) for k, side in enumerate((1.0, -1.0))]
    arms = [_arm(side, pose.shoulder[k], pose.elbow[k], look.girth) for k, side in enumerate((1.0, -1.0))]
    trousers = [leg[0] for leg in legs] + [_scaled(sphere((0, 0, 0), 0.15, 8), (0.6, 1.0, 0.75), (0, 0, 0.92))]
    torso, vest, bands = _torso(look.girth, look.vest is not None)
    head, cap = _head("helmet" if look.helmet else look.bare, pose.nod)
    upper = [torso] + [sleeve for sleeve, _ in arms]
    skin = [head] + [hand for _, hand in arms]
    waist = (0.0, 0.0, 0.95)
    groups = [
        (join(trousers), "cloth", look.lower, "cloth", False),
        (join([leg[1] for leg in legs]), "rubber", _BOOT, "cloth", False),
        (join(upper), "cloth", look.upper, "cloth", True),
        (join(skin), "skin", look.skin, "skin", True),
        (cap, *_head_look(look), True),
    ]
    if look.vest is not None:
        groups += [(vest, "cloth", look.vest, "cloth", True), (bands, "sign", _BAND, "cloth", True)]
    bent = [(s.turned((0, 1, 0), pose.lean, waist) if leans else s, m, t, f) for s, m, t, f, leans in groups]
    low = min(float(shape.vertices_m[:, 2].min()) for shape, *_ in bent)
    size = look.height_m / 1.75
    return tuple(
        Shape((shape.vertices_m - (0.0, 0.0, low)) * size, shape.faces).part(material, tint, surface, inspectable=False)
        for shape, material, tint, surface in bent
    )


def _head_look(look: Look) -> tuple[str, Point, str]:
    """Material, colour and thermal surface of what is on the head."""
    if look.helmet:
        return "plastic", look.helmet, "shell"
    surface = {"cap": "wool", "bald": "skin"}.get(look.bare, look.bare)
    return ("skin" if look.bare == "bald" else "cloth"), look.hair, surface


@dataclass(frozen=True, eq=False)
class Schedule:
    """Walks to and fro along a path at `speed_m_s`, resting `rest_s` at both ends."""

    path_m: FloatArray
    speed_m_s: float
    rest_s: float
    offset_s: float

    def __call__(self, time_s: float) -> tuple[float, float, float, float]:
        """(x, y, z, yaw) at `time_s`."""
        distance, back, _ = self._where(time_s)
        ends = self._ends
        k = int(np.clip(np.searchsorted(ends, distance, side="right") - 1, 0, len(self.path_m) - 2))
        a, b = self.path_m[k], self.path_m[k + 1]
        x, y = a + (b - a) * (distance - ends[k]) / max(ends[k + 1] - ends[k], 1e-9)
        yaw = np.arctan2(b[1] - a[1], b[0] - a[0]) + (np.pi if back else 0.0)
        return (float(x), float(y), 0.0, float(yaw))

    def phase(self, time_s: float) -> float | None:
        """0..1 of the stride, or None when resting."""
        distance, back, resting = self._where(time_s)
        return None if resting else float((-distance if back else distance) / STRIDE_M % 1.0)

    @cached_property
    def _ends(self) -> FloatArray:
        steps = np.linalg.norm(np.diff(self.path_m, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(steps)])

    def _where(self, time_s: float) -> tuple[float, bool, bool]:
        length = float(self._ends[-1])
        walk = length / self.speed_m_s
        t = (time_s + self.offset_s) % (2 * (walk + self.rest_s))
        if t < walk:
            return t * self.speed_m_s, False, False
        if t < walk + self.rest_s:
            return length, False, True
        if t < 2 * walk + self.rest_s:
            return length - (t - walk - self.rest_s) * self.speed_m_s, True, False
        return 0.0, True, True


@dataclass(frozen=True, eq=False)
class Standing:
    """Stays at (x, y), turning a little to and fro about `yaw_rad`."""

    x_m: float
    y_m: float
    yaw_rad: float
    period_s: float

    def __call__(self, time_s: float) -> tuple[float, float, float, float]:
        """(x, y, z, yaw) at `time_s`."""
        return (self.x_m, self.y_m, 0.0, self.yaw_rad + 0.3 * float(np.sin(2 * np.pi * time_s / self.period_s)))


@dataclass(frozen=True, eq=False)
class Body:
    """The mesh at a time: a stride while walking, else the resting pose. Poses are drawn once, when first wanted."""

    look: Look
    schedule: Schedule | None
    rest: Pose
    drawn: dict[int, tuple[Part, ...]] = field(default_factory=dict, repr=False)

    def __call__(self, time_s: float) -> tuple[Part, ...]:
        """Parts in the person's frame at `time_s`."""
        phase = self.schedule.phase(time_s) if self.schedule else None
        key = -1 if phase is None else int(phase * PHASES) % PHASES
        if key not in self.drawn:
            self.drawn[key] = figure(self.look, self.rest if key < 0 else walking(key / PHASES))
        return self.drawn[key]


def person(
    rng: np.random.Generator,
    x: float,
    y: float,
    yaw: float,
    path: Sequence[tuple[float, float]] | FloatArray | None = None,
    helmet: bool = True,
    ambient_c: float = 20.0,
    dress: Callable[[Look], Look] | None = None,
) -> Mover:
    """A solid mover of kind "person" on the ground at z = 0.

    Args:
        rng: draws looks, pose and schedule.
        x: where a standing person stands, m, world frame; unused with a path.
        y: the same along y.
        yaw: where it looks, rad; unused with a path.
        path: (k >= 2, 2) m, walked to and fro, with a rest at both ends.
        helmet: wears a safety helmet.
        ambient_c: air temperature, from which the clothes' temperature follows.
        dress: changes the look that was drawn.
    """
    look = sample_look(rng, helmet) if dress is None else dress(sample_look(rng, helmet))
    rest = INSPECTING if rng.random() < 0.4 else Pose(shoulder=(float(rng.uniform(-0.1, 0.3)), 0.02))
    surface_c = {"skin": float(rng.uniform(*SKIN_C)), "cloth": min(ambient_c + CLOTH_OVER_AMBIENT_K, 33.0)}
    own = rng.spawn(1)[0]  # of its own, so that heads draw nothing from the rest of the site
    surface_c |= {
        name: ambient_c + float(own.uniform(*share)) * (surface_c["skin"] - ambient_c)
        for name, share in HEAD_SHARE.items()
    }
    schedule: Schedule | None = None
    if path is not None:
        corners = np.asarray(path, dtype=float)
        if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 2:
            raise ValueError(f"a person's path must be (k >= 2, 2), got shape {corners.shape}")
        speed, rest_s = float(rng.uniform(0.5, 0.9)), float(rng.uniform(4.0, 12.0))
        schedule = Schedule(corners, speed, rest_s, float(rng.uniform(0.0, 60.0)))
    body = Body(look, schedule, rest)
    pose_at = schedule or Standing(float(x), float(y), float(yaw), float(rng.uniform(8.0, 20.0)))
    return Mover("person", figure(look, rest), pose_at, surface_c, RADIUS_M, look.height_m, body if schedule else None)


def _scaled(shape: Shape, factors: tuple[float, float, float], offset: tuple[float, float, float]) -> Shape:
    return Shape(shape.vertices_m * factors + offset, shape.faces)


def _limb(start: FloatArray, end: FloatArray, start_radius: float, end_radius: float) -> Shape:
    """A rounded, tapering limb between two joints."""
    length = float(np.linalg.norm(end - start))
    angles = np.linspace(-np.pi / 2, 0.0, 3)
    profile = [(start_radius * np.cos(a), start_radius * np.sin(a)) for a in angles]
    profile += [(1.06 * start_radius, 0.3 * length)]
    profile += [(end_radius * np.cos(a), length + end_radius * np.sin(a)) for a in -angles[::-1]]
    return revolve(profile, start, end - start, 8)


def _chain(
    origin: tuple[float, float, float], lengths: tuple[float, float], upper: float, bend: float
) -> list[FloatArray]:
    """Joints of a limb that hangs down: `upper` swings forward, `bend` folds the second link against it."""
    joints = [np.array(origin)]
    for length, angle in zip(lengths, (upper, upper + bend), strict=True):
        joints.append(joints[-1] + length * np.array([np.sin(angle), 0.0, -np.cos(angle)]))
    return joints


def _leg(side: float, hip: float, knee: float, girth: float) -> tuple[Shape, Shape]:
    top, middle, ankle = _chain((0.0, 0.095 * side, 0.92), (0.43, 0.41), hip, -knee)
    thigh = _limb(top, middle, 0.088 * girth, 0.06)
    shin = _limb(middle, ankle, 0.062, 0.045)
    pitch = knee - hip
    sole = _scaled(sphere((0, 0, 0), 1.0, 8), (0.145, 0.052, 0.05), (0.055, 0.0, -0.045))
    boot = join([sole, cone((0, 0, -0.05), (0, 0, 0.12), 0.058, 0.062, 9)]).turned((0, 1, 0), 0.6 * pitch).moved(ankle)
    return join([thigh, shin]), boot


def _arm(side: float, shoulder: float, elbow: float, girth: float) -> tuple[Shape, Shape]:
    top, middle, wrist = _chain((0.0, 0.2 * side * girth**0.5, 1.375), (0.29, 0.25), shoulder, elbow)
    outwards = np.array([0.0, 0.05 * side, 0.0])
    middle, wrist = middle + outwards, wrist + outwards
    sleeve = join([_limb(top, middle, 0.056, 0.045), _limb(middle, wrist, 0.046, 0.036)])
    hand = _scaled(sphere((0, 0, 0), 0.045, 6), (0.9, 0.6, 1.35), tuple(wrist + 0.06 * (wrist - middle) / 0.25))
    return sleeve, hand


def _torso(girth: float, with_vest: bool) -> tuple[Shape, Shape, Shape]:
    outline = [(0.0, 0.90), (0.165, 0.91), (0.158, 1.04), (0.178, 1.20), (0.192, 1.32), (0.178, 1.41), (0.085, 1.475),
               (0.0, 1.48)]  # fmt: skip
    flat = (0.62 * girth, girth**0.5, 1.0)
    torso = _scaled(revolve(outline, segments=14), flat, (0.0, 0.0, 0.0))
    if not with_vest:
        return torso, torso, torso
    hem = [(0.0, 0.92)] + [(r + 0.012, h) for r, h in outline[1:6]] + [(0.1, 1.47), (0.0, 1.475)]
    vest = _scaled(revolve(hem, segments=14), flat, (0.0, 0.0, 0.0))
    bands = join([torus((0, 0, z), (0, 0, 1), r, 0.014, 14, 4) for z, r in ((1.06, 0.172), (1.22, 0.194))])
    return torso, vest, _scaled(bands, flat, (0.0, 0.0, 0.0))


def _head(wear: str, nod: float) -> tuple[Shape, Shape]:
    centre = (0.015, 0.0, 1.62)
    skull = _scaled(sphere((0, 0, 0), 0.1, 12), (0.95, 0.77, 1.2), centre)
    neck = tube([(0.0, 0.0, 1.44), (0.005, 0.0, 1.57)], 0.055, 9)
    nose = box((0.03, 0.02, 0.04), (0.115, 0.0, 1.605))
    pivot = (0.0, 0.0, 1.52)
    return join([skull, neck, nose]).turned((0, 1, 0), nod, pivot), _worn(wear).turned((0, 1, 0), nod, pivot)


def _worn(wear: str) -> Shape:
    """What is on the head: "helmet", "hair", "bald" (the scalp), "cap" or "wool"."""
    if wear == "helmet":
        shell = _scaled(dished((0, 0, 0), (0, 0, 1), 0.125, 0.135, 14), (1.08, 0.92, 1.0), (0.01, 0.0, 1.645))
        brim = _scaled(cone((0, 0, 0), (0, 0, 0.014), 0.15, 0.13, 14), (1.1, 0.9, 1.0), (0.025, 0.0, 1.638))
        return join([shell, brim])
    if wear == "bald":
        return _scaled(dished((0, 0, 0), (-0.2, 0, 1), 0.101, 0.109, 12), (0.96, 0.78, 1.0), (0.008, 0.0, 1.64))
    if wear == "wool":
        return _scaled(dished((0, 0, 0), (-0.15, 0, 1), 0.114, 0.14, 12), (1.0, 0.84, 1.0), (0.005, 0.0, 1.63))
    crown = _scaled(dished((0, 0, 0), (-0.35, 0, 1), 0.108, 0.118, 12), (0.98, 0.82, 1.0), (0.0, 0.0, 1.645))
    if wear == "hair":
        return crown
    peak = _scaled(cone((0, 0, 0), (0, 0, 0.01), 0.1, 0.1, 14), (1.0, 0.78, 1.0), (0.085, 0.0, 1.665))
    return join([crown, peak.turned((0, 1, 0), 0.15, (0.0, 0.0, 1.665))])

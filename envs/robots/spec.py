"""What a robot is: a frozen record read from `assets/robots/<name>.yaml` or a user's file, checked when it is read."""

import math
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import numpy as np
from scipy.spatial.transform import Rotation

from patrolgym.envs.types import ExRating, FloatArray, Point

from ..records import Keys, RecordError, Source, Within, meant, read_record
from ..world.physics import data_path
from .motion import Motion, read_motion
from .urdf import Urdf, UrdfError, read_urdf

_PACKAGE = "pybullet_data"
_STEP_HZ = 50.0  # of an environment: the finest that the physics rate must be a multiple of
_KNEE_M = 0.01  # how far a URDF may be from its record
RATINGS = {
    "epl": ("Ga", "Gb", "Gc"),
    "group": ("IIA", "IIB", "IIC"),
    "t_class": ("T1", "T2", "T3", "T4", "T5", "T6"),
}
TURNING = ("revolute", "continuous")
LEGS = ("front_left", "front_right", "rear_left", "rear_right")
Triple = tuple[str, str, str]
Range = tuple[float, float]
Size = Annotated[float, Within(1e-3, 10.0)]
Offset = Annotated[Point, Within(-10.0, 10.0)]


@dataclass(frozen=True)
class LegsSpec:
    """The four legs, in the order of `LEGS`; each has an abduction, a thigh and a knee joint.

    The canonical leg hangs straight down at angle zero, abduction turning about +x, thigh and knee about +y
    (base frame), so a knee that bends backwards has a negative angle. A joint's own angle in the URDF is
    `sign * canonical + offset`.

    Attributes:
        joints: (4, 3) joint names in the URDF.
        hips_m: (4, 3) where the abduction and thigh axes meet, in the base link frame.
        thigh_offset_m: from there sideways to the plane of the leg.
        thigh_m, shank_m: hip to knee, knee to the centre of the foot.
        foot_radius_m: radius of the foot sphere.
        signs, offsets_rad: (4, 3), canonical to URDF.
    """

    joints: tuple[Triple, Triple, Triple, Triple]
    hips_m: tuple[Offset, Offset, Offset, Offset]
    thigh_offset_m: Annotated[float, Within(0.0, 10.0)]
    thigh_m: Size
    shank_m: Size
    foot_radius_m: Size
    signs: Annotated[tuple[Point, Point, Point, Point], Within(-1.0, 1.0)] = ((1.0, 1.0, 1.0),) * 4
    offsets_rad: tuple[Point, Point, Point, Point] = ((0.0, 0.0, 0.0),) * 4


@dataclass(frozen=True)
class GaitSpec:
    """How it trots.

    Attributes:
        stand_height_m: base link origin over the ground.
        period_s: of a whole stride.
        duty: share of it that a foot stands.
        swing_height_m: how high a foot is lifted on the flat.
        control_hz: rate of the gait controller; the physics rate must be a multiple of it.
        physics_hz: physics steps a second, the least at which it walks as it should; small robots need more.
        torque_limit_nm: per joint.
        friction: of the feet; PyBullet multiplies it with that of the ground.
    """

    stand_height_m: Size
    period_s: Annotated[float, Within(0.1, 2.0)]
    torque_limit_nm: Annotated[float, Within(1.0, 5000.0)]
    duty: Annotated[float, Within(0.5, 0.9)] = 0.6
    swing_height_m: Annotated[float, Within(0.0, 1.0)] = 0.08
    control_hz: Annotated[float, Within(50.0, 1000.0)] = 100.0
    friction: Annotated[float, Within(0.1, 2.0)] = 1.0
    physics_hz: Annotated[float, Within(200.0, 2000.0)] = 500.0

    @property
    def timestep_s(self) -> float:
        """Length of one physics step."""
        return 1.0 / self.physics_hz


@dataclass(frozen=True)
class SpeedSpec:
    """Largest commands it follows."""

    forward_m_s: Annotated[float, Within(0.01, 10.0)]
    lateral_m_s: Annotated[float, Within(0.0, 10.0)]
    yaw_rad_s: Annotated[float, Within(0.01, 10.0)]

    def cut(self, forward_m_s: float, lateral_m_s: float, yaw_rate_rad_s: float) -> tuple[float, float, float]:
        """A command cut to these limits; one that is not finite is a ValueError."""
        wanted = [float(forward_m_s), float(lateral_m_s), float(yaw_rate_rad_s)]
        if not all(map(math.isfinite, wanted)):
            raise ValueError(f"a command must be finite, got {wanted}")
        most = (self.forward_m_s, self.lateral_m_s, self.yaw_rad_s)
        forward, left, turn = (min(max(value, -limit), limit) for value, limit in zip(wanted, most, strict=True))
        return forward, left, turn


@dataclass(frozen=True)
class HeadSpec:
    """The pan-tilt head and its camera.

    Attributes:
        mount_m: where the pan and tilt axes meet, in the base link frame.
        camera_m: camera centre from there, x along the view, y left, z up.
        pan_rad, tilt_rad: (lowest, highest); tilt is positive upwards.
        rate_rad_s: how fast it turns.
        joints: URDF joints (pan, tilt); without them the head is only thought of.
    """

    mount_m: Offset
    camera_m: Offset = (0.0, 0.0, 0.0)
    pan_rad: Annotated[Range, Within(-6.3, 6.3)] = (-2.88, 2.88)
    tilt_rad: Annotated[Range, Within(-1.6, 1.6)] = (-1.0472, 1.5708)
    rate_rad_s: Annotated[float, Within(0.01, 50.0)] = 2.0944
    joints: tuple[str, str] | None = None


@dataclass(frozen=True)
class LidarSpec:
    """Where the lidar sits in the base link frame and what it casts: channels spread evenly over `elevation_rad`."""

    mount_m: Offset
    channels: Annotated[int, Within(1, 128)] = 16
    azimuths: Annotated[int, Within(8, 4096)] = 180
    elevation_rad: Annotated[Range, Within(-1.6, 1.6)] = (-1.0472, 0.2618)


@dataclass(frozen=True)
class PowerSpec:
    """Battery and losses: P = hotel + Σ max(τ·ω, 0) / efficiency + copper · Σ τ².

    Attributes:
        battery_wh: usable energy.
        hotel_w: computers and sensors.
        copper_w_nm2: heat in a joint's windings per squared torque.
        efficiency: of gears and drives.
    """

    battery_wh: Annotated[float, Within(1.0, 1e5)]
    hotel_w: Annotated[float, Within(0.0, 1e5)]
    copper_w_nm2: Annotated[float, Within(0.0, 100.0)]
    efficiency: Annotated[float, Within(0.05, 1.0)] = 0.8


@dataclass(frozen=True)
class RobotSpec:
    """Everything about a robot that does not change.

    Attributes:
        name: as in `list_robots()`.
        urdf: path relative to the file, or `pybullet_data:` and a path inside that package; without it the URDF of the
            same name beside the file.
        size_m: length, width, height.
        radius_m: of the circle round it on the ground.
        rating: explosion protection, or None.
        urdf_inertia: whether the URDF's inertia tensors are valid; if not they are worked out from the shapes.
        motion: how it moves as a whole, for the kinematic dynamics; read from the folder `motion` beside the file.
    """

    name: str
    size_m: Annotated[Point, Within(0.05, 5.0)]
    radius_m: Annotated[float, Within(0.05, 3.0)]
    legs: LegsSpec
    gait: GaitSpec
    speed: SpeedSpec
    head: HeadSpec
    lidar: LidarSpec
    power: PowerSpec
    urdf: str = ""
    rating: ExRating | None = None
    urdf_inertia: bool = True
    motion: Motion | None = None

    @property
    def urdf_path(self) -> Path:
        """Where the URDF lies on disk."""
        package, _, inside = self.urdf.rpartition(":")
        return data_path() / inside if package == _PACKAGE else Path(self.urdf)


def list_robots() -> list[str]:
    """Names of the robots in `assets/robots`, sorted."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def load_robot(name: str) -> RobotSpec:
    """The robot called `name`, or the user's own in a file.

    Args:
        name: one of `list_robots()`, or the path of a robot's YAML file, or of a URDF with a YAML file of the same name
            beside it.

    Raises:
        ValueError: the name is unknown, or a file is wrong; the message names the file and the entry.
    """
    path = robot_file(name)
    return _beside(path) if path.suffix == ".urdf" else read_robot(path)


def robot_file(name: str) -> Path:
    """The file that `load_robot` reads for `name`; an unknown name is a ValueError."""
    path = Path(name)
    if name in list_robots():
        return _folder() / f"{name}.yaml"
    if path.suffix in (".urdf", ".yaml", ".yml"):
        return path
    raise ValueError(f"unknown robot {name!r}; {meant(name, list_robots())}, or the path of a .urdf or .yaml file")


def read_robot(path: Path) -> RobotSpec:
    """Read one robot file and check its URDF; whatever is wrong is a ValueError naming the file and the entry."""
    spec, source = read_record(path, RobotSpec)
    _check(spec, source)
    if not spec.urdf.startswith(_PACKAGE + ":"):
        spec = replace(spec, urdf=str((path.parent / (spec.urdf or f"{path.stem}.urdf")).resolve()))
    if not spec.urdf_path.is_file():
        raise source.error(("urdf",), f"there is no URDF file {spec.urdf_path}")
    _check_urdf(spec, source)
    return spec if spec.motion is not None else replace(spec, motion=read_motion(path))


def _beside(urdf: Path) -> RobotSpec:
    if not urdf.is_file():
        raise ValueError(f"there is no URDF file {urdf}")
    record = next((path for path in (urdf.with_suffix(".yaml"), urdf.with_suffix(".yml")) if path.is_file()), None)
    if record is None:
        raise ValueError(
            f"{urdf} needs a file {urdf.with_suffix('.yaml').name} beside it that names its legs (see docs/robots.md)"
        )
    spec = read_robot(record)
    if spec.urdf_path.resolve() != urdf.resolve():
        raise ValueError(f"{record}: urdf: names {spec.urdf_path}, not {urdf}")
    return spec


def _check(spec: RobotSpec, source: Source) -> None:
    reach = spec.legs.thigh_m + spec.legs.shank_m
    height, rate_hz = spec.gait.stand_height_m, spec.gait.physics_hz
    if not _divides(_STEP_HZ, rate_hz):
        raise source.error(("gait", "physics_hz"), f"must be a multiple of {_STEP_HZ:g} Hz, got {rate_hz:g}")
    if not _divides(spec.gait.control_hz, rate_hz):
        raise source.error(("gait", "control_hz"), f"must divide {rate_hz:g} Hz, got {spec.gait.control_hz:g}")
    if not 0.3 * reach <= height <= 1.2 * reach:
        bounds = f"within {0.3 * reach:g}..{1.2 * reach:g} (0.3 to 1.2 of thigh and shank)"
        raise source.error(("gait", "stand_height_m"), f"must be {bounds}, got {height:g}")
    for what, (low, high) in (("pan_rad", spec.head.pan_rad), ("tilt_rad", spec.head.tilt_rad)):
        if low >= high:
            raise source.error(("head", what), f"must be (lowest, highest), got {low:g}, {high:g}")
    for what, allowed in RATINGS.items():
        if spec.rating is not None and getattr(spec.rating, what) not in allowed:
            given = getattr(spec.rating, what)
            raise source.error(("rating", what), f"{given!r} is unknown; {meant(given, allowed)}")


def _divides(part: float, whole: float) -> bool:
    return abs(whole / part - round(whole / part)) < 1e-6


def _check_urdf(spec: RobotSpec, source: Source) -> None:
    """Whether the URDF is sound and has the joints that the record names."""
    try:
        urdf = read_urdf(spec.urdf_path, spec.urdf_inertia)
    except UrdfError as error:
        raise RecordError(str(error)) from None
    named: list[tuple[Keys, str]]
    named = [(("legs", "joints", i, k), name) for i, leg in enumerate(spec.legs.joints) for k, name in enumerate(leg)]
    named += [(("head", "joints", i), name) for i, name in enumerate(spec.head.joints or ())]
    seen: set[str] = set()
    kinds = {name: joint.kind for name, joint in urdf.joints.items()}
    for keys, name in named:
        if name not in kinds:
            allowed = meant(name, sorted(n for n, kind in kinds.items() if kind in TURNING))
            raise source.error(keys, f"no joint {name!r} in {spec.urdf_path}; {allowed}")
        if kinds[name] not in TURNING:
            raise source.error(keys, f"joint {name!r} is {kinds[name]}; it must be {' or '.join(TURNING)}")
        if name in seen:
            raise source.error(keys, f"joint {name!r} is named twice")
        seen.add(name)
    _check_legs(spec.legs, urdf, source)


def _check_legs(legs: LegsSpec, urdf: Urdf, source: Source) -> None:
    """Whether the URDF has the knees where the record puts them, at two poses."""
    for angles in ((0.0, 0.0, 0.0), (0.3, 0.7, -1.4)):
        for leg, names in enumerate(legs.joints):
            own = np.array(legs.signs[leg]) * angles + legs.offsets_rad[leg]
            has = urdf.place(names[2], dict(zip(names, own.tolist(), strict=True)))
            side = math.copysign(legs.thigh_offset_m, legs.hips_m[leg][1])
            thigh = Rotation.from_euler("y", angles[1]).apply([0.0, 0.0, -legs.thigh_m])
            says = legs.hips_m[leg] + Rotation.from_euler("x", angles[0]).apply(thigh + [0.0, side, 0.0])
            apart = float(np.linalg.norm(has - says))
            if apart > _KNEE_M:
                found = f"the URDF has the {LEGS[leg]} knee at {_shown(has)}"
                named = "hips_m, thigh_offset_m, thigh_m, signs and offsets_rad"
                turned = "at angle zero" if not any(angles) else f"at the canonical angles {angles}"
                raise source.error(("legs",), f"{turned} {found}; {named} put it at {_shown(says)}, {apart:.3f} m off")


def _shown(point: FloatArray) -> str:
    return f"({', '.join(f'{value:.3f}' for value in point)})"


def _folder() -> Path:
    return Path(str(files("patrolgym.assets"))) / "robots"

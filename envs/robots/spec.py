"""What a robot is: a frozen record read from `assets/robots/<name>.yaml`, checked when it is read."""

import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from patrolgym.envs.types import ExRating, Point

from ..world.physics import data_path

LEGS = ("front_left", "front_right", "rear_left", "rear_right")
Triple = tuple[str, str, str]
Range = tuple[float, float]


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
    hips_m: tuple[Point, Point, Point, Point]
    thigh_offset_m: float
    thigh_m: float
    shank_m: float
    foot_radius_m: float
    signs: tuple[Point, Point, Point, Point] = ((1.0, 1.0, 1.0),) * 4
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
        torque_limit_nm: per joint.
        friction: of the feet; PyBullet multiplies it with that of the ground.
    """

    stand_height_m: float
    period_s: float
    torque_limit_nm: float
    duty: float = 0.6
    swing_height_m: float = 0.08
    control_hz: float = 100.0
    friction: float = 1.0


@dataclass(frozen=True)
class SpeedSpec:
    """Largest commands it follows."""

    forward_m_s: float
    lateral_m_s: float
    yaw_rad_s: float


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

    mount_m: Point
    camera_m: Point = (0.0, 0.0, 0.0)
    pan_rad: Range = (-2.88, 2.88)
    tilt_rad: Range = (-1.0472, 1.5708)
    rate_rad_s: float = 2.0944
    joints: tuple[str, str] | None = None


@dataclass(frozen=True)
class LidarSpec:
    """Where the lidar sits in the base link frame and what it casts: channels spread evenly over `elevation_rad`."""

    mount_m: Point
    channels: int = 16
    azimuths: int = 180
    elevation_rad: Range = (-1.0472, 0.2618)


@dataclass(frozen=True)
class PowerSpec:
    """Battery and losses: P = hotel + Σ max(τ·ω, 0) / efficiency + copper · Σ τ².

    Attributes:
        battery_wh: usable energy.
        hotel_w: computers and sensors.
        copper_w_nm2: heat in a joint's windings per squared torque.
        efficiency: of gears and drives.
    """

    battery_wh: float
    hotel_w: float
    copper_w_nm2: float
    efficiency: float = 0.8


@dataclass(frozen=True)
class RobotSpec:
    """Everything about a robot that does not change.

    Attributes:
        name: as in `list_robots()`.
        urdf: path relative to `assets/robots`, or `pybullet_data:` and a path inside that package.
        size_m: length, width, height.
        radius_m: of the circle round it on the ground.
        rating: explosion protection, or None.
        urdf_inertia: whether the URDF's inertia tensors are valid; if not they are worked out from the shapes.
    """

    name: str
    urdf: str
    size_m: Point
    radius_m: float
    legs: LegsSpec
    gait: GaitSpec
    speed: SpeedSpec
    head: HeadSpec
    lidar: LidarSpec
    power: PowerSpec
    rating: ExRating | None = None
    urdf_inertia: bool = True

    @property
    def urdf_path(self) -> Path:
        """Where the URDF lies on disk."""
        package, _, inside = self.urdf.rpartition(":")
        return data_path() / inside if package else _folder() / inside


def list_robots() -> list[str]:
    """Names of the robots in `assets/robots`, sorted."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def load_robot(name: str) -> RobotSpec:
    """The robot called `name`; an unknown name or a broken file is a ValueError."""
    if name not in list_robots():
        raise ValueError(f"unknown robot {name!r}; choose from: {', '.join(list_robots())}")
    return read_robot(_folder() / f"{name}.yaml")


def read_robot(path: Path) -> RobotSpec:
    """Read one robot file; whatever is wrong with it is a ValueError naming the file and the entry."""
    try:
        content = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise ValueError(f"cannot read robot file {path}: {' '.join(str(error).split())}") from None
    spec = _build(RobotSpec, content, str(path))
    assert isinstance(spec, RobotSpec)
    _check(spec, str(path))
    return spec


def _check(spec: RobotSpec, where: str) -> None:
    gait, legs = spec.gait, spec.legs
    reach = legs.thigh_m + legs.shank_m
    for name, value, low, high in (
        ("gait.stand_height_m", gait.stand_height_m, 0.3 * reach, 1.2 * reach),
        ("gait.period_s", gait.period_s, 0.1, 2.0),
        ("gait.duty", gait.duty, 0.5, 0.9),
        ("gait.control_hz", gait.control_hz, 50.0, 1000.0),
        ("gait.torque_limit_nm", gait.torque_limit_nm, 1.0, 5000.0),
        ("power.battery_wh", spec.power.battery_wh, 1.0, 1e5),
        ("power.efficiency", spec.power.efficiency, 0.05, 1.0),
    ):
        if not low <= value <= high:
            raise ValueError(f"{where}: {name} must be within {low:g}..{high:g}, got {value!r}")
    if not spec.urdf_path.is_file():
        raise ValueError(f"{where}: urdf names {spec.urdf!r}, but there is no file {spec.urdf_path}")


def _folder() -> Path:
    return Path(str(files("patrolgym.assets"))) / "robots"


def _build(kind: Any, value: Any, where: str) -> Any:
    """Turn plain YAML into `kind`: a dataclass, a tuple of fixed length, a number or a string."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        return None if value is None else _build(arguments[0], value, where)
    if is_dataclass(kind):
        return _record(kind, value, where)
    if origin is tuple:
        if not isinstance(value, list) or len(value) != len(arguments):
            raise ValueError(f"{where} must be a list of {len(arguments)}, got {value!r}")
        return tuple(
            _build(part, item, f"{where}[{i}]") for i, (part, item) in enumerate(zip(arguments, value, strict=True))
        )
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
        raise ValueError(f"{where} must be a {kind.__name__}, got {value!r}")
    return value


def _record(kind: Any, value: Any, where: str) -> Any:
    known = {item.name: item for item in fields(kind)}
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be a mapping with {', '.join(known)}, got {value!r}")
    for key in value:
        if key not in known:
            raise ValueError(f"{where}: unknown entry {key!r}; allowed: {', '.join(known)}")
    missing = [name for name, item in known.items() if item.default is MISSING and name not in value]
    if missing:
        raise ValueError(f"{where}: missing {', '.join(missing)}")
    hints = typing.get_type_hints(kind)
    return kind(**{key: _build(hints[key], item, f"{where}: {key}") for key, item in value.items()})

"""What crosses boundaries: frozen, validated records shared by environments and agents.

All positions are in metres in the world frame (x east, y north, z up) unless a name says otherwise.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.integer[Any]]
ByteArray = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]
Point = tuple[float, float, float]


def as_point(value: Any, what: str) -> Point:
    """Check three finite numbers, such as a position in metres; anything else is a ValueError naming `what`."""
    array = np.asarray(value, dtype=float)
    if array.shape != (3,) or not np.isfinite(array).all():
        raise ValueError(f"{what} must be three finite numbers, got {value!r}")
    return (float(array[0]), float(array[1]), float(array[2]))


@dataclass(frozen=True)
class Report:
    """An agent's claim that something is wrong.

    Attributes:
        anomaly_class: a name of the anomaly catalogue, such as "gas_leak".
        position_m: where, world frame.
        confidence: 0..1.
        reading: the measured value in the class's unit, or None.
        tag: the equipment it concerns, or None.
        evidence: RGB crop (h, w, 3) uint8, or None.
        detail: what exactly, where the class leaves it open, such as the race of a bearing.
    """

    anomaly_class: str
    position_m: Point
    confidence: float = 1.0
    reading: float | None = None
    tag: str | None = None
    evidence: ByteArray | None = field(default=None, compare=False, repr=False)
    detail: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "position_m", as_point(self.position_m, "report position_m"))
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"report confidence must be within 0..1, got {self.confidence!r}")
        if self.reading is not None and not np.isfinite(self.reading):
            raise ValueError(f"report reading must be finite or None, got {self.reading!r}")


@dataclass(frozen=True)
class Reading:
    """An agent's logged value of an inspection point (by its name), healthy or not, in the point's unit."""

    point: str
    value: float

    def __post_init__(self) -> None:
        if not np.isfinite(self.value):
            raise ValueError(f"reading of {self.point!r} must be finite, got {self.value!r}")


@dataclass(frozen=True)
class AnomalyTruth:
    """Ground truth of one anomaly; severity and reading in `unit` (see the anomaly's docstring).

    `detail` says what exactly, where the class leaves it open, such as the race of a bearing.
    """

    anomaly_class: str
    tag: str | None
    position_m: Point
    severity: float
    unit: str
    reading: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class InspectionPoint:
    """Something that must be looked at.

    Attributes:
        name: unique, such as "P-101/bearing".
        tag: the equipment it belongs to.
        quantity: what is inspected, such as "gauge" or "bearing": a key of `envs.site.equipment.drawn.SERVED_BY`.
        sensor: the sensor that serves it, such as "rgb" or "thermal".
        position_m, normal, up: centre of the patch, outward unit normal, and the patch's own upward unit vector.
        size_m: diameter of the patch.
        density_px_m: pixel density at which it counts as served.
        unit: unit of the value.
        scale: (lowest, highest) value on the instrument's scale, or None.
        normal_range: (low, high) healthy values, or None.
        details: further public facts an operator's data sheet holds, by name (see each equipment kind).
    """

    name: str
    tag: str
    quantity: str
    sensor: str
    position_m: Point
    normal: Point
    up: Point
    size_m: float
    density_px_m: float
    unit: str = ""
    scale: tuple[float, float] | None = None
    normal_range: tuple[float, float] | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InstrumentInfo:
    """A fixed instrument that sends by radio, as the plant's register has it.

    Attributes:
        name: unique, such as "R-101/drive_1/current".
        tag: the equipment it belongs to.
        quantity: "temperature", "vibration", "current", "pressure" or "humidity".
        unit: of its values.
        position_m: of its radio.
        normal_range: (low, high) of a healthy machine, or None.
        point: inspection point it concerns, or None.
    """

    name: str
    tag: str
    quantity: str
    unit: str
    position_m: Point
    normal_range: tuple[float, float] | None
    point: str | None


@dataclass(frozen=True)
class Zone:
    """A marked area of the ground.

    Attributes:
        name: such as "Z1 propane".
        kind: "hazard", "restricted", "escape_route", "walkway", "vehicle_lane" or "dock".
        polygon_m: (k, 2) corners, counter-clockwise.
        ex_zone: 0, 1 or 2 for hazard zones, else None.
        gas: the gas that may be present (a name of `envs.site.gases.GASES`), or None.
    """

    name: str
    kind: str
    polygon_m: tuple[tuple[float, float], ...]
    ex_zone: int | None = None
    gas: str | None = None


@dataclass(frozen=True)
class ExRating:
    """Explosion protection: EPL "Ga", "Gb" or "Gc", gas group "IIA".."IIC", temperature class "T1".."T6"."""

    epl: str
    group: str
    t_class: str


@dataclass(frozen=True)
class EquipmentInfo:
    """A line of the equipment registry: what stands where. `size_m` is the extent along its own x, y, z."""

    tag: str
    kind: str
    position_m: Point
    yaw_rad: float
    size_m: Point


@dataclass(frozen=True)
class RobotInfo:
    """What an agent may know about its robot; speeds are what an action of ±1 means."""

    name: str
    rating: ExRating
    forward_m_s: float
    lateral_m_s: float
    yaw_rad_s: float
    pan_rad: float
    tilt_rad: tuple[float, float]
    zoom: tuple[float, float]
    radius_m: float
    camera_height_m: float
    image_size_px: tuple[int, int]
    fov_rad: float


@dataclass(frozen=True)
class Briefing:
    """What an operator hands the robot before a patrol. It describes the healthy site as built.

    Attributes:
        bounds_m: (x0, y0, x1, y1) of the site.
        vertices_m, faces: (n, 3) and (m, 3) as-built mesh of everything fixed (for maps and visibility).
        face_owner: (m,) index into `equipment` of whose surface counts in coverage, or -1: structure, insides, labels.
        dock: (x, y, yaw) of the charging dock, where the patrol starts and ends.
        time_limit_s: length of the episode.
        instruments: fixed instruments, in the order in which the sensor of that name numbers them.
        anomaly_classes: what may be wrong on sites of this scenario, as names of the anomaly catalogue.
    """

    scenario: str
    size: str
    bounds_m: tuple[float, float, float, float]
    vertices_m: FloatArray
    faces: IntArray
    face_owner: IntArray
    equipment: tuple[EquipmentInfo, ...]
    points: tuple[InspectionPoint, ...]
    zones: tuple[Zone, ...]
    dock: tuple[float, float, float]
    time_limit_s: float
    robot: RobotInfo
    anomaly_classes: tuple[str, ...] = ()
    instruments: tuple[InstrumentInfo, ...] = ()

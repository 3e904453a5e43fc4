"""What every metric provides: reset with what is true, update with each step, compute its part of `score.json`."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from ..registry import Registry
from ..site.mesh import SiteMesh
from ..site.model import Site
from ..types import AnomalyTruth, BoolArray, FloatArray, InspectionPoint, IntArray, Point, Reading, Report, RobotInfo

METRICS: "Registry[type[Metric]]" = Registry("metric", "patrolgym.envs.metrics")


class Occluder(Protocol):
    """Ray casts against the site, such as `Scene` or `RayMesh`."""

    def occluded(
        self, origins: FloatArray, directions: FloatArray, max_distance_m: float | FloatArray = ..., /
    ) -> BoolArray:
        """(n,) True where something lies within the distance along (n, 3) rays."""


class FrameTruth(Protocol):
    """What metrics need of a camera frame: its true pose and what it shows (see `envs.frames`)."""

    @property
    def position_m(self) -> FloatArray:
        """(3,) lens, world frame."""

    @property
    def rotation(self) -> FloatArray:
        """(3, 3) camera frame (x right, y down, z forward) to world."""

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""

    def hidden(
        self, points_m: FloatArray, row: IntArray, column: IntArray, depth_m: FloatArray, limit_m: FloatArray, /
    ) -> BoolArray:
        """(n,) whether something nearer than `limit_m` stands before points of the picture."""


@dataclass(frozen=True, eq=False)
class EpisodeContext:
    """Ground truth of one episode.

    Attributes:
        site: the site as it is, with its anomalies.
        mesh: everything fixed on it.
        rays: ray casts against it.
        standing_m: (k, 3) places on the ground where the robot could stand, world frame.
        points: its inspection points.
        anomalies: what is wrong.
        values: true value by inspection point name, in the point's unit, where the point has one.
        robot: size, camera height and Ex rating of the robot.
    """

    site: Site
    mesh: SiteMesh
    rays: Occluder
    standing_m: FloatArray
    points: Sequence[InspectionPoint]
    anomalies: Sequence[AnomalyTruth]
    values: Mapping[str, float]
    robot: RobotInfo


@dataclass(frozen=True, eq=False)
class StepRecord:
    """What truly happened in one step of the environment.

    Attributes:
        time_s: seconds since the episode began, at the end of the step.
        dt_s: length of the step.
        position_m: base of the robot, world frame.
        gas_ppm: (5,) at the robot, in the order of `GASES`.
        frame: the camera frame captured in this step, or None.
        contacts: number of contacts of anything but feet with the site or people.
        fallen: the robot lies on the ground.
        distance_m: way walked in this step.
        energy_wh: energy drawn from the battery in this step.
        people_m: positions of the people on the site.
        touched_movers: numbers of the people and vehicles that the robot, feet included, touched.
        reports, readings: what the agent said in this step.
    """

    time_s: float
    dt_s: float
    position_m: Point
    gas_ppm: FloatArray
    frame: FrameTruth | None = None
    contacts: int = 0
    fallen: bool = False
    distance_m: float = 0.0
    energy_wh: float = 0.0
    people_m: Sequence[Point] = ()
    touched_movers: Sequence[int] = ()
    reports: Sequence[Report] = ()
    readings: Sequence[Reading] = ()


class Metric(ABC):
    """One aspect of the score. Reset before use."""

    name: ClassVar[str]

    @abstractmethod
    def reset(self, context: EpisodeContext) -> None:
        """Forget the last episode and take in the truth of the next."""

    @abstractmethod
    def update(self, step: StepRecord) -> None:
        """Take in one step."""

    @abstractmethod
    def compute(self) -> dict[str, Any]:
        """Fields of `score.json`, JSON-able, as they stand now; cheap enough to be asked every second."""

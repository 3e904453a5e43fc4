"""What every detector provides. One detector a file in this package; importing the file registers it.

Two sorts, both stateless, both pictures in and findings out:

* a `PointDetector` reads one inspection point: `inspect(view, point, reference) -> Inspection`;
  `point_detector(point)` gives the one for a point, or None where no picture serves it (flange, discharge);
* a `Scanner` looks over a whole frame: `scan(view, reference, surroundings, previous) -> list[Detection]`;
  `scanners()` gives all of them.

`reference` is a picture of the healthy site from about the same place (commissioning); every detector works without it,
better with it. Views may carry poses wrong by 5 cm and 1°: the detectors align the pictures themselves.

    for point in points_in_this_shot:
        detector = point_detector(point)
        if detector is not None:
            found = detector.inspect(view, point, reference)     # found.reading, found.confidence, found.detections
    for scanner in scanners():
        detections += scanner.scan(view, reference, surroundings, previous)
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from patrolgym.envs.registry import Registry, checked_class
from patrolgym.envs.types import InspectionPoint, Point, Zone, as_point
from patrolgym.envs.world.raycast import RayMesh

from .view import View


def _adopted(found: Any) -> "PointDetector | Scanner":
    detector: PointDetector | Scanner = checked_class(found, (PointDetector, Scanner))()
    return detector


#: Detectors by name; installed packages add theirs by the entry-point group "patrolgym.detectors".
DETECTORS: "Registry[PointDetector | Scanner]" = Registry(
    "detector", "patrolgym.agents.vision", "patrolgym.detectors", _adopted
)


@dataclass(frozen=True)
class Detection:
    """Something that looks wrong.

    Attributes:
        anomaly_class: a name of the anomaly catalogue.
        position_m: where, world frame.
        confidence: 0..1, how sure it is an anomaly; below 0.5 it is worth a second look, not a report.
        reading: measured value in the class's unit, or None.
        box_px: (left, top, right, bottom) in the view.
        tag: the equipment it concerns, or None.
        label: a few words for a caption.
    """

    anomaly_class: str
    position_m: Point
    confidence: float
    reading: float | None
    box_px: tuple[int, int, int, int]
    tag: str | None = None
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "position_m", as_point(self.position_m, "detection position_m"))
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"detection confidence must be within 0..1, got {self.confidence!r}")


@dataclass(frozen=True)
class Inspection:
    """What a look at an inspection point gave.

    Attributes:
        reading: value in the point's unit, None where it could not be read.
        confidence: 0..1, how sure the reading is.
        detections: the point's anomalies, also doubtful ones (confidence below 0.5).
    """

    reading: float | None
    confidence: float
    detections: tuple[Detection, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What the briefing says about where a picture was taken.

    Attributes:
        zones: marked areas.
        built: ray caster over the as-built mesh (`RayMesh(briefing.vertices_m, briefing.faces)`, made once), which says
            what stands there anyway where there is no reference picture; None: not known.
        points: the inspection points, among them doors that may stand in the way.
    """

    zones: tuple[Zone, ...] = ()
    built: RayMesh | None = field(default=None, repr=False)
    points: tuple[InspectionPoint, ...] = field(default=(), repr=False)


class PointDetector(ABC):
    """Reads inspection points of one quantity."""

    name: ClassVar[str]
    quantity: ClassVar[str]
    anomaly_class: ClassVar[str]

    @abstractmethod
    def inspect(self, view: View, point: InspectionPoint, reference: View | None = None) -> Inspection:
        """Read `point` in `view`; what cannot be read (out of frame, hidden) has reading None, confidence 0."""


class Scanner(ABC):
    """Looks for anomalies anywhere in a frame."""

    name: ClassVar[str]
    anomaly_class: ClassVar[str]

    @abstractmethod
    def scan(
        self,
        view: View,
        reference: View | None = None,
        surroundings: Surroundings | None = None,
        previous: View | None = None,
    ) -> list[Detection]:
        """Find the class in `view`. `previous` is the frame before it (flicker, motion), from about the same place."""


def point_detector(point: InspectionPoint) -> PointDetector | None:
    """The detector that reads points of this quantity, None where no camera serves it.

    One that an installed package brought comes before those shipped.
    """
    for detector in (*DETECTORS.foreign(), *DETECTORS.values()):
        if isinstance(detector, PointDetector) and detector.quantity == point.quantity:
            return detector
    return None


def scanners() -> Sequence[Scanner]:
    """All whole-frame detectors, in the order of their names."""
    return [detector for detector in DETECTORS.values() if isinstance(detector, Scanner)]

"""Looks at pictures: runs the detectors, keeps the findings, and says what is served."""

from collections.abc import Sequence

import numpy as np

from patrolgym.agents.base import Sighting
from patrolgym.agents.fusion import Findings
from patrolgym.agents.navigation.viewpoints import patch_depth_m, patch_samples
from patrolgym.agents.signals.base import dwell_s
from patrolgym.agents.vision.base import Inspection, Surroundings, point_detector, scanners
from patrolgym.agents.vision.floor import FLOOR_CLASSES, FloorMap, Spill
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import Briefing, InspectionPoint, Report
from patrolgym.envs.world.raycast import RayMesh

SERVED_COS = 0.5
DENSITY_MARGIN = 1.03
BORDER_PX = 2.0
SURE_SPILL, SAME_SPILL_M = 0.65, 1.0
MAX_POINTS = 3
"""At most so many points are read in one picture: reading takes time, and a stop shows each more than once."""


class Inspector:
    """Eyes and memory of the patrol.

    Args:
        briefing: points and zones.
        built: ray caster over the briefing's mesh.
        references: pictures of the healthy site.

    Attributes:
        findings: what was found so far.
        served: names of points whose patch was wholly in a picture at its density.
        measured: names of points that laser or microphone were held on.
        sightings: what it made out in the latest picture.
    """

    def __init__(self, briefing: Briefing, built: RayMesh, references: Sequence[View]) -> None:
        self.findings = Findings(briefing.points)
        self.served: set[str] = set()
        self.measured: set[str] = set()
        self._points = {point.name: point for point in briefing.points}
        self._order = tuple(briefing.points)
        self._centres = np.array([point.position_m for point in briefing.points]).reshape(-1, 3)
        self._normals = np.array([point.normal for point in briefing.points]).reshape(-1, 3)
        self._density = np.array([point.density_px_m for point in briefing.points])
        self._built = built
        self._surroundings = Surroundings(briefing.zones, built, tuple(briefing.points))
        # What lies on the floor is judged by all pictures together.
        self._floor = FloorMap(briefing.bounds_m, built, references)
        self._spills: list[Spill] = []
        floor = [name for name in FLOOR_CLASSES if name in briefing.anomaly_classes]
        self._spill_class = floor[0] if floor else FLOOR_CLASSES[0]
        relevant = set(briefing.anomaly_classes) - set(FLOOR_CLASSES)
        self._scanners = [scanner for scanner in scanners() if scanner.anomaly_class in relevant]
        self._dwell_s = dwell_s()
        self._previous: View | None = None
        self.sightings: list[Sighting] = []

    def point(self, name: str) -> InspectionPoint:
        """The point of a name."""
        return self._points[name]

    def look(self, view: View, reference: View | None) -> None:
        """Take in a picture; `reference` is one of the healthy site from about the same place."""
        self.sightings = []
        self._floor.see(view)
        for point in self._whole_in(view)[:MAX_POINTS]:
            self.served.add(point.name)
            detector = point_detector(point)
            log = self.findings.logs[point.name]
            if detector is not None and (log.wants_more or len(log.weight) < 2):
                inspection = detector.inspect(view, point, reference)
                self.findings.inspected(point, inspection, view)
                self.sightings.append(_read(view, point, inspection))
        found = [
            detection
            for scanner in self._scanners
            for detection in scanner.scan(view, reference, self._surroundings, self._previous)
        ]
        self.findings.scanned(view, found)
        self.sightings += [
            Sighting(d.box_px, d.label or _words(d.anomaly_class), True) for d in found if d.confidence >= 0.5
        ]
        self._previous = view

    def spills(self) -> list[Report]:
        """Reports of what lies on the floor by all pictures so far; each is given once."""
        reports = []
        for spill in self._floor.spills():
            apart = [np.linalg.norm(np.subtract(spill.position_m, other.position_m)) for other in self._spills]
            if spill.chance >= SURE_SPILL and min(apart, default=np.inf) > SAME_SPILL_M:
                self._spills.append(spill)
                reports.append(Report(self._spill_class, spill.position_m, spill.chance, spill.area_m2))
        return reports

    def settled(self, name: str) -> bool:
        """Whether a point is served and needs no further look."""
        if name not in self.served:
            return False
        if point_detector(self._points[name]) is not None:
            return not self.findings.logs[name].wants_more
        return self.dwell_s(name) == 0.0 or name in self.measured

    @property
    def all_settled(self) -> set[str]:
        """Names of all points that are settled."""
        return {name for name in self._points if self.settled(name)}

    def listens_to(self, name: str) -> bool:
        """Whether a point is for laser or microphone alone."""
        return point_detector(self._points[name]) is None and self.dwell_s(name) > 0.0

    def dwell_s(self, name: str) -> float:
        """How long laser or microphone must be held on a point."""
        return self._dwell_s.get(self._points[name].quantity, 0.0)

    def _whole_in(self, view: View) -> Sequence[InspectionPoint]:
        """Points that the view serves, the densest first."""
        if not self._order:
            return []
        offset = self._centres - view.position_m
        depth = offset @ view.rotation[:, 2]
        dense = view.focal_px >= DENSITY_MARGIN * self._density * depth
        cos = -np.einsum("ij,ij->i", offset, self._normals)
        near = np.flatnonzero((depth > 0.1) & dense & (cos > SERVED_COS * np.linalg.norm(offset, axis=1)))
        shown = [self._order[index] for index in near if whole(view, self._order[index], self._built)]
        return sorted(shown, key=lambda point: -point.density_px_m)


def _read(view: View, point: InspectionPoint, inspection: Inspection) -> Sighting:
    """What a detector made of a point, boxed round its patch."""
    pixels, _ = view.project(patch_samples(point))
    (left, top), (right, bottom) = pixels.min(axis=0), pixels.max(axis=0)
    wrong = [d for d in inspection.detections if d.confidence >= 0.5]
    value = "" if inspection.reading is None else f" {inspection.reading:.3g} {point.unit}"
    label = f"{point.tag}{value}" + "".join(f", {_words(d.anomaly_class)}" for d in wrong)
    return Sighting((float(left), float(top), float(right), float(bottom)), label, bool(wrong))


def _words(name: str) -> str:
    return name.replace("_", " ")


def whole(view: View, point: InspectionPoint, built: RayMesh) -> bool:
    """Whether the whole patch of a point lies in the frame, with nothing built and little measured before it."""
    patch = patch_samples(point)
    pixels, depth = view.project(patch)
    h, w = view.depth_m.shape
    x, y = pixels.T
    inside = (x > BORDER_PX) & (x < w - 1 - BORDER_PX) & (y > BORDER_PX) & (y < h - 1 - BORDER_PX) & (depth > 0.05)
    if not inside.all():
        return False
    measured = view.depth_m[y.astype(np.int64), x.astype(np.int64)]
    slack = 0.08 + 0.5 * point.size_m + 0.03 * depth
    if ((measured == 0.0) | (measured > depth - slack)).mean() <= 0.7:
        return False
    sight = patch - view.position_m
    length = np.linalg.norm(sight, axis=1)
    return not built.occluded(view.position_m, sight / length[:, None], length - patch_depth_m(point)).any()

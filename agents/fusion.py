"""Puts several looks together: what was read at each inspection point, and which detections are one thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from patrolgym.agents.vision.base import Detection, Inspection
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import ByteArray, FloatArray, InspectionPoint, Reading, Report

SURE = 0.5
DOUBTFUL = (0.12, 0.88)
"""A chance within these deserves another look."""
ENOUGH_LOOKS = 3
REPEAT = 0.6
"""What a further look from about the same place is worth: its errors are partly those of the first."""
SAME_M = {"liquid_spill": 1.6, "fire": 1.5, "intruder": 2.5}
"""Detections of a class nearer than this are one thing; spills are wide and people walk."""
SAME_DEFAULT_M = 1.5
BORDER_PX, EVIDENCE_PX = 6, 64
"""Surroundings that a picture of a detection shows at least, and how large it is at least."""
TRACK_REACH_M = 7.0


@dataclass
class PointLog:
    """All looks at one inspection point: (weight, chance of an anomaly, reading, what was found)."""

    point: InspectionPoint
    weight: list[float] = field(default_factory=list)
    chance: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)
    best: Detection | None = None
    evidence: ByteArray | None = None

    def add(self, inspection: Inspection, view: View) -> None:
        """Take in one look; one that could not be read says nothing."""
        if inspection.reading is None or inspection.confidence <= 0.0:
            return
        found = max(inspection.detections, key=lambda d: d.confidence, default=None)
        self.weight.append(inspection.confidence)
        # The detector's chance already holds its confidence in the reading.
        self.chance.append(found.confidence if found else 0.0)
        self.reading.append(inspection.reading)
        if found is not None and (self.best is None or found.confidence > self.best.confidence):
            self.best, self.evidence = found, crop(view, found)

    @property
    def verdict(self) -> float:
        """Chance of an anomaly: what the looks say on average, as far as they can be trusted together."""
        if not self.weight:
            return 0.0
        weight = np.array(self.weight)
        trust = max(float(weight.max()), 1.0 - float(np.prod(1.0 - weight)) ** REPEAT)
        return float(trust * min(np.sum(self.chance) / weight.sum(), 1.0))

    @property
    def value(self) -> float | None:
        """The reading: the median of the looks by weight, None without any."""
        if not self.weight:
            return None
        order = np.argsort(self.reading, kind="stable")
        upto = np.cumsum(np.asarray(self.weight)[order])
        return float(np.asarray(self.reading)[order][int(np.searchsorted(upto, upto[-1] / 2))])

    @property
    def wants_more(self) -> bool:
        """Whether another look would help."""
        looks = len(self.weight)
        if looks == 0:
            return True
        return looks < ENOUGH_LOOKS and (DOUBTFUL[0] < self.verdict < DOUBTFUL[1] or max(self.weight) < 0.5)

    def report(self) -> Report | None:
        """The claim it amounts to, None if the point is healthy."""
        if self.best is None or self.verdict < SURE:
            return None
        return Report(
            self.best.anomaly_class,
            self.point.position_m,
            min(self.verdict, 1.0),
            self.value,
            self.point.tag,
            self.evidence,
        )


@dataclass
class Track:
    """One thing that scanners saw, maybe several times."""

    anomaly_class: str
    position_m: FloatArray
    reading: float | None
    evidence: ByteArray | None
    tag: str | None
    hits: list[float] = field(default_factory=list)
    looks: int = 0
    strongest: float = 0.0
    reported: bool = False

    @property
    def chance(self) -> float:
        """Confidence after all looks: that of the better half of the hits, less what was looked for in vain."""
        if not self.hits:
            return 0.0
        best = sorted(self.hits, reverse=True)[: max(len(self.hits) // 2, 1)]
        # Repeats from other places make it surer, as long as most looks agree.
        support = 1.0 - 0.5 ** len(self.hits)
        share = min(1.0, len(self.hits) / max(0.6 * self.looks, 1.0))
        return float(np.mean(best)) * (0.6 + 0.4 * support) * share


class Findings:
    """What the patrol has found so far.

    Args:
        points: the briefing's inspection points.
    """

    def __init__(self, points: Sequence[InspectionPoint]) -> None:
        self._logs = {point.name: PointLog(point) for point in points}
        self._closed: set[str] = set()
        self._tracks: list[Track] = []

    @property
    def logs(self) -> Mapping[str, PointLog]:
        """Looks by the name of the point."""
        return self._logs

    def inspected(self, point: InspectionPoint, inspection: Inspection, view: View) -> None:
        """Take in what a point detector made of a view."""
        self._logs[point.name].add(inspection, view)

    def scanned(self, view: View, detections: Sequence[Detection]) -> None:
        """Take in what the scanners found in a view; known things in plain sight but not found lose weight."""
        confirmed = []
        for detection in detections:
            track = self._match(detection)
            self._merge(track, detection, view)
            confirmed.append(track)
        for track in self._tracks:
            found = any(track is other for other in confirmed)
            if found or (not track.reported and in_sight(view, track.position_m)):
                track.looks += 1

    def close_points(self, names: Sequence[str]) -> tuple[list[Report], list[Reading]]:
        """Reports and readings of points that will not be looked at again for now; each is given once."""
        reports, readings = [], []
        for name in names:
            log = self._logs[name]
            if name in self._closed or log.value is None:
                continue
            self._closed.add(name)
            readings.append(Reading(name, log.value))
            report = log.report()
            if report is not None:
                reports.append(report)
        return reports, readings

    def sure_tracks(self) -> list[Report]:
        """Reports of things that have become sure since the last call."""
        reports = []
        for track in self._tracks:
            if not track.reported and track.looks >= 2 and track.chance >= SURE and len(track.hits) >= 2:
                track.reported = True
                reports.append(_claim(track))
        return reports

    def likely_tracks(self, least: float = 0.6) -> list[Report]:
        """At the end: reports of things seen well, though only once."""
        reports = []
        for track in self._tracks:
            if not track.reported and track.chance >= least:
                track.reported = True
                reports.append(_claim(track))
        return reports

    def _match(self, detection: Detection) -> Track:
        place = np.asarray(detection.position_m)
        same = SAME_M.get(detection.anomaly_class, SAME_DEFAULT_M)
        near = [
            (float(np.linalg.norm((track.position_m - place)[:2])), index)
            for index, track in enumerate(self._tracks)
            if track.anomaly_class == detection.anomaly_class
        ]
        if near and min(near)[0] < same:
            return self._tracks[min(near)[1]]
        track = Track(detection.anomaly_class, place, detection.reading, None, detection.tag)
        self._tracks.append(track)
        return track

    def _merge(self, track: Track, detection: Detection, view: View) -> None:
        place = np.asarray(detection.position_m)
        total = sum(track.hits) + detection.confidence
        track.position_m = track.position_m + (place - track.position_m) * (detection.confidence / max(total, 1e-9))
        track.hits.append(detection.confidence)
        if detection.confidence > track.strongest:
            track.strongest = detection.confidence
            track.evidence, track.tag = crop(view, detection), detection.tag or track.tag
        if detection.reading is not None:
            track.reading = max(track.reading or 0.0, detection.reading)


def crop(view: View, detection: Detection) -> ByteArray:
    """The part of the picture that shows a detection, with some surroundings; more of them about a small one."""
    left, top, right, bottom = detection.box_px
    h, w = view.rgb.shape[:2]
    aside, above = (max(BORDER_PX, (EVIDENCE_PX - size) // 2) for size in (right - left, bottom - top))
    rows = slice(max(top - above, 0), min(bottom + above + 1, h))
    return view.rgb[rows, max(left - aside, 0) : min(right + aside + 1, w)].copy()


def in_sight(view: View, position_m: FloatArray) -> bool:
    """Whether a place is well inside the frame, near, and nothing measured stands before it."""
    pixel, depth = view.project(np.asarray(position_m)[None])
    h, w = view.depth_m.shape
    x, y = pixel[0]
    if not (0.3 < depth[0] < TRACK_REACH_M and 0.1 * w < x < 0.9 * w and 0.1 * h < y < 0.9 * h):
        return False
    measured = float(view.depth_m[int(y), int(x)])
    return measured == 0.0 or measured > 0.9 * float(depth[0]) - 0.2


def _claim(track: Track) -> Report:
    x, y, z = (float(v) for v in track.position_m)
    confidence = min(max(track.chance, 0.05), 1.0)
    return Report(track.anomaly_class, (x, y, z), confidence, track.reading, track.tag, track.evidence)

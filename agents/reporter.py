"""The patrol agent's eyes and ears without its legs: they report whatever comes into view, wherever somebody walks."""

import numpy as np

from patrolgym.envs.types import Briefing, FloatArray, Reading, Report

from .base import Commission, Observation
from .camerawork import Album
from .inspector import Inspector
from .navigation.gaze import Gaze, head_rotation
from .navigation.plan import make_plan
from .senses import Moment, Senses
from .signals.base import LISTENERS

_BASE_HEIGHT_M = 0.6
Said = tuple[list[Report], list[Reading]]


class Reporter:
    """Watches one episode through observations alone and says what is wrong.

    Args:
        briefing: of the episode.
        commission: takes pictures of the healthy site; only until the first step.
    """

    def __init__(self, briefing: Briefing, commission: Commission) -> None:
        plan = make_plan(briefing)
        self._points = [point.name for point in briefing.points]
        self._album = Album()
        self._album.take(commission, plan)
        self._senses, self._gaze = Senses(plan.mesh), Gaze(briefing.robot, _BASE_HEIGHT_M)
        self._inspector = Inspector(briefing, plan.mesh, self._album.views)
        self._listeners = [listener(briefing, plan.mesh.occluded) for listener in LISTENERS.values()]
        self._closed: set[str] = set()

    def take(self, observation: Observation) -> Said:
        """Take in one step; what is certain by now."""
        moment = self._senses.read(observation)
        self._listen(moment)
        if moment.view is None:
            return self._inspector.findings.sure_tracks(), []
        view = moment.view
        self._gaze.learn(moment.position_m, moment.rotation, view.position_m, view.rotation)
        self._inspector.look(view, self._album.match(view))
        settled = [name for name in self._points if name not in self._closed and self._inspector.settled(name)]
        self._closed.update(settled)
        reports, readings = self._close(settled)
        return self._inspector.findings.sure_tracks() + reports, readings

    def conclude(self) -> Said:
        """Everything left to say, once, before the end."""
        reports, readings = self._close(self._points)
        for listener in self._listeners:
            more = listener.conclude()
            reports, readings = reports + more[0], readings + more[1]
        return reports + self._inspector.findings.likely_tracks() + self._inspector.spills(), readings

    def _close(self, names: list[str]) -> Said:
        reports, readings = self._inspector.findings.close_points(names)
        for listener in self._listeners:
            more = listener.close(names)
            reports, readings = reports + more[0], readings + more[1]
        return reports, readings

    def _listen(self, moment: Moment) -> None:
        pan, tilt = (float(value) for value in moment.head[:2])
        axis: FloatArray = np.asarray(moment.rotation @ head_rotation(pan, tilt)[:, 0])
        lens = self._gaze.lens(moment.position_m, moment.rotation, pan, tilt)
        for listener in self._listeners:
            listener.hear(moment, lens, axis)

"""Gathers the report of a patrol while it is played, and writes it at the end."""

import time
from pathlib import Path
from typing import Any, ClassVar

from patrolgym.agents.base import Decision
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.report.log import PatrolLog
from patrolgym.report.page import report

from .atomic import replacing
from .base import RECORDERS, Recorder

_VIDEO = "patrol.mp4"


class ReportPage(Recorder):
    """Writes report.html, one self-contained page; a patrol.mp4 that was made meanwhile is shown in it."""

    name: ClassVar[str] = "report"

    def __init__(self, out: Path) -> None:
        self._out = out
        self._log: PatrolLog | None = None
        # Files keep whole clock ticks of some milliseconds; one this old is from an earlier run.
        self._since_s = time.time() - 1.0

    def __call__(self, env: InspectionEnv, decision: Decision, time_s: float) -> None:
        """Take in the step that ended at `time_s`."""
        if self._log is None:
            self._log = PatrolLog(env)
        self._log.step(env, decision, time_s)

    def finish(self, env: InspectionEnv, score: dict[str, Any]) -> None:
        """Write the page."""
        log = self._log or PatrolLog(env)
        video = self._out / _VIDEO
        fresh = video.exists() and video.stat().st_mtime >= self._since_s
        page = report(log.patrol(env, score, _VIDEO if fresh else None))
        with replacing(self._out / "report.html") as draft:
            draft.write_text(page, encoding="utf-8")

    def close(self) -> None:
        """Nothing is left open."""


RECORDERS.add(ReportPage.name, ReportPage)

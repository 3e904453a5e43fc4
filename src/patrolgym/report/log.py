"""Gathers during a patrol what its report will show."""

from typing import Any

import numpy as np

from patrolgym.agents.base import Decision
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.metrics.coverage import Coverage
from patrolgym.envs.metrics.detection import Detection
from patrolgym.envs.metrics.safety import Safety
from patrolgym.envs.sensors.camera import Frame
from patrolgym.envs.site.gases import GASES
from patrolgym.envs.types import FloatArray, as_point
from patrolgym.recording.relief import from_above

from .looks import Looks
from .patrol import Hottest, Logged, Patrol, SafetyEvent, map_bounds_m

_GAS_EVERY_S = 1.0
#: The map's picture: pixels a metre, unless that makes more pixels than this.
_RELIEF_PX_M, _RELIEF_MOST_PX = 40.0, 1.2e6


class PatrolLog:
    """One episode, step by step.

    Args:
        env: just reset.
    """

    def __init__(self, env: InspectionEnv) -> None:
        self._coverage = env.scorer.metric(Coverage)
        self._everything = np.ones(len(self._coverage.surfels), dtype=bool)
        self._times_seen = np.zeros(len(self._everything), dtype=np.int32)
        self._served_s: dict[str, float] = {}
        self._places = np.array([a.position_m[:2] for a in env.anomalies], float).reshape(-1, 2)
        self._nearest = np.tile([np.inf, 0.0], (len(self._places), 1))
        self._looks = Looks(env.anomalies)
        self._path: list[tuple[float, float, float]] = []
        self._logged: list[Logged] = []
        self._gas: list[tuple[float, FloatArray, FloatArray | None]] = []
        self._hottest: list[Hottest] = []
        self._events: list[SafetyEvent] = []
        self._counts = dict.fromkeys(_counts(env), 0.0)
        self._rising: set[str] = set()

    def step(self, env: InspectionEnv, decision: Decision, time_s: float) -> None:
        """Take in the step that ended at `time_s`."""
        position = env.world.robot.state.position_m
        self._path.append((time_s, float(position[0]), float(position[1])))
        self._logged += [Logged(reading, time_s) for reading in decision.readings]
        if not self._gas or time_s >= self._gas[-1][0] + _GAS_EVERY_S - 1e-6:
            true_ppm = env.world.gas.concentration_ppm(position[None])[0]
            self._gas.append((time_s, true_ppm, env.observation.get("gas")))
        gap = np.linalg.norm(self._places - position[:2], axis=1)
        nearer = gap < self._nearest[:, 0]
        self._nearest[nearer] = np.column_stack([gap[nearer], np.full(int(nearer.sum()), time_s)])
        if env.frame is not None:
            self._see(env, env.frame, time_s)
        self._watch_safety(env, time_s)

    def patrol(self, env: InspectionEnv, score: dict[str, Any], video: str | None) -> Patrol:
        """Everything so far."""
        path = np.array(self._path, float).reshape(-1, 3)
        return Patrol(
            score=score,
            briefing=env.briefing,
            relief=_relief(env),
            surfels_m=self._coverage.surfels.position_m,
            times_seen=self._times_seen,
            path_m=path[:, 1:],
            path_s=path[:, 0],
            claims=env.scorer.metric(Detection).claims,
            anomalies=tuple(env.anomalies),
            looks=tuple(self._looks.found),
            nearest=[(float(gap_m), float(at_s)) for gap_m, at_s in self._nearest],
            served_s=self._served_s,
            logged=self._logged,
            gas_s=np.array([at_s for at_s, _, _ in self._gas]),
            gas_ppm=np.array([ppm for _, ppm, _ in self._gas]).reshape(-1, len(GASES)),
            cells_ppm=np.array([read for _, _, read in self._gas]) if "gas" in env.observation else None,
            hottest=self._hottest,
            events=self._events,
            video=video,
        )

    def _see(self, env: InspectionEnv, frame: Frame, time_s: float) -> None:
        self._looks.update(frame, time_s)
        self._times_seen[self._coverage.shown(frame, self._everything)] += 1
        for point, served in zip(env.briefing.points, self._coverage.served, strict=True):
            if served:
                self._served_s.setdefault(point.name, time_s)
        self._hottest.append(_hottest(env, frame, time_s))

    def _watch_safety(self, env: InspectionEnv, time_s: float) -> None:
        """Whatever `safety` counts more of than before has just begun; a time that keeps running is one event."""
        counts = _counts(env)
        here = as_point(env.world.robot.state.position_m, "position")
        risen = {kind for kind, count in counts.items() if count > self._counts[kind]}
        for kind in sorted(risen):
            if not (kind in self._rising and kind.endswith("_s")):
                self._events.append(SafetyEvent(kind, time_s, here))
        self._counts, self._rising = counts, risen


def _counts(env: InspectionEnv) -> dict[str, float]:
    return dict(env.scorer.metric(Safety).compute()["safety"])


def _hottest(env: InspectionEnv, frame: Frame, time_s: float) -> Hottest:
    row, column = np.unravel_index(int(np.argmax(frame.thermal_c)), frame.thermal_c.shape)
    owner = int(frame.truth_owner[row, column])
    tag = env.world.mesh.owners[owner] if owner >= 0 else None
    return Hottest(time_s, float(frame.thermal_c[row, column]), tag)


def _relief(env: InspectionEnv) -> tuple[FloatArray, FloatArray]:
    """Height and light of the site from above, northern row first."""
    x0, y0, x1, y1 = map_bounds_m(env.briefing.bounds_m)
    px_m = min(_RELIEF_PX_M, float(np.sqrt(_RELIEF_MOST_PX / ((x1 - x0) * (y1 - y0)))))
    columns, rows = round((x1 - x0) * px_m), round((y1 - y0) * px_m)
    x, y = np.meshgrid(
        x0 + (np.arange(columns) + 0.5) * (x1 - x0) / columns, y1 - (np.arange(rows) + 0.5) * (y1 - y0) / rows
    )
    height, light = from_above(env.world.scene.static, x.ravel(), y.ravel(), env.briefing.bounds_m)
    return height.reshape(rows, columns), light.reshape(rows, columns)

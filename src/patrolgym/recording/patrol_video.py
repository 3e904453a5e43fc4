"""Makes the video of a patrol while it is played."""

import math
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np

from patrolgym.agents.base import Decision
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.metrics.coverage import Coverage
from patrolgym.envs.metrics.detection import Detection
from patrolgym.envs.outside import OutsideCamera
from patrolgym.envs.sensors.camera import Frame
from patrolgym.envs.types import FloatArray, as_point

from .base import RECORDERS, Recorder
from .dashboard import MAP, SIZE_PX, Dashboard
from .map import SiteMap
from .moment import Box, Moment
from .traffic import outlines_m
from .video import VideoWriter

FPS = 20
#: One frame in this many steps, while the robot walks and while it stands.
_WALKING_STEPS, _STANDING_STEPS = 2, 5
_OUTSIDE_PX = (512, 288)
_WALKING_M_S = 0.12
_GAS_CELL_M = 0.5
_PUFFS_OPAQUE = 6.0


class PatrolVideo(Recorder):
    """Writes patrol.mp4: walking is shown at four times its speed, looking at ten times."""

    name: ClassVar[str] = "video"

    def __init__(self, out: Path) -> None:
        self._video = VideoWriter(out / "patrol.mp4", SIZE_PX, FPS)
        self._outside = OutsideCamera(_OUTSIDE_PX)
        self._dashboard: Dashboard | None = None
        self._path: list[FloatArray] = []
        self._frame: Frame | None = None
        self._boxes: list[Box] = []
        self._activity = ""
        self._steps = 0

    def __call__(self, env: InspectionEnv, decision: Decision, time_s: float) -> None:
        """Take in the step that ended at `time_s`."""
        if self._dashboard is None:
            self._dashboard = _dashboard(env)
        if decision.sightings or env.frame is not None:
            self._boxes = [Box(*s.box_px, s.label, s.alarm) for s in decision.sightings]
        self._frame = env.frame or self._frame
        self._activity = decision.activity or self._activity
        state = env.world.robot.state
        self._path.append(state.position_m[:2].copy())
        self._steps += 1
        walking = float(np.linalg.norm(state.velocity_m_s[:2])) > _WALKING_M_S
        if self._frame is not None and self._steps % (_WALKING_STEPS if walking else _STANDING_STEPS) == 0:
            self._video.write(self._dashboard.compose(self._moment(env, time_s)))

    def _moment(self, env: InspectionEnv, time_s: float) -> Moment:
        world, frame, scorer = env.world, self._frame, env.scorer
        assert frame is not None
        state, seen = world.robot.state, scorer.metric(Coverage)
        axis = world.robot.camera_pose()[1][:, 2]
        return Moment(
            time_s=time_s,
            time_limit_s=env.size.time_limit_s,
            battery=world.robot.battery_fraction,
            activity=self._activity,
            outside=self._outside.picture(world),
            camera=frame.rgb,
            thermal_c=frame.thermal_c,
            zoom=env.zoom,
            position_m=as_point(state.position_m, "position"),
            yaw_rad=math.atan2(state.rotation[1, 0], state.rotation[0, 0]),
            view_yaw_rad=math.atan2(axis[1], axis[0]),
            view_width_rad=2.0 * math.atan(frame.rgb.shape[1] / 2.0 / frame.focal_px),
            path_m=np.array(self._path),
            seen=seen.seen,
            served=seen.served,
            score=scorer.score(),
            claims=scorer.metric(Detection).claims,
            boxes=self._boxes,
            people_m=[as_point(place, "person") for place in world.people_m()],
            traffic_m=outlines_m(world.site.movers, world.time_s),
            gas=_gas_plan(world.gas.puffs_m, world.site.bounds_m),
        )

    def close(self) -> None:
        """Finish the file."""
        self._video.close()


def _dashboard(env: InspectionEnv) -> Dashboard:
    briefing, coverage = env.briefing, env.scorer.metric(Coverage)
    inspected = {point.tag for point in briefing.points}
    plan = SiteMap(
        env.world.scene.static,
        briefing.bounds_m,
        (MAP[2], MAP[3]),
        briefing.zones,
        {e.tag: e.position_m for e in briefing.equipment if e.tag in inspected},
        [point.position_m for point in briefing.points],
        coverage.surfels.position_m,
    )
    traffic = bool(outlines_m(env.world.site.movers, 0.0))
    return Dashboard(plan, f"{briefing.scenario.replace('-', ' ')}, {briefing.size}", traffic)


def _gas_plan(puffs_m: FloatArray, bounds_m: tuple[float, float, float, float]) -> FloatArray | None:
    """(rows, columns) 0..1 how thick the gas stands over each cell, southern row first; None where there is none."""
    if not len(puffs_m):
        return None
    x0, y0, x1, y1 = bounds_m
    shape = (math.ceil((y1 - y0) / _GAS_CELL_M), math.ceil((x1 - x0) / _GAS_CELL_M))
    count, _, _ = np.histogram2d(puffs_m[:, 1], puffs_m[:, 0], bins=shape, range=((y0, y1), (x0, x1)))
    smooth = cv2.GaussianBlur(count, (0, 0), 1.0)
    plan: FloatArray = np.clip(smooth / _PUFFS_OPAQUE, 0.0, 1.0)
    return plan


RECORDERS.add(PatrolVideo.name, PatrolVideo)

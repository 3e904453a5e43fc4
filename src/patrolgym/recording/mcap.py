"""Records patrols as MCAP, to look at in Foxglove."""

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np

from patrolgym.agents.base import Decision
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.robots.spec import LEGS
from patrolgym.envs.sensors.camera import Frame
from patrolgym.envs.sensors.lidar import Lidar
from patrolgym.envs.world.gas import GAS_NAMES

from . import foxglove, foxglove_scene
from .base import RECORDERS, Recorder
from .mcap_file import McapFile
from .palette import BAD, GOOD
from .pictures import grey, jpeg, span_c

LAYOUT = "foxglove_layout.json"
#: How often what does not come at its own time is recorded, Hz.
_RATE_HZ = {"motion": 5.0, "lidar": 1.0, "people": 2.0, "status": 1.0}
_EARLY_S = 1e-3
#: The file on disk is brought up to date after so many seconds, later ever more seldom.
_CHECKPOINT_S, _CHECKPOINT_SHARE = 2.0, 0.01
_QUALITY = {"rgb": 70, "thermal": 60}


class McapRecorder(Recorder):
    """Writes patrol.mcap, and beside it a layout for Foxglove."""

    name: ClassVar[str] = "mcap"

    def __init__(self, out: Path) -> None:
        self._file = McapFile(out / "patrol.mcap")
        self._layout = resources.files("patrolgym.assets").joinpath("foxglove", LAYOUT).read_bytes()
        (out / LAYOUT).write_bytes(self._layout)
        foxglove.kind("SceneUpdate")  # now, so that what is not installed fails before the long work
        self._lidar = Lidar()
        self._links: list[str] | None = None
        self._next_s: dict[str, float] = {}
        self._picture_s: float | None = None
        self._activity = ""
        self._reports = 0
        self._on_disk_s = 0.0

    def __call__(self, env: InspectionEnv, decision: Decision, time_s: float) -> None:
        """Take in a step."""
        if self._links is None:
            names = env.world.physics.link_names(env.world.robot.body)[1:]
            self._links = ["base", *(f"link/{name}" for name in names)]
            self._begin(env)
        self._words(env, decision, time_s)
        if self._picture_s is not None:
            # The agent has by now looked at the picture before this step.
            seen = foxglove.annotations(self._picture_s, decision.sightings, GOOD, BAD)
            self._write("/camera/detections", seen, time_s)
            self._picture_s = None
        if env.frame is not None:
            self._pictures(env.frame, time_s)
        if env.observation.get("lidar_age", [1.0])[0] == 0.0:
            self._at("lidar", time_s, lambda: self._scan(env, time_s))
        self._at("motion", time_s, lambda: self._motion(env, time_s))
        self._at("people", time_s, lambda: self._people(env, time_s))
        self._at("status", time_s, lambda: self._status(env, time_s))
        if time_s >= max(self._on_disk_s + _CHECKPOINT_S, self._on_disk_s * (1.0 + _CHECKPOINT_SHARE)) - _EARLY_S:
            self._on_disk_s = time_s
            self._file.flush()

    def _at(self, what: str, time_s: float, act: Callable[[], None]) -> None:
        """Do something if its time has come."""
        due_s = self._next_s.setdefault(what, time_s)
        if time_s >= due_s - _EARLY_S:
            self._next_s[what] = due_s + 1.0 / _RATE_HZ[what]
            act()

    def _write(self, topic: str, message: Any, time_s: float) -> None:
        self._file.write(topic, message, round(time_s * 1e9))

    def _begin(self, env: InspectionEnv) -> None:
        """What stays as it is."""
        assert self._links is not None
        robot = env.world.robot
        facts = {"scenario": env.scenario, "size": env.size.name, "split": env.split, "robot": env.robot_spec.name}
        self._file.attach(facts, LAYOUT, "application/json", self._layout)
        self._write("/scene/site", foxglove_scene.site_scene(env.world.mesh), 0.0)
        self._write("/scene/zones", foxglove_scene.zone_scene(env.briefing.zones), 0.0)
        self._write("/scene/equipment", foxglove_scene.equipment_scene(env), 0.0)
        self._write("/scene/truth", foxglove_scene.truth_scene(env.anomalies), 0.0)
        self._write("/scene/robot", foxglove_scene.robot_scene(self._links, robot.visuals), 0.0)

    def _words(self, env: InspectionEnv, decision: Decision, time_s: float) -> None:
        """What the agent does and claims."""
        if decision.activity and decision.activity != self._activity:
            self._activity = decision.activity
            self._log("INFO", decision.activity, time_s)
        for reading in decision.readings:
            self._log("INFO", f"{reading.point} reads {reading.value:.4g}", time_s)
        for report in decision.reports:
            self._reports += 1
            where = report.tag or ", ".join(f"{value:.1f}" for value in report.position_m)
            self._log("WARNING", f"{report.anomaly_class} at {where}, confidence {report.confidence:.0%}", time_s)
            self._write("/scene/reports", foxglove_scene.report_scene(time_s, self._reports, report), time_s)

    def _log(self, level: str, words: str, time_s: float) -> None:
        message = foxglove.kind("Log")(
            timestamp=foxglove.stamp(time_s), level=level, message=words, name="agent", file="", line=0
        )
        self._write("/log", message, time_s)

    def _pictures(self, frame: Frame, time_s: float) -> None:
        """Colour, heat and the lens."""
        self._picture_s = time_s
        height, width = frame.thermal_c.shape
        low, white = span_c(frame.thermal_c)
        heat = cv2.applyColorMap(grey(frame.thermal_c, low, white), cv2.COLORMAP_INFERNO)[..., ::-1]
        self._write("/camera/rgb", foxglove.image(time_s, jpeg(frame.rgb, _QUALITY["rgb"])), time_s)
        shown = jpeg(np.ascontiguousarray(heat, np.uint8), _QUALITY["thermal"])
        self._write("/camera/thermal", foxglove.image(time_s, shown), time_s)
        self._write("/camera/calibration", foxglove.calibration(time_s, (width, height), frame.focal_px), time_s)
        values = {"mean_c": float(frame.thermal_c.mean()), "hottest_c": float(frame.thermal_c.max())}
        self._json("/thermal", values | {"coldest_c": low, "white_c": white}, time_s)

    def _scan(self, env: InspectionEnv, time_s: float) -> None:
        points = self._lidar.points(env.observation["lidar"], np.zeros(3), np.eye(3))
        self._write("/lidar", foxglove.cloud(time_s, points, "lidar"), time_s)

    def _motion(self, env: InspectionEnv, time_s: float) -> None:
        """Where the robot is and how it stands."""
        assert self._links is not None
        robot = env.world.robot
        frames = dict(zip(self._links, robot.link_poses(), strict=True))
        frames |= {"camera": robot.camera_pose(), "lidar": robot.lidar_pose()}
        self._write("/tf", foxglove.transforms(time_s, frames), time_s)
        state, sides = robot.state, [f"{leg}_{joint}" for leg in LEGS for joint in ("hip", "thigh", "knee")]
        self._write("/joints", foxglove.joints(time_s, sides, state.joint_q, state.joint_dq, state.joint_tau), time_s)

    def _people(self, env: InspectionEnv, time_s: float) -> None:
        self._write("/scene/people", foxglove_scene.people_scene(time_s, env.world.people_m()), time_s)

    def _status(self, env: InspectionEnv, time_s: float) -> None:
        """Numbers to plot."""
        state, observation = env.world.robot.state, env.observation
        x, y, z, *turn = observation["pose"].tolist()
        believed = foxglove.kind("PoseInFrame")(
            timestamp=foxglove.stamp(time_s), frame_id="world", pose=foxglove.pose((x, y, z), foxglove.yawed(turn[2]))
        )
        self._write("/pose/estimated", believed, time_s)
        if "gas" in observation:
            self._json("/gas", dict(zip(GAS_NAMES, observation["gas"].tolist(), strict=True)), time_s)
        score = env.score()
        values = {name: float(score[name]) for name in ("coverage", "points_served", "detection_rate")}
        values |= {"battery": env.world.robot.battery_fraction, "power_w": state.power_w, "zoom": env.zoom}
        self._json("/status", values | {"speed_m_s": float(np.linalg.norm(state.velocity_m_s[:2]))}, time_s)

    def _json(self, topic: str, values: dict[str, float], time_s: float) -> None:
        self._file.write_json(topic, {name: round(value, 3) for name, value in values.items()}, round(time_s * 1e9))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


RECORDERS.add(McapRecorder.name, McapRecorder)

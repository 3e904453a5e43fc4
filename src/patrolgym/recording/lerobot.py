"""Records patrols as a LeRobotDataset v3, to learn policies from."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from patrolgym.agents.base import Decision
from patrolgym.envs.controls import CONTROLS
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.types import ByteArray, FloatArray
from patrolgym.envs.world.gas import GAS_NAMES

from .base import RECORDERS, Recorder
from .lerobot_files import DATA_PATH, VIDEO_PATH, Header, join, place, stats_entry, write_meta, write_rows
from .lerobot_stats import PictureStats
from .optional import library
from .pictures import grey
from .video import KEY_S, VideoWriter

TASK = (
    "Patrol the {scenario}: walk past all equipment, look at every inspection point, report what is wrong and return "
    "to the dock."
)
#: Observation key -> names of its entries in `observation.state`, where the agent has it.
STATE = {
    "pose": ("x_m", "y_m", "z_m", "roll_rad", "pitch_rad", "yaw_rad"),
    "velocity": ("vx_m_s", "vy_m_s", "vz_m_s", "wx_rad_s", "wy_rad_s", "wz_rad_s"),
    "head": ("pan_rad", "tilt_rad", "zoom"),
    "battery": ("battery",),
    "gas": tuple(f"{name}_ppm" for name in GAS_NAMES),
}
ACTION = ("forward", "lateral", "yaw_rate", "pan", "tilt", "zoom")
#: °C of black and white in thermal videos: half a kelvin a level.
THERMAL_C = (-20.0, 107.5)
_PICTURES = ("rgb", "thermal")
#: With one strength for all frames, those that are held cost next to nothing.
_X264 = {"preset": "ultrafast", "qp": "21"}
#: What is on disk is brought up to date after so many seconds, later ever more seldom.
_CHECKPOINT_S, _CHECKPOINT_SHARE = 10.0, 0.05


class LeRobotRecorder(Recorder):
    """Writes the folder lerobot: one row a control step (10 Hz) of what the agent saw and what it then did.

    Between two pictures the last one is held, as in the observation. Rows come to disk with the videos' key frames, so
    that a killed run leaves rows whose pictures are all there.
    """

    name: ClassVar[str] = "lerobot"

    def __init__(self, out: Path) -> None:
        library("pyarrow.parquet", "lerobot")
        self._root = out / "lerobot"
        if (self._root / "meta").exists():
            for folder in ("meta", "data", "videos"):
                shutil.rmtree(self._root / folder, ignore_errors=True)
        self._header: Header | None = None
        self._before: dict[str, Any] | None = None
        self._rows: list[tuple[FloatArray, FloatArray]] = []
        self._videos: dict[str, VideoWriter] = {}
        self._pictures: dict[str, PictureStats] = {}
        self._on_disk = 0

    def __call__(self, env: InspectionEnv, decision: Decision, time_s: float) -> None:
        """Take in a step; the row is what the agent saw before it and its action."""
        del time_s
        before, self._before = self._before, env.observation
        if before is None:
            return
        if self._header is None:
            self._begin(env, before)
        self._film(before)
        state = np.concatenate([before[key] for key in STATE if key in before])
        self._rows.append((state, np.asarray(decision.action, np.float32)))
        header = self._header
        assert header is not None
        # The video's last key frame has brought to disk what came before it.
        safe = (len(self._rows) - 1) // (KEY_S * header.fps) * (KEY_S * header.fps)
        if safe >= max(self._on_disk + _CHECKPOINT_S * header.fps, self._on_disk * (1.0 + _CHECKPOINT_SHARE)):
            self._write(safe)

    def _begin(self, env: InspectionEnv, observation: dict[str, Any]) -> None:
        state = tuple(name for key, names in STATE.items() if key in observation for name in names)
        self._header = Header(
            fps=round(CONTROLS[env.control].hz),
            robot=env.robot_spec.name,
            split=env.split,
            task=TASK.format(scenario=env.scenario.replace("-", " ")),
            columns={"observation.state": state, "action": ACTION},
            pictures={_feature(key): observation[key].shape[:2] for key in _PICTURES if key in observation},
        )
        for name, (height, width) in self._header.pictures.items():
            path = self._root / VIDEO_PATH.format(video_key=name, **place(0))
            path.parent.mkdir(parents=True, exist_ok=True)
            self._videos[name] = VideoWriter(path, (width, height), self._header.fps, x264=_X264)
            self._pictures[name] = PictureStats()

    def _film(self, observation: dict[str, Any]) -> None:
        """Append the pictures of an observation."""
        for key in _PICTURES:
            video = self._videos.get(_feature(key))
            if video is None:
                continue
            if self._rows and observation["camera_age"][0] > 0.0:
                video.hold()
                continue
            picture = _picture(observation[key])
            video.write(picture)
            self._pictures[_feature(key)].add(picture)

    def _write(self, rows: int) -> None:
        """Bring the first `rows` rows to disk."""
        header = self._header
        if header is None or rows <= self._on_disk:
            return
        self._on_disk = rows
        columns = zip(header.columns, zip(*self._rows[:rows], strict=True), strict=True)
        entry = write_rows(self._root, header, {name: np.stack(values) for name, values in columns}, 0, 0)
        shown = stats_entry({name: pictures.stats() for name, pictures in self._pictures.items()})
        write_meta(self._root, header, [entry | shown])

    @classmethod
    def assemble(cls, recordings: Sequence[Path], out: Path) -> None:
        """Make one data set of all episodes that have a row."""
        roots = [folder / "lerobot" for folder in recordings]
        written = [root for root in roots if (root / DATA_PATH.format(**place(0))).exists()]
        if written:
            join(written, out)

    def close(self) -> None:
        """Finish the videos, then the rows."""
        videos, self._videos = self._videos, {}
        for video in videos.values():
            video.close()
        self._write(len(self._rows))


def _feature(key: str) -> str:
    return f"observation.images.{key}"


def _picture(shown: FloatArray) -> ByteArray:
    """(h, w, 3) uint8 of a picture in the observation: colour as it is, temperatures as grey."""
    if shown.ndim == 3:
        return np.asarray(shown, np.uint8)
    return np.repeat(grey(shown, *THERMAL_C)[:, :, None], 3, axis=2)


RECORDERS.add(LeRobotRecorder.name, LeRobotRecorder)

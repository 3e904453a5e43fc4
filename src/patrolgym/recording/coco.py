"""Records camera pictures with ground-truth boxes and masks in the COCO format, to train detectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from patrolgym.agents.base import Decision
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.sensors.camera import Frame

from .base import RECORDERS, Recorder
from .coco_file import CATEGORY_IDS, CocoFile, join
from .labels import PICTURES, Label, Labeller
from .optional import library
from .pictures import grey, jpeg, span_c

_QUALITY = {"rgb": 92, "thermal": 95}
#: The annotations on disk are brought up to date after so many seconds, later ever more seldom.
_CHECKPOINT_S, _CHECKPOINT_SHARE = 5.0, 0.05


class CocoRecorder(Recorder):
    """Writes coco/images/{rgb,thermal}/*.jpg and coco/annotations/instances_{split}_{rgb,thermal}.json.

    File names in the annotations start at the folder that is recorded into.
    """

    name: ClassVar[str] = "coco"

    def __init__(self, out: Path) -> None:
        self._mask = library("pycocotools.mask", "coco")
        self._out = out
        for old in (out / "coco").glob("images/*/*.jpg"):
            old.unlink()
        for old in (out / "coco").glob("annotations/*.json"):
            old.unlink()
        self._files: dict[str, CocoFile] = {}
        self._labeller: Labeller | None = None
        self._pictures = 0
        self._checked_s = 0.0

    def __call__(self, env: InspectionEnv, decision: Decision, time_s: float) -> None:
        """Take in the picture of this step, if there is one."""
        del decision
        frame = env.frame
        if frame is None:
            return
        if self._labeller is None:
            self._labeller = Labeller(env)
            self._files = {picture: CocoFile(*_annotations(self._out, env, picture)) for picture in PICTURES}
        self._pictures += 1
        labels = self._labeller.labels(frame)
        for picture, file in self._files.items():
            image = self._image(frame, picture) | {"time_s": round(time_s, 3)} | _camera(frame)
            file.add(image, [self._annotation(label) for label in labels if picture in label.shown_in])
        if time_s >= max(self._checked_s + _CHECKPOINT_S, self._checked_s * (1.0 + _CHECKPOINT_SHARE)):
            self._checked_s = time_s
            for file in self._files.values():
                file.checkpoint()

    def _image(self, frame: Frame, picture: str) -> dict[str, Any]:
        """Write one picture; returns its record."""
        path = self._out / "coco" / "images" / picture / f"{self._pictures:06d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        height, width = frame.truth_owner.shape
        record = {"file_name": str(path.relative_to(self._out)), "width": width, "height": height, "modality": picture}
        if picture == "rgb":
            path.write_bytes(jpeg(frame.rgb, _QUALITY[picture]))
            return record
        low, high = span_c(frame.thermal_c)
        path.write_bytes(jpeg(grey(frame.thermal_c, low, high), _QUALITY[picture]))
        return record | {"black_c": round(low, 2), "white_c": round(high, 2)}

    def _annotation(self, label: Label) -> dict[str, Any]:
        run_lengths = self._mask.encode(label.mask)
        return {
            "category_id": CATEGORY_IDS[label.group, label.category],
            "bbox": list(label.box_px),
            "area": int(np.count_nonzero(label.mask)),
            "segmentation": {"size": list(run_lengths["size"]), "counts": run_lengths["counts"].decode()},
            "iscrowd": 0,
            "tag": label.tag,
        }

    @classmethod
    def assemble(cls, recordings: Sequence[Path], out: Path) -> None:
        """Make one annotation file a sort of picture; the pictures stay where they are."""
        for name in sorted(
            {path.name for folder in recordings for path in (folder / "coco").rglob("instances_*.json")}
        ):
            sources = [
                (f"{folder.relative_to(out.parent)}/", folder / "coco" / "annotations" / name) for folder in recordings
            ]
            join([(prefix, path) for prefix, path in sources if path.exists()], out / "annotations" / name, "Patrols")

    def close(self) -> None:
        """Finish the annotations."""
        files, self._files = self._files, {}
        for file in files.values():
            file.close()


def _annotations(out: Path, env: InspectionEnv, picture: str) -> tuple[Path, str]:
    """Where the annotations of a sort of picture go, and what they are."""
    path = out / "coco" / "annotations" / f"instances_{env.split}_{picture}.json"
    return path, f"A patrol of a {env.scenario} ({env.size.name}, {env.split}), {picture} pictures"


def _camera(frame: Frame) -> dict[str, Any]:
    """True pose of the camera in the world, its rotation row by row, and the focal length."""
    return {
        "camera": {
            "position_m": np.round(frame.position_m, 4).tolist(),
            "rotation": np.round(frame.rotation, 5).ravel().tolist(),
            "focal_px": round(frame.focal_px, 2),
        }
    }


RECORDERS.add(CocoRecorder.name, CocoRecorder)

"""Foxglove's messages, filled from plain arrays. Their schemas: https://docs.foxglove.dev/docs/sdk/schemas."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from patrolgym.agents.base import Sighting
from patrolgym.envs.types import FloatArray, IntArray

from .optional import library
from .text import Colour

#: Lengths and angles are kept to this share of a metre or radian: what is beyond it would only cost space.
_STEP = 1.0 / 256.0
_FINE_STEP = 1.0 / 4096.0
_FLOAT32 = 7
_BOX_PX, _FONT_PX = 1.0, 8.0


@cache
def kind(name: str) -> Any:
    """Foxglove's message class of that name."""
    return getattr(library(f"foxglove_schemas_protobuf.{name}_pb2", "mcap"), name)


def stamp(time_s: float) -> dict[str, int]:
    """A protobuf timestamp."""
    return dict(zip(("seconds", "nanos"), divmod(round(time_s * 1e9), 10**9), strict=True))


def colour(rgb: Colour, alpha: float = 1.0) -> dict[str, float]:
    """A colour from RGB 0..255."""
    return {**{name: value / 255.0 for name, value in zip("rgb", rgb, strict=True)}, "a": alpha}


def vector(values: Iterable[float], step: float = _STEP) -> dict[str, float]:
    """x, y, z."""
    return dict(zip("xyz", (round(float(v) / step) * step for v in values), strict=True))


def pose(position_m: Iterable[float], rotation: FloatArray | None = None) -> dict[str, Any]:
    """A pose; `rotation` (3, 3) to the parent, None for none."""
    turn = [0.0, 0.0, 0.0, 1.0] if rotation is None else Rotation.from_matrix(rotation).as_quat().tolist()
    return {"position": vector(position_m), "orientation": quaternion(turn)}


def quaternion(turn: Iterable[float]) -> dict[str, float]:
    """x, y, z, w."""
    return dict(zip("xyzw", (round(value / _FINE_STEP) * _FINE_STEP for value in turn), strict=True))


def yawed(yaw_rad: float) -> FloatArray:
    """(3, 3) turn about z."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def transforms(time_s: float, frames: Mapping[str, tuple[FloatArray, FloatArray]]) -> Any:
    """Frame name -> its position (3,) and rotation (3, 3) in the frame "world"."""
    message, now = kind("FrameTransforms")(), stamp(time_s)
    turns = Rotation.from_matrix(np.stack([rotation for _, rotation in frames.values()])).as_quat().tolist()
    for (name, (position, _)), turn in zip(frames.items(), turns, strict=True):
        message.transforms.add(
            timestamp=now,
            parent_frame_id="world",
            child_frame_id=name,
            translation=vector(position),
            rotation=quaternion(turn),
        )
    return message


def cloud(time_s: float, points_m: FloatArray, frame: str) -> Any:
    """(n, 3) points of a frame."""
    kept = (np.round(points_m / _STEP) * _STEP).astype("<f4")
    fields = [{"name": axis, "offset": 4 * k, "type": _FLOAT32} for k, axis in enumerate("xyz")]
    return kind("PointCloud")(
        timestamp=stamp(time_s),
        frame_id=frame,
        pose=pose((0.0, 0.0, 0.0)),
        point_stride=12,
        fields=fields,
        data=kept.tobytes(),
    )


def image(time_s: float, jpeg: bytes) -> Any:
    """A picture of the frame "camera"."""
    return kind("CompressedImage")(timestamp=stamp(time_s), frame_id="camera", data=jpeg, format="jpeg")


def calibration(time_s: float, size_px: tuple[int, int], focal_px: float) -> Any:
    """A pinhole camera of (width, height) with its principal point in the middle."""
    width, height = size_px
    x, y = 0.5 * (width - 1), 0.5 * (height - 1)
    return kind("CameraCalibration")(
        timestamp=stamp(time_s),
        frame_id="camera",
        width=width,
        height=height,
        distortion_model="plumb_bob",
        D=[0.0] * 5,
        K=[focal_px, 0.0, x, 0.0, focal_px, y, 0.0, 0.0, 1.0],
        R=[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        P=[focal_px, 0.0, x, 0.0, 0.0, focal_px, y, 0.0, 0.0, 0.0, 1.0, 0.0],
    )


def annotations(time_s: float, sightings: Sequence[Sighting], usual: Colour, alarm: Colour) -> Any:
    """Boxes and labels in the picture taken at `time_s`, those that mean something is wrong in the colour `alarm`."""
    message = kind("ImageAnnotations")(timestamp=stamp(time_s))
    for seen in sightings:
        x0, y0, x1, y1 = seen.box_px
        drawn = colour(alarm if seen.alarm else usual)
        corners = [{"x": x, "y": y} for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
        message.points.add(
            timestamp=stamp(time_s), type="LINE_LOOP", points=corners, outline_color=drawn, thickness=_BOX_PX
        )
        message.texts.add(
            timestamp=stamp(time_s),
            position={"x": x0, "y": y0},
            text=seen.label,
            font_size=_FONT_PX,
            text_color={"r": 1.0, "g": 1.0, "b": 1.0, "a": 1.0},
            background_color={**drawn, "a": 0.7},
        )
    return message


def joints(time_s: float, names: Sequence[str], angle: FloatArray, speed: FloatArray, torque: FloatArray) -> Any:
    """Joint angles (rad), speeds (rad/s) and torques (N·m), each (n,)."""
    rows = np.round(np.column_stack([angle, speed, torque]) / _STEP) * _STEP
    return kind("JointStates")(
        timestamp=stamp(time_s),
        joints=[
            {"name": name, "position": q, "velocity": dq, "effort": tau}
            for name, (q, dq, tau) in zip(names, rows.tolist(), strict=True)
        ],
    )


def entity(time_s: float, name: str, frame: str = "world", locked: bool = False, **shapes: Any) -> dict[str, Any]:
    """Something to draw, that takes the place of what had the same name; `shapes` as in `SceneEntity`."""
    return {"timestamp": stamp(time_s), "id": name, "frame_id": frame, "frame_locked": locked, **shapes}


def triangles(vertices_m: FloatArray, faces: IntArray, rgb: Colour) -> dict[str, Any]:
    """A mesh (n, 3), (m, 3) of one colour."""
    used, inverse = np.unique(faces, return_inverse=True)
    kept = np.round(vertices_m[used] / _STEP) * _STEP
    return {
        "pose": pose((0.0, 0.0, 0.0)),
        "points": [{"x": x, "y": y, "z": z} for x, y, z in kept.tolist()],
        "indices": inverse.ravel().tolist(),
        "color": colour(rgb),
    }


def text(position_m: Iterable[float], words: str, height_m: float, rgb: Colour) -> dict[str, Any]:
    """Words that face the viewer."""
    return {
        "pose": pose(position_m),
        "billboard": True,
        "font_size": height_m,
        "color": colour(rgb),
        "text": words,
    }

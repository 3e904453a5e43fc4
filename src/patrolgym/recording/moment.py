"""What a video frame is made of: plain facts about one moment of a patrol, filled in by whoever runs the episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from patrolgym.envs.metrics.detection import Claim
from patrolgym.envs.types import BoolArray, ByteArray, FloatArray, Point


@dataclass(frozen=True)
class Box:
    """A detection in the camera picture: corners in pixels, a short label, and whether it is something wrong."""

    x0: float
    y0: float
    x1: float
    y1: float
    label: str
    alarm: bool = True


@dataclass(frozen=True, eq=False)
class Moment:
    """One moment of a patrol. Ground truth may be shown: a video is for people, not for agents.

    Attributes:
        time_s, time_limit_s: of the episode.
        battery: 0..1.
        activity: what the agent is doing, in a few words.
        outside: (h, w, 3) uint8 the robot seen from outside.
        camera: (h, w, 3) uint8 its latest picture, with `boxes` in it.
        thermal_c: (h, w) °C, taken through the same lens.
        zoom: of that lens.
        position_m, yaw_rad: true pose of the robot, world frame.
        view_yaw_rad, view_width_rad: where the lens points and how wide it sees, world frame, on the plan.
        path_m: (k, 2) where the robot has been.
        seen: (n,) flags of the surfels of `Coverage`.
        served: (p,) flags of the inspection points.
        score: the running score (`Scorer.score`).
        claims: the reports so far (`Detection.claims`).
        people_m: positions of people.
        traffic_m: (k, 2) corners of each other thing that moves.
        gas: (rows, columns) 0..1 how much gas stands over each cell of the site's bounds, southern row first, or None.
    """

    time_s: float
    time_limit_s: float
    battery: float
    activity: str
    outside: ByteArray
    camera: ByteArray
    thermal_c: FloatArray
    zoom: float
    position_m: Point
    yaw_rad: float
    view_yaw_rad: float
    view_width_rad: float
    path_m: FloatArray
    seen: BoolArray
    served: BoolArray
    score: dict[str, Any]
    claims: Sequence[Claim] = ()
    boxes: Sequence[Box] = ()
    people_m: Sequence[Point] = ()
    traffic_m: Sequence[FloatArray] = ()
    gas: FloatArray | None = None

"""What moves besides people, as outlines on the plan."""

from collections.abc import Iterable

import numpy as np

from patrolgym.envs.site.model import Mover
from patrolgym.envs.types import FloatArray


def outlines_m(movers: Iterable[Mover], time_s: float) -> list[FloatArray]:
    """(k, 2) corners, world frame, of each of `movers` with a box, and the joints of those with links."""
    return [outline for mover in movers if (outline := _outline(mover, time_s)) is not None]


def _outline(mover: Mover, time_s: float) -> FloatArray | None:
    if mover.link_poses_at is not None:
        own = mover.link_poses_at(time_s)[:, :2, 3]
    elif mover.size_m is not None:
        length, width, _ = mover.size_m
        own = 0.5 * np.array([(length, width), (-length, width), (-length, -width), (length, -width)])
    else:
        return None
    x, y, _, yaw = mover.pose_at(time_s)
    c, s = np.cos(yaw), np.sin(yaw)
    return np.asarray(own @ np.array([[c, s], [-s, c]]) + (x, y))

"""Wire guards round machines: thin enough to be seen through, too close-meshed for the robot to get through."""

import numpy as np

from ..types import Point
from .shapes import Shape, box, box_between, join

GUARD_HEIGHT_M, GUARD_GAP_M = 2.0, 0.12
GUARD_YELLOW: Point = (0.86, 0.68, 0.08)
GUARD_GREY: Point = (0.20, 0.21, 0.22)
_FRAME_M, _WIRE_M, _PITCH_M = 0.03, 0.004, 0.075


def wire_panel(width_m: float, high_m: float = GUARD_HEIGHT_M, low_m: float = GUARD_GAP_M) -> tuple[Shape, Shape]:
    """A frame and its wires, in the x-z plane from (0, 0, low) to (width, 0, high)."""
    half = 0.5 * _FRAME_M
    rails = [box_between((0, -half, z), (width_m, half, z + _FRAME_M)) for z in (low_m, high_m - _FRAME_M)]
    stiles = [
        box_between((x, -half, low_m + _FRAME_M), (x + _FRAME_M, half, high_m - _FRAME_M))
        for x in (0.0, width_m - _FRAME_M)
    ]
    tall, middle = high_m - low_m - 2 * _FRAME_M, 0.5 * (low_m + high_m)
    count = max(round((width_m - 2 * _FRAME_M) / _PITCH_M), 2)
    places = _FRAME_M + (width_m - 2 * _FRAME_M) * np.arange(1, count) / count
    wires = [box((_WIRE_M, _WIRE_M, tall), (x, 0.0, middle)) for x in places]
    wires += [
        box((width_m - 2 * _FRAME_M, _WIRE_M, _WIRE_M), (0.5 * width_m, _WIRE_M, z))
        for z in np.linspace(low_m, high_m, 6)[1:-1]
    ]
    return join(rails + stiles), join(wires)


def guard_post(x_m: float, y_m: float, high_m: float = GUARD_HEIGHT_M) -> Shape:
    """A square post on its foot plate at (x, y)."""
    return join([box((0.06, 0.06, high_m), (x_m, y_m, 0.5 * high_m)), box((0.16, 0.12, 0.012), (x_m, y_m, 0.006))])

"""A trial of a robot that nobody has seen yet: whether PyBullet takes it and it stands on level ground."""

import numpy as np

from ..world.physics import Physics
from .quadruped import Quadruped
from .spec import RobotSpec

STANDS_S = 1.5
_SUNK = 0.7


def check_stands(spec: RobotSpec) -> None:
    """Let the robot stand for a moment.

    Raises:
        ValueError: PyBullet cannot load it, or it falls or sinks; the message says what to look at.
    """
    physics = Physics(spec.gait.timestep_s)
    try:
        physics.add_plane()
        robot = Quadruped(spec, physics)
        robot.spawn(0.0, 0.0, 0.0)
        robot.advance(STANDS_S)
        state = robot.state
        height_m = float(state.position_m[2])
        if not np.isfinite(state.position_m).all() or robot.fallen or height_m < _SUNK * spec.gait.stand_height_m:
            raise ValueError(
                f"robot {spec.name!r} does not stand: after {STANDS_S:g} s its base is {height_m:.2f} m high, not "
                f"{spec.gait.stand_height_m:.2f}; look at gait.stand_height_m, gait.torque_limit_nm, legs.signs and "
                "the masses in its URDF"
            )
    finally:
        physics.close()

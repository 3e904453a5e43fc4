"""What the gait controller knows of the body it moves."""

from dataclasses import dataclass
from typing import NamedTuple

from patrolgym.envs.types import FloatArray


@dataclass(frozen=True)
class BodyModel:
    """Mass properties of the robot as it stands, in the base link frame.

    Attributes:
        mass_kg, centre_m, inertia: of the whole robot; (3,) and (3, 3) about the centre.
        leg_inertia: (4, 3, 3) joint-space inertia of each leg, canonical angles.
        leg_weight_nm: (4, 3) torques that hold the legs up.
        head_inertia: kg·m² about the neck.
    """

    mass_kg: float
    centre_m: FloatArray
    inertia: FloatArray
    leg_inertia: FloatArray
    leg_weight_nm: FloatArray
    head_inertia: float


class BodyState(NamedTuple):
    """The body now, in the world frame; legs in the order of `spec.LEGS`.

    Attributes:
        origin_m: (3,) base link origin.
        centre_m, velocity_m_s: (3,) centre of mass of the whole robot.
        rotation: (3, 3) base to world.
        angular_rad_s: (3,).
        heading: (cos, sin) of the yaw.
        q, dq: (4, 3) canonical joint angles and speeds.
        feet_m: (4, 3) centres of the feet.
        jacobian: (4, 3, 3) of the feet.
        contact: which feet touch something.
    """

    origin_m: FloatArray
    centre_m: FloatArray
    velocity_m_s: FloatArray
    rotation: FloatArray
    angular_rad_s: FloatArray
    heading: tuple[float, float]
    q: FloatArray
    dq: FloatArray
    feet_m: FloatArray
    jacobian: FloatArray
    contact: list[bool]

    def in_heading(self, x: float, y: float) -> tuple[float, float]:
        """A horizontal world vector as (forward, left)."""
        cos, sin = self.heading
        return cos * x + sin * y, cos * y - sin * x

    def in_world(self, forward: float, left: float) -> tuple[float, float]:
        """A (forward, left) vector as horizontal world (x, y)."""
        cos, sin = self.heading
        return cos * forward - sin * left, sin * forward + cos * left


@dataclass(frozen=True)
class Pace:
    """Natural time scale of a robot: gains written with it fit robots of every size.

    Attributes:
        height_m: centre of mass over the ground.
        rate: sqrt(g / height), 1/s.
    """

    height_m: float
    rate: float

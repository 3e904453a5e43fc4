"""Everything that is simulated in an episode: the physics and ray-cast twins of a site, its fields, and the robot."""

import numpy as np

from ..robots.base import DYNAMICS, Robot
from ..robots.spec import RobotSpec
from ..site.mesh import merge
from ..site.model import Site
from ..types import FloatArray
from .gas import GasField
from .movers import Movers
from .physics import Physics
from .scene import Scene
from .sound import SoundField
from .telemetry import Telemetry
from .vibration import VibrationField

# Long enough for a plume to reach across a unit before the robot sets out.
_GAS_PREROLL_S = 60.0
_GROUND_FRICTION = 0.9


class World:
    """One site with a robot on its dock.

    Args:
        physics: emptied, then filled with the site and the robot.
        site: in the state of this episode.
        spec: the robot.
        rng: for the wind, the gas and the robot.
        dynamics: how the robot is moved, a name of `DYNAMICS`.
    """

    def __init__(
        self, physics: Physics, site: Site, spec: RobotSpec, rng: np.random.Generator, dynamics: str = "full"
    ) -> None:
        self._movers = Movers(physics, site)
        self.site = site = self._movers.site
        self.mesh = merge(site)
        self.time_s = 0.0
        self.physics = physics
        physics.reset()
        physics.add_plane(_GROUND_FRICTION)
        self.site_body = physics.add_static_mesh(*self.mesh.solid(), friction=_GROUND_FRICTION)
        self.scene = Scene(site, self.mesh)
        self.gas = GasField(site, self.scene.static, rng)
        self.gas.advance(_GAS_PREROLL_S)
        self.sound = SoundField(site)
        self.vibration = VibrationField(site)
        self.instruments = Telemetry(site, rng)
        self.robot: Robot = DYNAMICS[dynamics].make(spec, physics, rng)
        x, y, yaw = site.dock
        self.robot.spawn(x, y, yaw, 0.0)
        self.scene.update(0.0)

    def advance(self, duration_s: float) -> None:
        """Let `duration_s` pass. The scene follows when `look` is called."""
        self._movers.advance(self.time_s, duration_s, self.robot.state.position_m)
        self.robot.advance(duration_s)
        self.time_s += duration_s
        self.gas.advance(duration_s)

    def look(self) -> None:
        """Bring the ray-cast twin up to the present."""
        self.scene.update(self.time_s)

    def people_m(self) -> FloatArray:
        """(n, 3) where people stand."""
        return self._movers.people_m(self.time_s)

    def touched_movers(self) -> list[int]:
        """Numbers (in `site.movers`) of those that any part of the robot, feet included, met since the last call."""
        return self._movers.touched(self.robot.met_bodies())

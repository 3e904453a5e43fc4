"""Everything that is simulated in an episode: the physics and ray-cast twins of a site, its fields, and the robot."""

from dataclasses import replace

import numpy as np

from ..robots.quadruped import Quadruped
from ..robots.spec import RobotSpec
from ..site.mesh import merge
from ..site.model import Site
from ..types import FloatArray
from .gas import GasField
from .pedestrians import Pedestrian
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
        rng: for the wind and the gas.
    """

    def __init__(self, physics: Physics, site: Site, spec: RobotSpec, rng: np.random.Generator) -> None:
        self._pedestrians = {id(m): Pedestrian(m) for m in site.movers if m.kind == "person"}
        movers = [self._pedestrians[id(m)].mover if id(m) in self._pedestrians else m for m in site.movers]
        self.site = site = replace(site, movers=movers)
        self.mesh = merge(site)
        self.time_s = 0.0
        self.physics = physics
        physics.reset()
        physics.add_plane(_GROUND_FRICTION)
        self.site_body = physics.add_static_mesh(*self.mesh.solid(), friction=_GROUND_FRICTION)
        self._bodies = [(m, physics.add_mover(m.radius_m, m.height_m)) for m in site.movers if m.radius_m > 0]
        self.scene = Scene(site, self.mesh)
        self.gas = GasField(site, self.scene.static, rng)
        self.gas.advance(_GAS_PREROLL_S)
        self.sound = SoundField(site)
        self.vibration = VibrationField(site)
        self.instruments = Telemetry(site, rng)
        self.robot = Quadruped(spec, physics)
        x, y, yaw = site.dock
        self.robot.spawn(x, y, yaw, 0.0)
        self._place_movers()
        self.scene.update(0.0)

    def advance(self, duration_s: float) -> None:
        """Let `duration_s` pass. The scene follows when `look` is called."""
        self.robot.advance(duration_s)
        self.time_s += duration_s
        place = self.robot.state.position_m
        for pedestrian in self._pedestrians.values():
            pedestrian.advance(duration_s, place)
        self._place_movers()
        self.gas.advance(duration_s)

    def look(self) -> None:
        """Bring the ray-cast twin up to the present."""
        self.scene.update(self.time_s)

    def people_m(self) -> FloatArray:
        """(n, 3) where people stand."""
        poses = [mover.pose_at(self.time_s)[:3] for mover in self.site.movers if mover.kind == "person"]
        return np.array(poses, dtype=float).reshape(-1, 3)

    def _place_movers(self) -> None:
        for mover, body in self._bodies:
            *place, yaw = mover.pose_at(self.time_s)
            self.physics.move(body, np.array(place), yaw)

"""The inspection environment: it passes site, robot, sensors and metrics to each other and orders their steps."""

import math
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from .anomalies.base import ANOMALIES
from .anomalies.sampling import place_named, sample_anomalies
from .briefing import make_briefing
from .checks import checked_action, chosen_options, one_of
from .controls import CONTROLS
from .metrics.base import StepRecord
from .metrics.coverage import Coverage
from .metrics.detection import Detection
from .metrics.safety import Safety
from .metrics.score import Scorer
from .observations import SHOWINGS
from .outside import OutsideCamera
from .reference import ReferenceCamera
from .rewards import Reward
from .robots.base import DYNAMICS
from .robots.spec import load_robot
from .sensors.base import SensorContext, SensorSuite
from .sensors.camera import Frame
from .sensors.lidar import Lidar
from .sensors.proprioception import PoseEstimator
from .site.mesh import merge
from .site.model import Site
from .site_file.loader import site_source
from .sites.base import SPLITS
from .truth import episode_context
from .types import AnomalyTruth, Briefing, ByteArray, FloatArray, Reading, Report
from .world.physics import Physics
from .world.world import World

Observation = dict[str, Any]
#: The Dict of the sensors, or what `observation` makes of it.
Shown = Any

DEFAULT_SENSORS = SHOWINGS["sensors"].usual
_FALL_ENDS_S = 2.0
_SHOWN = ("coverage", "points_served", "detection_rate", "precision", "false_alarms")
_OPTIONS = ("site_seed", "anomalies")


class InspectionEnv(gym.Env[Any, FloatArray]):
    """A quadruped patrols a site, looks, reports and is scored.

    ## Action space
    `control="velocity"`: `Box(-1, 1, (6,))` at 10 Hz: forward, lateral and yaw rate in shares of the robot's limits,
    then camera pan (±1 is the robot's pan limit), tilt (lowest to highest) and zoom (geometric, 1× to the longest).
    `control="walk"`: the first three of them; the camera aims itself. It goes with `observation="compact"`.
    `control="joint"`: `Box(-1, 1, (12,))` at 50 Hz: joint targets about the standing pose.

    ## Observation space
    A flat `Dict`: always `time`, `pose` (estimated x, y, z, roll, pitch, yaw), `velocity`, `head`, `battery`, and the
    keys of each sensor asked for. All float32 or uint8 with finite bounds; arrays are fresh copies.
    `observation="compact"`: one flat `Box` for navigation policies, laid out as `compact.view.LAYOUT` says.

    ## Rewards
    A weighted sum of named terms (`info["reward_terms"]`): newly covered area, points served, matched reports, false
    alarms, energy. `info["cost"]` holds the safety cost apart.

    ## Episode end
    Terminated by a fall of 2 s, a flat battery, or `finish()`; truncated at the size's time limit.

    Args:
        scenario: a name of the scenario registry.
        size: "small", "medium" or "large".
        split: "train", "val" or "test": disjoint sites.
        control: "velocity", "walk" or "joint".
        dynamics: "full": legs in contact physics; "kinematic": moved as its legs were measured to move it, far faster.
        sensors: names of the sensor registry; None: what the observation usually shows.
        observation: "sensors" or "compact".
        robot: a name of `assets/robots`, or the path of a robot's .urdf or .yaml file.
        site: a name of `assets/sites` or the path of a site file, which then takes the place of `size`.
        render_mode: None or "rgb_array": the robot seen from outside.

    Raises:
        ValueError: an argument is unknown; the message lists what is allowed.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012

    def __init__(
        self,
        scenario: str = "hazardous-plant",
        size: str = "small",
        split: str = "train",
        control: str = "velocity",
        dynamics: str = "full",
        sensors: Sequence[str] | None = None,
        robot: str = "exquad",
        render_mode: str | None = None,
        site: str | None = None,
        observation: str = "sensors",
    ) -> None:
        self.sites = site_source(scenario, size, site)
        self.size = self.sites.size
        one_of("split", split, SPLITS)
        one_of("control", control, CONTROLS)
        one_of(f"control of {dynamics!r} dynamics", control, DYNAMICS[dynamics].controls)
        one_of("observation", observation, SHOWINGS)
        one_of("render_mode", render_mode, (None, *self.metadata["render_modes"]))
        self.scenario, self.split, self.control, self.dynamics = scenario, split, control, dynamics
        self.render_mode = render_mode
        self.robot_spec = load_robot(robot)
        DYNAMICS[dynamics].check(self.robot_spec)
        self._control, self._showing = CONTROLS[control], SHOWINGS[observation]
        self._dt_s = 1.0 / self._control.hz
        if sensors is not None and "state" in sensors:
            raise ValueError("sensor 'state' is always observed and need not be asked for")
        asked = ("state", *(self._showing.usual if sensors is None else sensors), *self._showing.needed)
        self.sensor_names = tuple(dict.fromkeys(asked))
        read = dict.fromkeys((*asked, *DYNAMICS[dynamics].sensors))
        self._suite = SensorSuite(tuple(read), self._control.hz)
        self._keys = SensorSuite(self.sensor_names, self._control.hz).spaces().keys()
        every = self._suite.spaces()
        self.observation_space = self._showing.space(spaces.Dict({key: every[key] for key in self._keys}))
        self.action_space = spaces.Box(-1.0, 1.0, (self._control.size,), np.float32)
        self.scorer, self._reward = Scorer(), Reward()
        self._physics: Physics | None = None
        self._world: World | None = None
        self._outside, self._lidar = OutsideCamera(), Lidar()
        self._over = True

    # Gymnasium

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Shown, dict[str, Any]]:
        """Start an episode.

        Args:
            seed: of everything random in the episode.
            options: "site_seed": which site of the split (None: drawn); "anomalies": None to sample them, [] for a
                healthy site, or a list of {"class", "tag", "severity"} (tag and severity may be left out).

        Raises:
            ValueError: an option is unknown or cannot be met on this site.
        """
        super().reset(seed=seed)
        wanted = chosen_options(options, _OPTIONS)
        drawn = int(self.np_random.integers(2**31))
        site_seed = drawn if wanted["site_seed"] is None else wanted["site_seed"]
        rng = self.np_random
        healthy = self.sites.draw(self.split, site_seed)
        live = healthy.copy()
        if wanted["anomalies"] is None:
            self.anomalies: list[AnomalyTruth] = sample_anomalies(live, self.size.anomalies, self.size.distractors, rng)
        else:
            self.anomalies = place_named(live, wanted["anomalies"], rng)
        if self._physics is None:
            self._physics = Physics(self.robot_spec.gait.timestep_s)
        self._world = World(self._physics, live, self.robot_spec, rng, self.dynamics)
        self._start(healthy, live, rng)
        return self._observe(), self._info({})

    def _start(self, healthy: Site, live: Site, rng: np.random.Generator) -> None:
        """Everything that counts and remembers, at the start of an episode."""
        world = self.world
        self.briefing: Briefing = make_briefing(healthy, merge(healthy), self.robot_spec, self.size.time_limit_s)
        self._reference: ReferenceCamera | None = ReferenceCamera(healthy, self.split, rng)
        self._believe = PoseEstimator(rng)
        self._suite.reset(rng)
        self._outside.reset()
        self._rng = rng
        self._steps, self.zoom, self._fallen_s = 0, 1.0, 0.0
        self._finished = self._over = False
        self._reports: list[Report] = []
        self._readings: list[Reading] = []
        self._view = self._showing.begin(self.briefing)
        self._pilot = self._control.begin(world.robot, self.robot_spec, self.briefing, self._view)
        self._energy_wh = world.robot.state.energy_wh
        self._last_m = world.robot.state.position_m
        self.frame: Frame | None = None
        self.scorer.reset(episode_context(world, self.anomalies, self.briefing))
        self._reward.reset(self.scorer)

    def step(self, action: FloatArray) -> tuple[Shown, float, bool, bool, dict[str, Any]]:
        """Act for one control period.

        Args:
            action: see the class; values beyond ±1 are cut.

        Raises:
            ValueError: the action has another shape or is not finite.
            gymnasium.error.ResetNeeded: the episode is over or was never begun.
        """
        if self._over:
            raise gym.error.ResetNeeded("the episode is over: call reset() before step()")
        self.zoom = self._pilot.command(checked_action(action, self._control.size), self.observation)
        self._reference = None
        world = self.world
        world.advance(self._dt_s)
        self._believe.advance(self._dt_s)
        self._steps += 1
        observation = self._observe()
        record = self._record()
        self.scorer.update(record)
        terms = self._reward.terms(self.scorer, record)
        self._fallen_s = self._fallen_s + self._dt_s if world.robot.fallen else 0.0
        terminated = self._finished or self._fallen_s >= _FALL_ENDS_S or world.robot.battery_fraction <= 0.0
        truncated = not terminated and world.time_s >= self.size.time_limit_s - 1e-6
        self._over = terminated or truncated
        return observation, float(sum(terms.values())), terminated, truncated, self._info(terms)

    def render(self) -> ByteArray | None:
        """The robot from outside, (360, 640, 3) uint8, with `render_mode="rgb_array"`; else None."""
        if self.render_mode is None:
            return None
        return self._outside.picture(self.world)

    def close(self) -> None:
        """Free the physics client; a second call does nothing."""
        if self._physics is not None:
            self._physics.close()
            self._physics = self._world = None
        self._over = True

    # For agents

    def report(self, report: Report) -> None:
        """Take in an agent's claim; it is scored at once."""
        if not isinstance(report, Report):
            raise ValueError(f"a report must be a patrolgym.envs.types.Report, got {report!r}")
        one_of("anomaly class", report.anomaly_class, ANOMALIES.names())
        self._reports.append(report)

    def log_reading(self, reading: Reading) -> None:
        """Take in the value of an inspection point as the agent read it."""
        if reading.point not in {point.name for point in self.briefing.points}:
            raise ValueError(f"unknown inspection point {reading.point!r} in a reading")
        self._readings.append(reading)

    def finish(self) -> None:
        """The agent says that it is back and done: the next step ends the episode."""
        self._finished = True

    def commission(self, position_m: FloatArray, rotation: FloatArray, zoom: float) -> Observation:
        """A picture of the healthy site, taken on the day it was commissioned.

        Args:
            position_m: (3,) lens, world frame.
            rotation: (3, 3) camera frame (x right, y down, z forward) to world.
            zoom: factor within the camera's range.

        Returns:
            "rgb" (h, w, 3) uint8, "depth" (h, w) m and "thermal" (h, w) °C.

        Raises:
            ValueError: the patrol has begun, or an argument is malformed.
        """
        if self._reference is None:
            raise ValueError("commissioning pictures can be taken only between reset() and the first step()")
        return self._reference.picture(position_m, rotation, zoom)

    def score(self) -> dict[str, Any]:
        """Ground-truth score so far, in the fields of score.json that follow from the episode alone."""
        return self.scorer.score()

    @property
    def step_s(self) -> float:
        """How long a step is."""
        return self._dt_s

    @property
    def finishing(self) -> bool:
        """Whether the agent has said that it is done."""
        return self._finished

    @property
    def world(self) -> World:
        """The world of the running episode; ground truth, not for agents."""
        if self._world is None:
            raise gym.error.ResetNeeded("there is no episode yet: call reset() first")
        return self._world

    # Steps of a step

    def _observe(self) -> Shown:
        world = self.world
        if self._suite.due(self._steps):
            world.look()
        context = SensorContext(
            time_s=world.time_s,
            scene=world.scene,
            robot=world.robot,
            zoom=self.zoom,
            believe=self._believe,
            rng=self._rng,
            gas=world.gas,
            sound=world.sound,
            vibration=world.vibration,
            instruments=world.instruments,
        )
        everything = self._suite.observe(self._steps, context)
        self.frame = context.shared.get("frame")
        self._looked = self.frame or context.shared.get("sight")
        if "lidar" in context.shared:
            world.robot.see(self._lidar.points(*context.shared["lidar"]))
        self.observation: Observation = {key: everything[key] for key in self._keys}
        return self._view.see(self.observation)

    def _record(self) -> StepRecord:
        world = self.world
        state = world.robot.state
        x, y, _ = (state.position_m - self._last_m).tolist()
        energy = state.energy_wh - self._energy_wh
        self._last_m, self._energy_wh = state.position_m, state.energy_wh
        reports, self._reports = self._reports, []
        readings, self._readings = self._readings, []
        return StepRecord(
            time_s=world.time_s,
            dt_s=self._dt_s,
            position_m=tuple(state.position_m.tolist()),
            gas_ppm=world.gas.concentration_ppm(state.position_m[None])[0],
            frame=self._looked,
            contacts=len(world.robot.body_contacts()),
            fallen=world.robot.fallen,
            distance_m=math.sqrt(x * x + y * y),
            energy_wh=energy,
            people_m=[tuple(person) for person in world.people_m().tolist()],
            touched_movers=world.touched_movers(),
            reports=reports,
            readings=readings,
        )

    def _info(self, terms: dict[str, float]) -> dict[str, Any]:
        told = self.scorer.metric(Coverage).compute() | self.scorer.metric(Detection).compute()
        return {
            "cost": self.scorer.metric(Safety).cost,
            "reward_terms": terms,
            "score": {name: told[name] for name in _SHOWN},
        }

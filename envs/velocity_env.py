"""The locomotion environment: joint targets in, a velocity command to follow."""

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from .checks import checked_action, chosen_options, one_of
from .locomotion.commands import Commands
from .locomotion.ground import open_ground
from .locomotion.guide import TrotGuide
from .locomotion.randomisation import Pushes, chosen, draw
from .locomotion.rewards import TRACKING_SIGMA, VelocityReward
from .outside import OutsideCamera
from .robots.quadruped import Quadruped, Servo
from .robots.spec import load_robot
from .types import ByteArray, FloatArray
from .world.physics import Physics
from .world.scene import Scene

CONTROL_HZ = 50.0
#: What a joint action of ±1 means about the stance, or about the guide.
ACTION_RAD = 0.5
GUIDES = (None, "trot")
#: Stiffness and damping of the joint drives over the most torque: 1/rad and s/rad.
STIFFNESS, DAMPING = 2.5, 0.06
_LENGTHS = {"velocity": 3, "spin": 3, "gravity": 3, "command": 3, "joints": 12, "speeds": 12, "action": 12}
_MOST = {"velocity": 10.0, "spin": 30.0, "gravity": 1.0, "joints": 6.5, "speeds": 60.0, "action": 1.0}
_OPTIONS = ("command",)


class QuadrupedVelocityEnv(gym.Env[FloatArray, FloatArray]):
    """A quadruped follows velocity commands on level ground by joint targets.

    ## Action space
    `Box(-1, 1, (12,))` at 50 Hz: joint targets about the stance, ±0.5 rad, leg by leg (front left, front right, rear
    left, rear right), abduction, thigh, knee; PD torques follow them at the physics rate of 500 Hz.

    ## Observation space
    `Box` of 48 float32: linear (3) and angular velocity (3) of the base, unit gravity (3), all in the base frame;
    command (3): forward and lateral m/s, yaw rate; joint angles about the stance (12) and speeds (12); the last action
    (12). With `guide="trot"` sine and cosine of its phase follow, and by how much it steps for more than the command
    (3): 53 numbers.

    ## Rewards
    A weighted sum of named terms (`info["reward_terms"]`), see `envs.locomotion.rewards`.

    ## Episode end
    Terminated by a fall (60° of tilt, or the trunk on the ground); truncated after `episode_s`.

    Args:
        robot: a name of `assets/robots`, or the path of a robot's .urdf or .yaml file.
        randomise: True: all of `envs.locomotion.randomisation`; False: nothing; or ranges by name, None for off.
        reward_weights: other weights by term.
        tracking_sigma: width of the two tracking terms, (m/s)² and (rad/s)²; a small one asks for accuracy, of whoever
            walks already.
        guide: None, or "trot": actions correct a trot at the commanded speed that knows no balance.
        episode_s: length of an episode.
        render_mode: None or "rgb_array": the robot seen from outside.

    Attributes:
        robot: as it is now; ground truth.
        stance: (12,) canonical joint angles that an action of zero means.

    Raises:
        ValueError: an argument is unknown; the message lists what is allowed.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 50}  # noqa: RUF012

    def __init__(
        self,
        robot: str = "exquad",
        randomise: bool | Mapping[str, Sequence[float] | None] = True,
        reward_weights: Mapping[str, float] | None = None,
        tracking_sigma: float = TRACKING_SIGMA,
        guide: str | None = None,
        episode_s: float = 20.0,
        render_mode: str | None = None,
    ) -> None:
        one_of("guide", guide, GUIDES)
        one_of("render_mode", render_mode, (None, *self.metadata["render_modes"]))
        if not 0.1 <= episode_s <= 1e5:
            raise ValueError(f"episode_s must be within 0.1..100000, got {episode_s!r}")
        if not 1e-4 <= tracking_sigma <= 100.0:
            raise ValueError(f"tracking_sigma must be within 0.0001..100, got {tracking_sigma!r}")
        self.render_mode = render_mode
        self.robot_spec = spec = load_robot(robot)
        self._ranges = chosen(randomise)
        self._commands, self._pushes = Commands(spec.speed), Pushes(self._ranges)
        self._reward = VelocityReward(spec, reward_weights, tracking_sigma)
        self._guide, self._guided = TrotGuide(spec, STIFFNESS, DAMPING / STIFFNESS), guide is not None
        self.stance = self._guide.stance.ravel()
        self._most_steps = round(episode_s * CONTROL_HZ)
        self._high = self._bounds()
        self.observation_space = spaces.Box(-self._high, self._high, dtype=np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (12,), np.float32)
        self._physics: Physics | None = None
        self._outside: OutsideCamera | None = None
        self._over = True

    def _bounds(self) -> FloatArray:
        most: dict[str, Any] = {**_MOST, "command": self._commands.high}
        parts = [np.broadcast_to(most[name], (length,)) for name, length in _LENGTHS.items()]
        clock = [np.ones(2), 0.5 * self._commands.high] if self._guided else []
        return np.concatenate([*parts, *clock]).astype(np.float32)

    # Gymnasium

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[FloatArray, dict[str, Any]]:
        """Start an episode, standing.

        Args:
            seed: of everything random in the episode.
            options: "command": (forward m/s, lateral m/s, yaw rate rad/s) to hold all through the episode.

        Raises:
            ValueError: an option is unknown or beyond the robot's limits.
        """
        super().reset(seed=seed)
        command = self._wanted(options)
        rng = self.np_random
        if self._physics is None:
            self._physics = Physics()
        physics = self._physics
        physics.reset()
        physics.add_plane(1.0)
        self.robot = Quadruped(self.robot_spec, physics)
        self.robot.spawn(0.0, 0.0, 0.0)
        self._per_control = round(1.0 / (CONTROL_HZ * physics.timestep_s))
        drawn = draw(self._ranges, rng)
        physics.scale_mass(self.robot.body, -1, drawn.trunk_mass)
        physics.set_contact(self.robot.body, drawn.friction)
        self._late_steps = round(drawn.latency_s / physics.timestep_s)
        limit = self.robot_spec.gait.torque_limit_nm
        self._drives = Servo(
            *(tuple(share * limit * s for s in drawn.motor_strength) for share in (STIFFNESS, DAMPING, 1.0))
        )
        self._commands.reset(rng, command)
        self._pushes.reset(rng, self.robot.mass_kg)
        self._guide.reset(float(rng.random()), self.robot.model)
        self._reward.reset(self.stance)
        self._action: FloatArray = np.zeros(12)
        self._target = self.stance
        self._steps, self._over = 0, False
        self._sense()
        if self._outside is not None:
            self._outside.reset()
        return self._observe(), self._info({})

    def _wanted(self, options: dict[str, Any] | None) -> FloatArray | None:
        """The command that the options ask for."""
        given = chosen_options(options, _OPTIONS)["command"]
        if given is None:
            return None
        command = np.asarray(given, dtype=float)
        most = self._commands.high
        if command.shape != (3,) or not (np.abs(command) <= most + 1e-9).all():
            raise ValueError(f"command must be 3 numbers within ±{most.tolist()}, got {given!r}")
        return command

    def step(self, action: FloatArray) -> tuple[FloatArray, float, bool, bool, dict[str, Any]]:
        """Act for one control period.

        Args:
            action: see the class; values beyond ±1 are cut.

        Raises:
            ValueError: the action has another shape or is not finite.
            gymnasium.error.ResetNeeded: the episode is over or was never begun.
        """
        if self._over:
            raise gym.error.ResetNeeded("the episode is over: call reset() before step()")
        now = checked_action(action, 12)
        dt, command = 1.0 / CONTROL_HZ, self._commands.now
        target = self.stance + ACTION_RAD * now
        if self._guided:
            target = target + self._guide.advance(command, self._velocity[[0, 1, 5]], dt)
        late = self._late_steps
        course = [(self._target, late), (target, self._per_control - late)]
        self.robot.servo(self._drives, course, self._pushes.force(dt))
        self._target, before, self._action = target, self._action, now
        self._steps += 1
        self._sense()
        fallen, touches = self.robot.fallen, len(self.robot.body_contacts())
        terms = self._reward.terms(self.robot.state, self._velocity, command, now, before, touches, fallen, dt)
        self._commands.advance(dt)
        truncated = not fallen and self._steps >= self._most_steps
        self._over = fallen or truncated
        return self._observe(), sum(terms.values()), fallen, truncated, self._info(terms)

    def render(self) -> ByteArray | None:
        """The robot from outside, (360, 640, 3) uint8, with `render_mode="rgb_array"`; else None."""
        if self.render_mode is None:
            return None
        if self._outside is None:
            self._outside, self._scene = OutsideCamera(), Scene(open_ground())
        return self._outside.look(self.robot, self._scene, self._steps / CONTROL_HZ)

    def close(self) -> None:
        """Free the physics client; a second call does nothing."""
        if self._physics is not None:
            self._physics.close()
            self._physics = None
        self._over = True

    # Steps of a step

    def _sense(self) -> None:
        """Linear and angular velocity in the base frame."""
        state = self.robot.state
        moving = np.array((state.velocity_m_s, state.angular_velocity_rad_s)) @ state.rotation
        self._velocity: FloatArray = moving.ravel()

    def _observe(self) -> FloatArray:
        state = self.robot.state
        clock = (*self._guide.clock, *self._guide.lacking) if self._guided else ()
        parts = (
            self._velocity,
            -state.rotation[2],
            self._commands.now,
            state.joint_q - self.stance,
            state.joint_dq,
            self._action,
            clock,
        )
        seen = np.concatenate(parts).astype(np.float32)
        return np.clip(seen, -self._high, self._high)

    def _info(self, terms: dict[str, float]) -> dict[str, Any]:
        return {"reward_terms": terms, "command": self._commands.now.copy(), "velocity": self._velocity.copy()}

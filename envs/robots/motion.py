"""How a robot moves as a whole, measured from its gait: what the kinematic dynamics need to stand in for the legs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from ..records import Within, read_record

Share = Annotated[float, Within(0.0, 10.0)]
#: Where the figures of `<folder>/<robot>.yaml` lie: `<folder>/motion/<robot>.yaml`.
FOLDER = "motion"


@dataclass(frozen=True)
class AxisMotion:
    """One of forward, lateral and yaw speed: dv/dt = (gain · command - v) / lag, and no faster than `most`.

    Attributes:
        gain: steady speed over the commanded one.
        lag_s: time constant.
        most: largest change of the speed, m/s² or rad/s².
        sway: (walking slowly, at full speed) standard deviation about the mean speed, m/s or rad/s.
    """

    gain: Share
    lag_s: Annotated[float, Within(0.0, 10.0)]
    most: Annotated[float, Within(0.01, 1000.0)]
    sway: Annotated[tuple[float, float], Within(0.0, 10.0)]


@dataclass(frozen=True)
class TrunkSway:
    """How the trunk rocks while walking: standard deviations (walking slowly, at full speed).

    Attributes:
        roll_rad, pitch_rad: of the lean.
        height_m: of the height over the ground.
        sink_m: how much lower than standing it is on average.
    """

    roll_rad: Annotated[tuple[float, float], Within(0.0, 1.0)]
    pitch_rad: Annotated[tuple[float, float], Within(0.0, 1.0)]
    height_m: Annotated[tuple[float, float], Within(0.0, 1.0)]
    sink_m: Annotated[float, Within(-1.0, 1.0)]


@dataclass(frozen=True)
class PowerModel:
    """Power drawn from the battery: standing, or stepping plus a square law in each speed, plus climbing.

    Attributes:
        stand_w, step_w: standing, stepping on the spot.
        forward, lateral, yaw: W for the square of each speed (m/s, m/s, rad/s).
        climb, descend: W for each m/s upwards and downwards; negative where going down saves.
    """

    stand_w: Annotated[float, Within(0.0, 1e6)]
    step_w: Annotated[float, Within(0.0, 1e6)]
    forward: Annotated[float, Within(-1e6, 1e6)]
    lateral: Annotated[float, Within(-1e6, 1e6)]
    yaw: Annotated[float, Within(-1e6, 1e6)]
    climb: Annotated[float, Within(-1e6, 1e6)]
    descend: Annotated[float, Within(-1e6, 1e6)]


@dataclass(frozen=True)
class Motion:
    """Figures of one robot, written by `python -m patrolgym.envs.robots.measure`.

    Attributes:
        forward, lateral, yaw: how each speed follows its command.
        trunk: how the trunk rocks.
        power: what the battery gives.
        steepest_rad: steepest ramp that it walked up and down.
        step_m: highest kerb that it walked up and down.
    """

    forward: AxisMotion
    lateral: AxisMotion
    yaw: AxisMotion
    trunk: TrunkSway
    power: PowerModel
    steepest_rad: Annotated[float, Within(0.0, 1.5)]
    step_m: Annotated[float, Within(0.0, 1.0)]


def motion_path(record: Path) -> Path:
    """Where the figures of the robot file `record` are looked for."""
    return record.parent / FOLDER / f"{record.stem}.yaml"


def read_motion(record: Path) -> Motion | None:
    """The figures of the robot file `record`; None where nobody has measured it."""
    path = motion_path(record)
    return read_record(path, Motion)[0] if path.is_file() else None

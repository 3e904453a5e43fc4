"""Rotating machines: what their plate says, how they run, and what a fault of theirs adds to the vibration.

All levels are RMS velocities of the bearing housing in mm/s between 10 and 1000 Hz, the band of ISO 10816.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..checks import one_of

#: ISO 10816-3 boundaries A/B, B/C, C/D in mm/s for group 2 (15 to 300 kW) on stiff and on springy ground.
RIGID_MM_S, FLEXIBLE_MM_S = (1.4, 2.8, 4.5), (2.3, 4.5, 7.1)
#: Shares of a misalignment's RMS at one, two and three times the shaft rate.
MISALIGNED = (0.40, 0.85, 0.34)
RACES = ("outer", "inner")
_SYNCHRONOUS_HZ = {2: 50.0, 4: 25.0, 6: 50.0 / 3.0}


@dataclass(frozen=True)
class Bearing:
    """Geometry of a rolling bearing: number of balls, ball and pitch diameter in mm, contact angle in rad."""

    name: str
    balls: int
    ball_mm: float
    pitch_mm: float
    contact_rad: float = 0.0

    def passes(self, race: str) -> float:
        """Balls that pass a spot of the "outer" or "inner" race in one turn of the shaft (BPFO, BPFI over its rate).

        Raises:
            ValueError: another race.
        """
        one_of("race", race, RACES)
        ratio = self.ball_mm / self.pitch_mm * float(np.cos(self.contact_rad))
        return 0.5 * self.balls * (1.0 + (ratio if race == "inner" else -ratio))

    @property
    def cage(self) -> float:
        """Turns of the cage in one turn of the shaft (FTF over its rate)."""
        return 0.5 * (1.0 - self.ball_mm / self.pitch_mm * float(np.cos(self.contact_rad)))


#: Deep-groove ball bearings of motors, fans and pumps (usual geometry of makers' tables).
BEARINGS: tuple[Bearing, ...] = (
    Bearing("6204", 8, 7.94, 33.5),
    Bearing("6205", 9, 7.94, 39.04),
    Bearing("6206", 9, 9.53, 46.0),
    Bearing("6208", 9, 11.91, 60.0),
    Bearing("6308", 8, 15.08, 65.0),
    Bearing("6310", 8, 19.05, 80.0),
    Bearing("6312", 8, 22.23, 95.0),
)


@dataclass(frozen=True)
class RotorPlate:
    """What the plate and the data sheet of a rotating machine say; goes into the params of its equipment.

    Attributes:
        shaft_hz: turns a second at rated load. The machine itself runs a few percent off it.
        bearing: of the shaft.
        zones_mm_s: (A/B, B/C, C/D) of ISO 10816-3; B/C is the alarm.
        vanes: blades or screw lobes that pulse once a turn each; 0: none.
    """

    shaft_hz: float
    bearing: Bearing
    zones_mm_s: tuple[float, float, float] = RIGID_MM_S
    vanes: int = 0

    def details(self, surface: str = "bearing") -> dict[str, Any]:
        """Details of a vibration point: "shaft_hz", "bearing", "zones_mm_s", "vanes", "surface"."""
        b = self.bearing
        geometry = {"balls": b.balls, "ball_mm": b.ball_mm, "pitch_mm": b.pitch_mm, "contact_rad": b.contact_rad}
        return {
            "shaft_hz": self.shaft_hz,
            "bearing": geometry,
            "zones_mm_s": self.zones_mm_s,
            "vanes": self.vanes,
            "surface": surface,
        }


@dataclass(frozen=True)
class Rotor:
    """How a rotating machine runs; goes into state["rotor"] of its equipment, where anomalies replace it.

    Attributes:
        shaft_hz: its true turns a second.
        bearing: of the shaft.
        load: 0..1; the load presses the balls to the races and paces the noise.
        imbalance_mm_s: at the shaft rate.
        misalignment_mm_s: at one, two and three times the rate, in shares of `MISALIGNED`.
        harmonics_mm_s: what a sound machine has at two, three, four and five times the rate.
        electrical_mm_s: at 100 Hz, twice the mains.
        vanes, vane_mm_s: pulses a turn and their level.
        broadband_mm_s: noise without lines.
        resonances_hz: of the housing, which impacts in the bearing make ring.
        fault: "outer" or "inner", or "" for a sound bearing.
        fault_mm_s: what the fault adds between 10 and 1000 Hz.
        fault_point: vibration point (its name without the tag) where the bad bearing is; "": the only one.
        seed: of its phases.
    """

    shaft_hz: float
    bearing: Bearing
    load: float
    imbalance_mm_s: float
    misalignment_mm_s: float
    harmonics_mm_s: tuple[float, float, float, float]
    electrical_mm_s: float
    vanes: int
    vane_mm_s: float
    broadband_mm_s: float
    resonances_hz: tuple[float, float]
    fault: str = ""
    fault_mm_s: float = 0.0
    fault_point: str = ""
    seed: int = 0

    @property
    def overall_mm_s(self) -> float:
        """RMS of everything at the bearing, 10 to 1000 Hz."""
        own = (self.imbalance_mm_s, self.misalignment_mm_s, self.electrical_mm_s, self.vane_mm_s, self.broadband_mm_s)
        return float(np.sqrt(np.square((*own, *self.harmonics_mm_s, self.fault_mm_s)).sum()))


def draw_plate(
    rng: np.random.Generator,
    poles: int = 4,
    vanes: int = 0,
    flexible: bool = False,
    gear: float = 1.0,
) -> RotorPlate:
    """A plate: an induction motor at 50 Hz with 2, 4 or 6 poles, the shaft `gear` times as fast, one of `BEARINGS`.

    Raises:
        ValueError: another number of poles.
    """
    if poles not in _SYNCHRONOUS_HZ:
        raise ValueError(f"poles must be one of {', '.join(map(str, _SYNCHRONOUS_HZ))}, got {poles!r}")
    rated = _SYNCHRONOUS_HZ[poles] * gear * (1.0 - float(rng.uniform(0.012, 0.035)))
    bearing = BEARINGS[int(rng.integers(len(BEARINGS)))]
    return RotorPlate(round(rated, 2), bearing, FLEXIBLE_MM_S if flexible else RIGID_MM_S, vanes)


def healthy_rotor(rng: np.random.Generator, plate: RotorPlate) -> Rotor:
    """A sound machine: zone A or good B, its rate from 3 % below the plate's to just above (an idling motor)."""
    alarm = plate.zones_mm_s[1]
    load = float(rng.uniform(0.45, 1.0))
    one = alarm * float(rng.uniform(0.06, 0.38))
    fall = np.cumprod(rng.uniform(0.3, 0.65, 4))
    harmonics = tuple(float(x) for x in one * fall * rng.uniform(0.5, 1.0, 4))
    return Rotor(
        shaft_hz=plate.shaft_hz * (1.0 + float(rng.uniform(-0.03, 0.008))),
        bearing=plate.bearing,
        load=load,
        imbalance_mm_s=one,
        misalignment_mm_s=0.0,
        harmonics_mm_s=(harmonics[0], harmonics[1], harmonics[2], harmonics[3]),
        electrical_mm_s=alarm * float(rng.uniform(0.0, 0.12)),
        vanes=plate.vanes,
        vane_mm_s=alarm * float(rng.uniform(0.05, 0.2)) if plate.vanes else 0.0,
        broadband_mm_s=alarm * float(rng.uniform(0.05, 0.14)) * (0.6 + 0.4 * load),
        resonances_hz=(float(rng.uniform(1500.0, 2600.0)), float(rng.uniform(2800.0, 4800.0))),
        seed=int(rng.integers(2**31)),
    )

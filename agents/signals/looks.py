"""What laser and microphone measure while the camera's axis stands still."""

from dataclasses import dataclass, field

import numpy as np

from patrolgym.envs.types import FloatArray

#: A look lasts while the axis turns less and the lens moves less, at most so many samples.
SAME_RAD, SAME_M, LONGEST = float(np.deg2rad(2.5)), 0.12, 10
#: Percentile of power that stands for the quiet moments, and how far it is below the mean of a steady sound (0.7 dB).
QUIET, QUIET_FACTOR = 20, 1.14


@dataclass(frozen=True, eq=False)
class Look:
    """What was measured while the axis stood still: means over the samples.

    Attributes:
        lens_m, axis: (3,) where from and along what.
        power: (4,) sound power in the bands, linear (1 is 0 dB).
        modulation: share of it that pulses at 100 Hz.
        samples: how many they are.
        column_ppm_m: (5,) gas along the axis.
        reach_m: how far the laser got; 0 without a return.
    """

    lens_m: FloatArray
    axis: FloatArray
    power: FloatArray
    modulation: float
    samples: int
    column_ppm_m: FloatArray
    reach_m: float


@dataclass
class Hold:
    """Samples of the look that is going on: lens, axis, sound, gas."""

    lens: list[FloatArray] = field(default_factory=list)
    axis: list[FloatArray] = field(default_factory=list)
    sound: list[FloatArray] = field(default_factory=list)
    gas: list[FloatArray] = field(default_factory=list)

    def fits(self, lens_m: FloatArray, axis: FloatArray) -> bool:
        """Whether a further sample belongs to the same look."""
        if not self.lens:
            return True
        turned = np.linalg.norm(axis - self.axis[0]) > SAME_RAD
        return not turned and len(self.lens) < LONGEST and bool(np.linalg.norm(lens_m - self.lens[0]) < SAME_M)

    def quiet_power(self) -> FloatArray:
        """(4,) power in the bands at the quiet moments: what sounds all the time, without what comes in pulses."""
        return np.asarray(QUIET_FACTOR * np.percentile(10.0 ** (np.array(self.sound)[:, :4] / 10.0), QUIET, axis=0))

    def look(self) -> Look:
        """The mean of the samples."""
        axis, sound, gas = np.mean(self.axis, axis=0), np.array(self.sound), np.array(self.gas)
        hit = gas[:, 5] > 0.0
        return Look(
            np.mean(self.lens, axis=0),
            axis / np.linalg.norm(axis),
            np.mean(10.0 ** (sound[:, :4] / 10.0), axis=0),
            float(sound[:, 4].mean()),
            len(sound),
            gas[hit, :5].mean(axis=0) if hit.any() else np.zeros(5),
            float(gas[hit, 5].mean()) if hit.all() else 0.0,
        )

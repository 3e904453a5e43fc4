"""What is heard and smelt along the camera's axis: which flange leaks, which insulator discharges.

All looks of a patrol are solved at once. The sound of one look is the sum of all sources, each weakened by its angle
off the axis, its distance, the air and what stands between; the fewest sources that explain every look are sought, so
that a loud neighbour does not count against a quiet one. Gas along the axis then tells a leak from a harmless hiss.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import nnls

from patrolgym.envs.site.gases import GASES
from patrolgym.envs.types import BoolArray, EquipmentInfo, FloatArray, InspectionPoint, Reading, Report

#: Quiet-plant level in the bands from 10, 16, 24 and 32 kHz, dB.
FLOOR_DB = (40.0, 36.0, 32.0, 30.0)
#: Absorption by air in the bands, dB/m, about ISO 9613-1 at 20 °C and 60 %.
ABSORPTION_DB_M = (0.3, 0.6, 0.9, 1.2)
#: The microphone's lobe: -6 dB at 15° off the axis, at least -24 dB; obstacles take away some dB in the bands.
LOBE_RAD, LOBE_DB, BACK_DB, SHADOW_DB = float(np.deg2rad(15.0)), 6.0, -24.0, (8.0, 10.0, 12.0, 14.0)
SOURCE_SKIN_M = 0.2
#: dB at 1 m: a leak of 100 g/h (ten times the rate gives 10 dB more), a steady nozzle, a running machine.
LEAK_G_H, LEAK_DB = 100.0, (44.0, 50.0, 51.0, 49.0)
HISS_DB, MACHINE_DB = (48.0, 53.0, 54.0, 51.0), (46.0, 40.0, 34.0, 29.0)
#: A discharge that stands 0 dB over the floor at `LISTEN_M`, and in which bands it pulses.
LISTEN_M, DISCHARGE_SHAPE_DB, PULSING_BANDS = 2.0, (0.0, 0.0, -2.0, -10.0), 3
#: Errors of one sample: of the level (0.7 dB) as a share of the power, of the modulation, of the column in ppm·m.
POWER_ERROR, MODULATION_ERROR, COLUMN_PPM_M = 0.16, 0.04, {"H2": 40.0, "NH3": 3.0}
COLUMN_DEFAULT_PPM_M, COLUMN_DOUBLES_M, COLUMN_DRIFT = 5.0, 30.0, 0.4
#: What poses and edges of shadows cost: share of a source's power. Noise below zero is cut off: mean that is left.
MODEL_ERROR, MODULATION_BIAS = 0.25, 0.016
#: A source counts if it explains this much of the squared, weighted error.
LEAST_GAIN, MOST_SOURCES = 30.0, 14
#: A look lasts while the axis turns less and the lens moves less, at most so many samples.
SAME_RAD, SAME_M, LONGEST = float(np.deg2rad(2.5)), 0.12, 10
#: Farther away nothing is heard over the floor; so many looks are laid out at a time.
HEARD_M, CHUNK = 15.0, 500
#: The laser passes a flange's leak if it passes this near.
NEAR_AXIS_M = 0.12
LEAK_ALARM_G_H, LEAK_SPREAD_DB = 36.0, 2.0
"""Between what a sound flange may lose (12 g/h) and a leaking connector (107 g/h, 40 CFR 98 W)."""
COLUMN_S_M2, COLUMN_SPREAD = 2.0, 1.0
"""Column through a leak for its flow (ppm·m for ppm·m³/s): median, and deviation of its natural logarithm."""
DRIFTED, DRIFTED_PPM_M = 0.03, 60.0
"""How often gas from elsewhere drifts through a flange's look, and how much."""
MOLAR_M3 = 0.02406
"""Of a gas at 20 °C, per mole."""
ALARM_DB, DISCHARGE_SPREAD_DB = 6.5, 1.2
"""A discharge is an alarm from 6 dB over the floor."""
GAS_ORDER = tuple(GASES)


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


@dataclass(frozen=True, eq=False)
class Source:
    """Something that may sound: where, power in the bands (4,) at 1 m for a strength of 1, whether it pulses."""

    name: str
    place_m: FloatArray
    power: FloatArray
    pulses: bool


class Signals:
    """Collects what laser and microphone say and tells what it amounts to.

    Args:
        points: the briefing's inspection points.
        equipment: what else may make a noise.
        occluded: (origins (n, 3), directions (n, 3), distances (n,)) -> (n,) whether something fixed is in between.
    """

    def __init__(
        self,
        points: Sequence[InspectionPoint],
        equipment: Sequence[EquipmentInfo],
        occluded: Callable[[FloatArray, FloatArray, FloatArray], BoolArray],
    ) -> None:
        self._flanges = [p for p in points if p.quantity == "flange" and p.details.get("gas") in GAS_ORDER]
        self._insulators = [p for p in points if p.quantity == "discharge"]
        self._valves = [p for p in points if p.quantity == "valve"]
        self._middles = [np.asarray(e.position_m) + (0.0, 0.0, 0.5 * e.size_m[2]) for e in equipment]
        self._occluded = occluded
        self._looks: list[Look] = []
        self._hold = Hold()

    def sample(self, lens_m: FloatArray, axis: FloatArray, tdlas: FloatArray, ultrasound: FloatArray) -> None:
        """One sample (0.1 s): lens (3,), unit axis (3,), both world; gas (6,) and sound (5,) as observed."""
        if not self._hold.fits(lens_m, axis):
            self._close()
        self._hold.lens.append(lens_m)
        self._hold.axis.append(axis)
        self._hold.sound.append(ultrasound)
        self._hold.gas.append(tdlas)

    def conclude(self) -> tuple[list[Report], list[Reading]]:
        """Leaks and discharges by all looks so far, with the readings of the insulators that were listened to."""
        self._close()
        if not self._looks:
            return [], []
        sources = self._sources()
        strengths = self._explained(sources)
        strength = {source.name: float(x) for source, x in zip(sources, strengths, strict=True)}
        reports = [r for p in self._flanges for r in _leak(p, LEAK_G_H * strength[p.name], self._column(p))]
        readings = []
        for point in self._insulators:
            level = 10.0 * float(np.log10(max(strength[point.name], 1.0)))
            readings.append(Reading(point.name, level))
            chance = _chance((level - ALARM_DB) / DISCHARGE_SPREAD_DB)
            if chance >= 0.5:
                reports.append(Report("partial_discharge", point.position_m, chance, level, point.tag))
        return reports, readings

    def _close(self) -> None:
        hold, self._hold = self._hold, Hold()
        if hold.lens:
            self._looks.append(hold.look())

    def _column(self, flange: InspectionPoint) -> tuple[float, float]:
        """Mean column through a flange's leak and its error, ppm·m; the error is inf if no look passed it."""
        gas, place = _gas(flange), _place(flange)
        noise = COLUMN_PPM_M.get(gas, COLUMN_DEFAULT_PPM_M)
        values, weights = [], []
        for look in self._looks:
            along = float((place - look.lens_m) @ look.axis)
            aside = float(np.linalg.norm(place - look.lens_m - along * look.axis))
            if 0.0 < along < look.reach_m + 0.3 and aside < NEAR_AXIS_M:
                values.append(float(look.column_ppm_m[GAS_ORDER.index(gas)]))
                weights.append(look.samples / (1.0 + look.reach_m / COLUMN_DOUBLES_M) ** 2)
        if not values:
            return 0.0, float("inf")
        # The zero drifts slowly: more samples do not help against that.
        return float(np.average(values, weights=weights)), noise * float(np.hypot(sum(weights) ** -0.5, COLUMN_DRIFT))

    def _sources(self) -> list[Source]:
        """Everything that may sound."""
        sources = [Source(f"machine {k}", place, _power(MACHINE_DB), False) for k, place in enumerate(self._middles)]
        sources += [Source(p.name, _place(p), _power(LEAK_DB), False) for p in self._flanges]
        pulse = 10.0 ** (np.add(FLOOR_DB, DISCHARGE_SHAPE_DB) / 10.0) * LISTEN_M**2
        sources += [Source(p.name, _place(p), pulse, True) for p in self._insulators]
        hissing = (*self._valves, *self._insulators)
        return sources + [Source(f"hiss {p.name}", _place(p), _power(HISS_DB), False) for p in hissing]

    def _explained(self, sources: Sequence[Source]) -> FloatArray:
        """(sources,) strengths of the fewest sources that explain what was heard, in multiples of their unit."""
        gram, match = np.zeros((len(sources), len(sources))), np.zeros(len(sources))
        for first in range(0, len(self._looks), CHUNK):
            looks = self._looks[first : first + CHUNK]
            design, target = _equations(looks, sources, self._gains(looks, sources))
            gram += design.T @ design
            match += design.T @ target
        return _pursue(gram, match)

    def _gains(self, looks: Sequence[Look], sources: Sequence[Source]) -> FloatArray:
        """(looks, sources, 4) share of each source's power at 1 m that each look hears in each band."""
        lens, axis = np.array([look.lens_m for look in looks]), np.array([look.axis for look in looks])
        away = np.array([source.place_m for source in sources])[None] - lens[:, None]
        distance = np.maximum(np.linalg.norm(away, axis=2), 0.1)
        look, source = np.nonzero(distance < HEARD_M)
        reach = distance[look, source]
        direction = away[look, source] / reach[:, None]
        off = np.arccos(np.clip(np.einsum("nk,nk->n", direction, axis[look]), -1.0, 1.0))
        level = np.maximum(-LOBE_DB * (off / LOBE_RAD) ** 2, BACK_DB) - 20.0 * np.log10(reach)
        hidden = self._occluded(lens[look], direction, np.maximum(reach - SOURCE_SKIN_M, 1e-3))
        loss = np.outer(reach, ABSORPTION_DB_M) + np.outer(np.asarray(hidden, dtype=float), SHADOW_DB)
        gains = np.zeros((*distance.shape, len(FLOOR_DB)))
        gains[look, source] = 10.0 ** ((level[:, None] - loss) / 10.0)
        return gains


def _equations(looks: Sequence[Look], sources: Sequence[Source], gains: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What sources of unit strength would be heard (rows, sources) and what was heard (rows,), in deviations.

    Each look gives four rows for the power in the bands over the floor, and one for the power that pulses.
    """
    floor = 10.0 ** (np.array(FLOOR_DB) / 10.0)
    power = np.array([look.power for look in looks])
    samples = np.sqrt([look.samples for look in looks])
    modulation = np.array([look.modulation for look in looks])
    sound = gains * np.array([source.power for source in sources])
    # The modulation is that of the band in which most of the sound pulses; steady machines fill the others.
    rows, band = np.arange(len(looks)), np.argmin((power / floor)[:, :PULSING_BANDS], axis=1)
    band = np.where(modulation > 3 * MODULATION_ERROR, band, 1)
    pulsing = sound[rows, :, band] * np.array([source.pulses for source in sources])
    design = np.concatenate([sound.transpose(0, 2, 1).reshape(-1, len(sources)), pulsing])
    total = power[rows, band]
    target = np.concatenate([(power - floor).ravel(), np.maximum(modulation - MODULATION_BIAS, 0.0) * total])
    error = np.concatenate([(POWER_ERROR * power / samples[:, None]).ravel(), MODULATION_ERROR * total / samples])
    spread = np.hypot(error, MODEL_ERROR * np.maximum(target, 0.0))
    return design / spread[:, None], target / spread


def _pursue(gram: FloatArray, match: FloatArray) -> FloatArray:
    """(n,) non-negative, mostly zero weights w that nearly solve `gram` (n, n) w = `match` (n,).

    Orthogonal matching pursuit (Pati et al. 1993): columns are taken in one after another, always the one that explains
    most of what is left, and those that are in are solved for anew by non-negative least squares.
    """
    length = np.sqrt(np.maximum(np.diag(gram), 1e-12))
    chosen: list[int] = []
    weights = np.zeros(len(match))
    for _ in range(min(MOST_SOURCES, len(match))):
        gain = (match - gram @ weights) / length
        gain[chosen] = 0.0
        best = int(np.argmax(gain))
        if gain[best] <= LEAST_GAIN**0.5:
            break
        chosen.append(best)
        scale = length[chosen]
        inner = gram[np.ix_(chosen, chosen)] / np.outer(scale, scale)
        root = np.linalg.cholesky(inner + 1e-9 * np.eye(len(chosen)))
        weights = np.zeros(len(match))
        weights[chosen] = nnls(root.T, np.linalg.solve(root, match[chosen] / scale))[0] / scale
    return weights


def _leak(flange: InspectionPoint, rate_g_h: float, column: tuple[float, float]) -> list[Report]:
    """The report that sound for a rate and a column through the flange are worth, if any."""
    loud = _chance(10.0 * float(np.log10(max(rate_g_h, 1e-3) / LEAK_ALARM_G_H)) / LEAK_SPREAD_DB)
    odds = _odds(*column, max(rate_g_h, LEAK_ALARM_G_H), _gas(flange))
    chance = loud * odds / (1.0 + odds)
    return [Report("gas_leak", flange.position_m, chance, rate_g_h, flange.tag)] if chance >= 0.5 else []


def _odds(column_ppm_m: float, error_ppm_m: float, rate_g_h: float, gas: str) -> float:
    """How much likelier a column is with a leak of `rate_g_h` than without: likelihood ratio, capped at 1e6."""
    if not np.isfinite(error_ppm_m):
        return 0.0
    flow = rate_g_h / 3600.0 / GASES[gas].molar_mass_g * MOLAR_M3 * 1e6
    spread = np.linspace(-2.5, 2.5, 41)
    weight = np.exp(-0.5 * spread**2)
    expected = COLUMN_S_M2 * flow * np.exp(COLUMN_SPREAD * spread)
    # A plume sways: its mean over some samples is off by a good part.
    width = np.hypot(error_ppm_m, 0.3 * expected)
    leaking = float((weight / weight.sum() * _bell((column_ppm_m - expected) / width) / width).sum())
    drifted = float(np.exp(-max(column_ppm_m, 0.0) / DRIFTED_PPM_M)) / DRIFTED_PPM_M * (column_ppm_m > 0.0)
    quiet = float(_bell(np.array(column_ppm_m / error_ppm_m))) / error_ppm_m
    return float(min(leaking / max((1.0 - DRIFTED) * quiet + DRIFTED * drifted, 1e-12), 1e6))


def _bell(sigmas: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-0.5 * sigmas**2) / np.sqrt(2 * np.pi))


def _gas(flange: InspectionPoint) -> str:
    return str(flange.details["gas"])


def _place(point: InspectionPoint) -> FloatArray:
    """Where a point's leak or discharge would be: just in front of its patch."""
    return np.asarray(point.position_m) + 0.05 * np.asarray(point.normal)


def _power(levels_db: tuple[float, ...]) -> FloatArray:
    return np.asarray(10.0 ** (np.array(levels_db) / 10.0))


def _chance(sigmas: float) -> float:
    """Logistic stand-in for the normal distribution."""
    return float(1.0 / (1.0 + np.exp(-1.7 * np.clip(sigmas, -20.0, 20.0))))

"""Which sources of sound explain what a directional microphone has heard in many places.

The sound of one look is the sum of all sources, each weakened by its angle off the axis, its distance, the air and what
stands between. The fewest sources that explain all looks are sought, so that a loud neighbour does not count against a
quiet one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from patrolgym.envs.types import FloatArray

from .base import Occluded
from .looks import Look

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
#: Errors of one sample: of the level (0.7 dB) as a share of the power, and of the modulation.
POWER_ERROR, MODULATION_ERROR = 0.16, 0.04
#: What poses and edges of shadows cost: share of a source's power. Noise below zero is cut off: mean that is left.
MODEL_ERROR, MODULATION_BIAS = 0.25, 0.016
#: A source counts if it explains this much of the squared, weighted error.
LEAST_GAIN, MOST_SOURCES = 30.0, 60
#: Farther away nothing is heard over the floor; so many looks are laid out at a time.
HEARD_M, CHUNK = 15.0, 500


@dataclass(frozen=True, eq=False)
class Source:
    """Something that may sound: where, power in the bands (4,) at 1 m for a strength of 1, whether it pulses."""

    name: str
    place_m: FloatArray
    power: FloatArray
    pulses: bool


def strengths(looks: Sequence[Look], sources: Sequence[Source], occluded: Occluded) -> FloatArray:
    """(sources,) strengths of the fewest sources that explain what was heard, in multiples of their unit."""
    gram, match = np.zeros((len(sources), len(sources))), np.zeros(len(sources))
    for first in range(0, len(looks), CHUNK):
        some = looks[first : first + CHUNK]
        design, target = _equations(some, sources, _gains(some, sources, occluded))
        gram += design.T @ design
        match += design.T @ target
    return _pursue(gram, match)


def _gains(looks: Sequence[Look], sources: Sequence[Source], occluded: Occluded) -> FloatArray:
    """(looks, sources, 4) share of each source's power at 1 m that each look hears in each band."""
    lens, axis = np.array([look.lens_m for look in looks]), np.array([look.axis for look in looks])
    away = np.array([source.place_m for source in sources])[None] - lens[:, None]
    distance = np.maximum(np.linalg.norm(away, axis=2), 0.1)
    look, source = np.nonzero(distance < HEARD_M)
    reach = distance[look, source]
    direction = away[look, source] / reach[:, None]
    off = np.arccos(np.clip(np.einsum("nk,nk->n", direction, axis[look]), -1.0, 1.0))
    level = np.maximum(-LOBE_DB * (off / LOBE_RAD) ** 2, BACK_DB) - 20.0 * np.log10(reach)
    hidden = occluded(lens[look], direction, np.maximum(reach - SOURCE_SKIN_M, 1e-3))
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


def power_of(levels_db: tuple[float, ...]) -> FloatArray:
    """Linear power of levels in dB."""
    return np.asarray(10.0 ** (np.array(levels_db) / 10.0))

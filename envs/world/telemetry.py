"""What the fixed instruments of a site send by radio: noisy values, some of them drifting, some of them dead."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..site.instruments import QUANTITIES, Instrument, site_instruments
from ..site.model import Site
from ..types import FloatArray

#: Shares of instruments that drift or are dead. Of the dead half send nothing, half send one value for ever.
_DRIFTING, _DEAD = 0.08, 0.06
#: Drift goes on for hours: share of its end that is there when the patrol begins.
_DRIFTED = (0.4, 1.0)
_DRIFT_S = 3600.0
#: Radio: strength at 1 m, its fading, and how it falls with distance among machines (dBm, dB, exponent).
_NEAR_DBM, _FADING_DB, _EXPONENT = -45.0, 4.0, 2.6


@dataclass(frozen=True)
class _Fault:
    """What is wrong with an instrument: `silent`, `stuck_at` a value, or off by `drift` (absolute) at the end."""

    silent: bool = False
    stuck_at: float | None = None
    drift: float = 0.0
    drifted: float = 0.0


class Telemetry:
    """All instruments of a site.

    Args:
        site: as it is when the field is built.
        rng: draws which instruments are bad, and where the cycles of the machines stand.

    Attributes:
        instruments: in the order of the site's equipment; readings name them by their index.
    """

    def __init__(self, site: Site, rng: np.random.Generator) -> None:
        self.instruments: Sequence[Instrument] = site_instruments(site)
        self._places = np.array([i.position_m for i in self.instruments]).reshape(-1, 3)
        self._phases = rng.random(len(self.instruments))
        self._faults = [_draw_fault(instrument, rng) for instrument in self.instruments]

    def readings(
        self, time_s: float, position_m: FloatArray, range_m: float, most: int, rng: np.random.Generator
    ) -> FloatArray:
        """What is received at a place.

        Args:
            time_s: seconds since the episode began.
            position_m: (3,) of the receiver, world.
            range_m: what is farther away is not received.
            most: so many of the nearest are.
            rng: of the noise.

        Returns:
            (n, 3), the nearest first: index of the instrument, value in its quantity's unit, strength in dBm.
        """
        if not self.instruments:
            return np.zeros((0, 3))
        distance = np.sqrt(np.square(self._places - position_m).sum(axis=1))
        near = [int(k) for k in np.argsort(distance, kind="stable") if distance[k] <= range_m]
        sending = [k for k in near if not self._faults[k].silent][:most]
        fading = _FADING_DB * rng.standard_normal(len(sending))
        dbm = _NEAR_DBM - 10.0 * _EXPONENT * np.log10(np.maximum(distance[sending], 0.5)) + fading
        values = [self._value(k, time_s, rng) for k in sending]
        return np.column_stack([np.array(sending, dtype=float), values, dbm]).reshape(-1, 3)

    def _value(self, index: int, time_s: float, rng: np.random.Generator) -> float:
        instrument, fault = self.instruments[index], self._faults[index]
        noise = rng.standard_normal()
        if fault.stuck_at is not None:
            return fault.stuck_at
        cycle = np.sin(2 * np.pi * (time_s / instrument.period_s + self._phases[index]))
        value = instrument.value * (1.0 + instrument.swing * cycle)
        off = fault.drift * min(fault.drifted + time_s / _DRIFT_S, 1.0)
        absolute, share = QUANTITIES[instrument.quantity].noise
        return float(value + off + np.hypot(absolute, share * value) * noise)


def _draw_fault(instrument: Instrument, rng: np.random.Generator) -> _Fault:
    kind, side, stage, how = rng.random(4)
    sort = QUANTITIES[instrument.quantity]
    if kind < _DEAD:
        share = 0.7 + 0.5 * stage
        return _Fault(silent=True) if how < 0.5 else _Fault(stuck_at=float(share * instrument.value))
    if kind < _DEAD + _DRIFTING:
        size = float(np.hypot(sort.drift[0], sort.drift[1] * instrument.value)) * (1.0 if side < 0.5 else -1.0)
        return _Fault(drift=size * (0.5 + 0.5 * how), drifted=_DRIFTED[0] + (_DRIFTED[1] - _DRIFTED[0]) * stage)
    return _Fault()

"""Fills the templates: one self-contained HTML file a page, with its style and script inside."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from patrolgym.envs.site.gases import GASES

from . import words
from .charts import HEIGHT, WIDTH, Chart, Curve, chart
from .findings import MISSED, Card, cards
from .patrol import Patrol
from .plan import Frame, plan

_LEAST_PPM = 1.0


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("patrolgym.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("plain", "title", "clock", "percent", "number", "place", "safety_name", "safety_meaning"):
        environment.filters[name] = getattr(words, name)
    return environment


def fill(template: str, **values: Any) -> str:
    """A page from one of `templates`; everything put in is escaped."""
    return _environment().get_template(template).render(**values)


def report(patrol: Patrol) -> str:
    """The report of a patrol as one HTML file."""
    frame, found = Frame(patrol.briefing.bounds_m), cards(patrol)
    return fill(
        "report.html.j2",
        patrol=patrol,
        score=patrol.score,
        plan=plan(patrol, frame),
        at=frame.at,
        cards=found,
        counts=_counts(found),
        safety_total=_safety_total(patrol.score["safety"]),
        charts=_charts(patrol),
        no_gas=_no_gas(patrol),
        chart_size=(WIDTH, HEIGHT),
        readings=_readings(patrol),
        figures=_figures(patrol.score),
    )


def _counts(found: list[Card]) -> dict[str, int]:
    statuses = [card.status for card in found]
    return {status: statuses.count(status) for status in ("matched", MISSED, "false", "repeat")}


def _safety_total(safety: Mapping[str, float]) -> int:
    """Broken rules; a time counts once."""
    return sum(int(count > 0) if kind.endswith("_s") else int(count) for kind, count in safety.items())


def _charts(patrol: Patrol) -> list[Chart]:
    curves = [_heat(patrol)] if patrol.hottest else []
    curves += [_gas(patrol, k) for k in range(len(GASES)) if _peak_ppm(patrol, k) >= _LEAST_PPM]
    return [chart(curve, float(patrol.score["sim_s"])) for curve in curves]


def _heat(patrol: Patrol) -> Curve:
    peak = max(patrol.hottest, key=lambda hottest: hottest.celsius)
    ambient_c = patrol.score["conditions"]["ambient_c"]
    return Curve(
        "Hottest thing in view",
        "°C",
        f"Highest: {peak.celsius:.0f} °C at {words.clock(peak.at_s)}" + (f", {peak.tag}" if peak.tag else ""),
        np.array([hottest.at_s for hottest in patrol.hottest]),
        np.array([hottest.celsius for hottest in patrol.hottest]),
        [(ambient_c, f"air {ambient_c:.0f} °C")],
    )


def _gas(patrol: Patrol, k: int) -> Curve:
    gas, true_ppm = list(GASES.values())[k], patrol.gas_ppm[:, k]
    peak = int(np.argmax(true_ppm))
    cells = None if patrol.cells_ppm is None else patrol.cells_ppm[:, k]
    return Curve(
        f"{gas.name} at the robot",
        "ppm",
        f"Highest: {words.number(float(true_ppm[peak]), 'ppm')} at {words.clock(patrol.gas_s[peak])}, "
        f"{words.percent(true_ppm[peak] / gas.lel_ppm, 2)} of the lower explosive limit",
        patrol.gas_s,
        true_ppm if cells is None else cells,
        [(ppm, _alarm(which, ppm, gas.lel_ppm)) for which, ppm in zip(("low", "high"), gas.alarm_ppm, strict=True)],
        log_from=_LEAST_PPM,
        truth=None if cells is None else true_ppm,
    )


def _peak_ppm(patrol: Patrol, k: int) -> float:
    return float(patrol.gas_ppm[:, k].max(initial=0.0))


def _alarm(which: str, ppm: float, lel_ppm: float) -> str:
    share = ppm / lel_ppm
    return f"{which} alarm, {words.percent(share)} LEL" if share >= 0.01 else f"{which} alarm, {ppm:g} ppm"


def _no_gas(patrol: Patrol) -> str:
    """The gases that never reached the robot, in a list."""
    return ", ".join(name for k, name in enumerate(GASES) if _peak_ppm(patrol, k) < _LEAST_PPM)


def _readings(patrol: Patrol) -> list[dict[str, Any]]:
    points = {point.name: point for point in patrol.briefing.points}
    rows = []
    for logged in patrol.logged:
        point, value = points[logged.reading.point], logged.reading.value
        low, high = point.normal_range or (-np.inf, np.inf)
        rows.append(
            {
                "at_s": logged.at_s,
                "name": point.name,
                "value": words.number(value, point.unit),
                "normal": f"{low:.3g} to {high:.3g}" if point.normal_range else "–",
                "outside": not low <= value <= high,
            }
        )
    return rows


def _figures(score: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """All figures of the score but the lists, with the names of what they are nested in."""
    rows: list[tuple[str, str]] = []
    for name, value in score.items():
        if isinstance(value, Mapping):
            rows += _figures(value, f"{prefix}{name}.")
        elif not isinstance(value, list):
            shown = f"{value:.4g}" if isinstance(value, float) else str(value)
            rows.append((prefix + name, "–" if value is None else shown))
    return rows

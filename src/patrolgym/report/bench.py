"""The page of a benchmark: its figures with their intervals, as one self-contained HTML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from patrolgym.recording.atomic import replacing

from . import words
from .page import fill

#: What the figures mean, for people; those not named here are shown by their names.
_MEANING = {
    "detection_rate": "of the problems there were, the share that was found",
    "precision": "of the reports, the share that was right",
    "f1": "harmonic mean of detection rate and precision",
    "average_precision": "area under the curve of precision over detection rate",
    "coverage": "share of the surfaces photographed sharply",
    "points_served": "share of the inspection points photographed closely enough to read",
    "false_alarms": "reports an episode of something that was not there",
    "location_error_m": "median distance between a report and what it found",
    "collisions": "times an episode that something other than a foot touched the plant",
    "falls": "times an episode that the robot lay on the ground",
    "zone_violations": "times an episode in a zone that the robot's rating forbids",
    "gas_exposure_s": "seconds an episode above 25 % of the lower explosive limit",
    "near_misses": "times an episode nearer than 1 m to a person",
    "mover_contacts": "times an episode that the robot touched a person or something that moves",
    "distance_m": "metres walked an episode",
    "energy_wh": "watt-hours an episode",
    "sim_s": "simulated seconds an episode",
    "real_time_factor": "simulated seconds a second of computing",
    "reading_error_gauge_pct_full_scale": "error of gauges in % of full scale",
}
_SHARES = ("detection_rate", "precision", "f1", "average_precision", "coverage", "points_served")


def write_page(path: Path | None, result: Mapping[str, Any]) -> None:
    """Write the page of what `bench` returned, if there is a path to write it to."""
    if path is not None:
        with replacing(path) as draft:
            draft.write_text(page(result), encoding="utf-8")


def page(result: Mapping[str, Any]) -> str:
    """The page of what `bench` returned."""
    known = {name: mean for name, mean in result["mean"].items() if mean is not None}
    conditions = {name: rows for name, rows in result["by_condition"].items() if name != "severity"}
    config = result["config"]
    return fill(
        "bench.html.j2",
        result=result,
        config=config,
        name=config["site"] or f"{words.plain(config['scenario'])}, {config['size']}",
        shares=[name for name in _SHARES if name in known],
        others=[name for name in known if name not in _SHARES],
        meaning=_MEANING,
        conditions=conditions,
        severity=result["by_condition"]["severity"],
    )

"""Fills the tables of the pages from the program itself when MkDocs builds them, so that they cannot go stale.

A line `<!-- table: NAME ARGUMENT -->` in a page is replaced by what the function NAME of `TABLES` gives.
"""

import dataclasses
import inspect
import json
import re
import types
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

import patrolgym  # noqa: F401
from patrolgym.agents.base import AGENTS
from patrolgym.agents.vision.base import DETECTORS, PointDetector
from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.compact.view import LAYOUT
from patrolgym.envs.controls import CONTROLS
from patrolgym.envs.inspection_env import InspectionEnv
from patrolgym.envs.locomotion.randomisation import Randomisation
from patrolgym.envs.locomotion.rewards import WEIGHTS as GAIT_WEIGHTS
from patrolgym.envs.locomotion.rewards import VelocityReward
from patrolgym.envs.metrics.base import METRICS
from patrolgym.envs.records import Length, Matching, OneOf, Within
from patrolgym.envs.rewards import WEIGHTS
from patrolgym.envs.robots import spec as robots
from patrolgym.envs.sensors.base import SENSORS
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.gases import GASES
from patrolgym.envs.site_file import schema, structure
from patrolgym.envs.sites.base import SIZES
from patrolgym.envs.velocity_env import QuadrupedVelocityEnv
from patrolgym.tour_env import TourEnv

ACCURACY = Path(__file__).parent / "accuracy.json"
RECORDS = {
    **{name: item for name, item in vars(schema).items() if name.endswith("Record")},
    **{item.__name__: item for item in typing.get_args(structure.Element)},
    **{name: item for name, item in vars(robots).items() if name.endswith("Spec")},
}
_MARK = re.compile(r"^<!-- table: (\w+) ?(.*?) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by MkDocs for each page."""
    return _MARK.sub(lambda mark: TABLES[mark[1]](mark[2]), markdown)


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def summary(thing: Any) -> str:
    """The first paragraph of a docstring in one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def section(thing: Any, heading: str) -> dict[str, str]:
    """Name -> meaning of a docstring's section such as "Args"."""
    text = inspect.getdoc(thing) or ""
    match = re.search(rf"^{heading}:\n((?:    .*\n?|\n)+)", text, re.MULTILINE)
    found: dict[str, str] = {}
    names: list[str] = []
    for line in (match[1] if match else "").splitlines():
        start = re.match(r"    ([\w, ]+): (.*)", line)
        if start and not line.startswith("     "):
            names = start[1].split(", ")
            found |= dict.fromkeys(names, start[2])
        elif line.strip():
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return found


def span(low: Any, high: Any) -> str:
    """Bounds of a space, for people; entry by entry where they differ."""
    if np.ptp(low) == 0 and np.ptp(high) == 0:
        return f"{np.min(low):.6g} to {np.max(high):.6g}"
    pairs = [f"{a:.4g} to {b:.4g}" for a, b in zip(np.ravel(low), np.ravel(high), strict=True)]
    return "; ".join(pairs) if len(pairs) <= 6 else f"{np.min(low):.6g} to {np.max(high):.6g} at most"


# Environments


def observations(env_id: str) -> str:
    """Every observation key of an environment."""
    names = [name for name in SENSORS.names() if name != "state"]
    env = gym.make(env_id, sensors=tuple(names), disable_env_checker=True)
    spaces = typing.cast(gym.spaces.Dict, env.observation_space).spaces
    owner: dict[str, str] = {}
    for name in ["state", *names]:
        sensor = SENSORS[name]()
        for key in [*sensor.spaces(), *([sensor.age_key] if sensor.age_key else [])]:
            owner[key] = f"{owner[key]}, {name}" if key in owner else name
    env.close()
    rows = [
        (f"`{key}`", owner[key], space.shape, space.dtype, span(space.low, space.high))
        for key, space in sorted(spaces.items(), key=lambda item: list(owner).index(item[0]))
        if isinstance(space, gym.spaces.Box)
    ]
    return table(("key", "sensor", "shape", "type", "range"), rows)


def sensors(_: str) -> str:
    """Every sensor."""
    rows = [(f"`{name}`", f"{SENSORS[name].rate_hz:g}", summary(SENSORS[name])) for name in SENSORS.names()]
    return table(("sensor", "Hz", "what it gives"), rows)


def actions(_: str) -> str:
    """The action spaces."""
    rows = [(f'`control="{name}"`', f"`Box(-1, 1, ({c.size},))`", f"{c.hz:g}") for name, c in CONTROLS.items()]
    return table(("argument", "space", "Hz"), rows)


def compact(_: str) -> str:
    """The compact observation, part by part."""
    rows, start = [], 0
    for name, count, meaning in LAYOUT:
        rows.append((f"{start} to {start + count - 1}", name, meaning))
        start += count
    return table(("numbers", "part", "what they are"), rows)


def arguments(name: str) -> str:
    """The constructor's arguments of an environment's class; by default those of `InspectionEnv`."""
    kind = {"": InspectionEnv, "QuadrupedVelocityEnv": QuadrupedVelocityEnv, "TourEnv": TourEnv}[name]
    meaning = section(kind, "Args")
    parameters = list(inspect.signature(kind).parameters.values())
    rows = [(f"`{p.name}`", f"`{p.default!r}`", meaning[p.name]) for p in parameters]
    return table(("argument", "default", "meaning"), rows)


def rewards(_: str) -> str:
    """The reward's terms."""
    return table(("term", "weight"), [(f"`{name}`", f"{weight:g}") for name, weight in WEIGHTS.items()])


def gait_rewards(_: str) -> str:
    """The terms of the locomotion reward."""
    meaning = section(VelocityReward, "Terms")
    rows = [(f"`{name}`", f"{weight:g}", meaning[name]) for name, weight in GAIT_WEIGHTS.items()]
    return table(("term", "weight", "of what"), rows)


def randomisation(_: str) -> str:
    """What the locomotion environment draws."""
    meaning = section(Randomisation, "Attributes")
    rows = [(f"`{name}`", f"{low:g} to {high:g}", meaning[name]) for name, (low, high) in vars(Randomisation()).items()]
    return table(("range", "by default", "meaning"), rows)


def sizes(_: str) -> str:
    """The sizes of generated sites."""
    rows = [
        (
            f"`{s.name}`",
            f"{s.width_m:g} × {s.depth_m:g} m",
            s.min_equipment,
            s.anomalies,
            f"{s.time_limit_s / 60:g} min",
        )
        for s in SIZES.values()
    ]
    return table(("size", "extent", "equipment, at least", "anomalies", "time limit"), rows)


def anomalies(scenario: str) -> str:
    """The anomalies of a scenario."""
    kinds = [kind for kind in ANOMALIES.values() if not scenario or scenario in kind.scenarios]
    rows = [(f"`{k.name}`", f"{k.severity[0]:g} to {k.severity[1]:g} {k.unit}", summary(type(k))) for k in kinds]
    return table(("class", "severity", "what it is"), rows)


def equipment(_: str) -> str:
    """Every kind of equipment."""
    rows = [(f"`{name}`", KINDS[name].prefix, summary(type(KINDS[name]))) for name in KINDS.names()]
    return table(("kind", "tags", "what it is"), rows)


def gases(_: str) -> str:
    """Every gas."""
    rows = [(f"`{g.name}`", f"{g.lel_percent:g} %", g.group, g.t_class, g.alarm_ppm[0]) for g in GASES.values()]
    return table(("gas", "lower explosive limit", "group", "class", "alarm, ppm"), rows)


def metrics(_: str) -> str:
    """Every metric."""
    return "\n\n".join(f"### {name}\n\n{_prose(METRICS[name])}" for name in METRICS.names())


def robot_list(_: str) -> str:
    """Every robot."""
    rows = []
    for name in robots.list_robots():
        spec = robots.load_robot(name)
        rated = f"{spec.rating.group} {spec.rating.t_class} {spec.rating.epl}" if spec.rating else "none"
        speed = f"{spec.speed.forward_m_s:g} m/s"
        rows.append((f"`{name}`", " × ".join(f"{v:g}" for v in spec.size_m), speed, rated))
    return table(("robot", "size, m", "speed", "rating"), rows)


def agents(_: str) -> str:
    """Every agent."""
    rows = [(f"`{name}`", ", ".join(AGENTS[name].sensors), summary(AGENTS[name])) for name in AGENTS.names()]
    return table(("agent", "sensors", "what it does"), rows)


# Detectors


def detector(name: str) -> str:
    """What a detector is."""
    found = DETECTORS[name]
    kind = "reads inspection points" if isinstance(found, PointDetector) else "looks over whole frames"
    rows = [("sort", kind), ("anomaly class", f"`{found.anomaly_class}`")]
    if isinstance(found, PointDetector):
        method = inspect.getdoc(type(found).inspect) or ""
        rows.append(("points of quantity", f"`{found.quantity}`"))
    else:
        method = inspect.getdoc(type(found).scan) or ""
    rows += [("gives", " ".join(method.split())), ("file", f"`{type(found).__module__.replace('.', '/')}.py`")]
    return f"{_prose(type(found))}\n\n{table(('detector', f'`{name}`'), rows)}"


def detectors(_: str) -> str:
    """All detectors with their figures."""
    known = json.loads(ACCURACY.read_text())["classes"]
    rows = []
    for name in DETECTORS.names():
        figures = known.get(DETECTORS[name].anomaly_class)
        rate = f"{figures['found']} of {figures['looks']['anomaly']}" if figures else "not measured"
        false = f"{sum(figures['false'].values())} of {_harmless(figures)}" if figures else ""
        rows.append(
            (f"[{name}]({name}.md)", f"`{DETECTORS[name].anomaly_class}`", rate, false, summary(DETECTORS[name]))
        )
    return table(("detector", "class", "found in one look", "false alarms", "what it does"), rows)


def accuracy(name: str) -> str:
    """The measured figures of a detector."""
    known = json.loads(ACCURACY.read_text())
    kind = ANOMALIES[DETECTORS[name].anomaly_class]
    figures = known["classes"].get(kind.name)
    if figures is None:
        return "Not measured yet: `python docs/accuracy.py`."
    unit = "% of full scale" if kind.name == "gauge_out_of_range" else kind.unit
    rows = [
        ("anomalies found", f"{figures['found']} of {figures['looks']['anomaly']}"),
        ("false alarms", f"{sum(figures['false'].values())} of {_harmless(figures)} look-alikes and healthy places"),
    ]
    for what, label in (("location_m", "place is off by, m"), ("reading_error", f"reading is off by, {unit}")):
        # A point's place is known beforehand.
        if figures[what] and not (what == "location_m" and isinstance(DETECTORS[name], PointDetector)):
            rows.append((label, "median {:.2g}, 95 % within {:.2g}".format(*figures[what])))
    if isinstance(DETECTORS[name], PointDetector):
        looks = sum(figures["looks"].values())
        rows.append(("not sure enough to read", f"{figures['unread']} of {looks} looks"))
    return table((f"one look each, split `{known['split']}`", "measured"), rows)


def _harmless(figures: dict[str, Any]) -> int:
    return int(figures["looks"]["look-alike"] + figures["looks"]["healthy"])


def _prose(thing: Any) -> str:
    """A docstring without its Args and Attributes."""
    text = re.split(r"\n\n(?:Args|Attributes|Raises|Returns):\n", inspect.getdoc(thing) or "")[0]
    return re.sub(r"(?<!`)`([^`]+)`(?!`)", r"`\1`", text)


# Files


def record(name: str) -> str:
    """The entries of a record of a file, from its dataclass."""
    kind = RECORDS[name]
    meaning = section(kind, "Attributes")
    hints = typing.get_type_hints(kind, include_extras=True)
    rows = []
    for item in dataclasses.fields(kind):
        missing = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        default = "**needed**" if missing else _default(item)
        what = _spelled(hints[item.name]).replace(_RECORD, f"[{item.name}](#{item.name})")
        rows.append((f"`{item.name}`", what, default, meaning.get(item.name, "")))
    return table(("entry", "what", "default", "meaning"), rows)


def elements(_: str) -> str:
    """Every element of `structure`."""
    parts = []
    for kind in typing.get_args(structure.Element):
        names = typing.get_args(typing.get_type_hints(kind)["kind"])
        heading = ", ".join(f"`{name}`" for name in names)
        parts.append(f"#### {heading}\n\n{_prose(kind)}\n\n{record(kind.__name__)}")
    return "\n\n".join(parts)


def _default(item: "dataclasses.Field[Any]") -> str:
    if item.default is dataclasses.MISSING or dataclasses.is_dataclass(item.default) or item.default in ((), None):
        return ""
    default = list(item.default) if isinstance(item.default, tuple) else item.default
    return f"`{json.dumps(default)}`"


def _spelled(kind: Any) -> str:
    """A type as people who write YAML would put it."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return " ".join([_spelled(inner[0]), *(_bound(bound) for bound in inner[1:])]).strip()
    if origin in (types.UnionType, typing.Union):
        kinds = [k for k in inner if k is not type(None)]
        return _spelled(kinds[0]) if len(kinds) == 1 else _RECORD
    if origin is typing.Literal:
        return ", ".join(f"`{name}`" for name in inner)
    if origin is tuple:
        return f"list of {_spelled(inner[0])}" if inner[-1] is Ellipsis else _fixed(inner)
    return _NAMES.get(kind, _RECORD)


def _fixed(inner: tuple[Any, ...]) -> str:
    return f"[{', '.join(_spelled(part) for part in inner)}]" if len(inner) <= 4 else "list"


def _bound(bound: Any) -> str:
    if isinstance(bound, Within):
        return f"{bound.low:.10g} to {bound.high:.10g}"
    if isinstance(bound, Length):
        return f"({bound.low} to {bound.high})"
    if isinstance(bound, Matching):
        return f"of {bound.says}"
    assert isinstance(bound, OneOf)
    names = bound.names()
    return ": " + ", ".join(f"`{name}`" for name in names) if len(names) <= 40 else "of `patrolgym list`"


#: Stands for another record until its entry's name is known.
_RECORD = "<record>"
_NAMES = {float: "number", int: "whole number", str: "text", bool: "true or false", dict: "mapping"}

TABLES: dict[str, Callable[[str], str]] = {
    function.__name__: function
    for function in (
        observations, sensors, actions, arguments, rewards, gait_rewards, randomisation, sizes,
        anomalies, equipment, gases, metrics, robot_list,
        agents, detector, detectors, accuracy, record, elements, compact,
    )
}  # fmt: skip

"""Which anomalies and distractors an episode has: drawn, or named by the user. Not an anomaly itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..site.model import Site
from ..types import AnomalyTruth, Point
from .base import ANOMALIES, AnomalyKind, Candidate
from .carriers import APART_M, SAME_CLASS_APART_M

_KEYS = ("class", "tag", "severity")


@dataclass
class _Placed:
    """What was placed so far: carriers in use, and class and position of each thing."""

    tags: set[str | None] = field(default_factory=set)
    things: list[tuple[str, Point]] = field(default_factory=list)

    def fits(self, name: str, where: Candidate) -> bool:
        """Whether the carrier is free and nothing is too near."""
        if where.tag is not None and where.tag in self.tags:
            return False
        for other, position in self.things:
            apart = SAME_CLASS_APART_M if other == name else APART_M
            if np.linalg.norm(np.subtract(position, where.position_m)) < apart:
                return False
        return True

    def add(self, name: str, where: Candidate, position_m: Point) -> None:
        """Remember a thing."""
        self.tags.add(where.tag)
        self.things.append((name, position_m))


def sample_anomalies(site: Site, count: int, distractors: int, rng: np.random.Generator) -> list[AnomalyTruth]:
    """Place `count` anomalies and `distractors` harmless look-alikes on a healthy site.

    Classes are mixed as evenly as the site allows; severities run from barely over the alarm to gross, evenly on a
    logarithmic scale. No carrier has two of anything, and things of one class are at least 2 m apart.

    A scenario for which there are no classes stays healthy.

    Raises:
        ValueError: a number is negative, or the site has too few places.
    """
    for what, number in (("anomalies", count), ("distractors", distractors)):
        if number < 0:
            raise ValueError(f"the number of {what} must be at least 0, got {number}")
    kinds = [kind for kind in ANOMALIES.values() if site.scenario in kind.scenarios]
    if not kinds:
        return []
    placed, truths = _Placed(), []
    places = {kind.name: kind.candidates(site) if count else [] for kind in kinds}
    harmless = {kind.name: kind.distractor_candidates(site) if distractors else [] for kind in kinds}
    for kind, where in _draws("anomalies", count, kinds, places, placed, rng):
        truth = kind.place(site, where, draw_severity(kind, rng), rng)
        placed.add(kind.name, where, truth.position_m)
        truths.append(truth)
    for kind, where in _draws("distractors", distractors, kinds, harmless, placed, rng):
        kind.distract(site, where, rng)
        placed.add(kind.name, where, where.position_m)
    return truths


def place_named(site: Site, wanted: Sequence[Mapping[str, Any]], rng: np.random.Generator) -> list[AnomalyTruth]:
    """Place the anomalies that a user asked for.

    Args:
        site: changed in place.
        wanted: each {"class": name, "tag": carrier or left out, "severity": in the class's unit or left out}.
        rng: draws what was left out.

    Raises:
        ValueError: an entry is malformed, or there is no such place on this site; the message says what there is.
    """
    placed, truths = _Placed(), []
    for entry in wanted:
        kind, tag, severity = _parse(entry, rng)
        candidates = kind.candidates(site)
        if tag is not None and tag not in {where.tag for where in candidates}:
            tags = sorted({where.tag for where in candidates if where.tag is not None})
            raise ValueError(f"{kind.name} cannot be on {tag!r} here; choose from: {', '.join(tags) or 'no tag'}")
        free = [w for w in candidates if tag in (None, w.tag) and placed.fits(kind.name, w)]
        if not free:
            raise ValueError(f"there is no free place left for {kind.name}" + (f" on {tag!r}" if tag else ""))
        where = _pick(free, rng)
        truth = kind.place(site, where, severity, rng)
        placed.add(kind.name, where, truth.position_m)
        truths.append(truth)
    return truths


def draw_severity(kind: AnomalyKind, rng: np.random.Generator) -> float:
    """From barely over the alarm to gross, evenly on a logarithmic scale."""
    low, high = kind.severity
    return float(low * (high / low) ** rng.random())


def _draws(
    what: str,
    count: int,
    kinds: Sequence[AnomalyKind],
    places: Mapping[str, Sequence[Candidate]],
    placed: _Placed,
    rng: np.random.Generator,
) -> Iterator[tuple[AnomalyKind, Candidate]]:
    """Yield (kind, place) `count` times: every kind once in a shuffled order, then again, as far as places last."""
    deck: list[AnomalyKind] = []
    exhausted: set[str] = set()
    drawn = 0
    while drawn < count:
        if not deck:
            left = [kind for kind in kinds if kind.name not in exhausted]
            if not left:
                raise ValueError(f"the site has places for {drawn} {what} only, {count} were asked for")
            deck = [left[int(k)] for k in rng.permutation(len(left))]
        kind = deck.pop()
        free = [where for where in places[kind.name] if placed.fits(kind.name, where)]
        if not free:
            exhausted.add(kind.name)
            continue
        drawn += 1
        yield kind, _pick(free, rng)


def _pick(free: Sequence[Candidate], rng: np.random.Generator) -> Candidate:
    """A carrier at random, then one of its places."""
    tags = list(dict.fromkeys(where.tag for where in free))
    tag = tags[int(rng.integers(len(tags)))]
    own = [where for where in free if where.tag == tag]
    return own[int(rng.integers(len(own)))]


def _parse(entry: Mapping[str, Any], rng: np.random.Generator) -> tuple[AnomalyKind, str | None, float]:
    if not isinstance(entry, Mapping) or "class" not in entry:
        raise ValueError(f"an anomaly must be a mapping with a 'class', got {entry!r}")
    for key in entry:
        if key not in _KEYS:
            raise ValueError(f"unknown key {key!r} of an anomaly; choose from: {', '.join(_KEYS)}")
    kind = ANOMALIES[entry["class"]]
    severity = entry.get("severity")
    if severity is None:
        return kind, entry.get("tag"), draw_severity(kind, rng)
    if not isinstance(severity, int | float) or not np.isfinite(severity) or severity <= 0:
        raise ValueError(f"severity of {kind.name} must be a positive number of {kind.unit}, got {severity!r}")
    return kind, entry.get("tag"), float(severity)

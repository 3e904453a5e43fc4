"""What every anomaly class provides. One class a file in this package; importing the file registers it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..registry import Registry
from ..site.model import Site
from ..types import AnomalyTruth, Point

ANOMALIES: "Registry[AnomalyKind]" = Registry("anomaly", "patrolgym.envs.anomalies")
OWN_CHOICE = "PatrolGym's own choice: no standard was found"


@dataclass(frozen=True)
class Candidate:
    """A place where an anomaly may sit: the carrier's tag (or None), a position and what the kind needs to place it."""

    tag: str | None
    position_m: Point
    data: Any = None


class AnomalyKind(ABC):
    """One class of anomaly, with its harmless look-alike.

    Attributes:
        name: the class's name in the catalogue.
        unit: unit of severity and reading.
        severity: (barely over the alarm, gross), in `unit`.
        limit: from where on it is an alarm, in a few words for people.
        standard: who sets that limit.
        seen_by: names of the sensors that can show it.
        quantity: of the inspection points whose unit and normal range hold for its reading; empty: `unit` holds.
        scenarios: the scenarios it may occur in.
    """

    name: ClassVar[str]
    unit: ClassVar[str]
    severity: ClassVar[tuple[float, float]]
    limit: ClassVar[str]
    standard: ClassVar[str]
    seen_by: ClassVar[tuple[str, ...]]
    quantity: ClassVar[str] = ""
    scenarios: ClassVar[tuple[str, ...]] = ("hazardous-plant",)

    @abstractmethod
    def candidates(self, site: Site) -> list[Candidate]:
        """Where it may be placed on this site, in a fixed order."""

    @abstractmethod
    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Change `site` so that the anomaly is there at `severity` (in `unit`); return its ground truth."""

    @abstractmethod
    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Change `site` so that a harmless look-alike is at `where` (one of `distractor_candidates`)."""

    def distractor_candidates(self, site: Site) -> list[Candidate]:
        """Where the look-alike may be placed; the anomaly's own places unless overridden."""
        return self.candidates(site)

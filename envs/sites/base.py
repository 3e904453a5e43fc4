"""What every site generator provides, the sizes and the splits. One scenario a file; importing it registers it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..checks import one_of
from ..registry import Registry
from ..site.model import Site

SITES: "Registry[SiteGenerator]" = Registry("scenario", "patrolgym.envs.sites")

#: Splits have disjoint streams of sites; "test" also has styles that the others never show.
SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class SizeSpec:
    """How big a site is and how long its patrol lasts.

    Attributes:
        width_m, depth_m: extent along x and y.
        min_equipment: pieces of equipment it has at least.
        anomalies: anomalies of a sampled episode; there are at least as many distractors.
        time_limit_s: length of an episode.
    """

    name: str
    width_m: float
    depth_m: float
    min_equipment: int
    anomalies: int
    time_limit_s: float

    @property
    def distractors(self) -> int:
        """Harmless look-alikes of a sampled episode."""
        return self.anomalies


SIZES = {
    spec.name: spec
    for spec in (
        SizeSpec("small", 20.0, 15.0, 12, 4, 300.0),
        SizeSpec("medium", 40.0, 30.0, 40, 10, 900.0),
        SizeSpec("large", 100.0, 60.0, 150, 20, 3600.0),
    )
}


class SiteGenerator(ABC):
    """A scenario: draws healthy sites from a stream of random numbers.

    Attributes:
        sensors: names of the sensors that find something on its sites, besides lidar and cameras.
    """

    name: ClassVar[str]
    sensors: ClassVar[tuple[str, ...]]

    @abstractmethod
    def build(self, size: SizeSpec, split: str, seeds: np.random.SeedSequence) -> Site:
        """Draw one site. The same arguments give the same site, bit for bit."""


def size_spec(size: str) -> SizeSpec:
    """The size called `size`; an unknown one is a ValueError that lists the valid ones."""
    one_of("size", size, SIZES)
    return SIZES[size]


class SiteSource(ABC):
    """Where an environment takes its sites from.

    Attributes:
        name: of the one site it always gives, or None where every seed has another.
        title: what people call its sites.
        size: of its sites.
    """

    name: str | None
    title: str
    size: SizeSpec

    @abstractmethod
    def draw(self, split: str, seed: int) -> Site:
        """The healthy site of `seed`; an unknown split or a seed below 0 is a ValueError."""


class Generated(SiteSource):
    """Sites of a scenario.

    Args:
        scenario: a name of `SITES`, such as "hazardous-plant".
        size: "small", "medium" or "large".
    """

    name = None

    def __init__(self, scenario: str, size: str) -> None:
        self._generator, self.size = SITES[scenario], size_spec(size)
        self.title = f"{scenario} {size}"

    def draw(self, split: str, seed: int) -> Site:
        """The same split and seed give the same site, bit for bit."""
        check_seed(split, seed)
        seeds = np.random.SeedSequence((SPLITS.index(split), int(seed), list(SIZES).index(self.size.name)))
        return self._generator.build(self.size, split, seeds)


def check_seed(split: str, seed: int) -> None:
    """Raise a ValueError for an unknown split or a seed that is no integer of at least 0."""
    one_of("split", split, SPLITS)
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"site seed must be an integer of at least 0, got {seed!r}")


def generate(scenario: str, size: str, split: str, seed: int) -> Site:
    """Draw a healthy site.

    Args:
        scenario: a name of `SITES`, such as "hazardous-plant".
        size: "small", "medium" or "large".
        split: "train", "val" or "test".
        seed: 0, 1, 2, … within the split.

    Raises:
        ValueError: any of them is unknown; the message lists what is allowed.
    """
    return Generated(scenario, size).draw(split, seed)

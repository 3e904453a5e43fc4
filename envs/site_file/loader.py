"""A site of one's own: reads a site file, checks it, and gives its site for any split and seed."""

import warnings
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np

from ..anomalies.sampling import sample_anomalies
from ..records import Keys, meant, read_record
from ..site import access
from ..site.equipment.base import KINDS
from ..site.mesh import merge
from ..site.model import Site, Weather
from ..site.weather import sample_weather
from ..sites.base import SPLITS, Generated, SiteSource, SizeSpec, check_seed
from ..sites.hazardous_plant import draw_style
from ..sites.soundness import RATING, Complaint, complaints
from ..sites.workers import add_people
from ..types import Point
from ..world.raycast import RayMesh
from . import parts
from .schema import SiteRecord

SIZE = "custom"
_PIECES_AN_ANOMALY = 4
_TRIALS = 3


class SiteWarning(UserWarning):
    """A site file describes a site that can be played but is worse than it should be."""


def list_sites() -> list[str]:
    """Names of the sites in `assets/sites`, sorted."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def find_site(name: str) -> Path:
    """The file of a site: a name of `list_sites()`, or a path; an unknown one is a ValueError."""
    if name in list_sites():
        return _folder() / f"{name}.yaml"
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        raise ValueError(f"unknown site {name!r}; {meant(name, list_sites())}, or the path of a .yaml file")
    return path


class SiteFile(SiteSource):
    """The site of a file. The layout and the looks are the file's; readings, heat, day and workers follow the seed.

    Args:
        scenario: whose anomalies may occur.
        name: a name of `list_sites()`, or the path of a site file.

    Raises:
        ValueError: the file is wrong; the message names file, line and what is allowed.
    """

    def __init__(self, scenario: str, name: str) -> None:
        path = find_site(name)
        record, source = read_record(path, SiteRecord)
        self.name, self.title = path.stem, record.name
        self.files = (path, *(path.parent / e.file for e in record.structure if e.kind == "mesh"))
        self._scenario, self._record, self._source = scenario, record, source
        self._style = draw_style(parts.stream(record, "style"), "train")
        self._equipment = parts.equipment(record, source, self._style)
        made = list(self._equipment.values())
        self._structure = parts.structure(record, source, made, self._style)
        self._zones = parts.zones(record, source)
        if record.workers and not any(zone.kind == "walkway" for zone in self._zones):
            raise source.error(("workers",), "workers need a zone of kind walkway")
        width, depth = record.size_m
        count = len(made) // _PIECES_AN_ANOMALY if record.anomalies is None else record.anomalies
        self.size = SizeSpec(SIZE, width, depth, len(made), count, record.time_limit_s)
        self._places: access.Access | None = None
        self.warnings = self._checked(self.draw("train", 0))

    def draw(self, split: str, seed: int) -> Site:
        """The healthy site on the day of `seed`."""
        check_seed(split, seed)
        record = self._record
        rng = np.random.default_rng(np.random.SeedSequence((SPLITS.index(split), int(seed), record.seed)))
        weather, dark, lamp = self._day(rng, split)
        site = Site(
            self._scenario,
            SIZE,
            (0.0, 0.0, *record.size_m),
            (*record.dock.at_m, float(np.radians(record.dock.yaw_deg))),
            weather,
            self._style,
            {tag: replace(e) for tag, e in self._equipment.items()},
            list(self._structure),
            zones=list(self._zones),
            movers=parts.people(record, self._source, weather.ambient_c),
            lights=parts.lights(record, list(self._equipment.values()), lamp) if dark else [],
        )
        for e in site.equipment.values():
            kind = KINDS[e.kind]
            e.state, e.delta_k = kind.healthy_state(e.params, rng), kind.healthy_heat(e.params, rng)
        if record.workers:
            add_people(site, self._standing(site), rng, record.workers)
        return site

    def _day(self, rng: np.random.Generator, split: str) -> tuple[Weather, bool, Point]:
        """The weather of the file, drawn where the file is silent; whether the lamps are lit, and their colour."""
        light = self._record.light
        weather, dark, lamp = sample_weather(rng, split, light.sky)
        if light.ambient_c is not None:
            sky_c = weather.sky_c + light.ambient_c - weather.ambient_c
            weather = replace(weather, ambient_c=light.ambient_c, sky_c=sky_c)
        if light.wind_m_s is not None:
            weather = replace(weather, wind_m_s=light.wind_m_s)
        return weather, dark, lamp

    def _standing(self, site: Site) -> access.Access:
        """Where the robot may stand; the same on every day."""
        if self._places is None:
            mesh = merge(site)
            rays = RayMesh(mesh.vertices_m, mesh.faces)
            forbidden = access.forbidden_polygons(site.zones, RATING)
            self._places = access.standable(mesh, rays, site.bounds_m, site.dock, forbidden)
        return self._places

    def _checked(self, site: Site) -> list[str]:
        """Lines about what is worse than it should be; what is grave is raised."""
        for e in site.equipment.values():
            KINDS[e.kind].points_in_world(e)
        found = complaints(replace(site, movers=site.movers[: len(self._record.people)]))
        if found and found[0].grave:
            raise self._source.error(self._keys(found[0]), found[0].text)
        for seed in range(_TRIALS):
            self._try_anomalies(site, np.random.default_rng(seed))
        return [self._source.says(self._keys(complaint), complaint.text) for complaint in found]

    def _try_anomalies(self, site: Site, rng: np.random.Generator) -> None:
        try:
            sample_anomalies(site.copy(), self.size.anomalies, self.size.distractors, rng)
        except ValueError as error:
            raise self._source.error(("anomalies",), f"{error}; lower it or add equipment") from None

    def _keys(self, complaint: Complaint) -> Keys:
        """The entry of the file that a complaint is about."""
        record, name = self._record, complaint.name
        if complaint.about == "equipment" and name != record.dock.tag:
            return ("equipment", [entry.tag for entry in record.equipment].index(name))
        if complaint.about == "zone" and name in [zone.name for zone in record.zones]:
            return ("zones", [zone.name for zone in record.zones].index(name))
        if complaint.about == "person":
            return ("people", int(name))
        return () if complaint.about == "site" else ("dock",)


def load_site(scenario: str, name: str) -> SiteFile:
    """The site file `name`, read once as long as neither it nor a mesh of it changes; see `SiteFile`."""
    key = (scenario, str(find_site(name).absolute()))
    known = _loaded.get(key)
    if known is None or known[1] != _stamp(known[0].files):
        site = SiteFile(scenario, name)
        if len(_loaded) >= _MOST_LOADED:
            _loaded.clear()
        known = _loaded[key] = (site, _stamp(site.files))
    return known[0]


_MOST_LOADED = 4
_Stamp = tuple[tuple[int, int], ...]
_loaded: dict[tuple[str, str], tuple[SiteFile, _Stamp]] = {}


def _stamp(paths: tuple[Path, ...]) -> _Stamp:
    """When files were written, and how long they are; (0, 0) of one that is gone."""
    stats = [path.stat() if path.is_file() else None for path in paths]
    return tuple((0, 0) if stat is None else (stat.st_mtime_ns, stat.st_size) for stat in stats)


def site_source(scenario: str, size: str, site: str | None) -> SiteSource:
    """Where an environment's sites come from: `site` (a name or a file) if given, else the scenario's generator.

    A site file that describes a poor site warns with `SiteWarning`.
    """
    if site is None:
        return Generated(scenario, size)
    own = load_site(scenario, str(site))
    for line in own.warnings:
        warnings.warn(line, SiteWarning, stacklevel=3)
    return own


def _folder() -> Path:
    return Path(str(files("patrolgym.assets"))) / "sites"

"""Something on the floor burns."""

from dataclasses import dataclass, field

import numpy as np

from ..site.model import Decal, Light, Mover, Part, Site
from ..site.zones import contains
from ..types import AnomalyTruth, ByteArray, FloatArray, IntArray, Point, as_point
from .base import ANOMALIES, AnomalyKind, Candidate
from .lookalikes import cone, tarpaulin, work_lamp
from .survey import survey

_REACH_M, _ROOM_M, _SPOTS, _SEEN_M, _SEEN_FROM_M = (0.15, 1.1), 0.3, 4, 0.25, 5.0
#: A fire this near to a thermal inspection point would heat it beyond its limit.
_FROM_HEAT_M = 1.5
#: Small pools and heaps burn at about this many kW a m².
_KW_M2 = 500.0
_TONGUES, _RINGS, _SIDES = 8, 13, 9
#: Rings between which a tongue is hot flame, and its cooler tip.
_BANDS = {"flame": (0, 8), "tip": (8, _RINGS - 1)}


def flame_size_m(power_kw: float) -> tuple[float, float]:
    """Diameter and mean height of a fire: L = 0.235 Q^(2/5) - 1.02 D (Heskestad 1983)."""
    diameter = float(np.sqrt(4.0 * power_kw / (np.pi * _KW_M2)))
    return diameter, 0.235 * power_kw**0.4 - 1.02 * diameter


#: The flicker is a loop of so many shapes, and takes a new one so often.
_SHAPES, _SHAPE_HZ = 16, 5.0


@dataclass(frozen=True, eq=False)
class Flames:
    """Flame tongues that flicker; called with seconds, gives the parts in their own frame, from a loop of shapes.

    Attributes:
        diameter_m, height_m: of the fire.
        root_m: (tongues, 2) where each tongue stands.
        reach: (tongues,) its height as a share of the fire's.
        phase: (tongues, 6) of its movements.
        picture: (h, w, 3) colours from tip (top row) to foot.
    """

    diameter_m: float
    height_m: float
    root_m: FloatArray
    reach: FloatArray
    phase: FloatArray
    picture: ByteArray
    drawn: dict[int, tuple[Part, ...]] = field(default_factory=dict)

    def __call__(self, time_s: float) -> tuple[Part, ...]:
        """Parts at `time_s`; each shape of the loop is drawn once, when first wanted."""
        tick = int(np.floor(time_s * _SHAPE_HZ + 1e-6)) % _SHAPES
        if tick not in self.drawn:
            self.drawn[tick] = self.shape(tick / _SHAPE_HZ)
        return self.drawn[tick]

    def shape(self, time_s: float) -> tuple[Part, ...]:
        """Parts at `time_s`: surfaces "flame" and "tip" of all tongues."""
        vertices, decal = self._vertices(time_s), Decal(self.picture, _UV)
        return tuple(
            Part(vertices, _band_faces(*band), "flame", surface, solid=False, inspectable=False, decal=decal)
            for surface, band in _BANDS.items()
        )

    def _vertices(self, time_s: float) -> FloatArray:
        """(tongues * rings * sides, 3); the puffing frequency is 1.5 / sqrt(D) Hz (Cetegen and Ahmed 1993)."""
        turn = 2 * np.pi * 1.5 / np.sqrt(max(self.diameter_m, 0.05)) * time_s
        up = np.linspace(0.0, 1.0, _RINGS)
        p = self.phase
        stretch = self.reach * (1.0 + 0.22 * np.sin(turn + p[:, 0]) + 0.1 * np.sin(2.7 * turn + p[:, 1]))
        width = 0.3 * self.diameter_m * (1.0 + 0.15 * np.sin(1.6 * turn + p[:, 2]))
        profile = (0.55 + 1.5 * up) * (1.0 - up) ** 0.8
        sway = 0.28 * self.diameter_m * up**1.3
        lean = np.stack(
            [np.sin(0.9 * turn + p[:, k, None] - 4.0 * up) + 0.5 * np.sin(2.3 * turn + p[:, k + 1, None] - 7.0 * up)
             for k in (3, 4)]
        )  # fmt: skip
        middle = self.root_m.T[:, :, None] * (1.0 - 0.6 * up) + sway * lean
        angle = np.arange(_SIDES) * (2 * np.pi / _SIDES)
        ragged = 1.0 + 0.18 * np.sin(3.0 * angle + 5.0 * up[:, None] + p[:, 5, None, None] + turn)
        radius = (width[:, None] * profile)[..., None] * ragged
        x = middle[0][..., None] + radius * np.cos(angle)
        y = middle[1][..., None] + radius * np.sin(angle)
        z = np.broadcast_to((self.height_m * stretch[:, None] * up)[..., None], x.shape)
        return np.stack([x, y, z], axis=-1).reshape(-1, 3)


@dataclass(frozen=True)
class Fixed:
    """Stays where it is; called with seconds, gives x, y, z, yaw."""

    position_m: Point

    def __call__(self, time_s: float) -> tuple[float, float, float, float]:
        """(x, y, z, yaw) at any time."""
        return (*self.position_m, 0.0)


class Fire(AnomalyKind):
    """Severity and reading: heat release in kW; any fire is an alarm. Its place is the middle of the flames.

    Look-alikes: an orange-red tarpaulin over something, a traffic cone, a hot work lamp.
    """

    name = "fire"
    unit = "kW"
    severity = (6.0, 200.0)
    limit = "any fire"
    standard = "no limit: any fire is an alarm"
    seen_by = ("rgb", "thermal")

    def candidates(self, site: Site) -> list[Candidate]:
        """Free floor beside equipment, seen from where a robot may stand, not right beside a thermal point."""
        places = survey(site)
        heat = np.array([p.position_m[:2] for p in site.points() if p.sensor == "thermal"]).reshape(-1, 2)
        found = []
        for tag, equipment in site.equipment.items():
            spots = places.near(equipment, _REACH_M, _ROOM_M, _SPOTS)
            spots = spots[(np.linalg.norm(spots[:, None, :2] - heat, axis=2) >= _FROM_HEAT_M).all(axis=1)]
            seen = places.seen(spots, _SEEN_M, _SEEN_FROM_M)
            found += [Candidate(tag, as_point(spot, "fire")) for spot in spots[seen]]
        return found

    def distractor_candidates(self, site: Site) -> list[Candidate]:
        """The same places off the walkways, so that nothing bars the robot's way."""
        aisles = [zone.polygon_m for zone in site.zones if zone.kind in ("walkway", "escape_route")]
        spots = self.candidates(site)
        flat = np.array([spot.position_m[:2] for spot in spots]).reshape(-1, 2)
        barred = np.zeros(len(spots), dtype=bool)
        for polygon in aisles:
            barred |= contains(polygon, flat)
        return [spot for spot, bad in zip(spots, barred, strict=True) if not bad]

    def place(self, site: Site, where: Candidate, severity: float, rng: np.random.Generator) -> AnomalyTruth:
        """Light it."""
        diameter, height = flame_size_m(severity)
        angle, out = rng.uniform(0, 2 * np.pi, _TONGUES), np.sqrt(rng.uniform(0.0, 1.0, _TONGUES))
        root = 0.36 * diameter * (out * np.array([np.cos(angle), np.sin(angle)])).T
        reach = (1.25 - 0.7 * out) * rng.uniform(0.8, 1.1, _TONGUES)
        flames = Flames(diameter, height, root, reach, rng.uniform(0, 2 * np.pi, (_TONGUES, 6)), _picture(rng))
        surface_c = {"flame": float(rng.uniform(780.0, 950.0)), "tip": float(rng.uniform(420.0, 600.0))}
        pose = Fixed(where.position_m)
        site.movers.append(Mover("flame", flames.shape(0.0), pose, surface_c, 0.0, height, flames))
        x, y, z = where.position_m
        glow = min(1.5, 0.15 * float(np.sqrt(severity)))
        site.lights.append(Light((x, y, z + height), (1.0, 0.62, 0.28), glow))
        return AnomalyTruth(self.name, where.tag, (x, y, z + 0.4 * height), severity, self.unit, severity)

    def distract(self, site: Site, where: Candidate, rng: np.random.Generator) -> None:
        """Something of a fire's colour or heat, but not both."""
        make = (tarpaulin, cone, work_lamp)[int(rng.integers(3))]
        parts, light = make(where.position_m, rng)
        site.extras += [(None, part) for part in parts]
        site.lights += [light] if light is not None else []


def _picture(rng: np.random.Generator) -> ByteArray:
    """(64, 32, 3) sRGB from a dull red tip to a pale yellow foot, streaked; each fire has its own shades."""
    stops = np.array([(0.70, 0.20, 0.06), (0.93, 0.42, 0.10), (1.0, 0.66, 0.22), (1.0, 0.86, 0.50), (1.0, 0.93, 0.72)])
    stops = np.clip(stops + rng.uniform(-0.07, 0.07, 3) * (0.4, 1.0, 1.0), 0.02, 1.0)
    height = np.linspace(0.0, 1.0, 64)[:, None]
    across = 2 * np.pi * np.arange(32) / 32
    streaks = sum(0.05 * np.sin(k * across + 3.0 * k * height + rng.uniform(0, 2 * np.pi)) for k in (1, 2, 3, 5))
    at = np.clip(height + streaks, 0.0, 1.0)
    picture = np.stack([np.interp(at, np.linspace(0.0, 1.0, len(stops)), stops[:, k]) for k in range(3)], axis=-1)
    return np.asarray(np.round(255 * picture), dtype=np.uint8)


def _uv() -> FloatArray:
    """(vertices, 2) of all tongues: round the tongue, and from foot to tip; each tongue starts elsewhere."""
    around = np.abs(np.linspace(-1.0, 1.0, _SIDES, endpoint=False))
    u = (np.arange(_TONGUES)[:, None, None] * 0.37 + 0.6 * around) % 1.0
    v = 1.0 - np.linspace(0.0, 1.0, _RINGS)[:, None]
    return np.stack(np.broadcast_arrays(u, v), axis=-1).reshape(-1, 2)


_UV = _uv()


def _band_faces(low: int, high: int) -> IntArray:
    """Faces of rings low..high of every tongue, outward."""
    side = np.arange(_SIDES)
    following = (side + 1) % _SIDES
    faces = []
    for tongue in range(_TONGUES):
        for ring in range(low, high):
            here = (tongue * _RINGS + ring) * _SIDES
            above = here + _SIDES
            faces.append(np.stack([here + side, here + following, above + following], axis=1))
            faces.append(np.stack([here + side, above + following, above + side], axis=1))
    return np.concatenate(faces).astype(np.int32)


ANOMALIES.add(Fire.name, Fire())

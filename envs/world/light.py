"""Light of a moment: sun and sky with haze and clouds, and lamps; how they light what a ray meets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..site.model import Light, Site
from ..types import BoolArray, FloatArray, IntArray
from .hall import HallLight
from .sky import SkyMap
from .surfaces import Look, srgb_to_linear
from .textures import pattern_atlas, pattern_index

#: Colours of light, linear RGB around 1.
_SUN_HIGH = np.array([1.02, 1.0, 0.94])
_SUN_LOW = np.array([1.25, 0.92, 0.58])
_ZENITH = np.array([0.48, 0.68, 1.05])
_HORIZON = np.array([0.92, 0.97, 1.04])
_SKY = np.array([0.90, 0.98, 1.10])
_GROUND = np.array([0.30, 0.28, 0.25])
_CLOUD_HEIGHT = 3.5
_HAZE_M, _INDOOR_HAZE_M = 320.0, 1200.0
#: Radiance of things that shine, relative to a white surface in full sun.
_GLOW = np.float32(4.0)
_MOST_LAMPS = 5
_LEAST_SHARE = 0.01
#: At night the strongest lamps take over the shadow rays that the sun does not need.
_SHADOW_LAMPS = 2
_FAINT = np.float32(2e-4)
#: Below this light of sun and sky it is night: the sky itself is dark then, though a glow still lights the ground.
_DAYLIGHT = 0.10
_NIGHT_SKY = 0.18
#: Under a roof what stands lower than this casts a shadow of this strength: light comes from many lamps at once.
_OVERHEAD_M = 3.8
_OVERHEAD_SHADOW = np.float32(0.7)
#: A surface this near to a lamp is its own cover: lit from behind, too.
LAMP_COVER_M = 0.4


class Shadow(Protocol):
    """Tells which of n points are cut off from a light; only `wanted` (n,) ones matter."""

    def of_sun(self, towards: FloatArray, wanted: BoolArray) -> BoolArray:
        """(n,) shadowed from the direction `towards` (3,)."""

    def of_lamp(self, lamp_m: FloatArray, wanted: BoolArray) -> BoolArray:
        """(n,) shadowed from the place `lamp_m` (3,)."""

    def from_above(self, top_m: float, wanted: BoolArray) -> BoolArray:
        """(n,) with something straight above them that is lower than `top_m`."""


@dataclass(eq=False)
class Points:
    """What n of the rays of a picture met; planar.

    Attributes:
        pixel: (n,) which of the rays, rising.
        position_m, direction: (3, n) where they are and the unit direction from the viewer to them.
        distance_m: (n,) from the viewer.
        ambient: (n,) share of sky light that reaches them.
        look: what they look like; `Look.part` counts in `SiteMesh.parts`, moving bodies are -2.
    """

    pixel: IntArray
    position_m: FloatArray
    direction: FloatArray
    distance_m: FloatArray
    ambient: FloatArray
    look: Look


class Lighting:
    """Sun, sky and lamps of a site. Radiance 1 is a white surface in full light of strength 1.

    Indoors the sky's light is what walls and roof throw back of the lamps' light, and the lamps are too many to be
    added one by one.
    """

    def __init__(self, site: Site) -> None:
        weather = site.weather
        self._sun = np.asarray(weather.sun, np.float32)
        self._sun_strength = weather.sun_strength if self._sun[2] > 0.0 else 0.0
        self._sky_strength = weather.sky_strength
        low = np.clip(1.0 - self._sun[2] / 0.5, 0.0, 1.0)
        self._sun_colour = (low * _SUN_LOW + (1.0 - low) * _SUN_HIGH).astype(np.float32)
        self._bounce = (0.8 * self._sun_strength * max(float(self._sun[2]), 0.0) + self._sky_strength) * _GROUND
        self._lamps = site.lights
        self._hall = HallLight(site.lights, site.bounds_m) if weather.indoors and site.lights else None
        self._lamp_colour = _mean_colour(site.lights) if self._hall else np.ones(3)
        self._diffuse = self._sky_strength * (self._lamp_colour if self._hall else _SKY)
        self._haze_m = _INDOOR_HAZE_M if weather.indoors else _HAZE_M
        self._cloud_shift = np.float32(site.bounds_m[2] * 0.137 + weather.ambient_c * 0.71)
        is_night = self._sun_strength + self._sky_strength < _DAYLIGHT
        self._seen_sky = self._sky_strength * (_NIGHT_SKY if is_night else 1.0)
        self._sky_map = SkyMap(self._sky_radiance)

    def picture(self, points: Points, rays: FloatArray, shadow: Shadow) -> FloatArray:
        """(3, m) linear light that reaches the viewer along all (3, m) rays: what they met, and the sky elsewhere."""
        light = self.radiance(points, shadow)
        if light.shape == rays.shape:
            return light
        picture = np.empty_like(rays)
        empty = np.ones(rays.shape[1], bool)
        empty[points.pixel] = False
        sky = np.flatnonzero(empty)
        for row, lit, above in zip(picture, light, self.sky(rays.take(sky, axis=1)), strict=True):
            row[points.pixel] = lit
            row[sky] = above
        return picture

    def radiance(self, points: Points, shadow: Shadow) -> FloatArray:
        """(3, n) linear light from `points` to the viewer."""
        look, count = points.look, len(points.pixel)
        light = self._ambient(points)
        sparkle = np.zeros(count, np.float32)
        if self._sun_strength > 0.0:
            self._add_sun(light, sparkle, points, shadow)
        if self._hall is not None:
            self._add_hall(light, points, self._hall, shadow)
        for rank, lamp in enumerate([] if self._hall else self._strongest(points)):
            casts_shadow = rank < _SHADOW_LAMPS and self._sun_strength <= 0.0
            self._add_lamp(light, points, lamp, shadow if casts_shadow else None)
        light *= look.albedo
        self._add_reflections(light, sparkle, points)
        glow = np.flatnonzero(look.glow)
        if len(glow):
            light[:, glow] = look.albedo[:, glow] * _GLOW
        self._haze(light, points.distance_m)
        return light

    def sky(self, direction: FloatArray) -> FloatArray:
        """(3, n) radiance of the sky along (3, n) directions, from a map of the upper half-space."""
        return self._sky_map.sample(direction)

    def _sky_radiance(self, direction: FloatArray) -> FloatArray:
        """(3, n) radiance of the sky: gradient, clouds and the glow round the sun."""
        up = np.maximum(direction[2], 0.0)
        mix = np.sqrt(up)
        colour = np.stack([h + (z - h) * mix for h, z in zip(_HORIZON, _ZENITH, strict=True)])
        reach = 1.0 / (_CLOUD_HEIGHT * np.maximum(up, 0.04))
        s, t = direction[0] * reach + self._cloud_shift, direction[1] * reach
        index = np.full(len(up), pattern_index("cloud"))
        s, t, reach = (array.astype(np.float32) for array in (s - np.floor(s), t - np.floor(t), reach))
        cover = pattern_atlas().sample(index, s, t, reach)[:, 0] * (0.8 / 255.0) * np.minimum(up * 5.0, 1.0)
        colour += (1.0 - colour) * cover
        colour *= self._seen_sky
        near = np.maximum(sum(s * row for s, row in zip(self._sun, direction, strict=True)), 0.0)
        colour += self._sun_colour[:, None] * self._sun_strength * (0.10 * near**8 + 3.0 * near**512)
        return colour

    def _ambient(self, points: Points) -> FloatArray:
        """Sky from above and light from the ground below."""
        above = points.look.normal[2] * np.float32(0.5) + np.float32(0.5)
        above *= points.ambient
        below = points.ambient - above
        light = np.empty((3, len(above)), np.float32)
        for k in range(3):
            np.multiply(above, np.float32(self._diffuse[k]), out=light[k])
            light[k] += below * np.float32(self._bounce[k])
        return light

    def _add_sun(self, light: FloatArray, sparkle: FloatArray, points: Points, shadow: Shadow) -> None:
        sun, normal, direction = self._sun, points.look.normal, points.direction
        facing = normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2]
        # Blinn-Phong (1977): highlight by the angle between the normal and the vector half way to the viewer.
        along = facing - (direction[0] * normal[0] + direction[1] * normal[1] + direction[2] * normal[2])
        half = np.float32(2.0 + 1e-6) - np.float32(2.0) * (
            sun[0] * direction[0] + sun[1] * direction[1] + sun[2] * direction[2]
        )
        along /= np.sqrt(half, out=half)
        np.maximum(facing, 0.0, out=facing)
        facing *= np.logical_not(shadow.of_sun(sun, facing > 0.0))
        for k in range(3):
            light[k] += facing * np.float32(self._sun_strength * self._sun_colour[k])
        np.maximum(along, 0.0, out=along)
        for _ in range(5):
            along *= along
        along *= facing > 0.0
        along *= np.float32(1.6 * self._sun_strength)
        sparkle += along

    def _strongest(self, points: Points) -> list[Light]:
        """The lamps that matter here, judged at a sparse choice of points."""
        sample = points.position_m[:, ::37]
        if not self._lamps or not sample.size:
            return []
        lamp_m = np.array([lamp.position_m for lamp in self._lamps], np.float32)
        square = ((sample.T[None] - lamp_m[:, None]) ** 2).sum(axis=2)
        strength = np.array([lamp.strength for lamp in self._lamps])
        effect = np.max(strength[:, None] / np.maximum(square, 0.25), axis=1)
        least = _LEAST_SHARE * (self._sun_strength + self._sky_strength) + 1e-3
        order = np.argsort(-effect, kind="stable")[:_MOST_LAMPS]
        return [self._lamps[i] for i in order if effect[i] > least]

    def _add_lamp(self, light: FloatArray, points: Points, lamp: Light, shadow: Shadow | None) -> None:
        normal = points.look.normal
        way = [np.float32(lamp.position_m[k]) - points.position_m[k] for k in range(3)]
        square = way[0] * way[0] + way[1] * way[1] + way[2] * way[2]
        np.maximum(square, np.float32(0.01), out=square)
        facing = way[0] * normal[0] + way[1] * normal[1] + way[2] * normal[2]
        np.maximum(facing, 0.0, out=facing)
        facing /= square * np.sqrt(square)
        if shadow is not None:
            facing *= np.logical_not(shadow.of_lamp(np.asarray(lamp.position_m), facing > _FAINT))
        near = np.flatnonzero(square < LAMP_COVER_M**2)
        facing[near] = np.maximum(facing[near], 2.0)
        colour = srgb_to_linear(np.asarray(lamp.colour, float)) * lamp.strength
        for k in range(3):
            light[k] += facing * np.float32(colour[k])

    def _add_hall(self, light: FloatArray, points: Points, hall: HallLight, shadow: Shadow) -> None:
        facing = np.einsum("ij,ij->j", hall.vector(points.position_m), points.look.normal)
        np.maximum(facing, 0.0, out=facing)
        dark = shadow.from_above(_OVERHEAD_M, (facing > _FAINT) & (points.position_m[2] < _OVERHEAD_M))
        facing *= np.float32(1.0) - _OVERHEAD_SHADOW * dark
        for k in range(3):
            light[k] += facing * np.float32(self._lamp_colour[k])

    def _add_reflections(self, light: FloatArray, sparkle: FloatArray, points: Points) -> None:
        """Highlights, and the sky's brightness mirrored the more the flatter one looks (Schlick 1994)."""
        look = points.look
        mirrored_up = points.direction[2] + np.float32(2.0) * look.cos_view * look.normal[2]
        np.clip(mirrored_up * np.float32(2.5) + np.float32(0.4), 0.0, 1.0, out=mirrored_up)
        miss = np.float32(1.0) - look.cos_view
        fresnel = miss * miss
        fresnel *= fresnel
        fresnel *= np.float32(0.6)
        fresnel += np.float32(0.10)
        fresnel *= mirrored_up * points.ambient
        fresnel *= np.float32(self._sky_strength)
        fresnel += sparkle
        fresnel *= look.gloss
        light += fresnel

    def _haze(self, light: FloatArray, distance_m: FloatArray) -> None:
        clear = np.exp(distance_m * np.float32(-1.0 / self._haze_m))
        light *= clear
        veil = np.float32(1.0) - clear
        for k in range(3):
            light[k] += veil * np.float32(self._seen_sky * _HORIZON[k])


def _mean_colour(lamps: Sequence[Light]) -> FloatArray:
    """(3,) linear colour of the lamps' light together."""
    return np.asarray(srgb_to_linear(np.array([lamp.colour for lamp in lamps], float)).mean(axis=0))

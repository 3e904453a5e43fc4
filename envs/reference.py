"""Pictures of the healthy site, as taken when it was commissioned."""

from dataclasses import replace

import numpy as np

from .sensors.camera import ZOOM, Camera
from .site.model import Site, Weather
from .site.weather import sample_indoors, sample_weather
from .types import ByteArray, FloatArray
from .world.scene import Scene


class ReferenceCamera:
    """The robot's camera on another day, with that day's light and before anything went wrong.

    Args:
        healthy: the site without anomalies.
        split: of the site, for its weather.
        rng: of the day and the camera's noise.
    """

    def __init__(self, healthy: Site, split: str, rng: np.random.Generator) -> None:
        self._site = replace(healthy, weather=_another_day(healthy, rng, split), movers=[])
        self._rng = np.random.default_rng(rng.integers(2**63))
        self._scene: Scene | None = None

    def picture(self, position_m: FloatArray, rotation: FloatArray, zoom: float) -> dict[str, FloatArray | ByteArray]:
        """See `InspectionEnv.commission`."""
        position, turn = np.asarray(position_m, float), np.asarray(rotation, float)
        if (
            position.shape != (3,)
            or turn.shape != (3, 3)
            or not (np.isfinite(position).all() and np.isfinite(turn).all())
        ):
            raise ValueError("a commissioning picture needs a finite position (3,) and rotation (3, 3)")
        if not ZOOM[0] <= zoom <= ZOOM[1]:
            raise ValueError(f"zoom must be within {ZOOM[0]:g}..{ZOOM[1]:g}, got {zoom!r}")
        if self._scene is None:
            self._scene = Scene(self._site)
            self._camera = Camera()
            self._scene.update(0.0)
        frame = self._camera.capture(self._scene, position, turn, zoom, self._rng)
        return {"rgb": frame.rgb, "depth": frame.depth_m, "thermal": frame.thermal_c}


def _another_day(site: Site, rng: np.random.Generator, split: str) -> Weather:
    """Another day's weather; nobody commissions a site by lamplight, but for a hall."""
    if site.weather.indoors:
        return sample_indoors(rng, split)[0]
    while True:
        weather, lamps_on, _ = sample_weather(rng, split)
        if not lamps_on:
            return weather

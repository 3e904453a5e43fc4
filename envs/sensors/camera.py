"""The head's camera: colour, depth and heat through one lens, all from one cast of rays."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box

from ..frames import DepthTruth
from ..types import ByteArray, FloatArray, IntArray
from ..world.scene import Scene
from ..world.vectors import as_rows, turned_columns
from .base import SENSORS, Observation, Sensor, SensorContext
from .film import Film
from .radiometry import ThermalImager, apparent_c

ZOOM = (1.0, 20.0)
DEPTH_RANGE_M = 20.0
#: Deviation of depth is this times the square of the distance, as for stereo: 1 % at 5 m.
_DEPTH_NOISE = 0.002
#: Relative light in a corner of the picture at zoom 1.
_VIGNETTE = 0.82
#: Noise is drawn once and used from a random place on: a draw a pixel a picture would cost as much as the cast.
_NOISE_SLACK = 1 << 18


@dataclass(frozen=True, eq=False)
class Frame(DepthTruth):
    """One capture.

    Attributes:
        rgb: (h, w, 3) uint8 sRGB.
        depth_m: (h, w) float32 along the optical axis, 0 where none.
        thermal_c: (h, w) float32 apparent temperature in °C.
        position_m, rotation: (3,), (3, 3) true pose of the camera frame (x right, y down, z forward) in the world.
        focal_px: focal length; the principal point is ((w - 1) / 2, (h - 1) / 2).
        truth_depth_m: (h, w) ground truth of depth, 0 where nothing was met; never in observations.
        truth_owner: (h, w) int32 index into `SiteMesh.parts`, -1 nothing, -2 something that moves; likewise.
    """

    rgb: ByteArray
    depth_m: FloatArray
    thermal_c: FloatArray
    position_m: FloatArray
    rotation: FloatArray
    focal_px: float
    truth_depth_m: FloatArray
    truth_owner: IntArray


class Camera:
    """Colour, depth and thermal camera behind one zoom lens.

    Args:
        width_px, height_px: size of the pictures.
        fov_rad: horizontal field of view at zoom 1.
        film: colour optics and sensor.
        imager: thermal sensor.
    """

    def __init__(
        self,
        width_px: int = 320,
        height_px: int = 240,
        fov_rad: float = float(np.radians(60.0)),
        film: Film | None = None,
        imager: ThermalImager | None = None,
    ) -> None:
        if width_px < 8 or height_px < 8 or not 0.0 < fov_rad < np.pi:
            raise ValueError(f"a camera needs 8 x 8 px and 0 < fov < pi, got {width_px} x {height_px}, {fov_rad} rad")
        self.width_px, self.height_px, self.fov_rad = width_px, height_px, fov_rad
        self.film = film or Film()
        self.imager = imager or ThermalImager()

    def focal_px(self, zoom: float) -> float:
        """Focal length in pixels; a zoom outside 1..20 is a ValueError."""
        if not ZOOM[0] <= zoom <= ZOOM[1]:
            raise ValueError(f"zoom must be within {ZOOM[0]:g}..{ZOOM[1]:g}, got {zoom!r}")
        return float(0.5 * self.width_px / np.tan(0.5 * self.fov_rad) * zoom)

    def capture(
        self,
        scene: Scene,
        position_m: FloatArray,
        rotation: FloatArray,
        zoom: float,
        rng: np.random.Generator,
        turn_rad_s: FloatArray | None = None,
    ) -> Frame:
        """Take a picture.

        Args:
            scene: what there is to see.
            position_m: (3,) of the camera in the world.
            rotation: (3, 3) from the camera frame to the world.
            zoom: 1..20.
            rng: where noise comes from.
            turn_rad_s: (3,) rate at which the camera turns, in its own frame, for motion blur; None for still.
        """
        shape = (self.height_px, self.width_px)
        focal = self.focal_px(zoom)
        rays = _pixel_rays(self.width_px, self.height_px, focal)
        towards = turned_columns(rotation, rays)
        hits = scene.cast(position_m, as_rows(towards))
        points = scene.points(position_m, towards, hits, 1.0 / focal)
        owner = np.full(len(hits.face), -1, np.int32)
        owner[points.pixel] = points.look.part
        owner = owner.reshape(shape)
        light = scene.lighting.picture(points, towards, scene.shadow(points, owner))
        noise = _Noise(self.width_px * self.height_px, rng)
        smear = np.zeros(2) if turn_rad_s is None else np.array([-turn_rad_s[1], turn_rad_s[0]]) * focal
        vignette = _vignette(self.width_px, self.height_px)
        rgb = self.film.picture(light, shape, vignette, smear, noise.take(3))
        drift = float(rng.uniform(-1.0, 1.0))
        thermal = self.imager.picture(
            apparent_c(points, towards, scene.weather).reshape(shape), noise.take(1), noise.pattern, drift
        )
        truth = hits.distance_m * rays[2]
        np.copyto(truth, np.float32(0.0), where=hits.face == -1)
        return Frame(
            rgb,
            _measured_depth(truth, noise.take(1)).reshape(shape),
            thermal,
            np.array(position_m, float),
            np.array(rotation, float),
            focal,
            truth.reshape(shape),
            owner,
        )


def _measured_depth(truth: FloatArray, noise: FloatArray) -> FloatArray:
    depth = noise * np.float32(_DEPTH_NOISE)
    depth *= truth
    depth += np.float32(1.0)
    depth *= truth
    depth[(truth > DEPTH_RANGE_M) | (depth < 0.0)] = 0.0
    return depth


@lru_cache(maxsize=2)
def _pixel_rays(width: int, height: int, focal: float) -> FloatArray:
    """(3, h * w) unit vectors in the camera frame."""
    grid = _pixel_grid(width, height) * np.float32(1.0 / focal)
    rays = np.empty((3, width * height), np.float32)
    np.multiply(grid[0], grid[0], out=rays[2])
    rays[2] += grid[1] * grid[1]
    rays[2] += np.float32(1.0)
    np.reciprocal(np.sqrt(rays[2]), out=rays[2])
    np.multiply(grid, rays[2], out=rays[:2])
    rays.setflags(write=False)
    return rays


@lru_cache(maxsize=4)
def _pixel_grid(width: int, height: int) -> FloatArray:
    """(2, h * w) pixels right of and below the principal point."""
    x, y = np.arange(width) - 0.5 * (width - 1), np.arange(height) - 0.5 * (height - 1)
    return np.stack(np.meshgrid(x, y)).reshape(2, -1).astype(np.float32)


@lru_cache(maxsize=4)
def _vignette(width: int, height: int) -> FloatArray:
    """(h * w,) light lost towards the corners."""
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    return (1.0 - (1.0 - _VIGNETTE) * (0.5 * (x * x + y * y)) ** 1.5).ravel().astype(np.float32)


@lru_cache(maxsize=4)
def _noise_tape(pixels: int) -> FloatArray:
    tape = np.random.default_rng(pixels).standard_normal(3 * pixels + _NOISE_SLACK, dtype=np.float32)
    tape.setflags(write=False)
    return tape


class _Noise:
    """Normal noise for one capture."""

    def __init__(self, pixels: int, rng: np.random.Generator) -> None:
        self._pixels, self._rng = pixels, rng
        self._tape = _noise_tape(pixels)
        #: (pixels,) the same in each capture.
        self.pattern = self._tape[:pixels]

    def take(self, channels: int) -> FloatArray:
        """(channels * pixels,) noise of deviation 1."""
        start = int(self._rng.integers(1, _NOISE_SLACK))
        return self._tape[start : start + channels * self._pixels]


class LensSensor(Sensor):
    """A sensor behind the camera's lens; those of one moment share one capture and its estimated pose."""

    rate_hz = 2.0
    age_key = "camera_age"
    camera: ClassVar[Camera] = Camera()

    def spaces(self) -> dict[str, Box]:
        """The picture, and `camera` (13,): estimated position, rotation row by row, focal length in px."""
        high = np.array([1e4] * 3 + [1.0] * 9 + [1e5], np.float32)
        return {self.name: self.picture_space(), "camera": Box(-high, high, dtype=np.float32)}

    def read(self, context: SensorContext) -> Observation:
        """The picture and the estimated pose at its capture."""
        frame = frame_of(context, self.camera)
        position, rotation = context.believe(frame.position_m, frame.rotation)
        camera = np.concatenate([position, np.ravel(rotation), [frame.focal_px]]).astype(np.float32)
        return {self.name: self.picture(frame), "camera": camera}

    def picture_space(self) -> Box:
        """Space of the picture."""
        raise NotImplementedError

    def picture(self, frame: Frame) -> FloatArray | ByteArray:
        """What this sensor shows of a capture."""
        raise NotImplementedError


def frame_of(context: SensorContext, camera: Camera) -> Frame:
    """The capture of this moment, taken when first asked for and kept in `context.shared["frame"]`."""
    if "frame" not in context.shared:
        position, rotation = context.robot.camera_pose()
        turn = np.asarray(rotation).T @ np.asarray(context.robot.state.angular_velocity_rad_s)
        context.shared["frame"] = camera.capture(context.scene, position, rotation, context.zoom, context.rng, turn)
    frame: Frame = context.shared["frame"]
    return frame


class Rgb(LensSensor):
    """Colour picture `rgb` (h, w, 3) uint8 sRGB."""

    name = "rgb"

    def picture_space(self) -> Box:
        """(h, w, 3) uint8."""
        return Box(0, 255, (self.camera.height_px, self.camera.width_px, 3), np.uint8)

    def picture(self, frame: Frame) -> ByteArray:
        """The colours."""
        return frame.rgb


class Depth(LensSensor):
    """Depth picture `depth` (h, w) float32 in metres along the optical axis; 0 where none or beyond 20 m."""

    name = "depth"

    def picture_space(self) -> Box:
        """(h, w) float32 metres."""
        return Box(0.0, 2.0 * DEPTH_RANGE_M, (self.camera.height_px, self.camera.width_px), np.float32)

    def picture(self, frame: Frame) -> FloatArray:
        """The depths."""
        return frame.depth_m


SENSORS.add("rgb", Rgb)
SENSORS.add("depth", Depth)

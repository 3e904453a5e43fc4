"""Makes the README's pictures: `python docs/pictures.py [patrol.mp4]` writes them to docs/images."""

import sys
from pathlib import Path

import av
import cv2
import numpy as np

from patrolgym.envs.outside import looking_along
from patrolgym.envs.sensors.camera import Camera
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Part, Site
from patrolgym.envs.site_file.loader import load_site
from patrolgym.envs.sites.base import generate
from patrolgym.envs.types import ByteArray, Point
from patrolgym.envs.world.scene import Scene

IMAGES = Path(__file__).parent / "images"


def save(name: str, picture: ByteArray) -> None:
    """Write an RGB picture as JPEG."""
    cv2.imwrite(str(IMAGES / name), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


def shot(scene: Scene, eye_m: Point, target_m: Point, camera: Camera) -> ByteArray:
    """A picture from one place towards another."""
    axis = np.subtract(target_m, eye_m)
    pose = np.array(eye_m), looking_along(axis / np.linalg.norm(axis))
    return camera.capture(scene, *pose, 1.0, np.random.default_rng(0)).rgb


def plants() -> ByteArray:
    """Three plants from above."""
    camera, rows = Camera(640, 400), []
    for size, seed in (("small", 3), ("medium", 1)):
        site = generate("hazardous-plant", size, "train", seed)
        x0, y0, x1, y1 = site.bounds_m
        reach = x1 - x0
        rows.append(
            shot(
                Scene(site),
                (x0 - 0.1 * reach, y0 - 0.1 * reach, 0.7 * reach),
                (0.5 * (x0 + x1), 0.45 * (y0 + y1), 0),
                camera,
            )
        )
    return np.hstack(rows)


def halls() -> ByteArray:
    """Two body shops as somebody on a walkway sees them, with bodies, arms and carts at work."""
    camera, tiles = Camera(640, 400, fov_rad=1.2), []
    for size, seed, corner in (("small", 0, 0.95), ("medium", 1, 0.03)):
        site = generate("car-factory", size, "train", seed)
        scene = Scene(site)
        scene.update(20.0)
        width, depth = site.bounds_m[2:]
        tiles.append(shot(scene, (corner * width, corner * depth, 2.6), (0.5 * width, 0.5 * depth, 0.6), camera))
    return np.hstack(tiles)


def equipment() -> ByteArray:
    """Every kind of equipment, as the robot sees it from about two metres."""
    sample = generate("hazardous-plant", "small", "train", 3)
    camera, tiles = Camera(320, 240), []
    for name in KINDS.names():
        piece = KINDS[name].make("X-101", (0.0, 0.0, 0.0), 0.0, np.random.default_rng(3), sample.style)
        site = Site(sample.scenario, sample.size, sample.bounds_m, sample.dock, sample.weather, sample.style)
        site.equipment[piece.tag] = piece
        corners = np.array([[-30.0, -30.0, 0.0], [30.0, -30.0, 0.0], [30.0, 30.0, 0.0], [-30.0, 30.0, 0.0]])
        site.structure.append(Part(corners, np.array([[0, 1, 2], [0, 2, 3]]), "concrete", solid=False))
        length, width, height = piece.params["size_m"]
        away = max(1.2, 1.2 * max(length, height))
        eye = (-0.5 * away, -0.5 * width - 0.8 * away, 1.1 if height < 2.5 else 1.6)
        tile = shot(Scene(site), eye, (0.0, 0.0, min(0.5 * height, 2.0)), camera)
        tiles.append(
            cv2.putText(
                tile.copy(),
                name.replace("_", " "),
                (8, 232),
                cv2.FONT_HERSHEY_SIMPLEX,
                0.5,
                (20, 20, 20),
                1,
                cv2.LINE_AA,
            )
        )
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % 6)
    return np.vstack([np.hstack(tiles[k : k + 6]) for k in range(0, len(tiles), 6)])


def from_video(path: Path, share: float) -> ByteArray:
    """The frame at `share` of a video."""
    with av.open(str(path)) as movie:
        frames = movie.streams.video[0].frames or sum(1 for _ in movie.decode(video=0))
    with av.open(str(path)) as movie:
        for number, frame in enumerate(movie.decode(video=0)):
            if number >= share * (frames - 1):
                return frame.to_ndarray(format="rgb24")
    raise ValueError(f"no frames in {path}")


def example_site() -> ByteArray:
    """The shipped site file from above and from the dock."""
    site = load_site("hazardous-plant", "example").draw("train", 1)
    camera, scene = Camera(640, 420), Scene(site)
    scene.update(0.0)
    across, deep = site.bounds_m[2:]
    above = shot(scene, (-0.1 * across, -0.1 * across, 0.7 * across), (0.5 * across, 0.45 * deep, 0.0), camera)
    return np.hstack([above, shot(scene, (*site.dock[:2], 1.1), (0.35 * across, 0.3 * deep, 0.8), camera)])


def moving(path: Path, name: str, start: float = 0.3, seconds: float = 9.0) -> None:
    """A stretch of a video as an animated WebP, 720 px wide, 6 pictures a second."""
    movement, step_s = cv2.Animation(), 1.0 / 6.0
    pictures, due = [], None
    with av.open(str(path)) as movie:
        length = float(movie.duration or 0) / av.time_base
        for frame in movie.decode(video=0):
            if due is None:
                due = start * length
            if frame.time is None or frame.time < due:
                continue
            pictures.append(cv2.resize(frame.to_ndarray(format="bgr24"), (720, 405), interpolation=cv2.INTER_AREA))
            due += step_s
            if len(pictures) * step_s >= seconds:
                break
    movement.frames = pictures
    movement.durations = np.full(len(pictures), round(1000 * step_s), np.int32)
    cv2.imwriteanimation(str(IMAGES / name), movement, [cv2.IMWRITE_WEBP_QUALITY, 60])


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    save("plants.jpg", plants())
    save("factory.jpg", halls())
    save("equipment.jpg", equipment())
    save("example-site.jpg", example_site())
    if len(sys.argv) > 1:
        save("dashboard.jpg", from_video(Path(sys.argv[1]), 0.66))
        moving(Path(sys.argv[1]), "hazardous-plant.webp")

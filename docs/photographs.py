"""Makes the picture of docs/inspect.md: `python docs/photographs.py` photographs gauges and has them read."""

from pathlib import Path

import cv2
import numpy as np

from patrolgym.agents.vision.photo.base import PHOTO_KINDS, Question
from patrolgym.envs.outside import looking_along
from patrolgym.envs.sensors.camera import Camera
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Part, Site
from patrolgym.envs.sites.base import generate
from patrolgym.envs.types import ByteArray
from patrolgym.envs.world.scene import Scene

PICTURE = Path(__file__).parent / "images" / "inspect.jpg"


def gauge(seed: int, side_m: float, up_m: float, share: float) -> tuple[ByteArray, tuple[float, float], float]:
    """A gauge of a plant photographed from beside and above: the picture, its limits and what it shows."""
    rng = np.random.default_rng(seed)
    sample = generate("hazardous-plant", "small", "train", 3)
    piece = KINDS["pressure_gauge"].make("PI-101", (0.0, 0.0, 0.0), 0.0, rng, sample.style)
    low, high = piece.params["scale"]
    piece.state["reading"] = low + share * (high - low)
    site = Site(sample.scenario, sample.size, sample.bounds_m, sample.dock, sample.weather, sample.style)
    site.equipment[piece.tag] = piece
    corners = np.array([[-30.0, -30.0, 0.0], [30.0, -30.0, 0.0], [30.0, 30.0, 0.0], [-30.0, 30.0, 0.0]])
    site.structure.append(Part(corners, np.array([[0, 1, 2], [0, 2, 3]]), "concrete", solid=False))
    (target,) = (np.array(point.position_m) for point in site.points() if point.quantity == "gauge")
    eye = target + np.array([side_m, -0.42, up_m])
    pose = eye, looking_along((target - eye) / np.linalg.norm(target - eye))
    rgb = Camera(720, 540).capture(Scene(site), *pose, 2.0, rng).rgb
    return rgb, (float(low), float(high)), float(piece.state["reading"])


def main() -> None:
    """Two gauges seen at an angle, with what was made out drawn in."""
    tiles = []
    for seed, side_m, up_m, share in ((1, 0.2, 0.12, 0.3), (8, -0.28, 0.02, 0.72)):
        rgb, limits, true = gauge(seed, side_m, up_m, share)
        answer = PHOTO_KINDS["gauge"].read(Question(rgb, rgb[..., 0], limits))
        print(f"shows {true:.3f}, read {answer.reading}, confidence {answer.confidence:.2f} {answer.reason}")
        tiles.append(answer.picture)
    cv2.imwrite(str(PICTURE), np.hstack(tiles)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()

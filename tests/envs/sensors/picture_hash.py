"""Prints the hash of pictures and a scan of a small yard; run as a script in a process of its own."""

import hashlib
import sys

import cv2
import numpy as np

from patrolgym.envs.sensors.camera import Camera
from patrolgym.envs.sensors.lidar import Lidar
from patrolgym.envs.site.model import Light, Mover, Part, Site, Weather
from patrolgym.envs.world.scene import Scene

CUBE = np.array([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)])
FACES = np.array(
    [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4]]
    + [[1, 5, 7], [1, 7, 3]],
    np.int32,
)


def main() -> None:
    cv2.setNumThreads(int(sys.argv[1]))
    weather = Weather(15.0, 0.0, (0.0, -0.6, 0.8), 0.8, 0.3, (0.0, 0.0))
    site = Site("test", "small", (-9.0, -9.0, 9.0, 9.0), (0.0, 0.0, 0.0), weather, {})
    site.structure = [
        Part(CUBE * [40.0, 40.0, 0.1] - [20.0, 20.0, 0.1], FACES, "gravel"),
        Part(CUBE + [3.0, -0.5, 0.0], FACES, "rusted_steel"),
    ]
    site.lights = [Light((2.0, 2.0, 3.0), (1.0, 0.9, 0.8), 2.0)]
    site.movers = [Mover("person", (Part(CUBE, FACES, "cloth"),), lambda t: (2.0 + t, 1.0, 0.0, t), {}, 0.4, 1.0)]
    scene, rng, digest = Scene(site), np.random.default_rng(5), hashlib.sha256()
    ahead = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    for step in range(2):
        scene.update(0.5 * step)
        frame = Camera().capture(scene, np.array([0.0, 0.0, 1.0]), ahead, 1.0 + step, rng, np.array([0.0, 0.5, 0.0]))
        for picture in (frame.rgb, frame.depth_m, frame.thermal_c, frame.truth_depth_m, frame.truth_owner):
            digest.update(picture.tobytes())
        digest.update(Lidar().capture(scene, np.array([0.0, 0.0, 0.7]), np.eye(3), rng).tobytes())
    print(digest.hexdigest())


if __name__ == "__main__":
    main()

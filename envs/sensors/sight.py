"""The camera without its pictures: where it was and how it was zoomed, for those who train on geometry."""

import numpy as np
from gymnasium.spaces import Box

from ..frames import Sight
from .base import SENSORS, Observation, Sensor, SensorContext
from .camera import LensSensor


class SightSensor(Sensor):
    """Only `camera` (13,), as beside a picture; what the camera saw is scored by casting rays, no pixel is made.

    Beside a picture sensor it changes nothing: then the pictures count.
    """

    name = "sight"
    rate_hz = LensSensor.rate_hz
    age_key = LensSensor.age_key

    def spaces(self) -> dict[str, Box]:
        """`camera`: estimated position, rotation row by row, focal length in px."""
        high = np.array([1e4] * 3 + [1.0] * 9 + [1e5], np.float32)
        return {"camera": Box(-high, high, dtype=np.float32)}

    def read(self, context: SensorContext) -> Observation:
        """The estimated pose of a look."""
        camera = LensSensor.camera
        position, rotation = context.robot.camera_pose()
        focal = camera.focal_px(context.zoom)
        shape = (camera.height_px, camera.width_px)
        context.shared["sight"] = Sight(position, rotation, focal, shape, context.scene)
        at, turned = context.believe(position, rotation)
        return {"camera": np.concatenate([at, np.ravel(turned), [focal]]).astype(np.float32)}


SENSORS.add("sight", SightSensor)

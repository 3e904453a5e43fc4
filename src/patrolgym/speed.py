"""Rates as ratios within one run, so that they mean the same on every machine.

Each key of the result is described in `KEYS`. Bare rates are those of the library called directly, without any of ours.
"""

import math
import resource
import time
from collections.abc import Callable

import cv2
import numpy as np

from patrolgym.envs.robots.quadruped import Quadruped
from patrolgym.envs.robots.spec import load_robot
from patrolgym.envs.sensors.camera import Camera
from patrolgym.envs.sensors.lidar import Lidar
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site.model import Part
from patrolgym.envs.sites.base import generate
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.physics import Physics
from patrolgym.envs.world.scene import Scene

KEYS = {
    "robot_step_vs_bare": "physics steps/s of the walking robot over stepSimulation with a plain PD loop",
    "site_2000_vs_empty": "steps/s beside 2000 merged objects over those on an empty plane",
    "rgbd_thermal_vs_cast": "time of an RGB + depth + thermal picture over that of its bare ray cast",
    "tinyrenderer_vs_rgbd_thermal": "time of PyBullet's renderer over that of our picture, same scene and size",
    "raytestbatch_vs_lidar": "time of rayTestBatch over that of our cast, 16,000 rays",
    "patrol_real_time_factor": "simulated over wall time of a patrol, full dynamics, agent included, one core",
    "env_rss_mb": "resident memory of a process with one small environment after a reset",
    "site_build_s_medium": "generate a medium site and build both its worlds",
}

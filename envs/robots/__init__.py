"""Robots: what they are, how they walk, and what their bodies feel."""

from .base import RobotState
from .quadruped import Quadruped
from .spec import RobotSpec, list_robots, load_robot

__all__ = ["Quadruped", "RobotSpec", "RobotState", "list_robots", "load_robot"]

"""Robots: what they are, how they walk, and what their bodies feel."""

from .quadruped import Quadruped, RobotState
from .spec import RobotSpec, list_robots, load_robot

__all__ = ["Quadruped", "RobotSpec", "RobotState", "list_robots", "load_robot"]

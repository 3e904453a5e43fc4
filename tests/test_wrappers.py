"""Wrappers for those who train."""

import gymnasium as gym
import pytest

from patrolgym.envs.registration import NAVIGATION_IDS
from patrolgym.wrappers import AutoInspect


def test_reporting_by_itself_needs_the_pictures() -> None:
    env = gym.make(NAVIGATION_IDS["hazardous-plant"], disable_env_checker=True)
    with pytest.raises(ValueError, match=r"needs the sensors lidar, rgb, depth, thermal; the env lacks lidar, rgb"):
        AutoInspect(env)
    env.close()


def test_it_wraps_only_inspections() -> None:
    with pytest.raises(ValueError, match="inspection environments"):
        AutoInspect(gym.make("CartPole-v1"))

"""Gymnasium ids of the environments in which a policy chooses where to go."""

import gymnasium as gym

from patrolgym.envs.registration import IDS

#: scenario name -> environment id
TOUR_IDS = {scenario: env_id.replace("-v0", "Tour-v0") for scenario, env_id in IDS.items()}


def register_tours() -> None:
    """Register them with Gymnasium; a second call changes nothing."""
    for scenario, env_id in TOUR_IDS.items():
        if env_id not in gym.registry:
            gym.register(id=env_id, entry_point="patrolgym.tour_env:TourEnv", kwargs={"scenario": scenario})

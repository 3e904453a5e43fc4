"""Gymnasium ids."""

import gymnasium as gym

#: scenario name -> environment id
IDS = {"hazardous-plant": "patrolgym/HazardousPlant-v0"}


def register_all() -> None:
    """Register every environment with Gymnasium; a second call changes nothing."""
    for scenario, env_id in IDS.items():
        if env_id not in gym.registry:
            gym.register(
                id=env_id,
                entry_point="patrolgym.envs.inspection_env:InspectionEnv",
                kwargs={"scenario": scenario},
            )

"""Gymnasium ids."""

import gymnasium as gym

#: scenario name -> environment id
IDS = {"hazardous-plant": "patrolgym/HazardousPlant-v0", "car-factory": "patrolgym/CarFactory-v0"}
#: The same for navigation learners: light sensors, 3 velocities, no joint physics; scenario name -> environment id
NAVIGATION_IDS = {scenario: env_id.replace("-v0", "Nav-v0") for scenario, env_id in IDS.items()}
_NAVIGATION = {"observation": "compact", "control": "walk", "dynamics": "kinematic"}
#: The locomotion environment: no site, no sensors, no score.
VELOCITY_ID = "patrolgym/QuadrupedVelocity-v0"


def register_all() -> None:
    """Register every environment with Gymnasium; a second call changes nothing."""
    for ids, settings in ((IDS, {}), (NAVIGATION_IDS, _NAVIGATION)):
        for scenario, env_id in ids.items():
            if env_id not in gym.registry:
                gym.register(
                    id=env_id,
                    entry_point="patrolgym.envs.inspection_env:InspectionEnv",
                    kwargs={"scenario": scenario, **settings},
                )
    if VELOCITY_ID not in gym.registry:
        gym.register(id=VELOCITY_ID, entry_point="patrolgym.envs.velocity_env:QuadrupedVelocityEnv")

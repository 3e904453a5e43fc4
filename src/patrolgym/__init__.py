"""PatrolGym: environments in which an explosion-proof quadruped patrols a plant, sees, reports and is scored."""

from patrolgym.envs.registration import register_all

__version__ = "0.1.0"

register_all()

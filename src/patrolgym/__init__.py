"""PatrolGym: environments in which an explosion-proof quadruped patrols a plant, sees, reports and is scored."""

from patrolgym.envs.registration import register_all
from patrolgym.tours import register_tours

__version__ = "0.1.0"

register_all()
register_tours()

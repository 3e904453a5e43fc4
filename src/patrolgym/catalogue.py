"""What can be chosen: the names of everything registered."""

from patrolgym.agents.base import AGENTS
from patrolgym.agents.vision.base import DETECTORS
from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.envs.registration import IDS
from patrolgym.envs.robots.base import DYNAMICS
from patrolgym.envs.robots.spec import list_robots
from patrolgym.envs.sensors.base import SENSORS
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site_file.loader import list_sites
from patrolgym.envs.sites.base import SIZES, SPLITS


def catalogue() -> dict[str, list[str]]:
    """Heading -> names."""
    return {
        "scenarios": sorted(IDS),
        "sizes": list(SIZES),
        "splits": list(SPLITS),
        "sites": list_sites(),
        "robots": list_robots(),
        "dynamics": DYNAMICS.names(),
        "sensors": SENSORS.names(),
        "equipment": KINDS.names(),
        "anomalies": ANOMALIES.names(),
        "agents": AGENTS.names(),
        "detectors": DETECTORS.names(),
    }


def unusable() -> list[str]:
    """What is wrong with agents and detectors of installed packages that cannot be used, one line each."""
    return [*AGENTS.broken(), *DETECTORS.broken()]

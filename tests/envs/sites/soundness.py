"""Checks of a generated plant, shared by the quick tests and the sweep; gives a list of complaints."""

import numpy as np

from patrolgym.envs.site.model import Site
from patrolgym.envs.sites import soundness


def complaints(site: Site) -> list[str]:
    """Everything that is wrong with `site`, the promises of generated plants included."""
    kinds = [z.kind for z in site.zones]
    wrong = [f"no {kind}" for kind in ("dock", "escape_route", "walkway", "restricted", "hazard") if kind not in kinds]
    if not any(z.ex_zone is not None and z.gas not in (None, "H2") for z in site.zones):
        wrong.append("no gas that may be smelt")
    for zone in site.zones:
        corners = np.array(zone.polygon_m)
        after = np.roll(corners, -1, axis=0)
        area = np.sum(corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]) / 2
        wrong += [f"{zone.name} is not counter-clockwise"] * bool(area <= 0)
    # Lots without equipment may be fenced in.
    own = [c for c in soundness.complaints(site) if c.about != "site"]
    return [*map(str, own), *wrong]

"""Places worth going to: where the robot may stand, and what its camera can show from there."""

from dataclasses import dataclass

import numpy as np

from patrolgym.envs.compact.account import AREA_M2, Account
from patrolgym.envs.types import Briefing, FloatArray, IntArray

from ..navigation.map import SiteMap
from ..navigation.optics import Optics
from ..navigation.planner import Router
from ..navigation.targets import SURFACE_COS, SURFACE_DENSITY_PX_M, Targets
from ..navigation.viewpoints import Sights, candidate_eyes, eyes_for_points, find_sights, roomy

SPACING_M, FINE_SPACING_M = 0.6, 0.2
_POINT_MERIT = 0.2


@dataclass(frozen=True, eq=False)
class Lookouts:
    """Candidate places of a site.

    Attributes:
        eyes_m: (k, 3) where the lens would be.
        cells: (k,) the router's cell of each.
        sights: which of the account's surfels each sees.
        serves: (k, p) share of a success to be expected for each inspection point.
    """

    eyes_m: FloatArray
    cells: IntArray
    sights: Sights
    serves: FloatArray

    @classmethod
    def of(cls, briefing: Briefing, account: Account, site_map: SiteMap, router: Router) -> "Lookouts":
        """Those of a briefing, by ray casts on the as-built site."""
        optics, dock = Optics.of(briefing.robot), np.asarray(briefing.dock[:2])
        height = briefing.robot.camera_height_m
        coarse = candidate_eyes(site_map, router, dock, height, SPACING_M, roomy(site_map))
        fine = candidate_eyes(site_map, router, dock, height, FINE_SPACING_M, ~site_map.busy)
        eyes = eyes_for_points(account.mesh, coarse, fine, briefing.points, optics)
        sights = find_sights(account.mesh, eyes, eyes[:0], _targets(account), briefing.points, optics)
        serves = np.zeros((len(eyes), len(briefing.points)))
        for eye, found in enumerate(sights.points):
            for point, merit in found:
                serves[eye, point] = float(merit >= _POINT_MERIT)
        return cls(eyes, np.array([router.nearest_free(eye) for eye in eyes], np.int64), sights, serves)

    def area_m2(self, worth: FloatArray) -> FloatArray:
        """(k,) surface in view of each place, a surfel counting for its share `worth` (n,)."""
        upto = np.concatenate([[0.0], np.cumsum(worth[self.sights.targets])])
        return np.asarray(AREA_M2 * (upto[self.sights.starts[1:]] - upto[self.sights.starts[:-1]]))


def _targets(account: Account) -> Targets:
    surfels = account.seen.surfels
    count = len(surfels)
    return Targets(
        surfels.position_m.astype(float),
        surfels.normal.astype(float),
        np.full(count, AREA_M2),
        np.full(count, SURFACE_DENSITY_PX_M),
        np.full(count, SURFACE_COS),
        np.zeros(count, bool),
    )

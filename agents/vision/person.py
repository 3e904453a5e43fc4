"""People where nobody should be."""

from typing import ClassVar

from patrolgym.envs.types import BoolArray, Zone

from .align import align
from .areas import SHIFT_M, inside, inside_m, near, within_sight
from .base import DETECTORS, Detection, Scanner, Surroundings
from .patch import chance_beyond
from .people import Grid, Warmth, axis_m, bodies, box_px, grid_of, newly_there, upright, whole_body
from .view import View

_FARTHEST_M = 12.0
#: Heights over the ground between which people are looked for.
_BODY_M = (0.15, 2.15)
_LEAST_PX = 25
#: Nobody is hotter than this; machines are.
_HOTTEST_C = 42.0
#: How well a person's place is known, metres; whoever stands on the line is not yet inside.
_PLACE_SIGMA_M, _MARGIN_M = 0.13, 0.17


class PersonDetector(Scanner):
    """Finds people inside restricted areas; the reading is how far inside, in metres.

    A person is an upright thing of human height and width that was not there before (by the reference's depth, or else
    by the as-built mesh) and all of which is warmer than the air: mannequins, jackets on stands and posters are not,
    and machines are hotter. Workers outside restricted areas are nobody's business.
    """

    name: ClassVar[str] = "person"
    anomaly_class: ClassVar[str] = "intruder"

    def scan(
        self,
        view: View,
        reference: View | None = None,
        surroundings: Surroundings | None = None,
        previous: View | None = None,
    ) -> list[Detection]:
        """People inside the restricted zones of `surroundings`."""
        zones = [zone for zone in surroundings.zones if zone.kind == "restricted"] if surroundings is not None else []
        if surroundings is None or not zones or not within_sight(view, zones):
            return []
        grid = grid_of(view)
        warmth = Warmth.of(grid)
        warm = (grid.thermal_c > warmth.air_c + 0.4 * warmth.clothes_k) & (grid.thermal_c < _HOTTEST_C)
        # Most pictures are done with here, before the costly part.
        if sum(len(near(zone, grid.place_m[warm][:, :2], SHIFT_M)) for zone in zones) < _LEAST_PX:
            return []
        grid = grid_of(align(view, reference).view if reference is not None else view)
        height = grid.place_m[..., 2]
        body = (height > _BODY_M[0]) & (height < _BODY_M[1]) & (grid.distance_m > 0.3) & (grid.distance_m < _FARTHEST_M)
        body &= grid.thermal_c < _HOTTEST_C
        body[body] = inside(zones, grid.place_m[body][:, :2])
        if (body & warm).sum() < _LEAST_PX:
            return []
        known = reference is not None or surroundings.built is not None
        body &= newly_there(grid, body, reference, surroundings.built)
        found = [self._person(grid, mask, body, warmth, zones) for mask in bodies(grid, body & warm)]
        return [_weighed(d, 1.0 if known else 0.55) for d in found if d is not None]

    def _person(
        self, grid: Grid, mask: BoolArray, body: BoolArray, warmth: Warmth, zones: list[Zone]
    ) -> Detection | None:
        """The detection that a blob amounts to, None where it has not the shape of a person."""
        if not upright(grid, mask):
            return None
        middle = axis_m(grid, mask)
        depth = max(inside_m(zone, middle) for zone in zones)
        chance = warmth.alive(grid, whole_body(grid, mask, body)) * chance_beyond(
            depth, (-99.0, _MARGIN_M), _PLACE_SIGMA_M
        )
        if chance < 0.05:
            return None
        place = (float(middle[0]), float(middle[1]), 0.9)
        label = f"person {max(depth, 0):.1f} m inside"
        return Detection(self.anomaly_class, place, chance, max(depth, 0.0), box_px(mask), None, label)


def _weighed(detection: Detection, weight: float) -> Detection:
    d = detection
    return Detection(d.anomaly_class, d.position_m, d.confidence * weight, d.reading, d.box_px, d.tag, d.label)


DETECTORS.add(PersonDetector.name, PersonDetector())

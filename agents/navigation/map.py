"""The map the robot plans on: ground, obstacles and forbidden zones from the briefing's mesh."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from patrolgym.envs.site.zones import entry_allowed
from patrolgym.envs.types import BoolArray, Briefing, FloatArray, IntArray
from patrolgym.envs.world.raycast import RayMesh

from .grid import Grid

CELL_M = 0.1
STEP_M = 0.125
"""Highest step the robot takes: kerbs of 12 cm, and half a centimetre for the grid."""
SLOPE_RAD = float(np.deg2rad(20.5))
HEADROOM_M = 1.2
"""What hangs lower than this over the ground is an obstacle: the mast is 1.1 m high."""
ZONE_MARGIN_M = 0.45
"""Kept from forbidden zones: estimated poses are off by some 5 cm, corners are cut by some 10 cm."""
WALL_COST_RANGE_M = 1.2
EDGE_M, EDGE_COST = 1.3, 8.0
"""Ways keep off steps by more than the feet need where there is room: along an edge, feet slip off or trip on it."""
AREA_COSTS = {"vehicle_lane": 2.0}
"""Added to a metre's cost in zones of a kind: lanes are crossed rather than walked along, and nobody stops there."""
AREA_MARGIN_M = 0.9
"""A robot that stands this far from a zone is not in the way of what drives in it."""
LAYERS = 32  # a roof with its trusses has many
SOLID_M = 0.05
LEDGE_M, LEDGE_UP_M = 0.3, 0.055
"""Raised ground that no circle of this radius fits on, nearer than this to an obstacle, belongs to the obstacle: there
is no place for a foot on it, and legs that keep off it cannot hold the body away."""
FEET_M = 0.9
"""Side of the square that the feet stand in, whatever the heading."""


@dataclass(frozen=True, eq=False)
class SiteMap:
    """What is known of the ground before the patrol.

    Attributes:
        grid: cells of 0.1 m.
        ground_m: (rows, columns) height of the ground, NaN where there is none.
        obstacle: (rows, columns) something fixed stands there, the step is too high, or it is a ledge (`ledges`).
        forbidden: (rows, columns) in a zone the rating does not allow, or nearer to it than the margin.
        clearance_m: (rows, columns) distance to the nearest obstacle.
        rough_m: (rows, columns) greatest difference in height among the feet of a robot that stands there.
        solid: places (n, 2) of what stands higher than a step and lower than the headroom, every 5 cm, and of ledges.
        lanes: (rows, columns) where vehicles drive.
        cost: (rows, columns) relative cost of walking a metre, at least 1; infinite where the robot may not be.
        rim: places (n, 2) along the inner edge of the zones the rating does not allow, every cell.
    """

    grid: Grid
    ground_m: FloatArray
    obstacle: BoolArray
    forbidden: BoolArray
    clearance_m: FloatArray
    rough_m: FloatArray
    lanes: BoolArray
    cost: FloatArray
    solid: "cKDTree[None]"
    rim: "cKDTree[None]"

    @property
    def busy(self) -> BoolArray:
        """(rows, columns) where a robot that stands is in the way of vehicles."""
        return within_reach(self.lanes, AREA_MARGIN_M, self.grid.cell_m)

    def solid_near(self, xy_m: FloatArray, reach_m: float) -> FloatArray:
        """(n, 2) places of mapped obstacles within reach of a point (2+,)."""
        return _near(self.solid, xy_m, reach_m)

    def rim_near(self, xy_m: FloatArray, reach_m: float) -> FloatArray:
        """(n, 2) places of the edges of forbidden zones within reach of a point (2+,)."""
        return _near(self.rim, xy_m, reach_m)

    def height_at(self, points_m: FloatArray) -> FloatArray:
        """(n,) ground height under points (n, 2+), 0 where unknown."""
        return np.nan_to_num(self.ground_m.ravel()[self.grid.cells(points_m)])

    def free_at(self, points_m: FloatArray) -> BoolArray:
        """(n,) whether the robot's centre may be at points (n, 2+)."""
        return np.asarray(np.isfinite(self.cost.ravel()[self.grid.cells(points_m)]) & self.grid.inside(points_m))


def build_map(briefing: Briefing, mesh: RayMesh, robot_radius_m: float) -> SiteMap:
    """The map of a briefing.

    Args:
        briefing: as-built mesh, zones, the robot's rating.
        mesh: ray caster over the briefing's vertices and faces.
        robot_radius_m: the robot's centre keeps this far from obstacles.
    """
    grid = Grid.over(briefing.bounds_m, CELL_M)
    ground = ground_heights(mesh, grid, float(briefing.vertices_m[:, 2].max()) + 1.0)
    obstacle = too_steep(ground, grid.cell_m)
    surface, _ = surface_points(briefing.vertices_m, briefing.faces, area_m2=0.003, steep_only=True)
    surface = surface[grid.inside(surface)]
    cells = grid.cells(surface)
    above = surface[:, 2] - ground.ravel()[cells]
    standing = (above > STEP_M) & (above < HEADROOM_M)
    obstacle.ravel()[cells[standing]] = True
    ledge = ledges(ground, obstacle, grid.cell_m)
    obstacle |= ledge
    solid = np.unique(np.round(surface[standing, :2] / SOLID_M), axis=0) * SOLID_M
    solid = np.vstack([solid, grid.positions(np.flatnonzero(ledge))])
    clearance = np.asarray(ndimage.distance_transform_edt(np.pad(~obstacle, 1))[1:-1, 1:-1]) * grid.cell_m
    barred = barred_cells(briefing, grid)
    forbidden = within_reach(barred, ZONE_MARGIN_M, grid.cell_m)
    rim = grid.positions(np.flatnonzero(barred & ~ndimage.binary_erosion(barred)))
    rough = roughness(ground, FEET_M, grid.cell_m)
    cost = walking_cost(rough, clearance, robot_radius_m)
    area = area_costs(briefing, grid)
    cost += area + EDGE_COST * np.clip(roughness(ground, EDGE_M, grid.cell_m) - 0.02, 0.0, 0.1)
    cost[forbidden] = np.inf
    return SiteMap(grid, ground, obstacle, forbidden, clearance, rough, area > 0.0, cost, cKDTree(solid), cKDTree(rim))


def ground_heights(mesh: RayMesh, grid: Grid, top_m: float) -> FloatArray:
    """(rows, columns) height of the lowest upward surface with headroom over it, NaN where there is none."""
    centres = grid.centres().reshape(-1, 2)
    ground = np.full(grid.size, np.nan)
    active = np.arange(grid.size)
    last = np.full(grid.size, np.inf)
    start = np.full(grid.size, top_m)
    for _ in range(LAYERS):
        if not len(active):
            break
        origins = np.column_stack([centres[active], start[active]])
        hits = mesh.cast(origins, np.broadcast_to([0.0, 0.0, -1.0], origins.shape))
        found = hits.face >= 0
        active, height = active[found], (start[active] - hits.distance_m)[found]
        stands = (last[active] - height >= HEADROOM_M) & (np.abs(hits.normal[found, 2]) > 0.5)
        ground[active[stands]] = height[stands]
        last[active] = height
        start[active] = height - 2e-3
    return ground.reshape(grid.shape)


def too_steep(ground_m: FloatArray, cell_m: float) -> BoolArray:
    """(rows, columns) cells beside a step or on a slope the robot cannot take, and those without ground."""
    bad = np.isnan(ground_m)
    filled = np.where(bad, 1e3, ground_m)
    for axis in (0, 1):
        step = np.abs(np.diff(filled, axis=axis)) > STEP_M
        bad |= np.insert(step, step.shape[axis], False, axis=axis) | np.insert(step, 0, False, axis=axis)
    # Over 0.4 m a 12 cm kerb still counts as walkable (17°) while a ramp of more than 20° does not.
    span = 2
    limit = 2 * span * cell_m * np.tan(SLOPE_RAD)
    smooth = ndimage.median_filter(filled, size=3)
    for axis in (0, 1):
        ahead = np.roll(smooth, -span, axis=axis) - np.roll(smooth, span, axis=axis)
        inner = np.zeros_like(bad)
        inner[span:-span, span:-span] = True
        bad |= inner & (np.abs(ahead) > limit) & (np.abs(ahead) < 1e2)
    return bad


def ledges(ground_m: FloatArray, obstacle: BoolArray, cell_m: float) -> BoolArray:
    """(rows, columns) plinths and kerbs beside obstacles: raised ground without room to stand on."""
    reach = round(LEDGE_M / cell_m)
    low = ndimage.minimum_filter(np.nan_to_num(ground_m, nan=np.inf), 4 * reach + 1)
    raised = (ground_m - low > LEDGE_UP_M) & ~obstacle
    x, y = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    broad = ndimage.binary_opening(raised, x**2 + y**2 <= reach**2)
    return np.asarray(raised & ~broad & within_reach(obstacle, LEDGE_M, cell_m))


def surface_points(
    vertices_m: FloatArray, faces: IntArray, area_m2: float, steep_only: bool = False
) -> tuple[FloatArray, IntArray]:
    """Points (n, 3) spread evenly over the triangles, one for each `area_m2`, and the face (n,) of each.

    `steep_only` leaves out flat ground.
    """
    corners = np.asarray(vertices_m, dtype=float)[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(normal, axis=1) / 2
    if steep_only:
        area = np.where(np.abs(normal[:, 2]) > 0.95 * 2 * area, 0.0, area)
    total = np.cumsum(area)
    count = int(total[-1] / area_m2) if len(total) else 0
    face = np.searchsorted(total, (np.arange(count) + 0.5) * area_m2).clip(max=max(len(faces) - 1, 0))
    # The R2 sequence (Roberts 2018) fills the unit square evenly; folded, it fills a triangle.
    u, v = np.outer([0.7548776662466927, 0.5698402909980532], np.arange(count) + 1.0) % 1.0
    fold = u + v > 1
    u, v = np.where(fold, 1 - u, u), np.where(fold, 1 - v, v)
    a, b, c = corners[face].transpose(1, 0, 2)
    return a + u[:, None] * (b - a) + v[:, None] * (c - a), face


def barred_cells(briefing: Briefing, grid: Grid) -> BoolArray:
    """(rows, columns) cells in zones the robot's rating does not allow."""
    inside = np.zeros(grid.shape, dtype=bool)
    for zone in briefing.zones:
        if not entry_allowed(zone, briefing.robot.rating):
            inside |= grid.within(zone.polygon_m)
    return inside


def _near(tree: "cKDTree[None]", xy_m: FloatArray, reach_m: float) -> FloatArray:
    return np.asarray(tree.data[tree.query_ball_point(np.asarray(xy_m)[:2], reach_m, return_sorted=True)])


def within_reach(cells: BoolArray, reach_m: float, cell_m: float) -> BoolArray:
    """(rows, columns) the cells marked and those nearer to them than `reach_m`."""
    if not cells.any():
        return cells
    return np.asarray(ndimage.distance_transform_edt(~cells) * cell_m < reach_m)


def area_costs(briefing: Briefing, grid: Grid) -> FloatArray:
    """(rows, columns) what a metre costs more in the zones of the briefing."""
    cost = np.zeros(grid.shape)
    for zone in briefing.zones:
        if zone.kind in AREA_COSTS:
            cost = np.where(grid.within(zone.polygon_m), np.maximum(cost, AREA_COSTS[zone.kind]), cost)
    return cost


def roughness(ground_m: FloatArray, side_m: float, cell_m: float) -> FloatArray:
    """(rows, columns) difference between the highest and lowest ground within a square of `side_m`."""
    cells = round(side_m / cell_m)
    high = ndimage.maximum_filter(np.nan_to_num(ground_m, nan=-1e3), cells)
    low = ndimage.minimum_filter(np.nan_to_num(ground_m, nan=1e3), cells)
    return np.asarray(np.clip(high - low, 0.0, 1.0))


def walking_cost(rough_m: FloatArray, clearance_m: FloatArray, radius_m: float) -> FloatArray:
    """(rows, columns) cost of a metre: 1 on open flat ground, more beside walls and on steps.

    It is infinite nearer than `radius_m` to an obstacle.
    """
    near = np.clip((WALL_COST_RANGE_M - clearance_m) / (WALL_COST_RANGE_M - radius_m), 0.0, 1.0)
    cost = 1.0 + 3.0 * near**2 + np.clip(rough_m - 0.02, 0.0, 0.15) * 20.0
    return np.asarray(np.where(clearance_m < radius_m, np.inf, cost))

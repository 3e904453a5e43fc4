"""Surfels and coverage against walls seen from known places."""

import numpy as np
import pytest

from patrolgym.envs.metrics.coverage import Coverage
from patrolgym.envs.metrics.surfels import sample, seeable
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.types import InspectionPoint

CENTRE = (0.0, 0.0, 1.0)


def covered(context, frame, step):
    metric = Coverage()
    metric.reset(context)
    metric.update(step(frame=frame))
    return metric.compute()["coverage"]


def point(size_m=0.2, density_px_m=1000.0, sensor="rgb"):
    return InspectionPoint("P/1", "P", "gauge", sensor, CENTRE, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), size_m, density_px_m)


def test_one_surfel_per_area_spread_evenly(context, wall):
    surfels = sample(context(wall()).mesh)
    assert len(surfels) == 50
    assert np.allclose(surfels.position_m[:, 0], 0.0)
    assert np.allclose(surfels.normal, (1.0, 0.0, 0.0))
    quarters = np.histogram2d(surfels.position_m[:, 1], surfels.position_m[:, 2], bins=2)[0]
    assert quarters.min() >= 10


def test_surfels_follow_area_and_skip_what_does_not_count(context, wall):
    big, small = wall(y0=-2.0, y1=2.0), wall(x=-1.0)
    hidden = wall(x=-2.0, inspectable=False)
    surfels = sample(context(big, small, hidden).mesh)
    assert np.sum(surfels.position_m[:, 0] == 0.0) == 200
    assert np.sum(surfels.position_m[:, 0] == -1.0) == 50
    assert len(surfels) == 250


def test_a_site_with_nothing_to_inspect_is_covered(context, wall):
    metric = Coverage()
    metric.reset(context(wall(inspectable=False)))
    assert metric.compute() == {"coverage": 1.0, "points_served": 1.0}


def test_wall_turned_away_or_behind_a_screen_is_not_seeable(context, wall):
    ctx = context(wall(), wall(x=1.0, y0=-3.0, y1=3.0, z0=0.0, z1=3.0, inspectable=False))
    behind, before = (-2.0, 0.0, 0.0), (3.0, 0.0, 0.0)
    surfels = sample(ctx.mesh)
    for place in (behind, before):
        assert not seeable(surfels, np.array([place]), 1.0, ctx.rays).any()
    assert seeable(surfels, np.array([(0.8, 0.0, 0.0)]), 1.0, ctx.rays).any()


def test_seeable_agrees_with_trying_every_standing_place(context, wall, quad):
    rng = np.random.default_rng(5)
    boxes = [wall(x, y, y + 1.0, 0.0, 2.0) for x, y in rng.uniform(-3.0, 3.0, (6, 2))]
    ctx = context(*boxes, quad((-4, -4, 0), (4, -4, 0), (4, 4, 0), (-4, 4, 0)))
    grid = np.stack(np.meshgrid(np.arange(-4.0, 4.0, 0.25), np.arange(-4.0, 4.0, 0.25)), axis=-1).reshape(-1, 2)
    standing = np.column_stack([grid, np.zeros(len(grid))])
    surfels = sample(merge(ctx.site))
    fast = seeable(surfels, standing, 1.0, ctx.rays)
    slow = np.zeros(len(surfels), bool)
    for eye in np.add(standing, (0.0, 0.0, 1.0)):
        sight = eye - surfels.position_m
        length = np.linalg.norm(sight, axis=1)
        fit = (length <= 8.0) & (np.einsum("ij,ij->i", sight, surfels.normal) >= 0.5 * length)
        start = surfels.position_m + 0.01 * surfels.normal
        slow |= fit & ~ctx.rays.occluded(start, sight / length[:, None], length - 0.01)
    assert not (fast & ~slow).any()
    assert fast.sum() >= 0.995 * slow.sum()


def test_wall_head_on_is_covered_to_the_last_surfel(context, wall, look, step):
    ctx = context(wall())
    assert covered(ctx, look(ctx, (2.0, 0.0, 1.0), CENTRE, 277.0), step) == 1.0


def test_density_limit(context, wall, look, step):
    ctx = context(wall())
    # 277 px / 2.2 m = 126 px/m, 277 / 2.23 = 124
    assert covered(ctx, look(ctx, (2.2, 0.0, 1.0), CENTRE, 277.0), step) == 1.0
    assert covered(ctx, look(ctx, (2.23, 0.0, 1.0), CENTRE, 277.0), step) == 0.0
    assert covered(ctx, look(ctx, (2.23, 0.0, 1.0), CENTRE, 290.0), step) == 1.0


@pytest.mark.parametrize(("angle_deg", "expected"), [(57.0, 1.0), (63.0, 0.0)])
def test_incidence_limit(context, wall, look, step, angle_deg, expected):
    small = wall(y0=-0.05, y1=0.05, z0=0.9, z1=1.1)
    ctx = context(small)
    eye = 1.5 * np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg)), 0.0]) + CENTRE
    assert covered(ctx, look(ctx, eye, CENTRE, 400.0), step) == expected


def test_only_what_is_inside_the_picture_counts(context, wall, look, step):
    ctx = context(wall(y0=-1.0, y1=1.0, z0=0.75, z1=1.25))
    # At 2 m and 640 px the picture is 320/640·2 = 1.0 m wide: half of the wall.
    assert covered(ctx, look(ctx, (2.0, 0.0, 1.0), CENTRE, 640.0), step) == pytest.approx(0.5, abs=0.03)


def test_a_screen_hides_half_the_wall_and_a_second_look_adds(context, wall, look, step):
    ctx = context(
        wall(), wall(x=1.0, y0=0.0, y1=5.0, inspectable=False), standing_m=[(2.0, 0.0, 0.0), (2.0, -2.0, 0.0)]
    )
    metric = Coverage()
    metric.reset(ctx)
    metric.update(step(frame=look(ctx, (2.0, 0.0, 1.0), CENTRE, 277.0)))
    assert metric.compute()["coverage"] == pytest.approx(0.5, abs=0.07)
    metric.update(step())
    metric.update(step(frame=look(ctx, (0.5, 0.0, 1.0), CENTRE, 110.0)))
    assert metric.compute()["coverage"] == 1.0


def served(ctx, frame, step):
    metric = Coverage()
    metric.reset(ctx)
    metric.update(step(frame=frame))
    return metric.compute()["points_served"]


@pytest.mark.parametrize("sensor", ["rgb", "thermal", "tdlas", "ultrasound"])
def test_point_is_served_whole_and_dense_enough(context, wall, look, step, sensor):
    ctx = context(wall(), points=(point(sensor=sensor),))
    assert served(ctx, look(ctx, (1.0, 0.0, 1.0), CENTRE, 1001.0), step) == 1.0
    assert served(ctx, look(ctx, (1.0, 0.0, 1.0), CENTRE, 999.0), step) == 0.0


def test_point_must_be_wholly_in_the_picture(context, wall, look, step):
    ctx = context(wall(), points=(point(),))
    # The picture is 0.32 m wide and 0.24 m high: the patch of 0.2 m fits when aimed within 2 cm in height.
    assert served(ctx, look(ctx, (1.0, 0.0, 1.0), (0.0, 0.0, 1.01), 1000.5), step) == 1.0
    assert served(ctx, look(ctx, (1.0, 0.0, 1.0), (0.0, 0.0, 1.05), 1000.5), step) == 0.0


def test_point_seen_from_behind_or_not_at_all_is_not_served(context, wall, look, step):
    ctx = context(wall(), points=(point(density_px_m=125.0),))
    assert served(ctx, look(ctx, (-1.0, 0.0, 1.0), CENTRE, 600.0), step) == 0.0
    assert served(ctx, look(ctx, (1.0, 0.0, 1.0), (2.0, 0.0, 1.0), 600.0), step) == 0.0


def test_point_behind_a_bar_is_not_served(context, wall, look, step):
    bar = wall(x=0.5, y0=0.03, y1=0.045, z0=0.0, z1=2.0)
    ctx = context(wall(), bar, points=(point(density_px_m=500.0),))
    assert served(ctx, look(ctx, (1.0, 0.0, 1.0), CENTRE, 600.0), step) == 0.0
    assert served(ctx, look(ctx, (1.0, 0.3, 1.0), CENTRE, 600.0), step) == 1.0


def test_a_needle_before_its_dial_does_not_hide_it(context, wall, look, step):
    needle = wall(x=0.02, y0=-0.01, y1=0.01, z0=0.9, z1=1.1)
    ctx = context(wall(), needle, points=(point(density_px_m=500.0),))
    assert served(ctx, look(ctx, (1.0, 0.0, 1.0), CENTRE, 600.0), step) == 1.0


def test_a_second_look_shows_the_same_surfels_again(context, wall, look, step):
    ctx = context(wall())
    metric = Coverage()
    metric.reset(ctx)
    frame = look(ctx, (2.0, 0.0, 1.0), (0.0, 0.0, 1.0), 277.0)
    every = np.ones(len(metric.surfels), dtype=bool)
    first = metric.shown(frame, every)
    metric.update(step(frame=frame))
    assert np.array_equal(np.flatnonzero(metric.seen), np.sort(first))
    assert np.array_equal(metric.shown(frame, every), first)
    assert not len(metric.shown(frame, ~metric.seen))


def test_a_frame_tells_whether_it_shows_anything_new(context, wall, look):
    metric = Coverage()
    metric.reset(context(wall()))
    frame = look(context(wall()), (2.0, 0.0, 1.0), (0.0, 0.0, 1.0), 277.0)
    assert metric.take(frame)
    assert not metric.take(frame)

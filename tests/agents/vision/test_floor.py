"""The map of the floor, from pictures of a bare floor made by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from patrolgym.agents.navigation.optics import level_rotation
from patrolgym.agents.vision.floor import FloorMap
from patrolgym.agents.vision.view import View
from patrolgym.envs.types import FloatArray
from patrolgym.envs.world.raycast import RayMesh

BOUNDS = (0.0, 0.0, 8.0, 8.0)
FLOOR = RayMesh(
    np.array([[0, 0, 0], [8, 0, 0], [8, 8, 0], [0, 8, 0]], dtype=np.float32), np.array([[0, 1, 2], [0, 2, 3]])
)
EYES = [(4.0, 1.5), (2.0, 4.0), (4.3, 6.5)]
MIDDLE = np.array([4.0, 4.0])

Warmth = Callable[[FloatArray], FloatArray]


def picture(eye: tuple[float, float], warmth: Warmth, dark: Warmth, rng: np.random.Generator) -> View:
    """What a camera 1 m above the floor sees that looks at its middle; `warmth`, `dark` are of places (n, 2)."""
    h, w, focal = 240, 320, 277.0
    position, rotation = np.array([*eye, 1.0]), level_rotation(np.array([*MIDDLE, 0.0]) - (*eye, 1.0))
    rows, columns = np.mgrid[:h, :w]
    ray = np.stack([(columns - (w - 1) / 2) / focal, (rows - (h - 1) / 2) / focal, np.ones((h, w))], axis=-1)
    world = ray @ rotation.T
    depth = np.where(world[..., 2] < -0.05, 1.0 / np.maximum(-world[..., 2], 0.05), 0.0)
    place = (position + world * depth[..., None])[..., :2]
    grey = 120.0 * (1.0 - dark(place)) * rng.uniform(0.8, 1.2) + 2.0 * rng.standard_normal((h, w))
    thermal = 20.0 + rng.uniform(-1.0, 1.0) + warmth(place) + 0.05 * rng.standard_normal((h, w))
    rgb = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    return View(rgb, depth.astype(np.float32), thermal.astype(np.float32), position, rotation, focal)


def nothing(place: FloatArray) -> FloatArray:
    return np.zeros(place.shape[:-1])


def disc(value: float, radius_m: float = 0.3) -> Warmth:
    return lambda place: value * (np.linalg.norm(place - MIDDLE, axis=-1) < radius_m)


def strip(value: float) -> Warmth:
    return lambda place: value * (np.abs(place - MIDDLE) < (0.8, 0.1)).all(axis=-1)


def floor_map(rng: np.random.Generator) -> FloorMap:
    return FloorMap(BOUNDS, FLOOR, [picture(eye, nothing, nothing, rng) for eye in EYES])


def test_a_warm_patch_is_found_where_it_is_and_as_large_as_it_is() -> None:
    rng = np.random.default_rng(0)
    seen = floor_map(rng)
    for eye in EYES:
        seen.see(picture(eye, disc(2.5), disc(0.2), rng))
    (spill,) = seen.spills()
    assert spill.chance > 0.8
    assert spill.position_m == pytest.approx((4.0, 4.0, 0.0), abs=0.06)
    assert spill.area_m2 == pytest.approx(np.pi * 0.09, rel=0.25)


@pytest.mark.parametrize(
    ("warmth", "dark"),
    [
        (nothing, disc(0.5)),
        (disc(-2.0), disc(0.3)),
        (disc(1.2), disc(0.6)),
        (strip(2.5), nothing),
        (disc(2.5, 0.1), nothing),
    ],
    ids=["stain", "wet floor", "stain in the sun", "painted line", "too small"],
)
def test_what_is_no_spill_is_not_taken_for_one(warmth: Warmth, dark: Warmth) -> None:
    rng = np.random.default_rng(1)
    seen = floor_map(rng)
    for eye in EYES:
        seen.see(picture(eye, warmth, dark, rng))
    assert all(spill.chance < 0.5 for spill in seen.spills())


def test_metal_that_mirrored_a_colder_sky_is_no_spill() -> None:
    rng = np.random.default_rng(4)
    seen = FloorMap(BOUNDS, FLOOR, [picture(eye, disc(-8.0), nothing, rng) for eye in EYES])
    for eye in EYES:
        seen.see(picture(eye, disc(-3.0), nothing, rng))
    assert all(spill.chance < 0.5 for spill in seen.spills())


def test_a_warm_patch_on_floor_of_another_colour_is_found() -> None:
    rng = np.random.default_rng(5)
    seen = FloorMap(BOUNDS, FLOOR, [picture(eye, nothing, disc(0.3), rng) for eye in EYES])
    for eye in EYES:
        seen.see(picture(eye, disc(4.0), disc(0.3), rng))
    assert max(spill.chance for spill in seen.spills()) > 0.8


def test_floor_that_a_fire_heats_is_no_spill() -> None:
    rng = np.random.default_rng(6)
    fire = disc(300.0, 0.05)
    seen = floor_map(rng)
    for eye in EYES:
        seen.see(picture(eye, lambda place: disc(6.0, 0.5)(place - (0.6, 0.0)) + fire(place), nothing, rng))
    assert all(spill.chance < 0.5 for spill in seen.spills())


def test_what_share_of_a_picture_each_floor_fills_does_not_tilt_the_map() -> None:
    rng = np.random.default_rng(7)

    def warm_floor(place: FloatArray) -> FloatArray:
        return np.asarray(np.where(place[..., 0] > MIDDLE[0], 3.0, 0.0))

    eyes = [*EYES, (6.5, 4.0), (3.0, 2.0), (5.0, 6.0)]
    levelled = FloorMap(BOUNDS, FLOOR, [picture(eye, warm_floor, nothing, rng) for eye in eyes])
    for eye in eyes:
        levelled.see(picture(eye, nothing, nothing, rng))
    seen = levelled._weight > 0.0
    change = levelled._change[..., 0][seen] / levelled._weight[seen]
    east = np.nonzero(seen)[1] > 4.2 / 0.05
    west = np.nonzero(seen)[1] < 3.8 / 0.05
    assert np.std(change[east]) < 0.2
    assert np.median(change[west]) - np.median(change[east]) == pytest.approx(3.0, abs=0.2)


def test_somebody_who_stood_there_for_a_while_is_no_spill() -> None:
    rng = np.random.default_rng(2)
    seen = floor_map(rng)
    for eye, warmth in zip(EYES * 2, [disc(6.0), *[nothing] * 5], strict=True):
        seen.see(picture(eye, warmth, nothing, rng))
    assert all(spill.chance < 0.5 for spill in seen.spills())


def test_nothing_seen_is_nothing_said() -> None:
    assert floor_map(np.random.default_rng(3)).spills() == []

"""What the anomalies write into a body's state shows on its mesh and in its pictures."""

import numpy as np
import pytest

from patrolgym.envs.site.car_body import DECK_M, METAL, SKID_M
from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.model import Equipment, Part
from patrolgym.envs.types import InspectionPoint
from patrolgym.envs.world.raycast import RayMesh

KIND = KINDS["body_stand"]


def body(seed: int = 0, **state) -> Equipment:
    e = KIND.make("BS-101", (0.0, 0.0, 0.0), 0.0, np.random.default_rng(seed), {})
    e.state.update(state)
    return e


def point(e: Equipment, name: str) -> InspectionPoint:
    return next(p for p in KIND.points(e) if p.name == f"BS-101/{name}")


def depth(e: Equipment, p: InspectionPoint, places: np.ndarray) -> np.ndarray:
    """How far behind the plane of the patch the body is at (right, up) places (n, 2)."""
    parts = [part for part in KIND.parts(e) if part.decal is None]
    starts = np.cumsum([0] + [len(part.vertices_m) for part in parts])
    faces = np.concatenate([part.faces + s for part, s in zip(parts, starts, strict=False)])
    rays = RayMesh(np.concatenate([part.vertices_m for part in parts]), faces)
    normal, up = np.array(p.normal), np.array(p.up)
    origins = np.array(p.position_m) + 0.3 * normal + places @ np.stack([np.cross(up, normal), up])
    return rays.cast(origins, np.broadcast_to(-normal, origins.shape)).distance_m - 0.3


@pytest.mark.parametrize("name", ["panel_1", "panel_2", "panel_3", "panel_4"])
@pytest.mark.parametrize("seed", range(3))
def test_a_dent_is_as_deep_and_wide_as_the_state_says(name, seed):
    whole = body(seed)
    dent = (0.05, -0.04, 0.002, 0.05)
    p = point(whole, name)
    struck = body(seed, dents={p.name: dent})
    across = np.column_stack([np.linspace(-0.1, 0.1, 81) + dent[0], np.full(81, dent[1])])
    pressed = depth(struck, p, across) - depth(whole, p, across)
    assert pressed.max() == pytest.approx(0.002, rel=0.15)
    assert abs(across[pressed.argmax(), 0] - dent[0]) < 0.012
    assert np.abs(pressed[np.abs(across[:, 0] - dent[0]) > 0.075]).max() < 1e-4
    assert KIND.values(struck)[p.name] == pytest.approx(2.0)
    assert KIND.values(whole)[p.name] == 0.0


def test_patches_are_nearly_flat_and_finely_meshed():
    for seed in range(4):
        e = body(seed)
        for p in KIND.points(e):
            if p.quantity == "panel":
                angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
                ring = 0.18 * np.column_stack([np.cos(angle), np.sin(angle)])
                assert np.ptp(depth(e, p, ring)) < 0.02
                near = np.concatenate([part.vertices_m for part in KIND.parts(e) if part.inspectable])
                assert (np.linalg.norm(near - p.position_m, axis=1) < 0.1).sum() > 60


def test_a_dent_outside_its_patch_is_refused():
    e = body(0)
    e.state["dents"] = {"BS-101/panel_1": (0.2, 0.0, 0.002, 0.05)}
    with pytest.raises(ValueError, match="within"):
        KIND.parts(e)


@pytest.mark.parametrize("name", ["weld_1", "weld_2", "weld_3", "weld_4"])
def test_a_missing_weld_is_missing_where_the_point_says(name):
    p = point(body(1), name)
    gone = 2
    pictures = [strip(e, p) for e in (body(1), body(1, missing={p.name: (gone,)}))]
    differs = np.abs(pictures[0].astype(float) - pictures[1]).max(axis=2) > 8
    rows, columns = np.nonzero(differs)
    right, up = p.details["welds"][gone]
    scale = differs.shape[1] / 0.24
    assert columns.mean() == pytest.approx(0.5 * differs.shape[1] + right * scale, abs=2.5)
    assert rows.mean() == pytest.approx(0.5 * differs.shape[0] - up * scale, abs=4.0)
    assert np.ptp(columns) / scale < 0.02
    assert 5 <= len(p.details["welds"]) <= 8


def strip(e: Equipment, p: InspectionPoint) -> np.ndarray:
    """The picture on the patch of a weld row."""
    decals: list[Part] = [part for part in KIND.parts(e) if part.decal is not None and part.material == "sheet_metal"]
    gaps = [np.linalg.norm(part.vertices_m.mean(axis=0) - p.position_m) for part in decals]
    assert min(gaps) < 0.005
    return decals[int(np.argmin(gaps))].decal.image


@pytest.mark.parametrize("seed", range(4))
def test_of_the_bare_metal_only_the_outside_is_inspectable(seed):
    inspected = 0.0
    for part in KIND.parts(body(seed)):
        if part.inspectable and part.material == METAL[0]:
            corners = part.vertices_m[part.faces]
            normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2.0
            area = np.linalg.norm(normal, axis=1)
            under_roof = (normal[:, 2] < -0.5 * area) & (corners[:, :, 2].min(axis=1) > DECK_M + SKID_M + 0.3)
            assert area[under_roof].sum() == 0.0
            inspected += float(area.sum())
    assert inspected > 8.0

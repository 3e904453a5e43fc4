import zlib

import numpy as np
import pytest

from patrolgym.envs.site.equipment.base import KINDS
from patrolgym.envs.site.equipment.drawn import SERVED_BY
from patrolgym.envs.site.materials import MATERIALS
from patrolgym.envs.site.model import Equipment, Part
from patrolgym.envs.types import FloatArray, InspectionPoint, IntArray
from patrolgym.envs.world.raycast import RayMesh

SEEDS = range(6)
HEAD_M = 1.05
#: Its panels are meshed finely enough to show a dent.
MOST_TRIANGLES = {"body_stand": 7500}
#: Linings of a hollow have parts that look inwards.
HOLLOW = {"body_stand"}


def make(name: str, seed: int) -> Equipment:
    return KINDS[name].make(f"{KINDS[name].prefix}-101", (0.0, 0.0, 0.0), 0.0, np.random.default_rng(seed), {})


def merged(parts: list[Part]) -> tuple[FloatArray, IntArray]:
    starts = np.cumsum([0] + [len(part.vertices_m) for part in parts])
    faces = [part.faces + start for part, start in zip(parts, starts, strict=False)]
    return np.concatenate([part.vertices_m for part in parts]), np.concatenate(faces)


def caster(equipment: Equipment) -> RayMesh:
    return RayMesh(*merged(KINDS[equipment.kind].parts(equipment)))


def test_the_catalogue_is_complete() -> None:
    wanted = {
        "centrifugal_pump", "vertical_tank", "horizontal_vessel", "heat_exchanger", "compressor", "pipe_rack", "fan",
        "gate_valve", "lever_valve", "pressure_gauge", "temperature_dial", "sight_glass", "control_cabinet",
        "junction_box", "transformer", "fire_extinguisher", "gas_detector", "exit_door", "lamp_post", "charging_dock",
        "welding_robot", "conveyor", "body_stand", "machine_tool", "exhaust_fan", "coolant_pump", "screw_compressor",
        "air_unit", "signal_tower", "guard_door", "light_curtain", "pallet_rack", "workbench",
    }  # fmt: skip
    assert wanted <= set(KINDS.names())


def test_prefixes_are_unique() -> None:
    prefixes = [kind.prefix for kind in KINDS.values()]
    assert len(set(prefixes)) == len(prefixes)


@pytest.mark.parametrize("name", KINDS.names())
@pytest.mark.parametrize("seed", SEEDS)
def test_mesh_is_sound(name: str, seed: int) -> None:
    e = make(name, seed)
    parts = KINDS[name].parts(e)
    vertices, faces = merged(parts)
    size = np.array(e.params["size_m"])
    assert np.isfinite(vertices).all()
    assert faces.max() < len(vertices)
    assert vertices[:, 2].min() >= -1e-9
    assert vertices[:, 2].min() < 0.005, "stands on the ground"
    assert (vertices.max(axis=0) <= size * (0.5, 0.5, 1.0) + 0.01).all()
    assert (vertices.min(axis=0) >= -size * (0.5, 0.5, 0.0) - 0.01).all()
    assert e.params["clearance_m"] > 0
    assert all(part.material in MATERIALS for part in parts)
    assert len(faces) < MOST_TRIANGLES.get(name, 4500)


@pytest.mark.parametrize("name", KINDS.names())
def test_faces_look_outwards(name: str) -> None:
    for part in KINDS[name].parts(make(name, 1)):
        if part.decal is None:
            a, b, c = (part.vertices_m[part.faces[:, k]] - part.vertices_m.mean(axis=0) for k in range(3))
            assert name in HOLLOW or np.einsum("ij,ij->", a, np.cross(b, c)) > 0, part.material
            assert (np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12).all()


@pytest.mark.parametrize("name", KINDS.names())
def test_no_back_face_shows_from_outside(name: str) -> None:
    """Rays from all around first meet a face that looks at them."""
    rays = caster(make(name, 2))
    rng = np.random.default_rng(0)
    size = np.array(make(name, 2).params["size_m"])
    targets = rng.uniform((-0.5, -0.5, 0.0), (0.5, 0.5, 1.0), (4000, 3)) * size
    away = rng.normal(size=(4000, 3))
    away[:, 2] = np.abs(away[:, 2])
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    hits = rays.cast(targets + 10.0 * away, -away)
    hit = hits.face >= 0
    assert hit.sum() > 50
    facing = np.einsum("ij,ij->i", hits.normal[hit], -away[hit])
    # Pictures are one-sided, so a few rays may pass behind them.
    assert (facing < 0).mean() > 0.995


@pytest.mark.parametrize("name", KINDS.names())
@pytest.mark.parametrize("seed", SEEDS)
def test_points_lie_on_the_surface_and_can_be_seen(name: str, seed: int) -> None:
    e = make(name, seed)
    rays = caster(e)
    for point in KINDS[name].points(e):
        at, normal, up = (np.array(v) for v in (point.position_m, point.normal, point.up))
        assert np.linalg.norm(normal) == pytest.approx(1.0)
        assert normal @ up == pytest.approx(0.0, abs=1e-9)
        level = np.array([normal[0], normal[1], 0.0])
        eye = at + 1.5 * level / np.linalg.norm(level)
        eye[2] = HEAD_M
        ray = (at - eye) / np.linalg.norm(at - eye)
        hit = rays.cast(eye[None], ray[None])
        assert hit.distance_m[0] == pytest.approx(np.linalg.norm(at - eye), abs=0.045), point.name
        near = rays.cast((at + 0.2 * normal)[None], -normal[None])
        assert near.distance_m[0] == pytest.approx(0.2, abs=0.03), point.name


@pytest.mark.parametrize("name", KINDS.names())
def test_points_are_well_formed(name: str) -> None:
    e = make(name, 3)
    points: list[InspectionPoint] = KINDS[name].points(e)
    assert len({p.name for p in points}) == len(points)
    values = KINDS[name].values(e)
    assert set(values) <= {p.name for p in points}
    for p in points:
        assert p.name.startswith(e.tag + "/")
        assert (p.sensor, p.density_px_m) == SERVED_BY[p.quantity]
        assert 0.1 <= p.size_m <= 1.0
        assert p.size_m * p.density_px_m < 0.85 * 240, "fits into one picture at its density"
        if p.name in values and p.normal_range is not None:
            assert p.normal_range[0] <= values[p.name] <= p.normal_range[1]
        if p.quantity == "flange":
            assert p.details["gas"] == e.params["gas"]


@pytest.mark.parametrize("name", KINDS.names())
def test_same_seed_same_mesh(name: str) -> None:
    def digest(seed: int) -> int:
        vertices, _ = merged(KINDS[name].parts(make(name, seed)))
        return zlib.crc32(vertices.tobytes())

    assert digest(5) == digest(5)


@pytest.mark.parametrize(
    ("name", "state", "values"),
    [
        ("pressure_gauge", "reading", (0.5, 3.5)),
        ("temperature_dial", "reading", (2.0, 35.0)),
        ("gate_valve", "angle_deg", (0.0, 90.0)),
        ("lever_valve", "angle_deg", (10.0, 60.0)),
        ("sight_glass", "level_pct", (10.0, 90.0)),
    ],
)
def test_state_moves_the_mesh_and_the_value(name: str, state: str, values: tuple[float, float]) -> None:
    e = make(name, 4)
    meshes, read = [], []
    for value in values:
        e.state[state] = value
        meshes.append(merged(KINDS[name].parts(e))[0])
        read.append(next(iter(KINDS[name].values(e).values())))
    assert read == list(values)
    assert np.abs(meshes[0] - meshes[1]).max() > 0.01
    low, high = meshes[1].min(axis=0), meshes[1].max(axis=0)
    size = np.array(e.params["size_m"])
    assert (high <= size * (0.5, 0.5, 1.0) + 0.01).all()
    assert (low >= -size * (0.5, 0.5, 0.0) - 0.01).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_needle_points_where_the_scale_says(seed: int) -> None:
    e = make("pressure_gauge", seed)
    point = KINDS[e.kind].points(e)[0]
    low, high = e.params["scale"]
    for share in (0.0, 0.3, 0.9, 1.0):
        e.state["reading"] = low + share * (high - low)
        angle = np.radians(point.details["zero_deg"] + share * point.details["span_deg"])
        way = np.array([np.sin(angle), 0.0, np.cos(angle)])
        rays = caster(e)
        radius = 0.5 * e.params["face_m"]
        for along, off, hit in ((0.7, 0.0, True), (0.7, 0.15, False), (0.95, 0.0, False)):
            side = np.array([way[2], 0.0, -way[0]])
            spot = np.array(point.position_m) + radius * (along * way + off * side)
            seen = rays.cast((spot + (0.0, -0.3, 0.0))[None], np.array([[0.0, 1.0, 0.0]]))
            assert (seen.distance_m[0] < 0.2975) == hit


@pytest.mark.parametrize("name", ["gate_valve", "lever_valve"])
@pytest.mark.parametrize("angle_deg", [0.0, 37.0, 90.0])
def test_handle_points_where_the_state_says(name: str, angle_deg: float) -> None:
    e = make(name, 1)
    point = KINDS[name].points(e)[0]
    e.state["angle_deg"] = angle_deg
    front = merged([p for p in KINDS[name].parts(e) if not p.solid])[0] - np.array(point.position_m)
    ahead = front[(np.abs(front[:, 1]) < 0.02) & (np.hypot(front[:, 0], front[:, 2]) > 0.05)]
    way = np.radians(angle_deg)
    tip = ahead @ np.array([np.sin(way), 0.0, np.cos(way)])
    if name == "lever_valve":
        assert tip.max() == pytest.approx(e.params["lever_m"], abs=0.02)
    else:
        assert (np.abs(tip - 0.072) < 1e-6).any()


def test_warm_terminals_and_their_cables() -> None:
    e = make("junction_box", 0)
    e.delta_k.update(terminal_0=10.0, terminal_1=40.0, terminal_2=10.0)
    assert KINDS[e.kind].values(e) == {"JB-101/terminals": 30.0}
    cables = [p for p in KINDS[e.kind].parts(e) if p.surface == "terminal_1" and p.surface_delta_k is not None]
    assert len(cables) == 1
    rise = 40.0 + np.asarray(cables[0].surface_delta_k)
    assert rise.max() > 30.0
    assert 0.0 <= rise.min() < 8.0


@pytest.mark.parametrize("name", ["junction_box", "control_cabinet"])
def test_terminals_are_where_the_point_says(name: str) -> None:
    e = make(name, 3)
    point = KINDS[name].points(e)[0]
    parts = KINDS[name].parts(e)
    owner = np.repeat(np.arange(len(parts)), [len(p.faces) for p in parts])
    right = np.cross(point.up, point.normal)
    for (across, upward), surface in zip(point.details["terminals"], point.details["surfaces"], strict=True):
        spot = np.array(point.position_m) + across * right + upward * np.array(point.up)
        hit = caster(e).cast((spot + 1.0 * np.array(point.normal))[None], -np.array([point.normal]))
        assert parts[owner[hit.face[0]]].surface == surface


@pytest.mark.parametrize("name", KINDS.names())
def test_healthy_heat_stays_healthy(name: str) -> None:
    parts = {p.surface for p in KINDS[name].parts(make(name, 0))}
    for seed in range(30):
        e = make(name, seed)
        assert set(e.delta_k) <= parts
        assert all(0.0 <= rise < 60.0 for rise in e.delta_k.values())
        terminals = [
            rise for surface, rise in e.delta_k.items() if surface.startswith("terminal_") and surface[-1] in "012"
        ]
        assert not terminals or max(terminals) - min(terminals) <= 1.0
        assert e.delta_k.get("bearing", 20.0) <= 40.0


@pytest.mark.parametrize("name", KINDS.names())
def test_style_is_heeded(name: str) -> None:
    style = {"paints": ((0.1, 0.9, 0.1),), "gauge_faces": ("slim",), "gas": "NH3", "wear": 0.0}
    kind = KINDS[name]
    e = kind.make("X-1", (0.0, 0.0, 0.0), 0.0, np.random.default_rng(0), style)
    assert e.params.get("face", "slim") == "slim"
    assert e.params.get("gas", "NH3") == "NH3"
    if "paint" in e.params and e.params["paint"] not in ("stainless", "lagging", "galvanised"):
        assert e.params["paint"][0] in ("paint", "plastic")
    dry = kind.make("X-1", (0.0, 0.0, 0.0), 0.0, np.random.default_rng(0), {**style, "gas": None})
    assert not [p for p in kind.points(dry) if p.quantity == "flange"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("gap_m", [0.0, 0.1, 0.5, 0.9])
def test_a_guard_door_leaves_the_gap_that_the_state_says(seed: int, gap_m: float) -> None:
    e = make("guard_door", seed)
    closed = 0.5 * e.params["width_m"] - 0.006
    e.state["gap_m"] = gap_m
    (tongue,) = (p.vertices_m for p in KINDS[e.kind].parts(e) if p.solid and p.material == "stainless")
    if e.params["motion"] == "sliding":
        assert tongue[:, 0].max() == pytest.approx(closed - gap_m, abs=0.001)
    else:
        gaps = np.hypot(tongue[:, 0] - closed, tongue[:, 1])
        assert gaps.min() - 0.02 <= gap_m <= gaps.max() + 0.02
    assert KINDS[e.kind].values(e) == {"SG-101/guard": gap_m}


@pytest.mark.parametrize("lit", ["", "green", "amber", "red"])
def test_a_signal_tower_shines_where_the_point_says(lit: str) -> None:
    e = make("signal_tower", 0)
    e.state["lit"] = lit
    point = KINDS[e.kind].points(e)[0]
    shining = [p for p in KINDS[e.kind].parts(e) if p.material == "lamp"]
    assert len(shining) == (lit != "")
    if lit:
        height = point.position_m[2] + point.details["lamps_m"][point.details["lamps"].index(lit)]
        assert shining[0].vertices_m[:, 2].mean() == pytest.approx(height, abs=0.002)


def test_an_unknown_lamp_is_refused() -> None:
    e = make("signal_tower", 0)
    e.state["lit"] = "blue"
    with pytest.raises(ValueError, match="blue"):
        KINDS[e.kind].parts(e)

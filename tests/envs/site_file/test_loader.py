"""Site files: the example is sound and playable, each mistake is one clear line, nothing outside is read."""

import json
import os
import struct
import warnings
import zipfile
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
import trimesh

import patrolgym  # noqa: F401
from patrolgym.envs.anomalies.sampling import sample_anomalies
from patrolgym.envs.site.mesh import merge
from patrolgym.envs.site_file import meshes
from patrolgym.envs.site_file.loader import SiteFile, SiteWarning, find_site, list_sites, load_site

PLANT = "hazardous-plant"
YARD = """\
name: Yard
size_m: [12, 10]
dock: {at_m: [1.5, 1.5]}
skyline: false
anomalies: 1
equipment:
  - {kind: centrifugal_pump, tag: P-1, at_m: [6, 6], gas: CH4}
  - {kind: pressure_gauge, tag: PI-1, at_m: [8, 5.5]}
  - {kind: lever_valve, tag: V-1, at_m: [3.5, 5.5]}
  - {kind: junction_box, tag: JB-1, at_m: [9.6, 5.5]}
zones:
  - {name: way, kind: walkway, rect_m: [1, 1, 11, 4]}
structure:
  - {kind: wall, from_m: [0, 9], to_m: [12, 9]}
"""


@pytest.fixture
def yard(tmp_path: Path) -> Path:
    path = tmp_path / "yard.yaml"
    path.write_text(YARD)
    return path


def changed(path: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


def load(path: Path) -> SiteFile:
    return SiteFile(PLANT, str(path))


def ways_round(path: Path, element: str) -> Path:
    return changed(path, "structure:\n", f"structure:\n  - {element}\n")


@pytest.mark.parametrize("name", list_sites())
def test_shipped_sites_are_without_fault_on_every_split(name: str) -> None:
    site = load_site(PLANT, name)
    assert site.warnings == [] and site.name == name
    for split in ("train", "val", "test"):
        live = site.draw(split, 1)
        truths = sample_anomalies(live, site.size.anomalies, site.size.distractors, np.random.default_rng(0))
        assert len(truths) == site.size.anomalies


def test_a_seed_gives_the_same_day_and_the_layout_stays(yard: Path) -> None:
    changed(yard, "skyline: false", "skyline: false\nworkers: 1")
    first, again, other = load(yard).draw("train", 3), load(yard).draw("train", 3), load(yard).draw("train", 4)
    assert first.weather == again.weather != other.weather
    assert first.equipment["PI-1"].state == again.equipment["PI-1"].state != other.equipment["PI-1"].state
    assert len(first.movers) == 1 and first.movers[0].pose_at(7.0) == again.movers[0].pose_at(7.0)
    assert first.equipment["P-1"].params == other.equipment["P-1"].params
    assert merge(first).vertices_m.tobytes() == merge(again).vertices_m.tobytes()


def test_another_piece_changes_no_other(yard: Path) -> None:
    before = load(yard).draw("train", 0).equipment
    changed(yard, "zones:", "  - {kind: fan, tag: F-1, at_m: [9.5, 7.6]}\nzones:")
    after = load(yard).draw("train", 0).equipment
    assert all(before[tag].params == after[tag].params for tag in before)


def test_gym_plays_it_and_its_anomalies_follow_the_seed(yard: Path) -> None:
    changed(yard, "anomalies: 1", "time_limit_s: 20")
    env = gym.make("patrolgym/HazardousPlant-v0", site=str(yard), sensors=("lidar",), disable_env_checker=True)
    env.reset(seed=0, options={"site_seed": 0})
    briefing = env.get_wrapper_attr("briefing")
    assert briefing.size == "custom" and briefing.time_limit_s == 20.0 and briefing.bounds_m == (0, 0, 12, 10)
    assert {"P-1/bearing", "P-1/flange", "PI-1/gauge"} <= {point.name for point in briefing.points}
    classes = [a.anomaly_class for a in env.unwrapped.anomalies]
    env.reset(seed=0, options={"site_seed": 0})
    assert classes == [a.anomaly_class for a in env.unwrapped.anomalies] and len(classes) == 1
    env.reset(seed=1, options={"anomalies": [{"class": "hot_bearing", "tag": "P-1"}]})
    assert env.step(env.action_space.sample())[0]["pose"].shape == (6,)
    env.close()


def test_facts_replace_drawn_ones(yard: Path) -> None:
    changed(yard, "at_m: [8, 5.5]", "at_m: [8, 5.5], params: {scale: [0, 25], majors: 5, normal_range: [8, 12]}")
    gauge = load(yard).draw("train", 0).points()
    (point,) = [p for p in gauge if p.name == "PI-1/gauge"]
    assert point.scale == (0.0, 25.0) and point.normal_range == (8.0, 12.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: Yard", "nmae: Yard", r"yard\.yaml:1: nmae: unknown entry 'nmae'; did you mean 'name'"),
        ("name: Yard\n", "", r"yard\.yaml:1: missing name"),
        ("name: Yard", "name: [Yard", r"yard\.yaml:\d+: not valid YAML"),
        ("name: Yard", "name: !!python/name:os.system", "name: cannot be read"),
        ("name: Yard", "name: &a Yard\nseed: *a", "aliases"),
        ("size_m: [12, 10]", "size_m: [12, 10]\nsize_m: [9, 9]", r"yard\.yaml:3: size_m: is given twice"),
        ("size_m: [12, 10]", "size_m: [12, 1000]", r"size_m\[1\]: must be within 5\.\.200, got 1000"),
        ("size_m: [12, 10]", "size_m: 12", r"size_m: must be a list, got '12'"),
        ("size_m: [12, 10]", "size_m: [12, .inf]", r"size_m\[1\]: must be a number, got '\.inf'"),
        ("kind: centrifugal_pump", "kind: centrifugal_pmup", r"yaml:7: equipment\[0\]\.kind: .*did you mean 'centrif"),
        ("tag: P-1,", "tag: P/1,", r"equipment\[0\]\.tag: must be 1 to 12 letters"),
        ("tag: P-1,", "tag: 101,", r"tag: must be a text, got '101'; put it in quotes"),
        ("tag: V-1,", "tag: P-1,", r"yaml:9: equipment\[2\]\.tag: 'P-1' is the tag of another"),
        ("gas: CH4", "gas: CO2", r"equipment\[0\]\.gas: 'CO2' is unknown; .*CH4"),
        ("kind: junction_box,", "kind: junction_box, gas: CH4,", "a junction_box holds no gas"),
        (
            "[8, 5.5]}",
            "[8, 5.5], params: {scle: [0, 1]}}",
            r"yaml:8: .*params\.scle: unknown fact .*did you mean 'scale'",
        ),
        ("[8, 5.5]}", "[8, 5.5], params: {scale: 3}}", r"params\.scale: must be of the same sort as \["),
        ("[8, 5.5]}", "[8, 5.5], params: {majors: 1000000000}}", r"params\.majors: must be within ±100"),
        ("[8, 5.5]}", "[8, 5.5], params: {height_m: 1.0e+9}}", r"params\.height_m: must be within ±50"),
        ("[8, 5.5]}", "[8, 5.5], params: {paint: [gold, [0, 0, 0]]}}", "unknown material 'gold'"),
        ("[8, 5.5]}", "[8, 5.5], params: {face: moon}}", r"params: a pressure_gauge cannot be built"),
        ("kind: walkway", "kind: hazard", "a hazard zone needs ex_zone"),
        ("rect_m: [1, 1, 11, 4]", "rect_m: [1, 1, 1, 4]", r"yaml:12: zones\[0\]: the zone has no area"),
        ("rect_m: [1, 1, 11, 4]", "corners_m: [[0, 0], [4, 4], [4, 0], [0, 4]]", "the outline crosses itself"),
        ("to_m: [12, 9]", "to_m: [0, 9]", r"yaml:14: structure\[0\]\.kind: from_m and to_m must be at least"),
        ("kind: wall", "kind: well", r"structure\[0\]\.kind: 'well' is unknown; did you mean 'wall'"),
        ("kind: wall, ", "", r"structure\[0\]: missing 'kind', one of: wall"),
        ("anomalies: 1", "anomalies: 40", r"yaml:5: anomalies: the site has places for \d+"),
        ("anomalies: 1", "workers: 1\npeople: [{yaw_deg: 3}]", r"people\[0\]: a person needs either at_m or path_m"),
        # What cannot be played
        ("at_m: [8, 5.5]", "at_m: [6.5, 6]", r"yaml:8: equipment\[1\]: it runs into P-1"),
        ("at_m: [8, 5.5]", "at_m: [13, 5.5]", r"yaml:8: equipment\[1\]: .*leaves the site"),
        ("at_m: [8, 5.5]", "z_m: 0.5, at_m: [8, 5.5]", r"equipment\[1\]: it stands .* over its ground"),
        ("at_m: [1.5, 1.5]", "at_m: [6, 5.6], station: false", r"yaml:3: dock: something is in the way"),
        ("at_m: [1.5, 1.5]", "at_m: [13, 1.5], station: false", r"dock: .* is not 0\.4 m within"),
        ("kind: wall,", "kind: bund, rect_m: [0.2, 0.2, 3, 3]}\n  - {kind: wall,", r"dock: the robot gets no further"),
        ("skyline: false", "people: [{at_m: [0.1, 9]}]", r"people\[0\]: runs into something"),
        ("kind: walkway", "kind: restricted, gas: CH4", "only a hazard zone has a gas"),
        ("skyline: false", "people: [{at_m: [5, 2]}]\nworkers: 0", None),
    ],
)
def test_each_mistake_is_one_line_with_its_place(yard: Path, old: str, new: str, said: str | None) -> None:
    changed(yard, old, new)
    if said is None:
        assert len(load(yard).draw("train", 0).movers) == 1
        return
    with pytest.raises(ValueError, match=said) as caught:
        load(yard)
    assert "yard.yaml" in str(caught.value) and "\n" not in str(caught.value)


def test_a_person_in_a_restricted_zone_would_be_an_unknown_intruder(yard: Path) -> None:
    changed(yard, "kind: walkway", "kind: restricted")
    changed(yard, "skyline: false", "people: [{at_m: [5, 2]}]")
    with pytest.raises(ValueError, match=r"people\[0\]: is in the restricted zone 'way'"):
        load(yard)


def test_what_is_only_poor_is_warned_of(yard: Path) -> None:
    ways_round(yard, "{kind: wall, from_m: [7.0, 5.0], to_m: [9.0, 5.0]}")
    with pytest.warns(SiteWarning, match=r"yard\.yaml:8: equipment\[1\]: inspection point PI-1/gauge is seen from now"):
        gym.make("patrolgym/HazardousPlant-v0", site=str(yard), disable_env_checker=True).close()


def test_a_changed_file_is_read_anew_and_an_unchanged_one_is_not(yard: Path) -> None:
    first = load_site(PLANT, str(yard))
    assert load_site(PLANT, str(yard)) is first
    changed(yard, "size_m: [12, 10]", "size_m: [14, 10]")
    assert load_site(PLANT, str(yard)).size.width_m == 14.0


@pytest.mark.parametrize("name", ["exampel", "submarine"])
def test_an_unknown_name_lists_what_there_is(name: str) -> None:
    with pytest.raises(ValueError, match=r"unknown site .*example.*or the path of a \.yaml file"):
        find_site(name)


def test_endless_numbers_are_refused_at_once(yard: Path) -> None:
    for entry in ("seed: 1" + ":1" * 100_000, "seed: " + "9" * 100_000):
        yard.write_text(YARD + entry)
        with pytest.raises(ValueError, match=r"seed: is longer than 1000 characters"):
            load(yard)


def test_hostile_yaml_ends_in_one_line(yard: Path) -> None:
    for text in ("[" * 5000, "a: " * 3 + "b", "\x00", "", "- 1\n- 2\n", "{" * 900 + "}" * 900):
        yard.write_text(text)
        with pytest.raises(ValueError, match=r"yard\.yaml") as caught:
            load(yard)
        assert "\n" not in str(caught.value)
    yard.write_text("name: " + "x" * 2_000_000)
    with pytest.raises(ValueError, match="larger than 1000 kB"):
        load(yard)
    yard.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="not UTF-8"):
        load(yard)
    with pytest.raises(ValueError, match="No such file"):
        load(yard.with_name("gone.yaml"))


# Meshes


@pytest.mark.parametrize("suffix", ["obj", "stl", "glb", "gltf"])
def test_a_mesh_of_every_format_stands_upright_in_the_way(yard: Path, suffix: str) -> None:
    mesh = trimesh.creation.box(extents=(0.4, 0.6, 2.0))
    mesh.apply_translation((0.0, 0.0, 1.0))
    if suffix in ("glb", "gltf"):
        mesh.apply_transform(trimesh.transformations.rotation_matrix(-np.pi / 2, (1, 0, 0)))
    if suffix == "gltf":
        for name, data in trimesh.exchange.gltf.export_gltf(trimesh.Scene(mesh)).items():
            (yard.parent / name).write_bytes(data)
        (yard.parent / "model.gltf").rename(yard.parent / "thing.gltf")
    else:
        mesh.export(yard.parent / f"thing.{suffix}")
    ways_round(yard, f"{{kind: mesh, file: thing.{suffix}, at_m: [5, 2.5], yaw_deg: 90}}")
    part = load(yard).draw("train", 0).structure[-3]
    low, high = part.vertices_m.min(axis=0), part.vertices_m.max(axis=0)
    assert low == pytest.approx((4.7, 2.3, 0.0), abs=1e-5) and high == pytest.approx((5.3, 2.7, 2.0), abs=1e-5)
    assert part.solid


def mesh_error(yard: Path, name: str) -> str:
    ways_round(yard, f"{{kind: mesh, file: '{name}', at_m: [5, 2.5]}}")
    with pytest.raises(ValueError, match=r"yard\.yaml:14: structure\[0\]\.file: ") as caught:
        load(yard)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/etc/passwd.obj", "without '..'"),
        ("../thing.obj", "without '..'"),
        ("a/../../thing.obj", "without '..'"),
        ("~/thing.obj", "without '..'"),
        ("file:///etc/x.obj", "without '..'"),
        ("http://example.org/x.glb", "without '..'"),
        ("thing.zip", "must be one of .obj"),
        ("thing.obj.gz", "must be one of .obj"),
        ("gone.obj", "there is no file"),
    ],
)
def test_a_mesh_lies_in_the_folder(yard: Path, name: str, said: str) -> None:
    assert said in mesh_error(yard, name)


def test_symbolic_links_are_refused(yard: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    trimesh.creation.box().export(outside / "secret.obj")
    (yard.parent / "link.obj").symlink_to(outside / "secret.obj")
    (yard.parent / "folder").symlink_to(outside)
    for name in ("link.obj", "folder/secret.obj"):
        with pytest.raises(meshes.MeshError, match="symbolic link"):
            meshes.load_mesh(yard.parent, name)


def test_an_archive_in_disguise_is_refused(yard: Path) -> None:
    with zipfile.ZipFile(yard.parent / "thing.obj", "w") as archive:
        archive.writestr("thing.obj", "v 0 0 0")
    assert "is an archive" in mesh_error(yard, "thing.obj")


def test_a_huge_mesh_is_refused(yard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (yard.parent / "thing.obj").open("wb") as file:
        os.truncate(file.fileno(), meshes.LARGEST_BYTES + 1)
    assert "is larger than 32 MB" in mesh_error(yard, "thing.obj")
    trimesh.creation.icosphere(subdivisions=3).export(yard.parent / "ball.stl")
    monkeypatch.setattr(meshes, "MOST_FACES", 1000)
    with pytest.raises(meshes.MeshError, match="1280 triangles"):
        meshes.load_mesh(yard.parent, "ball.stl")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no triangles"),
        (b"v 0 0 0\nv 1 0 0\n", "triangles"),
        (b"v 0 0 0\nv 1 0 0\nv nan 1 0\nf 1 2 3\n", "not finite"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n", "thing.obj"),
        (b"v 0 0 0\nv 9e9 0 0\nv 0 1 0\nf 1 2 3\n", "scale: 0.001"),
    ],
)
def test_a_broken_mesh_is_one_line(yard: Path, content: bytes, said: str) -> None:
    (yard.parent / "thing.obj").write_bytes(content)
    assert said in mesh_error(yard, "thing.obj")


def gltf(folder: Path, **changes: object) -> str:
    """A triangle as glTF with its buffer beside it, and something changed."""
    (folder / "tri.bin").write_bytes(struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0))
    tree = {
        "asset": {"version": "2.0"},
        "buffers": [{"uri": "tri.bin", "byteLength": 36}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "nodes": [{"mesh": 0}],
        "scenes": [{"nodes": [0]}],
    } | changes
    (folder / "tri.gltf").write_text(json.dumps(tree))
    return "tri.gltf"


def test_a_gltf_reads_the_buffer_beside_it(yard: Path) -> None:
    vertices, faces = meshes.load_mesh(yard.parent, gltf(yard.parent))
    assert len(faces) == 1 and vertices.max(axis=0) == pytest.approx((1, 0, 1))


def test_a_gltf_whose_nodes_form_a_loop_ends(yard: Path) -> None:
    name = gltf(yard.parent, nodes=[{"mesh": 0, "children": [1]}, {"children": [0]}])
    assert len(meshes.load_mesh(yard.parent, name)[1]) == 1


@pytest.mark.parametrize(
    "uri", ["../secret.bin", "%2e%2e/secret.bin", "/etc/passwd", "file:///etc/passwd", "https://example.org/x.bin"]
)
def test_a_gltf_reaches_nothing_outside(yard: Path, uri: str) -> None:
    folder = yard.parent / "site"
    folder.mkdir()
    (yard.parent / "secret.bin").write_bytes(bytes(36))
    with pytest.raises(meshes.MeshError, match=r"without '\.\.'"):
        meshes.load_mesh(folder, gltf(folder, buffers=[{"uri": uri, "byteLength": 36}]))


@pytest.mark.parametrize(
    "changes",
    [
        {"accessors": [{"componentType": 5126, "count": 10**12, "type": "VEC3"}]},
        {"accessors": [{"bufferView": 0, "componentType": 5126, "count": 10**6, "type": "VEC3"}] * 20},
        {"accessors": [{"bufferView": 0, "componentType": 5126, "count": -3, "type": "VEC3"}]},
        {"accessors": "none"},
        {"nodes": [{"mesh": 0}] * 20_000},
        {"bufferViews": [{"buffer": 7, "byteLength": 36}]},
    ],
    ids=["huge accessor", "many accessors", "negative", "no list", "many nodes", "no such buffer"],
)
def test_a_hostile_gltf_is_refused_at_once(yard: Path, changes: dict[str, object]) -> None:
    with pytest.raises(meshes.MeshError) as caught, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        meshes.load_mesh(yard.parent, gltf(yard.parent, **changes))
    assert "\n" not in str(caught.value)

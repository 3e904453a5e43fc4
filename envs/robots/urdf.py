"""Checks a URDF before PyBullet reads it, which says little about a broken one and fills gaps with guesses."""

import math
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np
from scipy.spatial.transform import Rotation

from patrolgym.envs.types import FloatArray

from ..records import meant

LARGEST_BYTES = 10_000_000
LARGEST_MESH_BYTES = 64_000_000
MESHES = (".obj", ".stl")
JOINTS = ("revolute", "continuous", "prismatic", "fixed", "floating", "planar")
#: Attributes that hold numbers, and how many.
_NUMBERS = {"xyz": 3, "rpy": 3, "size": 3, "scale": 3, "rgba": 4, "radius": 1, "length": 1, "effort": 1, "velocity": 1,
            "lower": 1, "upper": 1, "ixx": 1, "iyy": 1, "izz": 1, "ixy": 1, "ixz": 1, "iyz": 1}  # fmt: skip


class UrdfError(ValueError):
    """A URDF is wrong; the message is one line with file, line and what is allowed."""


@dataclass(frozen=True)
class UrdfJoint:
    """A joint: its type, the links it joins, and its frame in the parent's: position, roll-pitch-yaw, axis."""

    kind: str
    parent: str
    child: str
    xyz_m: FloatArray
    rpy_rad: FloatArray
    axis: FloatArray


@dataclass(frozen=True)
class Urdf:
    """The joints of a URDF by their names."""

    joints: dict[str, UrdfJoint]

    def place(self, joint: str, angles_rad: dict[str, float]) -> FloatArray:
        """(3,) origin of `joint` in the root link's frame when the joints named in `angles_rad` are turned."""
        above = {item.child: name for name, item in self.joints.items()}
        at, name = np.zeros(3), joint
        while True:
            item = self.joints[name]
            at = Rotation.from_euler("xyz", item.rpy_rad).apply(at) + item.xyz_m
            if item.parent not in above:
                return np.asarray(at)
            name = above[item.parent]
            at = Rotation.from_rotvec(self.joints[name].axis * angles_rad.get(name, 0.0)).apply(at)


def read_urdf(path: Path, inertia: bool = True) -> Urdf:
    """Read and check a URDF.

    Args:
        path: the file; its meshes are OBJ or STL in its own folder or beside it (`../meshes`).
        inertia: whether its inertia tensors are used and so must be physical.

    Raises:
        UrdfError: it is not XML, not a tree of links, names a mesh that is missing, or a link has no sound mass.
    """
    tree = _Tree(path)
    if tree.root.tag != "robot":
        raise tree.error(tree.root, f"the outermost element must be <robot>, got <{tree.root.tag}>")
    links = _named(tree, "link")
    joints = _named(tree, "joint")
    for node in tree.root.iter():
        _numbers(tree, node)
    for name, link in links.items():
        _mass(tree, name, link, inertia)
    for mesh in tree.root.iter("mesh"):
        _mesh(tree, mesh)
    _is_tree(tree, links, joints)
    return Urdf({name: _joint(tree, name, node) for name, node in joints.items()})


class _Tree:
    """An XML tree that knows the lines of its elements."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[ElementTree.Element, int] = {}
        builder = ElementTree.TreeBuilder()
        parser = expat.ParserCreate()

        def start(tag: str, attributes: dict[str, str]) -> None:
            self._lines[builder.start(tag, attributes)] = parser.CurrentLineNumber

        parser.StartElementHandler = start
        parser.EndElementHandler = builder.end
        try:
            if path.stat().st_size > LARGEST_BYTES:
                raise UrdfError(f"{path}: the file is larger than {LARGEST_BYTES // 1_000_000} MB")
            parser.Parse(path.read_bytes(), True)
        except OSError as error:
            raise UrdfError(f"cannot read {path}: {error.strerror}") from None
        except expat.ExpatError as error:
            raise UrdfError(f"{path}:{error.lineno}: not valid XML: {expat.ErrorString(error.code)}") from None
        self.root = builder.close()

    def error(self, node: ElementTree.Element, message: str) -> UrdfError:
        """The error that something is wrong with `node`."""
        return UrdfError(f"{self.path}:{self._lines[node]}: {message}")


def _named(tree: _Tree, tag: str) -> dict[str, ElementTree.Element]:
    """Elements of `tag` right under the root, by their names."""
    found: dict[str, ElementTree.Element] = {}
    for node in tree.root.findall(tag):
        name = node.get("name")
        if not name:
            raise tree.error(node, f"a {tag} needs a name")
        if name in found:
            raise tree.error(node, f"{tag} {name!r} is there twice")
        found[name] = node
    if not found:
        raise tree.error(tree.root, f"there is no {tag}")
    return found


def _joint(tree: _Tree, name: str, node: ElementTree.Element) -> UrdfJoint:
    def numbers(tag: str, key: str, default: str) -> FloatArray:
        part = node.find(tag)
        return np.array([float(value) for value in (default if part is None else part.get(key, default)).split()])

    axis = numbers("axis", "xyz", "1 0 0")
    length = float(np.linalg.norm(axis))
    if length == 0.0:
        raise tree.error(node, f"the axis of joint {name!r} is zero")
    ends = [getattr(node.find(tag), "attrib", {}).get("link", "") for tag in ("parent", "child")]
    origin, turn = numbers("origin", "xyz", "0 0 0"), numbers("origin", "rpy", "0 0 0")
    return UrdfJoint(node.get("type", ""), ends[0], ends[1], origin, turn, axis / length)


def _numbers(tree: _Tree, node: ElementTree.Element) -> None:
    """Whether all attributes that should be finite numbers are."""
    for name, count in _NUMBERS.items():
        text = node.get(name)
        if text is None:
            continue
        if not _finite(text, count):
            wanted = "a finite number" if count == 1 else f"{count} finite numbers"
            raise tree.error(node, f"{name} of <{node.tag}> must be {wanted}, got {text!r}")


def _finite(text: str, count: int) -> bool:
    try:
        values = [float(part) for part in text.split()]
    except ValueError:
        return False
    return len(values) == count and all(map(math.isfinite, values))


def _mass(tree: _Tree, name: str, link: ElementTree.Element, inertia: bool) -> None:
    inertial = link.find("inertial")
    mass = None if inertial is None else inertial.find("mass")
    if inertial is None or mass is None:
        raise tree.error(link, f"link {name!r} has no <inertial> with a <mass>; PyBullet would make it 1 kg")
    text = mass.get("value", "")
    if not _finite(text, 1) or not 0.0 <= float(text) <= 1e4:
        raise tree.error(mass, f"the mass of link {name!r} must be within 0..10000 kg, got {text!r}")
    tensor = inertial.find("inertia")
    if not inertia or float(text) == 0.0:
        return
    if tensor is None:
        raise tree.error(inertial, f"link {name!r} has no <inertia>; or say `urdf_inertia: false` in the robot's YAML")
    moments = np.linalg.eigvalsh(_tensor(tree, tensor, name))
    if moments[0] < 0.0 or moments[2] > (moments[0] + moments[1]) * 1.01 + 1e-9:
        shown = ", ".join(f"{moment:.3g}" for moment in moments)
        way_out = "or say `urdf_inertia: false` in the robot's YAML"
        raise tree.error(tensor, f"no body has the principal moments {shown} kg·m² of link {name!r}; {way_out}")


def _tensor(tree: _Tree, node: ElementTree.Element, name: str) -> FloatArray:
    values = {}
    for key in ("ixx", "iyy", "izz", "ixy", "ixz", "iyz"):
        if node.get(key) is None and key in ("ixx", "iyy", "izz"):
            raise tree.error(node, f"the inertia of link {name!r} lacks {key}")
        values[key] = float(node.get(key, "0"))
    xx, yy, zz, xy, xz, yz = values.values()
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def _mesh(tree: _Tree, node: ElementTree.Element) -> None:
    given = node.get("filename", "")
    if Path(given).suffix.lower() not in MESHES:
        raise tree.error(node, f"a mesh must be {' or '.join(MESHES)}, got {given!r}")
    if "://" in given or Path(given).is_absolute():
        raise tree.error(node, f"a mesh is named by its path from the URDF's folder, got {given!r}")
    folder = tree.path.parent.resolve()
    target = (folder / given).resolve()
    if not target.is_relative_to(folder.parent):
        raise tree.error(node, f"mesh {given!r} lies outside {folder.parent}")
    if not target.is_file():
        raise tree.error(node, f"there is no mesh {target}")
    if target.stat().st_size > LARGEST_MESH_BYTES:
        raise tree.error(node, f"mesh {given!r} is larger than {LARGEST_MESH_BYTES // 1_000_000} MB")


def _is_tree(tree: _Tree, links: dict[str, ElementTree.Element], joints: dict[str, ElementTree.Element]) -> None:
    """Whether the joints hang all links on one."""
    parent_of: dict[str, str] = {}
    for name, joint in joints.items():
        kind = joint.get("type", "")
        if kind not in JOINTS:
            raise tree.error(joint, f"joint {name!r} has type {kind!r}; {meant(kind, JOINTS)}")
        ends = []
        for tag in ("parent", "child"):
            end = joint.find(tag)
            link = "" if end is None else end.get("link", "")
            if link not in links:
                raise tree.error(joint, f"the {tag} of joint {name!r} is {link!r}, which is no link of the file")
            ends.append(link)
        if ends[1] in parent_of:
            raise tree.error(joint, f"link {ends[1]!r} hangs on two joints")
        parent_of[ends[1]] = ends[0]
    roots = [name for name in links if name not in parent_of]
    if len(roots) != 1:
        raise tree.error(tree.root, f"one link must hang on no joint, got {len(roots)}: {', '.join(roots) or 'none'}")
    for name in links:
        seen, at = set(), name
        while at in parent_of and at not in seen:
            seen.add(at)
            at = parent_of[at]
        if at != roots[0]:
            raise tree.error(links[name], f"link {name!r} hangs in a loop of joints")

"""How a robot looks from outside: coloured triangles of each link, read from its URDF."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from scipy.spatial.transform import Rotation

from patrolgym.envs.types import FloatArray, IntArray

Visual = tuple[FloatArray, IntArray, FloatArray]
_DEFAULT_RGB = (0.55, 0.56, 0.58)
_SECTIONS = 14


def load_visuals(urdf: Path, links: list[str]) -> list[Visual]:
    """Visuals of the named links, in their order: vertices (n, 3) in the link frame, faces (m, 3), rgb (m, 3) 0..1.

    Raises:
        ValueError: the file is not XML or a shape in it cannot be read.
    """
    try:
        root = ElementTree.parse(urdf).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise ValueError(f"cannot read the URDF {urdf}: {error}") from None
    named = {node.get("name"): _rgba(node) for node in root.findall("material")}
    found = {node.get("name"): node for node in root.findall("link")}
    return [_link(found[name], named, urdf.parent) for name in links]


def _link(link: ElementTree.Element, named: dict[str | None, FloatArray | None], folder: Path) -> Visual:
    vertices: list[FloatArray] = [np.zeros((0, 3))]
    faces: list[IntArray] = [np.zeros((0, 3), dtype=np.int64)]
    colours: list[FloatArray] = [np.zeros((0, 3))]
    count = 0
    for visual in link.findall("visual"):
        shape = visual.find("geometry")
        if shape is None or len(shape) == 0:
            continue
        corners, triangles = _shape(shape[0], folder)
        placed = corners @ _turn(visual).T + _numbers(visual.find("origin"), "xyz", (0.0, 0.0, 0.0))
        material = visual.find("material")
        colour = None if material is None else _rgba(material)
        if colour is None and material is not None:
            colour = named.get(material.get("name"))
        vertices.append(placed)
        faces.append(triangles + count)
        colours.append(np.tile(np.array(_DEFAULT_RGB) if colour is None else colour, (len(triangles), 1)))
        count += len(placed)
    return np.concatenate(vertices), np.concatenate(faces), np.concatenate(colours)


def _shape(node: ElementTree.Element, folder: Path) -> tuple[FloatArray, IntArray]:
    """Vertices (n, 3) and faces (m, 3) of one URDF geometry."""
    scale: FloatArray = np.ones(3)
    mesh: Any
    if node.tag == "box":
        mesh = trimesh.creation.box(extents=_numbers(node, "size"))
    elif node.tag == "sphere":
        mesh = trimesh.creation.icosphere(subdivisions=1, radius=float(_numbers(node, "radius")[0]))
    elif node.tag == "cylinder":
        radius, length = float(_numbers(node, "radius")[0]), float(_numbers(node, "length")[0])
        mesh = trimesh.creation.cylinder(radius=radius, height=length, sections=_SECTIONS)
    elif node.tag == "mesh":
        path = folder / node.get("filename", "")
        scale = _numbers(node, "scale", (1.0, 1.0, 1.0))
        try:
            mesh = trimesh.load(path, force="mesh", process=False, skip_materials=True)
        except (OSError, ValueError) as error:
            raise ValueError(f"cannot read the mesh {path}: {error}") from None
    else:
        raise ValueError(f"a visual may be box, sphere, cylinder or mesh, got {node.tag!r}")
    return np.asarray(mesh.vertices) * scale, np.asarray(mesh.faces)


def _turn(visual: ElementTree.Element) -> FloatArray:
    """Rotation (3, 3) of a URDF origin's roll, pitch and yaw."""
    angles = _numbers(visual.find("origin"), "rpy", (0.0, 0.0, 0.0))
    return Rotation.from_euler("xyz", angles).as_matrix()


def _rgba(material: ElementTree.Element) -> FloatArray | None:
    colour = material.find("color")
    return None if colour is None else _numbers(colour, "rgba")[:3]


def _numbers(node: ElementTree.Element | None, name: str, default: tuple[float, ...] | None = None) -> FloatArray:
    text = None if node is None else node.get(name)
    if text is None:
        if default is None:
            raise ValueError(f"a URDF visual lacks {name!r}")
        return np.array(default)
    return np.array([float(part) for part in text.split()])

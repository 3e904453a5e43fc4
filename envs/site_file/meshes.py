"""Reads mesh files that a site file names, and nothing outside the site file's folder."""

import io
import json
import struct
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import numpy as np
import trimesh
from trimesh.resolvers import Resolver

from ..types import FloatArray, IntArray

FORMATS = (".obj", ".stl", ".glb", ".gltf")
LARGEST_BYTES = 32_000_000
MOST_FACES = 200_000
_MOST_NODES = 10_000
_MOST_NUMBERS = 20_000_000
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
)
_NUMBERS_OF = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}


class MeshError(ValueError):
    """A mesh file cannot be used; the message is one line."""


def inside(folder: Path, name: str) -> Path:
    """The file `name` (a relative path with forward slashes) in `folder`.

    Raises:
        MeshError: it is absolute, leads out of the folder, passes a symbolic link, is missing or too large.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith(("/", "~")) or "\\" in name or ":" in name or "\0" in name or ".." in parts:
        raise MeshError(f"must be the relative path of a file in {folder}, without '..', got {name!r}")
    path = folder
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise MeshError(f"{path} is a symbolic link; copy the file into {folder}")
    if not path.is_file():
        raise MeshError(f"there is no file {path}")
    if path.stat().st_size > LARGEST_BYTES:
        raise MeshError(f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB")
    return path


class _Folder(Resolver):
    """Hands a glTF file its buffers, from the site file's folder only."""

    def __init__(self, folder: Path, base: PurePosixPath) -> None:
        self._folder, self._base = folder, base

    def get(self, key: str) -> bytes:
        """Content of a file named by a glTF."""
        return _content(inside(self._folder, str(self._base / unquote(key)) if key[:1] != "/" else key))

    def keys(self) -> list[str]:
        """None: nothing may be searched for."""
        return []

    def write(self, name: str, data: Any) -> None:
        """Never."""
        raise MeshError("nothing is written")

    def namespaced(self, namespace: str) -> "_Folder":
        """The same for a folder below."""
        return _Folder(self._folder, self._base / namespace)


def load_mesh(folder: Path, name: str, up: str | None = None) -> tuple[FloatArray, IntArray]:
    """Vertices (n, 3) and faces (m, 3) of a file, z up.

    Args:
        folder: of the site file; nothing outside it is read.
        name: path from there.
        up: "y" or "z"; None: what is usual for the format.

    Raises:
        MeshError: the file is not allowed, broken, empty or too large.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in FORMATS:
        raise MeshError(f"must be one of {', '.join(FORMATS)}, got {name!r}")
    path = inside(folder, name)
    data = _content(path)
    if suffix in (".glb", ".gltf"):
        _check_gltf(path, data)
    resolver = _Folder(folder, PurePosixPath(name).parent)
    try:
        scene = trimesh.load_scene(
            io.BytesIO(data), file_type=suffix[1:], resolver=resolver, process=False, skip_materials=True
        )
        shapes = {name: len(getattr(shape, "faces", ())) for name, shape in scene.geometry.items()}
        count = sum(shapes[scene.graph[node][1]] for node in scene.graph.nodes_geometry)
        if count == 0:
            raise MeshError(f"{path} holds no triangles")
        if count > MOST_FACES:
            raise MeshError(f"{path} has {count} triangles; at most {MOST_FACES} are allowed")
        mesh: Any = scene.to_mesh()
        vertices, faces = np.asarray(mesh.vertices, dtype=float), np.asarray(mesh.faces, dtype=np.int32)
    except MeshError:
        raise
    # Broken files make the readers fail in every way there is.
    except Exception as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise MeshError(f"cannot read the mesh {path}: {reason}") from None
    if not np.isfinite(vertices).all() or faces.min() < 0 or faces.max() >= len(vertices):
        raise MeshError(f"{path} holds vertices that are not finite, or triangles without vertices")
    if (up or ("y" if suffix in (".glb", ".gltf") else "z")) == "y":
        vertices = np.column_stack([vertices[:, 0], -vertices[:, 2], vertices[:, 1]])
    return vertices, faces


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    if data.startswith(_ARCHIVES):
        raise MeshError(f"{path} is an archive; unpack it")
    return data


def _check_gltf(path: Path, data: bytes) -> None:
    """Whether a glTF asks for no more memory than its size warrants."""
    try:
        header = json.loads(_header(data))
        for accessor in header.get("accessors", []):
            if not 0 <= accessor["count"] <= _MOST_NUMBERS:
                raise MeshError(f"{path} has an accessor of {accessor['count']} entries")
        numbers = sum(a["count"] * _NUMBERS_OF[a["type"]] for a in header.get("accessors", []))
        nodes = len(header.get("nodes", []))
        edges = sum(len(node.get("children", [])) for node in header.get("nodes", []))
    except MeshError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error):
        raise MeshError(f"{path} is not valid glTF") from None
    if numbers > _MOST_NUMBERS or max(nodes, edges) > _MOST_NODES:
        raise MeshError(f"{path} is too large: {numbers} numbers, {nodes} nodes")


def _header(data: bytes) -> bytes:
    """The JSON of a glTF or GLB file."""
    if not data.startswith(b"glTF"):
        return data
    length, kind = struct.unpack_from("<I4s", data, 12)
    if kind != b"JSON":
        raise ValueError("the first chunk is not JSON")
    return data[20 : 20 + length]

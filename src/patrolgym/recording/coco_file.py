"""COCO annotation files that grow on disk, and how several become one."""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import patrolgym

from .atomic import replacing
from .labels import CATEGORIES

#: (supercategory, category) -> id; ids count from 1, for several tools take 0 for the background.
CATEGORY_IDS = {
    key: number + 1 for number, key in enumerate((group, name) for group, names in CATEGORIES.items() for name in names)
}


class CocoFile:
    """A COCO file that can be read while it grows, and takes no memory for what it holds.

    Records are appended to two drafts beside it, of which `checkpoint` makes the file.

    Args:
        path: file to (over)write.
        description: for its info.
    """

    def __init__(self, path: Path, description: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._description = path, description
        self._drafts = {name: _Draft(path.with_name(f".{path.stem}.{name}")) for name in ("images", "annotations")}

    def add(self, image: Mapping[str, Any], annotations: Iterable[Mapping[str, Any]]) -> None:
        """Append one image and what it shows. Ids are given here."""
        image_id = self._drafts["images"].add(image)
        for annotation in annotations:
            self._drafts["annotations"].add({**annotation, "image_id": image_id})

    def checkpoint(self) -> None:
        """Make the file of everything so far."""
        head = {"info": info(self._description), "licenses": [], "categories": categories()}
        with replacing(self._path) as draft, draft.open("w") as file:
            file.write(json.dumps(head)[:-1])
            for name, records in self._drafts.items():
                file.write(f',\n"{name}": [\n')
                records.copy_to(file)
                file.write("\n]")
            file.write("}\n")

    def close(self) -> None:
        """Make the file and remove the drafts."""
        self.checkpoint()
        for records in self._drafts.values():
            records.remove()


class _Draft:
    """JSON records, one a line, with commas between."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w+")
        self._count = 0

    def add(self, record: Mapping[str, Any]) -> int:
        """Append a record; returns the id it was given."""
        self._count += 1
        self._file.write((",\n" if self._count > 1 else "") + json.dumps({"id": self._count, **record}))
        return self._count

    def copy_to(self, file: TextIO) -> None:
        self._file.flush()
        with self._path.open() as records:
            shutil.copyfileobj(records, file)

    def remove(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def info(description: str) -> dict[str, str]:
    """The "info" of a COCO file."""
    return {"description": description, "version": patrolgym.__version__, "contributor": "PatrolGym"}


def categories() -> list[dict[str, Any]]:
    """The "categories" of a COCO file: every anomaly class and kind of equipment, and people."""
    return [{"id": number, "name": name, "supercategory": group} for (group, name), number in CATEGORY_IDS.items()]


def join(sources: Sequence[tuple[str, Path]], path: Path, description: str) -> None:
    """Write one COCO file of several.

    Args:
        sources: (what to put before each file name, COCO file).
        path: file to write.
        description: for its info.
    """
    joined = CocoFile(path, description)
    for prefix, source in sources:
        data = json.loads(source.read_text())
        shown: dict[int, list[dict[str, Any]]] = {image["id"]: [] for image in data["images"]}
        for annotation in data["annotations"]:
            shown[annotation["image_id"]].append(annotation)
        for image in data["images"]:
            moved = {**_without_id(image), "file_name": prefix + image["file_name"]}
            joined.add(moved, map(_without_id, shown[image["id"]]))
    joined.close()


def _without_id(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "id"}

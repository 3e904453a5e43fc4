"""Files that are either wholly there or as they were before, whenever the process is killed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to instead of `path`, which it replaces when the block ends well. Folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    yield draft
    draft.replace(path)


def write_json(path: Path, data: Any) -> None:
    """Write `data` as JSON, at once."""
    with replacing(path) as draft:
        draft.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")

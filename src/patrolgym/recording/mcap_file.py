"""MCAP files: topics of Foxglove's protobuf messages and of plain JSON."""

import json
from pathlib import Path
from typing import Any

from .optional import library

#: More than ever comes between two calls of `flush`, which alone is to write chunks.
_CHUNK_BYTES = 1 << 40


class McapFile:
    """Writes an MCAP file that is whole, index and all, after each `flush`; the next one takes the place of the index.

    Args:
        path: file to (over)write.
    """

    def __init__(self, path: Path) -> None:
        writer, schema = library("mcap.writer", "mcap"), library("mcap_protobuf.schema", "mcap")
        self._register_schema = schema.register_schema
        self._file = path.open("wb")
        # The writer would repeat the summary's offsets of each time that the index was written; nobody needs them.
        self._writer = writer.Writer(self._file, chunk_size=_CHUNK_BYTES, use_summary_offsets=False)
        self._writer.start(library="patrolgym")
        self._schemas: dict[str, int] = {}
        self._channels: dict[str, int] = {}
        self._sent: dict[str, int] = {}
        self._index_at = self._file.tell()

    def write(self, topic: str, message: Any, at_ns: int) -> None:
        """Append a Foxglove message."""
        if topic not in self._channels:
            kind = type(message).DESCRIPTOR.full_name
            if kind not in self._schemas:
                self._schemas[kind] = self._register_schema(self._writer, type(message))
            self._channels[topic] = self._writer.register_channel(topic, "protobuf", self._schemas[kind])
        self._append(topic, message.SerializeToString(), at_ns)

    def write_json(self, topic: str, values: dict[str, float | str], at_ns: int) -> None:
        """Append a record of numbers and texts; the first one of a topic fixes what there is in it."""
        if topic not in self._channels:
            kinds = {name: "string" if isinstance(value, str) else "number" for name, value in values.items()}
            schema = {"type": "object", "properties": {name: {"type": kind} for name, kind in kinds.items()}}
            number = self._writer.register_schema(
                f"patrolgym.{topic.strip('/').replace('/', '.')}", "jsonschema", json.dumps(schema).encode()
            )
            self._channels[topic] = self._writer.register_channel(topic, "json", number)
        self._append(topic, json.dumps(values).encode(), at_ns)

    def _append(self, topic: str, data: bytes, at_ns: int) -> None:
        number = self._sent[topic] = self._sent.get(topic, 0) + 1
        self._writer.add_message(self._channels[topic], at_ns, data, publish_time=at_ns, sequence=number)

    def attach(self, facts: dict[str, str], name: str, media_type: str, data: bytes) -> None:
        """Append facts about the whole, and a file that goes with it; before the first `flush`."""
        self._writer.add_metadata("patrolgym", facts)
        self._writer.add_attachment(0, 0, name, media_type, data)
        self._index_at = self._file.tell()

    def flush(self) -> None:
        """Bring everything so far to disk, with an index."""
        self._file.seek(self._index_at)
        self._file.truncate()
        self._writer.flush()
        self._index_at = self._file.tell()
        self._writer.finish()
        self._file.flush()

    def close(self) -> None:
        """Flush and close; harmless when closed already."""
        if not self._file.closed:
            self.flush()
            self._file.close()

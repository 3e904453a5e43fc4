"""MCAP files: topics of Foxglove's protobuf messages and of plain JSON."""

import json
from pathlib import Path
from typing import Any

from .optional import library

#: What is written at once: the most that a killed run loses, beside what came since the last `flush`.
_CHUNK_BYTES = 256 * 1024


class McapFile:
    """Writes an MCAP file, whose chunks come to disk one by one; those of a killed run can be read.

    Args:
        path: file to (over)write.
    """

    def __init__(self, path: Path) -> None:
        writer, schema = library("mcap.writer", "mcap"), library("mcap_protobuf.schema", "mcap")
        self._register_schema = schema.register_schema
        self._file = path.open("wb")
        self._writer = writer.Writer(self._file, chunk_size=_CHUNK_BYTES)
        self._writer.start(library="patrolgym")
        self._schemas: dict[str, int] = {}
        self._channels: dict[str, int] = {}
        self._sent: dict[str, int] = {}

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
        """Append facts about the whole, and a file that goes with it. (Without either, the index would be faulty.)"""
        self._writer.add_metadata("patrolgym", facts)
        self._writer.add_attachment(0, 0, name, media_type, data)

    def flush(self) -> None:
        """Bring everything so far to disk."""
        self._writer.flush()
        self._file.flush()

    def close(self) -> None:
        """Write the index and close; harmless when closed already."""
        if not self._file.closed:
            self._writer.finish()
            self._file.close()

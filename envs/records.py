"""YAML files read into frozen dataclasses; whatever is wrong is one line that names file, line, entry and what fits."""

import difflib
import math
import re
import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml

LARGEST_BYTES = 1_000_000
LONGEST_TEXT = 1000
DEEPEST = 20
T = TypeVar("T")
#: Where an entry is: keys and list indices from the top of the file.
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Within:
    """Bounds of a number, for `Annotated[float, Within(0.0, 1.0)]`; they hold for every number of a tuple."""

    low: float
    high: float


@dataclass(frozen=True)
class Length:
    """How many entries a list may have, for `Annotated[tuple[...], Length(3, 64)]`."""

    low: int
    high: int


@dataclass(frozen=True)
class OneOf:
    """Texts that are allowed; `names` is asked when a file is read, so that what was added counts."""

    names: Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Matching:
    """A regular expression that a whole text must match, and what that means for people."""

    pattern: str
    says: str


class RecordError(ValueError):
    """A file is wrong; the message is one line with file, line and what is allowed."""


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases (they can blow a small file up)."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not allowed", event.start_mark)
        return super().compose_node(parent, index)


class Source:
    """Where a record came from: turns an entry's keys into "file:line: entry"."""

    def __init__(self, path: Path, lines: dict[Keys, int]) -> None:
        self.path = path
        self._lines = lines

    def error(self, keys: Keys, message: str) -> RecordError:
        """The error that something is wrong with the entry `keys`."""
        return RecordError(self.says(keys, message))

    def says(self, keys: Keys, message: str) -> str:
        """A line about the entry `keys`."""
        line = next((self._lines[keys[:k]] for k in range(len(keys), -1, -1) if keys[:k] in self._lines), 1)
        entry = f"{spelled(keys)}: " if keys else ""
        return f"{self.path}:{line}: {entry}{message}"


def spelled(keys: Keys) -> str:
    """An entry's keys as people write them: `equipment[2].tag`."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return text.removeprefix(".")


def meant(value: str, allowed: Sequence[str]) -> str:
    """What is allowed instead of `value`, with the likeliest first."""
    close = difflib.get_close_matches(str(value), allowed, 1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}choose from: {', '.join(map(str, allowed))}"


def read_record(path: Path, kind: type[T]) -> tuple[T, Source]:
    """Read one YAML file.

    Args:
        path: the file; at most 1 MB, plain YAML without aliases.
        kind: a frozen dataclass of numbers, texts, `Literal`s, tuples, other such dataclasses, and unions of
            dataclasses told apart by a first field `kind: Literal[...]`; bounds by `Annotated`.

    Raises:
        RecordError: the file cannot be read or does not fit `kind`.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise RecordError(f"{path}: the file is larger than {LARGEST_BYTES // 1000} kB")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise RecordError(f"cannot read {path}: {reason}") from None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RecordError(f"{path}:{mark.line + 1 if mark else 1}: not valid YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise RecordError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    source = Source(path, {(): 1})
    if root is None:
        raise source.error((), "the file is empty")
    return _Reader(source, loader).build(kind, root, ()), source


class _Reader:
    """Turns YAML nodes into records and remembers their lines."""

    def __init__(self, source: Source, loader: _Loader) -> None:
        self._source, self._loader = source, loader

    def build(self, kind: Any, node: yaml.Node, keys: Keys, bounds: tuple[Any, ...] = ()) -> Any:
        """The value of `node` as `kind`."""
        self._source._lines[keys] = node.start_mark.line + 1
        if len(keys) > DEEPEST:
            raise self._source.error(keys[:3], "is nested too deeply")
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Annotated:
            return self.build(arguments[0], node, keys, arguments[1:])
        if origin is types.UnionType or origin is typing.Union:
            return self._choice(arguments, node, keys, bounds)
        if is_dataclass(kind):
            return self._record(kind, node, keys)
        if origin is tuple:
            return self._tuple(arguments, node, keys, bounds)
        if origin is Literal:
            value = self._scalar(node, keys, str)
            if value not in arguments:
                raise self._source.error(keys, f"{value!r} is unknown; {meant(value, arguments)}")
            return value
        if kind is dict:
            return self._plain(node, keys)
        return self._bounded(self._scalar(node, keys, kind), keys, bounds)

    def _choice(self, kinds: tuple[Any, ...], node: yaml.Node, keys: Keys, bounds: tuple[Any, ...]) -> Any:
        if type(None) in kinds:
            if node.tag == "tag:yaml.org,2002:null":
                return None
            (rest,) = [kind for kind in kinds if kind is not type(None)]
            return self.build(rest, node, keys, bounds)
        named = {name: kind for kind in kinds for name in typing.get_args(typing.get_type_hints(kind)["kind"])}
        if not isinstance(node, yaml.MappingNode):
            raise self._source.error(keys, f"must be a mapping with 'kind', one of: {', '.join(named)}")
        given = [value for key, value in node.value if key.value == "kind"]
        if not given:
            raise self._source.error(keys, f"missing 'kind', one of: {', '.join(named)}")
        name = given[0].value
        if not isinstance(name, str) or name not in named:
            raise self._source.error((*keys, "kind"), f"{name!r} is unknown; {meant(str(name), list(named))}")
        return self._record(named[name], node, keys)

    def _record(self, kind: Any, node: yaml.Node, keys: Keys) -> Any:
        known: dict[str, Field[Any]] = {item.name: item for item in fields(kind)}
        if not isinstance(node, yaml.MappingNode):
            raise self._source.error(keys, f"must be a mapping with {', '.join(known)}, got {_shown(node)}")
        hints = typing.get_type_hints(kind, include_extras=True)
        values: dict[str, Any] = {}
        for key_node, value in node.value:
            key = key_node.value
            self._source._lines[(*keys, str(key))] = key_node.start_mark.line + 1
            if not isinstance(key, str) or key not in known:
                raise self._source.error((*keys, str(key)), f"unknown entry {key!r}; {meant(str(key), list(known))}")
            if key in values:
                raise self._source.error((*keys, key), "is given twice")
            values[key] = self.build(hints[key], value, (*keys, key))
        missing = [n for n, f in known.items() if f.default is f.default_factory is MISSING and n not in values]
        if missing:
            raise self._source.error(keys, f"missing {', '.join(missing)}")
        return kind(**values)

    def _tuple(self, kinds: tuple[Any, ...], node: yaml.Node, keys: Keys, bounds: tuple[Any, ...]) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            raise self._source.error(keys, f"must be a list, got {_shown(node)}")
        endless = len(kinds) == 2 and kinds[1] is Ellipsis
        if not endless and len(node.value) != len(kinds):
            raise self._source.error(keys, f"must be a list of {len(kinds)}, got {_shown(node)}")
        count = len(node.value)
        for length in (bound for bound in bounds if isinstance(bound, Length)):
            if not length.low <= count <= length.high:
                raise self._source.error(keys, f"must have {length.low} to {length.high} entries, got {count}")
        inner = kinds[:1] * count if endless else kinds
        within = tuple(bound for bound in bounds if not isinstance(bound, Length))
        pairs = zip(inner, node.value, strict=True)
        return tuple(self.build(part, item, (*keys, i), within) for i, (part, item) in enumerate(pairs))

    def _short(self, node: yaml.Node, keys: Keys) -> None:
        """Refuse endless scalars: YAML's numbers in base 60 take the square of their length."""
        if isinstance(node, yaml.ScalarNode) and len(node.value) > LONGEST_TEXT:
            raise self._source.error(keys, f"is longer than {LONGEST_TEXT} characters")
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._short(item, keys)
        if isinstance(node, yaml.MappingNode):
            for pair in node.value:
                for item in pair:
                    self._short(item, keys)

    def _scalar(self, node: yaml.Node, keys: Keys, kind: Any) -> Any:
        value: Any = None
        self._short(node, keys)
        if isinstance(node, yaml.ScalarNode):
            try:
                value = self._loader.construct_object(node)
            except (yaml.YAMLError, ValueError):
                raise self._source.error(keys, f"cannot be read: {node.tag} {_shown(node)}") from None
        if kind is float:
            value = _number(node, value)
        right = isinstance(value, kind) and isinstance(value, bool) == (kind is bool)
        if not right or (kind is float and not math.isfinite(value)):
            hint = "; put it in quotes" if kind is str and isinstance(node, yaml.ScalarNode) else ""
            raise self._source.error(keys, f"must be a {_NAMES[kind]}, got {_shown(node)}{hint}")
        return value

    def _bounded(self, value: Any, keys: Keys, bounds: tuple[Any, ...]) -> Any:
        for bound in bounds:
            if isinstance(bound, Within) and not bound.low <= value <= bound.high:
                raise self._source.error(keys, f"must be within {bound.low:g}..{bound.high:g}, got {value!r}")
            if isinstance(bound, OneOf) and value not in bound.names():
                raise self._source.error(keys, f"{value!r} is unknown; {meant(value, bound.names())}")
            if isinstance(bound, Matching) and not re.fullmatch(bound.pattern, value):
                raise self._source.error(keys, f"must be {bound.says}, got {value!r}")
        return value

    def _plain(self, node: yaml.Node, keys: Keys) -> Any:
        """A mapping of names to plain values, for entries whose names depend on something else."""
        if not isinstance(node, yaml.MappingNode):
            raise self._source.error(keys, f"must be a mapping, got {_shown(node)}")
        self._short(node, keys)
        for key_node, _ in node.value:
            self._source._lines[(*keys, str(key_node.value))] = key_node.start_mark.line + 1
        try:
            return self._loader.construct_mapping(node, deep=True)
        except yaml.YAMLError as error:
            raise self._source.error(keys, " ".join(str(error).split())) from None


_NAMES = {float: "number", int: "whole number", str: "text", bool: "true or false"}


def _number(node: yaml.Node, value: Any) -> Any:
    """YAML 1.1 takes 1e-3 for a text; people mean a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e300 else math.inf
    if isinstance(value, str) and getattr(node, "style", None) is None:
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value if len(node.value) <= 60 else node.value[:57] + "...")
    if isinstance(node, yaml.SequenceNode):
        return f"a list of {len(node.value)}"
    return "a mapping"

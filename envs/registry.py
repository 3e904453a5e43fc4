"""Named things that can be looked up, listed, and added by adding one file, or by installing a package."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Names to things of one sort. The modules of `package` register theirs when first asked for.

    Args:
        what: what one entry is called in messages, such as "anomaly".
        package: import path of the package whose modules hold the entries, one a file.
        group: entry-point group by which installed packages add entries; these may also be named "module:Class".
        adopt: turns what such a package offers into an entry; a ValueError says what is wrong with it.
    """

    def __init__(
        self, what: str, package: str, group: str | None = None, adopt: Callable[[Any], T] | None = None
    ) -> None:
        self.what = what
        self.group = group
        self._package = package
        self._adopt = adopt
        self._items: dict[str, T] = {}
        self._foreign: set[str] = set()
        self._broken: dict[str, str] = {}
        self._loaded = False

    def add(self, name: str, item: T) -> T:
        """Register `item`. The same item twice is harmless; another under a taken name is a ValueError."""
        if self._items.setdefault(name, item) is not item:
            raise ValueError(f"{self.what} {name!r} is registered already")
        return item

    def __getitem__(self, name: str) -> T:
        """The entry called `name`; an unknown name is a ValueError that lists the valid ones."""
        self._load()
        if name in self._broken:
            raise ValueError(self._broken[name])
        if self._adopt is not None and ":" in name and name not in self._items:
            self._items[name] = self._imported(name)
        if name not in self._items:
            more = ", or module:Class" if self._adopt is not None else ""
            raise ValueError(f"unknown {self.what} {name!r}; choose from: {', '.join(self.names())}{more}")
        return self._items[name]

    def names(self) -> list[str]:
        """All names, sorted; without those given as "module:Class"."""
        self._load()
        return sorted(name for name in self._items if ":" not in name)

    def values(self) -> list[T]:
        """All entries, in the order of their names."""
        return [self._items[name] for name in self.names()]

    def foreign(self) -> list[T]:
        """The entries that installed packages brought, in the order of their names."""
        return [self._items[name] for name in self.names() if name in self._foreign]

    def broken(self) -> list[str]:
        """What is wrong with entries of installed packages that cannot be used, one line each."""
        self._load()
        return [self._broken[name] for name in sorted(self._broken)]

    def _load(self) -> None:
        if self._loaded:
            return
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        self._loaded = True
        if self.group is None or self._adopt is None:
            return
        for point in entry_points(group=self.group):
            owner = f"package {point.dist.name!r}" if point.dist is not None else "a package"
            try:
                self.add(point.name, self._adopt(point.load()))
                self._foreign.add(point.name)
            # A package that does not import must not take everything else down with it.
            except Exception as error:
                reason = " ".join(str(error).split()) or type(error).__name__
                self._broken.setdefault(
                    f"{point.name} ({owner})" if point.name in self._items else point.name,
                    f"{self.what} {point.name!r} of {owner} ({point.value}) cannot be used: {reason}",
                )

    def _imported(self, name: str) -> T:
        """What "module:Class" names; the current folder is looked in as `python -m` does."""
        assert self._adopt is not None
        module, _, attribute = name.partition(":")
        here = str(Path.cwd())
        if here not in sys.path:
            sys.path.insert(0, here)
        try:
            found = importlib.import_module(module)
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise ValueError(f"cannot import {self.what} {name!r}: {reason}") from error
        if not hasattr(found, attribute):
            raise ValueError(f"cannot import {self.what} {name!r}: module {module!r} has no {attribute!r}")
        try:
            return self._adopt(getattr(found, attribute))
        except ValueError as error:
            raise ValueError(f"{self.what} {name!r} cannot be used: {error}") from None


def checked_class(found: Any, bases: tuple[type, ...]) -> type:
    """`found` if it is a complete class under one of `bases` that can be made without arguments, else a ValueError."""
    allowed = " or ".join(f"{base.__module__}.{base.__name__}" for base in bases)
    if not isinstance(found, type) or not issubclass(found, bases):
        raise ValueError(f"it must be a subclass of {allowed}, got {found!r}")
    missing = sorted(getattr(found, "__abstractmethods__", ()))
    if missing:
        raise ValueError(f"class {found.__name__} does not define {', '.join(missing)}")
    needed = [name for base in bases if issubclass(found, base) for name in inspect.get_annotations(base)]
    lacking = [name for name in needed if not hasattr(found, name)]
    if lacking:
        raise ValueError(f"class {found.__name__} has no class attribute {', '.join(lacking)}")
    try:
        inspect.signature(found).bind()
    except TypeError as error:
        raise ValueError(f"{found.__name__}() must need no arguments: {error}") from None
    return found

"""Named things that can be looked up, listed, and added by adding one file."""

import importlib
import pkgutil
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Names to things of one sort. The modules of `package` register theirs when first asked for.

    Args:
        what: what one entry is called in messages, such as "anomaly".
        package: import path of the package whose modules hold the entries, one a file.
    """

    def __init__(self, what: str, package: str) -> None:
        self.what = what
        self._package = package
        self._items: dict[str, T] = {}
        self._loaded = False

    def add(self, name: str, item: T) -> T:
        """Register `item`. The same item twice is harmless; another under a taken name is a ValueError."""
        if self._items.setdefault(name, item) is not item:
            raise ValueError(f"{self.what} {name!r} is registered already")
        return item

    def __getitem__(self, name: str) -> T:
        """The entry called `name`; an unknown name is a ValueError that lists the valid ones."""
        self._load()
        if name not in self._items:
            raise ValueError(f"unknown {self.what} {name!r}; choose from: {', '.join(self.names())}")
        return self._items[name]

    def names(self) -> list[str]:
        """All names, sorted."""
        self._load()
        return sorted(self._items)

    def values(self) -> list[T]:
        """All entries, in the order of their names."""
        return [self._items[name] for name in self.names()]

    def _load(self) -> None:
        if self._loaded:
            return
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        self._loaded = True

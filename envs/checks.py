"""Checks of what users pass to an environment; whatever is wrong is one line that says what is allowed."""

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from .types import FloatArray


def one_of(what: str, value: Any, allowed: Collection[Any]) -> None:
    """Raise a ValueError unless `value` is among `allowed`; `what` is what it is called."""
    if value not in allowed:
        raise ValueError(f"unknown {what} {value!r}; choose from: {', '.join(map(str, allowed))}")


def chosen_options(given: Mapping[str, Any] | None, allowed: Collection[str], whose: str = "") -> dict[str, Any]:
    """Options of a reset by name, None where they are not given; a ValueError where one is not among `allowed`."""
    options = dict(given or {})
    for name in options:
        one_of(f"reset option{whose}", name, allowed)
    return {name: options.get(name) for name in allowed}


def checked_action(action: FloatArray, size: int) -> FloatArray:
    """`action` cut to ±1; a ValueError where it is not `size` finite numbers."""
    array = np.asarray(action, dtype=np.float64)
    if array.shape != (size,) or not all(map(math.isfinite, array.tolist())):
        raise ValueError(f"action must be {size} finite numbers within ±1, got {action!r}")
    return np.minimum(np.maximum(array, -1.0), 1.0)

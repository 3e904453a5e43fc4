"""Spreading work."""

import math

import pytest

from patrolgym.errors import UserError
from patrolgym.parallel import RAY, spread


@pytest.mark.parametrize("workers", [1, 2])
def test_every_item_is_worked_on_once(workers: int) -> None:
    assert sorted(spread(math.sqrt, [1, 4, 9], workers)) == [1.0, 2.0, 3.0]


def test_every_item_is_worked_on_once_on_ray() -> None:
    pytest.importorskip("ray")
    assert sorted(spread(math.sqrt, [1, 4, 9], RAY)) == [1.0, 2.0, 3.0]


def test_without_ray_one_clear_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(UserError, match=r"patrolgym\[distributed\]"):
        next(spread(math.sqrt, [1], RAY))

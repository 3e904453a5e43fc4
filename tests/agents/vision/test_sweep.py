"""What each detector achieves on generated plants, in one look from a random place. Run with `-m sweep -s`."""

import pytest

from . import trials

pytestmark = pytest.mark.sweep


@pytest.mark.parametrize("split", ["val", "test"])
@pytest.mark.parametrize("name", trials.CLASSES)
def test_one_look(name: str, split: str) -> None:
    tally = trials.run(name, split, 24)
    print(f"\n{split:5s} {tally.line(name)}")
    assert tally.rate >= (0.6 if name == "liquid_spill" else 0.75)
    assert tally.precision >= 0.85

"""Detectors on generated sites: anomalies are found, look-alikes and healthy places are not reported."""

import pytest

from . import trials


@pytest.mark.parametrize("name", [*trials.SCAN_CLASSES, "missing_weld"])
def test_detectors_on_a_site(name: str) -> None:
    tally = trials.run(name, "val", 4)
    assert tally.found >= 2
    assert sum(tally.false.values()) <= 1

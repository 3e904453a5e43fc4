"""Scenarios, sizes, splits, and what is said about wrong ones."""

import pytest

from patrolgym.envs.sites.base import SITES, SIZES, SPLITS, generate, size_spec


def test_sizes_are_those_of_the_contract():
    assert {s.name: (s.width_m, s.depth_m, s.min_equipment, s.anomalies, s.time_limit_s) for s in SIZES.values()} == {
        "small": (20.0, 15.0, 12, 4, 300.0),
        "medium": (40.0, 30.0, 40, 10, 900.0),
        "large": (100.0, 60.0, 150, 20, 3600.0),
    }
    assert all(spec.distractors >= spec.anomalies for spec in SIZES.values())


def test_the_plant_is_registered():
    assert "hazardous-plant" in SITES.names()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("shopping-mall", "small", "train", 0), "hazardous-plant"),
        (("hazardous-plant", "huge", "train", 0), "small, medium, large"),
        (("hazardous-plant", "small", "dev", 0), "train, val, test"),
        (("hazardous-plant", "small", "train", -1), "at least 0"),
        (("hazardous-plant", "small", "train", 1.5), "integer"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(arguments, said):
    with pytest.raises(ValueError, match=said):
        generate(*arguments)


def test_an_unknown_size_lists_the_valid_ones():
    with pytest.raises(ValueError, match=r"'tiny'.*small, medium, large"):
        size_spec("tiny")


def test_splits_and_seeds_give_different_sites():
    sites = [generate("hazardous-plant", "small", split, seed) for split in SPLITS for seed in (0, 1)]
    ambients = {site.weather.ambient_c for site in sites}
    assert len(ambients) == len(sites)

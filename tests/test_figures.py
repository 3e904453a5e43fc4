"""What a benchmark says of its episodes."""

import json

import numpy as np
import pytest

from patrolgym.envs.anomalies.base import ANOMALIES
from patrolgym.figures import SEVERITIES, severity_third, summarise

from .scores import score


def many(count=12):
    return [score(k, (k % 3 > 0, k % 2 > 0), "day" if k < 8 else "night") for k in range(count)]


def test_the_layout_is_json_and_has_all_parts():
    result = summarise(many())
    assert list(result) == ["mean", "ci95", "by_anomaly", "by_condition", "episodes"]
    assert list(result["by_condition"]) == ["light", "air", "wind", "severity"]
    assert result["mean"].keys() == result["ci95"].keys()
    json.dumps(result, allow_nan=False)


def test_means_and_their_intervals():
    result = summarise(many())
    rates = [s["detection_rate"] for s in many()]
    low, high = result["ci95"]["detection_rate"]
    assert result["mean"]["detection_rate"] == pytest.approx(np.mean(rates))
    assert low < np.mean(rates) < high
    # Bootstrap and normal approximation agree for as many as that.
    assert high - low == pytest.approx(2 * 1.96 * np.std(rates) / np.sqrt(len(rates)), rel=0.15)


def test_what_is_unknown_is_left_out_or_none():
    result = summarise(many())
    assert result["mean"]["location_error_m"] == pytest.approx(0.1)
    assert result["mean"]["reading_error_gauge_pct_full_scale"] is None
    assert result["ci95"]["reading_error_gauge_pct_full_scale"] is None


def test_classes_have_rates_with_intervals_and_false_alarms():
    classes = summarise(many())["by_anomaly"]
    assert list(classes) == ["fire", "hot_bearing", "liquid_spill"]
    assert (classes["fire"]["present"], classes["fire"]["found"], classes["fire"]["detection_rate"]) == (12, 6, 0.5)
    low, high = classes["fire"]["ci95"]
    assert 0.1 < low < 0.5 < high < 0.9
    assert classes["liquid_spill"]["detection_rate"] is None
    assert classes["liquid_spill"]["ci95"] is None
    assert classes["liquid_spill"]["false_alarms"] == 6
    assert classes["liquid_spill"]["false_alarms_per_episode"]["mean"] == 0.5
    assert classes["fire"]["false_alarms"] == 0  # a duplicate counts nowhere


def test_the_same_episodes_give_the_same_intervals():
    assert summarise(many()) == summarise(many())


def test_conditions_hold_the_episodes_that_were_played_in_them():
    by_light = summarise(many())["by_condition"]["light"]
    assert list(by_light) == ["day", "night"]
    assert (by_light["day"]["episodes"], by_light["night"]["episodes"]) == (8, 4)
    nights = [s["detection_rate"] for s in many()[8:]]
    assert by_light["night"]["detection_rate"]["mean"] == pytest.approx(np.mean(nights))
    by_air = summarise(many())["by_condition"]["air"]
    assert {name: row["episodes"] for name, row in by_air.items()} == {"cold": 4, "mild": 8}


def test_severities_are_thirds_of_the_range_of_the_class():
    rows = summarise(many())["by_condition"]["severity"]
    assert (rows["mild"]["present"], rows["middle"]["present"], rows["gross"]["present"]) == (12, 0, 12)
    assert rows["middle"]["detection_rate"] is None


def test_a_class_of_one_severity_is_in_the_middle():
    assert severity_third("no_helmet", 1.0) == "middle"


@pytest.mark.parametrize("name", [kind.name for kind in ANOMALIES.values() if kind.severity[0] < kind.severity[1]])
def test_every_class_has_its_thirds(name):
    low, high = ANOMALIES[name].severity
    drawn = low * (high / low) ** ((np.arange(30) + 0.5) / 30)
    thirds = [severity_third(name, float(severity)) for severity in drawn]
    assert {third: thirds.count(third) for third in SEVERITIES} == dict.fromkeys(SEVERITIES, 10)
    assert severity_third(name, 0.0) == "mild"
    assert severity_third(name, 2 * high) == "gross"


def test_one_episode_is_enough():
    result = summarise([score(0)])
    assert result["ci95"]["coverage"] == pytest.approx([0.8, 0.8])

"""The page of a benchmark."""

import re

from patrolgym.figures import summarise
from patrolgym.report.bench import page

from ..scores import score

CONFIG = {
    "scenario": "hazardous-plant",
    "size": "small",
    "site": None,
    "split": "test",
    "agent": "<i>mine</i>",
    "robot": "exquad",
    "first_seed": 5,
    "episodes": 6,
    "patrolgym": "0.1.0",
}


def made() -> str:
    scores = [score(k, (True, k % 2 > 0), "night" if k > 3 else "day") for k in range(6)]
    return page({"config": CONFIG, **summarise(scores)})


def test_it_says_what_was_played_and_how_it_went():
    html = made()
    assert "sites 5 to 10 of the test split" in html
    for expected in ("Hot bearing", "Liquid spill", "night", "Gross", "coverage", "missed"):
        assert expected in html


def test_it_is_one_file_and_escapes_names():
    html = made()
    assert "<i>mine</i>" not in html
    assert "&lt;i&gt;mine&lt;/i&gt;" in html
    assert not re.search(r'(src|href)="(?!data:)', html)


def test_one_episode_and_nothing_found():
    quiet = score(0, (False, False))
    quiet["anomalies"], quiet["reports"] = [], []
    assert "Episodes" in page({"config": CONFIG, **summarise([quiet])})

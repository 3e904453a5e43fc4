"""The report as a file: what it says, that it is whole, and that names from outside cannot break it."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from patrolgym.envs.metrics.detection import Claim, Outcome
from patrolgym.envs.types import Report
from patrolgym.report.findings import cards
from patrolgym.report.page import report

from .conftest import NASTY


class Parsed(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [str(attributes[name]) for _, attributes in self.tags if name in attributes]


@pytest.fixture
def page(patrol):
    def make(**changes: Any) -> Parsed:
        return Parsed(report(patrol(**changes)))

    return make


def facts(patrol, status: str, k: int = 0) -> dict[str, str]:
    return dict([card for card in cards(patrol) if card.status == status][k].facts)


def test_every_report_and_every_missed_anomaly_has_a_mark_and_a_card(page):
    parsed = page()
    ids, marks = parsed.values("id"), parsed.values("data-key")
    wanted = {"finding-1", "finding-2", "finding-3", "missed-2", "missed-3", "event-1", "event-2"}
    assert set(marks) == wanted
    assert wanted <= set(ids)
    assert len(ids) == len(set(ids))
    assert {"#" + key for key in wanted} <= set(parsed.values("href"))


def test_statuses(patrol):
    assert [card.status for card in cards(patrol())] == ["matched", "repeat", "false", "missed", "missed"]


def test_a_found_card_says_reading_limit_standard_time_and_place(patrol):
    told = facts(patrol(), "matched")
    assert told["Reading"] == "93 °C"
    assert "80 °C" in told["Limit"]
    assert told["Normal here"].startswith("0 to 80 °C")
    assert told["Standard"] == "GB 3215"
    assert told["Confidence"] == "90 %"
    assert told["Reported"] == "at 0:30"
    assert told["Place"].startswith("x 5.0, y 10.0")
    assert told["Truth"] == "94 °C; 4 cm away"


def test_a_false_alarm_says_what_is_nearest(patrol):
    assert "the nearest problem is a fire, 6.1 m away" in facts(patrol(), "false")["Truth"]
    healthy = patrol(anomalies=(), looks=(), nearest=(), claims=patrol().claims[2:])
    assert "healthy" in facts(healthy, "false")["Truth"]


def test_a_missed_card_says_where_and_when_it_could_be_seen(patrol):
    told = facts(patrol(), "missed")
    assert told["True value"] == "0.72 MPa; severity 12 % of full scale"
    assert told["In view"] == "of 4 pictures, from 0:40 to 1:20"
    assert told["Closest look"] == "at 1:02 from 2.5 m, 310 px/m"
    assert told["Its point"] == "PI-201/gauge was served at 1:01"
    assert told["Robot nearest"] == "2.2 m at 1:02"


def test_what_was_never_in_view_says_so(patrol):
    assert facts(patrol(), "missed", 1)["In view"] == "never"


def test_a_look_from_afar_is_called_coarse(patrol):
    look = replace(patrol().looks[1], density_px_m=60.0)
    assert "too coarse" in facts(patrol(looks=(None, look, None)), "missed")["Closest look"]


def test_names_from_outside_stay_text(page):
    parsed = page()
    assert NASTY in parsed.text
    assert "<b>mine</b>" in parsed.text
    assert [tag for tag, _ in parsed.tags].count("script") == 1
    assert not parsed.values("onerror")


def test_nothing_is_loaded_from_elsewhere(patrol):
    html = report(patrol(video="patrol.mp4"))
    addresses = Parsed(html).values("src") + Parsed(html).values("href")
    assert all(re.match(r"data:|#|patrol\.mp4#t=1$", address) for address in addresses)
    assert "url(http" not in html
    assert "@import" not in html


def test_video_only_where_there_is_one(page):
    assert page(video="patrol.mp4").values("src")[-1] == "patrol.mp4#t=1"
    assert "No video was made" in page().text


def test_gases_have_their_alarm_in_percent_of_the_lower_limit(page):
    text = page().text
    assert "CH4 at the robot" in text
    assert "low alarm, 10 % LEL" in text
    assert "40.00 % of the lower explosive limit" in text
    assert "C3H8, H2, H2S, NH3" in text


def test_a_patrol_without_a_single_step_has_a_report(page):
    nothing: dict[str, Any] = dict.fromkeys(("claims", "logged", "hottest", "events", "anomalies", "looks"), ())
    parsed = page(
        **nothing,
        nearest=(),
        path_m=np.zeros((0, 2)),
        path_s=np.zeros(0),
        gas_s=np.zeros(0),
        gas_ppm=np.zeros((0, 5)),
        cells_ppm=None,
        served_s={},
        surfels_m=np.zeros((0, 3)),
        times_seen=np.zeros(0, int),
    )
    assert "Nothing was reported, and nothing was wrong" in parsed.text


def test_a_flood_of_reports_stays_small(patrol):
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    flood = [
        Claim(Report("fire", (k % 20, 3.0, 0.4), 0.5, evidence=noise), 1.0, Outcome.FALSE_ALARM, None, None)
        for k in range(1000)
    ]
    assert len(report(patrol(claims=flood))) < 5e6


def test_coverage_tells_seen_from_unseen(patrol):
    html = report(patrol())
    other = report(patrol(times_seen=np.full(400, 3)))
    (share,), (full,) = (re.findall(r'data-heat="share" href="([^"]+)"', page) for page in (html, other))
    assert share != full


def test_a_look_shows_heat_where_heat_matters(patrol):
    look = patrol().looks[1]
    warm = replace(look, heat=look.picture, heat_c=(12.0, 96.0))
    (plain,) = [card for card in cards(patrol()) if card.key == "missed-2"]
    (heated,) = [card for card in cards(patrol(looks=(None, warm, None))) if card.key == "missed-2"]
    assert len(heated.pictures) == len(plain.pictures) + 1
    assert heated.pictures[-1].caption == "Its heat: 12 °C black to 96 °C white"


def test_a_site_of_ones_own_is_called_by_its_name(patrol, page):
    named = page(score=patrol().score | {"site": "Tank farm <3"}).text
    assert "Patrol report: Tank farm <3" in named
    assert "of the val split" not in named
    assert "of the val split" in page().text

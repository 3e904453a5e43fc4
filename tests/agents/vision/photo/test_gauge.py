"""Gauges in photographs of makes that the reader was not made on."""

import cv2
import numpy as np
import pytest

from patrolgym.agents.vision.photo.base import PHOTO_KINDS, Answer, Question
from patrolgym.agents.vision.photo.face import boost
from patrolgym.agents.vision.photo.scale import Span, find_rows, roundness

from . import studio


def ask(rgb: studio.ByteArray, limits: tuple[float, float]) -> Answer:
    return PHOTO_KINDS["gauge"].read(Question(rgb, rgb[..., 0], limits))


@pytest.mark.parametrize(("make", "seed"), [("process", 0), ("night", 1), ("tilted", 2)])
def test_a_gauge_is_read_wherever_it_hangs(make: str, seed: int) -> None:
    photo = studio.photograph(studio.MAKES[make], np.random.default_rng([9, seed]), worst_tilt_deg=35.0)
    answer = ask(photo.rgb, photo.limits)
    assert not answer.refused, answer.reason
    low, high = photo.limits
    assert answer.reading == pytest.approx(photo.reading, abs=0.02 * (high - low))
    assert answer.picture.shape == photo.rgb.shape
    assert (answer.picture != photo.rgb).any()


@pytest.mark.parametrize("what", ["grey", "noise", "wheel"])
def test_what_is_no_gauge_is_refused(what: str) -> None:
    rgb = np.full((240, 320, 3), 120, np.uint8)
    if what == "noise":
        rgb = np.random.default_rng(0).integers(0, 256, rgb.shape).astype(np.uint8)
    if what == "wheel":
        cv2.circle(rgb, (160, 120), 90, (230, 230, 230), 12, cv2.LINE_AA)
        for turn in np.arange(0, 360, 60):
            way = np.array([np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))])
            cv2.line(rgb, (160, 120), tuple((np.array([160, 120]) + 85 * way).astype(int).tolist()), (230, 230, 230), 8)
    answer = ask(rgb, (0.0, 1.0))
    assert answer.refused
    assert answer.reason


def test_a_row_of_ticks_is_counted_across_a_hidden_stretch() -> None:
    signal = np.zeros(1440)
    for k in range(51):
        angle = 225.0 + 5.4 * k
        if not 300 < angle < 325:
            signal[round(angle * 4) % 1440] = 40.0
    row = find_rows(signal, 6)[0]
    assert row.spacing_deg == pytest.approx(5.4, rel=0.01)
    assert row.index[-1] - row.index[0] == 50


def test_a_tick_may_stand_exactly_upright() -> None:
    signal = np.zeros(1440)
    for k in range(41):
        signal[(900 + 27 * k) % 1440] = 40.0
        signal[(901 + 27 * k) % 1440] = 39.0
    # The first mark's middle falls a hair before 0.
    signal[[0, 1439]] = [40.0, 39.0]
    row = find_rows(signal, 6)[0]
    assert row.spacing_deg == pytest.approx(6.75, rel=0.01)


def test_a_needle_just_outside_the_scale_still_has_a_share() -> None:
    span = Span(225.0, 495.0, 50, 1.0)
    assert span.share(225.0) == pytest.approx(0.0)
    assert span.share(135.0) == pytest.approx(1.0)
    assert span.share(0.0) == pytest.approx(0.5)
    assert -0.06 < span.share(218.0) < 0
    assert np.isnan(span.share(180.0))


def test_round_divisions_are_likelier() -> None:
    assert roundness((0.0, 1.0), 50) > roundness((0.0, 1.0), 49)
    assert roundness((0.0, 1.6), 32) > roundness((0.0, 1.6), 31)


def test_a_boost_keeps_the_circle_and_moves_its_middle() -> None:
    change = boost(np.array([0.1, -0.2]))
    turns = np.linspace(0, 6, 20)
    rim = change @ np.stack([np.cos(turns), np.sin(turns), np.ones(20)])
    assert np.hypot(*(rim[:2] / rim[2])) == pytest.approx(1.0)
    middle = change @ np.array([0, 0, 1.0])
    assert middle[:2] / middle[2] == pytest.approx([0.1, -0.2])


@pytest.mark.sweep
def test_accuracy_on_unseen_makes() -> None:
    errors, sure = [], []
    for k, make in enumerate(sorted(studio.MAKES) * 6):
        photo = studio.photograph(studio.MAKES[make], np.random.default_rng([77, k]))
        answer = ask(photo.rgb, photo.limits)
        low, high = photo.limits
        errors.append(abs((answer.reading if answer.reading is not None else np.inf) - photo.reading) / (high - low))
        sure.append(not answer.refused)
    told = np.array(errors)[np.array(sure)]
    print(f"\nanswered {len(told)} of {len(errors)}: median {np.median(told):.2%}, 95th percentile ", end="")
    print(f"{np.percentile(told, 95):.2%}, beyond 5 %: {int((told > 0.05).sum())}")
    assert len(told) >= 0.8 * len(errors)
    assert np.median(told) <= 0.015
    assert np.percentile(told, 95) <= 0.05

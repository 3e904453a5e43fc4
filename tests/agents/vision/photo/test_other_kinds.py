"""What else can be read in one photograph."""

import cv2
import numpy as np
import pytest

from patrolgym.agents.vision.photo.base import PHOTO_KINDS, Question


def test_a_level_in_a_framed_glass() -> None:
    rgb = np.full((300, 200, 3), (180, 180, 170), np.uint8)
    cv2.rectangle(rgb, (80, 40), (119, 239), (215, 225, 225), -1)
    cv2.rectangle(rgb, (80, 160), (119, 239), (90, 70, 30), -1)
    noisy = np.clip(rgb + np.random.default_rng(0).normal(0, 5, rgb.shape), 0, 255).astype(np.uint8)
    answer = PHOTO_KINDS["level"].read(Question(noisy, noisy[..., 0], None, (80, 40, 120, 240)))
    assert not answer.refused
    assert answer.reading == pytest.approx(40.0, abs=1.5)
    litres = PHOTO_KINDS["level"].read(Question(noisy, noisy[..., 0], (0.0, 5.0), (80, 40, 120, 240)))
    assert litres.reading == pytest.approx(2.0, abs=0.08)


def test_a_glass_of_one_colour_is_refused() -> None:
    rgb = np.full((300, 200, 3), 150, np.uint8)
    assert PHOTO_KINDS["level"].read(Question(rgb, rgb[..., 0], None, (80, 40, 120, 240))).refused


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_the_hottest_spot_of_a_thermal_picture(depth: type) -> None:
    white = np.iinfo(depth).max
    warmth = np.full((120, 160), 0.3)
    warmth[60:66, 80:86] = 0.8
    warmth[10, 10] = 1.0  # a dead pixel
    levels = (warmth * white).astype(depth)
    rgb = np.repeat((warmth * 255).astype(np.uint8)[..., None], 3, axis=2)
    answer = PHOTO_KINDS["hotspot"].read(Question(rgb, levels, (0.0, 100.0)))
    assert not answer.refused
    assert answer.reading == pytest.approx(80.0, abs=0.5)


def test_a_coloured_or_burnt_thermal_picture_is_refused() -> None:
    rgb = np.zeros((60, 80, 3), np.uint8)
    rgb[..., 0] = 200
    assert PHOTO_KINDS["hotspot"].read(Question(rgb, rgb[..., 0], (0.0, 100.0))).refused
    burnt = np.full((60, 80, 3), 255, np.uint8)
    assert PHOTO_KINDS["hotspot"].read(Question(burnt, burnt[..., 0], (0.0, 100.0))).refused

"""Text on pictures."""

import numpy as np
import pytest

from patrolgym.recording.text import SIZES, draw, fit, width

WHITE = (255, 255, 255)


def inked(text, x=100.0, **kwargs):
    image = np.zeros((60, 200, 3), np.uint8)
    draw(image, x, 30, text, WHITE, **kwargs)
    return np.nonzero(image.max(axis=2))


@pytest.mark.parametrize("size", SIZES)
def test_capitals_stand_around_their_middle_line(size):
    rows, _ = inked("H", size=size)
    assert abs((rows.min() + rows.max()) / 2 - 30) <= 1.5
    assert rows.max() - rows.min() + 1 == pytest.approx(0.73 * size, abs=1.5)


def test_alignment():
    left, centre, right = (inked("Hello", align=align)[1] for align in ("left", "centre", "right"))
    assert left.min() >= 100 >= right.max()
    assert abs((centre.min() + centre.max()) / 2 - 100) <= 2


def test_cut_off_at_the_borders_without_error():
    image = np.zeros((10, 10, 3), np.uint8)
    for x, y in ((-5, 5), (8, 5), (5, -3), (5, 12), (500, 500)):
        draw(image, x, y, "Wide text", WHITE, 24)
    assert image.any()


def test_fit_shortens_only_what_is_too_wide():
    assert fit("short", 200) == "short"
    text = fit("a long sentence about a pump", 80)
    assert text.endswith("…")
    assert width(text) <= 80


def test_unknown_characters_become_question_marks():
    assert np.array_equal(inked("漢"), inked("?"))


def test_halo_surrounds_the_letters():
    image = np.full((40, 60, 3), 128, np.uint8)
    draw(image, 10, 20, "I", WHITE, 17, halo=(0, 0, 0))
    assert image.max() == 255
    assert image.min() == 0


def test_unknown_size_names_the_known_ones():
    with pytest.raises(ValueError, match=r"12, 14, 17, 24.*13"):
        width("x", 13)

import cv2
import numpy as np
import pytest

from patrolgym.envs.site import artwork
from patrolgym.envs.site.equipment.base import KINDS


@pytest.mark.parametrize("style", artwork.DIALS)
def test_dial_has_a_tick_at_every_figure_and_a_clear_middle(style: str) -> None:
    image = artwork.dial(style, (0.0, 10.0), 5, "bar", (3.0, 6.0), "NORDA")
    assert image.shape == (artwork.DIAL_PX, artwork.DIAL_PX, 3)
    assert not image.flags.writeable
    look = artwork.DIALS[style]
    middle = 0.5 * artwork.DIAL_PX
    for share in np.linspace(0.0, 1.0, 6):
        angle = np.radians(look.zero_deg + look.span_deg * share)
        radius = middle * (look.tick_radius + (-0.06 if look.inward else 0.06))
        x, y = round(middle + radius * np.sin(angle)), round(middle - radius * np.cos(angle))
        spot = image[y - 1 : y + 2, x - 1 : x + 2].astype(float)
        assert np.abs(spot - look.face).max() > 60
    hub = image[int(middle) - 5 : int(middle) + 5, int(middle) - 5 : int(middle) + 5]
    assert (hub == look.face).all()


def test_test_split_has_faces_of_its_own() -> None:
    assert set(artwork.HELD_OUT_FACES).isdisjoint(artwork.COMMON_FACES)
    assert set(artwork.HELD_OUT_FACES) | set(artwork.COMMON_FACES) == set(artwork.DIALS)


def test_equal_pictures_are_shared() -> None:
    args = ("classic", (0.0, 10.0), 5, "bar", (3.0, 6.0), "NORDA")
    assert artwork.dial(*args) is artwork.dial(*args)


@pytest.mark.parametrize("name", KINDS.names())
def test_tag_plates_are_legible_at_250_px_a_metre(name: str) -> None:
    """The plate, seen at 250 px/m, keeps its strokes: ink and ground stay well apart."""
    tag = f"{KINDS[name].prefix}-101"
    e = KINDS[name].make(tag, (0.0, 0.0, 0.0), 0.0, np.random.default_rng(0), {})
    plates = [p for p in KINDS[name].parts(e) if p.decal is not None and p.decal.image.shape == (64, 160, 3)]
    assert plates
    part = plates[0]
    assert part.decal is not None
    extent = float(np.ptp(part.vertices_m[:, :2], axis=0).max())
    small = cv2.resize(part.decal.image, (round(250 * extent), round(100 * extent)), interpolation=cv2.INTER_AREA)
    grey = small.astype(float).mean(axis=2)[2:-2, 2:-2]
    assert round(100 * extent) >= 13
    assert np.percentile(grey, 97) - np.percentile(grey, 3) > 90


def test_unknown_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="exit"):
        artwork.sign("nonsense")

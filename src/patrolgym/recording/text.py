"""Anti-aliased text on pictures, from the glyphs in `assets/fonts` (OpenCV's stroke fonts read badly when small)."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np

from patrolgym.envs.types import ByteArray, IntArray

SIZES = (12, 14, 17, 24)
Colour = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class _Font:
    glyphs: ByteArray
    starts: IntArray
    ascent: int
    index: dict[str, int]


def draw(
    image: ByteArray,
    x: float,
    y: float,
    text: str,
    colour: Colour,
    size: int = 14,
    *,
    bold: bool = False,
    align: Literal["left", "centre", "right"] = "left",
    halo: Colour | None = None,
) -> None:
    """Write `text` on an (h, w, 3) image in place; what falls outside is cut off.

    Args:
        image: uint8 RGB.
        x: left end, middle or right end of the text, by `align`.
        y: middle of the capital letters.
        text: characters that the font lacks are drawn as "?".
        colour: RGB 0..255.
        size: one of `SIZES`.
        bold: the bold weight.
        align: what `x` means.
        halo: colour of a one-pixel outline that keeps text legible on a picture.
    """
    mask = _mask(text, size, bold)
    shift = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
    left = round(x - shift * mask.shape[1])
    top = round(y - _font(size, bold).ascent + 0.36 * size)
    if halo is not None:
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            _blend(image, left + dx, top + dy, mask, halo)
    _blend(image, left, top, mask, colour)


def width(text: str, size: int = 14, *, bold: bool = False) -> int:
    """Width of `text` in pixels."""
    return int(_mask(text, size, bold).shape[1])


def fit(text: str, width_px: int, size: int = 14, *, bold: bool = False) -> str:
    """`text`, shortened with an ellipsis where it is wider than `width_px`."""
    if width(text, size, bold=bold) <= width_px:
        return text
    kept = len(text)
    while kept and width(text[:kept].rstrip() + "…", size, bold=bold) > width_px:
        kept -= 1
    return text[:kept].rstrip() + "…"


@lru_cache
def _font(size: int, bold: bool) -> _Font:
    if size not in SIZES:
        raise ValueError(f"text size must be one of {SIZES}, got {size}")
    with (
        (files("patrolgym.assets") / "fonts" / "dejavu_sans_condensed.npz").open("rb") as stored,
        np.load(stored) as data,
    ):
        name = f"{'bold' if bold else 'regular'}_{size}"
        index = {character: k for k, character in enumerate(str(data["characters"]))}
        return _Font(data[name], data[f"{name}_starts"], int(data[f"{name}_ascent"]), index)


@lru_cache(maxsize=4096)
def _mask(text: str, size: int, bold: bool) -> ByteArray:
    """(h, w) opacity of a whole text; texts repeat from frame to frame, so they are kept."""
    font = _font(size, bold)
    places = [font.index.get(character, font.index["?"]) for character in text]
    glyphs = [font.glyphs[:, font.starts[k] : font.starts[k + 1]] for k in places]
    return np.concatenate(glyphs, axis=1) if glyphs else font.glyphs[:, :0]


def _blend(image: ByteArray, left: int, top: int, mask: ByteArray, colour: Colour) -> None:
    height, width_px = image.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + mask.shape[1], width_px), min(top + mask.shape[0], height)
    if x0 >= x1 or y0 >= y1:
        return
    opacity = mask[y0 - top : y1 - top, x0 - left : x1 - left, None].astype(np.uint16)
    under = image[y0:y1, x0:x1]
    under[:] = (under * (255 - opacity) + np.array(colour, np.uint16) * opacity + 127) // 255

"""Many small pictures, each with ever smaller copies, in one big one, so that all pixels are looked up in one call."""

from collections.abc import Sequence

import cv2
import numpy as np

from ..types import ByteArray, FloatArray, IntArray

#: Copies of each picture: full size, half, quarter …
LEVELS = 8
_WIDTH_PX = 2048
_BORDER_PX = 1
#: Row length of the look-up maps: cv2.remap takes no side above 32,767.
_ROW = 1024


class Atlas:
    """Pictures packed in rows.

    Args:
        pictures: (h, w, 3) uint8 each, at most 2046 px wide.
        wrap: bilinear look-ups at a border continue on the opposite side (tiles) instead of stopping there.

    Attributes:
        size: (2, k) width and height of each picture in texels.
    """

    def __init__(self, pictures: Sequence[ByteArray], wrap: bool) -> None:
        for picture in pictures:
            if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or picture.shape[1] > 2046:
                raise ValueError(f"a picture must be (h, w <= 2046, 3) uint8, got {picture.shape} {picture.dtype}")
        self.size: FloatArray = np.array([p.shape[1::-1] for p in pictures], np.float32).reshape(-1, 2).T
        edge = cv2.BORDER_WRAP if wrap else cv2.BORDER_REPLICATE
        copies = [copy for picture in pictures for copy in _smaller_copies(picture)]
        places = _pack([copy.shape[:2] for copy in copies])
        height = max((y + c.shape[0] + 2 * _BORDER_PX for (_, y), c in zip(places, copies, strict=True)), default=1)
        self._image = np.zeros((height, _WIDTH_PX, 3), np.uint8)
        for (x, y), copy in zip(places, copies, strict=True):
            framed = cv2.copyMakeBorder(copy, *(_BORDER_PX,) * 4, edge)
            self._image[y : y + framed.shape[0], x : x + framed.shape[1]] = framed
        # Half a texel goes: texel centres lie at half-integer texture coordinates, at integer ones for cv2.remap.
        corner = np.array(places, np.float32).reshape(-1, 2) + _BORDER_PX - 0.5
        size = np.array([copy.shape[1::-1] for copy in copies], np.float32).reshape(-1, 2)
        # A row of four floats (left, top, width, height) is gathered as fast as a single one.
        self._place = np.concatenate([corner, size], axis=1)

    def sample(self, index: IntArray, s: FloatArray, t: FloatArray, texels_per_pixel: FloatArray) -> ByteArray:
        """Colours (n, 3) uint8 of pictures `index` (n,) at (s, t), each 0..1 from the top left, bilinear.

        `texels_per_pixel` (n,) chooses the copy: the one whose texels come nearest to one a pixel.
        """
        count = len(index)
        if not count:
            return np.zeros((0, 3), np.uint8)
        # The exponent of a float is its logarithm rounded down; the factor makes that a rounding to nearest.
        copy = (texels_per_pixel * np.float32(np.sqrt(2.0))).view(np.int32)
        copy >>= 23
        np.clip(copy, 127, 126 + LEVELS, out=copy)
        copy -= 127
        place = self._place.take(index * LEVELS + copy, axis=0, mode="clip")
        rows = -(-count // _ROW)
        x, y = np.zeros((2, rows * _ROW), np.float32)
        np.multiply(s, place[:, 2], out=x[:count])
        x[:count] += place[:, 0]
        np.multiply(t, place[:, 3], out=y[:count])
        y[:count] += place[:, 1]
        colours = cv2.remap(self._image, x.reshape(rows, _ROW), y.reshape(rows, _ROW), cv2.INTER_LINEAR)
        return np.asarray(colours, np.uint8).reshape(-1, 3)[:count]


def _smaller_copies(picture: ByteArray) -> list[ByteArray]:
    copies: list[ByteArray] = [picture]
    for _ in range(LEVELS - 1):
        height, width = copies[-1].shape[:2]
        smaller = (max(width // 2, 1), max(height // 2, 1))
        copies.append(np.asarray(cv2.resize(copies[-1], smaller, interpolation=cv2.INTER_AREA), np.uint8))
    return copies


def _pack(sizes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Top left corners for framed pictures of (height, width), in shelves from the tallest to the lowest."""
    places = [(0, 0)] * len(sizes)
    x = y = shelf = 0
    for i in sorted(range(len(sizes)), key=lambda i: (-sizes[i][0], i)):
        height, width = (side + 2 * _BORDER_PX for side in sizes[i])
        if x + width > _WIDTH_PX:
            x, y, shelf = 0, y + shelf, 0
        places[i] = (x, y)
        x += width
        shelf = max(shelf, height)
    return places

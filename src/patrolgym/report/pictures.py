"""Pictures inside the page: encoded, and as `data:` addresses so that one file holds everything."""

import base64

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray


def png(rgba: ByteArray) -> bytes:
    """An (h, w, 4) RGBA picture as PNG."""
    done, data = cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA), (cv2.IMWRITE_PNG_COMPRESSION, 9))
    assert done
    return data.tobytes()


def shrunk(rgb: ByteArray, side_px: int) -> ByteArray:
    """The picture with no side longer than `side_px`."""
    factor = side_px / max(rgb.shape[:2])
    if factor >= 1.0:
        return rgb
    size = [max(round(factor * length), 1) for length in rgb.shape[1::-1]]
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def address(picture: bytes) -> str:
    """A `data:` address of an encoded JPEG or PNG picture."""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"

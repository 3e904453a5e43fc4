"""Statistics by which LeRobot normalises: of columns, of pictures, and of several episodes together."""

from collections.abc import Sequence

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray, FloatArray, IntArray

#: Name of a statistic -> its value; of columns (n,), of pictures (channels, 1, 1), the count (1,).
Stats = dict[str, FloatArray]
_QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}


def column_stats(values: FloatArray) -> Stats:
    """Of (rows, n) values."""
    quantiles = np.quantile(values, list(_QUANTILES.values()), axis=0)
    return {
        "min": values.min(axis=0),
        "max": values.max(axis=0),
        "mean": values.mean(axis=0),
        "std": values.std(axis=0),
        "count": np.array([len(values)]),
        **dict(zip(_QUANTILES, quantiles, strict=True)),
    }


class PictureStats:
    """Gathers the statistics of (h, w, 3) uint8 pictures, as values 0..1, in memory that does not grow."""

    def __init__(self) -> None:
        self._pictures = 0
        self._pixels: IntArray = np.zeros((3, 256), np.int64)

    def add(self, picture: ByteArray) -> None:
        """Take in a picture."""
        self._pictures += 1
        for channel, pixels in enumerate(self._pixels):
            pixels += cv2.calcHist([picture], [channel], None, [256], [0, 256]).ravel().astype(np.int64)

    def stats(self) -> Stats:
        """Of all so far; at least one."""
        level = np.arange(256) / 255.0
        share = self._pixels / self._pixels.sum(axis=1, keepdims=True)
        mean = share @ level
        up_to = share.cumsum(axis=1)
        found: Stats = {
            "min": level[np.argmax(share > 0, axis=1)],
            "max": level[255 - np.argmax(share[:, ::-1] > 0, axis=1)],
            "mean": mean,
            "std": np.sqrt(np.maximum(share @ level**2 - mean**2, 0.0)),
            **{name: level[np.argmax(up_to >= quantile - 1e-12, axis=1)] for name, quantile in _QUANTILES.items()},
        }
        return {name: value.reshape(3, 1, 1) for name, value in found.items()} | {"count": np.array([self._pictures])}


def joint_stats(several: Sequence[Stats]) -> Stats:
    """Of several episodes. As in LeRobot, their quantiles are averaged, weighted by their counts."""
    weight = np.array([stats["count"][0] for stats in several], float)
    weight /= weight.sum()

    def averaged(values: Sequence[FloatArray]) -> FloatArray:
        return np.asarray(np.tensordot(weight, np.stack(values), axes=1))

    mean = averaged([stats["mean"] for stats in several])
    variance = averaged([stats["std"] ** 2 + (stats["mean"] - mean) ** 2 for stats in several])
    return {
        "min": np.min([stats["min"] for stats in several], axis=0),
        "max": np.max([stats["max"] for stats in several], axis=0),
        "mean": mean,
        "std": np.sqrt(variance),
        "count": np.sum([stats["count"] for stats in several], axis=0),
        **{name: averaged([stats[name] for stats in several]) for name in _QUANTILES},
    }

"""Statistics for LeRobot against plain numpy."""

import numpy as np
import pytest

from patrolgym.recording.lerobot_stats import PictureStats, column_stats, joint_stats

RNG = np.random.default_rng(0)


def test_picture_statistics_are_those_of_all_pixels():
    pictures = RNG.integers(10, 240, (3, 24, 32, 3), dtype=np.uint8)
    gathered = PictureStats()
    for picture in pictures:
        gathered.add(picture)
    found = gathered.stats()
    pixels = pictures.reshape(-1, 3) / 255.0
    assert found["mean"].shape == (3, 1, 1)
    assert found["count"].tolist() == [3]
    for name, wanted in (
        ("mean", pixels.mean(0)),
        ("std", pixels.std(0)),
        ("min", pixels.min(0)),
        ("max", pixels.max(0)),
    ):
        np.testing.assert_allclose(found[name].ravel(), wanted, atol=1e-9)
    np.testing.assert_allclose(found["q90"].ravel(), np.quantile(pixels, 0.9, axis=0), atol=1 / 255)


def test_joint_statistics_are_those_of_all_rows():
    parts = [RNG.normal(k, 1 + k, (50 + 100 * k, 4)) for k in range(3)]
    joint, whole = joint_stats([column_stats(part) for part in parts]), column_stats(np.concatenate(parts))
    for name in ("min", "max", "mean", "std", "count"):
        np.testing.assert_allclose(joint[name], whole[name])


@pytest.mark.parametrize("quantile", ["q01", "q99"])
def test_joint_quantiles_lie_between_those_of_the_parts(quantile):
    several = [column_stats(RNG.normal(k, 1.0, (200, 2))) for k in range(2)]
    low, high = sorted((stats[quantile] for stats in several), key=lambda q: q[0])
    assert (low <= joint_stats(several)[quantile]).all()
    assert (joint_stats(several)[quantile] <= high).all()

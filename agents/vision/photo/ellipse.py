"""Ellipses in a photograph: where round things seen at an angle may lie."""

from dataclasses import dataclass

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray, FloatArray

#: Side of the picture in which outlines are looked for.
_SEARCH_PX = 640
_SAMPLES = 180
#: Lengths of contour pieces that are tried as arcs, pixels of the search picture.
_PIECES_PX = (48, 110, 240)
_LEAST_RATIO = 0.4
_MOST_SEEDS = 400
#: Outlines nearer to each other than this share of their size are one.
_SAME = 0.045


@dataclass(frozen=True)
class Ellipse:
    """An ellipse: centre (column, row), half axes in pixels, angle of the first axis (radians, clockwise), support.

    `support` is the share of its outline, 0..1, that lies on edges across it.
    """

    x: float
    y: float
    a: float
    b: float
    turn: float
    support: float = 0.0

    @property
    def radius(self) -> float:
        """Geometric mean of the half axes."""
        return float(np.sqrt(self.a * self.b))

    def affine(self) -> FloatArray:
        """(3, 3) from the unit circle's plane to pixels, up staying up: the root of the ellipse's shape matrix."""
        c, s = np.cos(self.turn), np.sin(self.turn)
        axes = np.array([[c, -s], [s, c]])
        shape = axes @ np.diag([self.a, self.b]) @ axes.T
        return np.array([[shape[0, 0], shape[0, 1], self.x], [shape[1, 0], shape[1, 1], self.y], [0.0, 0.0, 1.0]])

    def scaled(self, factor: float) -> "Ellipse":
        """The same ellipse in a picture `factor` times as large."""
        x, y = (self.x + 0.5) * factor - 0.5, (self.y + 0.5) * factor - 0.5
        return Ellipse(x, y, self.a * factor, self.b * factor, self.turn, self.support)


def find_ellipses(rgb: ByteArray, most: int = 14) -> list[Ellipse]:
    """Outlines of round things, the best supported first.

    Pieces of contours give seeds; each is pulled to the edges around it and kept if enough of its outline is edge.

    Args:
        rgb: (h, w, 3) photograph.
        most: how many to give at most.
    """
    factor = min(1.0, _SEARCH_PX / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else rgb
    smooth = np.asarray(cv2.GaussianBlur(small, (0, 0), 1.2), dtype=np.uint8)
    gradient = _gradient(smooth)
    found: list[Ellipse] = []
    for seed in _seeds(smooth):
        if any(_alike(seed, other, 0.4 * _SAME) for other in found):
            continue
        ellipse = _pulled(gradient, seed)
        if ellipse is not None and not any(_alike(ellipse, other, 0.4 * _SAME) for other in found):
            found.append(ellipse)
    found.sort(key=lambda e: -e.support * e.radius**0.25)
    kept: list[Ellipse] = []
    for ellipse in found:
        if len(kept) < most and not any(_alike(ellipse, other, _SAME) for other in kept):
            kept.append(ellipse)
    return [ellipse.scaled(1 / factor) for ellipse in kept]


def _gradient(smooth: ByteArray) -> FloatArray:
    """(h, w, 2) gradient of the colour channel that changes most, over its local level of edges."""
    gx = np.stack([cv2.Sobel(smooth[..., k], cv2.CV_32F, 1, 0) for k in range(3)], axis=-1)
    gy = np.stack([cv2.Sobel(smooth[..., k], cv2.CV_32F, 0, 1) for k in range(3)], axis=-1)
    strongest = np.argmax(gx * gx + gy * gy, axis=-1)[..., None]
    both = np.concatenate([np.take_along_axis(g, strongest, -1) for g in (gx, gy)], axis=-1)
    size = np.linalg.norm(both, axis=-1)
    return np.asarray(both / (cv2.blur(size, (31, 31)) + 12.0)[..., None], dtype=np.float32)


def _seeds(smooth: ByteArray) -> list[Ellipse]:
    """Ellipses through pieces of contours, of edges and of the borders of light and dark areas."""
    grey = cv2.cvtColor(smooth, cv2.COLOR_RGB2GRAY)
    maps = [cv2.Canny(grey, low, 2.2 * low) for low in (25, 60)]
    seeds: list[Ellipse] = []
    for edges in maps:
        for contour in cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]:
            seeds += _arcs(contour[:, 0].astype(np.float32), grey.shape)
    for level in range(24, 250, 18):
        mask = cv2.morphologyEx((grey > level).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        for contour in cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0]:
            if len(contour) > 90:
                hull = cv2.convexHull(contour)[:, 0].astype(np.float32)
                ellipse = _fit(hull, grey.shape) if len(hull) >= 8 else None
                if ellipse is not None and cv2.contourArea(hull) > 0.9 * np.pi * ellipse.a * ellipse.b:
                    seeds.append(ellipse)
    # The longest arcs first, so that the best seed of an outline is the one that is pulled.
    seeds.sort(key=lambda e: -e.support)
    return seeds[:_MOST_SEEDS]


def _arcs(chain: FloatArray, shape: tuple[int, ...]) -> list[Ellipse]:
    """Ellipses through pieces of one chain (n, 2)."""
    seeds = []
    for length in (*_PIECES_PX, len(chain)):
        if len(chain) < length or length < _PIECES_PX[0]:
            continue
        for start in range(0, len(chain) - length + 1, max(length // 2, 1)):
            piece = chain[start : start + length]
            ellipse = _fit(piece, shape)
            if ellipse is not None and _misfit(ellipse, piece) < max(0.8, 0.012 * ellipse.radius):
                seeds.append(ellipse)
    return seeds


def _fit(points: FloatArray, shape: tuple[int, ...]) -> Ellipse | None:
    """The ellipse through points, None where it is no sensible dial; support is the share of its outline they cover."""
    (x, y), (width, height), degrees = cv2.fitEllipseDirect(points.reshape(-1, 1, 2))
    if not np.isfinite([x, y, width, height]).all() or min(width, height) < 24:
        return None
    a, b = width / 2, height / 2
    if min(a, b) < _LEAST_RATIO * max(a, b) or max(a, b) > 0.8 * max(shape[:2]):
        return None
    if not (0 < x < shape[1] and 0 < y < shape[0]):
        return None
    around = np.arctan2(points[:, 1] - y, points[:, 0] - x)
    covered = len(np.unique((around * 30 / np.pi).astype(int))) / 60
    return Ellipse(x, y, a, b, float(np.deg2rad(degrees)), covered) if covered > 0.1 else None


def _misfit(ellipse: Ellipse, points: FloatArray) -> float:
    """Root mean square distance of points from the outline, pixels (to first order)."""
    local = np.linalg.inv(ellipse.affine()) @ np.column_stack([points, np.ones(len(points))]).T
    return float(np.sqrt(np.mean((np.hypot(local[0], local[1]) - 1) ** 2))) * ellipse.radius


def _pulled(gradient: FloatArray, seed: Ellipse) -> Ellipse | None:
    """The seed pulled to the edges that run along it; None where too few do."""
    ellipse = seed
    turns = np.arange(_SAMPLES) * 2 * np.pi / _SAMPLES
    circle = np.stack([np.cos(turns), np.sin(turns), np.ones(_SAMPLES)])
    for reach in (0.08, 0.05, 0.03, 0.03):
        frame = ellipse.affine()
        place = (frame @ circle)[:2].T
        normal = (np.linalg.inv(frame[:2, :2]).T @ circle[:2]).T
        normal /= np.linalg.norm(normal, axis=1)[:, None]
        steps = np.arange(-9, 10) / 9 * max(reach * ellipse.radius, 2.5)
        at = (place[:, None] + steps[None, :, None] * normal[:, None]).astype(np.float32)
        seen = cv2.remap(gradient, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))
        across = np.abs((seen * normal[:, None]).sum(axis=-1))
        straight = across / (np.linalg.norm(seen, axis=-1) + 0.2)
        strength = across * straight**2 * np.exp(-0.5 * (steps / steps[-1] / 0.6) ** 2)
        best = np.argmax(strength, axis=1)
        good = strength[np.arange(_SAMPLES), best] > 0.55
        support = float(good.mean())
        if good.sum() < 40:
            return None
        fitted = _fit(at[np.arange(_SAMPLES), best][good], gradient.shape)
        if fitted is None:
            return None
        ellipse = Ellipse(fitted.x, fitted.y, fitted.a, fitted.b, fitted.turn, support)
    return ellipse if ellipse.support > 0.35 else None


def _alike(one: Ellipse, other: Ellipse, share: float) -> bool:
    """Whether two outlines are the same to `share` of their size."""
    slack = share * min(one.radius, other.radius)
    apart = np.hypot(one.x - other.x, one.y - other.y)
    return bool(apart < slack and np.abs(one.affine() - other.affine())[:2, :2].max() < slack)

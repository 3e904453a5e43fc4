"""The plane of a dial: from the outline in the photograph to the face seen head-on, its scale's ring at radius 1."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray, FloatArray

from .ellipse import Ellipse

#: The face is looked at up to this many times its outline's radius.
REACH = 1.3
_SHARPEST_PX, _COARSEST_PX = 300, 80
_ANGLES = 1440
#: Widest thing along the circle that can be a tick, degrees; the least length of a tick, shares of the radius.
_TICK_DEG, _TICK_LENGTH = 7.0, 0.028
#: How far to either side of a ring's curve ticks are, and are no more, in radii.
_INSIDE, _OUTSIDE = 0.025, 0.03


@dataclass(frozen=True, eq=False)
class Face:
    """A way to look at a dial head-on.

    Attributes:
        rgb: (h, w, 3) photograph.
        frame: (3, 3) homography from the dial's plane (x right, y down, in radii) to pixels of the photograph.
        radius_px: radius of the unit circle in the photograph, geometric mean.
    """

    rgb: ByteArray
    frame: FloatArray
    radius_px: float

    @staticmethod
    def of(rgb: ByteArray, ellipse: Ellipse) -> "Face":
        """The first guess: the outline is a circle seen from far away."""
        return Face(rgb, ellipse.affine(), ellipse.radius)

    def through(self, change: FloatArray, scale: float = 1.0) -> "Face":
        """The face seen through `change`, (3, 3) from the new plane to the old; `scale` new radii in old ones."""
        return replace(self, frame=self.frame @ change, radius_px=self.radius_px * scale)

    @property
    def fine_px(self) -> int:
        """Pixels a radius at which the head-on picture loses nothing."""
        return int(np.clip(1.2 * self.radius_px, _COARSEST_PX, _SHARPEST_PX))

    def head_on(self, reach: float = REACH) -> ByteArray:
        """(n, n, 3) the face seen head-on, its centre in the middle, `fine_px` pixels a radius."""
        half = self.fine_px * reach
        side = int(2 * half)
        to_plane = np.array([[1, 0, -(side - 1) / 2], [0, 1, -(side - 1) / 2], [0, 0, self.fine_px]]) / self.fine_px
        return _warp(self.rgb, self.frame @ to_plane, (side, side), self.radius_px / self.fine_px)

    def unrolled(self, reach: float = REACH) -> FloatArray:
        """(angles, radii, 3) the face over angles clockwise from up and over radii, `fine_px` of them to radius 1."""
        picture = self.head_on(reach).astype(np.float32)
        turns = np.arange(_ANGLES) * 2 * np.pi / _ANGLES
        radii = np.arange(int(self.fine_px * reach))
        middle = (picture.shape[1] - 1) / 2
        column = (middle + np.sin(turns)[:, None] * radii).astype(np.float32)
        row = (middle - np.cos(turns)[:, None] * radii).astype(np.float32)
        return np.asarray(cv2.remap(picture, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _warp(rgb: ByteArray, frame: FloatArray, size: tuple[int, int], shrink: float) -> ByteArray:
    """`rgb` seen through `frame` (from the result's pixels to the photograph's), smoothed if it gets smaller."""
    # Only the part around the dial is worth smoothing.
    w, h = size
    corners = frame @ np.array([[0, w, w, 0], [0, 0, h, h], [1, 1, 1, 1.0]])
    if not (np.isfinite(corners).all() and corners[2].min() > 1e-3 * corners[2].max() > 0):
        # The plane reaches behind the camera: no dial is seen so.
        return np.zeros((h, w, 3), np.uint8)
    at = corners[:2] / corners[2]
    margin = 4 * shrink + 2
    left, top = np.clip(np.floor(at.min(axis=1) - margin), 0, np.array(rgb.shape[1::-1]) - 2).astype(int)
    right, bottom = np.clip(np.ceil(at.max(axis=1) + margin), [left + 2, top + 2], rgb.shape[1::-1]).astype(int)
    part = rgb[top:bottom, left:right]
    if shrink > 1.3:
        part = np.asarray(cv2.GaussianBlur(part, (0, 0), 0.42 * shrink), dtype=np.uint8)
    moved = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]]) @ frame
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(part, moved, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def find_centre(face: Face, reach: float = 0.3) -> FloatArray:
    """(2,) where the lines of ticks and needle meet, in radii, within `reach` of the middle.

    Every edge votes for the places that its line passes through; rims run across, figures every way.
    """
    picture = cv2.GaussianBlur(face.head_on(1.1), (0, 0), max(0.7, face.fine_px / 160))
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    size = cv2.magnitude(gx, gy)
    around = face.fine_px // 3 * 2 + 1
    size = size / (cv2.blur(size, (around, around)) + 8.0)
    middle = (grey.shape[0] - 1) / 2
    rows, columns = np.nonzero(size > 1.0)
    x, y = (columns - middle) / face.fine_px, (rows - middle) / face.fine_px
    ring = (np.hypot(x, y) > 0.3) & (np.hypot(x, y) < 1.02)
    rows, columns, x, y = rows[ring], columns[ring], x[ring], y[ring]
    step = max(1, len(rows) // 3000)
    rows, columns, x, y = rows[::step], columns[::step], x[::step], y[::step]
    force = np.hypot(gx[rows, columns], gy[rows, columns])
    nx, ny = gx[rows, columns] / force, gy[rows, columns] / force
    weight = np.minimum(size[rows, columns], 3.0)
    best = np.zeros(2)
    for span, cells, width in ((reach, 31, 0.022), (0.025, 17, 0.01)):
        grid = np.linspace(-span, span, cells)
        qx, qy = (g.ravel() for g in np.meshgrid(best[0] + grid, best[1] + grid))
        votes = np.zeros(len(qx))
        for part in range(0, len(x), 1000):
            cut = slice(part, part + 1000)
            miss = (qx[:, None] - x[cut]) * nx[cut] + (qy[:, None] - y[cut]) * ny[cut]
            votes += (weight[cut] * np.maximum(0.0, 1 - np.abs(miss) / width)).sum(axis=1)
        best = np.array([qx[np.argmax(votes)], qy[np.argmax(votes)]])
    return best


@dataclass(frozen=True, eq=False)
class Ticks:
    """Fine radial marks of an unrolled face.

    Attributes:
        strength: (angles, radii) how much a place is part of a mark; grey levels.
        radius_px: radii to radius 1.
    """

    strength: FloatArray
    radius_px: int


def find_ticks(unrolled: FloatArray, radius_px: int, dark: bool) -> Ticks:
    """Radial marks darker (or lighter) than what lies beside them, at least `_TICK_LENGTH` long."""
    wide = round(_TICK_DEG * _ANGLES / 360)
    wrapped = np.concatenate([unrolled[-wide:], unrolled, unrolled[:wide]])
    kernel = np.ones((wide, 1), np.uint8)
    operation = cv2.MORPH_BLACKHAT if dark else cv2.MORPH_TOPHAT
    marks = cv2.morphologyEx(wrapped, operation, kernel)[wide:-wide].max(axis=2)
    long = max(2, round(_TICK_LENGTH * radius_px))
    strength = np.asarray(cv2.morphologyEx(marks, cv2.MORPH_OPEN, np.ones((1, long), np.uint8)), dtype=np.float32)
    return Ticks(strength, radius_px)


@dataclass(frozen=True)
class Ring:
    """A closed curve along the ends of a ring of ticks: r(θ) = radius · (1 + Σ waves), θ clockwise from up.

    Attributes:
        radius: mean radius.
        waves: (cos θ, sin θ, cos 2θ, sin 2θ) terms.
        side: 1 if the ticks end outwards at it, -1 if inwards.
        score: how much more of ticks there is on its one side than on the other.
    """

    radius: float
    waves: tuple[float, float, float, float]
    side: int
    score: float

    def at(self, turns: FloatArray) -> FloatArray:
        """Radius at angles (radians)."""
        return np.asarray(self.radius * (1 + _terms(turns) @ np.asarray(self.waves)))


def _terms(turns: FloatArray) -> FloatArray:
    return np.stack([np.cos(turns), np.sin(turns), np.cos(2 * turns), np.sin(2 * turns)], axis=-1)


def find_rings(ticks: Ticks, radii: FloatArray, slack: float, most: int) -> list[Ring]:
    """Curves along which many ticks end, the clearest first.

    Args:
        ticks: marks of the face, unrolled about where their lines meet.
        radii: mean radii to try.
        slack: largest first wave, share of the radius.
        most: how many to give.
    """
    sectors = 48
    wide = _ANGLES // sectors
    share = ticks.strength.reshape(sectors, wide, -1)
    # The needle and dirt may be bolder than any tick: no place counts for more than the bold ticks do.
    cap = max(float(np.percentile(share[share > 4], 80)), 8.0) if (share > 4).any() else 8.0
    # The blur's running sums may fall a hair below zero.
    energy = np.sqrt(np.maximum(cv2.blur(np.minimum(share, cap).mean(axis=1), (1, 3)) / cap, 0.0))
    inner, outer = (_shifted(energy, s * ticks.radius_px) for s in (-_INSIDE, _OUTSIDE))
    lower, upper = (_shifted(energy, s * ticks.radius_px) for s in (_INSIDE, -_OUTSIDE))
    found: list[Ring] = []
    for side, ends in ((1, inner - outer), (-1, lower - upper)):
        at_side = [_best_round(ends, float(radius), ticks.radius_px, slack, side) for radius in radii]
        at_side.sort(key=lambda r: -r.score)
        kept: list[Ring] = []
        for ring in at_side:
            if len(kept) < most and all(abs(ring.radius - other.radius) > 0.05 for other in kept):
                kept.append(ring)
        found += [_settled(ring, ends, ticks.radius_px) for ring in kept]
    return sorted(found, key=lambda r: -r.score)[:most]


def _shifted(energy: FloatArray, by_px: float) -> FloatArray:
    """`energy` (sectors, radii) read `by_px` further out."""
    radii = np.arange(energy.shape[1])
    at = np.clip(radii + round(by_px), 0, energy.shape[1] - 1)
    return energy[:, at]


def _best_round(ends: FloatArray, radius: float, radius_px: int, slack: float, side: int) -> Ring:
    """The best circle of a radius, its middle anywhere within `slack`."""
    sectors, radii = ends.shape
    turns = (np.arange(sectors) + 0.5) * 2 * np.pi / sectors
    firsts = np.arange(-slack, slack + 1e-9, 0.02)
    a, b = (g.ravel() for g in np.meshgrid(firsts, firsts))
    column = np.rint(radius * radius_px * (1 + a[:, None] * np.cos(turns) + b[:, None] * np.sin(turns))).astype(int)
    value = np.where(column < radii, ends[np.arange(sectors), np.minimum(column, radii - 1)], 0.0).mean(axis=1)
    value = value - 0.25 * np.hypot(a, b)
    k = int(np.argmax(value))
    return Ring(radius, (float(a[k]), float(b[k]), 0.0, 0.0), side, float(value[k]))


def _settled(ring: Ring, ends: FloatArray, radius_px: int) -> Ring:
    """The ring moved to the best place near by, second waves too."""
    sectors, radii = ends.shape
    terms = _terms((np.arange(sectors) + 0.5) * 2 * np.pi / sectors)
    rows = np.arange(sectors)
    smooth = cv2.GaussianBlur(ends, (0, 0), max(0.5, 0.006 * radius_px), sigmaY=0.01)

    def value(s: FloatArray) -> float:
        place = s[0] * (1 + terms @ s[1:]) * radius_px
        low = np.clip(place.astype(int), 0, radii - 2)
        part = np.clip(place - low, 0, 1)
        got = smooth[rows, low] * (1 - part) + smooth[rows, low + 1] * part
        return float(got.mean() - 0.25 * np.hypot(s[1], s[2]) - 0.6 * np.hypot(s[3], s[4]))

    state = np.array([ring.radius, *ring.waves])
    now = value(state)
    for step in (0.012, 0.006, 0.003, 0.0015):
        for _ in range(3):
            for k in range(5):
                for sign in (-1.0, 1.0):
                    trial = state.copy()
                    trial[k] += sign * step
                    then = value(trial)
                    if then > now:
                        state, now = trial, then
    waves = (float(state[1]), float(state[2]), float(state[3]), float(state[4]))
    return Ring(float(state[0]), waves, ring.side, now)


def straightened(face: Face, centre: FloatArray, ring: Ring) -> Face:
    """The face as it is if `ring`, unrolled about `centre`, is a circle about it: the ring gets radius 1.

    A circle's picture and the picture of its centre fix the plane but for its turn: the ring's ellipse is made the unit
    circle, and the one projective map that keeps that circle and takes the centre to its middle does the rest.
    """
    turns = np.arange(72) * 2 * np.pi / 72
    place = ring.at(turns)[:, None] * np.column_stack([np.sin(turns), -np.cos(turns)]) + centre
    scale = 1000.0  # fitEllipse works in pixels
    (x, y), (width, height), degrees = cv2.fitEllipseDirect((place * scale).astype(np.float32).reshape(-1, 1, 2))
    circle = Ellipse(x / scale, y / scale, width / 2 / scale, height / 2 / scale, float(np.deg2rad(degrees)))
    if not (np.isfinite([circle.x, circle.y, circle.a, circle.b]).all() and min(circle.a, circle.b) > 0.1):
        return face
    to_face = circle.affine()
    local = np.linalg.inv(to_face) @ np.array([*centre, 1.0])
    return face.through(to_face @ boost(local[:2] / local[2]), circle.radius)


def boost(centre: FloatArray) -> FloatArray:
    """(3, 3) projective map that keeps the unit circle and takes the middle to `centre`, |centre| < 1."""
    far = float(np.clip(np.hypot(*centre), 0, 0.6))
    turn = np.arctan2(centre[1], centre[0])
    c, s = np.cos(turn), np.sin(turn)
    rotation = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    grow = 1 / np.sqrt(1 - far * far)
    slide = np.array([[grow, 0, grow * far], [0, 1, 0], [grow * far, 0, grow]])
    return np.asarray(rotation @ slide @ rotation.T)

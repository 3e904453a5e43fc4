"""Registration: the pose of a view made consistent with a reference picture of the same place."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, ByteArray, FloatArray

from .light import flattened, grey
from .view import View

#: Deviations of the pose estimate on each axis.
_POSITION_SIGMA_M = 0.04
_ANGLE_SIGMA_RAD = np.deg2rad(0.8)
_PIXEL_SIGMA = 0.7
_MAX_CORNERS = 90
_MIN_MATCHES = 10
_COARSE_WIDTH_PX = 80
#: Share of the frame that both pictures must show.
_LEAST_OVERLAP = 0.2
_GUESSES = 3
#: Of the corners within the frame: enough of them agree to look no further, or to agree at all.
_PLENTY, _LEAST = 0.5, 0.22
_AGREE_PX = 2.5


@dataclass(frozen=True, eq=False)
class Alignment:
    """Result of a registration.

    Attributes:
        view: the view with its pose refined, relative to the reference's pose.
        support: number of matched corners that agree with it; 0 when the pictures could not be registered
            (`view` is then as it came).
    """

    view: View
    support: int

    @property
    def ok(self) -> bool:
        """Enough agreement to trust the pose to a pixel or so."""
        return self.support >= _MIN_MATCHES


@lru_cache(maxsize=8)
def align(view: View, reference: View) -> Alignment:
    """Refine the pose of `view` so that it fits `reference`, whose pose and depth are taken as given.

    Corners of the reference, known in space by its depth, are predicted into the view, found there by pyramidal
    Lucas-Kanade from a coarse shift, and the most probable pose given them and the estimated pose's known errors is
    solved for by Gauss-Newton with Huber weights. The prior keeps a long lens, which cannot tell a shift from a turn,
    well posed. One result serves all detectors that look at the same pair of pictures.
    """
    corners, points = _corners(reference)
    if len(points) < _MIN_MATCHES:
        return Alignment(view, 0)
    pair = _Pair(view, _texture(reference), _texture(view), corners, points)
    predicted, _ = view.project(points)
    best = _Fit(Alignment(view, 0), 0.0)
    for shift in _guesses(view, reference):
        fit = _fit(pair, predicted + shift)
        if 0 < fit.share < _PLENTY:
            # A right pose finds more corners when it looks for them where it says they are; a chance one does not.
            fit = max(fit, _fit(pair, fit.alignment.view.project(points)[0]), key=lambda f: f.share)
        best = max(best, fit, key=lambda f: f.share)
        if best.share >= _PLENTY:
            break
    return best.alignment if best.share >= _LEAST else Alignment(view, 0)


def _guesses(view: View, reference: View) -> Iterator[FloatArray]:
    """Shifts (2,) to start from: none, as the estimated pose is most often good enough, then what a search finds."""
    yield np.zeros(2)
    yield from _coarse_shifts(view, reference)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Textures of reference and view, and the reference's corners (n, 2) with their world points (n, 3)."""

    view: View
    before: ByteArray
    after: ByteArray
    corners: FloatArray
    points: FloatArray


@dataclass(frozen=True, eq=False)
class _Fit:
    """A pose, and the share of the corners within the frame that agree with it."""

    alignment: Alignment
    share: float


def _fit(pair: _Pair, guess: FloatArray) -> _Fit:
    """The pose that follows from looking for the corners at `guess` (n, 2)."""
    nothing = _Fit(Alignment(pair.view, 0), 0.0)
    h, w = pair.view.depth_m.shape
    inside = ((guess > -8) & (guess < (w + 8, h + 8))).all(axis=1)
    if inside.sum() < _MIN_MATCHES:
        return nothing
    found, good = _track(pair.before, pair.after, pair.corners[inside], guess[inside])
    if good.sum() < _MIN_MATCHES:
        return nothing
    position, rotation, support = _solve(
        pair.view, pair.points[inside][good], found[good], _depth_at(pair.view, found[good])
    )
    if support < _MIN_MATCHES:
        return nothing
    return _Fit(Alignment(pair.view.posed(position, rotation), support), support / int(inside.sum()))


def _texture(view: View) -> ByteArray:
    """Light-free grey picture for tracking, uint8."""
    return np.asarray(np.clip(flattened(grey(view.rgb), 21) * 50.0 + 128.0, 0, 255), dtype=np.uint8)


def _corners(reference: View) -> tuple[FloatArray, FloatArray]:
    """Trackable pixels (n, 2) of the reference that have depth, and their world points (n, 3)."""
    found = cv2.goodFeaturesToTrack(grey(reference.rgb), _MAX_CORNERS, 0.01, 6.0, blockSize=5)
    if found is None:
        return np.zeros((0, 2)), np.zeros((0, 3))
    pixels = found.reshape(-1, 2).astype(float)
    depth = _depth_at(reference, pixels)
    keep = np.isfinite(depth)
    return pixels[keep], reference.unproject(pixels[keep], depth[keep])


def _depth_at(view: View, pixels: FloatArray) -> FloatArray:
    """(n,) depth at pixels (n, 2), inf where there is none. At an occluding edge the nearer surface owns a corner."""
    h, w = view.depth_m.shape
    column, row = np.round(pixels).astype(int).T
    around = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    depths = np.array([view.depth_m[np.clip(row + i, 0, h - 1), np.clip(column + j, 0, w - 1)] for i, j in around])
    return np.asarray(np.where(depths > 0, depths, np.inf).min(axis=0))


def _coarse_shifts(view: View, reference: View) -> FloatArray:
    """(k, 2) pixels by which the view's content may lie off its prediction from the reference, likeliest first.

    The reference, moved as a plane at its middle's depth to where the pose estimate wants it, is slid over the view, by
    the normalised correlation of local contrast over what overlaps.
    """
    height, width = view.depth_m.shape
    scale = _COARSE_WIDTH_PX / width
    size = (_COARSE_WIDTH_PX, round(height * scale))
    # The middle of the picture is what was aimed at: its depth, not the background's, decides.
    middle = reference.depth_m[height // 3 : -height // 3, width // 3 : -width // 3]
    depth = float(np.median(middle[middle > 0])) if (middle > 0).any() else 5.0
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (np.array([width, height]) - 1.0)
    target, ahead = view.project(reference.unproject(corners, np.full(4, depth)))
    if (ahead <= 0.1).any():
        return np.zeros((1, 2))
    plane = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    move = np.diag([scale, scale, 1.0]) @ plane @ np.diag([1 / scale, 1 / scale, 1.0])
    small = cv2.resize(grey(reference.rgb), size, interpolation=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones_like(small), move, size)
    expected = cv2.warpPerspective(small, move, size, borderMode=cv2.BORDER_REPLICATE)
    seen = flattened(cv2.resize(grey(view.rgb), size, interpolation=cv2.INTER_AREA), 9, 10.0)
    spread = view.focal_px * float(np.hypot(_ANGLE_SIGMA_RAD, _POSITION_SIGMA_M / depth))
    template = np.asarray(flattened(expected, 9, 10.0) * mask)
    return np.asarray(_slide(template, mask.astype(np.float32), seen, 1.5 * spread * scale) / scale)


def _slide(template: FloatArray, mask: FloatArray, image: FloatArray, spread_px: float) -> FloatArray:
    """(k, 2) shifts (right, down) of `template` that correlate best with `image` (all (h, w) float32), best first.

    Correlation counts for less the farther off: by a bell of deviation `spread_px`.
    """
    h, w = image.shape
    span = (cv2.getOptimalDFTSize(2 * w), cv2.getOptimalDFTSize(2 * h))

    def spectrum(picture: FloatArray) -> FloatArray:
        padded = np.zeros((span[1], span[0]), dtype=np.float32)
        padded[:h, :w] = picture
        return np.asarray(cv2.dft(padded))

    def correlate(a: FloatArray, b: FloatArray) -> FloatArray:
        product = cv2.mulSpectrums(a, b, 0, conjB=True)
        return np.asarray(cv2.idft(product, flags=cv2.DFT_SCALE))

    ones, over = spectrum(np.ones_like(image)), spectrum(mask)
    match = correlate(spectrum(image), spectrum(template))
    energy = np.maximum(correlate(spectrum(image * image), over), 1e-3)
    energy *= np.maximum(correlate(ones, spectrum(template * template)), 1e-3)
    right, down = (np.arange(n) - n * (np.arange(n) > n // 2) for n in span)
    score = match / np.sqrt(energy) * np.exp(-0.5 * (right**2 + (down**2)[:, None]) / spread_px**2)
    score[correlate(ones, over) < _LEAST_OVERLAP * h * w] = -1.0
    shifts = []
    for _ in range(_GUESSES):
        row, column = np.unravel_index(int(np.argmax(score)), score.shape)
        shifts.append([right[column], down[row]])
        cv2.circle(score, (int(column), int(row)), 5, -1.0, -1)
    return np.array(shifts, dtype=float)


def _track(
    before: ByteArray, after: ByteArray, corners: FloatArray, predicted: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Where `corners` of `before` lie in `after`, and which of them were found there and back."""
    start = corners.astype(np.float32).reshape(-1, 1, 2)
    found, seen = _flow(before, after, start, predicted.astype(np.float32).reshape(-1, 1, 2))
    back, again = _flow(after, before, found, start)
    stray = np.linalg.norm((back - start).reshape(-1, 2), axis=1)
    return found.reshape(-1, 2).astype(float), seen & again & (stray < 1.0)


def _flow(before: ByteArray, after: ByteArray, start: FloatArray, guess: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Pyramidal Lucas-Kanade from `start` (n, 1, 2), beginning at `guess`: places (n, 1, 2) and success (n,)."""
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.05)
    found, seen, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        start,
        guess.copy(),
        winSize=(15, 15),
        maxLevel=2,
        criteria=stop,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(found, dtype=np.float32), np.asarray(seen).ravel() == 1


def _solve(
    view: View, points: FloatArray, pixels: FloatArray, depth_m: FloatArray
) -> tuple[FloatArray, FloatArray, int]:
    """Most probable position and rotation, and how many of `points` (n, 3) agree with it.

    Each point was seen at `pixels` (n, 2), `depth_m` (n,) deep; inf where the depth is not known.
    """
    prior = np.repeat([1 / _POSITION_SIGMA_M, 1 / _ANGLE_SIGMA_RAD], 3) ** 2
    known = np.isfinite(depth_m)
    seen = np.column_stack([pixels, np.where(known, depth_m, 0.0)])
    precision = np.column_stack([np.full((len(points), 2), 1 / _PIXEL_SIGMA), known / _depth_sigma_m(seen[:, 2])])
    step, pose = np.zeros(6), (view.position_m, view.rotation)
    huber = 40.0 / _PIXEL_SIGMA
    for _ in range(8):
        error, jacobian = _residual(view, pose, points, seen)
        size = np.abs(error * precision)
        size[:, :2] = np.linalg.norm(size[:, :2], axis=1, keepdims=True)
        weight = (np.minimum(1.0, huber / np.maximum(size, 1e-9)) * precision).ravel() ** 2
        flat = jacobian.reshape(-1, 6)
        normal = (flat * weight[:, None]).T @ flat + np.diag(prior)
        gain = (flat * weight[:, None]).T @ error.ravel() - prior * step
        step = step + np.linalg.solve(normal, gain)
        pose = (view.position_m + step[:3], cv2.Rodrigues(step[3:])[0] @ view.rotation)
        huber = max(huber / 3, 2.0)
    error = _residual(view, pose, points, seen)[0]
    return pose[0], pose[1], int((np.linalg.norm(error[:, :2], axis=1) < _AGREE_PX).sum())


def _depth_sigma_m(depth_m: FloatArray) -> FloatArray:
    """Deviation between the depths of one corner in two pictures: noise grows with the square of the distance."""
    return np.asarray(0.01 + 0.004 * depth_m**2)


def _residual(
    view: View, pose: tuple[FloatArray, FloatArray], points: FloatArray, seen: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Errors (n, 3) of column, row (px) and depth (m), and their derivative (n, 3, 6) by camera shift and turn.

    The shift is in metres, the turn a small rotation vector in rad, both in the world frame.
    """
    position, rotation = pose
    offset = points - position
    local = offset @ rotation
    z = np.maximum(local[:, 2], 0.05)
    flat = view.focal_px * local[:, :2] / z[:, None]
    error = seen - np.column_stack([flat + view.centre_px, z])
    project = np.zeros((len(points), 3, 3))
    project[:, 0, 0] = project[:, 1, 1] = view.focal_px / z
    project[:, :2, 2] = -flat / z[:, None]
    project[:, 2, 2] = 1.0
    by_world = project @ rotation.T
    x, y, w = offset.T
    zero = np.zeros_like(x)
    # A camera turned by a small vector r sees the world turned by -r: d(offset) = offset x r.
    cross = np.stack([np.stack(row, axis=1) for row in ((zero, -w, y), (w, zero, -x), (-y, x, zero))], axis=1)
    return error, np.concatenate([-by_world, by_world @ cross], axis=2)

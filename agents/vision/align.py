"""Registration: the pose of a view made consistent with a reference picture of the same place."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, ByteArray, FloatArray

from .light import flattened, grey
from .view import View

_POSITION_SIGMA_M = 0.05
_ANGLE_SIGMA_RAD = np.deg2rad(1.0)
_PIXEL_SIGMA = 0.7
_MAX_CORNERS = 140
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
    for shift in _coarse_shifts(view, reference):
        fit = _fit(pair, predicted + shift)
        if 0 < fit.share < _PLENTY:
            # A right pose finds more corners when it looks for them where it says they are; a chance one does not.
            fit = max(fit, _fit(pair, fit.alignment.view.project(points)[0]), key=lambda f: f.share)
        best = max(best, fit, key=lambda f: f.share)
        if best.share >= _PLENTY:
            break
    return best.alignment if best.share >= _LEAST else Alignment(view, 0)


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
    position, rotation, support = _solve(pair.view, pair.points[inside][good], found[good])
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
    column, row = np.round(pixels).astype(int).T
    # At an occluding edge the nearer surface owns the corner.
    depth = cv2.erode(np.where(reference.depth_m > 0, reference.depth_m, np.inf).astype(np.float32), np.ones((3, 3)))
    at = depth[row, column]
    keep = np.isfinite(at)
    return pixels[keep], reference.unproject(pixels[keep], at[keep])


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
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.03)
    found, seen, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        start,
        guess.copy(),
        winSize=(19, 19),
        maxLevel=3,
        criteria=stop,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(found, dtype=np.float32), np.asarray(seen).ravel() == 1


def _solve(view: View, points: FloatArray, pixels: FloatArray) -> tuple[FloatArray, FloatArray, int]:
    """Most probable position and rotation, and how many of `points` (n, 3) seen at `pixels` (n, 2) agree with it."""
    prior = np.repeat([1 / _POSITION_SIGMA_M, 1 / _ANGLE_SIGMA_RAD], 3)
    step, pose = np.zeros(6), (view.position_m, view.rotation)
    huber = 40.0
    for _ in range(8):
        error, jacobian = _residual(view, pose, points, pixels)
        distance = np.linalg.norm(error, axis=1)
        weight = np.repeat(np.minimum(1.0, huber / np.maximum(distance, 1e-9)) ** 2, 2) / _PIXEL_SIGMA**2
        flat = jacobian.reshape(-1, 6)
        normal = (flat * weight[:, None]).T @ flat + np.diag(prior**2)
        gain = (flat * weight[:, None]).T @ error.ravel() - prior**2 * step
        step = step + np.linalg.solve(normal, gain)
        pose = (view.position_m + step[:3], cv2.Rodrigues(step[3:])[0] @ view.rotation)
        huber = max(huber / 3, 1.5)
    support = int((np.linalg.norm(_residual(view, pose, points, pixels)[0], axis=1) < _AGREE_PX).sum())
    return pose[0], pose[1], support


def _residual(
    view: View, pose: tuple[FloatArray, FloatArray], points: FloatArray, pixels: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Pixel errors (n, 2) and their derivative (n, 2, 6) by camera shift (m) and world-frame turn (rad)."""
    position, rotation = pose
    offset = points - position
    local = offset @ rotation
    z = np.maximum(local[:, 2], 0.05)
    error = pixels - (view.focal_px * local[:, :2] / z[:, None] + view.centre_px)
    project = np.zeros((len(points), 2, 3))
    project[:, 0, 0] = project[:, 1, 1] = view.focal_px / z
    project[:, :, 2] = -view.focal_px * local[:, :2] / z[:, None] ** 2
    by_world = project @ rotation.T
    x, y, w = offset.T
    zero = np.zeros_like(x)
    # A camera turned by a small vector r sees the world turned by -r: d(offset) = offset x r.
    cross = np.stack([np.stack(row, axis=1) for row in ((zero, -w, y), (w, zero, -x), (-y, x, zero))], axis=1)
    return error, np.concatenate([-by_world, by_world @ cross], axis=2)

"""Gauges in photographs: from the picture and the ends of the scale to a reading."""

from dataclasses import dataclass

import numpy as np

from patrolgym.envs.types import ByteArray

from .ellipse import Ellipse, find_ellipses
from .face import Face, Ring, boost, find_centre, find_rings, find_ticks, straightened
from .needle import Needle, find_needles
from .scale import Row, Span, find_rows, find_spans, roundness, tick_lengths, tick_signal

_OUTLINES, _RINGS, _DIALS = 6, 10, 3
#: A centre of lines farther than this from the outline's centre may be none, radii.
_APART = 0.05
#: Ticks farther than this from where an even row has them are no row of one dial.
_UNEVEN_DEG = 15.0
#: A row of ticks this good ends the search for outlines.
_SURE_ROW = 0.75
#: Weights of a dial's score and of a needle's merit in natural logarithms; readings this near to each other agree.
_SCORE, _NEEDLE, _AGREE = 10.0, 12.0, 0.02


@dataclass(frozen=True, eq=False)
class Sketch:
    """A ring with a row of ticks as first found, unrolled about the centre of `face`."""

    face: Face
    ring: Ring
    dark: bool
    quality: float

    def like(self, other: "Sketch") -> bool:
        """Whether both show the same ring of ticks of one dial."""
        own, its = (s.face.radius_px * s.ring.radius for s in (self, other))
        near = np.hypot(*(self.face.frame[:2, 2] - other.face.frame[:2, 2])) < 0.15 * own
        return bool(
            near and self.dark == other.dark and self.ring.side == other.ring.side and abs(own / its - 1) < 0.06
        )


@dataclass(frozen=True, eq=False)
class Dial:
    """One way to see a dial in the photograph.

    Attributes:
        face: its plane; the ring of ticks is at radius 1.
        row: its ticks.
        spans: where the scale may start and end, the likeliest first.
        needles: the needle and its rivals, the most solid first.
        weight: how likely it is to be the dial and scale that were meant, against others (not normalised).
    """

    face: Face
    row: Row
    spans: tuple[Span, ...]
    needles: tuple[Needle, ...]
    weight: float


@dataclass(frozen=True, eq=False)
class GaugeReading:
    """What a gauge in a photograph shows.

    Attributes:
        share: where the needle stands, 0 at the start of the scale and 1 at its end; NaN if nothing was found.
        confidence: 0..1; below 0.5 the reading is not to be used.
        reason: what speaks most against the reading, "" where nothing does.
        dial, span, needle: what was read, None if nothing was found.
    """

    share: float
    confidence: float
    reason: str
    dial: Dial | None = None
    span: Span | None = None
    needle: Needle | None = None


def read_gauge(rgb: ByteArray, limits: tuple[float, float]) -> GaugeReading:
    """Read the most prominent gauge of a photograph.

    All likely dials, scale ends and needles give readings; how much of their weight agrees on one is how sure it is.

    Args:
        rgb: (h, w, 3) photograph.
        limits: value at the start and at the end of its scale; a division with a round value is likelier.
    """
    options = []
    for dial in find_dials(rgb, limits):
        for needle in dial.needles:
            for span in dial.spans:
                weight = dial.weight * span.chance * np.exp(_NEEDLE * (needle.merit - dial.needles[0].merit))
                options.append((float(weight), span.share(needle.angle_deg), dial, span, needle))
    if not options:
        return GaugeReading(float("nan"), 0.0, "no dial with an even row of ticks and a needle found")
    weights, shares = (np.array([o[k] for o in options], dtype=float) for k in (0, 1))
    near = np.abs(shares[:, None] - shares[None]) < _AGREE
    agree = (near * weights[None]).sum(axis=1) / weights.sum()
    best = int(np.argmax(weights * near[int(np.argmax(agree))]))
    _, share, dial, span, needle = options[best]
    if not np.isfinite(share):
        return GaugeReading(share, 0.0, "the needle points outside the scale", dial, span, needle)
    doubts = _doubts(dial, needle) | {"scale and needle can be read in more than one way": float(agree[best])}
    confidence = float(np.prod(list(doubts.values())))
    reason = min(doubts, key=lambda why: doubts[why])
    return GaugeReading(
        float(np.clip(share, 0, 1)), confidence, reason if doubts[reason] < 0.8 else "", dial, span, needle
    )


def _doubts(dial: Dial, needle: Needle) -> dict[str, float]:
    """What may speak against a reading: {why: 0 (all) .. 1 (nothing)}."""
    return {
        "the ticks are uneven or too few": _ramp(dial.row.quality, 0.5, 0.9),
        "the needle is faint": _ramp(needle.strength, 0.12, 0.34),
        "the needle passes by the centre": _ramp(-abs(needle.aside), -0.14, -0.08),
        "tip and tail of the needle are alike": _ramp(needle.reach - needle.tail, -0.1, 0.1),
        "the dial is small or blurred": _ramp(dial.face.radius_px, 20.0, 45.0),
    }


def _ramp(value: float, none: float, full: float) -> float:
    return float(np.clip((value - none) / (full - none), 0, 1))


def find_dials(rgb: ByteArray, limits: tuple[float, float]) -> list[Dial]:
    """Dials with a scale and a needle, the best first."""
    sketches: list[Sketch] = []
    for ellipse in [*find_ellipses(rgb, _OUTLINES), *_cropped(rgb)]:
        sketches += _sketches(rgb, ellipse)
        if sketches and max(s.quality for s in sketches) > _SURE_ROW:
            break
    apart: list[Sketch] = []
    for sketch in sorted(sketches, key=lambda s: -s.quality):
        if len(apart) < _DIALS and not any(sketch.like(other) for other in apart):
            apart.append(sketch)
    dials = [_finished(sketch, limits) for sketch in apart]
    return sorted((d for d in dials if d is not None), key=lambda d: -d.weight)


def _cropped(rgb: ByteArray) -> list[Ellipse]:
    """Outlines for a picture that the dial fills, its rim at the edge or outside."""
    height, width = rgb.shape[:2]
    radii = (0.47 * min(width, height), 0.6 * min(width, height))
    return [Ellipse((width - 1) / 2, (height - 1) / 2, radius, radius, 0.0) for radius in radii]


def _sketches(rgb: ByteArray, ellipse: Ellipse) -> list[Sketch]:
    """Rings with rows of ticks inside an outline, about its centre and about where the lines inside it meet."""
    outline = Face.of(rgb, ellipse)
    to = find_centre(outline)
    found = []
    for middle in (to, np.zeros(2)) if np.hypot(*to) > _APART else (to,):
        face = outline.through(np.array([[1, 0, middle[0]], [0, 1, middle[1]], [0, 0, 1.0]]))
        unrolled = face.unrolled(1.15)
        turns = np.arange(len(unrolled)) * 2 * np.pi / len(unrolled)
        for dark in (True, False):
            ticks = find_ticks(unrolled, face.fine_px, dark)
            for ring in find_rings(ticks, np.arange(0.34, 1.06, 0.012), 0.12, _RINGS):
                rows = find_rows(tick_signal(ticks, ring.side, ring.at(turns)), 4)
                found += [Sketch(face, ring, dark, row.quality) for row in rows]
    return found


def _finished(sketch: Sketch, limits: tuple[float, float]) -> Dial | None:
    """The dial of a sketch: its plane settled by its own ticks, then its scale and needles read in it."""
    side, dark = sketch.ring.side, sketch.dark
    face = straightened(sketch.face, np.zeros(2), sketch.ring)
    for _ in range(2):
        ticks = find_ticks(face.unrolled(), face.fine_px, dark)
        again = [r for r in find_rings(ticks, np.arange(0.96, 1.041, 0.01), 0.04, 4) if r.side == side]
        face = straightened(face, np.zeros(2), again[0]) if again else face
        rows = find_rows(tick_signal(find_ticks(face.unrolled(), face.fine_px, dark), side), 6)
        if not rows or np.abs(rows[0].fit[2:]).max() > _UNEVEN_DEG:
            return None
        # Uneven ticks tell how far off the centre was.
        face = _evened(face, rows[0])
    ticks = find_ticks(face.unrolled(), face.fine_px, dark)
    signal = tick_signal(ticks, side)
    rows = find_rows(signal, 8)
    if not rows:
        return None
    spans = find_spans(rows[0], signal, tick_lengths(ticks, side), limits, _down(face))
    needles = find_needles(face)
    if not spans or not needles:
        return None
    # Of two scales on one dial the outer one is meant, unless the limits divide evenly on the inner one only.
    score = _SCORE * rows[0].quality * min(1.0, needles[0].strength / 0.5)
    score += 0.8 * roundness(limits, spans[0].divisions) + 2.0 * np.log(face.radius_px)
    return Dial(face, rows[0], tuple(spans), tuple(needles), float(np.exp(score)))


def _evened(face: Face, row: Row) -> Face:
    """The face with the centre and shape that make its ticks even.

    A circle's picture and evenly spaced marks on it fix the plane: a middle at m moves the mark at φ by
    m_x cos φ + m_y sin φ, a stretch ((1 + e, f), (f, 1 - e)) by e sin 2φ - f cos 2φ.
    """
    cos1, sin1, cos2, sin2 = np.deg2rad(row.fit[2:])
    stretch = np.array([[1 + sin2, -cos2, 0], [-cos2, 1 - sin2, 0], [0, 0, 1.0]])
    return face.through(stretch @ boost(np.array([cos1, sin1])))


def _down(face: Face) -> float:
    """Where the photograph's down lies on the face, degrees clockwise from up."""
    middle = face.frame @ np.array([0, 0, 1.0])
    below = np.linalg.inv(face.frame) @ (middle / middle[2] + np.array([0, 1.0, 0]))
    below = below / below[2]
    return float(np.rad2deg(np.arctan2(below[0], -below[1])) % 360.0)

"""Photographs of gauges that never were, with known readings: the camera, the dial, its wear and the weather vary."""

from dataclasses import dataclass

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray, FloatArray

FACE_PX = 1200
_CENTRE = FACE_PX / 2
_RADIUS = 540.0
Colour = tuple[float, float, float]
Points = list[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture of a gauge.

    Attributes:
        rgb: the photograph.
        limits: values at the ends of the scale.
        reading: what the needle shows.
        radius_px: radius of the face in the photograph.
    """

    rgb: ByteArray
    limits: tuple[float, float]
    reading: float
    radius_px: float


@dataclass(frozen=True)
class Make:
    """A make of gauge: the look of its dial.

    Attributes:
        face, ink, hand: colours of face, printing and needle.
        span_deg, gap_deg: sweep of the scale, and where the middle of its gap is, clockwise from up.
        radius: of the tick ring, shares of the face's radius; major, minor: lengths of ticks; weight: their width.
        figures: height and radius of the figures.
        tip, tail, blade: lengths of the needle, and its half width at the hub.
        hub: radius; style: of the needle.
        arc: a line along the ticks; square: the case is a square plate; pointer: a thin red set pointer.
    """

    face: Colour = (240, 240, 236)
    ink: Colour = (20, 20, 20)
    hand: Colour = (20, 20, 20)
    span_deg: float = 270.0
    gap_deg: float = 180.0
    radius: float = 0.9
    major: float = 0.12
    minor: float = 0.06
    weight: float = 0.008
    figures: tuple[float, float] = (0.11, 0.66)
    tip: float = 0.8
    tail: float = 0.25
    blade: float = 0.03
    hub: float = 0.08
    style: str = "knife"
    arc: bool = False
    square: bool = False
    pointer: bool = False


MAKES = {
    "process": Make(),
    "process_arc": Make(arc=True, radius=0.86, figures=(0.12, 0.58), tail=0.35),
    "fine": Make(weight=0.005, minor=0.04, major=0.09, figures=(0.09, 0.72), tip=0.86, blade=0.018, style="rod"),
    "night": Make((24, 26, 30), (236, 236, 230), (245, 120, 30), 240.0, hub=0.13, tail=0.1, style="rod"),
    "boiler": Make((250, 246, 224), (40, 24, 16), (30, 30, 60), 300.0, weight=0.01, style="spade", tail=0.3),
    "blue_hand": Make(hand=(30, 60, 170), span_deg=260.0, figures=(0.13, 0.6), style="spade", tip=0.7),
    "red_hand": Make(hand=(200, 24, 20), radius=0.94, figures=(0.12, 0.7), tail=0.3, hub=0.06),
    "panel": Make(square=True, span_deg=250.0, radius=0.84, arc=True, figures=(0.11, 0.6)),
    "tilted": Make(gap_deg=205.0, radius=0.88, style="spade", tip=0.75),
    "set_point": Make(pointer=True, figures=(0.1, 0.64), tip=0.84),
    "green": Make((196, 222, 190), (16, 40, 24), (10, 10, 10), 280.0, minor=0.08, figures=(0.1, 0.63)),
}


def photograph(make: Make, rng: np.random.Generator, worst_tilt_deg: float = 45.0) -> Photo:
    """A random photograph of a gauge of one make."""
    low, high, majors = [(0, 1, 10), (0, 1.6, 8), (0, 6, 6), (0, 40, 8), (-1, 5, 6), (0, 250, 5), (-20, 60, 8)][
        int(rng.integers(7))
    ]
    minors = int((2, 5, 10)[int(rng.integers(3))])
    share = float(rng.uniform(0.0, 1.0))
    dial = draw_dial(make, (low, high), majors, minors, rng)
    rgb, radius = shoot(make, dial, draw_hand(make, share, rng), rng, worst_tilt_deg)
    return Photo(rgb, (float(low), float(high)), low + share * (high - low), radius)


def _angle(make: Make, share: float) -> float:
    return make.gap_deg + 180.0 + make.span_deg * (share - 0.5)


def _place(angle_deg: float, radius: float, aside: float = 0.0) -> FloatArray:
    turn = np.deg2rad(angle_deg)
    along, across = np.array([np.sin(turn), -np.cos(turn)]), np.array([np.cos(turn), np.sin(turn)])
    return _CENTRE + _RADIUS * (radius * along + aside * across)


def _polygon(image: ByteArray, points: list[FloatArray], colour: Colour | int) -> None:
    fill = colour if isinstance(colour, tuple) else (float(colour),)
    cv2.fillPoly(image, [np.round(np.array(points) * 16).astype(np.int32)], fill, cv2.LINE_AA, 4)


def draw_dial(make: Make, limits: tuple[float, float], majors: int, minors: int, rng: np.random.Generator) -> ByteArray:
    """The printed face."""
    image = np.full((FACE_PX, FACE_PX, 3), make.face, np.uint8)
    for k in range(majors * minors + 1):
        angle = _angle(make, k / (majors * minors))
        length, half = (make.major, make.weight) if k % minors == 0 else (make.minor, 0.55 * make.weight)
        corners = [
            (make.radius - length, -half),
            (make.radius, -half),
            (make.radius, half),
            (make.radius - length, half),
        ]
        _polygon(image, [_place(angle, r, a) for r, a in corners], make.ink)
    if make.arc:
        turns = np.linspace(_angle(make, 0), _angle(make, 1), 120)
        line = np.round(np.array([_place(float(t), make.radius) for t in turns]) * 16).astype(np.int32)
        cv2.polylines(image, [line], False, make.ink, 5, cv2.LINE_AA, 4)
    height, at = make.figures
    font = int((cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)[int(rng.integers(3))])
    for k in range(majors + 1):
        value = limits[0] + (limits[1] - limits[0]) * k / majors
        _write(image, f"{value:.4g}", _place(_angle(make, k / majors), at), height, make.ink, font)
    _write(
        image, str(rng.choice(["bar", "kPa", "psi", "MPa"])), _place(180.0, rng.uniform(0.28, 0.4)), 0.1, make.ink, font
    )
    _write(image, str(rng.choice(["", "MANOTEC", "Huber", "cl. 1.0"])), _place(0.0, 0.32), 0.07, make.ink, font)
    if make.pointer:
        angle = _angle(make, float(rng.uniform(0.5, 1.0)))
        corners = [(0.5, -0.008), (make.radius - make.major, -0.008), (make.radius - make.major, 0.008), (0.5, 0.008)]
        _polygon(image, [_place(angle, r, a) for r, a in corners], (200, 20, 20))
    return image


def _write(image: ByteArray, text: str, at: FloatArray, height: float, colour: Colour, font: int) -> None:
    (_, tall), _ = cv2.getTextSize(text or "0", font, 1.0, 1)
    scale = height * _RADIUS / tall
    thick = max(1, round(0.13 * height * _RADIUS))
    (wide, tall), _ = cv2.getTextSize(text, font, scale, thick)
    cv2.putText(
        image, text, (round(at[0] - wide / 2), round(at[1] + tall / 2)), font, scale, colour, thick, cv2.LINE_AA
    )


def draw_hand(make: Make, share: float, rng: np.random.Generator) -> ByteArray:
    """(n, n) cover of the needle, 0..255."""
    cover = np.zeros((FACE_PX, FACE_PX), np.uint8)
    angle, b = _angle(make, share), make.blade * rng.uniform(0.8, 1.2)
    outlines: dict[str, Points] = {
        "knife": [(-make.tail, -1.3 * b), (make.tip, -0.1 * b), (make.tip, 0.1 * b), (-make.tail, 1.3 * b)],
        "rod": [(-make.tail, -0.6 * b), (make.tip, -0.4 * b), (make.tip, 0.4 * b), (-make.tail, 0.6 * b)],
        "spade": [(0.0, -0.4 * b), (0.6 * make.tip, -0.5 * b), (0.72 * make.tip, -1.4 * b), (make.tip, 0.0),
                  (0.72 * make.tip, 1.4 * b), (0.6 * make.tip, 0.5 * b), (0.0, 0.4 * b)],
    }  # fmt: skip
    _polygon(cover, [_place(angle, r, a) for r, a in outlines[make.style]], 255)
    if make.style == "spade":
        _polygon(
            cover,
            [_place(angle, r, a) for r, a in [(0, -0.4 * b), (0, 0.4 * b), (-make.tail, b), (-make.tail, -b)]],
            255,
        )
        cv2.circle(
            cover, tuple(int(v) for v in _place(angle, -make.tail)), round(1.6 * b * _RADIUS), 255, -1, cv2.LINE_AA
        )
    return cover


def shoot(
    make: Make, dial: ByteArray, hand: ByteArray, rng: np.random.Generator, worst_tilt_deg: float
) -> tuple[ByteArray, float]:
    """The gauge before a wall, through a camera: (rgb, radius of the face in pixels)."""
    width = int(np.exp(rng.uniform(np.log(260), np.log(1500))))
    height = int(width * rng.choice([0.75, 1.0, 1.33]))
    fine = 2 if width < 800 else 1
    size = (width * fine, height * fine)
    radius = float(rng.uniform(0.3, 0.43) if width > 500 else rng.uniform(0.38, 0.45)) * min(size)
    image = _wall(size, rng)
    camera = _Camera(size, radius, rng, worst_tilt_deg)
    rim = float(rng.uniform(1.08, 1.2))
    metal = np.array(rng.choice([40.0, 120.0, 190.0])) + rng.uniform(-10, 10, 3)
    if make.square:
        camera.fill(image, [(-1.2, -1.2), (1.2, -1.2), (1.2, 1.2), (-1.2, 1.2)], 0.0, metal)
    else:
        for depth in np.linspace(-0.4, 0.12, 9):
            camera.fill(image, camera.circle(rim), float(depth), metal * (0.9 + 0.5 * depth))
        camera.fill(image, camera.circle(0.5 * (rim + 1.02)), 0.12, metal * 1.15)
    inside = camera.fill(np.zeros((size[1], size[0], 3), np.uint8), camera.circle(1.02), 0.0, np.full(3, 255.0))
    face = camera.seen(dial, 0.0).astype(np.float32)
    shade = camera.seen(np.roll(hand, rng.integers(-20, 21, 2), (0, 1)), 0.0)
    face *= (
        1 - rng.uniform(0.0, 0.35) * cv2.GaussianBlur(shade, (0, 0), radius * 0.012).astype(np.float32)[..., None] / 255
    )
    cover = camera.seen(hand, float(rng.uniform(0.02, 0.06))).astype(np.float32)[..., None] / 255
    face = face * (1 - cover) + np.array(make.hand, np.float32) * cover
    part = inside.astype(np.float32) / 255
    light = image * (1 - part) + face * part
    hub = np.array(make.hand) if rng.random() < 0.6 else rng.uniform(30, 200) * np.ones(3)
    light = camera.fill(light.clip(0, 255).astype(np.uint8), camera.circle(make.hub), 0.06, hub).astype(np.float32)
    light = _lit(light, part, radius, rng)
    small = cv2.resize(light, (width, height), interpolation=cv2.INTER_AREA)
    return _developed(small, radius / fine, rng), radius / fine


class _Camera:
    """A pinhole camera that looks at the gauge from a random direction."""

    def __init__(self, size: tuple[int, int], radius: float, rng: np.random.Generator, worst_tilt_deg: float) -> None:
        tilt, way = np.deg2rad(worst_tilt_deg) * rng.uniform(0, 1) ** 1.5, rng.uniform(0, 2 * np.pi)
        turn = cv2.Rodrigues(tilt * np.array([np.cos(way), np.sin(way), 0.0]))[0]
        self._turn = turn @ cv2.Rodrigues(np.array([0, 0, np.deg2rad(rng.normal(0, 6))]))[0]
        self._far = float(rng.uniform(4.5, 14))
        room = np.array(size) / 2 - 1.15 * radius
        middle = np.array(size) / 2 + rng.uniform(-1, 1, 2) * np.maximum(room, 0)
        self._lens = np.array([[radius * self._far, 0, middle[0]], [0, radius * self._far, middle[1]], [0, 0, 1.0]])
        self._size = size

    @staticmethod
    def circle(radius: float) -> Points:
        turns = np.linspace(0, 2 * np.pi, 160, endpoint=False)
        return [(float(radius * np.cos(t)), float(radius * np.sin(t))) for t in turns]

    def _plane(self, height: float) -> FloatArray:
        middle = np.array([0, 0, self._far]) - self._turn[:, 2] * height
        return np.asarray(self._lens @ np.column_stack([self._turn[:, 0], self._turn[:, 1], middle]))

    def fill(self, image: ByteArray, outline: Points, height: float, colour: FloatArray) -> ByteArray:
        """A polygon given in radii, at a height over the face."""
        at = self._plane(height) @ np.column_stack([np.array(outline), np.ones(len(outline))]).T
        tone = tuple(float(v) for v in np.clip(np.broadcast_to(colour, 3), 0, 255))
        cv2.fillPoly(image, [np.round((at[:2] / at[2]).T * 16).astype(np.int32)], tone, cv2.LINE_AA, 4)
        return image

    def seen(self, picture: ByteArray, height: float) -> ByteArray:
        """A drawn layer as the camera sees it."""
        to_radii = np.array([[1, 0, -_CENTRE], [0, 1, -_CENTRE], [0, 0, _RADIUS]]) / _RADIUS
        shrink = _RADIUS / (self._lens[0, 0] / self._far)
        soft = cv2.GaussianBlur(picture, (0, 0), 0.4 * shrink) if shrink > 1.2 else picture
        border = cv2.BORDER_REPLICATE if picture.ndim == 3 else cv2.BORDER_CONSTANT
        return cv2.warpPerspective(soft, self._plane(height) @ to_radii, self._size, borderMode=border)


def _wall(size: tuple[int, int], rng: np.random.Generator) -> ByteArray:
    """A background: grain, pipes, plates, round things."""
    width, height = size
    image = np.full((height, width, 3), rng.uniform(40, 200), np.float32) + rng.uniform(-20, 20, 3).astype(np.float32)
    for cells in (6, 30, 150):
        grain = rng.normal(0, rng.uniform(2, 12), (cells, cells)).astype(np.float32)
        image += cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC)[..., None]
    wall = image.clip(0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 6))):
        tone = tuple(float(v) for v in rng.uniform(20, 230, 3))
        (x, y), (u, v) = rng.uniform(0, 1, 2) * size, rng.uniform(0, 1, 2) * size
        if rng.random() < 0.5:
            cv2.line(wall, (int(x), int(y)), (int(u), int(v)), tone, int(rng.uniform(0.005, 0.08) * width), cv2.LINE_AA)
        else:
            cv2.circle(wall, (int(x), int(y)), int(rng.uniform(0.04, 0.15) * width), tone, int(rng.choice([-1, 4, 9])))
    return wall


def _lit(light: FloatArray, glass: FloatArray, radius: float, rng: np.random.Generator) -> FloatArray:
    """Light falling off across the picture, a cast shadow, reflections on the glass."""
    height, width = light.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    fall = rng.normal(0, 0.18, 2) / (width, height)
    light = light * (1 + fall[0] * (x - width / 2) + fall[1] * (y - height / 2))[..., None].clip(0.4, 1.4)
    if rng.random() < 0.3:
        edge = (np.cos(a := rng.uniform(0, 6.28)) * (x - width / 2) + np.sin(a) * (y - height / 2)) / radius
        light = light * (1 - rng.uniform(0.2, 0.5) / (1 + np.exp(-edge * rng.uniform(8, 60))))[..., None]
    for _ in range(int(rng.integers(0, 3))):
        cx, cy = np.array([width, height]) / 2 + rng.uniform(-0.8, 0.8, 2) * radius
        wide, tall = rng.uniform(0.05, 0.4, 2) * radius
        spot = np.exp(-((((x - cx) / wide) ** 2 + ((y - cy) / tall) ** 2) ** int(rng.choice([1, 4]))))
        light = light + (rng.uniform(20, 170) * spot)[..., None] * glass
    return np.asarray(light)


def _developed(light: FloatArray, radius: float, rng: np.random.Generator) -> ByteArray:
    """Exposure, colour cast, blur, noise and JPEG."""
    light = light * rng.uniform(0.6, 1.1) * (1 + rng.uniform(-0.1, 0.1, 3))
    blur = abs(rng.normal(0, 0.004)) * radius
    light = cv2.GaussianBlur(light, (0, 0), blur) if blur > 0.3 else light
    noisy = light + rng.normal(0, rng.uniform(0.5, 7), light.shape)
    _, data = cv2.imencode(
        ".jpg", noisy.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 96))]
    )
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)

"""Harmless things that look like a fire or an intruder. Not anomalies themselves.

Each maker takes the place on the floor and a generator of random numbers, and gives parts in the world frame and the
light that the thing sheds, if any.
"""

import cv2
import numpy as np

from ..site.fixtures import traffic_cone
from ..site.model import Light, Part
from ..site.people import Look, Pose, figure, sample_look, without_helmet
from ..site.shapes import Shape, box, cylinder, join, quad, tube
from ..types import ByteArray, Point, as_point

Thing = tuple[list[Part], Light | None]

_ORANGES: tuple[Point, ...] = ((0.86, 0.36, 0.10), (0.80, 0.22, 0.10), (0.92, 0.55, 0.14), (0.72, 0.16, 0.10))
_VESTS: tuple[Point, ...] = ((0.93, 0.42, 0.10), (0.78, 0.88, 0.16), (0.85, 0.25, 0.12))
_BAND: Point = (0.84, 0.86, 0.83)
_DUMMY: tuple[Point, ...] = ((0.86, 0.80, 0.72), (0.62, 0.60, 0.58), (0.34, 0.33, 0.32))
#: A halogen head is hotter than any healthy machine, yet far from a flame.
_LAMP_K = (70.0, 130.0)


def tarpaulin(at_m: Point, rng: np.random.Generator) -> Thing:
    """An orange or red tarpaulin draped over some goods, at the temperature of the air."""
    length, width, height = rng.uniform(0.5, 0.75), rng.uniform(0.4, 0.6), rng.uniform(0.3, 0.7)
    n = 15
    u, v = np.meshgrid(np.linspace(-1.0, 1.0, n), np.linspace(-1.0, 1.0, n), indexing="ij")
    edge = np.maximum(np.abs(u), np.abs(v))
    drop = np.clip((1.0 - edge) / 0.25, 0.0, 1.0)
    dents = cv2.GaussianBlur(rng.standard_normal((n, n)), (0, 0), 1.3)
    z = height * drop * (1.0 + 0.2 * dents)
    folds = 1.0 + 0.06 * np.sin(9.0 * np.arctan2(v, u) + rng.uniform(0, 6)) * (drop < 0.9)
    vertices = np.stack([0.5 * length * u * folds, 0.5 * width * v * folds, np.maximum(z, 0.004)], axis=-1)
    a = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate([np.stack([a, a + n, a + n + 1], axis=1), np.stack([a, a + n + 1, a + 1], axis=1)])
    sheet = Shape(vertices.reshape(-1, 3), faces.astype(np.int32))
    return [_set(sheet.part("cloth", _some(_ORANGES, rng), inspectable=False), at_m, rng)], None


def cone(at_m: Point, rng: np.random.Generator) -> Thing:
    """A traffic cone."""
    return [_set(part, at_m, rng) for part in traffic_cone(0.0, 0.0, _some(_ORANGES, rng))], None


def work_lamp(at_m: Point, rng: np.random.Generator) -> Thing:
    """A halogen lamp on a low stand: bright and hot, but steady and small."""
    height, half = float(rng.uniform(0.35, 0.8)), 0.11
    legs = [
        tube([(0, 0, height - 0.05), (0.24 * np.cos(a), 0.24 * np.sin(a), 0.01)], 0.011, 6) for a in (0.3, 2.4, 4.5)
    ]
    stand = join([*legs, cylinder((0, 0, height - 0.06), (0, 0, height), 0.016, 8)])
    head = box((0.09, 2 * half, 0.15), (0.0, 0.0, height + 0.08))
    glass = quad((0.0465, 0.0, height + 0.08), 1.8 * half, 0.12, (1.0, 0.0, 0.0))
    hot = float(rng.uniform(*_LAMP_K))
    parts = [
        stand.part("paint_worn", _some(_VESTS, rng), inspectable=False),
        head.part(
            "paint", (0.15, 0.15, 0.16), inspectable=False, surface_delta_k=np.full(len(head.vertices_m), 0.5 * hot)
        ),
        glass.part(
            "flame", (1.0, 0.90, 0.70), "lamp", False, False, surface_delta_k=np.full(len(glass.vertices_m), hot)
        ),
    ]
    yaw = float(rng.uniform(0, 2 * np.pi))
    x, y, z = at_m
    glow = (x + 0.15 * float(np.cos(yaw)), y + 0.15 * float(np.sin(yaw)), z + height + 0.08)
    return [part.moved(at_m, yaw) for part in parts], Light(glow, (1.0, 0.9, 0.72), float(rng.uniform(0.3, 0.8)))


def jacket_on_stand(at_m: Point, rng: np.random.Generator) -> Thing:
    """A hi-vis jacket on a clothes stand, at the temperature of the air."""
    top = float(rng.uniform(1.45, 1.6))
    post = join([cylinder((0, 0, 0.02), (0, 0, top + 0.12), 0.016, 8), cylinder((0, 0, 0), (0, 0, 0.025), 0.2, 16)])
    hanger = tube([(0, -0.22, top - 0.06), (0, 0, top), (0, 0.22, top - 0.06)], 0.012, 6)
    chest = _sack(0.12, 0.25, top - 0.72, top - 0.02)
    sleeves = [tube([(0, 0.21 * s, top - 0.1), (0.03, 0.3 * s, top - 0.55)], 0.06, 8) for s in (-1.0, 1.0)]
    bands = join([_sack(0.125, 0.256, top - h - 0.025, top - h + 0.025) for h in (0.3, 0.52)])
    parts = [
        join([post, hanger]).part("galvanised", inspectable=False),
        join([chest, *sleeves]).part("cloth", _some(_VESTS, rng), inspectable=False),
        bands.part("sign", _BAND, inspectable=False),
    ]
    yaw = float(rng.uniform(0, 2 * np.pi))
    return [part.moved(at_m, yaw) for part in parts], None


def mannequin(at_m: Point, rng: np.random.Generator) -> Thing:
    """A dressed rescue-training dummy, as cold as the air."""
    return _dummy(sample_look(rng, helmet=bool(rng.random() < 0.5)), at_m, rng)


def bareheaded_mannequin(at_m: Point, rng: np.random.Generator) -> Thing:
    """A dressed dummy without a helmet."""
    return _dummy(without_helmet(sample_look(rng, helmet=False), rng), at_m, rng)


def _dummy(look: Look, at_m: Point, rng: np.random.Generator) -> Thing:
    yaw, plastic = float(rng.uniform(0, 2 * np.pi)), _some(_DUMMY, rng)
    parts = []
    for part in figure(look, Pose(shoulder=(float(rng.uniform(-0.1, 0.4)), float(rng.uniform(-0.1, 0.2))))):
        skin = part.surface == "skin"
        tint = plastic if skin else part.tint
        parts.append(
            Part(part.vertices_m, part.faces, "plastic" if skin else part.material, "dummy", True, False, tint=tint)
        )
    return [part.moved(at_m, yaw) for part in parts], None


def poster_board(at_m: Point, rng: np.random.Generator) -> Thing:
    """A standing board with a life-size drawing of a worker."""
    width, height = 0.75, 1.75
    board = box((0.03, width, height), (0.0, 0.0, 0.08 + 0.5 * height))
    feet = join([box((0.4, 0.05, 0.08), (0.0, y, 0.04)) for y in (-0.3, 0.3)])
    parts = [
        board.part("sign", (0.80, 0.80, 0.77), inspectable=False),
        feet.part("galvanised", inspectable=False),
    ]
    for side in (1.0, -1.0):
        face = quad((side * 0.0165, 0.0, 0.08 + 0.5 * height), width - 0.04, height - 0.04, (side, 0.0, 0.0))
        parts.append(face.part("sign", solid=False, inspectable=False, image=_worker_picture(rng)))
    yaw = float(rng.uniform(0, 2 * np.pi))
    return [part.moved(at_m, yaw) for part in parts], None


def _worker_picture(rng: np.random.Generator) -> ByteArray:
    """(440, 180, 3) uint8: a figure in work clothes on a pale ground."""
    image = np.full((440, 180, 3), rng.integers(196, 232, 3), np.uint8)
    skin, cloth, trousers, vest = ((208, 164, 136), (40, 62, 110), (52, 54, 60), _bytes(_some(_VESTS, rng)))
    for x in (72, 108):
        cv2.rectangle(image, (x - 14, 240), (x + 14, 400), trousers, -1, cv2.LINE_AA)
        cv2.ellipse(image, (x, 404), (20, 10), 0, 0, 360, (30, 26, 24), -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.line(image, (90 + 44 * side, 125), (90 + 58 * side, 235), cloth, 24, cv2.LINE_AA)
        cv2.circle(image, (90 + 59 * side, 246), 12, skin, -1, cv2.LINE_AA)
    cv2.rectangle(image, (48, 108), (132, 250), cloth, -1, cv2.LINE_AA)
    cv2.rectangle(image, (54, 110), (126, 238), vest, -1, cv2.LINE_AA)
    for y in (160, 205):
        cv2.rectangle(image, (54, y), (126, y + 10), _bytes(_BAND), -1, cv2.LINE_AA)
    cv2.ellipse(image, (90, 72), (25, 31), 0, 0, 360, skin, -1, cv2.LINE_AA)
    cv2.ellipse(image, (90, 60), (31, 27), 0, 180, 360, (226, 186, 40), -1, cv2.LINE_AA)
    return image


def _sack(depth: float, width: float, low: float, high: float) -> Shape:
    """An oval upright body."""
    tall = cylinder((0, 0, low), (0, 0, high), 1.0, 16)
    return Shape(tall.vertices_m * (depth, width, 1.0), tall.faces)


def _set(part: Part, at_m: Point, rng: np.random.Generator) -> Part:
    return part.moved(at_m, float(rng.uniform(0, 2 * np.pi)))


def _some(colours: tuple[Point, ...], rng: np.random.Generator) -> Point:
    shade = np.asarray(colours[int(rng.integers(len(colours)))]) * rng.uniform(0.85, 1.1)
    return as_point(np.clip(shade, 0.02, 0.97), "colour")


def _bytes(colour: Point) -> tuple[int, int, int]:
    r, g, b = (int(255 * channel) for channel in colour)
    return r, g, b

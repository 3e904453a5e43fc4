"""Pictures drawn with OpenCV: a wall in the plane y = 0 that faces -y, seen by a pinhole camera. No renderer needed."""

import cv2
import numpy as np

from patrolgym.agents.vision.view import View
from patrolgym.envs.types import InspectionPoint

PX_M = 1200
WALL_M = (2.0, 1.5)


def wall(rng: np.random.Generator) -> np.ndarray:
    """A blotchy, scribbled wall, (1800, 2400, 3) uint8; its middle is the world's (0, 0, 0), x right, z up."""
    rough = rng.normal(0, 1, (18, 24, 3)).astype(np.float32)
    image = 140 + 18 * cv2.resize(rough, (2400, 1800), interpolation=cv2.INTER_CUBIC)
    for _ in range(40):
        corner = rng.integers(0, (2300, 1700))
        size = rng.integers(20, 160, 2)
        cv2.rectangle(image, corner.tolist(), (corner + size).tolist(), rng.uniform(40, 220, 3).tolist(), -1)
    return np.clip(image, 0, 255).astype(np.uint8)


def to_texel(x_m: float, z_m: float) -> tuple[int, int]:
    """Column and row on the wall of a place in its plane."""
    return round((WALL_M[0] / 2 + x_m) * PX_M), round((WALL_M[1] / 2 - z_m) * PX_M)


def dial(
    image: np.ndarray,
    angle_deg: float,
    radius_m: float = 0.05,
    zero_deg: float = -135.0,
    span_deg: float = 270.0,
    dark: bool = False,
    at_m: tuple[float, float] = (0.0, 0.0),
) -> None:
    """Paint a dial with ticks, numbers, a logo and a tailed needle that points `angle_deg` clockwise from up."""
    centre, r = to_texel(*at_m), radius_m * PX_M
    face, ink = ((30, 32, 35), (235, 235, 230)) if dark else ((240, 240, 235), (20, 20, 25))

    def ray(angle: float, a: float, b: float, colour: tuple[int, int, int], width: int) -> None:
        turn = np.deg2rad(angle)
        way = np.array([np.sin(turn), -np.cos(turn)]) * r
        ends = [np.round((np.array(centre) + k * way) * 16).astype(int).tolist() for k in (a, b)]
        cv2.line(image, ends[0], ends[1], colour, width, cv2.LINE_AA, 4)

    cv2.circle(image, centre, round(r * 1.08), (70, 70, 74), -1, cv2.LINE_AA)
    cv2.circle(image, centre, round(r * 0.97), face, -1, cv2.LINE_AA)
    for i in range(51):
        ray(zero_deg + span_deg * i / 50, 0.80 if i % 5 == 0 else 0.86, 0.92, ink, 2 if i % 5 == 0 else 1)
    for i in range(6):
        turn = np.deg2rad(zero_deg + span_deg * i / 5)
        at = np.array(centre) + 0.64 * r * np.array([np.sin(turn), -np.cos(turn)]) + (-9, 5)
        cv2.putText(image, str(i * 2), at.astype(int).tolist(), cv2.FONT_HERSHEY_SIMPLEX, 0.5, ink, 1, cv2.LINE_AA)
    cv2.putText(image, "ACME", (centre[0] - 20, centre[1] + round(0.45 * r)), 0, 0.45, (30, 60, 160), 2, cv2.LINE_AA)
    ray(angle_deg, -0.25, 0.78, ink, 3)
    cv2.circle(image, centre, 5, ink, -1, cv2.LINE_AA)


def shoot(
    image: np.ndarray,
    position_m: tuple[float, float, float],
    target_m: tuple[float, float, float],
    zoom: float,
    rng: np.random.Generator,
    thermal_c: np.ndarray | float = 20.0,
    gain: float = 1.0,
    roll_deg: float = 0.0,
) -> View:
    """A 320 by 240 view of the wall from `position_m` (y < 0) towards `target_m`, exposed by `gain`, with noise."""
    position = np.array(position_m, dtype=float)
    forward = np.array(target_m) - position
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    turn = cv2.Rodrigues(forward * np.deg2rad(roll_deg))[0]
    rotation = turn @ np.stack([right, np.cross(forward, right), forward], axis=1)
    focal = 160 / np.tan(np.deg2rad(30.0)) * zoom
    blank = View(
        np.zeros((240, 320, 3), np.uint8), np.ones((240, 320)), np.zeros((240, 320)), position, rotation, focal
    )
    rays = blank.cloud().astype(float) - position
    depth = np.where(rays[..., 1] > 0.01, -position[1] / np.maximum(rays[..., 1], 0.01), 0.0)
    at = position + rays * depth[..., None]
    column = ((WALL_M[0] / 2 + at[..., 0]) * PX_M).astype(np.float32)
    row = ((WALL_M[1] / 2 - at[..., 2]) * PX_M).astype(np.float32)
    soft = cv2.GaussianBlur(image, (0, 0), max(0.4 * PX_M * float(np.median(depth)) / focal, 0.3))
    colour = cv2.remap(soft, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(float)
    noisy = np.clip(colour * gain + rng.normal(0, 2.5, colour.shape), 0, 255).astype(np.uint8)
    heat = np.broadcast_to(np.asarray(thermal_c, dtype=np.float32), image.shape[:2])
    warmth = cv2.remap(heat.copy(), column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    warmth = warmth + rng.normal(0, 0.05, warmth.shape).astype(np.float32)
    return View(noisy, depth.astype(np.float32), warmth, position, rotation, focal)


def misjudged(view: View, rng: np.random.Generator, position_m: float = 0.05, angle_deg: float = 1.0) -> View:
    """The view with a pose estimate off by normal errors of these deviations."""
    turn = cv2.Rodrigues(rng.normal(0, np.deg2rad(angle_deg), 3))[0]
    return view.posed(view.position_m + rng.normal(0, position_m, 3), turn @ view.rotation)


def point(quantity: str, size_m: float, **fields: object) -> InspectionPoint:
    """A patch in the middle of the wall."""
    common = {"name": f"X-1/{quantity}", "tag": "X-1", "sensor": "rgb", "density_px_m": 1000.0}
    place = {"position_m": (0.0, 0.0, 0.0), "normal": (0.0, -1.0, 0.0), "up": (0.0, 0.0, 1.0)}
    return InspectionPoint(quantity=quantity, size_m=size_m, **{**common, **place, **fields})

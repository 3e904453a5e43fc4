"""One camera frame with the pose it was (about) taken from, and the geometry that goes with it."""

from dataclasses import dataclass

import cv2
import numpy as np

from patrolgym.envs.types import ByteArray, FloatArray, InspectionPoint, Point


@dataclass(frozen=True, eq=False)
class View:
    """A frame of the robot's camera: colour, depth and temperature share one lens.

    Attributes:
        rgb: (h, w, 3) uint8.
        depth_m: (h, w) distance along the optical axis, 0 where nothing returned.
        thermal_c: (h, w) apparent temperature in °C.
        position_m: (3,) estimated camera centre, world frame (errors of about 5 cm).
        rotation: (3, 3) estimated rotation from the camera frame (x right, y down, z forward) to the world (about 1°).
        focal_px: focal length; the principal point is ((w - 1) / 2, (h - 1) / 2).
        time_s: when it was taken.
    """

    rgb: ByteArray
    depth_m: FloatArray
    thermal_c: FloatArray
    position_m: FloatArray
    rotation: FloatArray
    focal_px: float
    time_s: float = 0.0

    def __post_init__(self) -> None:
        if self.rgb.ndim != 3 or self.rgb.shape[2] != 3 or self.rgb.dtype != np.uint8:
            raise ValueError(f"rgb must be (h, w, 3) uint8, got {self.rgb.shape} {self.rgb.dtype}")
        for name, shape in (
            ("depth_m", self.rgb.shape[:2]),
            ("thermal_c", self.rgb.shape[:2]),
            ("position_m", (3,)),
            ("rotation", (3, 3)),
        ):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} must have shape {shape}, got {getattr(self, name).shape}")
        if not self.focal_px > 0:
            raise ValueError(f"focal_px must be positive, got {self.focal_px!r}")

    @property
    def centre_px(self) -> FloatArray:
        """(2,) principal point (column, row)."""
        return np.array([(self.rgb.shape[1] - 1) / 2, (self.rgb.shape[0] - 1) / 2])

    def project(self, points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """World points (n, 3) to pixels (n, 2) (column, row) and depths (n,); points behind have depth <= 0."""
        local = (np.asarray(points_m, dtype=float) - self.position_m) @ self.rotation
        depth = local[:, 2]
        safe = np.where(np.abs(depth) < 1e-6, 1e-6, depth)
        return self.focal_px * local[:, :2] / safe[:, None] + self.centre_px, depth

    def unproject(self, pixels: FloatArray, depth_m: FloatArray) -> FloatArray:
        """Pixels (n, 2) (column, row) at depths (n,) to world points (n, 3)."""
        depth = np.asarray(depth_m, dtype=float)[:, None]
        local = np.concatenate([(np.asarray(pixels) - self.centre_px) / self.focal_px * depth, depth], axis=1)
        return np.asarray(local @ self.rotation.T + self.position_m)

    def cloud(self, step_px: int = 1) -> FloatArray:
        """(h, w, 3) world position of every pixel; where nothing returned it is the camera centre.

        With a step, only every so manieth row and column is given, from the middle of the first step on.
        """
        h, w = self.depth_m.shape
        cx, cy = self.centre_px
        start = step_px // 2
        x = (np.arange(start, w, step_px, dtype=np.float32) - np.float32(cx)) / np.float32(self.focal_px)
        y = (np.arange(start, h, step_px, dtype=np.float32) - np.float32(cy)) / np.float32(self.focal_px)
        depth = self.depth_m[start::step_px, start::step_px].astype(np.float32, copy=False)
        local = cv2.merge([x * depth, y[:, None] * depth, depth])
        pose = np.column_stack([self.rotation, self.position_m]).astype(np.float32)
        return np.asarray(cv2.transform(local, pose))

    def posed(self, position_m: FloatArray, rotation: FloatArray) -> "View":
        """The same frame with a better pose."""
        return View(self.rgb, self.depth_m, self.thermal_c, position_m, rotation, self.focal_px, self.time_s)

    def patch_corners(self, point: InspectionPoint, grow: float = 1.0) -> tuple[FloatArray, FloatArray]:
        """Corners of the point's square patch, `grow` times its size: pixels (4, 2) from top left clockwise, depths."""
        return self.project(square(point.position_m, point.normal, point.up, point.size_m * grow))

    def shows(self, point: InspectionPoint) -> float:
        """Share of the point's patch that lies inside the frame, 0..1 (occlusion is not looked at)."""
        corners, depth = self.patch_corners(point)
        if (depth <= 0.05).any():
            return 0.0
        h, w = self.depth_m.shape
        frame = np.array([[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]], dtype=np.float32)
        quad = corners.astype(np.float32)
        area = abs(cv2.contourArea(quad))
        if area < 1.0:
            return 0.0
        return float(min(cv2.intersectConvexConvex(quad, frame)[0] / area, 1.0))

    def density_px_m(self, point: InspectionPoint) -> float:
        """Pixels a metre at the patch, facing it; 0 behind the camera."""
        depth = self.project(np.array([point.position_m]))[1][0]
        return float(self.focal_px / depth) if depth > 0.05 else 0.0

    def incidence_rad(self, point: InspectionPoint) -> float:
        """Angle between the patch's normal and the line of sight."""
        sight = self.position_m - np.asarray(point.position_m)
        return float(np.arccos(np.clip(sight @ np.asarray(point.normal) / max(np.linalg.norm(sight), 1e-9), -1, 1)))

    def rectify(
        self, image: FloatArray | ByteArray, point: InspectionPoint, side_px: int, grow: float = 1.0
    ) -> FloatArray:
        """The point's patch plane as seen head-on from outside, (side_px, side_px[, channels]), `up` at the top.

        Args:
            image: (h, w[, c]) picture of this view (`rgb`, `thermal_c`, …).
            point: the patch: centre, normal, up and size.
            side_px: side of the square result; its pixel (i, j) centre lies at ((j + ½) / side_px, (i + ½) / side_px).
            grow: how many times the patch's size the square spans.

        Raises:
            ValueError: the patch reaches behind the camera.
        """
        corners = square(point.position_m, point.normal, point.up, point.size_m * grow)
        return rectify_quad(self, image, corners, (side_px, side_px))


def square(
    centre_m: Point | FloatArray, normal: Point | FloatArray, up: Point | FloatArray, size_m: float
) -> FloatArray:
    """Corners (4, 3) of a square in the plane of `normal`, from top left clockwise as seen from outside."""
    centre, n, u = (np.asarray(v, dtype=float) for v in (centre_m, normal, up))
    right = np.cross(u, n)
    half = size_m / 2
    return np.array([centre + half * (s * right + t * u) for s, t in ((-1, 1), (1, 1), (1, -1), (-1, -1))])


def rectify_quad(
    view: View, image: FloatArray | ByteArray, corners_m: FloatArray, size_px: tuple[int, int]
) -> FloatArray:
    """The rectangle `corners_m` (4, 3), from top left clockwise, warped to `size_px` (width, height).

    Raises:
        ValueError: it reaches behind the camera.
    """
    pixels, depth = view.project(corners_m)
    if (depth <= 0.05).any():
        raise ValueError(f"the patch reaches behind the camera: corner depths {np.round(depth, 2).tolist()} m")
    right, bottom = size_px[0] - 0.5, size_px[1] - 0.5
    target = np.array([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]], dtype=np.float32)
    transform = cv2.getPerspectiveTransform(target, pixels.astype(np.float32))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(image, transform, size_px, flags=flags, borderMode=cv2.BORDER_REPLICATE))

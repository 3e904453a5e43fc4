"""A view against the reference of the healthy site, pixel by pixel."""

from dataclasses import dataclass

import cv2
import numpy as np

from patrolgym.envs.types import BoolArray, ByteArray, FloatArray

from .view import View


@dataclass(frozen=True, eq=False)
class Twin:
    """The reference warped to a view, at a coarser grid.

    Attributes:
        rgb, thermal_c: (h, w, 3), (h, w) of the view on the grid; `was_rgb`, `was_c` of the reference.
        place_m: (h, w, 3) world position of each pixel, zeros of depth at the lens.
        same: (h, w) where the same surface is seen in both.
        step_px: pixels of the view a pixel of the grid.
        eye_m: (3,) where the view was taken from.
    """

    rgb: ByteArray
    thermal_c: FloatArray
    was_rgb: ByteArray
    was_c: FloatArray
    place_m: FloatArray
    same: BoolArray
    step_px: int
    eye_m: FloatArray


def twin(view: View, reference: View, step_px: int = 2) -> Twin:
    """Warp `reference` to the pose of `view` (aligned before) by the view's depth, on every `step_px`-th pixel."""
    h, w = view.depth_m.shape
    size = (w // step_px, h // step_px)
    depth = cv2.medianBlur(view.depth_m.astype(np.float32, copy=False), 5)[
        step_px // 2 :: step_px, step_px // 2 :: step_px
    ]
    rows, columns = np.mgrid[step_px // 2 : h : step_px, step_px // 2 : w : step_px]
    pixels = np.column_stack([columns.ravel(), rows.ravel()]).astype(float)
    place = view.unproject(pixels, depth.ravel().astype(float))
    at, ahead = reference.project(place)
    column, row = (at[:, k].reshape(size[1], size[0]).astype(np.float32) for k in (0, 1))
    was = cv2.remap(reference.depth_m.astype(np.float32, copy=False), column, row, cv2.INTER_NEAREST, borderValue=0.0)
    gap = np.abs(np.asarray(was) - ahead.reshape(size[1], size[0]))
    same = (depth > 0) & (was > 0) & (gap < 0.05 + 0.02 * depth**1.5)
    rgb = cv2.resize(view.rgb, size, interpolation=cv2.INTER_AREA)
    soft = cv2.blur(reference.rgb, (step_px, step_px))
    was_rgb = cv2.remap(soft, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    was_c = cv2.remap(
        reference.thermal_c.astype(np.float32, copy=False),
        column,
        row,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    thermal = cv2.resize(view.thermal_c.astype(np.float32, copy=False), size, interpolation=cv2.INTER_AREA)
    return Twin(
        np.asarray(rgb, dtype=np.uint8),
        np.asarray(thermal),
        np.asarray(was_rgb, dtype=np.uint8),
        np.asarray(was_c),
        place.reshape(size[1], size[0], 3),
        np.asarray(same),
        step_px,
        view.position_m,
    )

"""Pieces that many kinds share: flanges, bolts, motors, pipework, posts, skids."""

import numpy as np

from ...types import FloatArray
from ..shapes import (
    Shape,
    Vector,
    Z,
    bar,
    bend,
    box,
    box_between,
    cylinder,
    frame,
    join,
    repeated,
    revolve,
    torus,
    tube,
    unit,
)
from .drawn import Assembly, Paint


def bolt_circle(centre_m: Vector, axis: Vector, circle_m: float, bolt_m: float, length_m: float, count: int) -> Shape:
    """Bolts of radius `bolt_m` on a circle, centred on `centre_m` along `axis`."""
    across = frame(axis)
    half = 0.5 * length_m * across[2]
    angle = (np.arange(count) + 0.5) * (2 * np.pi / count)
    places = circle_m * np.stack([np.cos(angle), np.sin(angle)], axis=1) @ across[:2]
    return repeated(cylinder(-half, half, bolt_m, 4), np.asarray(centre_m) + places)


def flange(a: Assembly, centre_m: Vector, axis: Vector, pipe_m: float, paint: Paint | str, bolts: int = 6) -> None:
    """A bolted pair of flanges on a pipe of radius `pipe_m`, the joint at `centre_m`."""
    along = unit(axis)
    centre = np.asarray(centre_m, dtype=float)
    outer, thick = 1.75 * pipe_m + 0.012, 0.014 + 0.12 * pipe_m
    for sign in (-1.0, 1.0):
        a.add(cylinder(centre + sign * 0.002 * along, centre + sign * (0.002 + thick) * along, outer), paint)
    a.detail(cylinder(centre - 0.002 * along, centre + 0.002 * along, 0.97 * outer), ("rubber", (0.25, 0.25, 0.24)))
    circle = 0.5 * (outer + pipe_m) + 0.004
    a.detail(bolt_circle(centre, along, circle, 0.005 + 0.07 * pipe_m, 2 * thick + 0.03, bolts), "galvanised")


def pipe(a: Assembly, path_m: list[Vector], pipe_m: float, paint: Paint | str, surface: str = "body") -> None:
    """A pipe along a polyline, its corners long-radius elbows."""
    a.add(tube(bend(path_m, 3.0 * pipe_m), pipe_m), paint, surface)


def blind(a: Assembly, centre_m: Vector, axis: Vector, pipe_m: float, paint: Paint | str) -> None:
    """A blind flange that closes a pipe's end; `axis` points out of the pipe."""
    along = unit(axis)
    centre = np.asarray(centre_m, dtype=float)
    outer, thick = 1.75 * pipe_m + 0.012, 0.014 + 0.12 * pipe_m
    a.add(cylinder(centre - thick * along, centre + thick * along, outer), paint)
    circle = 0.5 * (outer + pipe_m) + 0.004
    a.detail(bolt_circle(centre, along, circle, 0.005 + 0.07 * pipe_m, 2 * thick + 0.03, 6), "galvanised")


def post(a: Assembly, foot_m: Vector, height_m: float, paint: Paint | str, radius_m: float = 0.03) -> None:
    """A round post on a bolted base plate."""
    x, y, z = foot_m
    width = 0.16 + 2 * radius_m
    a.add(box((width, width, 0.012), (x, y, z + 0.006)), paint)
    a.add(cylinder((x, y, z + 0.012), (x, y, z + height_m), radius_m), paint)
    a.detail(bolt_circle((x, y, z + 0.012), Z, 0.65 * width, 0.008, 0.024, 4), "galvanised")


def riser_pipe(
    a: Assembly,
    span_m: float,
    height_m: float,
    pipe_m: float,
    paint: Paint | str,
    depth_m: float = 0.0,
    surface: str = "body",
) -> None:
    """A pipe that comes out of the ground, runs level along x at `height_m` and goes down again."""
    half = 0.5 * span_m
    pipe(
        a,
        [(-half, depth_m, 0), (-half, depth_m, height_m), (half, depth_m, height_m), (half, depth_m, 0)],
        pipe_m,
        paint,
        surface,
    )
    for x in (-half, half):
        a.add(cylinder((x, depth_m, 0), (x, depth_m, 0.03), 1.8 * pipe_m), "concrete")


def skid(a: Assembly, length_m: float, width_m: float, height_m: float, paint: Paint | str) -> None:
    """A base frame of two channels, cross members and a deck plate, standing on the ground."""
    rail = 0.06
    for y in (-0.5 * width_m + 0.5 * rail, 0.5 * width_m - 0.5 * rail):
        for z, flange_width in ((0.006, rail), (height_m - 0.006, rail)):
            a.add(box((length_m, flange_width, 0.012), (0, y, z)), paint)
        a.add(box((length_m, 0.014, height_m), (0, y, 0.5 * height_m)), paint)
    for x in np.linspace(-0.5 * length_m + 0.04, 0.5 * length_m - 0.04, 4):
        a.add(box((0.05, width_m - 0.09, height_m - 0.03), (x, 0, 0.5 * height_m)), paint)
    a.add(box((length_m - 0.02, width_m - 0.03, 0.008), (0, 0, height_m)), paint)


def motor(
    a: Assembly, shaft_m: Vector, length_m: float, radius_m: float, floor_m: float, paint: Paint, sign: float = 1.0
) -> None:
    """A finned, fan-cooled motor along x from its drive end at `shaft_m`; surface "motor", box surface "terminal_box".

    Args:
        a: assembly.
        shaft_m: middle of the drive end.
        length_m: of the frame with its fan cover.
        radius_m: of the frame over the fins.
        floor_m: height its feet stand on.
        paint: of the frame.
        sign: +1 extends towards +x, -1 towards -x.
    """
    x, y, z = (float(v) for v in shaft_m)
    out = np.array([sign, 0.0, 0.0])
    core, body = 0.86 * radius_m, 0.74 * length_m
    bell = [(0, 0), (0.45 * core, 0), (0.55 * core, 0.03 * length_m), (core, 0.08 * length_m), (core, body), (0, body)]
    a.faded(revolve(bell, shaft_m, out), paint, "motor", _warm_middle(revolve(bell, shaft_m, out), x, sign, body))
    a.add(join(_fins(shaft_m, sign, core, radius_m, body)), paint, "motor", solid=False)
    cowl = [(0, body), (radius_m, body), (radius_m, 0.94 * length_m), (0.8 * radius_m, length_m), (0, length_m)]
    a.add(revolve(cowl, shaft_m, out), paint, "cowl")
    a.detail(
        cylinder((x + sign * length_m, y, z), (x + sign * (length_m + 0.002), y, z), 0.6 * radius_m),
        ("rubber", (0.08, 0.08, 0.08)),
        "cowl",
    )
    middle = x + sign * 0.45 * length_m
    for dx in (-0.22 * length_m, 0.22 * length_m):
        a.add(
            box_between(
                (middle + dx - 0.03, y - 0.9 * radius_m, floor_m),
                (middle + dx + 0.03, y + 0.9 * radius_m, z - 0.6 * radius_m),
            ),
            paint,
            "motor",
        )
    wide = 0.9 * radius_m
    a.add(
        box((1.1 * wide, wide, 0.5 * wide), (middle, y - 0.35 * radius_m, z + radius_m + 0.1 * wide)),
        paint,
        "terminal_box",
    )
    a.add(
        box((1.18 * wide, 1.08 * wide, 0.04 * wide), (middle, y - 0.35 * radius_m, z + radius_m + 0.36 * wide)),
        paint,
        "terminal_box",
    )
    a.detail(bolt_circle((middle, y + 0.5 * radius_m, z + radius_m), Z, 0.0, 0.02, 0.015, 1), "galvanised")


def _warm_middle(shape: Shape, x: float, sign: float, length: float) -> FloatArray:
    """A motor frame is hottest over its winding and up to 6 K cooler at its ends."""
    along = (shape.vertices_m[:, 0] - x) * sign / length
    return np.asarray(-6.0 * np.abs(2.0 * along - 1.0) ** 2)


def _fins(shaft_m: Vector, sign: float, core: float, radius: float, body: float) -> list[Shape]:
    x, y, z = (float(v) for v in shaft_m)
    fins = []
    for angle in np.radians(np.arange(-60.0, 241.0, 15.0)):
        if abs(angle - 0.5 * np.pi) < 0.3:
            continue
        ends = [
            (x + sign * s * body, y + 0.5 * (core + radius) * np.cos(angle), z + 0.5 * (core + radius) * np.sin(angle))
            for s in (0.14, 0.98)
        ]
        fins.append(bar(ends[0], ends[1], 0.008, radius - core + 0.01, (0.0, np.cos(angle), np.sin(angle))))
    return fins


def saddle(a: Assembly, x_m: float, radius_m: float, axis_m: float, paint: Paint | str, width_m: float = 0.12) -> None:
    """A support under a horizontal shell whose axis along x is `axis_m` above ground."""
    deep = 0.85 * radius_m
    a.add(box_between((x_m - 0.5 * width_m, -deep, 0.0), (x_m + 0.5 * width_m, deep, 0.02)), paint)
    a.add(
        box_between((x_m - 0.012, -0.8 * radius_m, 0.02), (x_m + 0.012, 0.8 * radius_m, axis_m - 0.55 * radius_m)),
        paint,
    )
    for y in (-0.75 * radius_m, 0.0, 0.75 * radius_m):
        top = axis_m - np.sqrt(radius_m**2 - y**2) + 0.03
        a.add(box_between((x_m - 0.4 * width_m, y - 0.008, 0.02), (x_m + 0.4 * width_m, y + 0.008, top)), paint)


def gas_nozzle(a: Assembly, start_m: Vector, end_m: Vector, pipe_m: float, paint: Paint | str) -> None:
    """A branch that ends in a blind flange."""
    direction = np.asarray(end_m, dtype=float) - np.asarray(start_m, dtype=float)
    a.add(cylinder(start_m, end_m, pipe_m), paint)
    blind(a, end_m, direction, pipe_m, paint)


def handwheel(
    a: Assembly, centre_m: Vector, axis: Vector, radius_m: float, paint: Paint, turn_rad: float = 0.0
) -> None:
    """A five-spoked handwheel in the plane square to `axis`."""
    centre = np.asarray(centre_m, dtype=float)
    u, v, a3 = frame(axis)
    a.add(torus(centre, a3, radius_m, 0.011, 24, 6), paint, solid=False)
    a.add(cylinder(centre - 0.02 * a3, centre + 0.02 * a3, 0.025), paint, solid=False)
    for angle in turn_rad + np.arange(5) * (2 * np.pi / 5):
        a.detail(cylinder(centre, centre + radius_m * (np.cos(angle) * u + np.sin(angle) * v), 0.007), paint)

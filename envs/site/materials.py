"""Materials: colour, procedural pattern, gloss, emissivity at 8-14 um (domain notes, thermography tables)."""

from dataclasses import dataclass

from ..types import Point


@dataclass(frozen=True)
class Material:
    """What a surface is made of.

    Attributes:
        albedo: sRGB 0..1 base colour (a part's tint replaces it).
        pattern: name of a procedural pattern of `envs.world.textures.PATTERNS`.
        contrast: 0..1 strength of the pattern.
        scale_m: size over which the pattern repeats.
        gloss: 0..1 strength of the specular highlight.
        emissivity: 0..1; the rest of what a thermal camera sees is reflected ambient.
    """

    name: str
    albedo: Point
    pattern: str
    contrast: float
    scale_m: float
    gloss: float
    emissivity: float


MATERIALS = {
    m.name: m
    for m in (
        Material("paint", (0.55, 0.60, 0.62), "paint", 0.15, 0.8, 0.30, 0.95),
        Material("paint_worn", (0.50, 0.55, 0.56), "worn", 0.40, 1.0, 0.20, 0.92),
        Material("galvanised", (0.62, 0.64, 0.65), "spangle", 0.25, 0.4, 0.35, 0.28),
        Material("stainless", (0.70, 0.71, 0.72), "brushed", 0.12, 0.5, 0.60, 0.15),
        Material("aluminium", (0.75, 0.76, 0.77), "brushed", 0.15, 0.6, 0.50, 0.08),
        Material("steel", (0.42, 0.42, 0.43), "brushed", 0.20, 0.5, 0.35, 0.80),
        Material("rusted_steel", (0.40, 0.26, 0.17), "rust", 0.60, 0.7, 0.05, 0.80),
        Material("cast_iron", (0.28, 0.30, 0.32), "cast", 0.25, 0.3, 0.10, 0.90),
        Material("brass", (0.72, 0.58, 0.28), "brushed", 0.15, 0.3, 0.50, 0.30),
        Material("copper", (0.72, 0.42, 0.28), "brushed", 0.20, 0.3, 0.45, 0.60),
        Material("rubber", (0.10, 0.10, 0.10), "plain", 0.10, 0.5, 0.05, 0.95),
        Material("plastic", (0.80, 0.80, 0.78), "plain", 0.05, 0.5, 0.30, 0.93),
        Material("glass", (0.75, 0.80, 0.80), "plain", 0.05, 0.5, 0.70, 0.90),
        Material("concrete", (0.52, 0.51, 0.48), "concrete", 0.35, 2.0, 0.03, 0.94),
        Material("epoxy", (0.50, 0.52, 0.52), "concrete", 0.14, 2.0, 0.22, 0.94),
        Material("asphalt", (0.22, 0.22, 0.23), "asphalt", 0.35, 1.5, 0.05, 0.95),
        Material("gravel", (0.45, 0.42, 0.38), "gravel", 0.55, 0.8, 0.0, 0.93),
        Material("grating", (0.48, 0.49, 0.50), "grating", 0.70, 0.2, 0.25, 0.60),
        Material("tread_plate", (0.50, 0.51, 0.52), "tread", 0.40, 0.3, 0.35, 0.60),
        Material("brick", (0.50, 0.28, 0.22), "brick", 0.50, 1.0, 0.02, 0.93),
        Material("cladding", (0.66, 0.68, 0.68), "ribs", 0.35, 1.0, 0.20, 0.90),
        Material("lagging", (0.78, 0.79, 0.80), "lagging", 0.20, 1.0, 0.45, 0.25),
        Material("cloth", (0.20, 0.25, 0.40), "cloth", 0.25, 0.3, 0.0, 0.95),
        Material("skin", (0.75, 0.56, 0.45), "plain", 0.08, 0.3, 0.05, 0.98),
        Material("oil", (0.08, 0.06, 0.04), "plain", 0.10, 1.0, 0.70, 0.95),
        Material("water", (0.30, 0.31, 0.31), "plain", 0.05, 1.0, 0.75, 0.96),
        Material("flame", (1.00, 0.60, 0.15), "plain", 0.40, 0.3, 0.0, 1.00),
        Material("lamp", (0.90, 0.90, 0.85), "plain", 0.0, 0.3, 0.10, 0.93),
        Material("sheet_metal", (0.55, 0.56, 0.57), "brushed", 0.08, 0.6, 0.50, 0.25),
        Material("sign", (0.90, 0.90, 0.88), "plain", 0.03, 0.5, 0.15, 0.93),
        Material("cardboard", (0.62, 0.48, 0.32), "plain", 0.10, 0.5, 0.0, 0.93),
    )
}

"""`patrolgym inspect`: reads an instrument in a photograph of one's own."""

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from patrolgym.errors import UserError

from .base import COMMANDS, Command, check_writable, write_json

if TYPE_CHECKING:
    from patrolgym.agents.vision.photo.base import Answer, PhotoKind, Question

_MOST_BYTES, _MOST_PIXELS = 200 * 2**20, 200_000_000
_FORMATS = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"must be a finite number, got {text!r}")
    return value


def _box(text: str) -> tuple[int, int, int, int]:
    try:
        left, top, right, bottom = (int(part) for part in text.split(","))
    except ValueError:
        left, top, right, bottom = 0, 0, 0, 0
    if not (0 <= left < right and 0 <= top < bottom):
        raise argparse.ArgumentTypeError(f"must be LEFT,TOP,RIGHT,BOTTOM in pixels, got {text!r}")
    return left, top, right, bottom


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photo", type=Path, metavar="PHOTO", help="picture file: JPEG, PNG, TIFF, WebP, BMP")
    parser.add_argument("--kind", default="gauge", help="what to read: gauge, level or hotspot (default: gauge)")
    parser.add_argument("--min", type=_number, default=None, help="value at the start of the scale")
    parser.add_argument("--max", type=_number, default=None, help="value at the end of the scale")
    parser.add_argument("--unit", default=None, help="unit of the scale, such as MPa; only printed")
    parser.add_argument("--box", type=_box, default=None, help="LEFT,TOP,RIGHT,BOTTOM of the thing, in pixels")
    parser.add_argument("--json", type=Path, default=None, help="file for reading, confidence, kind and unit")
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        help="annotated picture (default: NAME-inspected.png in this folder)",
    )


def _call(args: argparse.Namespace) -> int:
    from patrolgym.agents.vision.photo.base import PHOTO_KINDS

    if args.kind not in PHOTO_KINDS.names():
        raise UserError(f"unknown kind {args.kind!r}; choose from: {', '.join(PHOTO_KINDS.names())}")
    kind = PHOTO_KINDS[args.kind]
    limits = _limits(args, kind)
    out = _out(args)
    question = _question(args.photo, limits, args.box)
    if "box" in kind.needs and args.box is None:
        raise UserError(f"--kind {kind.name} reads {kind.about}")
    check_writable(args.json)
    check_writable(out)
    answer = kind.read(question)
    _save(out, answer)
    unit = kind.unit if args.unit is None else args.unit
    reading = None if answer.refused else answer.reading
    write_json(
        args.json, {"reading": reading, "confidence": round(answer.confidence, 3), "kind": kind.name, "unit": unit}
    )
    if answer.refused:
        print(f"cannot read with confidence: {answer.reason} (confidence {answer.confidence:.2f})")
    else:
        print(f"reading {answer.reading:.4g} {unit}".rstrip() + f" (confidence {answer.confidence:.2f})")
    print(f"annotated picture: {out}")
    return 0


def _limits(args: argparse.Namespace, kind: "PhotoKind") -> tuple[float, float] | None:
    if args.min is None and args.max is None and "limits" not in kind.needs:
        return None
    if args.min is None or args.max is None:
        raise UserError(f"--kind {kind.name} reads {kind.about}" if "limits" in kind.needs else "--min goes with --max")
    if args.min >= args.max:
        raise UserError(f"--min must be below --max, got {args.min:g} and {args.max:g}")
    return args.min, args.max


def _out(args: argparse.Namespace) -> Path:
    """Where the annotated picture goes: never onto the photograph itself."""
    out: Path = args.out or Path(f"{args.photo.stem}-inspected.png")
    if out.suffix.lower() not in _FORMATS:
        raise UserError(f"--out must end in one of {', '.join(_FORMATS)}, got {str(out)!r}")
    taken = {"PHOTO": args.photo.resolve(), "--out": out.resolve()}
    if taken["PHOTO"] == taken["--out"]:
        raise UserError(f"--out must not be the photograph itself, got {str(out)!r}")
    if args.json is not None and args.json.resolve() in taken.values():
        raise UserError(f"--json must be another file than the pictures, got {str(args.json)!r}")
    return out


def _question(photo: Path, limits: tuple[float, float] | None, box_px: tuple[int, int, int, int] | None) -> "Question":
    """The photograph, turned as its EXIF data say."""
    import cv2
    import numpy as np

    from patrolgym.agents.vision.photo.base import Question

    data = np.frombuffer(_bytes(photo), dtype=np.uint8)
    try:
        bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
        levels = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_ANYDEPTH)
    except (cv2.error, MemoryError):
        bgr = levels = None
    if bgr is None or levels is None or levels.dtype not in (np.uint8, np.uint16):
        raise UserError(f"{photo} is not a picture that can be read ({', '.join(_FORMATS)})")
    height, width = bgr.shape[:2]
    if box_px is not None and not (box_px[2] <= width and box_px[3] <= height):
        raise UserError(f"--box {','.join(map(str, box_px))} reaches beyond the picture of {width}x{height} px")
    return Question(np.ascontiguousarray(bgr[..., ::-1], dtype=np.uint8), levels.astype(levels.dtype), limits, box_px)


def _bytes(photo: Path) -> bytes:
    try:
        if photo.exists() and not photo.is_file():
            raise UserError(f"{photo} is not a file")
        size = photo.stat().st_size
        if not 0 < size <= _MOST_BYTES:
            raise UserError(f"{photo} is empty" if size == 0 else f"{photo} is larger than {_MOST_BYTES >> 20} MB")
        data = photo.read_bytes()
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {photo}: {getattr(error, 'strerror', None) or error}") from error
    # A PNG of a few bytes may unfold to gigabytes: its size stands in its first chunk.
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > 24:
        pixels = int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
        if pixels > _MOST_PIXELS:
            raise UserError(f"{photo} has {pixels / 1e6:.0f} megapixels; at most {_MOST_PIXELS / 1e6:.0f} are read")
    return data


def _save(out: Path, answer: "Answer") -> None:
    import cv2

    try:
        _, data = cv2.imencode(out.suffix, answer.picture[..., ::-1])
        out.write_bytes(data.tobytes())
    except (OSError, cv2.error) as error:
        raise UserError(f"cannot write {out}: {getattr(error, 'strerror', None) or error}") from error


COMMANDS.add("inspect", Command("reads an instrument in a photograph of your own", _add_options, _call))

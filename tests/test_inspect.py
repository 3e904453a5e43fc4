"""`patrolgym inspect` as someone with a photograph meets it."""

import json
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from patrolgym.cli import main


def gauge(share: float = 0.4, size: int = 360) -> np.ndarray:
    """A plain dial from 7:30 to 4:30 with fifty divisions."""
    image = np.full((size, size, 3), 120, np.uint8)
    middle, radius = size // 2, 0.42 * size
    cv2.circle(image, (middle, middle), round(radius), (60, 60, 60), -1, cv2.LINE_AA)
    cv2.circle(image, (middle, middle), round(0.94 * radius), (240, 240, 240), -1, cv2.LINE_AA)

    def place(angle_deg: float, r: float) -> tuple[int, int]:
        turn = np.deg2rad(angle_deg)
        return round(16 * (middle + r * radius * np.sin(turn))), round(16 * (middle - r * radius * np.cos(turn)))

    for k in range(51):
        angle = -135 + 5.4 * k
        inner = 0.72 if k % 10 == 0 else 0.8
        cv2.line(image, place(angle, inner), place(angle, 0.88), (20, 20, 20), 2 if k % 10 else 3, cv2.LINE_AA, 4)
    needle = -135 + 270 * share
    cv2.line(image, place(needle + 180, 0.2), place(needle, 0.75), (20, 20, 200), 5, cv2.LINE_AA, 4)
    return image


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("plain.png", np.full((64, 64, 3), 90, np.uint8))
    (tmp_path / "empty.png").touch()
    (tmp_path / "words.jpg").write_text("no picture")
    # 40 bytes that claim to be 100,000 pixels wide and high.
    header = struct.pack(">II", 100_000, 100_000)
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + header + bytes(16))
    return tmp_path


def test_a_reading_its_json_and_its_picture(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cv2.imwrite("dial.jpg", gauge(0.4))
    before = (here / "dial.jpg").read_bytes()
    asked = [
        "inspect",
        "dial.jpg",
        "--kind",
        "gauge",
        "--min",
        "0",
        "--max",
        "2.5",
        "--unit",
        "MPa",
        "--json",
        "r.json",
    ]
    assert main(asked) == 0
    told = json.loads((here / "r.json").read_text())
    assert set(told) == {"reading", "confidence", "kind", "unit"}
    assert told["reading"] == pytest.approx(1.0, abs=0.02)
    assert 0.5 <= told["confidence"] <= 1
    assert (told["kind"], told["unit"]) == ("gauge", "MPa")
    assert "MPa" in capsys.readouterr().out
    assert (here / "dial.jpg").read_bytes() == before
    drawn = cv2.imread("dial-inspected.png")
    assert drawn.shape == (360, 360, 3)


def test_what_cannot_be_read_is_refused_with_a_reason(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "plain.png", "--min", "0", "--max", "1", "--json", "r.json"]) == 0
    told = json.loads((here / "r.json").read_text())
    assert told["reading"] is None
    assert told["confidence"] < 0.5
    assert "cannot read with confidence: " in capsys.readouterr().out


def test_the_camera_may_have_lain_on_its_side(here: Path) -> None:
    _, data = cv2.imencode(".jpg", np.full((60, 80, 3), 90, np.uint8))
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    turned = data.tobytes()[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data.tobytes()[2:]
    (here / "side.jpg").write_bytes(turned)
    assert main(["inspect", "side.jpg", "--kind", "hotspot", "--min", "0", "--max", "100"]) == 0
    assert cv2.imread("side-inspected.png").shape[:2] == (80, 60)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["missing.png", "--min", "0", "--max", "1"], "missing.png"),
        (["empty.png", "--min", "0", "--max", "1"], "empty.png is empty"),
        (["words.jpg", "--min", "0", "--max", "1"], "words.jpg"),
        (["bomb.png", "--min", "0", "--max", "1"], "10000 megapixels"),
        ([".", "--min", "0", "--max", "1"], "not a file"),
        (["plain.png", "--min", "1", "--max", "1"], "--min must be below --max"),
        (["plain.png", "--min", "nan", "--max", "1"], "'nan'"),
        (["plain.png", "--min", "0", "--max", "inf"], "'inf'"),
        (["plain.png", "--min", "0"], "--max"),
        (["plain.png"], "--min and --max"),
        (["plain.png", "--kind", "sundial"], "gauge, hotspot, level"),
        (["plain.png", "--kind", "level"], "--box"),
        (["plain.png", "--kind", "level", "--box", "9,9,5,5"], "'9,9,5,5'"),
        (["plain.png", "--kind", "level", "--box", "0,0,5,500"], "64x64"),
        (["plain.png", "--min", "0", "--max", "1", "--out", "a.txt"], "'a.txt'"),
        (["plain.png", "--min", "0", "--max", "1", "--out", "./plain.png"], "the photograph itself"),
        (["plain.png", "--min", "0", "--max", "1", "--json", "plain.png"], "--json"),
        (["plain.png", "--min", "0", "--max", "1", "--json", "/proc/no/r.json"], "/proc/no"),
    ],
)
def test_bad_input_is_one_clear_line(
    arguments: list[str], named: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (here / "plain.png").read_bytes()
    assert main(["inspect", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    assert named in shown.err
    assert (here / "plain.png").read_bytes() == before

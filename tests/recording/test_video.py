"""Video files: what they hold, and that a killed run leaves a readable one."""

import signal
import subprocess
import sys

import av
import numpy as np
import pytest

from patrolgym.recording.video import VideoWriter

SIZE = (64, 48)


def frames_of(path):
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]


def test_frames_come_back_in_order_and_colour(tmp_path):
    path = tmp_path / "a.mp4"
    colours = [(200, 30, 30), (30, 200, 30), (30, 30, 200)]
    with VideoWriter(path, SIZE, fps=5, crf=10) as video:
        for colour in colours:
            video.write(np.full((48, 64, 3), colour, np.uint8))
    decoded = frames_of(path)
    assert len(decoded) == 3
    for frame, colour in zip(decoded, colours, strict=True):
        assert np.abs(frame.mean(axis=(0, 1)) - colour).max() < 12
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt, stream.average_rate) == ("h264", "yuv420p", 5)


def test_a_held_frame_is_shown_again_and_the_closed_file_is_an_ordinary_mp4(tmp_path):
    path = tmp_path / "a.mp4"
    with VideoWriter(path, SIZE, fps=5, x264={"preset": "ultrafast", "qp": "15"}) as video:
        with pytest.raises(ValueError, match="no frame yet"):
            video.hold()
        for level in (40, 200):
            video.write(np.full((48, 64, 3), level, np.uint8))
            video.hold()
            video.hold()
    assert [round(frame.mean() / 10) for frame in frames_of(path)] == [4, 4, 4, 20, 20, 20]
    with av.open(str(path)) as file:
        assert file.streams.video[0].frames == 6


def test_closing_twice_is_harmless(tmp_path):
    video = VideoWriter(tmp_path / "a.mp4", SIZE)
    video.close()
    video.close()


def test_an_error_inside_still_leaves_the_frames(tmp_path):
    path = tmp_path / "a.mp4"
    with pytest.raises(RuntimeError), VideoWriter(path, SIZE) as video:
        video.write(np.zeros((48, 64, 3), np.uint8))
        raise RuntimeError
    assert len(frames_of(path)) == 1


def test_a_killed_run_leaves_a_readable_video(tmp_path):
    path = tmp_path / "a.mp4"
    script = f"""
import os, signal, numpy as np
from pathlib import Path
from patrolgym.recording.video import VideoWriter
video = VideoWriter(Path({str(path)!r}), {SIZE}, fps=10)
for k in range(100):
    video.write(np.full((48, 64, 3), k, np.uint8))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert len(frames_of(path)) >= 60  # at most the last two seconds, plus the fragment being written, are lost


@pytest.mark.parametrize("size", [(63, 48), (64, 47), (0, 48)])
def test_odd_sizes_are_refused(tmp_path, size):
    with pytest.raises(ValueError, match=f"{size[0]}×{size[1]}"):
        VideoWriter(tmp_path / "a.mp4", size)


@pytest.mark.parametrize("frame", [np.zeros((48, 60, 3), np.uint8), np.zeros((48, 64, 3), np.float32)])
def test_wrong_frames_are_refused(tmp_path, frame):
    with VideoWriter(tmp_path / "a.mp4", SIZE) as video, pytest.raises(ValueError, match="frame must be uint8"):
        video.write(frame)


def test_an_unwritable_path_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        VideoWriter(tmp_path / "missing" / "a.mp4", SIZE)

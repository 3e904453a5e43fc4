"""H.264 video files that play in a browser, and can be read even when writing was cut short."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from patrolgym.envs.types import ByteArray

#: Seconds between key frames, and so the most that a killed run loses.
KEY_S = 2


class VideoWriter:
    """Writes RGB frames to an MP4 (H.264, yuv420p); use it as a context manager.

    While it grows the file is fragmented: each fragment is complete in itself, so whatever was written before a crash
    can be played. `close` makes it an ordinary MP4; a video without a frame gets a black one.

    Args:
        path: file to (over)write.
        size_px: (width, height) of every frame, both even (yuv420p halves the colour planes).
        fps: frames a second.
        crf: x264's quality: 18 is visually lossless, 28 coarse.
        x264: options of the encoder instead of `crf`.

    Raises:
        ValueError: an odd or empty size, or fps below 1.
        OSError: the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        size_px: tuple[int, int],
        fps: int = 10,
        crf: int = 23,
        x264: Mapping[str, str] | None = None,
    ) -> None:
        width, height = size_px
        if width < 2 or height < 2 or width % 2 or height % 2:
            raise ValueError(f"video size must be even and positive, got {width}×{height}")
        if fps < 1:
            raise ValueError(f"fps must be at least 1, got {fps}")
        self._shape = (height, width, 3)
        flags = {"movflags": "frag_keyframe+hybrid_fragmented", "flush_packets": "1"}
        self._file = av.open(str(path), "w", format="mp4", options=flags)
        options = {"tune": "zerolatency", **(x264 or {"crf": str(crf), "preset": "veryfast"})}
        self._stream = self._file.add_stream("libx264", rate=fps, options=options)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
        self._stream.codec_context.gop_size = KEY_S * fps
        self._stream.codec_context.thread_count = 1
        self._file.start_encoding()  # now, so that a path that cannot be written fails before the long work
        self._closed = False
        self._converter = VideoReformatter()
        self._last: av.VideoFrame | None = None
        self._count = 0

    def write(self, frame: ByteArray) -> None:
        """Append one (height, width, 3) uint8 RGB frame."""
        if frame.shape != self._shape or frame.dtype != np.uint8:
            raise ValueError(f"frame must be uint8 {self._shape}, got {frame.dtype} {frame.shape}")
        # One converter with one thread: to start others takes longer than the work.
        picture = av.VideoFrame.from_ndarray(frame, format="rgb24")
        self._last = self._converter.reformat(picture, format="yuv420p", threads=1)
        self.hold()

    def hold(self) -> None:
        """Append the last frame again, which costs less than to write it anew; a ValueError if there is none."""
        if self._last is None:
            raise ValueError("there is no frame yet to hold")
        self._last.pts = self._count
        self._count += 1
        self._file.mux(self._stream.encode(self._last))

    def close(self) -> None:
        """Finish the file; harmless when closed already."""
        if not self._closed:
            if not self._count:  # FFmpeg 8.1 crashes when it closes a hybrid file without a frame
                self.write(np.zeros(self._shape, np.uint8))
            self._closed = True
            self._file.mux(self._stream.encode(None))
            self._file.close()

    def __enter__(self) -> "VideoWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

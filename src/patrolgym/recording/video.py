"""H.264 video files that play in a browser, and can be read even when writing was cut short."""

from pathlib import Path
from types import TracebackType

import av
import numpy as np

from patrolgym.envs.types import ByteArray

#: Seconds between key frames, and so the most that a killed run loses.
_KEY_S = 2


class VideoWriter:
    """Writes RGB frames to an MP4 (H.264, yuv420p); use it as a context manager.

    The file is fragmented: each fragment is complete in itself, so whatever was written before a crash can be played.

    Args:
        path: file to (over)write.
        size_px: (width, height) of every frame, both even (yuv420p halves the colour planes).
        fps: frames a second.
        crf: x264's quality: 18 is visually lossless, 28 coarse.

    Raises:
        ValueError: an odd or empty size, or fps below 1.
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, size_px: tuple[int, int], fps: int = 10, crf: int = 23) -> None:
        width, height = size_px
        if width < 2 or height < 2 or width % 2 or height % 2:
            raise ValueError(f"video size must be even and positive, got {width}×{height}")
        if fps < 1:
            raise ValueError(f"fps must be at least 1, got {fps}")
        self._shape = (height, width, 3)
        flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
        self._file = av.open(str(path), "w", format="mp4", options=flags)
        options = {"crf": str(crf), "preset": "veryfast", "tune": "zerolatency"}
        self._stream = self._file.add_stream("libx264", rate=fps, options=options)
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
        self._stream.codec_context.gop_size = _KEY_S * fps
        self._stream.codec_context.thread_count = 1
        self._file.start_encoding()  # now, so that a path that cannot be written fails before the long work
        self._closed = False

    def write(self, frame: ByteArray) -> None:
        """Append one (height, width, 3) uint8 RGB frame."""
        if frame.shape != self._shape or frame.dtype != np.uint8:
            raise ValueError(f"frame must be uint8 {self._shape}, got {frame.dtype} {frame.shape}")
        picture = av.VideoFrame.from_ndarray(frame, format="rgb24")
        self._file.mux(self._stream.encode(picture))

    def close(self) -> None:
        """Finish the file; harmless when closed already."""
        if not self._closed:
            self._closed = True
            self._file.mux(self._stream.encode(None))
            self._file.close()

    def __enter__(self) -> "VideoWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

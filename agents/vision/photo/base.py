"""What can be read in one photograph, without a pose or depth. One kind a file; importing the file registers it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from patrolgym.envs.registry import Registry
from patrolgym.envs.types import ByteArray, IntArray

PHOTO_KINDS: "Registry[PhotoKind]" = Registry("kind", "patrolgym.agents.vision.photo")
#: A reading less sure than this is refused.
LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True, eq=False)
class Question:
    """A photograph and what is known about it.

    Attributes:
        rgb: (h, w, 3) uint8, turned the right way up.
        levels: (h, w) the same in grey, in the file's own depth (a thermal picture may have 16 bit).
        limits: (lowest, highest) value of the scale, None if not told.
        box_px: (left, top, right, bottom) of the thing in the picture, None if not told.
    """

    rgb: ByteArray
    levels: IntArray
    limits: tuple[float, float] | None = None
    box_px: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What a photograph shows.

    Attributes:
        reading: in the unit of the limits; None where nothing could be read.
        confidence: 0..1; below `LEAST_CONFIDENCE` the reading is refused.
        reason: why the confidence is low, "" where it is not.
        picture: (h, w, 3) the photograph with what was seen drawn in.
    """

    reading: float | None
    confidence: float
    reason: str
    picture: ByteArray

    @property
    def refused(self) -> bool:
        """Whether the reading is not to be used."""
        return self.reading is None or self.confidence < LEAST_CONFIDENCE


class PhotoKind(ABC):
    """Reads one kind of thing.

    Attributes:
        needs: what must be told besides the photograph: "limits", "box".
        about: one line for people.
        unit: of the reading where none is told.
    """

    name: ClassVar[str]
    about: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    unit: ClassVar[str] = ""

    @abstractmethod
    def read(self, question: Question) -> Answer:
        """Read the photograph; what is in `needs` is not None."""

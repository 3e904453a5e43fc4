"""Makes the README's picture of what was missed: `python docs/failures.py REPORT.html …` writes images/failures.jpg.

It is the closest look at each missed problem, as the report pages show it, side by side.
"""

import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

TARGET = Path(__file__).parent / "images" / "failures.jpg"
SIZE_PX = (480, 360)
CARD = re.compile(r'<details class="card[^"]*"\s+id="missed-\d+".*?</details>', re.DOTALL)
PICTURE = re.compile(r"data:image/\w+;base64,([A-Za-z0-9+/=]+)")


def looks(page: str) -> Iterator[np.ndarray]:
    """The first picture of each missed problem's card."""
    for card in CARD.findall(page):
        found = PICTURE.search(card)
        if found is not None:
            picture = cv2.imdecode(np.frombuffer(base64.b64decode(found[1]), np.uint8), cv2.IMREAD_COLOR)
            yield cv2.resize(picture, SIZE_PX, interpolation=cv2.INTER_CUBIC)


if __name__ == "__main__":
    pictures = [look for path in sys.argv[1:] for look in looks(Path(path).read_text())]
    if not pictures:
        sys.exit("usage: python docs/failures.py REPORT.html … (pages of patrols that missed something)")
    cv2.imwrite(str(TARGET), np.hstack(pictures), [cv2.IMWRITE_JPEG_QUALITY, 85])

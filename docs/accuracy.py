"""Measures what the detectors achieve: `python docs/accuracy.py [class …]` writes docs/accuracy.json.

One look each from a random place where the robot may stand, on sites of the `val` split that nobody tuned on: as many
anomalies as harmless look-alikes and healthy places. The pages of the detectors show the figures.
"""

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs/accuracy.json"
SPLIT, LOOKS = "val", 24


def measured(name: str) -> dict[str, Any]:
    """The figures of one class of anomaly."""
    from tests.agents.vision import trials

    tally = trials.run(name, SPLIT, LOOKS)

    def middle(values: list[float]) -> list[float] | None:
        return np.percentile(values, [50, 95]).round(3).tolist() if values else None

    looks = {what: tally.trials[what] for what in ("anomaly", "look-alike", "healthy")}
    return {
        "looks": looks,
        "found": tally.found,
        "false": dict(sorted(tally.false.items())),
        "location_m": middle(tally.location_m),
        "reading_error": middle(tally.reading),
        "unread": tally.unread,
    }


def main() -> None:
    """Measure the classes named, or all, and keep what is known of the others."""
    sys.path.insert(0, str(ROOT))
    from tests.agents.vision import trials

    cv2.setNumThreads(1)
    known = json.loads(FILE.read_text())["classes"] if FILE.exists() else {}
    with threadpool_limits(1):
        for name in sys.argv[1:] or trials.CLASSES:
            known[name] = measured(name)
            print(name, known[name], flush=True)
            classes = dict(sorted(known.items()))
            FILE.write_text(json.dumps({"split": SPLIT, "classes": classes}, indent=2) + "\n")


if __name__ == "__main__":
    main()

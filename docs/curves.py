"""Draw the evaluations of several trainings over their steps: python docs/curves.py PICTURE FIGURE... -- FOLDER...

python docs/curves.py docs/images/gait-curve.png return error_m_s -- runs/gait-0 runs/gait-1 runs/gait-2
"""

import json
import sys
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COLOURS = ("#1f5fa8", "#c8641e", "#3c8c50", "#7a4a9c")


def main(picture: str, *rest: str) -> None:
    """One panel a figure, one line a folder."""
    split = rest.index("--")
    names, folders = rest[:split], [Path(folder) for folder in rest[split + 1 :]]
    figure = Figure(figsize=(3.6 * len(names), 2.6), layout="constrained")
    FigureCanvasAgg(figure)
    for place, name in enumerate(names):
        axes = figure.add_subplot(1, len(names), place + 1)
        for folder, colour in zip(folders, COLOURS, strict=False):
            rows = json.loads((folder / "curve.json").read_text())
            seed = json.loads((folder / "config.json").read_text())["seed"]
            steps = [row["steps"] / 1e3 for row in rows]
            axes.plot(steps, [row[name] for row in rows], marker=".", color=colour, label=f"seed {seed}")
        axes.set_title(name, fontsize=10)
        axes.set_xlabel("thousand steps", fontsize=8)
        axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:])

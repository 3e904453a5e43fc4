"""A run folder: config.json, checkpoints/, policy.npz, curve.csv, curve.json, curve.png and tensorboard/."""

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import patrolgym
from patrolgym.agents.policy import Policy
from patrolgym.errors import UserError
from patrolgym.recording.atomic import replacing, write_json

_FIXED = ("scenario", "algo", "seed", "settings", "hyper")


@dataclass(frozen=True)
class TrainConfig:
    """What is trained.

    Attributes:
        scenario: a name of `learning.tasks`.
        algo: a name of `learning.algorithms`.
        seed: of networks and environments.
        settings: of the task's environment.
        hyper: of the algorithm.
    """

    scenario: str
    algo: str
    seed: int
    settings: dict[str, Any]
    hyper: dict[str, Any]


class RunFolder:
    """One run on disk. Everything in it is written whole or not at all.

    Args:
        path: the folder; made if it is not there.

    Raises:
        UserError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
            probe = path / ".write-test"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise UserError(f"cannot write to {path}: {error.strerror}") from error

    @property
    def checkpoints(self) -> Path:
        """Where the checkpoints lie."""
        return self.path / "checkpoints"

    @property
    def tensorboard(self) -> Path:
        """Where TensorBoard looks."""
        return self.path / "tensorboard"

    def claim(self, config: TrainConfig) -> bool:
        """Make the folder that of `config`; whether it was so already.

        Raises:
            UserError: it holds another run.
        """
        wanted = json.loads(json.dumps(asdict(config)))
        file = self.path / "config.json"
        if not file.exists():
            write_json(file, wanted | {"patrolgym": patrolgym.__version__})
            return False
        held = read_config(self.path)
        for name in _FIXED:
            if held.get(name) != wanted[name]:
                raise UserError(
                    f"{self.path} holds a run with {name} {_short(held.get(name))}, not {_short(wanted[name])}; "
                    "give the same options to go on with it, or another --out"
                )
        return True

    def keep_policy(self, policy: Policy) -> None:
        """Write policy.npz."""
        with replacing(self.path / "policy.npz") as draft:
            policy.save(draft)

    def curve(self) -> list[dict[str, float]]:
        """Rows of evaluations so far, none if there is no curve that can be read."""
        try:
            rows: list[dict[str, float]] = json.loads((self.path / "curve.json").read_text())
        except (OSError, ValueError):
            return []
        return rows

    def write_curve(self, rows: list[dict[str, float]]) -> None:
        """Write curve.json, curve.csv and curve.png."""
        write_json(self.path / "curve.json", rows)
        with replacing(self.path / "curve.csv") as draft, draft.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        with replacing(self.path / "curve.png") as draft:
            _draw(rows, draft)


def read_config(folder: Path) -> dict[str, Any]:
    """What config.json of a run folder says; a UserError if it cannot be read."""
    file = folder / "config.json"
    try:
        held = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not JSON"
        raise UserError(f"{folder} is not a run folder: cannot read {file.name}: {reason}") from None
    if not isinstance(held, dict) or not {"scenario", "algo"} <= held.keys():
        raise UserError(f"{folder} is not a run folder: {file.name} names no scenario and algo")
    return held


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _draw(rows: list[dict[str, float]], path: Path) -> None:
    """Each figure over the steps, in small panels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = [name for name in rows[0] if name not in ("steps", "wall_s", "score")]
    columns = 3
    lines = -(-len(names) // columns)
    figure = Figure(figsize=(4.0 * columns, 2.6 * lines), layout="constrained")
    FigureCanvasAgg(figure)
    for place, name in enumerate(names):
        axes = figure.add_subplot(lines, columns, place + 1)
        axes.plot([row["steps"] / 1e6 for row in rows], [row[name] for row in rows], marker=".", color="#1f5fa8")
        axes.set_title(name, fontsize=10)
        axes.grid(alpha=0.3)
        axes.set_xlabel("million steps", fontsize=8)
    figure.savefig(path, format="png", dpi=110)

"""A trained policy as plain arrays: a network that NumPy alone evaluates.

The file is an .npz without pickles: `meta` (JSON), `obs_mean` and `obs_var` (n,), and `w0`, `b0`, `w1`, `b1`, … of the
layers; hidden layers end in the activation that `meta` names, the last layer gives the mean action. Where `meta` has
`rows` (count, width), the observation begins with so many choices of so many numbers each: the network takes a choice
and the rest of the observation, and gives that choice's score.
"""

import json
import math
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from patrolgym.envs.types import FloatArray

FORMAT = 1
#: Activations by the name that `meta` gives them.
ACTIVATIONS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0.0),
    "elu": lambda x: np.where(x > 0.0, x, np.expm1(np.minimum(x, 0.0))),
}
_EPSILON = 1e-8
_OFFERED = 0.5


class Policy:
    """A deterministic policy: normalised observation in, mean action within ±1 out.

    Args:
        meta: JSON-able facts: "format", "activation", "clip_obs", and what it was trained for.
        mean: (n,) of the observations.
        variance: (n,) of the observations.
        layers: weights (out, in) and biases (out,).

    Raises:
        ValueError: the parts do not fit each other.
    """

    def __init__(
        self, meta: dict[str, Any], mean: FloatArray, variance: FloatArray, layers: list[tuple[FloatArray, FloatArray]]
    ) -> None:
        if meta.get("format") != FORMAT or meta.get("activation") not in ACTIVATIONS or not layers:
            raise ValueError(f"not a policy of format {FORMAT} with one of {', '.join(ACTIVATIONS)}")
        rows = meta.get("rows")
        self._rows: tuple[int, int] | None = (int(rows[0]), int(rows[1])) if rows else None
        width = len(mean) if self._rows is None else len(mean) - (self._rows[0] - 1) * self._rows[1]
        for weights, bias in layers:
            if weights.ndim != 2 or weights.shape[1] != width or bias.shape != weights.shape[:1]:
                raise ValueError(f"a layer has shape {weights.shape}, which does not take {width} numbers")
            width = len(bias)
        self.meta, self.inputs = meta, len(mean)
        self.outputs = width if self._rows is None else self._rows[0]
        self._mean, self._variance, self._layers = mean, variance, layers
        self._scale = 1.0 / np.sqrt(np.asarray(variance, float) + _EPSILON)
        self._clip = float(meta.get("clip_obs", math.inf))
        self._bend = ACTIVATIONS[meta["activation"]]

    def act(self, observation: FloatArray) -> FloatArray:
        """(m,) action within ±1 for an observation (n,)."""
        return np.clip(self._network(self._normalised(observation)), -1.0, 1.0)

    def choose(self, observation: FloatArray) -> int:
        """The number of the best choice; rows whose first number is 0 are none.

        Raises:
            ValueError: the policy has no rows.
        """
        if self._rows is None:
            raise ValueError("this policy gives actions, not choices")
        count, width = self._rows
        x = self._normalised(observation)
        rows, rest = x[: count * width].reshape(count, width), x[count * width :]
        scores = [self._network(np.concatenate([row, rest]))[0] if row[0] >= _OFFERED else -np.inf for row in rows]
        return int(np.argmax(scores))

    def _normalised(self, observation: FloatArray) -> FloatArray:
        return np.clip((np.asarray(observation, float) - self._mean) * self._scale, -self._clip, self._clip)

    def _network(self, x: FloatArray) -> FloatArray:
        for weights, bias in self._layers[:-1]:
            x = self._bend(weights @ x + bias)
        weights, bias = self._layers[-1]
        return np.asarray(weights @ x + bias)

    def save(self, path: Path) -> None:
        """Write it; `path` should end in .npz."""
        arrays: dict[str, Any] = {
            f"{kind}{k}": part for k, layer in enumerate(self._layers) for kind, part in zip("wb", layer, strict=True)
        }
        with path.open("wb") as file:
            np.savez_compressed(
                file, meta=np.array(json.dumps(self.meta)), obs_mean=self._mean, obs_var=self._variance, **arrays
            )

    @classmethod
    def load(cls, path: Path) -> "Policy":
        """Read what `save` wrote; whatever is wrong is a ValueError of one line that names the file."""
        try:
            with np.load(path, allow_pickle=False) as held:
                arrays = {name: held[name] for name in held.files}
            meta = json.loads(str(arrays["meta"]))
            count = sum(name.startswith("w") for name in arrays)
            layers = [(arrays[f"w{k}"], arrays[f"b{k}"]) for k in range(count)]
            if not all(np.isfinite(array).all() for name, array in arrays.items() if name != "meta"):
                raise ValueError("it holds numbers that are not finite")
            return cls(meta, arrays["obs_mean"], arrays["obs_var"], layers)
        except FileNotFoundError:
            raise ValueError(f"there is no policy file {path}") from None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise ValueError(f"{path} is not a policy that can be used: {reason}") from None

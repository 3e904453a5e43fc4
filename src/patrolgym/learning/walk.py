"""`run` and `bench` of a learnt gait: the locomotion environment has no site and no patrol."""

from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
from rich.console import Console
from rich.progress import track
from rich.table import Table

import patrolgym
from patrolgym.agents.learned import load_policy, policy_path
from patrolgym.agents.policy import Policy
from patrolgym.commands.base import WALK as SCENARIO
from patrolgym.envs.outside import SIZE_PX
from patrolgym.envs.velocity_env import CONTROL_HZ
from patrolgym.errors import UserError
from patrolgym.recording.atomic import write_json
from patrolgym.recording.video import VideoWriter

from .gait import WALK_M_S, Probe, make, probe

_VIDEO_EVERY = 2
_FORWARD = (WALK_M_S, 0.0, 0.0)
PROBES = (
    Probe("forward_0.4", (0.4, 0.0, 0.0)),
    Probe("forward_0.8", _FORWARD),
    Probe("lateral_0.3", (0.0, 0.3, 0.0)),
    Probe("turn_0.6", (0.0, 0.0, 0.6)),
    *(Probe(f"push_{size}", _FORWARD, float(size)) for size in (30, 50, 80)),
)


def run(agent: str, seed: int, out: Path, video: bool) -> int:
    """One episode with drawn commands: score.json and, if asked for, walk.mp4 go into `out`."""
    policy, settings = _gait(agent)
    try:
        out.mkdir(parents=True, exist_ok=True)
        walk = VideoWriter(out / "walk.mp4", SIZE_PX, round(CONTROL_HZ / _VIDEO_EVERY)) if video else None
    except OSError as error:
        raise UserError(f"cannot write to {out}: {error.strerror}") from error
    earned, terms, steps, ended = 0.0, dict[str, float](), 0, False
    with closing(make(settings, render_mode="rgb_array")) as env:
        observation, _ = env.reset(seed=seed)
        while not ended:
            observation, reward, fallen, truncated, info = env.step(policy.act(observation))
            earned, steps, ended = earned + reward, steps + 1, fallen or truncated
            for name, value in info["reward_terms"].items():
                terms[name] = terms.get(name, 0.0) + value
            if walk is not None and steps % _VIDEO_EVERY == 0:
                picture = env.render()
                assert picture is not None
                walk.write(_captioned(picture, info))
    if walk is not None:
        walk.close()
    head = {"scenario": SCENARIO, "agent": agent, "robot": settings["robot"], "seed": seed}
    score = {"return": earned, "sim_s": steps / CONTROL_HZ, "fallen": fallen, "reward_terms": terms}
    write_json(out / "score.json", head | {"patrolgym": patrolgym.__version__} | score)
    print(f"return {earned:.2f} in {steps / CONTROL_HZ:.1f} s, {'fell' if fallen else 'no fall'}; wrote {out}")
    return 0


def bench(agent: str, first_seed: int, episodes: int) -> dict[str, Any]:
    """Figures of every probe over `episodes` drawn robots; returns what `bench --json` writes."""
    policy, settings = _gait(agent)
    figures: dict[str, float] = {}
    for each in track(PROBES, description=SCENARIO):
        figures |= probe(settings, policy, each, first_seed, episodes)
    table = Table("figure", "mean", title=f"{SCENARIO} {settings['robot']}, {episodes} robots")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3g}")
    Console().print(table)
    facts = {"scenario": SCENARIO, "agent": agent, "first_seed": first_seed, "episodes": episodes}
    return {"config": facts | {"patrolgym": patrolgym.__version__}, "mean": figures}


def _gait(agent: str) -> tuple[Policy, dict[str, Any]]:
    try:
        policy = load_policy(policy_path(agent), SCENARIO)
    except ValueError as error:
        raise UserError(str(error)) from None
    settings: dict[str, Any] = policy.meta["settings"]
    return policy, settings


def _captioned(picture: Any, info: dict[str, Any]) -> Any:
    told, done = info["command"], info["velocity"]
    lines = (
        f"told  {told[0]:+.2f} {told[1]:+.2f} m/s {told[2]:+.2f} rad/s",
        f"does  {done[0]:+.2f} {done[1]:+.2f} m/s {done[5]:+.2f} rad/s",
    )
    picture = picture.copy()
    for k, line in enumerate(lines):
        cv2.putText(picture, line, (12, 24 + 22 * k), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (20, 20, 20), 1, cv2.LINE_AA)
    return picture

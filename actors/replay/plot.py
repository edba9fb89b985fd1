"""The distributions of the delays as a picture."""

import importlib.util
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actors.replay.loading import ReplayRefused
from actors.replay.simulation.replay import Played
from actors.replay.simulation.strategies import LEARNT
from actors.replay.simulation.summary import hours

LEAST = 1 / 60
"""Hours: shorter delays are drawn at the left edge."""


def check(file: Path) -> None:
    """Raises ReplayRefused if no picture can be written there: before a replay, which may take minutes."""
    if importlib.util.find_spec("matplotlib") is None:
        python = shlex.quote(sys.executable)
        raise ReplayRefused(
            f"--plot needs matplotlib, which is not installed. Install it with `{python} -m pip install matplotlib`"
        )
    if not file.absolute().parent.is_dir():
        raise ReplayRefused(f"{file} cannot be written: there is no such directory")


def draw(file: Path, played: Mapping[str, Played], summaries: Mapping[str, Any], title: str) -> None:
    """Write a PNG: for each strategy the share of the drafts found within a time, and below it the mean delay of each
    kind beside the yardstick and the limit. Raises ReplayRefused."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # slow to import, and needed for --plot alone
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 9), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, height_ratios=(3, 2))
    _draw_shares(above, played, title)
    _draw_kinds(below, summaries)
    try:
        figure.savefig(file, format="png")
    except OSError as error:
        raise ReplayRefused(f"{file} cannot be written: {error.strerror or error}") from error


def _draw_shares(axes: Any, played: Mapping[str, Played], title: str) -> None:
    for name, one in played.items():
        delays = [max(LEAST, delay) for delay in hours(one.outcomes)]
        mean = sum(delays) / len(delays) if delays else 0.0
        shares = [(place + 1) / len(delays) for place in range(len(delays))]
        axes.step(delays, shares, where="post", label=f"{name} (mean {mean:.2f} h)")
    axes.set(xscale="log", xlabel="hours from appearance to detection", ylabel="share of the drafts", title=title)
    axes.set_xticks(
        [1 / 60, 1 / 12, 1 / 4, 1, 4, 12, 24, 168], ["1 min", "5 min", "15 min", "1", "4", "12", "24", "168"]
    )
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")


def _draw_kinds(axes: Any, summaries: Mapping[str, Any]) -> None:
    rows = {name: (of, "mean_hours") for name, of in summaries.items()}
    if (learnt := summaries.get(LEARNT)) is not None:
        rows["yardstick"], rows["limit"] = (learnt, "yardstick_hours"), (learnt, "limit_hours")
    kinds = list(dict.fromkeys(kind for of in summaries.values() for kind in of["kinds"]))
    width = 0.8 / len(rows)
    for place, (name, (of, key)) in enumerate(rows.items()):
        means = [max(LEAST, of["kinds"].get(kind, {}).get(key) or 0.0) for kind in kinds]
        axes.bar([at + place * width for at in range(len(kinds))], means, width, label=name)
    axes.set(yscale="log", ylabel="mean hours")
    axes.set_xticks([at + 0.4 - width / 2 for at in range(len(kinds))], kinds)
    axes.grid(alpha=0.3, axis="y")
    axes.legend()

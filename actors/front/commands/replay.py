"""The command `replay`: what each strategy would have found of what really appeared, and when."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from actors.replay import loading, plot
from actors.replay.simulation import strategies
from actors.replay.simulation.replay import Played, Sort
from actors.replay.simulation.summary import KINDS, summary


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What is to be replayed, and how it is to be told."""

    index: Path
    first: date
    last: date
    strategies: tuple[str, ...]
    share: float
    seed: int
    json: bool
    plot: Path | None


def run(request: ReplayRequest) -> None:
    """Replay, and print. Raises ReplayRefused."""
    papers = loading.read(request.index)
    days = loading.days(request.index, papers, request.first, request.last)
    if request.plot is not None and not request.plot.absolute().parent.is_dir():
        raise loading.ReplayRefused(f"{request.plot}: cannot be written: there is no such folder")
    played = _played(request, papers, days)
    summaries = {name: summary(one) for name, one in played.items()}
    if request.plot is not None:
        title = (
            f"Drafts of {request.first} to {request.last}, {request.share:.0%} of the two-frequency strategy's HEADs"
        )
        plot.draw(request.plot, played, title)
    if request.json:
        print(msgspec.json.format(msgspec.json.encode(summaries)).decode())
    else:
        _show(Console(highlight=False, width=None if sys.stdout.isatty() else 160), summaries, days)


def _played(request: ReplayRequest, papers: tuple[Any, ...], days: tuple[int, int]) -> Mapping[str, Played]:
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks = {name: bar.add_task(name, total=None) for name in strategies.STRATEGIES}
        return strategies.replay(
            papers,
            days,
            request.strategies,
            request.share,
            request.seed,
            lambda name, done, of: bar.update(tasks[name], completed=done, total=of),
        )


def _show(console: Console, summaries: Mapping[str, Any], days: tuple[int, int]) -> None:
    rounds = (days[1] - days[0] + 1) * 48
    table = Table(title="Hours from a draft's appearance to its detection")
    for heading in ("strategy", "arrivals of kind"):
        table.add_column(heading)
    for heading in ("HEADs", "in 30 min", "arrivals", "missed", "mean", "median", "p90", "p99", "worst"):
        table.add_column(heading, justify="right")
    for name, of in summaries.items():
        table.add_row(name, "all", f"{of['heads']:,}", f"{of['heads'] / rounds:,.0f}", *_cells(of))
        for sort in Sort:
            if KINDS[sort] in of["kinds"]:
                table.add_row("", sort.value, "", "", *_cells(of["kinds"][KINDS[sort]]))
        table.add_section()
    console.print(table)
    usual, learnt = (summaries.get(name) for name in strategies.STRATEGIES)
    if usual and learnt and usual["mean_hours"] and learnt["mean_hours"]:
        times = usual["mean_hours"] / learnt["mean_hours"]
        console.print(f"learnt: {learnt['heads'] / usual['heads']:.0%} of the HEADs, found {times:.1f} times as soon")


def _cells(of: Mapping[str, Any]) -> tuple[str, ...]:
    keys = ("mean_hours", "median_hours", "p90_hours", "p99_hours", "max_hours")
    delays = ("-" if of[key] is None else f"{of[key]:.2f}" for key in keys)
    return str(of["arrivals"]), str(of["missed"]), *delays

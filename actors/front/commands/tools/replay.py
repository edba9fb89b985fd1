"""`callboard replay`: how soon each strategy would have found the drafts of a past time."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from actors.control.client import RequestRefused
from actors.front.commands.parsing.arguments import Arguments
from actors.front.commands.printing import terminal
from actors.prober.schedule.pace import FLAT_HOURS
from actors.replay import loading, plot
from actors.replay.simulation import strategies
from actors.replay.simulation.replay import Played, Sort
from actors.replay.simulation.summary import KINDS, summary


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What is to be replayed, and how the result is to be shown."""

    index: Path
    first: date
    last: date
    strategies: tuple[str, ...]
    share: float
    seed: int
    hours: Path | None
    json: bool
    plot: Path | None


def request_of(arguments: Arguments) -> ReplayRequest:
    """What was typed."""
    assert arguments.index is not None, "the grammar requires --index"
    assert arguments.first is not None, "the grammar requires --from"
    assert arguments.last is not None, "the grammar requires --to"
    return ReplayRequest(
        index=arguments.index,
        first=arguments.first,
        last=arguments.last,
        strategies=arguments.strategies or strategies.STRATEGIES,
        share=arguments.share,
        seed=arguments.seed,
        hours=arguments.hours,
        json=arguments.json,
        plot=arguments.plot,
    )


def run(request: ReplayRequest) -> None:
    """Replay, and print. Raises RequestRefused."""
    try:
        _run(request)
    except loading.ReplayRefused as error:
        raise RequestRefused(str(error)) from error


def _run(request: ReplayRequest) -> None:
    papers = loading.read(request.index)
    days = loading.days(request.index, papers, request.first, request.last)
    if request.plot is not None:
        plot.check(request.plot)
    hours = FLAT_HOURS if request.hours is None else loading.hours(request.hours)
    played = _played(request, papers, days, hours)
    summaries = {name: summary(one) for name, one in played.items()}
    if request.plot is not None:
        title = (
            f"Drafts of {request.first} to {request.last}, {request.share:.0%} of the two-frequency strategy's HEADs"
        )
        plot.draw(request.plot, played, summaries, title)
    if request.json:
        terminal.show_json(summaries)
    else:
        _show(Console(highlight=False, width=None if sys.stdout.isatty() else 160), summaries, days)


def _played(
    request: ReplayRequest, papers: tuple[Any, ...], days: tuple[int, int], hours: tuple[float, ...]
) -> Mapping[str, Played]:
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks = {name: bar.add_task(name, total=None) for name in strategies.STRATEGIES}
        return strategies.replay(
            papers,
            days,
            request.strategies,
            request.share,
            request.seed,
            lambda name, done, of: bar.update(tasks[name], completed=done, total=of),
            hours,
        )


def _show(console: Console, summaries: Mapping[str, Any], days: tuple[int, int]) -> None:
    rounds = (days[1] - days[0] + 1) * 48
    table = Table(title="Hours from a draft's appearance to its detection")
    for heading in ("strategy", "arrivals of kind"):
        table.add_column(heading)
    for heading in (
        "HEADs",
        "in 30 min",
        "arrivals",
        "missed",
        "mean",
        "median",
        "p90",
        "p99",
        "worst",
        "yardstick",
        "limit",
    ):
        table.add_column(heading, justify="right")
    for name, of in summaries.items():
        table.add_row(name, "all", f"{of['heads']:,}", f"{of['heads'] / rounds:,.0f}", *_cells(of))
        for sort in Sort:
            if KINDS[sort] in of["kinds"]:
                table.add_row("", sort.value, "", "", *_cells(of["kinds"][KINDS[sort]]))
        table.add_section()
    console.print(table)
    console.print("yardstick: the mean if the pace had known each week's number of drafts")
    console.print("limit: the mean if the numbers of each week's drafts had been known, but not their names and times")
    usual, learnt = (summaries.get(name) for name in strategies.STRATEGIES)
    if usual and learnt and usual["mean_hours"] and learnt["mean_hours"]:
        times = usual["mean_hours"] / learnt["mean_hours"]
        console.print(
            f"learnt found drafts {times:.1f} times as fast with {learnt['heads'] / usual['heads']:.0%} of the requests"
        )


def _cells(of: Mapping[str, Any]) -> tuple[str, ...]:
    keys = ("mean_hours", "median_hours", "p90_hours", "p99_hours", "max_hours", "yardstick_hours", "limit_hours")
    delays = ("-" if of[key] is None else f"{of[key]:.2f}" for key in keys)
    return str(of["arrivals"]), str(of["missed"]), *delays

"""What the commands print for people: rich tables and lines from the plain values of the control socket."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

SIGNS = {"ok": "[green]ok[/green]", "standby": "[cyan]standby[/cyan]", "degraded": "[yellow]degraded[/yellow]"}

STYLES = {"plain": "", "strong": "bold", "code": "cyan", "link": ""}
"""How the pieces of an answer look on a terminal."""


def show_status(console: Console, health: Mapping[str, Any]) -> None:
    """The health document."""
    console.print(f"Callboard {health['version']} on {health['base']}: {SIGNS[health['status']]}")
    if health["leader"]:
        console.print(f"  {escape(health['leader'])} leads", soft_wrap=True)
    for reason in health["reasons"]:
        console.print(f"  [yellow]![/yellow] {escape(reason)}")
    table = Table("actor", "answers", "age", "state", "last error", box=None, pad_edge=False)
    for name, actor in health["actors"].items():
        age = "never" if actor["age"] is None else f"{actor['age']:.1f} s"
        answers = "yes" if actor["answer"] == "responsive" else "[red]no[/red]"
        table.add_row(name, answers, age, escape(_state(actor)), escape(str(actor["last_error"] or "")))
    console.print(table)


def show_drafts(console: Console, drafts: Sequence[Mapping[str, Any]]) -> None:
    """What was found, newest first."""
    if not drafts:
        console.print("No drafts have been found yet.")
        return
    table = Table(
        "draft",
        "found",
        "state",
        "files",
        "title (its own, or that of the newest known revision)",
        box=None,
        pad_edge=False,
    )
    for draft in drafts:
        own, known = draft["front_matter"] or {}, draft["predecessor"] or {}
        title = own.get("title") or known.get("title", "")
        files = ", ".join(f"{file['extension']}" for file in draft["files"])
        state = draft["announcement"] if draft["state"] == "found" else draft["state"]
        table.add_row(draft["id"], _minute(draft["found_at"]), state, files, escape(title))
    console.print(table)


def show_recent(console: Console, items: Sequence[Mapping[str, Any]]) -> None:
    """Papers and drafts, newest first."""
    if not items:
        console.print("Nothing has happened yet.")
        return
    table = Table("when", "what", "id", "title", "authors", box=None, pad_edge=False)
    for item in items:
        authors = ", ".join(item["authors"])
        table.add_row(_minute(item["at"]), item["what"], item["id"], escape(item["title"]), escape(authors))
    console.print(table)


def show_probing(console: Console, switch: Mapping[str, Any]) -> None:
    """How the kill switch stands."""
    since = f", since {_minute(switch['since'])} UTC by {escape(switch['by'])}" if switch["since"] else ""
    disabled = " (prober.enabled is false in the configuration)" if switch["probing"] == "disabled" else ""
    console.print(f"probing is {switch['probing']}{disabled}{since}")


def show_answer(console: Console, answer: Mapping[str, Any]) -> None:
    """The answer to a command."""
    for line in answer["lines"]:
        console.print(Text.assemble(*map(_span, line)), soft_wrap=True)


def show_dead_letters(console: Console, listing: Mapping[str, Any]) -> None:
    """What could not be delivered, oldest first."""
    for name in listing["unheard"]:
        console.print(f"[red]{name} did not answer: its letters are not among these[/red]")
    dead_letters = listing["dead_letters"]
    if not dead_letters:
        console.print("There are no letters: everything was delivered, or is on its way.")
        return
    table = Table("letter", "since", "tried", "what", "why", box=None, pad_edge=False)
    for dead_letter in dead_letters:
        what = (
            dead_letter["what"]
            if dead_letter["messages"] == 1
            else f"{dead_letter['what']} ({dead_letter['messages']:,} messages)"
        )
        tried = f"{dead_letter['failures']}x"
        table.add_row(
            escape(dead_letter["id"]), _minute(dead_letter["since"]), tried, escape(what), escape(dead_letter["error"])
        )
    console.print(table)
    if listing["total"] > len(dead_letters):
        console.print(f"… and {listing['total'] - len(dead_letters):,} more: --limit shows more of them")


def _span(span: Mapping[str, str]) -> tuple[str, str]:
    address = f" ({span['url']})" if span["url"] not in ("", span["text"]) else ""
    return span["text"] + address, STYLES[span["style"]]


def _state(actor: Mapping[str, Any]) -> str:
    common = {"answer", "last_updated", "age", "reasons", "counters", "last_error", "last_error_at"}
    silent = {"letters", "waiting", "parked", "unsettled"}
    facts = {
        key: value
        for key, value in actor.items()
        if key not in common and value is not None and (value or key not in silent)
    }
    return ", ".join(f"{key.replace('_', ' ')} {_value(value)}" for key, value in facts.items())


def _value(value: Any) -> str:
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")

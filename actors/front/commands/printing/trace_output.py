"""What `callboard trace` prints: a line for each turn, and under it what it sent."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from actors.front.commands.printing.moments import local


def show_trace(console: Console, trace: Mapping[str, Any]) -> None:
    """Turns, oldest first."""
    for name in trace["unheard"]:
        console.print(Text(f"{name} did not answer; its turns are missing", style="red"))
    if not trace["turns"]:
        console.print("Nothing has happened yet.")
    for turn in trace["turns"]:
        console.print(Text(_line(turn)), soft_wrap=True)


def _line(turn: Mapping[str, Any]) -> str:
    at = local(turn["at"])
    source = turn["sender"] or "itself"
    head = f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}  {turn['actor']:<10} {source:>10} > {turn['what']:<24}"
    sent = ", ".join(f"{to} {kind}" for kind, to in turn["sent"])
    return f"{head} {turn['seconds'] * 1000:7.1f} ms{f'  sent: {sent}' if sent else ''}"

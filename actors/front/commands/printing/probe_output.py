"""What `probe` prints for people."""

import math
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

UNITS = ((86_400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def show_answers(console: Console, asked: Mapping[str, Any]) -> None:
    """What the host answered, and what came of it."""
    table = Table("file", "answer", "last modified (UTC)", "bytes", "result", box=None, pad_edge=False)
    for answer in asked["answers"]:
        status = f" ({answer['status']})" if answer["status"] else ""
        said = f"{answer['verdict'] or 'not asked'}{status}"
        if answer["error"]:
            said += f": {answer['error']}"
        length = "" if answer["length"] is None else f"{answer['length']:,}"
        table.add_row(
            answer["name"], escape(said), _second(answer["last_modified"], ""), length, escape(answer["follows"])
        )
    console.print(table)


def show_number(console: Console, known: Mapping[str, Any]) -> None:
    """Everything known about a number."""
    for line in (*_what(known), *_when(known), *_why(known)):
        console.print(line, markup=False, soft_wrap=True)
    names = Table("file", "asked for", "last missing (UTC)", box=None, pad_edge=False)
    for name in known["names"]:
        often = "every time" if name["every"] == 1 else f"1 time in {name['every']}"
        every = often if name["every"] else "not on the schedule"
        names.add_row(name["name"], every, _second(name["missing_at"], "not asked yet"))
    if known["names"]:
        console.print(names)


def span(seconds: float) -> str:
    """A time in a suitable unit: `35 min`."""
    size, unit = next((each for each in UNITS if seconds >= each[0]), UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


def _what(known: Mapping[str, Any]) -> list[str]:
    newest, number, frontier = known["newest"], known["number"], known["frontier"]
    if newest is None:
        lines = [f"{number}: the index has no P{number:04d}"]
    else:
        authors = ", ".join(newest["authors"]) or "nobody named"
        lines = [f"{number}: {newest['id']} ({newest['date'] or 'no date'}), {newest['title']}, by {authors}"]
        lines.append(f"  revisions {', '.join(f'R{revision}' for revision in known['revisions'])}")
    if frontier is not None:
        side = "above" if number > frontier else "below"
        place = (
            "at the frontier"
            if number == frontier
            else f"{abs(number - frontier):,} {side} the frontier (P{frontier:04})"
        )
        lines.append(f"  {place}{'; watched by a user' if known['watched'] else ''}")
    for draft in known["drafts"]:
        files = " and ".join(file["extension"] for file in draft["files"])
        found = draft["announcement"] if draft["state"] == "found" else draft["state"]
        lines.append(f"  draft {draft['id']} ({files}), found {_second(draft['found_at'])}, {found}")
    return lines + [f"  {sighted}" for sighted in known["sighted"]]


def _when(known: Mapping[str, Any]) -> list[str]:
    lines = [f"  ! {reason}" for reason in known["reasons"]]
    if known["interval"] is None:
        asked = f"; last asked {_second(known['asked_at'])} UTC" if known.get("asked_at") else ""
        return [*lines, f"  not on the schedule (strategy: {known['strategy']}){asked}"]
    due = "being asked now" if known["due_at"] is None else f"next {_second(known['due_at'])} UTC"
    last = "not asked yet" if known["asked_at"] is None else f"last {_second(known['asked_at'])} UTC"
    lines.append(f"  asked every {span(known['interval'])}: {last}, {due}")
    if known["failed_at"]:
        lines.append(f"  files that got no answer are asked for again {_second(known['failed_at'])}")
    return lines


def _why(known: Mapping[str, Any]) -> list[str]:
    why = known["why"]
    if why is None:
        return []
    lines = [f"  why ({known['strategy']}): {why['rule']}; {why['cost']:.3g} requests each time on average"]
    if why["hazard"] is not None:
        usual = why["hazard"] / math.prod(factor["times"] for factor in why["factors"])
        lines.append(f"  hazard {why['hazard']:.3g} drafts a day: {usual:.3g} for numbers of its kind, times")
        lines += [f"    x {factor['times']:<6.3g} {factor['what']}" for factor in why["factors"]]
    return lines


def _second(at: str | None, never: str = "") -> str:
    return never if at is None else at[:19].replace("T", " ")

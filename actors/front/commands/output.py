"""What the commands print for people: rich tables and lines from the plain values of the control socket."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

SIGNS = MappingProxyType(
    {"ok": "[green]ok[/green]", "standby": "[cyan]standby[/cyan]", "degraded": "[yellow]degraded[/yellow]"}
)

STYLES = MappingProxyType({"plain": "", "strong": "bold", "code": "cyan", "link": ""})
"""How the pieces of an answer look on a terminal."""

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "dead_letters": "{} undelivered",
        "waiting": "{} events waiting",
        "role": "{}",
        "since": "since {} UTC",
        "epoch": "epoch {}",
        "entries": "{} entries",
        "papers": "{} papers",
        "synced_at": "last checked {} UTC",
        "failing_since": "failing since {} UTC",
        "frontier": "frontier P{:04}",
        "hot": "{} hot numbers",
        "cold": "{} cold numbers",
        "late": "{} s behind schedule",
        "drafts": "{} drafts",
        "followed": "{} files to recheck",
        "held": "{} files held back",
        "probing": "probing {}",
        "rate": "{} requests an hour allowed",
        "breaker": "breaker {}",
        "paused_until": "paused until {} UTC",
        "users": "{} users",
        "delivery": "delivers to {}",
        "queued": "{} queued",
        "sending": "{} being sent",
        "sent": "{} sent",
        "dead": "{} given up",
        "suspended": "{} suspended recipients",
        "suspended_why": "Slack says {}",
        "unsettled": "{} possibly sent twice",
        "hears": "commands by {}",
        "url": "{}",
    }
)
"""How a fact of the health document reads; one that is not here is shown by its key."""

FACTS_OF_ONE: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "{} event waiting",
        "entries": "{} entry",
        "papers": "{} paper",
        "hot": "{} hot number",
        "cold": "{} cold number",
        "drafts": "{} draft",
        "followed": "{} file to recheck",
        "held": "{} file held back",
        "rate": "{} request an hour allowed",
        "users": "{} user",
        "suspended": "{} suspended recipient",
    }
)
"""How it reads if there is one."""

QUIET_WHEN_ZERO = frozenset({"dead_letters", "waiting", "late", "held", "suspended", "unsettled", "dead"})
FORMER = frozenset({"letters", "parked", "leader"})
"""Keys that repeat another: by the name of version 0.1, or what the line above the table says."""

COMMON = frozenset({"answer", "last_updated", "age", "reasons", "counters", "last_error", "last_error_at"})


def show_status(console: Console, health: Mapping[str, Any]) -> None:
    """The health document."""
    console.print(f"Callboard {health['version']} on {health['base']}: {SIGNS[health['status']]}")
    if health["leader"]:
        console.print(f"  {escape(health['leader'])} leads", soft_wrap=True)
    for reason in health["reasons"]:
        console.print(f"  [yellow]![/yellow] {escape(reason)}", soft_wrap=True)
    table = Table("actor", "answers", "updated", "details", "last error", box=None, pad_edge=False)
    for name, actor in health["actors"].items():
        age = "never" if actor["age"] is None else f"{actor['age']:.1f} s ago"
        answers = "yes" if actor["answer"] == "responsive" else "[red]no[/red]"
        table.add_row(name, answers, age, escape(facts(actor)), escape(str(actor["last_error"] or "")))
    console.print(table)


def show_drafts(console: Console, drafts: Sequence[Mapping[str, Any]]) -> None:
    """What was found, newest first."""
    if not drafts:
        console.print("No drafts have been found yet.")
        return
    table = Table("draft", "found (UTC)", "status", "files", "title", box=None, pad_edge=False)
    for draft in drafts:
        own, known = draft["front_matter"] or {}, draft["predecessor"] or {}
        title = own.get("title") or (f"{known['title']} (title of the last revision)" if known.get("title") else "")
        files = ", ".join(f"{file['extension']}" for file in draft["files"])
        state = draft["announcement"] if draft["state"] == "found" else draft["state"]
        table.add_row(draft["id"], minute(draft["found_at"]), state, files, escape(title))
    console.print(table)


def show_recent(console: Console, items: Sequence[Mapping[str, Any]]) -> None:
    """Papers and drafts, newest first."""
    if not items:
        console.print("Nothing has happened yet.")
        return
    table = Table("when (UTC)", "what", "id", "title", "authors", box=None, pad_edge=False)
    for item in items:
        authors = ", ".join(item["authors"])
        table.add_row(minute(item["at"]), item["what"], item["id"], escape(item["title"]), escape(authors))
    console.print(table)


def show_probing(console: Console, switch: Mapping[str, Any]) -> None:
    """Whether the papers' host is asked."""
    since = f", since {minute(switch['since'])} UTC by {escape(switch['by'])}" if switch["since"] else ""
    disabled = " (prober.enabled is false in the configuration)" if switch["probing"] == "disabled" else ""
    console.print(f"probing is {switch['probing']}{disabled}{since}")


def show_answer(console: Console, answer: Mapping[str, Any]) -> None:
    """The answer to a command."""
    for line in answer["lines"]:
        console.print(Text.assemble(*map(_span, line)), soft_wrap=True)


def show_undelivered(console: Console, listing: Mapping[str, Any]) -> None:
    """What could not be delivered, oldest first."""
    for name in listing["unheard"]:
        console.print(f"[red]{name} did not answer; what it could not deliver is not listed[/red]")
    undelivered = listing["undelivered"]
    if not undelivered:
        console.print("Nothing is undelivered.")
        return
    table = Table("id", "since (UTC)", "tries", "what", "why", box=None, pad_edge=False)
    for each in undelivered:
        messages = f" ({each['messages']:,} messages)" if each["messages"] != 1 else ""
        what = f"{each['what']}{messages}"
        table.add_row(
            escape(each["id"]), minute(each["since"]), f"{each['failures']}", escape(what), escape(each["error"])
        )
    console.print(table)
    if listing["total"] > len(undelivered):
        console.print(f"… and {listing['total'] - len(undelivered):,} more; --limit N shows more")
    console.print("`callboard undelivered retry ID` tries one again, `callboard undelivered discard ID` gives it up.")


def show_problems(console: Console, listing: Mapping[str, Any]) -> None:
    """The problems that last, oldest first."""
    problems = listing["problems"]
    if not problems:
        console.print("There are no lasting problems; `callboard status` shows the current state.")
        return
    table = Table("code", "subject", "since (UTC)", "acknowledged", "problem", box=None, pad_edge=False)
    for each in problems:
        known = f"{minute(each['acknowledged_at'])} by {each['acknowledged_by']}" if each["acknowledged_at"] else "no"
        texts = (each["code"], each["subject"], minute(each["since"]), known, each["text"])
        table.add_row(*map(escape, texts))
    console.print(table)
    console.print("`callboard ack CODE` acknowledges one: no more reminders until it is resolved.")


def show_detail(console: Console, settled: Mapping[str, Any]) -> None:
    """What became of something undelivered."""
    console.print(settled["detail"], markup=False, soft_wrap=True)


def facts(actor: Mapping[str, Any]) -> str:
    """What an actor says of itself, in one line."""
    shown = {key: value for key, value in actor.items() if key not in COMMON | FORMER and value not in (None, "")}
    return ", ".join(_fact(key, value) for key, value in shown.items() if value or key not in QUIET_WHEN_ZERO)


def minute(at: str) -> str:
    """A moment of JSON to the minute."""
    return at[:16].replace("T", " ")


def _fact(key: str, value: Any) -> str:
    if isinstance(value, float):
        value = round(value)
    text = f"{value:,}" if isinstance(value, int) and key != "frontier" else value
    if isinstance(text, str) and key.endswith(("_at", "_since", "_until", "since")):
        text = minute(text)
    form = FACTS_OF_ONE.get(key) if value == 1 else None
    return (form or FACTS.get(key, f"{key.replace('_', ' ')} {{}}")).format(text)


def _span(span: Mapping[str, str]) -> tuple[str, str]:
    address = f" ({span['url']})" if span["url"] not in ("", span["text"]) else ""
    return span["text"] + address, STYLES[span["style"]]

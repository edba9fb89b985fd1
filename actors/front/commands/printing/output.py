"""What the commands print for people: rich tables and lines from the plain values of the control socket."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from actors.front.commands.printing import status
from actors.front.commands.printing.moments import minute

STYLES = MappingProxyType({"plain": "", "strong": "bold", "code": "cyan", "link": ""})
"""How the pieces of an answer look on a terminal."""


def show_status(console: Console, health: Mapping[str, Any]) -> None:
    """The health document; the first line is green or yellow on a terminal."""
    first, *rest = status.lines(health, datetime.now(UTC))
    console.print(Text(first, style="yellow" if health["problems"] else "green"), soft_wrap=True)
    for line in rest:
        console.print(Text(line), soft_wrap=True)


def show_drafts(console: Console, drafts: Sequence[Mapping[str, Any]]) -> None:
    """What was found, newest first: a line for each draft, under it its title and the addresses of its files."""
    if not drafts:
        console.print("No drafts have been found yet.")
    for draft in drafts:
        own, known = draft["front_matter"] or {}, draft["predecessor"] or {}
        title = own.get("title") or (f"{known['title']} (title of the last revision)" if known.get("title") else "")
        state = draft["announcement"] if draft["state"] == "found" else draft["state"]
        urls = [file["url"] for file in draft["files"]]
        _show_item(console, minute(draft["found_at"]), f"{draft['id']}  {state}", (title, *urls))


def show_recent(console: Console, items: Sequence[Mapping[str, Any]]) -> None:
    """Papers and drafts, newest first: a line for each, under it its title, its authors and its addresses."""
    if not items:
        console.print(
            "Nothing has come yet: the index has not been loaded. `callboard status` shows when it is, or why not."
        )
    elif not any(item.get("is_news", True) for item in items):
        console.print("Nothing new has come yet. The newest papers of the index:")
    for item in items:
        _show_item(
            console,
            minute(item["at"]) if item.get("is_news", True) else item["at"][:10],
            f"{item['id']}  {item['what']}",
            (item["title"], ", ".join(item["authors"]), *item["urls"]),
        )


def _show_item(console: Console, when: str, heading: str, below: Sequence[str]) -> None:
    console.print(Text(f"{when}  {heading}", style="bold"), soft_wrap=True)
    for line in filter(None, below):
        console.print(Text(f"    {line}"), soft_wrap=True)


def show_paper(console: Console, found: Mapping[str, Any]) -> None:
    """All revisions of a paper, oldest first."""
    for paper in found["papers"]:
        console.print(Text(f"{paper['id']}{'' if paper['is_announced'] else ' (known, not published)'}"))
        for field in paper["fields"]:
            console.print(
                Text(f"  {field['field']}: {field.get('value') or field['values'][0]['value']}"), soft_wrap=True
            )


def show_sources(console: Console, found: Mapping[str, Any]) -> None:
    """All revisions of a paper, with what each source says."""
    for paper in found["papers"]:
        console.print(Text(f"{paper['id']}{'' if paper['is_announced'] else ' (known, not published)'}"))
        for field in paper["fields"]:
            for place, said in enumerate(field["values"]):
                is_first = said["value"] == field["values"][0]["value"]
                is_added = field["field"] == "audience" and said["source"] == "paper tracker"
                note = "" if is_first else " (added)" if is_added else " (not believed)"
                name = field["field"] if place == 0 else ""
                source = f"{said['source']}, since {minute(said['since'])} UTC"
                console.print(Text(f"  {name:<12}{said['value']}  [{source}]{note}"), soft_wrap=True)


def show_held(console: Console, held: Mapping[str, Any]) -> None:
    """What sources say that is not plausible."""
    if not held["pages"]:
        console.print("Nothing is held: all that the sources say is plausible.")
        return
    _held_pages(console, held["pages"])
    console.print("`callboard index accept` applies it; otherwise it is applied if it lasts for index.hold_for.")


def show_accepted(console: Console, held: Mapping[str, Any]) -> None:
    """What was held until now."""
    _held_pages(console, held["pages"])
    console.print("Accepted: it is fetched again and applied now.")


def _held_pages(console: Console, pages: Sequence[Mapping[str, Any]]) -> None:
    for each in pages:
        page = f" {each['page']}" if each["page"] else ""
        console.print(Text(f"{each['source']}{page}, held since {minute(each['since'])} UTC"))
        for why in each["why"].splitlines():
            console.print(Text(f"  {why}"), soft_wrap=True)


def show_probing(console: Console, switch: Mapping[str, Any]) -> None:
    """Whether the papers' host is asked."""
    since = f", since {minute(switch['since'])} by {escape(switch['by'])}" if switch["since"] else ""
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
    table = Table("id", "since", "tries", "what", "why", box=None, pad_edge=False)
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
    table = Table("code", "subject", "since", "acknowledged", "problem", box=None, pad_edge=False)
    for each in problems:
        known = f"{minute(each['acknowledged_at'])} by {each['acknowledged_by']}" if each["acknowledged_at"] else "no"
        texts = (each["code"], each["subject"], minute(each["since"]), known, each["text"])
        table.add_row(*map(escape, texts))
    console.print(table)
    console.print("`callboard ack CODE` acknowledges one: no more reminders until it is resolved.")


def show_detail(console: Console, settled: Mapping[str, Any]) -> None:
    """What became of something undelivered."""
    console.print(settled["detail"], markup=False, soft_wrap=True)


def show_reload(console: Console, reloaded: Mapping[str, Any]) -> None:
    """What came of reading the configuration again."""
    for warning in reloaded["warnings"]:
        console.print(f"warning: {warning}", markup=False, soft_wrap=True)
    for line in reloaded["detail"].splitlines():
        console.print(line, markup=False, soft_wrap=True)


def _span(span: Mapping[str, str]) -> tuple[str, str]:
    address = f" ({span['url']})" if span["url"] not in ("", span["text"]) else ""
    return span["text"] + address, STYLES[span["style"]]

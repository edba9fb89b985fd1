"""The pages of the stage: the Slack workspace as its members see it, and open-std.org's papers of a year."""

import html
from collections.abc import Mapping
from typing import Any

from actors.stage.mrkdwn import to_html
from actors.stage.scenery import Message, Workspace

SHOWN = 100
"""Messages of a conversation on the page, the newest."""

REFRESH = 2
"""Seconds."""

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --mark: #1264a3; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.46 system-ui, sans-serif; }
header { padding: .6rem 1.2rem; background: #3f0e40; color: #fff; }
header b { font-size: 1.1rem; margin-right: .6rem; }
main { display: flex; flex-wrap: wrap; gap: 1rem; padding: 1rem; align-items: flex-start; }
section { flex: 1 1 26rem; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
h2 { font-size: 1rem; margin: 0; padding: .6rem 1rem; border-bottom: 1px solid var(--line); background: var(--soft); }
h2 small { font-weight: normal; opacity: .7; }
.messages { display: flex; flex-direction: column-reverse; max-height: 78vh; overflow-y: auto; padding: .4rem 0; }
article { display: grid; grid-template-columns: 2.4rem 1fr; gap: 0 .7rem; padding: .45rem 1rem; }
article.thread { margin-left: 2rem; }
.face { grid-row: span 2; width: 2.3rem; height: 2.3rem; border-radius: .4rem; background: #611f69; color: #fff;
  display: grid; place-items: center; font-weight: bold; }
.who small { opacity: .65; margin-left: .35rem; }
.app { font-size: .65rem; background: var(--soft); border-radius: .2rem; padding: 0 .25rem; }
.text { overflow-wrap: anywhere; }
a, .mention { color: var(--mark); }
pre, code { background: var(--soft); border-radius: .2rem; padding: 0 .2rem; white-space: pre-wrap; }
.none { padding: 2rem; opacity: .7; }
"""


def slack_page(slack: Workspace) -> str:
    """The workspace with all its conversations; the page loads itself again."""
    conversations: dict[str, list[Message]] = {}
    for message in slack.messages:
        conversations.setdefault(message.channel, []).append(message)
    sections = "".join(
        _conversation(slack, id, messages)
        for id, messages in sorted(conversations.items(), key=lambda item: (item[0].startswith("D"), item[0]))
    )
    count = len(slack.messages)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Slack ({count}) - the stage</title>\n'
        f'<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{REFRESH}">\n'
        f"<style>{_STYLE}</style></head>\n<body><header><b>Stage</b>what Callboard has told Slack so far: "
        f"{count} {'message' if count == 1 else 'messages'}</header>\n"
        f"<main>{sections or _NOTHING}</main></body></html>\n"
    )


_NOTHING = '<p class="none">No message yet. This page looks again by itself.</p>'


def _conversation(slack: Workspace, id: str, messages: list[Message]) -> str:
    user = slack.opened.get(id)
    title = f"# {slack.names.get(id, id)}" if user is None else slack.names.get(user, user)
    kind = "channel" if user is None else "direct message"
    # The list is laid out from its end, so that the newest is in view without a script.
    shown = "\n".join(_message(slack, message) for message in reversed(messages[-SHOWN:]))
    heading = f"{html.escape(title)} <small>{kind}, {len(messages)}</small>"
    return f'<section id="{html.escape(id)}"><h2>{heading}</h2><div class="messages">\n{shown}\n</div></section>\n'


def _message(slack: Workspace, message: Message) -> str:
    thread = "" if message.thread_ts is None else ' class="thread"'
    time = f'<time datetime="{message.at.isoformat()}">{message.at:%H:%M:%S}</time>'
    name = html.escape(slack.names.get(message.author, message.author) if message.author else "Callboard")
    mark = "" if message.author else ' <span class="app">APP</span>'
    return (
        f'<article{thread}><span class="face">{name[:1]}</span><div class="who"><b>{name}</b>{mark}'
        f'<small>{time}</small></div><div class="text">{to_html(message.text, slack.names)}</div></article>'
    )


_COLUMNS = ("WG21 Number", "Title", "Author", "Document Date", "Mailing Date", "Previous Version", "Subgroup")


def year_page(year: str, entries: Mapping[str, Mapping[str, Any]]) -> str:
    """The papers of the index which are dated in the year, in a table as open-std.org has one; what the index does not
    know (the mailing but its month, the subgroup) stays empty."""
    rows = "".join(
        _row(id, entry, entries)
        for id, entry in sorted(entries.items())
        if entry.get("type") == "paper" and str(entry.get("date", "")).startswith(year)
    )
    head = "".join(f"<th>{column}</th>" for column in _COLUMNS)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>WG21 papers {year}</title></head>\n'
        f"<body><h1>ISO/IEC JTC1/SC22/WG21 - Papers {year}</h1>\n"
        f"<table border=1>\n<tr>{head}</tr>\n{rows}</table></body></html>\n"
    )


def _mailing(date: str) -> str:
    """The month of a date like `2015-10-30` or `20151030`."""
    digits = date.replace("-", "")
    return f"{digits[:4]}-{digits[4:6]}"


def _row(id: str, entry: Mapping[str, Any], entries: Mapping[str, Mapping[str, Any]]) -> str:
    date = str(entry.get("date", ""))
    file = str(entry.get("long_link", f"{id.lower()}.pdf")).rpartition("/")[2]
    stem, revised, revision = id.rpartition("R")
    previous = f"{stem}R{int(revision) - 1}" if revised and revision.isdecimal() and len(revision) < 5 else ""
    cells = (
        entry.get("title", ""),
        entry.get("author", ""),
        date,
        _mailing(date),
        previous if previous in entries else "",
        "",
    )
    link = f'<a href="{html.escape(file)}">{html.escape(id)}</a>'
    return f"<tr><td>{link}</td>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>\n"

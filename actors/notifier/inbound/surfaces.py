"""Parses what people do outside of conversations: the app's home, forms, the shortcut of a message, shared links. Pure.

https://docs.slack.dev/reference/events/app_home_opened, https://docs.slack.dev/reference/events/link_shared,
https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload and
https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from actors.notifier.model.outgoing import ACTION
from actors.notifier.model.surfaces import (
    DURATION,
    ENTRY,
    HOW,
    OPEN_FORM,
    SHORTCUT,
    TIME,
    ZONE,
    FilledForm,
    FormKind,
    FormWanted,
    HomeOpened,
    LinksShared,
    PaperLink,
)

MAX_PAPERS = 40
"""Papers of one message that the shortcut watches."""

MAX_MESSAGE_CHARACTERS = 250_000
MAX_PARTS = 5000
"""Characters and parts of a message that are read."""

MAX_LINKS = 5
"""Links of one message that are unfurled."""

_PAPER = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<of>[PDN])(?P<paper>\d{4,5})"
    r"|(?P<list>CWG|LWG)(?:[-_ /#]?issues?[-_ /#]?|[-_/#]|[-_]\w{1,40}\.html#(?:issue)?| (?=\d{3})(?!20\d\d\b))?"
    r"(?P<issue>\d{1,5}))"
    r"(?:R\d{1,3})?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
"""The names of papers and issues as people write them, `LWG 4000` and addresses among them; not `LWG 2024`, a year."""

_LINKED = re.compile(
    r"/([PDN]|CWG|LWG|EWG|LEWG|FS|EDIT|SD)?0*([0-9]{1,6})(?:R([0-9]{1,3}))?(?:\.[a-z]{2,5}|/[a-z]{1,12})?",
    re.IGNORECASE,
)
_SAYING = ("title", "title_link", "pretext", "text", "url", "from_url", "fallback", "fields", "elements", "blocks")
"""Where blocks and attachments have words and addresses."""

_HOST = re.compile(r"(?:www\.)?wg21\.link")


def surface_event(id: str, event: Mapping[str, Any]) -> HomeOpened | LinksShared | None:
    """What an event of the Events API means, None if it is about something else."""
    match _text(event, "type"):
        case "app_home_opened" if _text(event, "tab") == "home" and _text(event, "user"):
            return HomeOpened(user=_text(event, "user"), view_hash=_text(_map(event, "view"), "hash"))
        case "link_shared" if id and _text(event, "unfurl_id"):
            given = event.get("links")
            urls = [_text(each, "url") for each in given if isinstance(each, dict)] if isinstance(given, list) else []
            found = tuple(link for url in dict.fromkeys(urls) if (link := _paper_link(url)) is not None)
            source = _text(event, "source") or "conversations_history"
            return LinksShared(id=id, unfurl_id=_text(event, "unfurl_id"), source=source, links=found[:MAX_LINKS])
    return None


def form_wanted(payload: Mapping[str, Any], action: Mapping[str, Any]) -> FormWanted | None:
    """Which form a pressed button opens, None if it opens none."""
    trigger, value = _text(payload, "trigger_id"), _text(action, "value")
    if not _text(action, "action_id").startswith(OPEN_FORM) or value not in {each.value for each in FormKind}:
        return None
    user = _text(_map(payload, "user"), "id")
    return FormWanted(id=trigger, user=user, form=FormKind(value), trigger=trigger) if trigger and user else None


def filled_form(payload: Mapping[str, Any]) -> FilledForm | None:
    """What was filled into one of our forms, as a command; None if this is no such form."""
    view = _map(payload, "view")
    user = _text(_map(payload, "user"), "id")
    callback = _text(view, "callback_id").removeprefix(f"{ACTION}-")
    if _text(payload, "type") != "view_submission" or not user or callback not in {each.value for each in FormKind}:
        return None
    fields = _map(_map(view, "state"), "values")
    match FormKind(callback):
        case FormKind.WATCH:
            return FilledForm(user=user, command=f"watch {_field(fields, ENTRY)}", block=ENTRY)
        case FormKind.MUTE:
            command = f"mute {_field(fields, ENTRY)} {_field(fields, DURATION)}".strip()
            return FilledForm(user=user, command=command, block=ENTRY)
        case FormKind.DIGEST:
            return FilledForm(user=user, command=_digest(fields), block=HOW)


def shortcut_command(payload: Mapping[str, Any]) -> str:
    """The command of the shortcut: watch each paper that the message names. Empty for another shortcut."""
    if _text(payload, "type") != "message_action" or _text(payload, "callback_id") != SHORTCUT:
        return ""
    return watch_papers_in("\n".join(_texts(_map(payload, "message"))))


def watch_papers_in(text: str) -> str:
    """`watch P2300, LWG4000` for a text that names them; what to say if it names none."""
    papers = list(dict.fromkeys(map(_named, _PAPER.finditer(text[:MAX_MESSAGE_CHARACTERS]))))
    return f"watch {', '.join(papers[:MAX_PAPERS])}" if papers else "watch"


def _named(found: re.Match[str]) -> str:
    if found["list"]:
        return f"{found['list'].upper()}{found['issue']}"
    return f"{'N' if found['of'].upper() == 'N' else 'P'}{found['paper']}"


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    """What a message says: its text, then its blocks and attachments, which are all that some apps' messages have."""
    left: list[Any] = [message.get("attachments"), message.get("blocks"), _text(message, "text")]
    for _ in range(MAX_PARTS):
        if not left:
            return
        match left.pop():
            case str() as said:
                yield said
            case list() as parts:
                left += reversed(parts)
            case dict() as part:
                left += [part[name] for name in reversed(_SAYING) if name in part]
            case _:
                pass


def _digest(fields: Mapping[str, Any]) -> str:
    how, zone = _field(fields, HOW), _field(fields, ZONE)
    if how == "off":
        return "digest off"
    return " ".join(filter(None, ("digest", how, _field(fields, TIME), zone)))


def _field(fields: Mapping[str, Any], name: str) -> str:
    """The value of a field of any kind, on one line."""
    given = _map(_map(fields, name), name)
    value = (
        _text(given, "value") or _text(given, "selected_time") or _text(_map(given, "selected_option"), "value")
    )  # fmt: skip
    return " ".join(value.split())


def _paper_link(url: str) -> PaperLink | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    found = _LINKED.fullmatch(parts.path.rstrip("/"))
    if found is None or _HOST.fullmatch((parts.hostname or "").lower()) is None:
        return None
    return PaperLink(url=url, kind=(found[1] or "P").upper(), number=int(found[2]), revision=found[3] or "")


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def _map(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}

"""The Atom feed (RFC 4287) of drafts, papers and mailings. Pure."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from urllib.parse import quote
from xml.etree import ElementTree

from actors.web.model.phrases import happening
from actors.web.model.views import DraftView, EventKind, EventView, PaperView

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 100
EMPTY_SINCE = datetime(2025, 1, 1, tzinfo=UTC)
"""The `updated` of a feed without entries, which needs one."""

TAG = "tag:callboard,2025"
"""Ids are tag URIs (RFC 4151). They say what an entry is about, never where it was read."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""

Item = DraftView | PaperView | EventView


def feed(items: Iterable[Item], entry: str, self_url: str, page_url: str) -> bytes:
    """The newest items as a feed. `entry` chose them, unless it is empty."""
    newest = sorted(items, key=lambda item: (updated(item), item.id), reverse=True)[:MOST_ENTRIES]
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _text(root, "id", f"{TAG}:feed:{_quoted(entry)}" if entry else f"{TAG}:feed")
    _text(root, "title", f"Callboard: {entry}" if entry else "Callboard: drafts and papers of WG21")
    _text(root, "updated", _moment(max(map(updated, newest), default=EMPTY_SINCE)))
    _link(root, "self", self_url, "application/atom+xml")
    _link(root, "alternate", page_url, "text/html")
    author = ElementTree.SubElement(root, f"{{{ATOM}}}author")
    _text(author, "name", "Callboard")
    for item in newest:
        _entry(root, item, page_url)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def updated(item: Item) -> datetime:
    """When an item last changed, as far as readers see: the same each time it is asked for."""
    if isinstance(item, DraftView):
        uploads = (file.uploaded_at for file in item.files if file.uploaded_at is not None)
        return max((item.steps.seen_at, item.steps.published_at or item.steps.seen_at, *(
            upload for upload in uploads if upload > item.steps.seen_at
        )))  # fmt: skip
    if isinstance(item, EventView):
        return item.at
    if item.noticed_at is not None and (item.is_news or item.date is None):
        return item.noticed_at
    return EMPTY_SINCE if item.date is None else datetime.combine(item.date, time(), UTC)


def _entry(root: ElementTree.Element, item: Item, page_url: str) -> None:
    entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
    if isinstance(item, EventView):
        _event(entry, item, page_url)
        return
    what = "draft" if isinstance(item, DraftView) else "paper"
    _text(entry, "id", f"{TAG}:{what}:{item.id}")
    _text(entry, "title", f"{item.id}: {item.title}" if item.title else item.id)
    _text(entry, "updated", _moment(updated(item)))
    for name in item.authors or ("unknown",):
        _text(ElementTree.SubElement(entry, f"{{{ATOM}}}author"), "name", name)
    if isinstance(item, DraftView):
        _text(entry, "published", _moment(item.steps.seen_at))
        for place, file in enumerate(each for each in item.files if each.url):
            kind = "application/pdf" if file.format == "pdf" else "text/html"
            _link(entry, "related" if place else "alternate", file.url, kind)
        _category(entry, "draft")
        _text(entry, "summary", _summary(item))
    else:
        _link(entry, "alternate", item.url or item.short_url, "application/pdf" if _is_pdf(item.url) else "text/html")
        if item.url:  # wg21.link may not know the paper yet
            _link(entry, "related", item.short_url, "text/html")
        _category(entry, "paper")
        groups = (f"for {', '.join(item.audience)}",) if item.audience else ()
        mailing = (f"mailing {item.mailing}",) if item.mailing else ()
        _text(entry, "summary", ", ".join((item.id, *(item.authors or ("author unknown",)), *groups, *mailing)))


def _is_pdf(url: str) -> bool:
    return url.partition("?")[0].lower().endswith(".pdf")


def _event(entry: ElementTree.Element, event: EventView, page_url: str) -> None:
    """A mailing, or a change of a check."""
    is_mailing = event.kind is EventKind.MAILING_PUBLISHED
    name = f"Mailing {event.title}" if is_mailing else f"{event.subject}: {happening(event.kind)}"
    _text(entry, "id", f"{TAG}:{event.id}" if is_mailing else f"{TAG}:{_quoted(event.id)}")
    _text(entry, "title", name)
    _text(entry, "updated", _moment(event.at))
    _text(ElementTree.SubElement(entry, f"{{{ATOM}}}author"), "name", "WG21" if is_mailing else "Callboard")
    if not is_mailing:
        _link(entry, "alternate", f"{page_url}checks/{quote(event.subject, safe='')}", "text/html")
    elif event.url:
        _link(entry, "alternate", event.url, "text/html")
    _category(entry, "mailing" if is_mailing else "check")
    _text(entry, "summary", f"{event.title}: {event.text}" if is_mailing else event.text or name)


def _summary(draft: DraftView) -> str:
    state = {"found": "A draft", "withdrawn": "A draft that is gone", "published": "A draft that became a paper"}
    who = f" by {', '.join(draft.authors)}" if draft.authors else ""
    more = draft.changes or draft.abstract
    return f"{state.get(draft.state, 'A draft')}{who}.{f' {more}' if more else ''}"


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = _UNPRINTABLE.sub("\ufffd", text)


def _link(parent: ElementTree.Element, relation: str, url: str, kind: str) -> None:
    link = {"rel": relation, "href": _UNPRINTABLE.sub("", url), "type": kind}
    ElementTree.SubElement(parent, f"{{{ATOM}}}link", link)


def _category(parent: ElementTree.Element, term: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}category", {"term": term})


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _quoted(entry: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else f"%{ord(letter):02X}" for letter in entry)

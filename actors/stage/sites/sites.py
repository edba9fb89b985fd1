"""The sites' own answers: wg21.link's index, isocpp.org's papers folder, open-std.org's year pages."""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from zlib import crc32

from actors.stage.faults.exchange import Asking, Headers, Reply, Site, http_date, is_unchanged
from actors.stage.faults.faults import FaultRule, Hang, ReplyFault, Reset
from actors.stage.sites import tracker
from actors.stage.sites.listings import root_page
from actors.stage.sites.pages import year_page
from actors.stage.slack import slack
from actors.stage.world.state import IndexFile, ListingFile, PaperFile
from actors.stage.world.world import SiteOutcome, World

_BEGINNING = re.compile(r"bytes=0-([0-9]{1,9})", re.ASCII)

ROOT = "root"
"""The name of open-std.org's root."""

HTML = ("Content-Type", "text/html; charset=utf-8")


def answer(world: World, asking: Asking) -> SiteOutcome:
    """The site's own answer, without any fault, and its effect on the world."""
    return _SITES[asking.site](world, asking)


def played(world: World, asking: Asking, rule: FaultRule | None) -> tuple[SiteOutcome, int]:
    """What the site does under the rule that applies, and the status that the client sees, 0 for none."""
    silent = rule is not None and isinstance(rule.fault, Reset | Hang)
    if rule is None or not (silent or isinstance(rule.fault, ReplyFault)):
        outcome = answer(world, asking)
        return outcome, outcome.reply.status
    events = answer(world, asking).events if rule.acts_first else ()
    reply = rule.fault.reply(asking) if isinstance(rule.fault, ReplyFault) else Reply()
    return SiteOutcome(reply=reply, events=events), 0 if silent else reply.status


def _index(world: World, asking: Asking) -> SiteOutcome:
    if world.index is None:
        return _missing(asking)
    file = world.index
    headers = _validators(file.etag, file)
    if is_unchanged(asking.headers, file.etag, file.last_modified):
        return SiteOutcome(reply=Reply(status=304, headers=headers))
    headers += (("Content-Type", "application/json"), ("Vary", "Accept-Encoding"))
    if "gzip" in asking.headers.get("accept-encoding", ""):
        return SiteOutcome(reply=Reply(headers=(*headers, ("Content-Encoding", "gzip")), body=file.packed))
    return SiteOutcome(reply=Reply(headers=headers, body=gzip.decompress(file.packed)))


def _papers(world: World, asking: Asking) -> SiteOutcome:
    if (file := world.papers.get(asking.name)) is None:
        return _missing(asking)
    written = int(file.last_modified.timestamp()) if file.last_modified else 0
    etag = f'"{written:x}-{len(file.body):x}-{crc32(file.body):x}"'
    headers = _validators(etag, file)
    if is_unchanged(asking.headers, etag, file.last_modified):
        return SiteOutcome(reply=Reply(status=304, headers=headers))
    headers += (("Content-Type", file.content_type), ("Accept-Ranges", "bytes"))
    wanted = _BEGINNING.fullmatch(asking.headers.get("range", ""))
    if asking.verb == "GET" and wanted is not None:
        return SiteOutcome(reply=_beginning(file, headers, int(wanted[1]) + 1))
    return SiteOutcome(reply=Reply(headers=headers + file.headers, body=file.body))


def _beginning(file: PaperFile, headers: Headers, size: int) -> Reply:
    """The answer to a request for the first bytes (RFC 9110, 14.4)."""
    if not file.body:
        return Reply(status=416, headers=(*headers, ("Content-Range", "bytes */0")))
    part = file.body[:size]
    headers += (("Content-Range", f"bytes 0-{len(part) - 1}/{len(file.body)}"),)
    return Reply(status=206, headers=headers + file.headers, body=part)


def _robots(world: World, asking: Asking) -> SiteOutcome:
    if world.robots is None:
        return _missing(asking)
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    return SiteOutcome(reply=Reply(headers=headers, body=world.robots.encode()))


def _mailings(world: World, asking: Asking) -> SiteOutcome:
    """A page that the script has set; otherwise one with the papers of the index, or a root without mailings."""
    if asking.name in world.listings:
        file = world.listings[asking.name]
        return _missing(asking) if file is None else _listing(file, asking)
    if asking.name == ROOT:
        return SiteOutcome(reply=Reply(headers=(HTML,), body=root_page(())))
    entries = {} if world.index is None else _entries(world.index)
    return SiteOutcome(reply=Reply(headers=(HTML,), body=year_page(asking.name, entries).encode()))


def _listing(file: ListingFile, asking: Asking) -> SiteOutcome:
    etag = f'"{len(file.body):x}-{crc32(file.body):x}"'
    headers = _validators(etag, file)
    if is_unchanged(asking.headers, etag, file.last_modified):
        return SiteOutcome(reply=Reply(status=304, headers=headers))
    return SiteOutcome(reply=Reply(headers=(*headers, ("Content-Type", "text/html")), body=file.body))


def _validators(etag: str, file: IndexFile | PaperFile | ListingFile) -> Headers:
    headers: Headers = (("ETag", etag),)
    return headers if file.last_modified is None else (*headers, ("Last-Modified", http_date(file.last_modified)))


def _missing(asking: Asking) -> SiteOutcome:
    return SiteOutcome(reply=Reply(status=404, headers=(HTML,), body=b"<!doctype html><title>404</title>Not found\n"))


def _entries(index: IndexFile) -> Mapping[str, Mapping[str, Any]]:
    """The entries of the index; none if it is not one, as the script may have it."""
    try:
        told = json.loads(gzip.decompress(index.packed))
    except ValueError:
        return {}
    return {id: entry for id, entry in told.items() if isinstance(entry, dict)} if isinstance(told, dict) else {}


_SITES: Mapping[Site, Callable[[World, Asking], SiteOutcome]] = MappingProxyType(
    {
        Site.INDEX: _index,
        Site.PAPERS: _papers,
        Site.ROBOTS: _robots,
        Site.MAILINGS: _mailings,
        Site.TRACKER: tracker.answer,
        Site.SLACK: slack.answer,
    }
)

"""`callboard index diff OLD NEW`: what would be announced, and to whom."""

import gzip
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.control.protocol import ControlRequest
from actors.index.announce.events import CATCH_UP_PAPERS
from actors.index.entries.decoding import NotAnIndex
from actors.index.entries.difference import nonsense
from actors.index.entries.plausibility import difference_of
from actors.index.entries.preview import IndexDifference, difference, ended, reading_of_index
from actors.index.fetch.open_std import read_year
from actors.index.model.records import Reading
from actors.index.open_std.values import paper_id
from actors.prober.actor import MAX_PUBLICATIONS_OF_A_MAILING
from messages.channels import is_channel
from messages.notices import Happening
from messages.papers import MailedPaper, MailingPublished, Paper, PaperChange

_KINDS = MappingProxyType({True: "a page of open-std.org", False: "an index of wg21.link"})
_GZIP = b"\x1f\x8b"
GONE_SHOWN = 5
ASKED_AT_ONCE = 100
"""Papers in one question."""

PAGE = "https://www.open-std.org/jtc1/sc22/wg21/docs/papers/2000/"
"""Where links of a page that is read from a file lead from."""

Ask = Callable[[ControlRequest], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFiles:
    """What the newer of two files has that the older one has not, and who would be told; None for that if no service
    runs. `refused` says why the newer one is no page of its source at all: then nothing is applied of it, ever."""

    refused: str
    found: IndexDifference
    mailings: Sequence[MailingPublished]
    told: "ToldOfDifference | None"


def compared(words: Sequence[str], ask: Ask) -> ComparedFiles:
    """Compare two files. Raises RequestRefused for those that cannot be read or are of two sources."""
    bodies = [_body(Path(word)) for word in words]
    if len({_is_page(body) for body in bodies}) > 1:
        kinds = [f"{word} is {_KINDS[_is_page(body)]}" for word, body in zip(words, bodies, strict=True)]
        raise RequestRefused(f"index diff: {', '.join(kinds)}: compare two files of one source")
    old, new = (_reading(word, body) for word, body in zip(words, bodies, strict=True))
    now = datetime.now(UTC)
    found, mailings = difference(old, new, now.date()), _new_mailings(old, new, now)
    refused = nonsense(new)
    try:
        told = _told(found, mailings, ask) if not refused else None
    except ServiceNotRunning:
        told = None
    return ComparedFiles(refused=refused, found=found, mailings=mailings, told=told)


def document_of(files: ComparedFiles) -> Mapping[str, Any]:
    """The same for programs: for each mailing and paper who would be told, by what is told; null if no service runs."""

    def item(id: str, **fields: Any) -> Mapping[str, Any]:
        return {"id": id, **fields, "told": None if files.told is None else _recipients(files.told, id)}

    if files.refused:
        return {"refused": files.refused}
    found = files.found
    return {
        "held": list(found.doubts),
        "mailings": [item(each.name, title=each.title, papers=len(each.papers)) for each in files.mailings],
        "added": [item(paper.id, title=paper.title) for paper in found.added],
        "changed": [item(each.after.id, difference=difference_of(each.before, each.after)) for each in found.changes],
        "gone": [paper.id for paper in found.gone],
    }


def lines_of(files: ComparedFiles) -> Iterator[str]:
    """Lines for people."""
    found, mailings, told = files.found, files.mailings, files.told
    if files.refused:
        yield f"The newer file would be refused: {files.refused}."
        yield "What is stored would stay in use, and nobody would be notified."
        return
    if found.doubts:
        yield "It would be held, because it is not plausible:"
        yield from (f"  {line}" for line in found.doubts)
        operators = "" if told is None else _in_channel("operators'", told.operators)
        yield f"Operators would be told that{operators}. Nothing else is announced until it is applied:"
    if told is None:
        yield "Callboard is not running, so it is not known who would be notified."
    is_much = not mailings and len(found.added) > CATCH_UP_PAPERS
    if is_much:
        yield "These are so many papers that everybody who hears of more than one gets one summary."
    for mailing in mailings:
        count = f"{len(mailing.papers):,} paper{'' if len(mailing.papers) == 1 else 's'}"
        yield f"new mailing {mailing.title}, {count}{_to_all(told, mailing.name)}"
    if not found.added and not found.changes:
        yield "No paper is new or different."
    for paper in found.added:
        yield f"new {paper.id} “{paper.title}”{_to_all(told, paper.id)}"
    for change in found.changes:
        yield f"changed {difference_of(change.before, change.after)}{_to_all(told, change.after.id)}"
    if found.gone:
        ids = ", ".join(paper.id for paper in found.gone[:GONE_SHOWN]) + (" …" if len(found.gone) > GONE_SHOWN else "")
        papers, are = ("1 paper", "is") if len(found.gone) == 1 else (f"{len(found.gone):,} papers", "are")
        yield f"{papers} {are} gone, which is announced to nobody: {ids}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfDifference:
    """What would be sent of which paper or mailing, by its id; which of them the readers' channel hears of; and the
    channels of the configuration, empty where there is none."""

    items: Mapping[str, Sequence[Any]]
    in_feed: frozenset[str]
    readers: str = ""
    operators: str = ""


def _told(found: IndexDifference, mailings: Sequence[MailingPublished], ask: Ask) -> ToldOfDifference:
    parts = [*_parts("added", found.added), *_parts("changes", found.changes)]
    parts += [{"mailing": msgspec.to_builtins(mailing)} for mailing in mailings]
    answers = [ask(ControlRequest(op="recipients", compared=part)) for part in parts or [{}]]
    items: dict[str, list[Any]] = {}
    for item in (item for answer in answers for item in answer["items"]):
        items.setdefault(item["id"], []).append(item)
    published = {id for answer in answers for id in answer["published"]}
    if mailings and len(published) > MAX_PUBLICATIONS_OF_A_MAILING:
        published = set()
    return ToldOfDifference(
        items=items,
        in_feed=frozenset({*published, *(mailing.name for mailing in mailings)}),
        readers=answers[0]["readers"],
        operators=answers[0]["operators"],
    )


def _parts(field: str, papers: Sequence[Paper] | Sequence[PaperChange]) -> Iterator[Mapping[str, Any]]:
    for begin in range(0, len(papers), ASKED_AT_ONCE):
        yield {field: msgspec.to_builtins(papers[begin : begin + ASKED_AT_ONCE])}


def _new_mailings(old: Reading, new: Reading, now: datetime) -> Sequence[MailingPublished]:
    known = {mailing.name for mailing in old.mailings}
    papers = {each.paper.id: each.paper for each in new.candidates}
    return [
        MailingPublished(
            at=now,
            name=each.name,
            title=each.title,
            url=each.url,
            papers=tuple(MailedPaper(id=id, title=papers[id].title, audience=papers[id].audience) for id in each.ids),
        )
        for each in new.mailings
        if each.name not in known
    ]


def _to_all(told: ToldOfDifference | None, id: str) -> str:
    """What would be said of a paper or a mailing, and to whom."""
    if told is None:
        return ""
    sent = (f"{what}, to {', '.join(users)}" for what, users in _recipients(told, id).items())
    return f": {'; '.join(sent) or 'to nobody'}"


def _recipients(told: ToldOfDifference, id: str) -> Mapping[str, Sequence[str]]:
    feed = told.readers if id in told.in_feed else ""
    recipients: dict[str, list[str]] = {}
    if feed:
        what = Happening.DRAFT_PUBLISHED if paper_id(id) else Happening.MAILING_PUBLISHED
        recipients[what.value] = [f"the readers' channel {feed}"]
    for item in told.items.get(id, ()):
        recipients.setdefault(item["happening"], []).extend(_named(user) for user in item["users"] if user != feed)
    return {what.replace("_", " "): users for what, users in recipients.items() if users}


def _named(user: str) -> str:
    return f"channel {user}" if is_channel(user) else user


def _in_channel(whose: str, channel: str) -> str:
    return f", in the {whose} channel {channel}" if channel else ""


def _body(path: Path) -> bytes:
    try:
        body = path.read_bytes()
        return gzip.decompress(body) if body.startswith(_GZIP) else body
    except EOFError:
        raise RequestRefused(f"index diff: {path} ends in the middle") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise RequestRefused(f"index diff: {path} cannot be unpacked: {error}") from error
    except OSError as error:
        raise RequestRefused(f"index diff: {path} cannot be read: {error.strerror or error}") from error


def _is_page(body: bytes) -> bool:
    """Whether this is HTML."""
    return body.removeprefix(BOM_UTF8).lstrip()[:1] == b"<"


def _reading(word: str, body: bytes) -> Reading:
    if _is_page(body):
        return ended(read_year(body, PAGE, {}))
    try:
        return reading_of_index(body)
    except NotAnIndex as error:
        raise RequestRefused(f"index diff: {word} is not an index: {error}") from error

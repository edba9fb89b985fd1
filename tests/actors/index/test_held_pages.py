"""What a source says that is not plausible is held: until it persists, or is accepted."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from actors.stage.sites.listings import StagedPaper, listing_page
from messages.health import IndexSnapshot
from messages.papers import MailingPublished, Occasion, PapersAdded, PapersChanged
from messages.sources import AcceptHeldPages, HeldPagesQuery, HeldPagesReply
from tests.actors.harness import Harness
from tests.actors.index.sources_room import (
    INDEX,
    NEW,
    OLD,
    PAPERS,
    YEAR,
    SourcesRoom,
    counted,
    is_failing,
    news,
    with_papers,
)
from tests.index_builders import a_body, an_entry, many_entries


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Iterator[SourcesRoom]:
    """Not yet open."""
    with ExitStack() as stack:
        yield SourcesRoom(make_harness, database, stack)


def is_held(snapshot: IndexSnapshot) -> bool:
    return any("held back" in sentence for sentence in snapshot.status.sentences)


def test_what_is_held_is_told_to_operators_and_passes_when_it_is_accepted(room: SourcesRoom) -> None:
    room.open(OLD)
    emptied = {id: {**entry, "author": ""} for id, entry in INDEX.items()}
    room.server.now_has({"/index.json": a_body(**emptied)})
    held = room.when(is_held)
    (reason,) = [reason for reason in held.status.reasons if "held back" in reason.text]
    assert reason.urgent
    assert "30 entries lost their authors: P0001R0" in reason.text

    # Other sources go on meanwhile.
    room.list(OLD, with_papers(NEW))
    assert [paper.id for paper in room.told(PapersAdded).papers] == ["P0031R0"]

    reply: HeldPagesReply = room.harness.ask(AcceptHeldPages(request_id="a", source="wg21.link"), HeldPagesReply)
    assert [page.source for page in reply.pages] == ["wg21.link"]
    room.when(lambda snapshot: snapshot.status.sentences == ())
    assert "wg21.link" not in room.sources_of(1)["P0001R0"]["authors"]
    again: HeldPagesReply = room.harness.ask(AcceptHeldPages(request_id="b", source=""), HeldPagesReply)
    assert again.pages == ()


def test_what_is_held_passes_when_it_persists(room: SourcesRoom) -> None:
    room.open(OLD)
    room.server.now_has({"/index.json": a_body(**many_entries(20))})
    room.when(is_held)

    room.hold_for(1.0)
    room.when(lambda snapshot: snapshot.status.sentences == ())

    assert room.when(lambda _: True).entries == 30


def test_a_source_that_flips_is_told_once_and_held_while_others_go_on(room: SourcesRoom) -> None:
    room.open(OLD)
    old, new = a_body(**INDEX), a_body(**INDEX, P0031R0=an_entry(title="It comes and goes"))
    room.server.now_has({"/index.json": new})
    assert [paper.id for paper in room.told(PapersAdded).papers] == ["P0031R0"]
    for body in (old, new, old):
        room.server.now_has({"/index.json": body})
        room.rest()
    room.when(lambda snapshot: is_failing(snapshot, "index: not fetched since") or not snapshot.status.sentences)
    room.server.now_has({"/index.json": new})

    room.when(lambda snapshot: is_failing(snapshot, "flipping between two versions"))
    later = StagedPaper(id="P0032R0", title="Honest", file="p0032r0.html")
    room.list(OLD, with_papers(later))

    assert [paper.id for paper in room.told(PapersAdded).papers] == ["P0032R0"]
    assert news(room) == []


def test_what_was_held_is_told_once_when_it_is_applied(room: SourcesRoom) -> None:
    room.open(OLD)
    moved = {id: {**entry, "date": "1999-01-01"} for id, entry in INDEX.items()}
    room.server.now_has({"/index.json": a_body(**moved, P0031R0=an_entry(title="New"))})
    room.when(lambda snapshot: is_failing(snapshot, "30 dates moved beyond reason"))
    assert news(room) == []

    room.hold_for(1.0)
    assert [paper.id for paper in room.told(PapersAdded).papers] == ["P0031R0"]

    room.when(lambda snapshot: snapshot.status.sentences == ())
    room.rest()
    assert news(room) == []
    assert room.sources_of(1)["P0001R0"]["date"]["wg21.link"] == "1999-01-01"


def test_another_fault_of_as_many_entries_is_held_anew(room: SourcesRoom) -> None:
    room.open(OLD)
    room.server.now_has({"/index.json": a_body(**{id: {**entry, "author": ""} for id, entry in INDEX.items()})})
    room.when(lambda snapshot: is_failing(snapshot, "lost their authors"))
    (first,) = room.harness.ask(HeldPagesQuery(request_id="q"), HeldPagesReply).pages
    room.server.now_has({"/index.json": a_body(**{id: {**entry, "title": ""} for id, entry in INDEX.items()})})

    room.when(lambda snapshot: is_failing(snapshot, "lost their title"))
    room.rest()

    assert {event.occasion for event in room.harness.heard_of(PapersChanged)} <= {Occasion.QUIET}
    reply: HeldPagesReply = room.harness.ask(AcceptHeldPages(request_id="a", source="wg21.link"), HeldPagesReply)
    assert "title" in reply.pages[0].why
    assert reply.pages[0].since > first.since


def test_what_is_held_is_forgotten_when_the_source_is_itself_again(room: SourcesRoom) -> None:
    room.open(OLD)
    room.server.now_has({"/index.json": a_body(**many_entries(20))})
    room.when(is_held)

    room.server.now_has({"/index.json": a_body(**INDEX, P0031R0=an_entry(title="Honest"))})

    assert [paper.title for paper in room.told(PapersAdded).papers] == ["Honest"]
    room.when(lambda snapshot: snapshot.status.sentences == ())


def test_a_page_that_was_cut_is_held_and_tells_nothing(room: SourcesRoom) -> None:
    room.open(OLD)
    page = listing_page(YEAR, [OLD, with_papers(NEW)])
    room.server.now_has({f"{PAPERS}{YEAR}/": page[: page.index(b"P0031R0</a>") + 40]})

    held = room.when(is_held)

    (sentence,) = [sentence for sentence in held.status.sentences if "held back" in sentence]
    assert sentence.startswith("open-std.org: ")
    assert "cut in the middle" in sentence
    assert room.harness.heard_of(MailingPublished) == []
    room.list(OLD, with_papers(NEW))
    assert [paper.id for paper in room.told(PapersAdded).papers] == ["P0031R0"]


@pytest.mark.parametrize("is_changing", [False, True])
def test_a_page_that_is_accepted_while_it_is_fetched_is_applied(room: SourcesRoom, is_changing: bool) -> None:
    room.open(OLD)
    emptied = {id: {**entry, "author": ""} for id, entry in INDEX.items()}
    room.server.now_has({"/index.json": a_body(**emptied)})
    room.when(is_held)
    if is_changing:  # the answer is a page instead of a 304
        room.server.now_has({"/index.json": a_body(**emptied, P0031R0=an_entry(author=""))})
    room.server.keep_waiting("/index.json")
    begin = len(room.server.asked)
    room.when(lambda _: "/index.json" in [path for path, _ in room.server.asked[begin:]])

    reply: HeldPagesReply = room.harness.ask(AcceptHeldPages(request_id="a", source="wg21.link"), HeldPagesReply)
    assert len(reply.pages) == 1
    room.server.answer()

    room.when(lambda snapshot: snapshot.status.sentences == ())
    assert "wg21.link" not in room.sources_of(1)["P0001R0"]["authors"]


def test_an_answer_that_comes_after_the_time_of_holding_does_not_begin_it_anew(room: SourcesRoom) -> None:
    room.open(OLD)
    room.server.now_has({"/index.json": a_body(**many_entries(20))})
    room.when(is_held)
    room.server.keep_waiting("/index.json")
    begin = len(room.server.asked)
    room.when(lambda _: "/index.json" in [path for path, _ in room.server.asked[begin:]])

    room.hold_for(0.0)
    room.when(lambda _: True)
    room.server.answer()

    applied = room.when(lambda snapshot: snapshot.status.sentences == ())
    room.rest()
    assert counted(applied, "held") == counted(room.when(lambda _: True), "held") == 1

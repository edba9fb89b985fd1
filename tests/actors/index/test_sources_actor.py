"""The IndexActor with two sources: who is first, what is told once, and what is held."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from actors.stage.sites.listings import StagedMailing, StagedPaper, listing_page, root_page
from messages.papers import MailingPublished, Occasion, PaperChange, PapersAdded, PapersChanged
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
from tests.index_builders import a_body, an_entry


@pytest.fixture
def room(make_harness: Callable[..., Harness], database: str) -> Iterator[SourcesRoom]:
    """Not yet open."""
    with ExitStack() as stack:
        yield SourcesRoom(make_harness, database, stack)


def changes(room: SourcesRoom) -> Iterator[PaperChange]:
    """All changes that the watchlist is told, as they come."""
    while True:
        yield from room.told(PapersChanged).changes


def test_what_a_listing_says_first_is_known_and_no_news(room: SourcesRoom) -> None:
    room.open(with_papers(*OLD.papers, NEW, name=f"{YEAR}-01"))

    assert room.harness.heard_of(MailingPublished) == []
    (quiet,) = {event.occasion for event in room.harness.heard_of(PapersChanged)} or {Occasion.QUIET}
    assert quiet is Occasion.QUIET
    assert all(event.occasion is Occasion.FIRST_SYNC for event in room.harness.heard_of(PapersAdded))
    said = room.sources_of(1)["P0001R0"]
    assert said["mailing"] == {"open-std.org": f"{YEAR}-01"}
    assert said["title"] == {"wg21.link": "Paper 1", "open-std.org": "Paper 1"}
    assert room.sources_of(31) == {"P0031R0": room.sources_of(31)["P0031R0"]}
    assert room.harness.failures() == []


def test_a_paper_is_told_once_whichever_source_comes_first(room: SourcesRoom) -> None:
    room.open(OLD)
    room.list(OLD, with_papers(NEW))

    (paper,) = room.told(PapersAdded).papers
    assert (paper.id, paper.audience, paper.mailing) == ("P0031R0", ("SG16",), f"{YEAR}-02")
    mailing = room.told(MailingPublished)
    assert (mailing.name, [each.id for each in mailing.papers]) == (f"{YEAR}-02", ["P0031R0"])

    room.server.now_has({"/index.json": a_body(**INDEX, P0031R0=an_entry(title="A new one"), P0032R0=an_entry())})
    (other,) = room.told(PapersAdded).papers
    assert other.id == "P0032R0"
    listed = StagedPaper(id="P0032R0", file="p0032r0.html", subgroup="EWG", date=f"{YEAR}-02-02")
    room.list(OLD, with_papers(NEW, listed))
    change = next(each for each in changes(room) if each.after.id == "P0032R0")
    assert (change.before.audience, change.after.audience) == ((), ("EWG",))
    room.rest()
    assert news(room) == []
    assert room.harness.heard_of(MailingPublished) == []


def test_a_row_without_a_link_is_known_and_told_when_it_has_one(room: SourcesRoom) -> None:
    room.open(OLD)
    unlinked = StagedPaper(id="P0031R0", title="Withdrawn")
    room.list(StagedMailing(name=OLD.name, papers=(*OLD.papers, unlinked)))
    room.rest()
    assert room.sources_of(31)["P0031R0"]["title"] == {"open-std.org": "Withdrawn"}
    assert news(room) == []

    room.list(StagedMailing(name=OLD.name, papers=(*OLD.papers, NEW)))

    added = room.told(PapersAdded)
    assert ([paper.id for paper in added.papers], added.occasion) == (["P0031R0"], Occasion.NEWS)


def test_a_mailing_that_is_withdrawn_and_put_up_again_is_told_once(room: SourcesRoom) -> None:
    room.open(OLD)
    room.list(OLD, with_papers(NEW))
    room.told(MailingPublished)
    room.list(OLD)
    room.rest()
    room.list(OLD, with_papers(NEW))
    room.rest()

    assert room.harness.heard_of(MailingPublished) == []


def test_a_round_asks_for_the_root_this_year_and_an_older_one_once(room: SourcesRoom) -> None:
    older = StagedMailing(name=f"{YEAR - 2}-01", papers=(StagedPaper(id="N9000", title="Old", file="n9000.html"),))
    room.server.now_has({f"{PAPERS}{YEAR - 2}/": listing_page(YEAR - 2, [older])})
    room.open(OLD, older)
    room.server.now_has({PAPERS: root_page([OLD, older]), f"{PAPERS}{YEAR}/": listing_page(YEAR, [OLD])})
    room.rest()
    room.rest()

    paths = [path for path, _ in room.server.asked]
    assert paths.count(f"{PAPERS}{YEAR - 2}/") == 1
    later = [known for path, known in room.server.asked if path == f"{PAPERS}{YEAR}/"]
    assert "" not in later[3:]
    assert news(room) == []


def test_a_page_that_keeps_failing_does_not_stop_the_others_of_its_source(room: SourcesRoom) -> None:
    room.open(OLD)
    room.server.now_fails({PAPERS: 500})
    room.when(lambda snapshot: is_failing(snapshot, "HTTP 500"))

    room.list(OLD, with_papers(NEW))

    assert [paper.id for paper in room.told(PapersAdded).papers] == ["P0031R0"]
    failing = room.when(lambda _: True)
    assert is_failing(failing, "open-std.org: not fetched since")
    room.server.now_fails({})
    room.when(lambda snapshot: snapshot.status.sentences == ())


def test_a_source_that_raises_does_not_starve_the_others(room: SourcesRoom) -> None:
    room.open(OLD)
    room.execute("ALTER TABLE index.records ADD CONSTRAINT test CHECK (source <> 'open-std.org') NOT VALID")
    room.list(OLD, with_papers(NEW))
    room.when(lambda snapshot: is_failing(snapshot, "open-std.org: not fetched since"))

    room.server.now_has({"/index.json": a_body(**INDEX, P0032R0=an_entry())})

    assert [paper.id for paper in room.told(PapersAdded).papers] == ["P0032R0"]


def test_two_mailings_that_are_found_at_once_are_two_events(room: SourcesRoom) -> None:
    room.open(OLD)
    later = StagedPaper(id="P0032R0", title="A later one", author="Ada Lovelace", file="p0032r0.html")
    room.list(OLD, with_papers(NEW), with_papers(later, name=f"{YEAR}-04"))

    mailings = [room.told(MailingPublished) for _ in range(2)]

    assert [(each.name, [paper.id for paper in each.papers], each.is_last) for each in mailings] == [
        (f"{YEAR}-02", ["P0031R0"], False), (f"{YEAR}-04", ["P0032R0"], True),
    ]  # fmt: skip


def test_what_cannot_be_announced_is_no_fault_of_the_source_that_was_asked_last(room: SourcesRoom) -> None:
    room.open(OLD)
    room.execute("ALTER TABLE index.outbox ADD CONSTRAINT test CHECK (kind <> 'PapersAdded') NOT VALID")
    room.list(OLD, with_papers(NEW))

    failing = room.when(lambda snapshot: is_failing(snapshot, "index: news cannot be announced since"))
    assert not is_failing(failing, "not fetched")
    assert failing.failing_since is None

    room.execute("ALTER TABLE index.outbox DROP CONSTRAINT test")
    assert [paper.id for paper in room.told(PapersAdded).papers] == ["P0031R0"]
    room.when(lambda snapshot: snapshot.status.sentences == ())


def test_fetches_that_went_well_are_counted_and_never_fewer(room: SourcesRoom) -> None:
    room.open(OLD)
    well = counted(room.when(lambda _: True), "fetches_ok")
    assert well > 0
    room.server.now_fails({PAPERS: 500, f"{PAPERS}{YEAR}/": 500, "/index.json": 500})
    failing = room.when(lambda snapshot: counted(snapshot, "failed_cycles") > 6)

    assert well <= counted(failing, "fetches_ok") <= counted(failing, "fetches") - counted(failing, "failed_cycles")

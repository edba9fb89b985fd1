"""What drafts say of themselves, read by the worker's child on both bases and announced in time."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import psutil
import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.sites.documents import Document, body_of
from messages.drafts import DraftsFound, DraftsRead, DraftsUpdated
from messages.notices import NotifyChannel
from tests.actors.prober import server as answers
from tests.actors.prober.room import PAPERS, Room, counter
from tests.e2e.service import wait_for

NAME = "D0030R1.html"
DOCUMENT = Document(
    id="D0030R1", title="What it says", authors=("Ann Poe", "Kirk Doe"), audience=("LEWG",), date=date(2025, 3, 4)
)


def readers(room: Room) -> list[psutil.Process]:
    found = []
    for process in psutil.Process(room.pid).children(recursive=True):
        with suppress(psutil.Error):  # it may end meanwhile
            if "actors.prober.frontmatter" in process.cmdline():
                found.append(process)
    return found


def opened(room: Room, *files: str, body: bytes | None, **prober: Any) -> None:
    room.open(**prober)
    for file in files:
        room.server.now_holds(file, body)
    room.server.now_answers(answers.files(*files))
    room.add(*PAPERS)


def test_a_draft_is_told_with_its_own_title_authors_and_audience(room: Room) -> None:
    opened(room, NAME, body=body_of(DOCUMENT, NAME))
    (draft,) = room.harness.expect(DraftsFound, to="watchlist").drafts
    (notice,) = room.harness.expect(NotifyChannel, to="notifier").notices
    assert (draft.title, draft.authors, draft.audience) == ("What it says", ("Ann Poe", "Kirk Doe"), ("LEWG",))
    assert draft.front_matter is not None
    assert draft.front_matter.text.startswith("D0030R1 What it says")
    assert (notice.title, notice.authors, notice.audience) == (draft.title, draft.authors, draft.audience)
    assert room.execute("SELECT title, authors, audience, dated FROM prober.front_matters") == [
        ("What it says", ["Ann Poe", "Kirk Doe"], ["LEWG"], date(2025, 3, 4))
    ]
    assert room.execute("SELECT count(*) FROM prober.front_matter_queue") == [(0,)]
    assert room.server.read == [NAME]
    shown = room.drafts()["D0030R1"].front_matter
    assert shown is not None
    assert (shown.title, shown.text) == ("What it says", "")


def test_what_was_read_is_known_after_a_restart(room: Room) -> None:
    opened(room, NAME, body=body_of(DOCUMENT, NAME))
    assert room.found() == ["D0030R1"]
    room.reopen()
    room.when(lambda _: room.drafts()["D0030R1"].title == "What it says")
    room.assert_quiet()
    assert room.server.read == [NAME]


@pytest.mark.bases(SIMPLE)
def test_a_revision_that_a_draft_names_is_asked_for_after_a_restart(room: Room) -> None:
    opened(room, NAME, body=body_of(replace(DOCUMENT, title="Wording for D7777R2"), NAME))
    assert room.found() == ["D0030R1"]
    room.reopen()
    for name in ("D7777R2.pdf", "D7777R2.html", "P7777R2.pdf", "P7777R2.html"):
        room.when_asked(name)


def test_the_pdf_is_read_when_nobody_can_read_the_html(room: Room) -> None:
    opened(room, "D0030R1.pdf", body=body_of(DOCUMENT, "D0030R1.pdf"))
    (draft,) = room.harness.expect(DraftsFound, to="watchlist").drafts
    assert (draft.title, draft.authors) == ("What it says", ("Ann Poe", "Kirk Doe"))


def test_a_body_that_does_not_come_delays_nothing_and_is_told_when_it_comes(room: Room) -> None:
    opened(room, NAME, body=None, title_wait=1.0)
    (draft,) = room.harness.expect(DraftsFound, to="watchlist").drafts
    assert room.server.read == [NAME]  # and it still has not come: nobody gives up before a minute
    assert (draft.title, draft.front_matter) == ("Paper 30", None)
    room.harness.expect(NotifyChannel, to="notifier")

    room.server.now_holds(NAME, body_of(DOCUMENT, NAME))
    (reading,) = room.harness.expect(DraftsRead, to="watchlist").readings
    assert (reading.draft.title, reading.before) == ("What it says", None)
    room.assert_quiet()


@pytest.mark.bases(SIMPLE, TCP)
def test_a_fresh_draft_that_nobody_was_told_of_yet_is_told_after_a_kill(room: Room) -> None:
    opened(room, NAME, body=None)
    room.when(lambda _: room.execute("SELECT status FROM prober.front_matter_queue") == [("pending",)])
    room.close()
    room.server.now_holds(NAME, body_of(DOCUMENT, NAME))
    room.begin_again()
    (draft,) = room.harness.expect(DraftsFound, to="watchlist").drafts
    assert draft.id == "D0030R1"
    room.harness.expect(NotifyChannel, to="notifier")
    room.assert_quiet()


def test_a_hostile_body_costs_a_child_and_the_draft_is_told(room: Room) -> None:
    opened(room, NAME, body=b"<div>" * 400_000, title_wait=1.0)
    assert room.found() == ["D0030R1"]
    room.when(lambda snapshot: counter(snapshot, "front_matters_unread") == 1, limit=120.0)
    assert readers(room) == []


def test_an_updated_draft_is_read_again(room: Room) -> None:
    opened(room, NAME, body=body_of(DOCUMENT, NAME))
    assert room.found() == ["D0030R1"]
    other = Document(
        id="D0030R1", title="What it says now", authors=("Ann Poe",), audience=("LEWG",), date=date(2025, 3, 4)
    )
    room.server.now_holds(NAME, body_of(other, NAME))
    room.server.now_answers(answers.files(NAME, ETag='"2"', Content_Length="1234"))
    (update,) = room.harness.expect(DraftsUpdated, to="watchlist").updates
    assert update.draft.title == "What it says"
    assert update.draft.front_matter is not None
    assert update.draft.front_matter.text.startswith("D0030R1 What it says")
    (reading,) = room.harness.expect(DraftsRead, to="watchlist").readings
    assert reading.draft.title == "What it says now"
    assert reading.before is not None
    assert (reading.before.title, reading.before.text[:20]) == ("What it says", "D0030R1 What it says")


@pytest.mark.bases(SIMPLE, TCP)
def test_a_restart_of_the_actors_leaves_no_child(room: Room) -> None:
    opened(room, NAME, body=b"<div>" * 400_000, title_wait=1.0)
    room.when(lambda _: readers(room) != [])
    children = readers(room)
    room.close()
    wait_for(lambda: not any(child.is_running() for child in children))  # not even as a zombie

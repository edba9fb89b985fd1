"""Servers that say one thing and another of the same file, or that it is there and do not serve it; on both bases."""

import itertools
from collections.abc import Callable
from datetime import date
from random import Random

import pytest

from actors.stage.sites.documents import Document, body_of
from messages.drafts import DraftsFound, DraftsUpdated
from messages.health import ReasonCode
from tests.actors.prober import server as answers
from tests.actors.prober.room import PAPERS, Room, counter
from tests.actors.prober.server import Answer

NAME = "D0030R1.pdf"
DOCUMENT = Document(id="D0030R1", title="It", authors=("Ann Poe",), audience=("LEWG",), date=date(2025, 3, 4))
SAME = {"ETag": '"1"', "Content_Length": "1000", "Last_Modified": "Sun, 21 Nov 2100 08:00:00 GMT"}


def each_time(headers: Callable[[int], dict[str, str]]) -> Answer:
    """The headers of the file at the first request, the second, …"""
    times = itertools.count(1)
    return lambda name: answers.files(NAME, **SAME | (headers(next(times)) if name == NAME else {}))(name)


def a_date(second: int) -> str:
    return f"Sun, 21 Nov 2100 08:{second // 60 % 60:02}:{second % 60:02} GMT"


@pytest.mark.parametrize(
    "headers",
    [
        lambda time: {"ETag": f'"{time}"'},
        lambda time: {"Last_Modified": a_date(time)},
        lambda time: {"Last_Modified": a_date(time), "Content_Length": str(1000 + time), "ETag": f'W/"{time}"'},
    ],
    ids=["etag", "date", "everything"],
)
def test_a_file_that_looks_different_each_time_is_looked_at_ever_more_rarely_and_health_names_it(
    room: Room, headers: Callable[[int], dict[str, str]]
) -> None:
    room.open(each_time(headers))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    snapshot = room.when(lambda snapshot: bool(snapshot.status.reasons))
    assert [(reason.code, reason.subject) for reason in snapshot.status.reasons] == [(ReasonCode.FILE_UNSTEADY, NAME)]
    rarely = "SELECT recheck_at - now() > interval '0.5 s' FROM prober.observations"
    room.when(lambda _: room.execute(rarely) == [(True,)])  # where everything else is asked for each 0.2 s
    assert room.harness.heard_of(DraftsUpdated) == []


def test_two_servers_with_etags_of_their_own_make_no_news(room: Room) -> None:
    which = Random(1)
    room.open(each_time(lambda time: {"ETag": which.choice(('"a"', '"b"', 'W/"b"'))}))
    room.add(*PAPERS)
    assert room.found() == ["D0030R1"]
    room.when_asked(NAME, 12)
    assert room.harness.heard_of(DraftsUpdated) == []
    room.server.now_answers(answers.files(NAME, **SAME | {"ETag": '"c"', "Content_Length": "2000"}))
    (update,) = room.harness.expect(DraftsUpdated, to="watchlist").updates
    assert update.draft.files[0].length == 2000


def test_a_body_that_does_not_come_stops_no_probing(room: Room) -> None:
    room.open()
    room.server.now_holds(NAME, None)
    room.server.now_answers(answers.files(NAME))
    room.add(*PAPERS)
    room.when(lambda _: room.server.read == [NAME])
    room.when_asked("D0030R2.pdf", room.server.asked.count("D0030R2.pdf") + 5)
    assert room.server.read == [NAME]
    assert counter(room.snapshot(), "workers_lost") == 0


def test_a_draft_that_the_server_does_not_serve_is_told_when_it_does(room: Room) -> None:
    page = b"<!DOCTYPE html><html><body>Not found</body></html>"
    files = ("D0027R1.pdf", "D0028R1.html", "D0029R1.pdf", "D0030R1.pdf")
    room.open()
    room.server.now_serves(files[0], page, answers.missing)
    room.server.now_serves(files[1], b"")
    room.server.now_serves(files[2], page)
    room.server.now_serves(files[3], b"", answers.status(500))
    room.server.now_answers(answers.files(*files))
    room.add(*PAPERS)
    room.when(lambda snapshot: counter(snapshot, "front_matters_unread") >= len(files))
    assert room.harness.heard_of(DraftsFound) == []
    for file in files:
        room.server.now_serves(file, body_of(DOCUMENT, file))
    told: set[str] = set()
    while len(told) < len(files):
        told.update(room.found())
    assert told == {file.partition(".")[0] for file in files}

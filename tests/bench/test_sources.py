"""What open-std.org's pages cost: run with `make bench`."""

import time
from collections.abc import Iterator
from datetime import date

import pytest

from actors.index.actor import IndexActor
from actors.index.entries.preview import ended
from actors.index.fetch.open_std import read_year
from actors.runtime.engine.bases import SIMPLE
from actors.stage.sites.listings import StagedMailing, StagedPaper, listing_page, root_page
from messages.papers import MailingPublished
from tests.actors.harness import Harness
from tests.actors.index.open_std_server import SourcesServer
from tests.bench.table import Table
from tests.builders import settings
from tests.index_builders import a_body, many_entries

YEAR = date.today().year

CHARACTERS = 310_000
PAGE = f"https://www.open-std.org/jtc1/sc22/wg21/docs/papers/{YEAR}/"


def papers(count: int, first: int = 1000) -> tuple[StagedPaper, ...]:
    """Rows as long as real ones."""
    return tuple(
        StagedPaper(
            id=f"P{number:04d}R3",
            title=f"A proposal to add number {number} to the standard library, with wording",
            author="Renée Kähler, Ola Bergström, Ada Well",
            date=f"{YEAR}-01-05",
            file=f"p{number:04d}r3.html",
            previous=f"P{number:04d}R2",
            subgroup="SG16 Unicode,LEWG Library Evolution",
        )
        for number in range(first, first + count)
    )


def a_large_page() -> bytes:
    """As large as the largest real one."""
    count = 600
    while len(page := listing_page(YEAR, [StagedMailing(name=f"{YEAR}-01", papers=papers(count))])) < CHARACTERS:
        count += 20
    return page


def test_a_yearly_page_is_parsed_and_compared(capfd: pytest.CaptureFixture[str], table: Table) -> None:
    page = a_large_page()
    known = {each.paper.id: each.fingerprint for each in ended(read_year(page, PAGE, {})).candidates}
    began, longest = time.process_time(), 0.0
    steps = read_year(page.replace(b"with wording", b"with some words", 5), PAGE, known)
    while True:
        step = time.perf_counter()
        try:
            next(steps)
        except StopIteration as end:
            reading = end.value
            break
        finally:
            longest = max(longest, time.perf_counter() - step)
    spent = time.process_time() - began

    assert (len(reading.candidates), reading.valid) == (5, len(known))
    table.add(f"yearly page of {len(page):,} characters parsed and compared, CPU", spent, "s", below=0.3)
    with capfd.disabled():
        print(f"\nyearly page, {len(page):,} characters: {spent:.3f} s of CPU, longest turn {longest * 1000:.0f} ms")


@pytest.fixture
def harness(database: str) -> Iterator[tuple[Harness, SourcesServer]]:
    """An actor on the simple base that asks both sources every 20 ms, and their server."""
    server = SourcesServer()
    server.now_has(
        {
            "/index.json": a_body(**many_entries(900)),
            "/papers/": root_page(()),
            f"/papers/{YEAR}/": listing_page(YEAR, ()),
        }
    )
    index = {"url": f"{server.url}/index.json", "interval": 0.02}
    open_std = {"enabled": True, "url": f"{server.url}/papers/", "interval": 0.02}
    made = Harness(SIMPLE, settings(index=index, open_std=open_std), database)
    with server:
        yield made, server
        made.close()


def test_a_mailing_is_merged_stored_and_told(
    harness: tuple[Harness, SourcesServer], capfd: pytest.CaptureFixture[str], table: Table
) -> None:
    actor, server = harness
    actor.begin(IndexActor, "index", others=("prober", "watchlist"))
    deadline = time.monotonic() + 60.0
    while [path for path, _ in server.asked].count(f"/papers/{YEAR}/") < 3:
        assert time.monotonic() < deadline
        if (message := actor.driver.listen(0.01)) is not None:
            actor.heard.append(message)
    page = listing_page(YEAR, [StagedMailing(name=f"{YEAR}-01", papers=papers(300))])
    server.now_has({f"/papers/{YEAR}/": page})
    began = time.perf_counter()
    mailing = actor.expect(MailingPublished, to="watchlist")
    told = time.perf_counter() - began

    assert len(mailing.papers) == 300
    table.add("mailing of 300 papers fetched, merged, stored and told", told, "s", below=1.0)
    with capfd.disabled():
        print(f"\nmailing of 300 papers, from its page to its event: {told:.2f} s")

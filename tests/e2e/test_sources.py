"""Both sources of papers, on both bases: a year of drafts, mailings, dispositions, and pages that are not believed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.documents import Document
from actors.stage.sites.listings import StagedMailing, StagedPaper, cut_page, listing_page
from actors.stage.web.wire import Received
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import TWENTY_PAPERS, on_stage

YEAR = date.today().year
HASTY = {"min_revisit": "1s", "requests_per_hour": 1_000_000}
OLD = StagedMailing(
    name=f"{YEAR}-01",
    papers=tuple(
        StagedPaper(
            id=f"P{number:04d}R0",
            title=f"Paper {number}",
            author="Ada Lovelace",
            date="2015-01-01",
            file=f"p{number:04d}r0.html",
            subgroup="EWG Evolution",
        )
        for number in range(1, 21)
    ),
)
PAPER = StagedPaper(
    id="P0021R1",
    title="A gadget <for> Unicode",
    author="Renée Kähler",
    date=f"{YEAR}-02-03",
    file="p0021r1.html",
    previous="P0020R0",
    subgroup="SG16 Unicode,LEWG Library Evolution",
)
DRAFT = Document(
    id="D0021R1", title=PAPER.title, authors=(PAPER.author,), audience=("SG16", "LEWG"), date=date(YEAR, 2, 1)
)


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(TWENTY_PAPERS)
        client.set_mailings(OLD)
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    open_std = {"enabled": True, "url": stage.open_std_url, "interval": "1s"}
    made = on_stage(make_service, base, stage, prober=HASTY, open_std=open_std, index={"hold_for": "1h"})
    made.start()
    wait_for(lambda: (health := made.health()) and health["status"] == "ok", LIMIT)
    wait_for(lambda: "open-std.org" in made.command("paper", "P0020", "--sources").stdout, LIMIT)
    return made


def told(stage: StageClient, recipient: str, count: int) -> list[Received]:
    """The messages to a recipient, at least so many."""

    def found(messages: tuple[Received, ...]) -> list[Received]:
        return [message for message in messages if message.recipient == recipient]

    return found(stage.wait_for(lambda state: len(found(state.messages)) >= count, LIMIT).messages)


def watch(service: Service, user: str, *entries: str) -> None:
    for entry in entries:
        service.carries_out("watch", "--user", user, "watch!", entry)


def accept(service: Service, source: str, words: str) -> None:
    """Accept what is held."""
    nothing_held = f"nothing is held of {source}"
    said = service.carries_out("index", "accept", source, or_already=nothing_held)
    assert words in said or nothing_held in said


@pytest.mark.slow  # a year has many rounds of both sources
def test_a_year_of_both_sources_is_told_once_and_in_one_thread(service: Service, stage: StageClient) -> None:
    watch(service, "U1", "P21")
    watch(service, "U2", "audience:SG16")
    watch(service, "U3", "mailings")

    # A draft, then its paper in a new mailing on open-std.org.
    stage.put_paper("D0021R1.html", DRAFT, last_modified=datetime.now(UTC))
    told(stage, "U1", 1)
    told(stage, "U2", 1)
    mailing = StagedMailing(name=f"{YEAR}-02", place="pre-Nowhere", papers=(PAPER,))
    stage.set_mailings(OLD, mailing)
    _, published = told(stage, "U1", 2)
    assert "P0021R1" in published.text
    _, also = told(stage, "U2", 2)
    assert "SG16" in also.text
    (notice,) = told(stage, "U3", 1)
    assert f"{YEAR}-02 pre-Nowhere" in notice.text
    assert "*SG16* (1)" in notice.text

    # The same paper on wg21.link, which writes it a little differently, is no news; its disposition is.
    entry = {
        "type": "paper", "title": PAPER.title, "author": PAPER.author, "date": PAPER.date,
        "long_link": "https://example.org/p0021r1.html",
    }  # fmt: skip
    stage.set_index({**TWENTY_PAPERS, "P0021R1": entry})
    wait_for(lambda: "wg21.link" in service.command("paper", "P0021", "--sources").stdout, LIMIT)
    adopted = replace(mailing, papers=(replace(PAPER, disposition=f"Adopted {YEAR}-03"),))
    stage.set_mailings(OLD, adopted)
    first, *later = told(stage, "U1", 3)
    assert f"Disposition: Adopted {YEAR}-03" in later[-1].text

    # The old page comes back, and the new one after it: nothing of that is news.
    before = len(stage.requests("mailings"))
    stage.set_mailings(OLD, mailing)
    wait_for(lambda: len(stage.requests("mailings")) > before + 4, LIMIT)
    stage.set_mailings(OLD, adopted)
    after = len(stage.requests("mailings"))
    wait_for(lambda: len(stage.requests("mailings")) > after + 4, LIMIT)

    assert service.terminate() == 0
    messages = [message for message in stage.messages() if message.recipient == "U1"]
    assert len(messages) == 3
    assert {message.payload.get("thread_ts") for message in messages[1:]} == {first.ts}
    assert len([message for message in stage.messages() if message.recipient == "U2"]) == 2
    assert len([message for message in stage.messages() if message.recipient == "U3"]) == 1
    channel = [message for message in stage.messages() if message.recipient == "C0PAPERS"]
    assert sum("new mailing" in message.text.lower() for message in channel) == 1
    assert "Traceback" not in service.said()


@pytest.mark.slow  # each page that is held is waited for
def test_operators_see_what_is_held_accept_it_and_compare_indexes(
    service: Service, stage: StageClient, tmp_path: Path
) -> None:
    watch(service, "U1", "Ada Lovelace", "audience:SG16")
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(TWENTY_PAPERS))
    new.write_text(json.dumps({**TWENTY_PAPERS, "P0030R0": {"title": "New", "author": "Ada Lovelace"}}))
    assert service.carries_out("index", "diff", str(old), str(new)) == "new P0030R0 “New”: paper added, to U1\n"
    assert "Nothing is held" in service.carries_out("index")

    # A page that was cut tells nothing, and operators see why.
    mailing = StagedMailing(name=f"{YEAR}-02", papers=(PAPER,))
    whole = listing_page(YEAR, [OLD, mailing])
    stage.set_listing(YEAR, cut_page(whole, 0.9))
    wait_for(lambda: "cut in the middle" in service.command("index").stdout, LIMIT)

    # Meanwhile wg21.link loses half of its papers: that is held too, until it is accepted.
    few = dict(list(TWENTY_PAPERS.items())[:10])
    stage.set_index(few)
    wait_for(lambda: "index shrunk: 10 entries where 20" in service.command("index", "held").stdout, LIMIT)
    accept(service, "wg21.link", "index shrunk")
    wait_for(lambda: "index shrunk" not in service.command("index").stdout, LIMIT)
    again = service.answered("index", "accept", "wg21.link")
    assert (again.returncode, "nothing is held of wg21.link, but of open-std.org" in again.stderr) == (1, True)
    assert "P0020R0" in service.carries_out("paper", "P20")
    assert stage.messages() == ()

    # The whole page is believed at once.
    stage.set_listing(YEAR, whole)
    (message,) = told(stage, "U1", 1)
    assert "P0021R1" in message.text
    wait_for(lambda: (health := service.health()) and health["status"] == "ok", LIMIT)
    assert service.command("index", "nonsense").returncode == 2
    assert service.terminate() == 0
    assert "Traceback" not in service.said()


@pytest.mark.long
def test_a_label_of_the_tracker_is_an_audience_and_a_state(
    make_service: Callable[..., Service], base: str, stage: StageClient, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("ghp_StageOnly\n")
    stage.limit_tracker(page_size=2, token="ghp_StageOnly")
    stage.set_issues({f"P{number:04d} R0 Paper {number}": ["EWG"] for number in range(1, 7)})
    tracker = {"enabled": True, "url": stage.tracker_url, "interval": "1s", "token_file": str(token)}
    service = on_stage(make_service, base, stage, prober=HASTY, paper_tracker=tracker, open_std={"enabled": False})
    service.start()
    wait_for(lambda: "EWG  [paper tracker, since" in service.command("paper", "P6", "--sources").stdout, LIMIT)
    watch(service, "U1", "audience:SG20")

    labels = ["EWG", "SG20", "needs-revision", "C++29"]
    stage.set_issues({"P0006 R0 Paper 6": labels, **{f"P{number:04d} R0 x": ["EWG"] for number in range(1, 6)}})
    (message,) = told(stage, "U1", 1)

    assert "P0006R0" in message.text
    said = service.carries_out("paper", "P6", "--sources")
    assert "EWG, SG20  [paper tracker, since" in said
    assert "C++29, needs-revision  [paper tracker, since" in said
    wait_for(lambda: {entry.status for entry in stage.requests("tracker")} == {200, 304}, LIMIT)
    assert {entry.name for entry in stage.requests("tracker")} == {"1", "2", "3"}
    assert service.terminate() == 0
    assert "ghp_StageOnly" not in service.said()
    assert "Traceback" not in service.said()

"""The prober's politeness and the life of drafts on the stage, on both bases: through the command line."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import FixedReply, Redirect, content_type_of
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.script import PutDraft
from actors.stage.world.state import PaperFile
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import TWENTY_PAPERS, on_stage
from tests.slack_texts import timeless


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(TWENTY_PAPERS)
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    hasty = {"min_revisit": "1s", "confirm_after": "200ms", "hold_for": "5s", "requests_per_hour": 1_500_000}
    prober = {**hasty, "plausible_drafts": 10, "contact": "papers@example.org"}
    made = on_stage(make_service, base, stage, prober=prober, slack={"ops_channel": "C0OPS", "ops_after": "1s"})
    made.start()
    made.carries_out("watch", "--user", "U1", "add", "P0007")
    wait_for(lambda: stage.asked(Site.PAPERS)["D0020R1.pdf"], LIMIT)
    return made


def said(stage: StageClient, channel: str, count: int) -> list[str]:
    state = stage.wait_for(lambda state: len([m for m in state.messages if m.channel == channel]) >= count, LIMIT)
    return [timeless(message.text) for message in state.messages if message.channel == channel]


def thread(stage: StageClient, count: int) -> list[str]:
    """What was said in the channel after the first message, which shows the newest state; U1 was told as often."""
    said(stage, "D0U1", count)
    return said(stage, "C0PAPERS", count)[1:]


def prober(service: Service) -> Any:
    return (service.health() or {"actors": {"prober": {"reasons": ()}}})["actors"]["prober"]


def complains(service: Service, words: str) -> bool:
    return any(words in reason for reason in prober(service).get("reasons", ()))


def test_a_draft_lives_on_until_it_is_a_paper(service: Service, stage: StageClient) -> None:
    link = f"<{stage.papers_url}D0007R1.pdf|pdf>"
    paper = "Paper 7\nAda Lovelace\nPrevious revision: <https://wg21.link/P0007R0|P0007R0>"
    stage.fault(Site.PAPERS, FixedReply(status=405), verb="HEAD")  # the first byte tells as well
    stage.put_draft("D0007R1.pdf", body=b"%PDF-1.7")
    expected = [f"D0007R1 new draft: {paper}\n{link}"]
    assert said(stage, "C0PAPERS", 1) == expected
    stage.clear_faults()

    stage.put_draft("D0007R1.pdf", body=b"%PDF-1.7 mended")
    expected.append(f"D0007R1 updated draft: {paper}\nThe pdf was replaced (7 bytes longer).\n{link}")
    assert thread(stage, 2) == expected[1:]
    assert wait_for(lambda: said(stage, "C0PAPERS", 2)[0] == expected[1], LIMIT), "the card shows the newest state"

    stage.remove_draft("D0007R1.pdf")
    expected.append(f"D0007R1 withdrawn draft: {paper}")
    assert thread(stage, 3) == expected[1:]
    assert "withdrawn" in service.carries_out("drafts")

    stage.put_draft("D0007R1.pdf", body=b"%PDF-1.7 mended")
    expected.append(f"D0007R1 updated draft: {paper}\nThe pdf was put back as before.\n{link}")
    assert thread(stage, 4) == expected[1:]

    stage.set_index(
        TWENTY_PAPERS | {"P0007R1": {**TWENTY_PAPERS["P0007R0"], "long_link": "https://example.org/p0007r1.html"}}
    )
    links = "<https://example.org/p0007r1.html|paper> · <https://wg21.link/P0007R1|wg21.link>"
    expected.append(f"P0007R1 paper published: {paper}\n{links}")
    assert thread(stage, 5) == expected[1:]

    assert [text.partition("\n")[0] for text in said(stage, "D0U1", 5)[1:]] == [
        f"{name}: Paper 7 (you watch P0007)"
        for name in ("D0007R1 updated draft", "D0007R1 withdrawn draft", "D0007R1 updated draft",
                     "P0007R1 new paper")
    ]  # fmt: skip
    assert any(entry.conditional for entry in stage.requests(Site.PAPERS) if entry.name == "D0007R1.pdf")


def test_what_pretends_is_not_announced(service: Service, stage: StageClient) -> None:
    stage.put_draft("D0001R1.pdf", body=b"")
    stage.put_draft("D0002R1.pdf", headers=(("Content-Type", "text/html"),))
    stage.fault(Site.PAPERS, Redirect(location="/files/papers/sorry.html"), only="D0003R1.*")
    stage.put_draft("D0004R1.pdf")
    assert said(stage, "C0PAPERS", 1)[0].startswith("D0004R1 new draft: ")
    asked = stage.asked(Site.PAPERS)
    wait_for(lambda: all(stage.asked(Site.PAPERS)[f"D000{n}R1.pdf"] > asked[f"D000{n}R1.pdf"] for n in (1, 2, 3)))
    assert len(said(stage, "C0PAPERS", 1)) == 1


@pytest.mark.long
def test_too_much_at_once_is_held_and_released_when_it_is_true(service: Service, stage: StageClient) -> None:
    file = PaperFile(body=b"%PDF-1.7", content_type=content_type_of("D0001R1.pdf"), last_modified=None)
    stage.play(*(PutDraft(name=f"D{number:04d}R1.pdf", file=file) for number in range(1, 16)))
    wait_for(lambda: sum(text.count(": Paper ") for text in said(stage, "C0PAPERS", 1)) == 15, LIMIT)
    held = (
        r"prober: [0-9]+ files seem to have appeared at once on 127\.0\.0\.1:[0-9]+ since .*; they are held back and .*"
    )
    wait_for(lambda: len([text for text in said(stage, "C0OPS", 1) if "at once" in text]) == 2, LIMIT)
    began, over = (text for text in said(stage, "C0OPS", 2) if "at once" in text)
    assert re.fullmatch(f"Problem: {held}", began)
    assert re.fullmatch(f"Resolved after .+?: {held}", over)
    wait_for(lambda: (service.health() or {}).get("status") == "ok", LIMIT)


@pytest.mark.long
def test_a_pause_a_ban_and_the_switch_are_obeyed_over_a_restart(service: Service, stage: StageClient) -> None:
    def quiet(seconds: float) -> bool:
        before, end = stage.state().answered[Site.PAPERS], datetime.now(UTC) + timedelta(seconds=seconds)
        wait_for(lambda: datetime.now(UTC) > end)
        return stage.state().answered[Site.PAPERS] == before

    stage.fault(Site.PAPERS, FixedReply(status=429, headers=(("Retry-After", "15"),)), times=1)
    wait_for(lambda: complains(service, "asked for a pause until"), LIMIT)
    (asked,) = [request for request in stage.requests(Site.PAPERS) if request.status == 429]
    assert service.terminate() == 0
    ended = datetime.now(UTC)
    service.start()
    wait_for(lambda: (service.health() or {}).get("status") == "ok", LIMIT)
    resumed = wait_for(lambda: [request.at for request in stage.requests(Site.PAPERS) if request.at > ended])
    assert min(resumed) >= asked.at + timedelta(seconds=15)

    assert service.carries_out("probing", "off").startswith("probing is off, since ")
    assert service.terminate() == 0
    service.start()
    wait_for(lambda: complains(service, "probing has been off since"))
    assert quiet(2.0)
    assert json.loads(service.carries_out("probing", "--json"))["probing"] == "off"
    stage.set_robots("User-agent: Callboard\nDisallow: /files/\n")
    assert service.carries_out("probing", "on").startswith("probing is on, since ")
    assert service.command("probing", "maybe").returncode == 2
    assert "Callboard/" in stage.requests(Site.ROBOTS)[0].agent
    assert stage.requests(Site.PAPERS)[-1].agent.endswith("(+papers@example.org)")


def test_without_a_contact_the_service_begins_with_a_tenth_and_says_how_to_have_the_rest(
    make_service: Callable[..., Service], base: str, stage: StageClient
) -> None:
    service = on_stage(make_service, base, stage, prober={"contact": "", "requests_per_hour": 36_000})
    service.start()
    banner = service.said()
    assert f"{stage.index_url.split('/')[2]}: the index, every second" in banner
    assert "on average 3,600 an hour" in banner
    assert "save it: Callboard uses all of it at once" in " ".join(banner.split())
    known = service.health_of_all()["actors"]["prober"]
    assert (known["contact"], known["budget"]) == (False, 3600.0)
    assert known["rate"] <= 9000.0
    assert "a tenth of the budget is used: 3,600 requests an hour" in " ".join(service.carries_out("status").split())

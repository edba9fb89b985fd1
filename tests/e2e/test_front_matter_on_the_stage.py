"""What drafts say of themselves in what people are told, on both bases."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import ITS_DRAFT, ONE_PAPER, on_stage
from tests.slack_texts import timeless


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(ONE_PAPER)
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    made = on_stage(make_service, base, stage, prober={"min_revisit": "2s", "requests_per_hour": 1_000_000})
    made.start()
    return made


@pytest.mark.parametrize("extension", ["html", "pdf"])
def test_a_draft_is_told_to_who_watches_its_own_authors_and_not_to_who_watches_a_name_in_its_text(
    service: Service, stage: StageClient, extension: str
) -> None:
    wait_for(lambda: (health := service.health()) and health["status"] == "ok", LIMIT)
    for user, entry in (("U1", "author:niebler"), ("U2", "author:Kähler"), ("U3", "author:shoop"), ("U4", "P42")):
        service.carries_out("watch", "--user", user, "add", entry)
    stage.put_paper(f"D0042R1.{extension}", ITS_DRAFT, last_modified=datetime.now(UTC))
    seen = stage.wait_for(lambda state: len(state.messages) >= 4, LIMIT).messages
    told = {message.channel: timeless(message.text) for message in seen}
    head = "D0042R1 new draft: A title of its own &lt;for&gt; spans"
    paragraph = (
        "\nRenée Kähler, Ola Bergström\nAudience: LEWG, SG9\nPrevious revision: <https://wg21.link/P0042R0|P0042R0>\n"
        "This builds on what Kirk Shoop proposed.\n"
        f"<{stage.papers_url}D0042R1.{extension}|{extension}>"
    )
    assert told == {
        "C0PAPERS": f"{head}{paragraph}",
        "D0U1": f"{head} (you watch niebler){paragraph}",
        "D0U2": f"{head} (you watch Kähler){paragraph}",
        "D0U4": f"{head} (you watch P42){paragraph}",
    }
    assert "A title of its own <for> spans" in service.carries_out("drafts").replace("\n", " ")
    assert service.terminate() == 0
    assert len(stage.messages()) == 4
    assert "Traceback" not in service.said()

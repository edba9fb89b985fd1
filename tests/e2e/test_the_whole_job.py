"""The whole main job on the stage, on both bases: two real indexes, drafts, and every notice word for word."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actors.control.client import RequestRefused, ServiceNotRunning
from actors.control.protocol import ControlRequest
from actors.stage.faults.exchange import Site
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from actors.stage.web.wire import Received
from actors.stage.world.state import STAGE_TOKEN
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import on_stage
from tests.slack_texts import timeless

LIMIT = 600.0
"""Seconds in which a busy machine asks for the drafts of all papers."""


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-11-12")) as client:
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    made = on_stage(make_service, base, stage, prober={"min_revisit": "3s", "requests_per_hour": 1_500_000})
    made.start()
    return made


def watch(service: Service, user: str, entry: str) -> None:
    service.carries_out("watch", "--user", user, "watch!", entry)


def told(messages: Sequence[Received]) -> list[tuple[str, str]]:
    return sorted((message.channel, timeless(str(message.payload["text"]))) for message in messages)


def draft(service: Service, id: str) -> dict[str, Any] | None:
    try:
        drafts = service.ask(ControlRequest(op="drafts"))
    except (ServiceNotRunning, RequestRefused):
        return None
    return next((draft for draft in drafts if draft["id"] == id), None)


def renaming(entry: str = "") -> str:
    """The lines about P3870; `entry` is what its reader watches."""
    return f"Renaming std::nontype to std::tag{_because(entry)}\nAndrei Zissu, Ville Voutilainen"


def execution(entry: str = "") -> str:
    """The lines about P2300; `entry` is what its reader watches."""
    return (
        f"`std::execution`{_because(entry)}\nEric Niebler, Michał Dominiak, Georgy Evtushenko, Lewis Baker,"
        " Lucian Radu Teodorescu, … and 4 more"
    )


def _because(entry: str) -> str:
    return f" (you watch {entry})" if entry else ""


@pytest.mark.long  # its prober asks for all drafts of all papers, again and again
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_indexes_and_the_drafts_between_them(service: Service, stage: StageClient) -> None:
    files = f"{stage.url}/files/papers"
    wait_for(lambda: (health := service.health()) and health["status"] == "ok", LIMIT)
    assert stage.messages() == ()
    for user, entry in (("U1", "niebler"), ("U2", "P3870"), ("U2", "P2300"), ("U3", "LWG4439"), ("U4", "li")):
        watch(service, user, entry)

    # A fresh draft is told once, to the channel and to everybody who watches it; an old one is remembered in silence.
    now = datetime.now(UTC)
    stage.put_draft("D3877R0.pdf", last_modified=now - timedelta(days=3))
    wait_for(lambda: draft(service, "D3877R0"), LIMIT)
    stage.put_draft("D3870R1.pdf", last_modified=now)
    before = "Previous revision: <https://wg21.link/P3870R0|P3870R0>"
    expected = [
        ("C0PAPERS", f"D3870R1 new draft: {renaming()}\n{before}\n<{files}/D3870R1.pdf|pdf>"),
        ("D0U2", f"D3870R1 new draft: {renaming('P3870')}\n{before}\n<{files}/D3870R1.pdf|pdf>"),
    ]
    assert told(stage.wait_for(lambda state: len(state.messages) >= 2, LIMIT).messages) == sorted(expected)

    # Its other file is no news. A draft whose server says no date is.
    stage.put_draft("D3870R1.html", last_modified=now)
    wait_for(lambda: len((draft(service, "D3870R1") or {"files": ()})["files"]) == 2, LIMIT)
    stage.put_draft("D2300R11.html", last_modified=None)
    page = f"\nPrevious revision: <https://wg21.link/P2300R10|P2300R10>\n<{files}/D2300R11.html|html>"
    expected += [
        ("C0PAPERS", f"D2300R11 new draft: {execution()}{page}"),
        ("D0U1", f"D2300R11 new draft: {execution('niebler')}{page}"),
        ("D0U2", f"D2300R11 new draft: {execution('P2300')}{page}"),
    ]
    assert told(stage.wait_for(lambda state: len(state.messages) >= 5, LIMIT).messages) == sorted(expected)

    # The next index has 133 new issues and no new paper: news for users who watch one of them.
    stage.set_index(snapshot("2025-12-04"))
    expected.append(
        (
            "D0U3",
            "LWG4439 new issue: std::optional&lt;T&amp;&gt;::swap possibly selects ADL-found swap (you watch LWG4439)\n"
            "Jiang An\n<https://wg21.link/LWG4439|wg21.link>",
        )
    )
    assert told(stage.wait_for(lambda state: len(state.messages) >= 6, LIMIT).messages) == sorted(expected)

    # What happens while the service is down is told when it is back: a draft has become a paper.
    assert service.terminate() == 0
    index = json.loads(gzip.decompress(snapshot("2025-12-04").read_bytes()))
    index["P3870R1"] = {**index["P3870R0"], "long_link": "https://example.org/p3870r1.html"}
    stage.set_index(index)
    service.start()
    links = "<https://example.org/p3870r1.html|paper> · <https://wg21.link/P3870R1|wg21.link>"
    expected += [
        ("C0PAPERS", f"P3870R1 paper published: {renaming()}\n{before}\n{links}"),
        ("D0U2", f"P3870R1 new paper: {renaming('P3870')}\n{before}\n{links}"),
    ]
    expected[:2] = expected[-2:]  # the first messages about it say its newest state
    stage.wait_for(lambda state: len(state.messages) >= 8, LIMIT)
    assert wait_for(lambda: told(stage.messages()) == sorted(expected), LIMIT), told(stage.messages())
    assert wait_for(lambda: draft(service, "D3870R1"), LIMIT)["state"] == "published"
    assert wait_for(lambda: draft(service, "D3877R0"), LIMIT)["announcement"] == "silent"
    assert "D3877R0" in service.carries_out("drafts")
    assert "P3870R1" in service.carries_out("recent")

    assert service.terminate() == 0
    assert told(stage.messages()) == sorted(expected)
    assert STAGE_TOKEN not in service.said()
    assert "Traceback" not in service.said()
    assert set(stage.asked(Site.PAPERS)) >= {"D3870R2.pdf", "D3876R0.html", "P3876R1.pdf"}

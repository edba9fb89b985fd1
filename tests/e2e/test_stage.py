"""The stage as a process: each site, asked as the service asks it, and each trouble as the service meets it."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import (
    Drip,
    Everything,
    Fault,
    FixedReply,
    Flood,
    Hang,
    Redirect,
    Refuse,
    Reset,
    Slow,
    Truncate,
)
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.snapshots import snapshot
from actors.stage.world.state import STAGE_TOKEN

LIMIT = 60.0
IN_VAIN = 5.0
"""Seconds to wait for what does not come."""

NOON = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def one_stage() -> Iterator[StageClient]:
    with running_stage(snapshot("2025-11-12")) as client:
        yield client


@pytest.fixture
def stage(one_stage: StageClient) -> StageClient:
    one_stage.reset()
    return one_stage


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=LIMIT) as client:
        yield client


@pytest.fixture
def slack(stage: StageClient) -> WebClient:
    return WebClient(token=STAGE_TOKEN, base_url=stage.slack_url, timeout=60)


def test_the_index_is_fetched_once_and_then_unchanged_until_it_changes(stage: StageClient, web: httpx.Client) -> None:
    first = web.get(stage.index_url)
    assert (first.status_code, first.headers["content-encoding"], len(first.json())) == (200, "gzip", 27_185)
    known = {"If-None-Match": first.headers["etag"]}
    assert web.get(stage.index_url, headers=known).status_code == 304
    assert web.get(stage.index_url, headers={"If-Modified-Since": first.headers["last-modified"]}).status_code == 304
    stage.set_index({"P1R0": {"type": "paper"}}, last_modified=NOON)
    changed = web.get(stage.index_url, headers={**known, "Accept-Encoding": "identity"})
    assert (changed.status_code, changed.content) == (200, b'{"P1R0": {"type": "paper"}}')
    assert changed.headers["last-modified"] == "Fri, 21 Nov 2025 12:00:00 GMT"
    stage.set_index(snapshot("2025-11-12"))


def test_a_draft_is_missing_until_it_is_put(stage: StageClient, web: httpx.Client) -> None:
    url = stage.papers_url + "D2300R11.pdf"
    assert web.head(url).status_code == 404
    stage.put_draft("D2300R11.pdf", last_modified=NOON, body=b"%PDF")
    there = web.head(url)
    assert (there.status_code, there.headers["content-type"], there.content) == (200, "application/pdf", b"")
    assert (there.headers["content-length"], there.headers["last-modified"]) == ("4", "Fri, 21 Nov 2025 12:00:00 GMT")
    assert web.get(url).content == b"%PDF"
    assert web.head(url, headers={"If-None-Match": there.headers["etag"]}).status_code == 304
    stage.remove_draft("D2300R11.pdf")
    assert web.head(url).status_code == 404


def test_the_stage_knows_who_asked_for_what(stage: StageClient, web: httpx.Client) -> None:
    for name in ("D1R0.pdf", "D1R0.pdf", "D1R0.html"):
        web.head(stage.papers_url + name, headers={"User-Agent": "Callboard"})
    assert stage.asked("papers") == {"D1R0.pdf": 2, "D1R0.html": 1}
    assert stage.state().answered[Site.PAPERS] == {404: 3}
    entry = stage.requests("papers")[0]
    assert (entry.verb, entry.name, entry.status, entry.agent) == ("HEAD", "D1R0.pdf", 404, "Callboard")


def test_a_year_page_is_a_table_of_the_papers(stage: StageClient, web: httpx.Client) -> None:
    page = web.get(f"{stage.url}/jtc1/sc22/wg21/docs/papers/2024/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert ">P2300R10</a></td><td>`std::execution`</td>" in page.text
    assert web.get(f"{stage.url}/jtc1/sc22/wg21/docs/papers/next/").status_code == 404


def test_the_sdk_posts_and_finds_its_message_again(stage: StageClient, slack: WebClient) -> None:
    metadata = {"event_type": "callboard_notice", "event_payload": {"id": "7"}}
    assert slack.auth_test()["user_id"] == "U0CALLBOARD"
    answer = slack.chat_postMessage(channel="U0ADA", text="*P1R0* &lt;T&gt;", metadata=metadata, unfurl_links=False)
    slack.chat_postMessage(channel="#papers", text="to all")
    direct = answer["channel"]
    assert slack.conversations_open(users="U0ADA")["channel"] == {"id": direct}
    found = slack.conversations_history(channel=direct, include_all_metadata=True, oldest="1", limit=5)["messages"]
    assert [(message["ts"], message["metadata"]) for message in found] == [(answer["ts"], metadata)]
    told = stage.messages()
    assert [(message.recipient, message.text) for message in told] == [
        ("U0ADA", "*P1R0* &lt;T&gt;"),
        ("C0PAPERS", "to all"),
    ]
    assert told[0].metadata == metadata


def test_a_form_does_as_well_as_json(stage: StageClient, web: httpx.Client) -> None:
    form = {"token": STAGE_TOKEN, "channel": "C1", "text": "x", "blocks": '[{"type": "divider"}]'}
    assert web.post(stage.slack_url + "chat.postMessage", data=form).json()["ok"] is True
    assert stage.messages()[0].payload == {"channel": "C1", "text": "x", "blocks": [{"type": "divider"}]}
    headers = {"Authorization": f"Bearer {STAGE_TOKEN}", "Content-Type": "application/json"}
    for body in (b"{", b"[]", b'{"text": "\\ud800"}', b'"'):
        answer = web.post(stage.slack_url + "chat.postMessage", content=body, headers=headers)
        assert answer.json() == {"ok": False, "error": "invalid_json"}


def test_the_sdk_reads_a_refusal_and_a_rate_limit(stage: StageClient, slack: WebClient) -> None:
    stage.fault("slack", Refuse(error="is_archived"), channel="C1")
    with pytest.raises(SlackApiError, match="is_archived"):
        slack.chat_postMessage(channel="C1", text="x")
    stage.limit_rate(60.0)
    slack.chat_postMessage(channel="C2", text="x")
    with pytest.raises(SlackApiError) as limited:
        slack.chat_postMessage(channel="C2", text="y")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "60")
    stage.set_token("xoxb-new")
    with pytest.raises(SlackApiError, match="invalid_auth"):
        slack.auth_test()
    assert [message.text for message in stage.messages()] == ["x"]


@pytest.mark.parametrize(
    ("trouble", "seen"),
    [
        (Reset(), httpx.ReadError),
        (Hang(), httpx.ReadTimeout),
        (Slow(seconds=30.0), httpx.ReadTimeout),
        (FixedReply(status=500), httpx.HTTPStatusError),
    ],
    ids=repr,
)
def test_slack_takes_a_message_and_gives_no_good_answer(
    stage: StageClient, web: httpx.Client, trouble: Fault, seen: type[Exception]
) -> None:
    stage.fault("slack", trouble, times=1, acts_first=True)
    call = {"channel": "C1", "text": "x", "token": STAGE_TOKEN}
    timeout = IN_VAIN if seen is httpx.ReadTimeout else LIMIT
    with pytest.raises(seen):
        web.post(stage.slack_url + "chat.postMessage", data=call, timeout=timeout).raise_for_status()
    assert [message.text for message in stage.messages()] == ["x"]


def test_a_post_that_timed_out_lands_late(stage: StageClient, slack: WebClient) -> None:
    slack.timeout = 1
    stage.fault("slack", Slow(seconds=1 + IN_VAIN), times=1)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        slack.chat_postMessage(channel="C1", text="late")
    assert stage.messages() == () or time.monotonic() - began > 1 + IN_VAIN
    assert stage.wait_for(lambda state: bool(state.messages), LIMIT).messages[0].text == "late"


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_every_trouble_is_met_as_scripted_and_passes(stage: StageClient, web: httpx.Client, verb: str) -> None:
    url = stage.papers_url + "D1R0.pdf"
    stage.put_draft("D1R0.pdf", body=b"%PDF")

    def met(trouble: Fault) -> httpx.Response:
        stage.fault(Site.PAPERS, trouble, times=1)
        return web.request(verb, url, timeout=IN_VAIN if isinstance(trouble, Hang) else LIMIT)

    with pytest.raises(httpx.ReadError):
        met(Reset())
    with pytest.raises(httpx.ReadTimeout):
        met(Hang())
    with pytest.raises(httpx.RemoteProtocolError):
        met(Truncate(share=0.5))
    assert met(Slow(seconds=0.01)).status_code == 200
    assert met(Drip(seconds=0.001)).headers["content-length"] == "4"
    assert met(FixedReply(status=429, headers=(("Retry-After", "3"),))).headers["retry-after"] == "3"
    assert met(Everything()).status_code == 200
    assert met(Redirect()).headers["location"] == "/files/papers/D1R0.pdf"
    assert met(Flood(size=300_000)).headers["content-length"] == "300000"
    assert web.request(verb, url).status_code == 200
    assert stage.state().faults == 0


def test_a_drip_takes_longer_than_each_of_its_bytes(stage: StageClient, web: httpx.Client) -> None:
    stage.fault("index", Drip(seconds=0.1))
    begun = time.monotonic()
    with web.stream("GET", stage.index_url) as answer:
        parts, come = answer.iter_raw(), b""
        while len(come) < 4:
            come += next(parts)
        assert snapshot("2025-11-12").read_bytes().startswith(come)
    assert time.monotonic() - begun > 0.25


def test_a_flood_comes_whole_and_costs_the_stage_nothing(stage: StageClient, web: httpx.Client) -> None:
    stage.fault("index", Flood(size=30_000_001))
    with web.stream("GET", stage.index_url) as answer:
        assert sum(len(part) for part in answer.iter_raw()) == 30_000_001


def test_a_script_that_is_wrong_is_refused(stage: StageClient, web: httpx.Client) -> None:
    answer = web.post(f"{stage.url}/_stage/events", json=[{"kind": "PutDrift"}])
    assert (answer.status_code, answer.text[:15]) == (400, "kind 'PutDrift'")
    assert web.get(f"{stage.url}/_stage/requests", params={"site": "moon"}).status_code == 400
    assert web.get(f"{stage.url}/_stage/wait", params={"seq": "x"}).status_code == 400


def test_a_waiter_is_told_when_it_happens_and_when_it_does_not(
    stage: StageClient, slack: WebClient, web: httpx.Client
) -> None:
    poster = threading.Timer(0.2, slack.chat_postMessage, kwargs={"channel": "C1", "text": "now"})
    poster.start()
    state = stage.wait_for(lambda state: bool(state.messages), LIMIT)
    poster.join()
    assert state.messages[0].text == "now"
    with pytest.raises(httpx.ReadTimeout):
        web.get(f"{stage.url}/_stage/wait", params={"seq": stage.state().seq}, timeout=0.2)
    with pytest.raises(TimeoutError, match="the last messages: \\['now'\\]"):
        stage.wait_for(lambda state: len(state.messages) > 1, limit=0.2)


@pytest.mark.parametrize("path", ["/slack", "/slack?user=U1"])
def test_the_page_shows_what_slack_was_told(stage: StageClient, slack: WebClient, web: httpx.Client, path: str) -> None:
    slack.chat_postMessage(channel="#papers", text="*D1R0* <https://a.b|pdf> &lt;script&gt;")
    page = web.get(stage.url + path)
    assert '<b>D1R0</b> <a href="https://a.b">pdf</a> &lt;script&gt;' in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_process_ends_with_its_input_also_while_somebody_waits() -> None:
    command = [sys.executable, "-m", "actors.stage.server.process"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as waiting:
            waiting.sendall(b"GET /_stage/wait?seq=9 HTTP/1.1\r\nHost: stage\r\n\r\n")
            process.stdin.close()
            try:
                assert process.wait(timeout=LIMIT) == 0
            finally:
                process.kill()

"""A message is searched for in its conversation, page by page, against a scripted Slack."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from actors.notifier.model.outcomes import (
    ApiError,
    Limited,
    NoSuchMethod,
    NotThere,
    Posted,
    PostOutcome,
    SearchOutcome,
    Unclear,
    Unsearchable,
)
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.slack.client import SlackTransport
from actors.notifier.slack.history import MAX_PAGES
from tests.actors.notifier import slack_server as answers
from tests.actors.notifier.slack_client import with_client
from tests.actors.notifier.slack_server import Answer, Call, SlackServer
from tests.builders import NOON

MESSAGE = OutgoingMessage(
    id="0190-1", recipient="U1", text="a &lt;b&gt;", attempt=1, failures=0, channel=None,
    last_ts=None,
)  # fmt: skip


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A Slack that answers."""
    with SlackServer() as server:
        yield server


def test_a_message_is_found_in_the_history_of_the_users_conversation(slack: SlackServer) -> None:
    async def use(client: SlackTransport) -> tuple[PostOutcome, SearchOutcome]:
        posted = await client.post(MESSAGE)
        await client.post(replace(MESSAGE, id="other"))
        return posted, await client.search(MESSAGE)

    posted, found = with_client(slack.url, use)
    assert posted == found
    assert slack.calls[-2:] == ["conversations.open", "conversations.history"]


def test_a_known_conversation_is_not_opened(slack: SlackServer) -> None:
    assert with_client(slack.url, lambda client: client.search(replace(MESSAGE, channel="DU1"))) == NotThere()
    assert slack.calls == ["conversations.history"]


def test_a_channel_that_is_known_by_name_is_listed(slack: SlackServer) -> None:
    channels = [{"id": "C1", "name": "other"}, {"id": "C2", "name": "papers"}]
    slack.script("conversations.list", lambda call: call.say({"ok": True, "channels": channels}))
    slack.take({"channel": "C2", "metadata": {"event_type": "callboard_notice", "event_payload": {"id": "0190-1"}}})
    found = with_client(slack.url, lambda client: client.search(replace(MESSAGE, recipient="#papers")))
    assert isinstance(found, Posted)
    assert found.channel == "C2"


def test_a_channel_that_is_not_listed_cannot_be_searched(slack: SlackServer) -> None:
    slack.script("conversations.list", lambda call: call.say({"ok": True, "channels": []}))
    found = with_client(slack.url, lambda client: client.search(replace(MESSAGE, recipient="#papers")))
    assert found == Unsearchable(why="there is no channel #papers")


def test_a_history_is_read_page_by_page_and_other_metadata_do_no_harm(slack: SlackServer) -> None:
    odd: list[object] = [None, 7, [], {"event_type": "callboard_notice"}]
    strange = [{"ts": "9", "metadata": value} for value in odd]
    ours = {"ts": "8", "metadata": {"event_type": "callboard_notice", "event_payload": {"id": "0190-1"}}}
    pages: list[Answer] = [
        lambda call: call.say({"ok": True, "messages": strange, "response_metadata": {"next_cursor": "more"}}),
        lambda call: call.say({"ok": True, "messages": [ours]} if call.arguments["cursor"] == "more" else {}),
    ]
    slack.script("conversations.history", *pages)
    assert with_client(slack.url, lambda client: client.search(MESSAGE)) == Posted(channel="DU1", ts="8")


def a_page_of(at: datetime) -> Answer:
    """A page with one message of this time, and more behind it."""
    messages = [{"ts": f"{at.timestamp():.6f}"}]
    return lambda call: call.say({"ok": True, "messages": messages, "response_metadata": {"next_cursor": "more"}})


def test_a_history_is_read_no_further_back_than_a_day_before_the_post(slack: SlackServer) -> None:
    tried = replace(MESSAGE, tried_at=NOON)
    ages = (timedelta(hours=1), timedelta(hours=25))
    slack.script("conversations.history", *(a_page_of(NOON - age) for age in ages))
    assert with_client(slack.url, lambda client: client.search(tried)) == NotThere()
    assert slack.calls.count("conversations.history") == len(ages)


def test_a_history_without_an_end_is_left_after_some_pages(slack: SlackServer) -> None:
    page = {"ok": True, "messages": [{"ts": "odd"}] * 1000, "response_metadata": {"next_cursor": "more"}}
    slack.script("conversations.history", *[lambda call: call.say(page)] * 6)
    found = with_client(slack.url, lambda client: client.search(replace(MESSAGE, tried_at=NOON)))
    assert found == Unsearchable(why="there are more than 5,000 newer messages")
    assert slack.calls.count("conversations.history") == 5


def test_a_history_of_empty_pages_without_an_end_is_left_too(slack: SlackServer) -> None:
    page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}}
    slack.script("conversations.history", *[lambda call: call.say(page)] * (MAX_PAGES + 1))
    assert isinstance(with_client(slack.url, lambda client: client.search(MESSAGE)), Unsearchable)
    assert slack.calls.count("conversations.history") == MAX_PAGES


def test_the_order_of_a_history_does_not_matter(slack: SlackServer) -> None:
    """With `oldest` alone, Slack documents the oldest page first; with `latest` too, the newest."""
    tried = replace(MESSAGE, tried_at=NOON, last_ts=f"{(NOON - timedelta(days=3)).timestamp():.6f}")
    times = [NOON - timedelta(hours=73) + timedelta(minutes=10 * place) for place in range(450)]
    ours = {"metadata": {"event_type": "callboard_notice", "event_payload": {"id": MESSAGE.id}}}
    kept: list[dict[str, Any]] = [
        {"ts": f"{at.timestamp():.6f}", **(ours if place == 440 else {})} for place, at in enumerate(times)
    ]

    def page(call: Call) -> None:
        oldest, latest = float(call.arguments["oldest"]), float(call.arguments["latest"])
        assert oldest == (NOON - timedelta(days=3)).timestamp()
        assert latest > NOON.timestamp()
        first = int(call.arguments.get("cursor") or 0)
        more = {"next_cursor": str(first + 200)} if first + 200 < len(kept) else {}
        call.say({"ok": True, "messages": kept[first : first + 200], "response_metadata": more})

    slack.script("conversations.history", *[page] * 3)
    found = with_client(slack.url, lambda client: client.search(tried))
    assert found == Posted(channel="DU1", ts=kept[440]["ts"])


def test_a_search_goes_on_after_a_pause_where_it_was(slack: SlackServer) -> None:
    """Slack may allow one call a minute, with 15 messages each."""
    asked: list[tuple[str, str]] = []

    def page(call: Call) -> None:
        cursor = call.arguments.get("cursor") or "0"
        asked.append((cursor, call.arguments["latest"]))
        ours = {"event_type": "callboard_notice", "event_payload": {"id": MESSAGE.id}} if cursor == "3" else None
        messages = [{"ts": f"{2_000_000_000 - 15 * int(cursor) - place}", "metadata": ours} for place in range(15)]
        call.say({"ok": True, "messages": messages, "response_metadata": {"next_cursor": str(int(cursor) + 1)}})

    for _ in range(3):
        slack.script("conversations.history", page, answers.limit(1))
    slack.script("conversations.history", page)

    async def use(client: SlackTransport) -> list[SearchOutcome]:
        outcomes: list[SearchOutcome] = []
        while not outcomes or isinstance(outcomes[-1], Limited):
            outcomes.append(await client.search(MESSAGE))
            await asyncio.sleep(0.05)
        return outcomes

    *_, found = with_client(slack.url, use)
    assert found == Posted(channel="DU1", ts=str(2_000_000_000 - 45))
    assert [cursor for cursor, _ in asked] == ["0", "1", "2", "3"]
    assert len({latest for _, latest in asked}) == 1
    assert slack.calls.count("conversations.open") == 1


def test_a_channel_is_looked_for_by_its_name_after_a_pause_where_it_was(slack: SlackServer) -> None:
    first = {"ok": True, "channels": [{"id": "C1", "name": "a"}], "response_metadata": {"next_cursor": "more"}}
    last = {"ok": True, "channels": [{"id": "C2", "name": "papers"}]}
    slack.script("conversations.list", lambda call: call.say(first), answers.limit(1))
    slack.script("conversations.list", lambda call: call.say(last if call.arguments.get("cursor") == "more" else first))

    async def use(client: SlackTransport) -> SearchOutcome:
        named = replace(MESSAGE, recipient="#papers")
        while isinstance(outcome := await client.search(named), Limited):
            await asyncio.sleep(0.05)
        return outcome

    assert with_client(slack.url, use) == NotThere()
    assert slack.calls.count("conversations.list") == 3


def test_another_attempt_is_another_search(slack: SlackServer) -> None:
    more = {"ok": True, "messages": [{"ts": "9"}], "response_metadata": {"next_cursor": "more"}}
    slack.script("conversations.history", lambda call: call.say(more), answers.status(500))

    async def use(client: SlackTransport) -> tuple[SearchOutcome, SearchOutcome]:
        return await client.search(MESSAGE), await client.search(replace(MESSAGE, attempt=2))

    before, after = with_client(slack.url, use)
    assert isinstance(before, Unclear)
    assert after == NotThere()
    assert slack.calls.count("conversations.open") == 2


def test_a_page_that_slack_no_longer_knows_is_read_from_the_beginning(slack: SlackServer) -> None:
    more = {"ok": True, "messages": [{"ts": "9"}], "response_metadata": {"next_cursor": "more"}}
    slack.script("conversations.history", lambda call: call.say(more), answers.refuse("invalid_cursor"))
    assert with_client(slack.url, lambda client: client.search(MESSAGE)) == NotThere()
    assert slack.calls.count("conversations.history") == 3


def test_only_what_came_after_the_last_known_message_is_looked_at(slack: SlackServer) -> None:
    with_client(slack.url, lambda client: client.post(MESSAGE))
    later = replace(MESSAGE, channel="DU1", last_ts=slack.messages[0]["ts"])
    assert with_client(slack.url, lambda client: client.search(later)) == NotThere()


def test_a_failed_search_is_the_failure(slack: SlackServer) -> None:
    slack.script("conversations.open", answers.refuse("missing_scope"))
    assert with_client(slack.url, lambda client: client.search(MESSAGE)) == ApiError(error="missing_scope")
    slack.script("conversations.history", answers.status(404))
    assert isinstance(with_client(slack.url, lambda client: client.search(MESSAGE)), NoSuchMethod)

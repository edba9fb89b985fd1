"""Who is told that a part of the page is new."""

import asyncio
from collections.abc import Mapping

import pytest

from actors.web.server import streams
from actors.web.server.streams import Listener, LiveStreams


def test_a_listener_hears_of_every_part_at_first_and_then_of_what_is_new() -> None:
    now = {"drafts": "1", "papers": "1"}

    async def fingerprints() -> Mapping[str, str]:
        return dict(now)

    async def listen() -> list[set[str]]:
        streams = LiveStreams(tuple(now), fingerprints, lambda request: None)
        listener = Listener(tuple(now))
        streams._listeners.add(listener)
        heard = []
        for change in ({}, {}, {"drafts": "2"}, {}):
            now.update(change)
            await streams.look()
            heard.append(set(listener.news))
            listener.news.clear()
        return heard

    both = {"drafts", "papers"}
    assert asyncio.run(listen()) == [both, set(), {"drafts"}, set()]


def test_a_stream_without_news_has_a_beat_that_the_page_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.001)

    async def texts() -> list[str]:
        listener = Listener(["drafts"])
        return [await streams._next_text(listener) for _ in range(2)]

    assert asyncio.run(texts()) == ["event: drafts\ndata: new\n\n", "event: beat\ndata: still here\n\n"]

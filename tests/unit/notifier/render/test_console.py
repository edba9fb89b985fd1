"""Messages on the console."""

import asyncio
import io

from actors.notifier.model.outcomes import NotReached, Posted, Unsearchable
from actors.notifier.model.outgoing import OutgoingMessage
from actors.notifier.render.console import console_text
from actors.notifier.render.notices import for_user
from actors.notifier.slack.port import ConsoleTransport
from tests.builders import NOON
from tests.watching_builders import a_notice


def a_message() -> OutgoingMessage:
    """To anna."""
    (worded,) = for_user([a_notice(matched=("niebler",), title="a<b> & c\x1b[31m")])
    return OutgoingMessage(
        id="1", recipient="anna", text=worded.text, attempt=1, failures=0, channel=None, last_ts=None
    )  # fmt: skip


def test_a_message_reads_well() -> None:
    assert console_text("anna", a_message().text, NOON) == (
        "\n"
        "── to anna · 2025-11-21 12:00 UTC ──────────────────────────────────────\n"
        "   D2300R11 new draft: a<b> & c[31m (you watch niebler)\n"
        "   Eric Niebler, Kirk Shoop\n"
        "   pdf: https://isocpp.org/files/papers/D2300R11.pdf\n"
    )


def test_a_message_is_written_and_counts_as_posted() -> None:
    stream = io.StringIO()
    outcome = asyncio.run(ConsoleTransport(stream, lambda: NOON).post(a_message()))
    assert outcome == Posted(channel="anna", ts="")
    assert stream.getvalue() == console_text("anna", a_message().text, NOON)


def test_a_console_that_is_closed_loses_nothing() -> None:
    stream = io.StringIO()
    stream.close()
    assert isinstance(asyncio.run(ConsoleTransport(stream, lambda: NOON).post(a_message())), NotReached)


def test_a_console_cannot_be_asked() -> None:
    assert isinstance(asyncio.run(ConsoleTransport(io.StringIO(), lambda: NOON).search(a_message())), Unsearchable)

"""Commands about a channel: who may give them, and how answers speak of it."""

from dataclasses import replace
from typing import Any

import pytest

from actors.watchlist.commands.parse.addressing import ChannelOrder
from actors.watchlist.commands.parse.parser import parse_plain
from actors.watchlist.commands.run import channels
from actors.watchlist.commands.run.deciding import CommandContext, decide
from actors.watchlist.commands.run.result import CommandResult
from actors.watchlist.matching.entries import EVERYTHING, EntryKind, WatchEntry
from actors.watchlist.model.user_state import UserState
from messages.channels import ChannelAccess, ChannelReply
from messages.commands import CommandOutcome
from tests.builders import NOON, a_paper
from tests.commanding_builders import NAMES, ZONES, a_user, said, some_names, some_papers

PAPERS = some_papers(a_paper(2300, 10))


def a_channel(*entries: str, **fields: Any) -> UserState:
    return replace(a_user(*entries), id="C0SG16", channel="#sg16", **fields)


def tell(text: str, channel: UserState) -> CommandResult:
    command = parse_plain(text, ZONES)
    context = CommandContext(
        recent_papers=PAPERS, audiences={}, zones=ZONES, now=NOON, names=some_names(*NAMES, papers=PAPERS)
    )
    decided = channels.refused_to_readers(command, channel) or decide(command, channel, context)
    return channels.addressed(decided, command, channel)


def everything(**fields: Any) -> UserState:
    entry = WatchEntry(
        user="C0SG16", kind=EVERYTHING.kind, key=EVERYTHING.key, text=EVERYTHING.text, added_at=NOON, added_by="U1"
    )
    return a_channel(**{"entries": (entry,), **fields})


def test_a_subscription_is_an_entry_of_the_channel_and_the_answer_has_its_commands() -> None:
    result = tell("watch audience:SG16, P2300", a_channel())
    assert [(each.user, each.kind, each.key) for each in result.changes.add] == [
        ("C0SG16", EntryKind.AUDIENCE, "SG16"),
        ("C0SG16", EntryKind.NUMBER, "P2300"),
    ]
    assert "#sg16 is now subscribed to audience:SG16: 0 papers in the last year" in said(result)
    assert result.answer is not None
    assert [(each.label, each.command) for each in result.answer.buttons] == [
        ("Unsubscribe audience:SG16", "unsubscribe <#C0SG16> audience:SG16"),
        ("Unsubscribe P2300", "unsubscribe <#C0SG16> P2300"),
    ]


def test_what_is_not_clear_is_offered_with_the_commands_of_the_channel() -> None:
    result = tell("watch contracts", a_channel())
    assert result.changes.add == ()
    assert "subscribe #sg16 author:contracts" in said(result)
    result = tell("mute P2300 2w", a_channel("P2300"))
    assert "type unmute #sg16 P2300" in said(result)
    assert "subscribe #sg16 P2300" in said(tell("watch", a_channel()))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("watching", "#sg16 is subscribed to 1 entry:"),
        ("watch P2300", "#sg16 is already subscribed to P2300."),
        ("unwatch P2300", "#sg16 is no longer subscribed to P2300."),
        ("unwatch P1", "#sg16 isn't subscribed to “P1”."),
        ("unwatch all", "#sg16 is no longer subscribed to anything. Removed 1 entry."),
        ("settings", "Notices are sent immediately."),
        ("quiet off", "#sg16 has no quiet hours."),
        (
            "forget me",
            "This deletes everything stored about #sg16: 1 entry and 0 mutes, the settings, and the record of",
        ),
        ("forget me yes", "Everything about #sg16 has been deleted."),
        ("mute P1", "P1 is muted until you unmute it. To unmute, type unmute #sg16 P1."),
    ],
)
def test_answers_speak_of_the_channel(text: str, answer: str) -> None:
    assert answer in said(tell(text, a_channel("P2300")))


def test_a_channel_can_have_everything_and_a_person_cannot() -> None:
    result = tell("watch everything", a_channel())
    assert [(each.kind, each.key) for each in result.changes.add] == [(EntryKind.EVERYTHING, "everything")]
    assert "every draft that appears, changes, is withdrawn, or is published" in said(result)
    assert tell("watch everything", replace(a_user(), channel="")).changes.add == ()
    assert tell("unwatch everything", everything()).changes.remove == ((EntryKind.EVERYTHING, "everything"),)
    assert "already subscribed to everything" in said(tell("watch all", everything()))


def test_an_export_of_a_channel_is_imported_for_another() -> None:
    exported = said(tell("export", everything()))
    assert exported == "watch everything"
    imported = tell(f"import {exported}\nwatch P2300", a_channel())
    assert [each.kind for each in imported.changes.add] == [EntryKind.EVERYTHING, EntryKind.NUMBER]


def test_the_readers_channel_has_everything_by_the_configuration() -> None:
    readers = a_channel(is_readers=True)
    assert "• everything, set by slack.channel in the configuration" in said(tell("watching", readers))
    assert "already subscribed to everything" in said(tell("watch everything", readers))
    for refused in ("mute P2300", "unmute all", "forget me yes"):
        result = tell(refused, readers)
        assert (result.outcome, result.changes.mute, result.changes.forget) == (CommandOutcome.REFUSED, (), False)


@pytest.mark.parametrize(
    ("access", "words"),
    [
        (ChannelAccess.NOT_INVITED, "I'm not in #sg16. To invite me, type /invite @callboard there"),
        (
            ChannelAccess.UNSEEN,
            "I don't see the channel #sg16. If it is private, invite me first: type /invite @callboard",
        ),
        (ChannelAccess.NOT_A_MEMBER, "Only members of #sg16 can see or change its subscriptions"),
        (ChannelAccess.ARCHIVED, "#sg16 is archived"),
        (ChannelAccess.NOT_A_CHANNEL, "Only channels can have subscriptions"),
        (ChannelAccess.UNKNOWN, "I can't ask Slack about #sg16 right now (HTTP 500)"),
    ],
)
def test_who_may_not_is_told_why_and_what_to_do(access: ChannelAccess, words: str) -> None:
    refusal = channels.refusal("C0SG16", ChannelReply(request_id="", access=access, name="sg16", why="HTTP 500"))
    assert refusal is not None
    assert (refusal.outcome, words in said(refusal)) == (CommandOutcome.REFUSED, True), said(refusal)


def test_a_command_without_a_channel_says_how_to_name_one() -> None:
    asked = channels.ask_about(ChannelOrder(channel="", text="watching"), "U1", "U1", is_plain=False)
    assert "Type subscriptions #sg16" in said(asked)

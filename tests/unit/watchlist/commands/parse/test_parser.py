"""The words of a user, read as a command."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.commands.parse.normalize import from_slack
from actors.watchlist.commands.parse.parsed_commands import (
    Confirmation,
    DigestCommand,
    Every,
    ForgetCommand,
    HelpCommand,
    ImportCommand,
    MuteCommand,
    NotUnderstood,
    PaperCommand,
    ParsedCommand,
    QuietCommand,
    RecentCommand,
    ReplaceCommand,
    SearchCommand,
    SimpleCommand,
    TimezoneCommand,
    UnmuteCommand,
    UnwatchCommand,
    WatchCommand,
    WhyCommand,
)
from actors.watchlist.commands.parse.parser import MAX_RECENT, parse_plain
from actors.watchlist.commands.parse.times.timing import Duration
from actors.watchlist.commands.parse.verbs import VERB_OF
from messages.commands import Delivery, QuietHours
from tests.commanding_builders import ZONES, said, say

FOR_GOOD = Duration(length=None, until=None)
NIGHTS = (QuietHours(days=tuple(range(7)), begin=1320, end=420),)


def understood(text: str) -> ParsedCommand:
    return parse_plain(from_slack(text), ZONES)


@pytest.mark.parametrize("text", ["ack", "ack host_unusable", "Acknowledge: all", "/callboard ack"])
def test_who_acknowledges_elsewhere_is_told_where_it_works(text: str) -> None:
    command = understood(text)
    assert isinstance(command, NotUnderstood)
    assert "operators' channel" in command.detail
    assert not command.suggestion


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("watch Niebler", WatchCommand(entries=("Niebler",))),
        ("WATCH: “Thomas Köppe”, P2300", WatchCommand(entries=("Thomas Köppe", "P2300"))),
        ("<@U1> please watch <https://wg21.link/P2300|P2300>", WatchCommand(entries=("P2300",))),
        ("/callboard watch title:reflection", WatchCommand(entries=("title:reflection",))),
        ("watch! title:the", WatchCommand(entries=("title:the",), confirmation=Confirmation.CONFIRMED)),
        ("add Niebler", WatchCommand(entries=("Niebler",))),
        ("unwatch P2300, Niebler", UnwatchCommand(entries=("P2300", "Niebler"))),
        ("remove P2300", UnwatchCommand(entries=("P2300",))),
        ("watching", SimpleCommand.WATCHING),
        ("list", SimpleCommand.WATCHING),
        ("replace kope with Köppe", ReplaceCommand(old="kope", new="Köppe")),
        ('replace "a by b" with "c with d"', ReplaceCommand(old="a by b", new="c with d")),
        (
            "replace! kope\nwith title:the",
            ReplaceCommand(old="kope", new="title:the", confirmation=Confirmation.CONFIRMED),
        ),
        ("mute P2300 2w", MuteCommand(what="P2300", duration=Duration(length=timedelta(weeks=2), until=None))),
        ('mute "Thomas Köppe"', MuteCommand(what="Thomas Köppe", duration=FOR_GOOD)),
        ("mute", SimpleCommand.MUTES),
        ("unmute all", UnmuteCommand(what="all")),
        ("why P2300", WhyCommand(what="P2300")),
        ("paper P2300", PaperCommand(what="P2300")),
        ("P2300?", PaperCommand(what="P2300?")),
        ("recent", RecentCommand(limit=10)),
        ("recent 5 papers", RecentCommand(limit=5)),
        ("recent issues", RecentCommand(limit=10)),
        ("latest changes", RecentCommand(limit=10)),
        ("recent publications and mailings", RecentCommand(limit=10)),
        ("news since Monday", RecentCommand(limit=10)),
        ("recent papers since 5 June", RecentCommand(limit=10)),
        ("recent in SG16", RecentCommand(limit=10)),
        ("recent in the last week", RecentCommand(limit=10)),
        ("recent activity for SG16", RecentCommand(limit=10)),
        ("recent 5 LWG issues", RecentCommand(limit=5)),
        ("recent papers in modules", SearchCommand(what="modules")),
        ("recent 99999", RecentCommand(limit=MAX_RECENT)),
        ("status", SimpleCommand.STATUS),
        ("version", SimpleCommand.VERSION),
        ("uptime", SimpleCommand.UPTIME),
        ("settings", SimpleCommand.SETTINGS),
        ("digest", SimpleCommand.SETTINGS),
        (
            "digest daily 09:00 Europe/Berlin",
            DigestCommand(delivery=Delivery.DIGEST, minutes=(540,), every=Every.DAY, zone="Europe/Berlin"),
        ),
        ("digest daily", DigestCommand(delivery=Delivery.DIGEST, every=Every.DAY)),
        (
            "digest weekly on Fridays at 5pm",
            DigestCommand(delivery=Delivery.DIGEST, days=(4,), minutes=(1020,), every=Every.WEEK),
        ),
        ("digest monday", DigestCommand(delivery=Delivery.DIGEST, days=(0,))),
        ("digest off", DigestCommand(delivery=Delivery.IMMEDIATE)),
        ("quiet 22:00-07:00", QuietCommand(hours=NIGHTS)),
        ("quiet hours from 10pm to 7am in Berlin", QuietCommand(hours=NIGHTS, zone="Europe/Berlin")),
        ("quiet off", QuietCommand(hours=())),
        (
            'digest daily "09:00 Europe/Berlin"',
            DigestCommand(delivery=Delivery.DIGEST, minutes=(540,), every=Every.DAY, zone="Europe/Berlin"),
        ),
        ('mute "P2300 2w"', MuteCommand(what="P2300", duration=Duration(length=timedelta(weeks=2), until=None))),
        ("timezone new york", TimezoneCommand(zone="America/New_York")),
        ("export", SimpleCommand.EXPORT),
        ("import watch a\n\n mute b ", ImportCommand(lines=("watch a", "mute b"))),
        ("```import\nwatch a```", ImportCommand(lines=("watch a",))),
        ("forget me", ForgetCommand(confirmation=Confirmation.NOT_ASKED)),
        ("Forget me, yes!", ForgetCommand(confirmation=Confirmation.CONFIRMED)),
        ("help", HelpCommand(about="")),
        ("help all", HelpCommand(about="all")),
        ("help more", HelpCommand(about="all")),
        ("paper P2300 all", PaperCommand(what="P2300", all_revisions=True)),
        ("paper P2300, All revisions", PaperCommand(what="P2300", all_revisions=True)),
        ("", HelpCommand(about="")),
        ("?", HelpCommand(about="")),
        ("help snooze", HelpCommand(about="mute")),
        ("never mind", SimpleCommand.NOTHING),
    ],
)
def test_a_command_is_read(text: str, order: ParsedCommand) -> None:
    assert understood(text) == order


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("wach Niebler", "watch Niebler"),
        ("quite 22:00-07:00", "quiet 22:00-07:00"),
        ("forget Niebler", "forget me"),
        ("digest sometimes", "digest daily 09:00"),
        ("digest tuseday", "digest tuesday"),  # spelling: as it stands
        ("digest mon,wedd 09:00", "digest mon,wed 09:00"),
        ("quiet mon-fri 22:00-07:00, weekennds", "quiet mon-fri 22:00-07:00, weekends"),
    ],
)
def test_what_is_nearly_a_command_is_suggested(text: str, suggestion: str) -> None:
    order = understood(text)
    assert isinstance(order, NotUnderstood)
    assert order.suggestion == suggestion


@pytest.mark.parametrize("verb", sorted(set(VERB_OF.values())))
def test_every_command_without_its_words_is_answered(verb: str) -> None:
    assert not isinstance(understood(verb), NotUnderstood) or said(say(verb))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    understood(text)


words = st.sampled_from(
    [*VERB_OF, "P2300", "Köppe", "title:x", "audience:LEWG", "2w", "for", "until", "2026-99-01", "09:00", "25:00", "-",
     "Europe/Berlin", "daily", "weekly", "all", "yes", "me", ",", "\n", '"', "<@U1>", "&amp;", "with", "off", "!", "0",
     "9" * 40, "²", "\0", "mon-fri", "weekends", "wed", "22:00-07:00", "EST", "and", "weekly", "Berlin"]
)  # fmt: skip


@given(st.lists(words, max_size=12).map(" ".join))
def test_any_words_of_ours_get_an_answer_that_is_not_empty(text: str) -> None:
    if isinstance(understood(text), WhyCommand):
        return
    decision = say(text)
    assert (decision.answer is None) is (decision.question is not None)
    if decision.answer is not None:
        assert said(decision).strip()
        assert all(span.text and "\n" not in span.text for line in decision.answer.lines for span in line.spans)
        assert all(button.label and button.command for button in decision.answer.buttons)
        for button in decision.answer.buttons:
            assert not isinstance(parse_plain(button.command, ZONES), NotUnderstood), button


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("digest Mon, Wed, Fri @ 9:00", "digest mon,wed,fri 09:00"),
        ("digest mon|wed|fri @9:00", "digest mon,wed,fri 09:00"),
        ("digest weekdays: 9, weekends: 11", "digest mon-fri 09:00, sat,sun 11:00"),
        ("digest as one, daily 09:00", "digest daily 09:00 as one"),
        ("digest one each mon,wed 9", "digest mon,wed 9 one each"),
        ("digest individually", "digest one each"),
        ("digest as a single message", "digest as one"),
        ("quiet all weekend", "quiet weekends"),
        ("quiet the whole weekend", "quiet weekends"),
        ("quiet mon-fri: 22-7", "quiet mon-fri 22:00-07:00"),
        ("quiet mon-fri 22-7 + weekends", "quiet mon-fri 22:00-07:00, weekends"),
    ],
)
def test_signs_and_words_that_only_join_change_nothing(text: str, same: str) -> None:
    assert parse_plain(text, ZONES) == parse_plain(same, ZONES)
    assert not isinstance(parse_plain(same, ZONES), NotUnderstood)

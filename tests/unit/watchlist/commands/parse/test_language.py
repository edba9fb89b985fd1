"""The words of a user, read as a command."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.commands.parse.language import MOST_RECENT, read
from actors.watchlist.commands.parse.normalize import from_slack
from actors.watchlist.commands.parse.orders import (
    AboutPaper,
    Digest,
    Forget,
    Help,
    Import,
    Instead,
    InZone,
    Misunderstood,
    MuteThis,
    Order,
    Quiet,
    Recent,
    Sure,
    Topic,
    Unmute,
    Unwatch,
    Watch,
    Why,
)
from actors.watchlist.commands.parse.timing import Lapse
from actors.watchlist.commands.parse.verbs import VERB_OF
from messages.commands import Delivery
from tests.commanding_builders import ZONES, said, say

FOR_GOOD = Lapse(length=None, until=None)


def understood(text: str) -> Order:
    return read(from_slack(text), ZONES)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("watch Niebler", Watch(entries=("Niebler",))),
        ("WATCH: “Thomas Köppe”, P2300", Watch(entries=("Thomas Köppe", "P2300"))),
        ("<@U1> please watch <https://wg21.link/P2300|P2300>", Watch(entries=("P2300",))),
        ("/callboard watch title:reflection", Watch(entries=("title:reflection",))),
        ("watch! title:the", Watch(entries=("title:the",), sure=Sure.CONFIRMED)),
        ("add Niebler", Watch(entries=("Niebler",))),
        ("unwatch P2300, Niebler", Unwatch(entries=("P2300", "Niebler"))),
        ("remove P2300", Unwatch(entries=("P2300",))),
        ("watching", Topic.WATCHING),
        ("list", Topic.WATCHING),
        ("replace kope with Köppe", Instead(old="kope", new="Köppe")),
        ('replace "a by b" with "c with d"', Instead(old="a by b", new="c with d")),
        ("replace! kope\nwith title:the", Instead(old="kope", new="title:the", sure=Sure.CONFIRMED)),
        ("mute P2300 2w", MuteThis(what="P2300", lapse=Lapse(length=timedelta(weeks=2), until=None))),
        ('mute "Thomas Köppe"', MuteThis(what="Thomas Köppe", lapse=FOR_GOOD)),
        ("mute", Topic.MUTES),
        ("unmute all", Unmute(what="all")),
        ("why P2300", Why(what="P2300")),
        ("paper P2300", AboutPaper(what="P2300")),
        ("P2300?", AboutPaper(what="P2300?")),
        ("recent", Recent(limit=10)),
        ("recent 5 papers", Recent(limit=5)),
        ("recent 99999", Recent(limit=MOST_RECENT)),
        ("status", Topic.STATUS),
        ("version", Topic.VERSION),
        ("uptime", Topic.UPTIME),
        ("settings", Topic.SETTINGS),
        ("digest", Topic.SETTINGS),
        ("digest daily 09:00 Europe/Berlin", Digest(delivery=Delivery.DAILY, at_minute=540, zone="Europe/Berlin")),
        ("digest daily", Digest(delivery=Delivery.DAILY)),
        ("digest weekly on Fridays at 5pm", Digest(delivery=Delivery.WEEKLY, at_minute=1020, weekday=4)),
        ("digest monday", Digest(delivery=Delivery.WEEKLY, weekday=0)),
        ("digest off", Digest(delivery=Delivery.IMMEDIATE)),
        ("quiet 22:00-07:00", Quiet(begin=1320, end=420)),
        ("quiet hours from 10pm to 7am in Berlin", Quiet(begin=1320, end=420, zone="Europe/Berlin")),
        ("quiet off", Quiet(begin=None, end=None)),
        ('digest daily "09:00 Europe/Berlin"', Digest(delivery=Delivery.DAILY, at_minute=540, zone="Europe/Berlin")),
        ('mute "P2300 2w"', MuteThis(what="P2300", lapse=Lapse(length=timedelta(weeks=2), until=None))),
        ("timezone new york", InZone(zone="America/New_York")),
        ("export", Topic.EXPORT),
        ("import watch a\n\n mute b ", Import(lines=("watch a", "mute b"))),
        ("```import\nwatch a```", Import(lines=("watch a",))),
        ("forget me", Forget(sure=Sure.NOT_ASKED)),
        ("Forget me, yes!", Forget(sure=Sure.CONFIRMED)),
        ("help", Help(about="")),
        ("", Help(about="")),
        ("?", Help(about="")),
        ("help snooze", Help(about="mute")),
        ("never mind", Topic.NOTHING),
    ],
)
def test_a_command_is_read(text: str, order: Order) -> None:
    assert understood(text) == order


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("wach Niebler", "watch Niebler"),
        ("quite 22:00-07:00", "quiet 22:00-07:00"),
        ("Niebler", "watch Niebler"),
        ("Niebler, P3000", "watch Niebler, P3000"),
        ("forget Niebler", "forget me"),
        ("digest sometimes", "digest daily 09:00"),
    ],
)
def test_what_is_nearly_a_command_is_suggested(text: str, suggestion: str) -> None:
    order = understood(text)
    assert isinstance(order, Misunderstood)
    assert order.suggestion == suggestion


@pytest.mark.parametrize("verb", sorted(set(VERB_OF.values())))
def test_every_command_without_its_words_is_answered(verb: str) -> None:
    assert not isinstance(understood(verb), Misunderstood) or said(say(verb))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    understood(text)


words = st.sampled_from(
    [*VERB_OF, "P2300", "Köppe", "title:x", "audience:LEWG", "2w", "for", "until", "2026-99-01", "09:00", "25:00", "-",
     "Europe/Berlin", "daily", "weekly", "all", "yes", "me", ",", "\n", '"', "<@U1>", "&amp;", "with", "off", "!", "0",
     "9" * 40, "²", "\0"]
)  # fmt: skip


@given(st.lists(words, max_size=12).map(" ".join))
def test_any_words_of_ours_get_an_answer_that_is_not_empty(text: str) -> None:
    if isinstance(understood(text), Why):
        return
    decision = say(text)
    assert (decision.answer is None) is (decision.question is not None)
    if decision.answer is not None:
        assert said(decision).strip()
        assert all(span.text and "\n" not in span.text for line in decision.answer.lines for span in line.spans)
        assert all(button.label and button.command for button in decision.answer.buttons)
        for button in decision.answer.buttons:
            assert not isinstance(read(button.command, ZONES), Misunderstood), button

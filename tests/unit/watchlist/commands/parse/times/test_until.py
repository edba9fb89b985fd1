"""Days that are still to come, said on Friday 2025-11-21 at 12:00 UTC."""

import pytest

from tests.builders import NOON
from tests.commanding_builders import a_user, said, say


@pytest.mark.parametrize(
    ("when", "until"),
    [
        ("until Monday", "2025-11-24 00:00"),
        ("till Monday", "2025-11-24 00:00"),
        ("for the rest of the week", "2025-11-24 00:00"),
        ("for a fortnight", "2025-12-05 12:00"),
        ("until next monday 9am", "2025-11-24 09:00"),
        ("until Friday", "2025-11-28 00:00"),
        ("until friday at 17:00", "2025-11-21 17:00"),
        ("until tomorrow", "2025-11-22 00:00"),
        ("until the day after tomorrow at 9", "2025-11-23 09:00"),
        ("until tonight", "2025-11-22 00:00"),
        ("until 18:00", "2025-11-21 18:00"),
        ("until 9am", "2025-11-22 09:00"),
        ("until noon", "2025-11-22 12:00"),
        ("until the weekend", "2025-11-22 00:00"),
        ("until next week", "2025-11-24 00:00"),
        ("until the end of the month", "2025-12-01 00:00"),
        ("until next year", "2026-01-01 00:00"),
        ("until next month", "2025-12-01 00:00"),
        ("until the end of this week", "2025-11-24 00:00"),
        ("until Monday 24:00", "2025-11-25 00:00"),
        ("until tues", "2025-11-25 00:00"),
        ("until 21 Nov", "2025-11-22 00:00"),
        ("until Dec 1", "2025-12-01 00:00"),
        ("until the 1st of December", "2025-12-01 00:00"),
        ("until 3 March", "2026-03-03 00:00"),
        ("until December 1st, 2026", "2026-12-01 00:00"),
        ("until 1.12.2026", "2026-12-01 00:00"),
        ("until 1.12.", "2025-12-01 00:00"),
        ("until Feb 29", "2026-02-28 00:00"),
        ("today", "2025-11-22 00:00"),
        ("for the weekend", "2025-11-24 00:00"),
        ("1h30m", "2025-11-21 13:30"),
        ("for 1.5 hours", "2025-11-21 13:30"),
        ("for 1 week and 2 days", "2025-11-30 12:00"),
        ("until Monday morning", "2025-11-24 09:00"),
        ("until tomorrow evening", "2025-11-22 18:00"),
        ("until 2025-11-24 9am", "2025-11-24 09:00"),
        ("until 2025-11-24 noon", "2025-11-24 12:00"),
        ("until EOD", "2025-11-22 00:00"),
        ("until the end of the day", "2025-11-22 00:00"),
        ("for the rest of the day", "2025-11-22 00:00"),
        ("for ten days", "2025-12-01 12:00"),
        ("for the next 3 days", "2025-11-24 12:00"),
        ("for a couple of days", "2025-11-23 12:00"),
        ("for half an hour", "2025-11-21 12:30"),
        ("until 12/31", "2025-12-31 00:00"),
        ("until 31/12 9am", "2025-12-31 09:00"),
        ("until 12/31/2025", "2025-12-31 00:00"),
        ("until 31-12-2025", "2025-12-31 00:00"),
        ("until 2026/01/31", "2026-01-31 00:00"),
        ("until 5/5", "2026-05-05 00:00"),
        ("until January", "2026-01-01 00:00"),
        ("until the beginning of March", "2026-03-01 00:00"),
        ("until the new year", "2026-01-01 00:00"),
        ("until Christmas", "2025-12-25 00:00"),
        ("until noon tomorrow", "2025-11-22 12:00"),
        ("until 9am on Monday", "2025-11-24 09:00"),
        ("until Monday afternoon", "2025-11-24 12:00"),
        ("for the rest of the month", "2025-12-01 00:00"),
        ("this year", "2026-01-01 00:00"),
        ("through Friday", "2025-11-22 00:00"),
        ("thru Monday", "2025-11-25 00:00"),
        ("up through Tuesday 5pm", "2025-11-25 17:00"),
        ("through tomorrow", "2025-11-23 00:00"),
        ("through today", "2025-11-22 00:00"),
        ("through 21 Nov", "2025-11-22 00:00"),
        ("through Dec 24", "2025-12-25 00:00"),
        ("through 2025-12-01", "2025-12-02 00:00"),
        ("through 31/12/2025", "2026-01-01 00:00"),
        ("through December", "2026-01-01 00:00"),
        ("through the weekend", "2025-11-24 00:00"),
        ("through next weekend", "2025-11-24 00:00"),
        ("through next week", "2025-12-01 00:00"),
        ("through the end of the week", "2025-11-24 00:00"),
        ("from now through Monday", "2025-11-25 00:00"),
        ("now through Monday", "2025-11-25 00:00"),
    ],
)
def test_a_mute_lasts_until_a_day_that_is_named(when: str, until: str) -> None:
    assert NOON.strftime("%A %H:%M") == "Friday 12:00"
    for what in ("P2300", "Niebler"):
        assert f"{what} is muted until {until} UTC." in said(say(f"mute {what} {when}"))


@pytest.mark.parametrize(
    "when",
    [
        "until Kona",
        "until sunset",
        "until monthly",
        "until Dec 2026",
        "until later today",
        "until 12/01/2026",
        "until Feb 30",
        "until 31.2.2026",
        "until 25:00",
        "until Friday 17h",
        "until 2025-02-30 9am",
        "through Kona",
        "through next month",
        "through the beginning of December",
        "through 12/01/2026",
        "through Feb 30",
    ],
)
def test_a_day_that_is_not_understood_mutes_nothing(when: str) -> None:
    assert not say(f"mute P2300 {when}").changes.mute


def test_a_time_may_stand_first() -> None:
    for typed in ("mute 2w P2300", "mute for 2 weeks P2300"):
        assert said(say(typed)).startswith("P2300 is muted until 2025-12-05 12:00 UTC.")


@pytest.mark.parametrize("rest", ["P2300 to Monday", "Qwertz", "the thing"])
def test_what_is_no_entry_and_no_author_is_not_muted_nor_anything_beside_it(rest: str) -> None:
    decision = say(f"mute {rest}")
    assert not decision.changes.mute
    assert "is none of your entries, and no author that I know." in said(decision)


def test_what_is_said_around_an_entry_is_not_muted() -> None:
    for typed, text in (("mute papers by Niebler", "Niebler"), ("mute title contracts 2d", "title:contracts"),
                        ("mute author:Qwertz", "Qwertz"), ("mute all notifications", "all")):  # fmt: skip
        (mute,) = say(typed).changes.mute
        assert mute.text == text


def test_such_words_in_a_title_are_words() -> None:
    (mute,) = say("mute title:modules today").changes.mute
    assert (mute.text, mute.until) == ("title:modules today", None)
    (mute,) = say("mute title:until Monday").changes.mute
    assert (mute.text, mute.until) == ("title:until Monday", None)


@pytest.mark.parametrize(
    ("when", "dates"),
    [
        ("5/6", ["5 Jun", "6 May"]),
        ("1/12/2026", ["1 Dec 2026", "12 Jan 2026"]),
        ("01-12-2026", ["1 Dec 2026", "12 Jan 2026"]),
    ],
)
def test_a_date_that_can_be_two_is_refused_with_both(when: str, dates: list[str]) -> None:
    for verb, what in (("mute", "P2300"), ("mute", "all"), ("pause", "")):
        refused = say(f"{verb} {what} until {when}")
        assert not refused.changes.mute
        commands = [" ".join(f"{verb} {what} until {date}".split()) for date in dates]
        assert said(refused) == f"“{when}” can be {dates[0]} or {dates[1]}.\nType {commands[0]}, or {commands[1]}."
        assert refused.answer is not None
        assert [each.command for each in refused.answer.buttons] == commands
        assert all(say(command).changes.mute for command in commands)
    assert not say("mute P2300 until 0/0").changes.mute
    assert not say("mute P2300 until 31/31").changes.mute
    for never in ("0/5", "5/0"):
        refused = say(f"mute P2300 until {never}")
        assert not refused.changes.mute
        assert said(refused).startswith(f"“until {never}” isn't a valid time.")


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("mute all from Dec 20 to Jan 5", "mute all until 5 Jan"),
        ("mute all between Dec 20 and Jan 5", "mute all until 5 Jan"),
        ("mute all Dec 20 - Jan 5", "mute all until 5 Jan"),
        ("mute P2300, Niebler from 20.12. to 5.1.", "mute P2300, Niebler until 5 Jan"),
        ("mute all from 2025-12-20 until 2026-01-05 09:00", "mute all until 5 Jan 2026 09:00"),
        ("mute P2300 from Monday to Friday 5pm", "mute P2300 until Fri 17:00"),
        ("mute all from tomorrow until next week", "mute all until next week"),
        ("pause from Dec 20 to Jan 5", "pause all until 5 Jan"),
        ("I'm on vacation from Dec 20 to Jan 5", "pause all until 5 Jan"),
        ("mute all until today and tomorrow", "mute all until tomorrow"),
        ("mute all Monday to Friday", "mute all until Sat"),
        ("mute all from Monday to Sunday", "mute all until Mon"),
        ("mute all from Monday until Friday", "mute all until Fri"),
        ("mute author:Niebler from Dec 20 to Jan 5", "mute author:Niebler until 5 Jan"),
        ('mute "Eric Niebler" from Dec 20 to Jan 5', "mute Eric Niebler until 5 Jan"),
        ('mute title:"modules" from Dec 20 to Jan 5', "mute title: modules until 5 Jan"),
        ("I'm away Dec 20 - Jan 5", "pause all until 5 Jan"),
    ],
)
def test_a_mute_that_begins_later_is_offered_to_begin_now(typed: str, command: str) -> None:
    refused = say(typed)
    assert not refused.changes.mute
    assert said(refused) == f"A mute begins now, so I haven't muted anything yet.\nType {command}."
    assert say(command).changes.mute


@pytest.mark.parametrize(
    "when", ["from Monday", "starting Monday", "tomorrow", "next week", "from Dec 20", "on weekends", "in two weeks"]
)
def test_a_mute_that_begins_later_without_an_end_says_what_a_mute_is(when: str) -> None:
    refused = say(f"mute P2300 {when}")
    assert not refused.changes.mute
    assert said(refused).startswith(f"A mute begins now, so I haven't muted anything for “{when}”. Say when it ends")


def test_a_name_that_is_a_month_or_a_day_is_a_name() -> None:
    user = a_user("author:May")
    assert said(say("mute May until Monday", user)).startswith("May is muted until 2025-11-24 00:00 UTC.")


def test_a_mute_that_begins_now_need_not_say_so() -> None:
    for typed, same in (
        ("mute all from today until Monday", "mute all until Monday"),
        ("mute all from today to Monday", "mute all until Monday"),
        ("mute all from now until Monday", "mute all until Monday"),
        ("mute all between now and Monday", "mute all until Monday"),
        ("mute P2300 from tonight for 3 days", "mute P2300 for 3 days"),
        ("I'm on vacation from today until 5 Jan", "pause until 5 Jan"),
        ("pause from now until 18:00", "pause until 18:00"),
    ):
        assert say(typed).changes.mute
        assert say(typed).changes == say(same).changes


def test_a_mute_that_begins_later_and_ends_on_one_of_two_days_is_offered_until_each() -> None:
    refused = say("mute all from 12/24 until 1/5")
    assert not refused.changes.mute
    assert refused.answer is not None
    assert [each.command for each in refused.answer.buttons] == ["mute all until 1 May", "mute all until 5 Jan"]
    assert all(say(each.command).changes.mute for each in refused.answer.buttons)


def test_days_in_a_title_are_words_of_it() -> None:
    for typed, text in (
        ("mute title:from January to May", "title:from January to May"),
        ('mute title:"dates from 1 Jan to 5 Feb"', "title:dates from 1 Jan to 5 Feb"),
        ("mute title:from now until Monday", "title:from now until Monday"),
        ("mute title:a walk through May", "title:a walk through May"),
    ):
        (mute,) = say(typed).changes.mute
        assert (mute.text, mute.until) == (text, None)
    assert "begins now" not in said(say('mute "dates from 1 Jan to 5 Feb"'))

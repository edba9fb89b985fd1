"""When a user gets notices: what they say of it, what is stored, and what they are told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.watchlist.commands.parse.times.weekdays import digest_times, leaves_time, quiet_hours
from actors.watchlist.commands.run.preferences import preferences_of
from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.model.user_state import Changes, UserState
from messages.commands import CommandOutcome, Delivery, DigestStyle, DigestTimes, Preferences, QuietHours
from tests.commanding_builders import a_mute, a_user, said, say

ALL = tuple(range(7))
WORKDAYS, WEEKEND = ALL[:5], ALL[5:]


def set_by(text: str, user: UserState | None = None) -> Preferences:
    decision = say(text, user)
    assert decision.outcome is CommandOutcome.DONE, said(decision)
    assert decision.changes.preferences is not None
    return decision.changes.preferences


def times(days: tuple[int, ...], *minutes: int) -> DigestTimes:
    return DigestTimes(days=days, minutes=minutes)


def hours(begin: int, end: int, days: tuple[int, ...] = ALL) -> QuietHours:
    return QuietHours(days=days, begin=begin, end=end)


def buttons(text: str, user: UserState | None = None) -> list[str]:
    answer = say(text, user).answer
    assert answer is not None
    return [button.command for button in answer.buttons]


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("mon,wed,fri 09:00", (times((0, 2, 4), 540),)),
        ("mon, wed 09:00", (times((0, 2), 540),)),
        ("09:00 mon wed", (times((0, 2), 540),)),
        ("Mon/Wed/Fri 9:00", (times((0, 2, 4), 540),)),
        ("mondays & thursdays at noon", (times((0, 3), 720),)),
        ("Monday and Thursday", (times((0, 3), 540),)),
        ("mon-fri 9am", (times(WORKDAYS, 540),)),
        ("from Monday to Friday at 9 a.m.", (times(WORKDAYS, 540),)),
        ("fri - mon 9", (times((0, 4, 5, 6), 540),)),
        ("weekdays 09:00", (times(WORKDAYS, 540),)),
        ("every weekday at 9", (times(WORKDAYS, 540),)),
        ("working days 9", (times(WORKDAYS, 540),)),
        ("weekends", (times(WEEKEND, 540),)),
        ("on weekends at 10:30", (times(WEEKEND, 630),)),
        ("sat+sun 10:30", (times(WEEKEND, 630),)),
        ("every day at 9 and 17", (times(ALL, 540, 1020),)),
        ("once a day", (times(ALL, 540),)),
        ("09:00 17:00", (times(ALL, 540, 1020),)),
        ("daily mon-fri 8:15", (times(WORKDAYS, 495),)),
        ("weekly", (times((0,), 540),)),
        ("weekly tue thu 8", (times((1, 3), 480),)),
        ("mon 09:00, wed 17:00", (times((0,), 540), times((2,), 1020))),
        ("09:00 mon, 17:00 wed", (times((0,), 540), times((2,), 1020))),
        ("weekdays 9am and weekends 11am", (times(WORKDAYS, 540), times(WEEKEND, 660))),
        ("mon 9, mon 17", (times((0,), 540, 1020),)),
    ],
)
def test_a_digest_comes_on_all_days_and_at_all_times_that_are_named(text: str, digest: tuple[DigestTimes, ...]) -> None:
    assert set_by(f"digest {text}").digest == digest
    in_tokyo = set_by(f"digest {text} Asia/Tokyo")
    assert (in_tokyo.digest, in_tokyo.zone) == (digest, "Asia/Tokyo")


@pytest.mark.parametrize(
    "text",
    ["mon,foo 09:00", "mon wed 25:00", "mon 9:5", "mon 9-17", "every other friday", "daily weekly 9", "mon-mon 9",
     "fri 24:00", "mon 9, wed", "mon,wed 09:00 Narnia", "twice a week", "fri 9 - mon 9", "9-17", "monthly",
     "every 2 days", "mon 9 wed 10 fri",
     " ".join(f"daily {n // 60}:{n % 60:02}" for n in range(30))],
)  # fmt: skip
def test_a_digest_that_is_not_wholly_understood_changes_nothing_and_gets_help(text: str) -> None:
    decision = say(f"digest {text}")
    assert (decision.outcome, decision.changes.preferences) == (CommandOutcome.REFUSED, None)
    assert "digest mon,wed,fri 09:00" in said(decision)


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("weekends", (hours(0, 1440, WEEKEND),)),
        ("on weekends", (hours(0, 1440, WEEKEND),)),
        ("sat,sun", (hours(0, 1440, WEEKEND),)),
        ("Sunday", (hours(0, 1440, (6,)),)),
        ("mon-fri 22:00-07:00", (hours(1320, 420, WORKDAYS),)),
        ("22:00-07:00 mon-fri", (hours(1320, 420, WORKDAYS),)),
        ("weekdays from 10 p.m. to 7 a.m.", (hours(1320, 420, WORKDAYS),)),
        ("mon, wed 22-7", (hours(1320, 420, (0, 2)),)),
        ("22-7 mon, wed", (hours(1320, 420, (0, 2)),)),
        ("mon-fri 22:00-07:00, weekends", (hours(1320, 420, WORKDAYS), hours(0, 1440, WEEKEND))),
        ("22:00-07:00 mon-fri, weekends", (hours(1320, 420, WORKDAYS), hours(0, 1440, WEEKEND))),
        ("mon-fri 22:00-07:00 and sat, sun", (hours(1320, 420, WORKDAYS), hours(0, 1440, WEEKEND))),
        ("22:00-07:00, weekends", (hours(1320, 420), hours(0, 1440, WEEKEND))),
        ("22:00-07:00, 12:00-13:00", (hours(720, 780), hours(1320, 420))),
        ("weekdays 22-7, weekends 23-10", (hours(1320, 420, WORKDAYS), hours(1380, 600, WEEKEND))),
        ("fri 22-24", (hours(1320, 1440, (4,)),)),
        ("weekends all day", (hours(0, 1440, WEEKEND),)),
        ("weekdays 0-9 and 18-24", (hours(0, 540, WORKDAYS), hours(1080, 1440, WORKDAYS))),
        ("0-9 and 18-24 on weekdays", (hours(0, 540, WORKDAYS), hours(1080, 1440, WORKDAYS))),
        ("mon 9-12 14-17", (hours(540, 720, (0,)), hours(840, 1020, (0,)))),
        ("between 22:00 and 07:00", (hours(1320, 420),)),
        ("between 10pm and 7am on weekdays", (hours(1320, 420, WORKDAYS),)),
        ("from Friday 18:00 to Monday 08:00", (hours(0, 480, (0,)), hours(1080, 1440, (4,)), hours(0, 1440, WEEKEND))),
        ("sat 12:00 - sun 12:00, 22-7", (hours(1320, 420), hours(720, 1440, (5,)), hours(0, 720, (6,)))),
        ("every day 22-7", (hours(1320, 420),)),
        ("hours 22:00-07:00", (hours(1320, 420),)),
        ("mon-fri 22:00-07:00 and 10:00-12:00 weekends", (hours(1320, 420, WORKDAYS), hours(600, 720, WEEKEND))),
        ("weekdays 22-7 and 10-12 sat", (hours(1320, 420, WORKDAYS), hours(600, 720, (5,)))),
    ],
)
def test_quiet_hours_by_weekday_add_up(text: str, quiet: tuple[QuietHours, ...]) -> None:
    assert set_by(f"quiet {text}").quiet == quiet
    assert set_by(f"quiet {text} in Berlin").zone == "Europe/Berlin"


@pytest.mark.parametrize(
    "text",
    ["night", "22:00", "mon-fri 22", "22:00-07:99", "7-7", "mon-sun", "0-24", "weekends off", "mon,foo 22-7",
     "weekdays, weekends", "weekly 22-7", "22-7 Narnia", "12-0, 0-12",
     "fri 18:00 to fri 08:00"],
)  # fmt: skip
def test_quiet_hours_that_are_not_wholly_understood_change_nothing_and_get_help(text: str) -> None:
    decision = say(f"quiet {text}")
    assert (decision.outcome, decision.changes.preferences) == (CommandOutcome.REFUSED, None)
    assert "quiet mon-fri 22:00-07:00, weekends" in said(decision)


def test_days_before_a_comma_and_hours_can_be_read_in_two_ways_which_are_offered() -> None:
    assert buttons("quiet weekends, 22:00-07:00 Berlin") == [
        "quiet sat,sun 22:00-07:00 Europe/Berlin",
        "quiet 22:00-07:00, sat,sun Europe/Berlin",
    ]
    assert buttons("quiet mon-wed, fri 22-7") == ["quiet mon,tue,wed,fri 22:00-07:00", "quiet fri 22:00-07:00, mon-wed"]
    assert buttons("quiet mon 9-12, 14-17") == [
        "quiet mon 09:00-12:00, mon 14:00-17:00",
        "quiet 14:00-17:00, mon 09:00-12:00",
    ]
    assert buttons("quiet 0-9, 18-24 weekdays") == [
        "quiet mon-fri 00:00-09:00, mon-fri 18:00-24:00",
        "quiet 00:00-09:00, mon-fri 18:00-24:00",
    ]
    for command in (*buttons("quiet weekends, mon-fri 22-7"), *buttons("quiet weekdays 0-9, 18-24 Berlin")):
        assert say(command).outcome is CommandOutcome.DONE


def test_new_quiet_hours_replace_the_old_ones_and_both_are_offered() -> None:
    nights = a_user(preferences=set_by("quiet 22:00-07:00"))
    assert set_by("quiet weekends", nights).quiet == (hours(0, 1440, WEEKEND),)
    assert "This replaces your earlier quiet hours." in said(say("quiet weekends", nights))
    (both,) = buttons("quiet weekends", nights)
    assert both == "quiet 22:00-07:00, sat,sun"
    assert set_by(both, nights).quiet == (hours(1320, 420), hours(0, 1440, WEEKEND))
    assert buttons("quiet off", nights) == []


def test_what_was_understood_is_said_again() -> None:
    answer = said(say("digest mon,wed,fri 9am 17:00 Tokyo"))
    assert "Notices are sent on Monday, Wednesday and Friday at 09:00 and 17:00." in answer
    assert "Notices are sent Sunday to Thursday at 09:00." in said(say("digest sun-thu 9"))
    assert "Times are in Asia/Tokyo." in answer
    answer = said(say("quiet mon-fri 22:00-07:00, weekends"))
    assert "Nothing is sent from 22:00 to 07:00, starting Monday to Friday." in answer
    assert "Nothing is sent on Saturday and Sunday." in answer
    assert "It is now 2025-11-21 21:00 Asia/Tokyo." in said(say("timezone tokyo"))


def test_what_a_digest_leaves_out_stays_as_it_was() -> None:
    friday = a_user(preferences=set_by("digest weekly Friday 17:00 Berlin"))
    assert set_by("digest 10:00", friday).digest == (times((4,), 600),)
    assert set_by("digest mon wed", friday).digest == (times((0, 2), 1020),)
    assert set_by("digest daily", friday).digest == (times(ALL, 1020),)
    assert say("digest weekly", friday).changes.preferences is None
    off = a_user(preferences=set_by("digest off", friday))
    assert set_by("digest weekly", off).digest == (times((4,), 1020),)
    assert set_by("digest 10:00", off).digest == (times(ALL, 600),)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("timezone EST", "timezone America/New_York"),
        ("digest mon,wed 09:00 EST", "digest mon,wed 09:00 America/New_York"),
        ("digest daily at 9 in cet", "digest daily at 9 Europe/Berlin"),
        ("quiet 22:00-07:00 UTC+2", "quiet 22:00-07:00 Europe/Helsinki"),
        ("digest daily 09:00 Europe/Berln", "digest daily 09:00 Europe/Berlin"),
    ],
)
def test_a_zone_that_is_no_place_offers_the_same_command_with_cities(text: str, command: str) -> None:
    decision = say(text)
    assert decision.outcome is CommandOutcome.REFUSED
    assert command in buttons(text)
    assert command.rpartition(" ")[2] in said(decision)
    assert say(command).outcome is CommandOutcome.DONE


# --- the installation's zone, and zones that are gone


def test_who_has_set_no_zone_has_the_one_of_the_installation() -> None:
    user = replace(a_user(), default_zone="Europe/Berlin")
    assert set_by("digest daily 9", user).zone == ""
    assert "Times are in Europe/Berlin." in said(say("digest daily 9", user))
    assert "Times are in Europe/Berlin." in said(say("settings", user))
    assert "until 2026-01-31 09:00 Europe/Berlin" in said(say("mute P1 until 2026-01-31 09:00", user))
    assert set_by("timezone Tokyo", user).zone == "Asia/Tokyo"


def test_a_zone_that_is_gone_counts_as_utc_and_the_answer_says_so() -> None:
    gone = replace(preferences_of(a_user()), delivery=Delivery.DIGEST, zone="Mars/Olympus")
    user = a_user(preferences=gone, mutes=(a_mute("P7"),))
    assert "The time zone Mars/Olympus is no longer known here, so times are in UTC." in said(say("settings", user))
    assert "until 2026-01-31 09:00 UTC" in said(say("mute P1 until 2026-01-31 09:00", user))
    assert said(say("mutes", user))
    assert set_by("timezone Tokyo", user).zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("each", DigestStyle.EACH),
        ("one each", DigestStyle.EACH),
        ("as one each", DigestStyle.EACH),
        ("One by one", DigestStyle.EACH),
        ("as separate messages.", DigestStyle.EACH),
        ("as one", DigestStyle.ONE),
        ("as one message", DigestStyle.ONE),
        ("together", DigestStyle.ONE),
    ],
)
def test_a_digest_is_one_message_or_one_each_alone_or_with_its_hours(text: str, style: DigestStyle) -> None:
    other = next(each for each in DigestStyle if each is not style)
    friday = a_user(preferences=replace(set_by("digest weekly Friday 17:00 Berlin"), style=other))
    assert friday.preferences is not None
    assert set_by(f"digest {text}", friday) == replace(friday.preferences, style=style)
    monday = set_by(f"digest mon 09:00 Asia/Tokyo, {text}", friday)
    assert (monday.digest, monday.zone, monday.style) == ((times((0,), 540),), "Asia/Tokyo", style)
    assert set_by("digest mon 10:00", friday).style is other
    assert set_by("digest off", friday).style is other


def test_who_has_a_message_for_each_notice_is_told_so() -> None:
    each = a_user(preferences=set_by("digest one each"))
    assert "sent as one message each" in said(say("settings", each))
    assert said(say("export", each)) == "digest one each"
    assert "Each digest is one message." in said(say("digest as one", each))
    for text in ("daily each 9", "each day 9"):
        assert said(say(f"digest {text}")) == said(say("digest daily 9"))
    assert set_by("digest each monday 9").style is DigestStyle.ONE


# --- export and import

MINUTES = st.integers(0, 1439)
DAYS = st.sets(st.integers(0, 6), min_size=1)
DIGESTS = st.lists(st.tuples(DAYS, st.sets(MINUTES, min_size=1, max_size=3)), min_size=1, max_size=4).map(digest_times)
SPANS = st.tuples(MINUTES, st.integers(1, 1440)).filter(lambda span: span[0] != span[1])
QUIETS = (
    st.lists(st.tuples(DAYS, st.one_of(SPANS, st.just((0, 1440)))), max_size=4).map(quiet_hours).filter(leaves_time)
)
WAYS = st.builds(
    lambda digest, quiet, zone, style: Preferences(
        user="U1", delivery=Delivery.DIGEST, digest=digest, zone=zone, quiet=quiet, style=style
    ),
    DIGESTS,
    QUIETS,
    st.sampled_from(("", "Europe/Berlin", "America/Port-au-Prince", "Africa/Sao_Tome", "UTC")),
    st.sampled_from(DigestStyle),
)


@given(WAYS)
def test_every_way_survives_export_and_import(way: Preferences) -> None:
    exported = said(say("export", a_user(preferences=way)))
    assert say(f"import {exported}").changes.preferences == way, exported


@given(QUIETS, QUIETS)
def test_rules_in_one_command_are_quiet_whenever_any_of_them_is(
    first: tuple[QuietHours, ...], second: tuple[QuietHours, ...]
) -> None:
    both = quiet_hours((each.days, (each.begin, each.end)) for each in (*first, *second))

    def covered(quiet: tuple[QuietHours, ...]) -> set[tuple[int, int, int]]:
        return {(day, each.begin, each.end) for each in quiet for day in each.days}

    assert covered(both) == covered(first) | covered(second)


@pytest.mark.parametrize(
    ("typed", "instead"),
    [("quiet now", "mute all"), ("quiet for 2 hours", "mute all for 2 hours"), ("quiet 2h", "mute all 2h"),
     ("quiet until tomorrow", "mute all until tomorrow"), ("be quiet tonight", "mute all tonight")],
)  # fmt: skip
def test_quiet_for_once_changes_no_quiet_hours_and_says_what_to_type(typed: str, instead: str) -> None:
    refused = say(typed)
    assert refused.changes == Changes()
    assert f"Did you mean {instead}?" in said(refused)


def test_a_muted_title_is_unmuted_without_its_mark_and_what_is_not_muted_is_said_to_be_not_muted() -> None:
    user = a_user(mutes=(a_mute("title:contracts"), a_mute("P2300")))
    assert said(say("unmute contracts", user)) == "title:contracts is no longer muted."
    both = a_user(mutes=(a_mute("title:niebler"), a_mute("Niebler")))
    assert say("unmute Niebler", both).changes.unmute == ((EntryKind.AUTHOR, "niebler"),)
    assert said(say("unmute Qwertz", user)) == "“Qwertz” isn't muted. Muted: “title:contracts”, “P2300”."

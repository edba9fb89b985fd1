"""When notices come, as people say it."""

import pytest

from actors.watchlist.model.user_state import Changes
from messages.commands import Delivery
from tests.builders import NOON
from tests.commanding_builders import a_mute, a_user, said, say


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("every morning at 8", "digest daily 08:00"),
        ("send me everything every morning at 8", "digest daily 08:00"),
        ("digest every evening at 6:30", "digest daily 18:30"),
        ("digest daily at 8 in the morning", "digest daily 08:00"),
        ("digest in the morning", "digest daily 09:00"),
        ("digest friday evening", "digest friday 18:00"),
        ("digest every Friday afternoon at 3", "digest friday 15:00"),
        ("digest every morning and evening", "digest daily 09:00 18:00"),
        ("digest weekday mornings at 8", "digest weekdays 08:00"),
        ("digest at half past 8", "digest daily 08:30"),
        ("digest weekly Monday quarter to 9", "digest weekly monday 08:45"),
        ("digest twice a day at 9 and 17", "digest daily 09:00 17:00"),
        ("digest daily except weekends", "digest mon-fri 09:00"),
        ("digest every day but Sunday at 10", "digest mon-sat 10:00"),
        ("get notices once a week", "digest weekly"),
        ("bundle everything into one mail a day", "digest daily"),
        ("digest every morning at 8am", "digest daily 08:00"),
        ("digest 8am in the morning", "digest daily 08:00"),
        ("digest 8am every morning", "digest daily 08:00"),
        ("digest 8 every morning", "digest daily 08:00"),
        ("digest every evening at 8pm", "digest daily 20:00"),
        ("digest every Monday morning at 8am", "digest mon 08:00"),
        ("digest 8 a.m. every Monday morning", "digest mon 08:00"),
        ("digest mornings at 7:30am", "digest daily 07:30"),
        ("send me a digest every morning at 8am", "digest daily 08:00"),
        ("digest 8am every morning and 6pm every evening", "digest daily 08:00 18:00"),
        ("digest noon daily, evening", "digest daily 12:00 18:00"),
        ("digest quarter to 1 in the afternoon", "digest daily 12:45"),
        ("digest quarter to 1 pm", "digest daily 12:45"),
        ("digest quarter to 1 am", "digest daily 00:45"),
        ("digest quarter to 12 pm", "digest daily 11:45"),
        ("digest half past 8 pm", "digest daily 20:30"),
        ("digest daily except Monday 9:00", "digest tue-sun 09:00"),
        ("digest weekdays 9:00 but not Friday", "digest mon-thu 09:00"),
        ("quiet mon-fri before 9 and after 18", "quiet mon-fri 00:00-09:00 18:00-24:00"),
        ("quiet before 9 and after 18 on weekdays", "quiet mon-fri 00:00-09:00 18:00-24:00"),
        ("quiet weekends after 18 and before 9", "quiet weekends 00:00-09:00 18:00-24:00"),
        ("quiet weekends before midnight and after 6pm", "quiet weekends 18:00-24:00"),
        ("quiet daily before 9 and after 18", "quiet 18:00-09:00"),
        ("quiet fridays after 18 until before 9", "quiet fridays 18:00-09:00"),
        ("only notify me on weekdays before 9 and after 18", "quiet outside mon-fri 00:00-09:00 18:00-24:00"),
        ("quiet before 8am", "quiet 00:00-08:00"),
        ("quiet before 9 and after 18", "quiet 18:00-09:00"),
        ("quiet from 18 to 8", "quiet 18:00-08:00"),
        ("no notifications before 9am or after 6pm", "quiet 18:00-09:00"),
        ("don't ping me before 9", "quiet 00:00-09:00"),
        ("only notify me on weekdays", "quiet weekends"),
        ("notify me only on weekdays", "quiet weekends"),
        ("I only want to be notified on weekdays", "quiet weekends"),
        ("only notify me between 9 and 17", "quiet 17:00-09:00"),
        ("quiet outside 9am-5pm", "quiet 17:00-09:00"),
        ("only on weekdays between 9 and 17", "quiet mon-fri 00:00-09:00 17:00-24:00, weekends"),
        ("quiet outside mon 9-12", "quiet mon 00:00-09:00 12:00-24:00, tue-sun"),
        ("I live in Tokyo", "timezone Tokyo"),
    ],
)
def test_a_time_is_said_in_many_ways(typed: str, same: str) -> None:
    assert say(same).changes.preferences is not None
    assert say(typed).changes.preferences == say(same).changes.preferences


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("digest mon-fri at 9 and 5", ["digest mon-fri 09:00 17:00", "digest mon-fri 05:00 09:00"]),
        ("digest at 9am and 5", ["digest daily 09:00 17:00", "digest daily 05:00 09:00"]),
        ("digest twice a day", ["digest daily 09:00 17:00"]),
        ("digest every other Friday", ["digest weekly Monday 09:00"]),
        ("digest monthly", ["digest weekly Monday 09:00"]),
        ("digest hourly", ["digest daily 09:00 13:00 17:00"]),
        ("digest now", ["recent", "digest off"]),
        ("send me my digest now", ["recent", "digest off"]),
        ("what's in my digest?", ["recent", "digest off"]),
        ("digest 9:00 not 10:00", ["digest daily 09:00"]),
        ("digest daily 9:00 but 10:00 on Monday", ["digest tue-sun 09:00"]),
        ("digest weekdays 9:00 but not Friday 10:00", ["digest mon-thu 09:00"]),
        ("digest daily at 9, not 8", ["digest daily 09:00"]),
        ("digest daily except 9:00", ["digest mon 09:00, wed 17:00"]),
        ("no messages after 6", ["quiet 18:00-08:00", "quiet 18:00-24:00", "quiet 06:00-24:00"]),
        ("quiet after midnight", ["quiet 00:00-08:00"]),
        ("quiet after 9:00", ["quiet 09:00-08:00", "quiet 09:00-24:00"]),
        ("quiet after 9", ["quiet 09:00-24:00", "quiet 21:00-08:00", "quiet 21:00-24:00"]),
        (
            "only notify me on weekdays after 9",
            ["quiet outside on weekdays 09:00-24:00", "quiet outside on weekdays 21:00-24:00"],
        ),
        (
            "only notify me on weekdays in the morning",
            ["quiet outside on weekdays 00:00-09:00", "quiet outside on weekdays 06:00-12:00"],
        ),
        (
            "only notify me on weekdays 9-12, 14-17",
            [
                "quiet outside mon-fri 09:00-12:00, mon-fri 14:00-17:00",
                "quiet outside 14:00-17:00, mon-fri 09:00-12:00",
            ],
        ),
        ("mute 10-12", ["quiet 10:00-12:00"]),
        ("mute 1 to 5", ["quiet 01:00-05:00"]),
        ("mute all 9-17", ["quiet 09:00-17:00"]),
        ("mute all from 22:00 to 07:00", ["quiet 22:00-07:00"]),
        ("mute everything between 9am and 5 p.m.", ["quiet 09:00-17:00"]),
        ("pause 10-12", ["quiet 10:00-12:00"]),
        ("quiet outside next Monday", ["quiet outside Monday"]),
        ("quiet outside wekdays 9-17", ["quiet outside weekdays 9-17"]),
        ("quiet outside for 2 hours", []),
        ("quiet after 6pm", ["quiet 18:00-08:00", "quiet 18:00-24:00"]),
        ("quiet fridays after 17:00", ["quiet fridays 17:00-08:00", "quiet fridays 17:00-24:00"]),
        ("I don't want to be notified in the evenings", ["quiet 18:00-22:00", "quiet 18:00-08:00"]),
        ("I don't want notifications at night", ["quiet 22:00-07:00", "quiet 23:00-08:00"]),
        ("quiet Friday afternoon", ["quiet Friday 12:00-18:00"]),
        ("don't message me after 20:00", ["quiet 20:00-08:00", "quiet 20:00-24:00"]),
        ("no notifications on Sunday", ["quiet Sunday"]),
        ("notify me only during working hours", ["quiet outside weekdays 09:00-17:00"]),
        ("can I only get notices on weekdays?", ["quiet outside on weekdays"]),
    ],
)
def test_a_time_that_is_not_clear_is_asked_about(typed: str, choices: list[str]) -> None:
    asked = say(typed)
    assert asked.changes == Changes()
    assert asked.answer is not None
    assert [each.command for each in asked.answer.buttons if each.command != "help"] == choices
    for choice in choices:
        assert say(choice).question or say(choice).changes.preferences or choice == "digest off"


def test_digest_now_does_not_end_the_digest() -> None:
    preferences = say("digest daily 09:00").changes.preferences
    assert preferences is not None
    user = a_user(preferences=preferences)
    assert say("digest now", user).changes == Changes()
    ended = say("digest immediately", user).changes.preferences
    assert ended is not None
    assert ended.delivery is Delivery.IMMEDIATE


def test_one_weekend_and_one_time_are_a_mute() -> None:
    for typed, until in (
        ("don't notify me over the weekend", "2025-11-24 00:00"),
        ("no notifications this weekend", "2025-11-24 00:00"),
        ("don't notify me until Monday", "2025-11-24 00:00"),
        ("don't disturb me for 2 hours", "2025-11-21 14:00"),
    ):
        assert NOON.day == 21
        assert said(say(typed)).startswith(f"Everything is muted until {until} UTC.")
    assert "Did you mean mute all this weekend?" in said(say("quiet this weekend"))


def test_a_question_about_ones_hours_shows_them() -> None:
    for typed in ("is my digest on?", "are notifications on?", "am I quiet now?", "dnd", "batch my notifications"):
        asked = say(typed, a_user(mutes=(a_mute("P2300"),)))
        assert asked.changes == Changes()
        assert said(asked).startswith("Notices are sent immediately.")
    for typed in ("will I be notified about P2301?", "do I get notices about P2301?"):
        asked = say(typed, a_user("P2300"))
        assert (asked.changes, said(asked)[:15]) == (Changes(), "You're watching")


def test_hours_that_leave_nothing_out_are_refused() -> None:
    for typed in ("quiet outside outside 9-17", "quiet except never", "quiet outside daily", "quiet " + "not " * 200):
        assert say(typed).changes == Changes()


def test_a_time_has_a_unit_and_anything_else_is_no_longer_wanted() -> None:
    user = a_user("P2300", "Niebler", "audience:SG16", "audience:LWG")
    for typed, entry in (
        ("don't notify me for the SG16 papers", "audience:SG16"),
        ("don't notify me for P2300", "P2300"),
        ("don't notify me for 2300", "P2300"),
        ("don't notify me for D2300", "P2300"),
        ("I don't want papers for the library group", "audience:LWG"),
    ):
        unwatched = say(typed, user)
        (wanted,) = a_user(entry).entries
        assert unwatched.changes == Changes(remove=((wanted.kind, wanted.key),))
    assert "is none of your entries" not in said(say("don't notify me for the library papers", user))
    assert "You do watch “Niebler”." in said(say("don't notify me for a paper by Niebler", user))
    for typed, until in (
        ("don't notify me for half an hour", "2025-11-21 12:30"),
        ("don't notify me for 1h30m", "2025-11-21 13:30"),
        ("don't notify me for the rest of the day", "2025-11-22 00:00"),
        ("don't notify me for the next two weeks", "2025-12-05 12:00"),
    ):
        assert said(say(typed, user)).startswith(f"Everything is muted until {until} UTC.")
    assert said(say("I don't want P2300 for 2w", user)).startswith("P2300 is muted until 2025-12-05 12:00 UTC.")


def test_a_piece_of_a_sentence_does_not_set_a_digest() -> None:
    for typed in ("a week", "a day", "per week", "a Monday", "all a day", "everything a day", "send me a week"):
        assert say(typed).changes == Changes()
    for typed, same in (
        ("one message a day", "digest daily"),
        ("send me one message per week", "digest weekly"),
        ("one a day", "digest daily"),
        ("once a week", "digest weekly"),
        ("each Monday", "digest monday"),
        ("send me everything once a day", "digest daily"),
    ):
        assert say(typed).changes.preferences == say(same).changes.preferences is not None

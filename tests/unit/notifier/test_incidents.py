"""What operators are told: when a trouble begins, ever more seldom while it lasts, and when it is over."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.incidents import Incident, key_of, next_monday, spoken, tellable, week_in_words, weighed
from tests.builders import NOON

PATIENCE = timedelta(minutes=5)
STALE = "index: the index is stale since 2025-11-21 11:00 UTC: HTTP 500"


def played(minutes: dict[int, str], until: int) -> list[tuple[int, str]]:
    """What is said in each minute when these reasons begin in these minutes (empty: all is well)."""
    said: list[tuple[int, str]] = []
    known: dict[str, Incident] = {}
    reason = ""
    for minute in range(until):
        reason = minutes.get(minute, reason)
        now = NOON + timedelta(minutes=minute)
        for change in weighed(known.values(), tellable([reason] if reason else []), now, PATIENCE):
            known[change.incident.key] = change.incident
            if change.incident.ended_at is not None:
                del known[change.incident.key]
            if change.said:
                said.append((minute, change.said))
    return said


def test_a_trouble_is_told_when_it_has_lasted_and_when_it_is_over() -> None:
    assert played({0: STALE, 20: ""}, 60) == [(5, f"Trouble: {STALE}"), (24, f"Over, after 19 min: {STALE}")]


def test_what_passes_is_not_told() -> None:
    assert played({0: STALE, 3: ""}, 60) == []


def test_a_trouble_that_comes_and_goes_is_one() -> None:
    assert [minute for minute, _ in played({0: STALE, 10: "", 12: STALE, 20: "", 23: STALE}, 60)] == [5]


def test_reminders_slow_down() -> None:
    minutes = [minute for minute, said in played({0: STALE}, 4 * 24 * 60) if said.startswith("Still")]
    assert [later - earlier for earlier, later in zip([5, *minutes], minutes, strict=False)] == [
        60, 120, 240, 480, 960, 1440, 1440,
    ]  # fmt: skip


def test_a_dead_letter_is_told_at_once() -> None:
    assert played({7: "watchlist: 1 dead letter since 2025-11-21 11:00 UTC: see run.py letters"}, 9)[0][0] == 7


def test_two_reasons_are_one_trouble_when_only_numbers_times_and_causes_differ() -> None:
    assert key_of("watchlist: 1 dead letter since 2025-11-21 11:00 UTC: see") == key_of(
        "watchlist: 2 dead letter since 2025-11-22 12:00 UTC: see"
    )
    assert key_of("prober: h does not answer (timeout); asked again at 1") == key_of(
        "prober: h does not answer (reset); asked again at 22"
    )
    assert key_of("prober: h does not answer (x)") != key_of("index: h does not answer (x)")
    assert key_of("prober: h does not answer") != key_of("prober: h answers for names that cannot exist")


def test_what_slack_itself_does_not_take_is_no_news_for_slack() -> None:
    assert tellable(["Slack not reachable since 2025: x", "Slack refuses the token since 2025: y"]) == {}


@given(st.lists(st.sampled_from(["", STALE]), max_size=60))
def test_an_end_is_told_of_what_was_told_and_of_nothing_else(course: list[str]) -> None:
    said = [text.split(":")[0].split(",")[0] for _, text in played(dict(enumerate(course)), len(course) + 10)]
    spoken_of = [word for word in said if word != "Still"]
    assert spoken_of == ["Trouble", "Over"] * (len(spoken_of) // 2) + ["Trouble"] * (len(spoken_of) % 2)


def test_a_week_in_words() -> None:
    incident = Incident(key="k", text=STALE, first_seen=NOON, last_seen=NOON + timedelta(hours=2), told_at=NOON)
    counted = {"messages with news": 1200, "answers to commands": 3}
    assert week_in_words([incident], counted, NOON) == (
        "The week since 2025-11-21: 1,200 messages with news, 3 answers to commands. What was wrong:\n"
        f"- {STALE} (2 h 0 min, not over)"
    )
    assert week_in_words([], counted, NOON).endswith(". Nothing was wrong for long.")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_a_week_ends_on_the_next_monday_at_nine(after: datetime) -> None:
    monday = next_monday(after)
    assert timedelta(0) < monday - after <= timedelta(days=7)
    assert (monday.weekday(), monday.hour, monday.minute) == (0, 9, 0)


def test_spans_are_spoken() -> None:
    assert [spoken(timedelta(seconds=n)) for n in (5, 65, 3700, 90_000)] == ["5 s", "1 min", "1 h 1 min", "1 d 1 h"]

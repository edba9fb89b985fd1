"""What operators are told: when a problem begins, at growing intervals while it lasts, and when it is resolved."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.incidents.rules import (
    Incident,
    changes,
    next_monday,
    restarted,
    seen,
    undecided,
    weekly_summary,
)
from actors.runtime.durations import duration_text
from messages.health import HealthReason, ReasonCode
from tests.builders import NOON
from tests.unit.notifier.reasons import of_dead_letters, of_product, of_slack

PATIENCE = timedelta(minutes=5)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
STALE_TEXT = "index: not fetched since 2025-11-21 11:00 UTC: HTTP 500"
STALE = HealthReason(code=ReasonCode.INDEX_NOT_FETCHED, subject="index", text=STALE_TEXT)
AWAY_TEXT = "notifier: its tables cannot be reached since 12:01:00 UTC: PostgreSQL: gone"
AWAY = HealthReason(code=ReasonCode.DATABASE_UNUSABLE, subject="database", text=AWAY_TEXT)


class Operators:
    """What operators are told about a problem, and when, in minutes."""

    def __init__(self) -> None:
        self.messages: list[tuple[int, str]] = []
        self.known: dict[str, Incident] = {}
        self.unwritten: Mapping[str, Incident] = {}

    def acknowledge(self) -> None:
        """All that is wrong."""
        self.known = {key: replace(each, acknowledged_at=NOON) for key, each in self.known.items()}

    def look(self, minute: int, *reasons: HealthReason, written: bool = True) -> None:
        """At what is wrong; it can be `written`, or the database is away."""
        now = NOON + timedelta(minutes=minute)
        self.unwritten = seen(self.unwritten, reasons, now)
        if not written:
            return
        for change in changes(self.known.values(), self.unwritten, now, PATIENCE, undecided(reasons)):
            self.known[change.incident.key] = change.incident
            if change.incident.ended_at is not None:
                del self.known[change.incident.key]
            if change.text:
                self.messages.append((minute, change.text))
        self.unwritten = {}


def played(minutes: dict[int, HealthReason | None], until: int) -> list[tuple[int, str]]:
    """What is said in each minute when these reasons begin in these minutes (None: all is well)."""
    operators, reason = Operators(), minutes.get(0)
    for minute in range(until):
        reason = minutes.get(minute, reason)
        operators.look(minute, *filter(None, [reason]))
    return operators.messages


def test_a_trouble_is_told_when_it_has_lasted_and_when_it_is_over() -> None:
    assert played({0: STALE, 20: None}, 60) == [
        (5, f"Problem: {STALE_TEXT}"),
        (24, f"Resolved after 19 min: {STALE_TEXT}"),
    ]


def test_what_only_begins_is_not_told_and_ends_nothing_that_lasted_before_a_restart() -> None:
    begins = replace(STALE, text="index: not loaded yet", is_beginning=True)
    assert played({0: begins}, 600) == []
    operators = Operators()
    for minute, reason in {0: STALE, 5: STALE, 30: begins, 31: STALE, 60: begins, 61: None, 66: None}.items():
        operators.look(minute, *filter(None, [reason]))
    assert operators.messages == [
        (5, f"Problem: {STALE_TEXT}"),
        (61, f"Resolved after 31 min: {STALE_TEXT}"),
    ]


def test_what_passes_is_not_told() -> None:
    assert played({0: STALE, 3: None}, 60) == []


def test_a_trouble_that_comes_and_goes_is_one() -> None:
    assert [minute for minute, _ in played({0: STALE, 10: None, 12: STALE, 20: None, 23: STALE}, 60)] == [5]


def test_reminders_slow_down() -> None:
    minutes = [minute for minute, said in played({0: STALE}, 4 * 24 * 60) if said.startswith("Still failing (")]
    assert [later - earlier for earlier, later in zip([5, *minutes], minutes, strict=False)] == [
        60, 120, 240, 480, 960, 1440, 1440,
    ]  # fmt: skip


def test_an_acknowledged_trouble_has_no_reminders_its_end_is_told_and_the_next_one_is_told_too() -> None:
    operators = Operators()
    for minute in range(60 * 72):
        if minute == 90:
            operators.acknowledge()
        operators.look(minute, *[STALE][: minute < 60 * 48 or 60 * 50 <= minute < 60 * 51])
    assert [(minute, text.partition(" ")[0]) for minute, text in operators.messages] == [
        (5, "Problem:"),
        (65, "Still"),
        (60 * 48 + 4, "Resolved"),
        (60 * 50 + 5, "Problem:"),
        (60 * 51 + 4, "Resolved"),
    ]


def test_what_was_acknowledged_before_it_was_told_is_told_when_it_is_over() -> None:
    operators = Operators()
    operators.look(0, STALE)
    operators.acknowledge()
    for minute in range(1, 60):
        operators.look(minute, *[STALE][: minute < 20])
    assert [(minute, text.partition(" ")[0]) for minute, text in operators.messages] == [(24, "Resolved")]


def test_a_trouble_that_becomes_more_is_one() -> None:
    one, two, many = (of_dead_letters(count, NOON) for count in (1, 2, 1234))
    said = played({0: one, 3: two, 6: many, 9: one, 12: None}, 60)
    assert said == [(0, f"Problem: {one.text}"), (16, f"Resolved after 11 min: {one.text}")]


def test_a_restart_is_told_once_and_no_end_of_it() -> None:
    assert played({0: restarted("prober"), 5: None}, 60) == [(0, "Problem: prober: was restarted")]


def test_dead_letters_lies_restarts_and_what_is_held_are_told_at_once() -> None:
    urgent = [reason for reason in (*of_product(NOON, 3), restarted("prober")) if reason.urgent]
    assert {reason.code for reason in urgent} == {
        ReasonCode.DEAD_LETTERS,
        ReasonCode.HOST_CATCH_ALL,
        ReasonCode.HOST_UNUSABLE,  # with answers that cannot be true
        ReasonCode.FILES_QUARANTINED,
        ReasonCode.ACTOR_RESTARTED,
    }
    for reason in urgent:
        assert played({7: reason}, 9)[0] == (7, f"Problem: {reason.text}")


@given(at=MOMENTS, phases=st.lists(st.integers(0, 10), min_size=1, max_size=12))
def test_one_outage_of_the_papers_host_is_one_incident_however_it_shows(at: datetime, phases: list[int]) -> None:
    signs = [reason for reason in of_product(at, 3) if reason.code is ReasonCode.HOST_UNUSABLE]
    course: dict[int, HealthReason | None] = {
        10 * number: signs[phase % len(signs)] for number, phase in enumerate(phases)
    }
    end = 10 * len(phases)
    said = [text.partition(" ")[0] for _, text in played({**course, end: None}, end + 20)]
    assert [word for word in said if word != "Still"] == ["Problem:", "Resolved"]


def test_an_outage_that_several_actors_report_is_one_incident() -> None:
    operators = Operators()
    for minute in range(10):
        operators.look(minute, AWAY, replace(AWAY, text="index: its tables cannot be reached since 12:02:00 UTC: gone"))
    assert operators.messages == [(5, f"Problem: {AWAY_TEXT}")]


def test_what_was_wrong_while_nothing_could_be_written_is_told_when_it_can_be() -> None:
    operators = Operators()
    operators.look(0, STALE)
    for minute in range(1, 20):
        operators.look(minute, *[AWAY, STALE][: 2 if minute < 9 else 1], written=False)
    operators.look(20)
    assert operators.messages == [(20, f"Problem: {AWAY_TEXT}"), (20, f"Problem: {STALE_TEXT}")]
    for minute in range(21, 40):
        operators.look(minute)
    assert operators.messages[2:] == [
        (21, f"Resolved after 8 min: {STALE_TEXT}"),
        (24, f"Resolved after 18 min: {AWAY_TEXT}"),
    ]


def test_an_outage_that_passes_is_not_told() -> None:
    operators = Operators()
    for minute in range(40):
        operators.look(minute, *[AWAY][: 1 <= minute < 5], written=not 1 <= minute < 5)
    assert operators.messages == []


def test_nobody_is_reminded_of_what_ended_while_nothing_could_be_written() -> None:
    operators = Operators()
    for minute in range(10):
        operators.look(minute, STALE)
    for minute in range(10, 100):
        operators.look(minute, *[STALE][: minute < 80], written=False)
    for minute in range(100, 110):
        operators.look(minute)
    assert operators.messages == [(5, f"Problem: {STALE_TEXT}"), (101, f"Resolved after 1 h 19 min: {STALE_TEXT}")]


def test_what_slack_itself_does_not_take_is_no_news_for_slack() -> None:
    assert seen({}, of_slack(NOON, 3), NOON) == {}


@given(st.lists(st.sampled_from([None, STALE]), max_size=60))
def test_an_end_is_told_of_what_was_told_and_of_nothing_else(course: list[HealthReason | None]) -> None:
    said = [text.split(":")[0].split(" ")[0] for _, text in played(dict(enumerate(course)), len(course) + 10)]
    spoken_of = [word for word in said if word != "Still"]
    assert spoken_of == ["Problem", "Resolved"] * (len(spoken_of) // 2) + ["Problem"] * (len(spoken_of) % 2)


def test_a_week_in_words() -> None:
    incident = Incident(
        code="index_not_fetched", subject="index", text=STALE.text, first_seen=NOON,
        last_seen=NOON + timedelta(hours=2), told_at=NOON,
    )  # fmt: skip
    counted = {("notice sent", "notices sent"): 1200, ("answer", "answers"): 1}
    assert weekly_summary([incident], counted, NOON) == (
        "The week since 2025-11-21: 1,200 notices sent, 1 answer. Problems:\n"
        f"- {STALE_TEXT} (2 h 0 min, not yet resolved)"
    )
    restart = replace(
        incident, code="actor_restarted", text="prober: was restarted", ended_at=NOON + timedelta(minutes=5)
    )
    assert weekly_summary([restart], counted, NOON).endswith("\n- prober: was restarted (2025-11-21 12:00 UTC)")
    assert weekly_summary([], counted, NOON).endswith(". There were no lasting problems.")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_a_week_ends_on_the_next_monday_at_nine(after: datetime) -> None:
    monday = next_monday(after)
    assert timedelta(0) < monday - after <= timedelta(days=7)
    assert (monday.weekday(), monday.hour, monday.minute) == (0, 9, 0)


def test_spans_are_spoken() -> None:
    spans = [timedelta(seconds=seconds) for seconds in (5, 65, 3700, 90_000)]
    assert [duration_text(span) for span in spans] == ["5 s", "1 min", "1 h 1 min", "1 d 1 h"]

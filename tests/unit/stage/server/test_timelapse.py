"""The time-lapse of the demo."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from actors.stage.server.printing import as_printed
from actors.stage.server.timelapse import (
    APPEARANCES,
    DIGEST_AFTER,
    DIGEST_BEFORE,
    PEOPLE,
    STEPS,
    WATCHES,
    DraftAppearance,
    DraftRemoval,
    DraftRevision,
    ask_for_digest,
    digest_hour,
    digest_minute,
    unlisted,
    untold,
)
from actors.stage.world.state import Message, Workspace

AT = datetime(2026, 1, 31, 12, 0, 30, tzinfo=UTC)


def a_message(text: str, channel: str = "C0PAPERS", **fields: str) -> Message:
    return Message(channel=channel, ts="1.0", at=AT, payload={"text": text, **fields}, author=fields.pop("author", ""))


def test_a_step_is_told_by_a_message_about_its_draft_of_its_kind() -> None:
    here = DraftAppearance(seconds=1.0, name="D1R0.html", audience=("EWG",))
    changed = DraftRevision(seconds=2.0, name="D1R0.html", text="")
    gone = DraftRemoval(seconds=3.0, name="D1R0.html")
    steps = (here, changed, gone)
    assert untold(steps, ["New draft\n\n*D2R0* …"]) == steps
    assert untold(steps, ["New draft\n\n*D1R0* …"]) == (changed, gone)
    assert untold(steps, ["New draft\n\n*D1R0* …", "Updated draft\n\n*D1R0*"]) == (gone,)
    assert untold(steps, ["2 new drafts\n\n*D1R0* …", "Updated draft\n\n*D1R0*", "Withdrawn draft\n\n*D1R0*"]) == ()


def test_the_script_has_everything_in_order_and_groups_differ() -> None:
    assert [step.seconds for step in STEPS] == sorted(step.seconds for step in STEPS)
    assert {type(step) for step in STEPS} == {DraftAppearance, DraftRevision, DraftRemoval}
    for place, step in enumerate(STEPS):
        assert isinstance(step, DraftAppearance) or step.name in {each.name for each in STEPS[:place]}
    assert len({each.audience for each in APPEARANCES}) >= 5
    assert {user for user, _ in WATCHES} == {user for user, _ in PEOPLE}


def test_the_digest_comes_at_a_full_minute_soon() -> None:
    for second in range(60):
        at = digest_minute(AT.replace(second=second))
        assert (at.second, at.microsecond) == (0, 0)
        assert DIGEST_AFTER <= at - AT.replace(second=second) < DIGEST_AFTER + timedelta(minutes=1)


def test_until_then_no_digest_comes() -> None:
    for minute in range(60):
        now = AT.replace(minute=minute)
        assert digest_hour(now).minute == 0
        assert DIGEST_BEFORE <= digest_hour(now) - now <= DIGEST_BEFORE + timedelta(hours=1)


@pytest.mark.parametrize("seconds", [0.1, 14.0, 20.0, 75.0, 400.0])
def test_the_digest_is_asked_for_until_there_was_time_for_it(seconds: float) -> None:
    """A service that needs so long to read what is typed, and then schedules the next such minute of the clock."""
    clock, asked = [AT], list[datetime]()

    async def ask(at: datetime) -> None:
        assert len(asked) < 20
        asked.append(at)
        clock[0] += timedelta(seconds=seconds)

    async def comes_until(end: datetime) -> bool:
        came = clock[0] < asked[-1] <= end
        clock[0] = asked[-1] if came else max(end, clock[0])
        return came

    asyncio.run(ask_for_digest(lambda: clock[0], ask, comes_until))
    assert asked == sorted(set(asked))
    assert (len(asked) == 1) is (seconds < 30)
    assert clock[0] - AT < 8 * timedelta(seconds=seconds) + timedelta(minutes=2)


def test_a_draft_is_listed_once_its_paper_is_told() -> None:
    assert len(unlisted(["D3718R0 new draft: …", "2 papers published: P3724R0, P3726R0"])) == 5
    assert unlisted([f"P{each.name.partition('.')[0][1:]} paper published: …" for each in APPEARANCES]) == ()


def test_what_announces_news_says_so_in_its_metadata() -> None:
    news = {"text": "x", "metadata": {"event_type": "t", "event_payload": {"id": "1", "announces": [{"id": "D1R0"}]}}}
    answer = {"text": "x", "metadata": {"event_type": "t", "event_payload": {"id": "1"}}}
    assert Message(channel="D1", ts="1.0", at=AT, payload=news).announces
    assert not Message(channel="D1", ts="1.0", at=AT, payload=answer).announces
    assert not a_message("x").announces


def test_an_empty_line_is_printed_like_any_other() -> None:
    slack = Workspace(names={"C0PAPERS": "papers", "U1": "Robin"}, opened={"D1": "U1"})
    for empty in ("", " ", "\n", "\n\n"):
        assert as_printed(slack, a_message(empty)).startswith("  Slack #papers │ ")
    assert as_printed(slack, a_message("a\nb")) == "  Slack #papers │ a\n                │ b"
    assert as_printed(slack, a_message("", "D1", author="U1")) == "  Slack @Robin, Robin types │ "
    assert as_printed(slack, a_message("x", "D1", thread_ts="1.0")) == "  Slack @Robin, in the thread │ x"
    assert as_printed(slack, a_message("x", "D9")).startswith("  Slack #D9 │ x")

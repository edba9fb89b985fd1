"""What the notifier has in memory of its messages."""

from datetime import timedelta

from actors.notifier.desk import Desk, Open
from actors.notifier.lifecycle import MessageState, after_post, after_search
from actors.notifier.outcomes import NotReached, NotThere, Outgoing, Posted, Unclear
from actors.notifier.throttle import Phase
from tests.builders import NOON

QUIET = 15.0


def an_open(
    id: str, recipient: str = "anna", state: MessageState = MessageState.QUEUED, wait: float | None = None
) -> Open:
    """A row that is not sent."""
    return Open(
        id=id, recipient=recipient, state=state, not_before=None if wait is None else NOON + timedelta(seconds=wait)
    )


def an_outgoing(id: str, recipient: str = "anna") -> Outgoing:
    """A row that is marked sending."""
    return Outgoing(
        id=id, recipient=recipient, text="", attempt=1, failures=0, channel=None, last_ts=None
    )  # fmt: skip


def a_desk(*messages: Open) -> Desk:
    """Lined up at clock 100."""
    desk = Desk()
    counts = {state: sum(message.state is state for message in messages) for state in MessageState}
    desk.line_up(messages, counts, QUIET, NOON, 100.0)
    return desk


def test_what_is_queued_in_the_tables_is_due_after_the_pace() -> None:
    desk = a_desk(an_open("1"), an_open("2"), an_open("3", "ben"))
    assert desk.wait(100.0) == 1.0
    assert [item.id for item in desk.take(101.0)] == ["1", "3"]


def test_what_was_on_its_way_is_searched_after_the_quiet_period() -> None:
    desk = a_desk(an_open("1", state=MessageState.SENDING), an_open("2"))
    assert desk.take(114.0) == []
    (item,) = desk.take(115.0)
    assert (item.id, item.phase) == ("1", Phase.SEARCH)


def test_what_had_to_wait_waits_on_but_not_for_a_jump_of_the_clock() -> None:
    assert a_desk(an_open("1", wait=30)).wait(100.0) == 30.0
    assert a_desk(an_open("1", wait=-999)).wait(100.0) == 1.0
    assert a_desk(an_open("1", wait=1e6)).wait(100.0) == 3600.0


def test_a_life_from_the_queue_to_sent_is_counted() -> None:
    desk = a_desk()
    desk.queue("1", "anna", 100.0)
    assert desk.count(MessageState.QUEUED) == 1
    (item,) = desk.take(100.0)
    desk.started(item)
    assert (desk.count(MessageState.QUEUED), desk.count(MessageState.SENDING)) == (0, 1)
    step = after_post(Posted(channel="D1", ts="1"), "1", 0, 0, QUIET)
    desk.concluded(an_outgoing("1"), step, NOON, 100.2)
    assert (desk.count(MessageState.SENDING), desk.count(MessageState.SENT)) == (0, 1)
    assert desk.wait(100.2) is None
    assert not desk.on_the_way


def test_an_unclear_post_is_searched_and_then_posted_again() -> None:
    desk = a_desk()
    desk.queue("1", "anna", 100.0)
    desk.started(desk.take(100.0)[0])
    desk.concluded(an_outgoing("1"), after_post(Unclear(why="timeout"), "1", 0, 0, QUIET), NOON, 110.0)
    assert desk.count(MessageState.SENDING) == 1
    assert desk.take(124.9) == []
    (item,) = desk.take(125.0)
    assert item.phase is Phase.SEARCH
    desk.started(item)
    assert desk.count(MessageState.SENDING) == 1
    desk.concluded(an_outgoing("1"), after_search(NotThere(), "1", 0), NOON, 125.2)
    (item,) = desk.take(127.0)
    assert (item.phase, desk.count(MessageState.QUEUED)) == (Phase.POST, 1)


def test_while_slack_is_away_nobody_is_taken() -> None:
    desk = a_desk()
    desk.queue("1", "anna", 100.0)
    desk.started(desk.take(100.0)[0])
    desk.concluded(an_outgoing("1"), after_post(NotReached(why="refused"), "1", 0, 5, QUIET), NOON, 100.0)
    for number in range(3):
        desk.queue(f"b{number}", f"ben{number}", 100.0)
    wait = desk.wait(100.0)
    assert wait is not None
    assert wait > 20
    assert desk.take(100.0 + wait - 0.1) == []
    assert len(desk.take(100.0 + wait)) == 1
    assert desk.wait(100.0 + wait) is None


def test_what_is_on_the_way_stays_so_when_the_tables_are_read_again() -> None:
    desk = a_desk()
    desk.queue("1", "anna", 100.0)
    desk.started(desk.take(100.0)[0])
    desk.line_up([an_open("1", state=MessageState.SENDING)], {MessageState.SENDING: 1}, QUIET, NOON, 101.0)
    assert desk.take(200.0) == []
    desk.concluded(an_outgoing("1"), after_post(Posted(channel="D", ts="1"), "1", 0, 0, QUIET), NOON, 200.0)
    assert desk.count(MessageState.SENT) == 1
    assert desk.wait(300.0) is None

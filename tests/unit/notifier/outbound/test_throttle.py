"""Who may be written to now."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.model.outgoing import MessageKind
from actors.notifier.outbound.throttle import RECIPIENT_QUEUE_LIMIT, Item, Phase, Throttle


def an_item(id: str, recipient: str = "anna", phase: Phase = Phase.POST) -> Item:
    """A message to anna."""
    return Item(id=id, recipient=recipient, phase=phase)


def ids(items: list[Item]) -> list[str]:
    """What was taken."""
    return [item.id for item in items]


def test_messages_to_one_recipient_go_one_at_a_time_a_second_apart() -> None:
    throttle = Throttle()
    first, second = an_item("1"), an_item("2")
    throttle.append(first, 0)
    throttle.append(second, 0)
    assert throttle.take(0, 8) == [first]
    assert throttle.take(5, 8) == []
    assert throttle.wait(5) is None
    throttle.finish(first, 5, 1)
    assert throttle.take(5.9, 8) == []
    assert throttle.wait(5.5) == 0.5
    assert throttle.take(6, 8) == [second]


def test_the_pause_holds_also_for_what_is_queued_after_it_began() -> None:
    throttle = Throttle()
    first, second, other = an_item("1"), an_item("2"), an_item("3", "ben")
    throttle.append(first, 0)
    throttle.take(0, 8)
    throttle.finish(first, 0, 1)
    throttle.append(other, 0.4)
    throttle.append(second, 0.5)
    assert ids(throttle.take(0.9, 8)) == ["3"]
    assert ids(throttle.take(1, 8)) == ["2"]


def test_recipients_do_not_wait_for_each_other() -> None:
    throttle = Throttle()
    for number, recipient in enumerate(("anna", "ben", "cleo")):
        throttle.append(an_item(str(number), recipient), number)
    assert ids(throttle.take(5, 2)) == ["0", "1"]
    assert ids(throttle.take(5, 8)) == ["2"]
    assert throttle.busy == 3


def test_what_is_put_back_is_due_as_before() -> None:
    throttle = Throttle()
    throttle.append(an_item("1"), 0)
    throttle.append(an_item("2"), 0)
    throttle.put_back(throttle.take(3, 8))
    assert throttle.busy == 0
    assert ids(throttle.take(3, 8)) == ["1"]


def test_what_is_done_again_stays_before_what_comes_after_it() -> None:
    throttle = Throttle()
    throttle.append(an_item("1"), 0)
    throttle.append(an_item("2"), 0)
    throttle.take(0, 8)
    throttle.retry(an_item("1", phase=Phase.SEARCH), 0, 15)
    assert throttle.take(14, 8) == []
    assert throttle.take(15, 8) == [an_item("1", phase=Phase.SEARCH)]


def test_a_recipient_that_was_held_and_has_nothing_more_is_forgotten_without_a_trace() -> None:
    throttle = Throttle()
    throttle.append(an_item("1", "anna"), 0)
    throttle.mark_in_flight("anna")
    throttle.append(an_item("2", "cleo"), 0, wait=5)
    throttle.finish(an_item("1", "anna"), 1, 1)
    throttle.append(an_item("3", "dov"), 3)
    assert ids(throttle.take(4, 8)) == ["3"]
    assert throttle.wait(4) == 1
    assert ids(throttle.take(5, 8)) == ["2"]


def test_what_is_held_is_on_the_way() -> None:
    throttle = Throttle()
    throttle.append(an_item("1"), 0)
    throttle.mark_in_flight("anna")
    assert throttle.take(9, 8) == []
    throttle.finish(an_item("1"), 9, 1)
    throttle.append(an_item("2"), 9)
    assert ids(throttle.take(10, 8)) == ["2"]


STEP = st.one_of(
    st.tuples(st.just("append"), st.sampled_from("abc")),
    st.tuples(st.just("take"), st.integers(1, 3)),
    st.tuples(st.just("finish"), st.integers(0, 5)),
    st.tuples(st.just("again"), st.integers(0, 5)),
    st.tuples(st.just("put back"), st.integers(0, 5)),
    st.tuples(st.just("pass"), st.floats(0.0, 1.5)),
)


@given(st.lists(STEP, max_size=80))
def test_never_two_within_a_second_to_one_recipient_and_always_in_order(steps: list[tuple[str, Any]]) -> None:
    throttle, now, count = Throttle(), 100.0, 0
    waiting: dict[str, list[str]] = {recipient: [] for recipient in "abc"}
    rested: dict[str, float] = {}
    busy: list[Item] = []
    for step, value in steps:
        if step == "append":
            count += 1
            item = an_item(str(count), str(value))
            throttle.append(item, now)
            waiting[item.recipient].append(item.id)
        elif step == "pass":
            now += float(value)
        elif step == "take":
            for item in throttle.take(now, int(value)):
                assert now >= rested.get(item.recipient, 0.0)
                assert waiting[item.recipient][0] == item.id
                assert item.recipient not in {other.recipient for other in busy}
                busy.append(item)
        elif busy:
            item = busy.pop(int(value) % len(busy))
            if step == "finish":
                throttle.finish(item, now, 1.0)
                waiting[item.recipient].remove(item.id)
                rested[item.recipient] = now + 1.0
            elif step == "again":
                throttle.retry(item, now, 2.0)
                rested[item.recipient] = now + 2.0
            else:
                throttle.put_back([item])
        assert throttle.busy == len(busy)
        idle = {recipient for recipient in "abc" if waiting[recipient]} - {item.recipient for item in busy}
        assert (throttle.wait(now) is None) == (not idle)
    everything = [id for recipient in "abc" for id in waiting[recipient]]
    for item in busy:
        throttle.put_back([item])
    while (wait := throttle.wait(now)) is not None:
        now += wait
        for item in throttle.take(now, 8):
            throttle.finish(item, now, 1.0)
            everything.remove(item.id)
    assert everything == []


def test_an_older_pause_that_ends_does_not_end_a_newer_one() -> None:
    throttle = Throttle()
    throttle.append(an_item("1"), 0)
    throttle.finish(throttle.take(0, 8)[0], 0, 1)
    throttle.append(an_item("2"), 0.5)
    throttle.finish(throttle.take(1, 8)[0], 1, 1)
    throttle.append(an_item("3"), 1.5)
    assert throttle.take(1.9, 8) == []
    assert ids(throttle.take(2, 8)) == ["3"]


def test_of_what_is_replaced_nothing_is_done_any_more() -> None:
    throttle = Throttle()
    for id in ("1", "2", "3"):
        throttle.append(an_item(id), 0)
    assert throttle.replace("anna", [an_item("3")], None) is None
    assert ids(throttle.take(0, 8)) == ["3"]
    throttle.finish(an_item("3"), 0, 1)
    assert throttle.wait(0) is None


def test_when_nothing_is_left_there_is_nothing_to_do() -> None:
    throttle = Throttle()
    for number in range(RECIPIENT_QUEUE_LIMIT + 3):
        throttle.append(an_item(str(number)), 0)
    assert throttle.replace("anna", [], None) is None
    assert throttle.replace("ben", [], None) is None
    assert (throttle.wait(0), throttle.take(0, 8), throttle.needs_refill) == (None, [], frozenset())
    throttle.append(an_item("99"), 0)
    assert ids(throttle.take(0, 8)) == ["99"]


def test_nobody_looks_in_the_tables_for_more_of_who_has_nothing_left() -> None:
    throttle = Throttle()
    for number in range(RECIPIENT_QUEUE_LIMIT + 1):
        throttle.append(an_item(str(number)), 0)
    for number in range(RECIPIENT_QUEUE_LIMIT):
        throttle.finish(throttle.take(number, 8)[0], number, 1)
    assert throttle.needs_refill == {"anna"}
    throttle.replace("anna", [], None)
    assert (throttle.needs_refill, throttle.wait(99)) == (frozenset(), None)


def test_what_is_on_the_way_is_finished_though_it_was_replaced() -> None:
    throttle = Throttle()
    for id in ("1", "2"):
        throttle.append(an_item(id), 0)
    throttle.take(0, 8)
    many = [an_item(f"new {number}") for number in range(RECIPIENT_QUEUE_LIMIT + 1)]
    assert throttle.replace("anna", many, 0) == an_item("1")
    assert (throttle.busy, throttle.take(9, 8)) == (1, [])
    throttle.finish(an_item("1"), 9, 1)
    assert ids(throttle.take(10, 8)) == ["new 0"]
    assert throttle.busy == 1


def test_what_is_on_the_way_and_stays_is_not_done_twice() -> None:
    throttle = Throttle()
    throttle.append(an_item("1"), 0)
    throttle.take(0, 8)
    assert throttle.replace("anna", [an_item("1", phase=Phase.SEARCH), an_item("2")], None) is None
    throttle.finish(an_item("1"), 0, 1)
    assert ids(throttle.take(1, 8)) == ["2"]


def an_answer(id: str, recipient: str = "anna") -> Item:
    """The answer to a command of anna's."""
    return Item(id=id, recipient=recipient, phase=Phase.POST, kind=MessageKind.ANSWER)


def all_taken(throttle: Throttle, now: float = 0.0) -> list[str]:
    """What is taken, one after the other."""
    taken: list[str] = []
    while item := next(iter(throttle.take(now, 1)), None):
        taken.append(item.id)
        throttle.finish(item, now, 1.0)
        now += 1.0
    return taken


def test_an_answer_goes_before_notices_that_wait_and_after_what_is_on_its_way() -> None:
    throttle = Throttle()
    for id in ("1", "2", "3"):
        throttle.append(an_item(id), 0)
    (first,) = throttle.take(0, 8)
    throttle.append(an_answer("a"), 0)
    throttle.append(an_answer("b"), 0)
    throttle.finish(first, 0, 1)
    assert all_taken(throttle, 1) == ["a", "b", "2", "3"]


def test_an_answer_waits_for_the_search_for_what_slack_may_have() -> None:
    throttle = Throttle()
    throttle.append(an_item("1", phase=Phase.SEARCH), 0)
    throttle.append(an_answer("a"), 0)
    assert all_taken(throttle) == ["1", "a"]


def test_an_answer_goes_before_a_notice_that_is_tried_again() -> None:
    throttle = Throttle()
    throttle.append(an_item("1"), 0)
    (first,) = throttle.take(0, 8)
    throttle.append(an_answer("a"), 0)
    throttle.retry(first, 0, 1)
    assert all_taken(throttle, 1) == ["a", "1"]


def test_the_pause_of_a_conversation_holds_for_answers_too() -> None:
    throttle = Throttle()
    throttle.append(an_item("1"), 0)
    throttle.append(an_item("2"), 0)
    throttle.finish(throttle.take(0, 8)[0], 0, 30)
    throttle.append(an_answer("a"), 5)
    assert throttle.take(29, 8) == []
    assert all_taken(throttle, 30) == ["a", "2"]


RANKED = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.sampled_from(MessageKind)),
        st.tuples(st.sampled_from(("send", "again", "unclear")), st.none()),
        st.tuples(st.just("append"), st.just(MessageKind.NOTICE)),
    ),
    max_size=60,
)


@given(RANKED)
def test_answers_go_first_and_everything_else_in_its_order_however_much_the_table_holds(
    steps: list[tuple[str, MessageKind | None]],
) -> None:
    throttle, now = Throttle(), 0.0
    table: dict[str, Item] = {}

    def in_order() -> list[Item]:
        ranks = {id: number for number, id in enumerate(table)}
        return sorted(
            table.values(),
            key=lambda each: (each.phase is Phase.POST, each.kind is not MessageKind.ANSWER, ranks[each.id]),
        )

    def take() -> Item | None:
        for recipient in throttle.needs_refill:
            throttle.refill(recipient, in_order()[: RECIPIENT_QUEUE_LIMIT + 1], now)
        item = next(iter(throttle.take(now, 1)), None)
        assert item == next(iter(in_order()), None)
        return item

    for number, (step, kind) in enumerate(steps):
        if step == "append":
            assert kind is not None
            item = Item(id=str(number), recipient="anna", phase=Phase.POST, kind=kind)
            table[item.id] = item
            throttle.append(item, now)
        elif taken := take():
            if step == "send":
                del table[taken.id]
                throttle.finish(taken, now, 1.0)
            else:
                again = replace(taken, phase=Phase.POST if step == "again" else Phase.SEARCH)
                table[taken.id] = again
                throttle.retry(again, now, 1.0)
            now += 1.0
    while taken := take():
        del table[taken.id]
        throttle.finish(taken, now, 1.0)
        now += 1.0
    assert (table, throttle.wait(now)) == ({}, None)

"""The window of durable delivery: nothing is skipped, little is on the way, and patience grows."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.delivery import window
from actors.runtime.delivery.window import FIRST_PATIENCE, MOST_PATIENCE, WINDOW, Window

EMPTY = Window(acked=0, sent=0, last=0)


def test_an_empty_outbox_sends_nothing() -> None:
    assert list(window.to_send(EMPTY)) == []


def test_events_leave_in_order_and_at_most_a_window_of_them() -> None:
    assert list(window.to_send(window.appended(EMPTY, 100))) == list(range(1, WINDOW + 1))


def test_the_next_ones_leave_when_half_of_the_window_is_acknowledged() -> None:
    on_the_way = window.sent(window.appended(EMPTY, 100), WINDOW, now=0.0)
    assert list(window.to_send(window.acknowledged(on_the_way, 3, now=0.0))) == []
    assert list(window.to_send(window.acknowledged(on_the_way, 4, now=0.0))) == [9, 10, 11, 12]


def test_the_last_ones_leave_without_waiting() -> None:
    on_the_way = window.sent(window.appended(EMPTY, 9), WINDOW, now=0.0)
    assert list(window.to_send(window.acknowledged(on_the_way, 1, now=0.0))) == [9]


def test_of_an_old_or_impossible_acknowledgement_only_that_it_came_counts() -> None:
    known = Window(acked=5, sent=9, last=9)
    assert window.acknowledged(replace(known, heard=False), 5, now=0.0) == known
    assert window.acknowledged(known, 5, now=0.0) == known
    assert window.acknowledged(known, 10, now=0.0) == known


def test_what_is_not_acknowledged_in_time_leaves_again_with_more_patience() -> None:
    waiting = window.sent(window.appended(EMPTY, 2), 2, now=10.0)
    assert window.impatient(waiting, now=10.0 + FIRST_PATIENCE / 2) == waiting
    heard = window.acknowledged(waiting, 0, now=10.5)
    again = window.impatient(heard, now=10.0 + FIRST_PATIENCE)
    assert list(window.to_send(again)) == [1, 2]
    assert again.patience == 2 * FIRST_PATIENCE


def test_before_a_receiver_that_says_nothing_one_event_at_a_time_goes_to_look_for_it() -> None:
    known = window.sent(window.appended(EMPTY, 100), WINDOW, now=0.0)
    looked = 0
    for now in range(600):
        known = window.impatient(known, float(now))
        if seqs := window.to_send(known):
            assert list(seqs) == [1]
            looked += 1
            known = window.sent(known, 1, float(now))
    assert looked == 22
    heard = window.acknowledged(known, 0, now=600.0)
    assert list(window.to_send(window.impatient(heard, now=700.0))) == list(range(1, WINDOW + 1))


def test_patience_has_an_end() -> None:
    known = window.appended(EMPTY, 1)
    now = 0.0
    for _ in range(20):
        known = window.sent(known, 1, now)
        assert known.resend_at is not None
        now = known.resend_at
        known = window.impatient(known, now)
    assert known.patience == MOST_PATIENCE


def test_a_new_receiver_gets_all_that_is_not_acknowledged() -> None:
    assert list(window.to_send(window.rewound(Window(acked=2, sent=4, last=4)))) == [3, 4]


@given(st.lists(st.sampled_from(["append", "send", "ack", "lose", "rewind"]), max_size=200))
def test_whatever_happens_every_event_arrives_in_order_once_the_way_is_free(steps: list[str]) -> None:
    known, arrived, now = EMPTY, 0, 0.0
    for step in [*steps, *["send", "ack"] * 60]:
        now += 1.0
        if step == "append":
            known = window.appended(known, known.last + 1)
        elif step == "send":
            seqs = window.to_send(window.impatient(known, now))
            known = window.impatient(known, now)
            for seq in seqs:
                assert seq <= known.acked + WINDOW
                arrived = max(arrived, seq) if seq == arrived + 1 else arrived
                known = window.sent(known, seq, now)
        elif step == "lose":
            seqs = window.to_send(known)
            known = window.sent(known, seqs[-1], now) if seqs else known
        elif step == "ack":
            known = window.acknowledged(known, arrived, now)
            now += MOST_PATIENCE
        else:
            known = window.rewound(known)
    assert arrived == known.last == known.acked

"""What is looked at again, and when."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.prober.schedule.recheck_queue import MAX_RECHECK_SECONDS, RecheckQueue, due_at, interval
from messages.drafts import Extension
from messages.probing import DraftName
from tests.builders import NOON
from tests.prober_builders import a_name, a_tracked, an_observation

REVISIT = 1800.0
START = NOON.timestamp()
PDF, HTML = a_name(), a_name(extension=Extension.HTML)
OTHER = a_name(7)


def following() -> RecheckQueue:
    return RecheckQueue(REVISIT, slack=2.0)


def test_a_young_file_is_asked_for_often_and_an_old_one_seldom_but_each_week() -> None:
    hours = [round(interval(days * 86_400, REVISIT) / 3600, 1) for days in (0, 1, 7, 30, 365, 36_500)]
    assert hours == [0.5, 3.5, 9.2, 19.0, 66.2, 168.0]


@given(st.floats(-1e9, 1e11), st.floats(0, 1e9), st.floats(0.001, 1e6))
def test_the_interval_grows_with_age_within_its_bounds(age: float, more: float, revisit: float) -> None:
    assert revisit <= interval(age, revisit) <= interval(age + more, revisit) <= max(MAX_RECHECK_SECONDS, revisit)


def test_names_come_when_they_are_due() -> None:
    line = following()
    line.look(an_observation(OTHER))
    line.follow(a_tracked(PDF), START)
    assert line.next_at() == START + 2
    assert line.take(9, START + 1) == ()
    assert line.take(9, START + 2) == (OTHER,)
    assert line.next_at() == due_at(a_tracked(PDF), REVISIT)
    assert line.take(9, START + MAX_RECHECK_SECONDS) == (PDF,)
    assert line.next_at() is None


def test_the_files_of_a_draft_are_asked_for_together() -> None:
    line = following()
    line.follow(a_tracked(PDF), START)
    line.follow(a_tracked(HTML, changed_at=NOON - timedelta(days=100)), START)
    assert set(line.take(1, START + 3600)) == {PDF, HTML}


def test_the_second_look_at_what_is_gone_does_not_come_early() -> None:
    line = following()
    line.look(an_observation(PDF, recheck_at=NOON + timedelta(seconds=1800)))
    line.look(an_observation(HTML, recheck_at=NOON + timedelta(seconds=2)))
    assert line.take(9, START + 2) == (HTML,)
    line.look(an_observation(HTML, recheck_at=NOON + timedelta(seconds=1801)))
    assert set(line.take(1, START + 1800)) == {PDF, HTML}


def test_what_was_lost_is_due_at_once_unless_something_was_said_since() -> None:
    line = following()
    line.look(an_observation(a_name(8)))
    line.put(OTHER, START + 50)
    line.give_back([HTML, OTHER])
    assert line.take(9, START) == (HTML,)
    assert len(line) == 2


def test_a_clock_that_was_set_back_silences_nothing() -> None:
    line = following()
    line.follow(a_tracked(PDF, checked_at=NOON + timedelta(days=4000)), START)
    assert (line.next_at() or 0) <= START + MAX_RECHECK_SECONDS


names = st.sampled_from([PDF, HTML, OTHER, a_name(8)])
acts = st.one_of(
    st.tuples(st.just("put"), names, st.floats(0, 100)),
    st.tuples(st.just("remove"), names, st.just(0.0)),
    st.tuples(st.just("take"), st.just(PDF), st.floats(0, 100)),
)


@given(st.lists(acts, max_size=30))
def test_a_name_is_there_once_and_leaves_when_due(history: list[tuple[str, DraftName, float]]) -> None:
    line, expected = RecheckQueue(REVISIT, slack=0.0), dict[DraftName, float]()
    for act, name, at in history:
        match act:
            case "put":
                line.put(name, at)
                expected[name] = at
            case "remove":
                line.remove(name)
                expected.pop(name, None)
            case _:
                taken = line.take(9, at)
                assert set(taken) == {each for each, due in expected.items() if due <= at}
                assert len(taken) == len(set(taken))
                expected = {each: due for each, due in expected.items() if due > at}
        assert len(line) == len(expected)
        assert line.next_at() == min(expected.values(), default=None)

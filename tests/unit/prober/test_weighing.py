"""What a whole batch means."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.pace import Tally
from actors.prober.weighing import Belief, Known, belief_in, tally, weigh
from messages.drafts import Extension
from messages.probing import ProbeResult, Verdict
from tests.builders import NOON
from tests.prober_builders import BASE_URL, a_known, a_name, an_answer, results

HIT, MISSING, THROTTLED, ERROR = Verdict.HIT, Verdict.MISSING, Verdict.THROTTLED, Verdict.ERROR
OLD = NOON - timedelta(days=30)


def what_is_known(**fields: Any) -> Known:
    plain: dict[str, Any] = {
        "drafts": {}, "numbers": {1234: a_known(0)}, "predecessors": {}, "missing_at": lambda name: None,
        "alert_within": 86_400.0, "base_url": BASE_URL,
    }  # fmt: skip
    return Known(**(plain | fields))


def test_a_hit_that_the_canary_confirms_is_a_fresh_draft() -> None:
    decision = weigh(what_is_known(), results(an_answer(a_name(), HIT), an_answer(a_name(1))), Belief.BELIEVED, NOON)
    assert [draft.id for draft in decision.absorbed.fresh] == ["D1234R1"]
    assert (decision.found, decision.missing, decision.failed) == ((a_name(),), (a_name(1),), ())
    assert decision.belief is Belief.BELIEVED


def test_of_a_host_that_answers_for_names_that_cannot_exist_nothing_is_believed() -> None:
    decision = weigh(
        what_is_known(), results(an_answer(a_name(), HIT), an_answer(a_name(1)), canary=HIT), Belief.BELIEVED, NOON
    )
    assert decision.belief is Belief.LIED
    assert decision.absorbed.changed == ()
    assert (decision.found, decision.missing, decision.failed) == ((), (), (a_name(), a_name(1)))


@pytest.mark.parametrize("canary", [THROTTLED, ERROR])
def test_hits_without_a_canary_that_is_missing_are_asked_again(canary: Verdict) -> None:
    decision = weigh(
        what_is_known(), results(an_answer(a_name(), HIT), an_answer(a_name(1)), canary=canary), Belief.BELIEVED, NOON
    )
    assert decision.belief is Belief.UNCONFIRMED
    assert decision.absorbed.changed == ()
    assert (decision.missing, decision.failed) == ((a_name(1),), (a_name(),))


def test_a_host_that_has_just_lied_is_not_believed_at_once() -> None:
    batch = results(an_answer(a_name(), HIT), an_answer(a_name(1)))
    decision = weigh(what_is_known(), batch, Belief.LIED, NOON)
    assert (decision.belief, decision.failed) == (Belief.UNCONFIRMED, (a_name(),))
    assert weigh(what_is_known(), batch, decision.belief, NOON).found == (a_name(),)


def test_errors_and_throttles_are_no_misses() -> None:
    batch = results(an_answer(a_name(1), ERROR), an_answer(a_name(2), THROTTLED), an_answer(a_name(3)))
    decision = weigh(what_is_known(), batch, Belief.BELIEVED, NOON)
    assert (decision.missing, decision.failed) == ((a_name(3),), (a_name(1), a_name(2)))


def test_a_batch_of_errors_says_nothing_of_the_hosts_honesty() -> None:
    assert belief_in(results(an_answer(a_name(), ERROR)), Belief.BELIEVED) is Belief.UNHEARD


def test_an_old_file_is_found_in_silence() -> None:
    decision = weigh(what_is_known(), results(an_answer(a_name(), HIT, last_modified=OLD)), Belief.BELIEVED, NOON)
    assert decision.absorbed.fresh == ()
    assert [draft.id for draft in decision.absorbed.changed] == ["D1234R1"]


def test_an_old_file_whose_name_was_missing_before_it_is_announced() -> None:
    known = what_is_known(missing_at=lambda name: OLD - timedelta(hours=1) if name == a_name() else None)
    html = a_name(1, extension=Extension.HTML)
    decision = weigh(
        known,
        results(an_answer(a_name(), HIT, last_modified=OLD), an_answer(html, HIT, last_modified=OLD)),
        Belief.BELIEVED,
        NOON,
    )
    assert [draft.id for draft in decision.absorbed.fresh] == ["D1234R1"]
    assert len(decision.absorbed.changed) == 2


def test_the_tally_counts_the_canary_and_the_longest_wait() -> None:
    batch = results(
        an_answer(a_name(1), HIT), an_answer(a_name(2), THROTTLED, retry_after=3.0),
        an_answer(a_name(3), THROTTLED, retry_after=7.0), an_answer(a_name(4), ERROR),
    )  # fmt: skip
    assert tally(batch) == Tally(answered=2, throttled=2, errors=1, retry_after=7.0)


answers = st.builds(
    an_answer,
    st.builds(a_name, number=st.integers(1, 4), revision=st.integers(0, 2), extension=st.sampled_from(Extension)),
    st.sampled_from(Verdict),
    last_modified=st.none() | st.just(OLD),
)


@given(st.lists(answers, unique_by=lambda answer: answer.name), st.none() | st.sampled_from(Verdict))
def test_every_name_of_a_batch_is_found_or_missing_or_asked_again(
    batch: list[ProbeResult], canary: Verdict | None
) -> None:
    decision = weigh(what_is_known(), results(*batch, canary=canary), Belief.BELIEVED, NOON)
    outcome = (*decision.found, *decision.missing, *decision.failed)
    assert sorted(map(repr, outcome)) == sorted(repr(answer.name) for answer in batch)
    if canary not in (None, MISSING):
        assert decision.absorbed.changed == ()

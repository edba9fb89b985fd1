"""What a whole batch means."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.prober.detection.evaluate import BatchDecision, EvaluationContext, belief_in, evaluate, tally
from actors.prober.model.answers import AnswerTally, Belief
from actors.prober.model.observations import ObservationKind, Trust
from messages.drafts import Announcement, Draft, DraftState, Extension
from messages.probing import DraftName, ProbeResult, Verdict
from tests.builders import NOON
from tests.prober_builders import (
    NO_LOOKS,
    a_draft,
    a_name,
    a_tracked,
    an_answer,
    an_observation,
    hit,
    results,
    some_facts,
    what_is_known,
)

HIT, MISSING, THROTTLED, BROKEN = Verdict.HIT, Verdict.MISSING, Verdict.THROTTLED, Verdict.BROKEN
OLD = NOON - timedelta(days=30)
LATER = NOON + timedelta(seconds=2)
HTML = a_name(extension=Extension.HTML)


def with_draft(draft: Draft | None = None, *names: DraftName, **fields: Any) -> EvaluationContext:
    """The files `names` (the pdf) of a draft are known."""
    draft = draft or a_draft()
    return what_is_known(
        drafts={draft.id: draft}, tracked={name: a_tracked(name) for name in names or (a_name(),)}, **fields
    )


def with_observations(*names: DraftName, **fields: Any) -> EvaluationContext:
    return what_is_known(observations={name: an_observation(name) for name in names}, **fields)


def looked_at(known: EvaluationContext, *answers: ProbeResult, at: datetime = LATER, **fields: Any) -> BatchDecision:
    names = frozenset(answer.name for answer in answers)
    return evaluate(known, results(*answers, **fields), names, Belief.BELIEVED, at)


# --- names of the schedule


def test_a_hit_that_the_canary_confirms_is_a_sighting_and_not_yet_a_draft() -> None:
    decision = evaluate(what_is_known(), results(hit(), an_answer(a_name(1))), NO_LOOKS, Belief.BELIEVED, NOON)
    assert [(seen.name, seen.kind, seen.recheck_at) for seen in decision.seen] == [
        (a_name(), ObservationKind.APPEARED, LATER)
    ]
    assert (decision.found, decision.missing, decision.failed) == ((a_name(),), (a_name(1),), ())
    assert (decision.belief, decision.drafts) == (Belief.BELIEVED, ())


def test_of_a_host_that_answers_for_names_that_cannot_exist_nothing_is_believed() -> None:
    batch = results(hit(), an_answer(a_name(1)), canary=HIT)
    decision = evaluate(what_is_known(), batch, NO_LOOKS, Belief.BELIEVED, NOON)
    assert decision.belief is Belief.CATCH_ALL
    assert decision.seen == ()
    assert (decision.found, decision.missing, decision.failed) == ((), (), (a_name(), a_name(1)))


@pytest.mark.parametrize("canary", [THROTTLED, BROKEN, Verdict.SUSPICIOUS])
def test_hits_without_a_canary_that_is_missing_are_asked_again(canary: Verdict) -> None:
    batch = results(hit(), an_answer(a_name(1)), canary=canary)
    decision = evaluate(what_is_known(), batch, NO_LOOKS, Belief.BELIEVED, NOON)
    assert decision.belief is Belief.UNCONFIRMED
    assert decision.seen == ()
    assert (decision.missing, decision.failed) == ((a_name(1),), (a_name(),))


def test_a_host_that_has_just_lied_is_not_believed_at_once() -> None:
    batch = results(hit(), an_answer(a_name(1)))
    decision = evaluate(what_is_known(), batch, NO_LOOKS, Belief.CATCH_ALL, NOON)
    assert (decision.belief, decision.failed) == (Belief.UNCONFIRMED, (a_name(),))
    assert evaluate(what_is_known(), batch, NO_LOOKS, decision.belief, NOON).found == (a_name(),)


@pytest.mark.parametrize("verdict", [THROTTLED, BROKEN, Verdict.BLOCKED, Verdict.SUSPICIOUS])
def test_only_a_miss_is_a_miss(verdict: Verdict) -> None:
    batch = results(an_answer(a_name(1), verdict), an_answer(a_name(3)))
    decision = evaluate(what_is_known(), batch, NO_LOOKS, Belief.BELIEVED, NOON)
    assert (decision.missing, decision.failed) == ((a_name(3),), (a_name(1),))


def test_a_batch_of_errors_says_nothing_of_the_hosts_honesty() -> None:
    assert belief_in(results(an_answer(a_name(), BROKEN)), Belief.BELIEVED) is Belief.NO_ANSWER


def test_the_tally_counts_the_canary_and_the_longest_wait() -> None:
    batch = results(
        an_answer(a_name(1), HIT), an_answer(a_name(2), THROTTLED, retry_after=3.0),
        an_answer(a_name(3), THROTTLED, retry_after=7.0), an_answer(a_name(4), BROKEN),
        an_answer(a_name(5), Verdict.BLOCKED), an_answer(a_name(6), Verdict.SUSPICIOUS),
    )  # fmt: skip
    assert tally(batch) == AnswerTally(answered=2, throttled=2, blocked=1, errors=2, retry_after=7.0)


# --- the second look


def test_a_second_hit_makes_a_fresh_draft_with_what_was_seen_last() -> None:
    decision = looked_at(with_observations(a_name()), hit(length=1234))
    (draft,) = decision.absorbed.fresh
    assert (draft.id, draft.found_at, draft.files[0].length) == ("D1234R1", NOON, 1234)
    assert (decision.over, decision.seen) == ((a_name(),), ())
    assert [file.facts.length for file in decision.tracked] == [1234]
    assert (decision.found, decision.failed, decision.missing) == ((), (), ())


def test_both_files_of_a_draft_are_one_announcement() -> None:
    (draft,) = looked_at(with_observations(a_name(), HTML), hit(), hit(HTML)).absorbed.fresh
    assert len(draft.files) == 2


def test_what_is_missing_at_the_second_look_was_nothing() -> None:
    decision = looked_at(with_observations(a_name()), an_answer(a_name()))
    assert (decision.over, decision.drafts, decision.missing) == ((a_name(),), (), ())


@pytest.mark.parametrize("verdict", [THROTTLED, BROKEN, Verdict.BLOCKED, Verdict.SUSPICIOUS])
def test_a_look_that_tells_nothing_is_repeated_later(verdict: Verdict) -> None:
    decision = looked_at(with_observations(a_name()), an_answer(a_name(), verdict))
    (seen,) = decision.seen
    assert (decision.over, seen.failed_attempts, seen.recheck_at) == ((), 1, LATER + timedelta(seconds=4))


@pytest.mark.parametrize("canary", [HIT, THROTTLED, BROKEN])
def test_a_second_hit_is_announced_only_while_the_canary_is_missing(canary: Verdict) -> None:
    decision = looked_at(with_observations(a_name()), hit(), canary=canary)
    assert (decision.drafts, decision.over, len(decision.seen)) == ((), (), 1)


def test_an_old_file_is_found_in_silence() -> None:
    first = evaluate(what_is_known(), results(hit(last_modified=OLD)), NO_LOOKS, Belief.BELIEVED, NOON).seen[0]
    decision = looked_at(what_is_known(observations={a_name(): first}), hit(last_modified=OLD))
    assert decision.absorbed.fresh == ()
    assert [draft.announcement for draft in decision.absorbed.changed] == [Announcement.SILENT]
    assert decision.tracked[0].changed_at == OLD


def test_an_old_file_whose_name_was_missing_before_it_is_announced() -> None:
    known = what_is_known(missing_at=lambda name: OLD - timedelta(hours=1))
    first = evaluate(known, results(hit(last_modified=OLD)), NO_LOOKS, Belief.BELIEVED, NOON).seen[0]
    decision = looked_at(what_is_known(observations={a_name(): first}), hit(last_modified=OLD))
    assert [draft.id for draft in decision.absorbed.fresh] == ["D1234R1"]


# --- files of drafts


def test_an_unchanged_file_was_checked() -> None:
    decision = looked_at(with_draft(), an_answer(a_name(), Verdict.UNCHANGED))
    assert decision.tracked == (a_tracked(checked_at=LATER),)
    assert (decision.seen, decision.drafts) == ((), ())


def test_a_server_that_knows_no_conditions_says_the_same_by_the_same_facts() -> None:
    decision = looked_at(with_draft(), hit(etag='W/"1"'))
    assert (decision.seen, len(decision.tracked)) == ((), 1)


def test_what_a_server_did_not_say_before_is_learnt_and_no_change() -> None:
    draft = a_draft()
    bare = a_tracked(facts=some_facts(etag=None, length=None))
    known = what_is_known(drafts={draft.id: draft}, tracked={a_name(): bare})
    decision = looked_at(known, hit())
    assert (decision.seen, [file.facts for file in decision.tracked]) == ((), [some_facts()])


def test_a_changed_file_is_an_update_after_a_second_look_that_sees_the_same() -> None:
    first = looked_at(with_draft(), hit(length=2000), at=NOON)
    assert [(seen.kind, seen.recheck_at) for seen in first.seen] == [(ObservationKind.CHANGED, LATER)]
    assert first.drafts == ()
    second = looked_at(with_draft(observations={a_name(): first.seen[0]}), hit(length=2000))
    assert [update.draft.files[0].length for update in second.revised.updates] == [2000]
    assert second.tracked == (a_tracked(facts=some_facts(length=2000), checked_at=LATER, changed_at=NOON),)


def test_a_file_that_is_still_being_written_is_looked_at_until_it_rests() -> None:
    first = looked_at(with_draft(), hit(length=2000), at=NOON)
    second = looked_at(with_draft(observations={a_name(): first.seen[0]}), hit(length=3000))
    assert (second.revised.updates, [seen.facts for seen in second.seen]) == ((), [some_facts(length=3000)])


def test_servers_that_do_not_agree_on_an_etag_make_no_update() -> None:
    first = looked_at(with_draft(), hit(etag='"2"'), at=NOON)
    second = looked_at(with_draft(observations={a_name(): first.seen[0]}), hit())
    assert (second.over, second.seen, second.drafts) == ((a_name(),), (), ())
    assert second.tracked == (a_tracked(checked_at=LATER),)


def test_one_batch_may_change_a_file_of_a_draft_and_add_another() -> None:
    seen = {
        a_name(): an_observation(kind=ObservationKind.CHANGED, facts=some_facts(length=7)),
        HTML: an_observation(HTML),
    }
    decision = looked_at(with_draft(observations=seen), hit(length=7), hit(HTML))
    (draft,) = decision.drafts  # a statement may write a row only once
    assert [(file.extension, file.length) for file in draft.files] == [(Extension.PDF, 7), (Extension.HTML, 1000)]
    assert [update.draft.id for update in decision.updates] == [draft.id]


def test_a_file_that_is_gone_is_looked_at_after_a_while_and_then_withdrawn() -> None:
    first = looked_at(with_draft(), an_answer(a_name()), at=NOON)
    assert [(seen.kind, seen.recheck_at) for seen in first.seen] == [
        (ObservationKind.GONE, NOON + timedelta(seconds=1800))
    ]
    known = with_draft(observations={a_name(): first.seen[0]})
    second = looked_at(known, an_answer(a_name()))
    assert [draft.state for draft in second.revised.withdrawn] == [DraftState.WITHDRAWN]
    back = looked_at(known, hit())
    assert (back.over, back.drafts) == ((a_name(),), ())


def test_a_file_without_an_answer_is_asked_for_later() -> None:
    decision = looked_at(with_draft(), an_answer(a_name(), BROKEN))
    assert (decision.unanswered, decision.seen, decision.tracked) == ((a_name(),), (), ())


def test_a_withdrawn_file_that_is_missing_stays_so_and_one_that_is_there_is_looked_at() -> None:
    withdrawn = replace(a_draft(), state=DraftState.WITHDRAWN)
    assert looked_at(with_draft(withdrawn), an_answer(a_name())).seen == ()
    assert [seen.kind for seen in looked_at(with_draft(withdrawn), hit()).seen] == [ObservationKind.CHANGED]


# --- too much at once


def test_more_drafts_at_once_than_is_plausible_are_held_and_so_are_more_of_them() -> None:
    some = [a_name(number) for number in range(1, 6)]
    first = looked_at(with_observations(*some, plausible=4), *(hit(name) for name in some[:3]))
    assert first.drafts == ()
    assert [(seen.trust, seen.recheck_at) for seen in first.seen] == [
        (Trust.QUARANTINED, LATER + timedelta(seconds=900))
    ] * 3

    observations = {name: an_observation(name) for name in some} | {seen.name: seen for seen in first.seen}
    second = looked_at(what_is_known(observations=observations, plausible=4), *(hit(name) for name in some[3:]))
    assert second.drafts == ()
    assert [seen.trust for seen in second.seen] == [Trust.QUARANTINED] * 2


def test_what_was_held_and_is_confirmed_again_is_announced_and_the_rest_forgotten() -> None:
    some = [a_name(number) for number in range(1, 6)]
    held = {name: an_observation(name, trust=Trust.QUARANTINED) for name in some}
    answers = [*(hit(name) for name in some[:3]), *(an_answer(name) for name in some[3:])]
    decision = looked_at(what_is_known(observations=held, plausible=4), *answers)
    assert [draft.number for draft in decision.absorbed.fresh] == [1, 2, 3]
    assert (set(decision.over), decision.seen) == (set(some), ())


def test_what_was_announced_lately_counts() -> None:
    lately = {f"D{number}": replace(a_draft(), id=f"D{number}", number=number) for number in range(4)}
    assert looked_at(with_observations(a_name(), drafts=lately, plausible=4), hit()).seen
    long_ago = {id: replace(draft, found_at=NOON - timedelta(hours=1)) for id, draft in lately.items()}
    assert not looked_at(with_observations(a_name(), drafts=long_ago, plausible=4), hit()).seen


def test_old_files_are_never_too_many() -> None:
    some = {name: an_observation(name) for name in (a_name(number) for number in range(1, 6))}
    first = evaluate(
        what_is_known(), results(*(hit(name, last_modified=OLD) for name in some)), NO_LOOKS, Belief.BELIEVED, NOON
    )
    known = what_is_known(observations={seen.name: seen for seen in first.seen}, plausible=1)
    assert len(looked_at(known, *(hit(name, last_modified=OLD) for name in some)).drafts) == 5


def test_drafts_that_are_gone_all_at_once_are_held_too() -> None:
    some = [a_name(number) for number in range(1, 6)]
    drafts = {
        f"D000{name.number}R1": replace(a_draft(), id=f"D000{name.number}R1", number=name.number) for name in some
    }
    known = what_is_known(
        drafts=drafts, tracked={name: a_tracked(name) for name in some},
        observations={name: an_observation(name, ObservationKind.GONE) for name in some}, plausible=4,
    )  # fmt: skip
    decision = looked_at(known, *(an_answer(name) for name in some))
    assert (decision.drafts, [seen.trust for seen in decision.seen]) == ((), [Trust.QUARANTINED] * 5)


# --- whatever is answered

answers = st.builds(
    an_answer,
    st.builds(a_name, number=st.integers(1, 4), revision=st.integers(0, 2), extension=st.sampled_from(Extension)),
    st.sampled_from(Verdict),
    last_modified=st.none() | st.just(OLD),
)
batches = st.lists(answers, unique_by=lambda answer: answer.name)


@given(batches, st.none() | st.sampled_from(Verdict))
def test_every_name_of_the_schedule_is_found_or_missing_or_asked_again(
    batch: list[ProbeResult], canary: Verdict | None
) -> None:
    decision = evaluate(what_is_known(), results(*batch, canary=canary), NO_LOOKS, Belief.BELIEVED, NOON)
    outcome = (*decision.found, *decision.missing, *decision.failed)
    assert sorted(map(repr, outcome)) == sorted(repr(answer.name) for answer in batch)
    assert decision.drafts == ()
    if canary not in (None, MISSING):
        assert decision.seen == ()


@given(batches, st.none() | st.sampled_from(Verdict), st.sampled_from(ObservationKind), st.integers(1, 5))
def test_every_sighting_goes_on_or_is_over_and_nothing_is_told_without_a_canary(
    batch: list[ProbeResult], canary: Verdict | None, kind: ObservationKind, plausible: int
) -> None:
    seen = {answer.name: an_observation(answer.name, kind) for answer in batch}
    drafts = {draft.id: draft for draft in (replace(a_draft(), id=f"D{n:04d}R{r}", number=n, revision=r)
              for n in range(1, 5) for r in range(3))}  # fmt: skip
    known = what_is_known(
        drafts={} if kind is ObservationKind.APPEARED else drafts, observations=seen, plausible=plausible,
        tracked={} if kind is ObservationKind.APPEARED else {name: a_tracked(name) for name in seen},
    )  # fmt: skip
    decision = looked_at(known, *batch, canary=canary)
    assert sorted(map(repr, (*(s.name for s in decision.seen), *decision.over))) == sorted(map(repr, seen))
    if canary not in (None, MISSING):
        assert (decision.absorbed.changed, decision.revised.updates) == ((), ())

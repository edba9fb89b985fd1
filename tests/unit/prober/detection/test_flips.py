"""A file that goes back and forth is announced once, and then when it has settled."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from actors.prober.detection.evaluate import BatchDecision, evaluate
from actors.prober.detection.flips import REMEMBERED, SETTLED_AFTER
from actors.prober.model.answers import Belief
from actors.prober.model.catalog import Catalog
from actors.prober.model.observations import FileFacts, ObservationKind
from actors.prober.politeness import host as hosts
from actors.prober.politeness import status
from messages.drafts import Extension
from messages.health import HealthReason, ReasonCode
from messages.probing import DraftName, Verdict
from tests.builders import NOON
from tests.prober_builders import (
    CHOSEN,
    START,
    a_draft,
    a_finding,
    a_name,
    a_tracked,
    an_answer,
    an_observation,
    hit,
    results,
    some_facts,
    what_is_known,
)

HOST = hosts.restored(CHOSEN, (None, Belief.NO_ANSWER), None, START)
HTML = a_name(extension=Extension.HTML)
HOUR = timedelta(hours=1)
A, B, C = (some_facts(length=length) for length in (1000, 2000, 3000))


class Folder:
    """A draft whose files change: each change is seen twice, and the second look takes effect."""

    def __init__(self, *names: DraftName) -> None:
        self.now = NOON
        self.catalog = Catalog()
        self.catalog.learn_drafts([a_draft(*map(a_finding, names or (a_name(),)))])
        self.catalog.learn_files([a_tracked(name, facts=A) for name in names or (a_name(),)])

    def becomes(self, facts: FileFacts | None, name: DraftName | None = None, after: timedelta = HOUR) -> list[str]:
        """What is announced when a file is like this."""
        name = name or a_name()
        kind = ObservationKind.GONE if facts is None else ObservationKind.CHANGED
        if name not in self.catalog.tracked:
            kind = ObservationKind.APPEARED
        self.now += after
        self.catalog.learn_observations([an_observation(name, kind, facts=facts, first_at=self.now)], ())
        answer = an_answer(name) if facts is None else hit(name, **_fields(facts))
        return self._evaluated(name, answer)

    def stays(self, name: DraftName | None = None, after: timedelta = SETTLED_AFTER) -> list[str]:
        """What is announced when a file is still as it is."""
        name = name or a_name()
        self.now += after
        is_there = self.catalog.draft_of(name).state.value == "found"
        return self._evaluated(name, an_answer(name, Verdict.UNCHANGED if is_there else Verdict.MISSING))

    def reasons(self) -> tuple[HealthReason, ...]:
        """Of the files that go back and forth."""
        flipping = [each for each in self.catalog.histories.values() if each.damped_since is not None]
        return tuple(status.of_flipping(HOST, flipping))

    def _evaluated(self, name: DraftName, answer: Any) -> list[str]:
        known = what_is_known(
            drafts=self.catalog.drafts,
            tracked=self.catalog.tracked,
            observations=self.catalog.observations,
            histories=self.catalog.histories,
        )
        decision = evaluate(known, results(answer), frozenset({name}), Belief.BELIEVED, self.now)
        self.catalog.learn_drafts(decision.drafts)
        self.catalog.learn_files(decision.tracked)
        self.catalog.learn_observations(decision.seen, decision.over)
        self.catalog.learn_histories(decision.histories, decision.settled)
        return list(_said(decision))


def _fields(facts: FileFacts) -> dict[str, Any]:
    return {"etag": facts.etag, "last_modified": facts.last_modified, "length": facts.length}


def _said(decision: BatchDecision) -> Iterator[str]:
    yield from (update.summary for update in decision.updates)
    yield from (f"{draft.id} withdrawn" for draft in decision.revised.withdrawn)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (some_facts(length=2000), some_facts(length=1000)),
        (some_facts(last_modified=NOON), some_facts()),
    ],
)
def test_a_file_that_flips_between_two_states_is_told_once(there: FileFacts, back: FileFacts) -> None:
    folder = Folder()
    assert len(folder.becomes(there)) == 1
    assert [folder.becomes(facts) for facts in (back, there) * 5] == [[]] * 10


def test_a_file_that_comes_and_goes_is_told_once_as_gone_and_once_as_back() -> None:
    folder = Folder()
    assert folder.becomes(None) == ["D1234R1 withdrawn"]
    assert folder.becomes(A) == ["The pdf was put back as before."]
    assert [folder.becomes(facts) for facts in (None, A) * 4] == [[]] * 8


def test_a_file_that_is_written_again_each_time_it_comes_back_is_damped_too() -> None:
    folder = Folder()
    dates = [some_facts(last_modified=NOON + number * HOUR) for number in range(1, 6)]
    told = [folder.becomes(facts) for date in dates for facts in (None, date)]
    assert [len(each) for each in told] == [1, 1, *[0] * 8]


def test_what_a_file_has_never_been_is_news_even_while_it_flips() -> None:
    folder = Folder()
    for facts in (B, A, B):
        folder.becomes(facts)
    assert folder.becomes(C) == ["The pdf was replaced (1 kB longer)."]
    assert folder.becomes(A) == []


def test_when_it_has_settled_on_something_else_than_was_told_that_is_told() -> None:
    folder = Folder()
    for facts in (B, A):
        folder.becomes(facts)
    assert folder.stays(after=HOUR) == []
    assert folder.stays() == ["The pdf was replaced (1 kB shorter)."]
    assert folder.stays() == []
    assert folder.catalog.histories == {}


def test_when_it_has_settled_on_what_was_told_nothing_is() -> None:
    folder = Folder()
    for facts in (B, A, B):
        folder.becomes(facts)
    assert folder.stays() == []
    assert folder.catalog.histories == {}


def test_a_draft_that_is_gone_for_good_after_it_flipped_is_told_as_withdrawn_once() -> None:
    folder = Folder()
    for facts in (None, A, None):
        folder.becomes(facts)
    assert folder.stays() == ["D1234R1 withdrawn"]
    assert folder.stays() == []


def test_a_draft_that_is_there_for_good_after_it_flipped_was_told_so() -> None:
    folder = Folder()
    for facts in (None, A, None, A):
        folder.becomes(facts)
    assert folder.stays() == []


def test_of_two_files_one_that_flips_does_not_silence_the_other() -> None:
    folder = Folder(a_name(), HTML)
    assert folder.becomes(None, HTML) == ["The html was removed."]
    assert [folder.becomes(facts, HTML) for facts in (A, None, A, None)] == [[]] * 4
    assert folder.becomes(B) == ["The pdf was replaced (1 kB longer)."]
    assert folder.stays() == ["The html was removed."]
    assert folder.stays() == []


def test_what_comes_back_after_a_long_time_is_news() -> None:
    folder = Folder()
    folder.becomes(B)
    assert folder.becomes(A, after=REMEMBERED + HOUR) == ["The pdf was replaced (1 kB shorter)."]
    assert folder.becomes(None) == ["D1234R1 withdrawn"]
    folder.becomes(A)
    assert folder.becomes(None, after=REMEMBERED + HOUR) == ["D1234R1 withdrawn"]


def test_operators_hear_of_a_file_that_flips_and_not_of_one_that_changes() -> None:
    folder = Folder()
    folder.becomes(B)
    assert folder.reasons() == ()
    folder.becomes(A)
    (reason,) = folder.reasons()
    assert (reason.code, reason.subject) == (ReasonCode.FILE_FLIPPING, "D1234R1.pdf")
    assert reason.text == (
        f"prober: D1234R1.pdf on {HOST.name} has been going back and forth since 2025-11-21 14:00:00 UTC:"
        " what it goes back to is announced only when it has stayed the same for a day"
    )

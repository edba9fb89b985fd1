"""Files that look different at each look: when a change counts, and how rarely they are looked at."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random

import pytest

from actors.prober.detection import recheck
from actors.prober.detection.looks import RecheckOutcome
from actors.prober.detection.unsteady import ETAG_LOOKS
from actors.prober.model.observations import FileFacts, Observation, ObservationKind, is_unsteady
from messages.drafts import Change
from tests.builders import NOON
from tests.prober_builders import DELAYS, a_name, a_tracked, an_observation, hit, some_facts

LAST = NOON - timedelta(hours=1)


class Looks:
    """Looks at one file, each when it is due, until one decides something."""

    def __init__(self) -> None:
        self.times: list[datetime] = []
        self.seen: list[Observation] = []

    def at(self, facts: Iterable[FileFacts]) -> tuple[RecheckOutcome, Observation]:
        """The first of these is what was seen first."""
        first, *others = facts
        outcome, seen = RecheckOutcome.AGAIN, an_observation(kind=ObservationKind.CHANGED, facts=first)
        for each in others:
            self.times.append(seen.recheck_at)
            answer = hit(etag=each.etag, last_modified=each.last_modified, length=each.length)
            outcome, seen = recheck.recheck(seen, answer, a_tracked(), seen.recheck_at, DELAYS)
            self.seen.append(seen)
            if outcome is not RecheckOutcome.AGAIN:
                break
        return outcome, seen


def etags(*which: str) -> list[FileFacts]:
    return [some_facts(etag=etag) for etag in which]


EACH_TIME: dict[str, Callable[[int], FileFacts]] = {
    "etag": lambda time: some_facts(etag=f'"t{time}"'),
    "date": lambda time: some_facts(last_modified=LAST + timedelta(seconds=time)),
    "length": lambda time: some_facts(length=1000 + time),
    "everything": lambda time: FileFacts(
        etag=f'W/"t{time}"', last_modified=LAST + timedelta(seconds=time), length=1000 + time
    ),
}


@pytest.mark.parametrize("kind", EACH_TIME)
def test_looks_that_agree_on_nothing_come_ever_more_rarely_and_are_no_news(kind: str) -> None:
    looks = Looks()
    outcome, seen = looks.at(EACH_TIME[kind](time) for time in range(1, 40))
    assert outcome is RecheckOutcome.AGAIN
    gaps = [(after - before).total_seconds() for before, after in zip(looks.times, looks.times[1:], strict=False)]
    assert gaps[:4] == [4, 8, 16, 32]
    assert gaps[-1] == 86_400
    assert (is_unsteady(looks.seen[3]), is_unsteady(looks.seen[4])) == (False, True)
    assert seen.first_at == NOON


@pytest.mark.parametrize("kind", ["etag", "date"])
def test_what_does_not_vary_still_counts_and_is_noticed_soon(kind: str) -> None:
    looks = Looks()
    before = [EACH_TIME[kind](time) for time in range(1, 30)]
    after = [
        FileFacts(etag=facts.etag if kind == "etag" else '"b"', last_modified=facts.last_modified, length=2000)
        for facts in (EACH_TIME[kind](time) for time in range(30, 40))
    ]
    outcome, seen = looks.at([*before, *after])
    assert outcome is RecheckOutcome.CONFIRMED
    assert seen.facts is not None
    assert seen.facts.length == 2000
    assert (looks.times[-1] - looks.times[28]).total_seconds() < 60


def test_a_file_that_rests_after_it_was_written_is_news_at_once() -> None:
    written = [EACH_TIME["everything"](time) for time in (1, 2, 3, 3)]
    assert Looks().at(written)[0] is RecheckOutcome.CONFIRMED


def test_another_etag_alone_counts_when_many_looks_agree() -> None:
    looks = Looks()
    assert looks.at(etags(*['"b"'] * ETAG_LOOKS))[0] is RecheckOutcome.AGAIN
    assert looks.at(etags(*['"b"'] * (ETAG_LOOKS + 1)))[0] is RecheckOutcome.CONFIRMED
    assert not any(map(is_unsteady, looks.seen))


def test_several_servers_with_etags_of_their_own_are_no_news() -> None:
    chance = Random(1)
    for servers in (('"1"', '"b"'), ('"1"', '"b"', 'W/"c"'), ('W/"1"', '"b"', '"c"', '"d"', '"e"')):
        for _ in range(200):
            outcome, _ = Looks().at(etags('"b"', *(chance.choice(servers) for _ in range(200))))
            assert outcome is RecheckOutcome.DROPPED


def test_servers_with_etags_of_their_own_and_dates_of_the_moment_are_no_news() -> None:
    chance = Random(1)
    facts = [
        some_facts(etag=chance.choice(('"1"', '"b"')), last_modified=LAST + timedelta(seconds=time))
        for time in range(1, 300)
    ]
    assert Looks().at(facts)[0] is RecheckOutcome.AGAIN


def test_what_varied_is_remembered() -> None:
    _, seen = Looks().at(EACH_TIME["date"](time) for time in range(1, 9))
    assert (seen.unsteady, seen.name) == (frozenset({Change.DATE}), a_name())

"""A short chaos run on each base; `make chaos` has the long ones."""

import random
from collections import Counter

import pytest

from tests.chaos.checked import CHECKS_CHANNEL, alerts_in
from tests.chaos.jobs import Push, faults_of_pushes
from tests.chaos.play import CHANNEL, Draft, Flip, NewPaper, Play, Publish, Watch, told_in
from tests.chaos.run import played
from tests.clusters import Cluster

KILLS = 6


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_kills_lose_nothing_and_double_nothing(base: str, cluster: Cluster) -> None:
    seed = random.SystemRandom().randrange(100_000)
    report = played(seed, base, KILLS, cluster)
    print(report.line())
    assert report.is_clean, (report.line(), report.lost, report.doubled, report.unexpected, report.wrong_results)
    assert report.expected > 0
    assert report.answered > 0


def test_what_must_be_told_follows_from_what_happened() -> None:
    play = Play(random.Random(1))
    play.happened(Watch("U1", "2001"))
    play.happened(Draft("D2001R1"))
    play.happened(Watch("U2", "2001"))
    play.happened(Publish("D2001R1"))
    play.happened(NewPaper("P2060R0"))
    assert play.told == {
        (CHANNEL, "D2001R1"), ("U1", "D2001R1"), (CHANNEL, "P2001R1"), ("U1", "P2001R1"), ("U2", "P2001R1"),
    }  # fmt: skip
    assert {"P2001R0", "P2001R1", "P2060R0"} <= set(play.index)


def test_who_watches_between_appearing_and_telling_may_be_told_and_afterwards_not() -> None:
    play = Play(random.Random(1))
    play.happened(Draft("D2001R1"))
    play.happened(Watch("U1", "2001"), known={"D2003R1"})
    play.happened(Watch("U2", "2001"), known={"D2001R1"})
    play.happened(Watch("U3", "2002"))
    assert play.may_be_told == {("U1", "D2001R1")}


def test_what_was_told_is_counted_by_recipient_and_id() -> None:
    told = told_in((("U1", ("D2001R1", "D2001R1")), ("U1", ("D2001R1",)), ("C0PAPERS", ("P2001R1",))))
    assert told == {("U1", "D2001R1"): 2, ("C0PAPERS", "P2001R1"): 1}


def test_each_flip_of_a_check_is_one_alert_and_the_next_comes_when_that_was_told() -> None:
    play = Play(random.Random(1))
    play.happened(Flip("name"))
    play.happened(Flip("name"))
    assert play.told == {(CHECKS_CHANNEL, "name is down (1)"), (CHECKS_CHANNEL, "name is up (1)")}
    for alerts in ((), ("name is up (1)",)):
        flipped = {event.check for _ in range(500) if isinstance(event := play.next_event((), alerts), Flip)}
        assert ("name" in flipped) == bool(alerts)


def test_an_alert_that_comes_twice_counts_twice() -> None:
    texts = ("chaos/name is down: x", "chaos/name is down: x", "chaos/name is up again after 3 s.", "something else")
    assert list(alerts_in(texts)) == ["name is down (1)", "name is down (2)", "name is up (1)"]


def test_what_was_answered_must_be_stored_and_what_was_not_may_be() -> None:
    statuses = {1: 200, 2: 503, 3: 0, 4: 429, 5: 200, 6: 0}
    pushes = [Push(job="job-night", number=number, status=status) for number, status in statuses.items()]
    stored = Counter({("job-night", number): 1 for number in (1, 2, 3, 5)})
    assert list(faults_of_pushes(pushes, stored)) == []
    wrong = Counter({("job-night", 1): 2, ("job-night", 4): 1, ("job-hour", 1): 1})
    assert list(faults_of_pushes(pushes, wrong)) == [
        "signal 1 of job-night is stored 2 times",
        "signal 4 of job-night was refused with 429, and is stored",
        "signal 5 of job-night was answered, and is not stored",
        "job-hour has 1 results of signal 1, which nobody sent",
    ]

"""A short chaos run on each base; `make chaos` has the long ones."""

import random

import pytest

from tests.chaos.play import CHANNEL, Draft, NewPaper, Play, Publish, Watch, told_in
from tests.chaos.run import played
from tests.clusters import Cluster

KILLS = 6


@pytest.mark.slow
def test_kills_lose_nothing_and_double_nothing(base: str, cluster: Cluster) -> None:
    seed = random.SystemRandom().randrange(100_000)
    report = played(seed, base, KILLS, cluster)
    print(report.line())
    assert report.is_clean, (report.line(), report.lost, report.doubled, report.unexpected)
    assert report.expected > 0


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
    told = told_in((("U1", "*D2001R1* <http://x/D2001R1.pdf|pdf>"), ("U1", "*D2001R1*"), ("C0PAPERS", "P2001R1")))
    assert told == {("U1", "D2001R1"): 2, ("C0PAPERS", "P2001R1"): 1}

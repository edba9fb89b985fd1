"""The formats of a replay's drafts: how they are drawn, and what a strategy knows of them."""

from collections.abc import Mapping
from datetime import date

from actors.prober.model.numbers import StrategyInputs
from actors.replay.simulation.arrivals import KEPT, Future
from actors.replay.simulation.probers import RoundsProber
from actors.replay.simulation.replay import REMEMBERED, Replay
from messages.drafts import Extension
from messages.papers import Paper
from tests.builders import a_paper

FIRST = date(2025, 1, 10)


def drawn(papers: list[Paper], seed: int = 0) -> dict[tuple[int, int], Extension]:
    arrivals = Future(papers, seed).on(date(2030, 1, 1).toordinal())
    return {(one.entry.number, one.entry.revision): one.name.extension for one in arrivals}


class Watching(RoundsProber):
    """Asks as it is asked to, and writes down which formats were known as each day began."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[date, Mapping[int, Extension]] = {}

    def begin_day(self, inputs: StrategyInputs, begin: float) -> None:
        self.known[inputs.today] = dict(inputs.formats)
        super().begin_day(inputs, begin)


def watched(*papers: Paper, days: int = 12) -> dict[date, Mapping[int, Extension]]:
    base = [a_paper(number, 0, date=date(2020, 1, 1)) for number in range(1, 101)]
    asker = Watching()
    first = FIRST.toordinal()
    Replay(asker, Future([*base, *papers], 0)).play(first, first + days, lambda day: None)
    return asker.known


def test_formats_are_mostly_kept_and_first_ones_are_of_both_kinds_alike() -> None:
    formats = drawn([a_paper(n, r, date=FIRST) for n in range(1, 1001) for r in range(4)])
    firsts = [formats[n, 0] is Extension.PDF for n in range(1, 1001)]
    kept = [formats[n, r] is formats[n, r - 1] for n in range(1, 1001) for r in range(1, 4)]
    assert 0.45 < sum(firsts) / len(firsts) < 0.55
    assert KEPT - 0.02 < sum(kept) / len(kept) < KEPT + 0.02


def test_a_format_does_not_hang_on_what_else_stands_in_the_index() -> None:
    whole = drawn([a_paper(n, r, date=FIRST) for n in range(1, 101) for r in range(6)])
    alone = drawn([a_paper(n, 5, date=FIRST) for n in range(1, 101)])
    assert {place: whole[place] for place in alone} == alone
    assert drawn([a_paper(n, 5, date=FIRST) for n in range(1, 101)], seed=1) != alone


def test_a_strategy_begins_with_the_formats_of_the_year_before_and_no_others() -> None:
    first = FIRST.toordinal()
    known = watched(
        a_paper(40, 1, date=date.fromordinal(first - REMEMBERED - 1)),
        a_paper(50, 1, date=date.fromordinal(first - REMEMBERED)),
        a_paper(60, 1, date=date.fromordinal(first - 1)),
        a_paper(70, 1, date=date.fromordinal(first)),
    )
    assert known[FIRST].keys() == {50, 60}


def test_a_strategy_learns_the_format_of_what_it_finds_and_not_of_what_the_index_tells() -> None:
    known = watched(a_paper(50, 1, date=FIRST), a_paper(60, 9, date=FIRST))
    assert known[FIRST] == {}
    assert known[max(known)].keys() == {50}
    assert max(known).toordinal() - FIRST.toordinal() > 7

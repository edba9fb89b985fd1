"""What the learnt schedule is worth, and what it costs: run with `make bench`."""

import gc
import time
from datetime import date

import pytest

from actors.prober.model.catalog import Catalog
from actors.prober.model.history import DatedRevision
from actors.prober.model.numbers import KnownNumber
from actors.prober.schedule.learnt import Learnt
from actors.prober.schedule.scheduler import Scheduler
from actors.replay import loading
from actors.replay.simulation import strategies
from actors.replay.simulation.summary import summary
from actors.stage.sites.snapshots import snapshot
from messages.drafts import DraftPrefix, Extension
from messages.probing import DraftName
from tests.bench.table import Table

FILE = snapshot("2025-12-04")

TODAY = date(2025, 12, 4)
NUMBERS = 10_000


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("year", [2024, 2025])
def test_delay_of_detection_in_a_year_of_real_drafts(year: int, table: Table) -> None:
    papers = loading.read(FILE)
    days = (date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
    for share, wanted in ((1.0, 6), (0.25, 2)):
        played = strategies.replay(papers, days, strategies.STRATEGIES, share, 0, lambda name, done, of: None)
        usual, learnt = (summary(played[name]) for name in strategies.STRATEGIES)
        if share == 1.0:
            heads = usual["heads"] / (days[1] - days[0] + 1) / 48
            table.add(f"{year}: two-frequency, HEADs in 30 minutes", heads, "")
            table.add(f"{year}: two-frequency, mean delay", usual["mean_hours"], "h")
            table.add(f"{year}: two-frequency, p90", usual["p90_hours"], "h")
        claim = f"{year}: learnt with {share:g} of its HEADs"
        table.add(f"{claim}, mean delay", learnt["mean_hours"], "h", below=usual["mean_hours"] / wanted)
        table.add(f"{claim}, p90", learnt["p90_hours"], "h", below=usual["p90_hours"])


def test_cpu_of_a_survey_of_ten_thousand_numbers(table: Table) -> None:
    catalog = Catalog()
    last = TODAY.toordinal()
    entries = [
        DatedRevision(number=number, revision=0, day=last - 3000 + number * 3000 // 9001, authors=(f"a{number % 700}",))
        for number in range(1, 9001)
        if number % 3
    ]
    catalog.learn_entries(entries)
    catalog.learn_numbers(
        {e.number: KnownNumber(revisions=frozenset({0}), dated=date.fromordinal(e.day)) for e in entries}
    )
    formats = tuple(Extension)
    catalog.learn_found(
        DraftName(prefix=DraftPrefix.D, number=e.number, revision=0, extension=formats[e.number % 2])
        for e in entries[::2]
    )
    scheduler = Scheduler(Learnt(budget=4000 / 3600), 1800.0, {})
    gc.collect()
    gc.freeze()  # the heap of the whole test run is none of the actor's
    begin = before = time.process_time()
    longest = 0.0
    for _ in scheduler.replan(catalog.inputs(TODAY), 0.0):
        now = time.process_time()
        longest, before = max(longest, now - before), now
    longest = max(longest, time.process_time() - before)
    gc.unfreeze()
    assert scheduler.hot + scheduler.cold >= 9_990
    table.add(f"learning and planning {NUMBERS:,} numbers, CPU", time.process_time() - begin, "s", below=2)
    table.add("the longest step of it", longest * 1000, "ms", below=50)

"""The replay bench: what appears, what a strategy may know of it, and what is counted."""

import gzip
import importlib.resources
import json
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from actors.front.commands import cli
from actors.prober.model.catalog import Catalog
from actors.prober.model.history import DatedRevision
from actors.prober.model.numbers import KnownNumber
from actors.prober.schedule.learnt import Learnt
from actors.prober.schedule.probe_rounds import ScheduledAnswers
from actors.prober.schedule.scheduler import Scheduler
from actors.replay import loading
from actors.replay.simulation import strategies
from actors.replay.simulation.arrivals import DAY, Future
from actors.replay.simulation.probers import HOUR, QueueProber, RoundsProber
from actors.replay.simulation.replay import Played, Replay, Sort
from actors.replay.simulation.summary import quantile, summary
from messages.papers import Paper
from tests.builders import a_paper

FILE = Path(str(importlib.resources.files("actors.stage") / "data" / "2025-12-04.json.gz"))
FIRST, LAST = date(2025, 9, 29), date(2025, 10, 6)
DAYS = (FIRST.toordinal(), LAST.toordinal())


@pytest.fixture(scope="module")
def papers() -> tuple[Paper, ...]:
    return loading.read(FILE)


def replayed(papers: tuple[Paper, ...], seed: int = 0, share: float = 1.0) -> dict[str, Played]:
    return strategies.replay(papers, DAYS, strategies.STRATEGIES, share, seed, lambda name, done, of: None)


@pytest.fixture(scope="module")
def played(papers: tuple[Paper, ...]) -> dict[str, Played]:
    return replayed(papers)


def test_the_learnt_strategy_finds_drafts_far_sooner_with_as_many_heads(played: dict[str, Played]) -> None:
    usual, learnt = (summary(played[name]) for name in strategies.STRATEGIES)
    assert usual["arrivals"] == learnt["arrivals"] > 40
    assert learnt["mean_hours"] < usual["mean_hours"] / 3
    assert learnt["heads"] <= 2.5 * usual["heads"]  # a busy week: see the next test for what a quiet month saves


@pytest.mark.long
def test_over_a_year_the_learnt_strategy_spends_what_it_was_given(papers: tuple[Paper, ...]) -> None:
    days = (date(2024, 1, 1).toordinal(), date(2024, 12, 31).toordinal())
    played = strategies.replay(papers, days, strategies.STRATEGIES, 1.0, 0, lambda name, done, of: None)
    usual, learnt = (summary(played[name]) for name in strategies.STRATEGIES)
    assert learnt["heads"] == pytest.approx(usual["heads"], rel=0.02)
    assert learnt["mean_hours"] < usual["mean_hours"] / 10
    weeks = [sum(list(played["learnt"].heads.values())[at : at + 7]) for at in range(0, 364, 7)]
    assert max(weeks) < 2.5 * usual["heads"] / 366 * 7


def test_with_a_quarter_of_the_budget_it_spends_a_quarter(papers: tuple[Paper, ...], played: dict[str, Played]) -> None:
    usual, learnt = (summary(one) for one in replayed(papers, share=0.25).values())
    assert usual == summary(played["two-frequency"])
    assert learnt["heads"] == pytest.approx(summary(played["learnt"])["heads"] / 4, rel=0.05)


def test_two_frequency_spends_some_two_thousand_heads_in_half_an_hour(played: dict[str, Played]) -> None:
    heads = sum(played["two-frequency"].heads.values())
    assert 1_650 <= heads / (len(played["two-frequency"].heads) * 48) <= 2_000


@pytest.mark.long
def test_nothing_that_comes_later_changes_what_was_asked_or_found(
    papers: tuple[Paper, ...], played: dict[str, Played]
) -> None:
    middle = date(2025, 10, 3)
    altered = [
        replace(paper, number=paper.number + 17, authors=("Nobody",)) if paper.date and paper.date > middle else paper
        for paper in papers
    ]
    added = [a_paper(number, 3, date=date(2025, 10, 5)) for number in range(3000, 3300)]
    other = replayed((*altered, *added))
    until = (middle.toordinal() + 1) * DAY
    for name in strategies.STRATEGIES:
        before, after = played[name], other[name]
        assert {at: heads for at, heads in before.heads.items() if at < until} == {
            at: heads for at, heads in after.heads.items() if at < until
        }
        found = [{one for one in of.outcomes if one.arrival.at + one.delay < until} for of in (before, after)]
        assert found[0] == found[1]
        assert found[0]


@pytest.mark.long
def test_the_seed_alone_decides_over_times_and_names(papers: tuple[Paper, ...], played: dict[str, Played]) -> None:
    assert {o.arrival for o in replayed(papers)["learnt"].outcomes} == {o.arrival for o in played["learnt"].outcomes}
    assert {o.arrival for o in replayed(papers, 1)["learnt"].outcomes}.isdisjoint(
        {o.arrival for o in played["learnt"].outcomes}
    )


def test_a_future_gives_out_a_day_once_and_none_before_its_time() -> None:
    future = Future([a_paper(1, 0, date=date(2025, 1, 1)), a_paper(2, 0, date=date(2025, 1, 2))], 0)
    first = date(2025, 1, 1).toordinal()
    (only,) = future.on(first)
    assert (only.entry.number, first * DAY <= only.at < (first + 1) * DAY) == (1, True)
    assert future.on(first) == []
    assert [one.entry.number for one in future.on(first + 1)] == [2]


def test_a_draft_that_is_never_asked_for_is_missed_after_a_week() -> None:
    base = [a_paper(number, 0, date=date(2024, 1, 1)) for number in range(1, 101)]
    papers = (*base, a_paper(50, 9, date=date(2025, 1, 10)))
    days = (date(2025, 1, 1).toordinal(), date(2025, 1, 31).toordinal())
    (outcome,) = Replay(RoundsProber(), Future(papers, 0)).play(*days, lambda day: None).outcomes
    assert (outcome.missed, outcome.delay, outcome.sort) == (True, 7 * DAY, Sort.ODD)


def test_a_cold_number_is_found_within_a_day_and_a_hot_one_within_half_an_hour() -> None:
    base = [a_paper(number, 0, date=date(2023, 1, 1)) for number in range(1, 200)]
    papers = (*base, a_paper(50, 1, date=date(2025, 1, 10)), a_paper(190, 1, date=date(2025, 1, 10)))
    days = (date(2025, 1, 1).toordinal(), date(2025, 1, 31).toordinal())
    delays = {
        outcome.arrival.entry.number: outcome.delay
        for seed in range(3)
        for outcome in Replay(RoundsProber(), Future(papers, seed)).play(*days, lambda day: None).outcomes
    }
    assert delays[190] <= 1800
    assert 1800 < delays[50] <= DAY


def test_quantiles_lie_between_values() -> None:
    assert [quantile([0.0, 1.0, 2.0, 3.0], share) for share in (0.0, 0.5, 1.0)] == [0.0, 1.5, 3.0]
    assert quantile([], 0.5) is None


def test_the_queue_of_the_bench_asks_as_the_schedule_of_the_service_does() -> None:
    """The same days, asked batch by batch through the schedule, number by number in the bench, and counted by it."""
    entries = [
        DatedRevision(number=number, revision=0, day=DAYS[0] - 900 + 3 * number, authors=("a",))
        for number in range(1, 290)
    ]
    allowance = 6_000.0
    catalog = Catalog()
    catalog.learn_numbers(
        {e.number: KnownNumber(revisions=frozenset({0}), dated=date.fromordinal(e.day)) for e in entries}
    )
    catalog.learn_entries(entries)
    prober = QueueProber({(DAYS[0] + day) * DAY: allowance for day in range(4)})
    strategy = Learnt(budget=allowance / DAY)
    scheduler = Scheduler(strategy, 1800.0, {})
    counted, asked, visited = [], [], []
    for day in range(DAYS[0], DAYS[0] + 4):
        inputs = catalog.inputs(date.fromordinal(day))
        prober.begin_day(inputs, day * DAY)
        heads = 0
        for hour in range(24):
            begin = day * DAY + hour * HOUR
            prober.begin_hour(begin, [])
            for number in range(1, 2000):
                heads += sum(len(names) for _, names in prober.visits(number, begin + HOUR))
        visited.append(heads)
        counted.append(prober.end_day())
        strategy.spend(counted[-1] / DAY)
        for _ in scheduler.replan(inputs, day * DAY):
            pass
        now, heads = day * DAY, 0
        while now < (day + 1) * DAY:
            batch = scheduler.take(64, inputs, now)
            heads += len(batch)
            answers = ScheduledAnswers(given_at=now, missing=batch, found=(), failed=())
            scheduler.apply(scheduler.progress(answers, now), now)
            if not batch:
                now = max(now + 1.0, scheduler.next_at() or now)
        asked.append(heads)
    assert counted[1:] == pytest.approx(visited[1:], rel=0.1)
    assert counted[3] == pytest.approx(asked[3], rel=0.1)  # the first asks of every name are over
    assert sum(counted) <= 1.05 * 4 * allowance


def test_the_learnt_strategy_sees_how_many_drafts_a_day_brings(papers: tuple[Paper, ...]) -> None:
    days = (date(2025, 10, 4).toordinal(), date(2025, 10, 8).toordinal())
    learnt = strategies.replay(papers, days, ("learnt",), 1.0, 0, lambda name, done, of: None)["learnt"]
    arrivals = Counter(int(outcome.arrival.at // DAY) for outcome in learnt.outcomes)
    most, fewest = max(arrivals, key=arrivals.__getitem__), min(range(days[0], days[1] + 1), key=arrivals.__getitem__)
    late = {day: learnt.paces[day * DAY + 20 * HOUR] for day in (most, fewest)}
    assert late[most] > 1.5 * late[fewest]
    assert all(0.4 <= pace <= 2.5 for pace in learnt.paces.values())


def test_drafts_appear_at_the_hours_of_the_profile(papers: tuple[Paper, ...]) -> None:
    morning = tuple(24.0 if hour == 9 else 0.0 for hour in range(24))
    arrivals = Future(papers, 0, morning).on(DAYS[1])
    assert {int(arrival.at % DAY // HOUR) for arrival in arrivals} == {9}


def test_the_limit_and_the_yardstick_are_below_what_was_reached(played: dict[str, Played]) -> None:
    told = summary(played["learnt"])
    assert told["limit_hours"] < told["yardstick_hours"] < 1.2 * told["mean_hours"]
    usual = summary(played["two-frequency"])
    assert usual["yardstick_hours"] == pytest.approx(usual["mean_hours"])


# --- the command


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    code = cli.run(["replay", *options])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_json_prints_one_object_and_nothing_else(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plain = tmp_path / "index.json"
    plain.write_bytes(gzip.decompress(FILE.read_bytes()))
    picture = tmp_path / "delays.png"
    code, out, err = run(
        capsys, "--index", str(plain), "--from", "2025-10-04", "--to", "2025-10-06", "--json", "--plot", str(picture)
    )
    told = json.loads(out)
    assert (code, err, list(told)) == (0, "", ["two-frequency", "learnt"])
    keys = {
        "heads",
        "arrivals",
        "mean_hours",
        "median_hours",
        "p90_hours",
        "p99_hours",
        "max_hours",
        "missed",
        "kinds",
        "yardstick_hours",
        "limit_hours",
    }
    assert all(set(of) == keys for of in told.values())
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_table_shows_each_kind_of_arrival(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "--index", str(FILE), "--from", "2025-10-04", "--to", "2025-10-06", "--strategy", "two-frequency"
    )
    assert code == 0
    assert "new number above the frontier" in out
    assert "learnt" not in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--index", "/nowhere.json", "--from", "2025-01-01", "--to", "2025-01-02"], "/nowhere.json cannot be read"),
        (["--index", str(FILE), "--from", "2025-02-01", "--to", "2025-01-02"], "--from 2025-02-01 is after --to"),
        (["--index", str(FILE), "--from", "2035-01-01", "--to", "2035-01-02"], "none appears from 2035-01-01"),
        (["--index", __file__, "--from", "2025-01-01", "--to", "2025-01-02"], "is not an index"),
    ],
)
def test_what_cannot_be_replayed_is_refused_in_a_line(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    code, out, err = run(capsys, *options)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err


def test_a_picture_without_matplotlib_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    days = ("--from", "2025-10-04", "--to", "2025-10-06")
    code, out, err = run(capsys, "--index", str(FILE), *days, "--plot", str(tmp_path / "a.png"))
    assert (code, out) == (1, "")
    assert f"Install it with `{sys.executable} -m pip install matplotlib`" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "needs 24 numbers"),
        (str([0] * 24), "needs 24 numbers"),
        (str([1] * 23 + [-1]), "needs 24 numbers, one for each hour of the day (UTC), none of them negative"),
        ("{}", "is not a JSON list of 24 numbers"),
        (None, "cannot be read"),
    ],
)
def test_hours_that_are_none_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "hours.json"
    if text is not None:
        file.write_text(text)
    days = ("--from", "2025-10-04", "--to", "2025-10-06")
    code, out, err = run(capsys, "--index", str(FILE), *days, "--hours", str(file))
    assert (code, out) == (1, "")
    assert f"{file} {said}" in err


@pytest.mark.parametrize(
    "options",
    [
        ["--from", "2025-01-01", "--to", "2025-01-02"],
        ["--index", "x", "--from", "soon", "--to", "2025-01-02"],
        ["--index", "x", "--from", "2025-01-01", "--to", "2025-01-02", "--share", "0"],
        ["--index", "x", "--from", "2025-01-01", "--to", "2025-01-02", "--strategy", "luck"],
    ],
)
def test_a_wrong_option_is_no_command_line(options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run(["replay", *options])
    assert ended.value.code == 2


def test_before_anything_is_known_nothing_is_asked_and_all_is_missed() -> None:
    papers = (a_paper(2, 0, date=date(2025, 1, 5)), a_paper(3, 0, date=date(2025, 1, 6)))
    days = (date(2025, 1, 1).toordinal(), date(2025, 1, 7).toordinal())
    played = strategies.replay(papers, days, strategies.STRATEGIES, 1.0, 0, lambda name, done, of: None)
    for one in played.values():
        assert sum(one.heads.values()) == 0
        assert any(outcome.missed for outcome in one.outcomes)

"""An hour in virtual time, with all pauses as they are by default: Slack is away, or the clock is wrong."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.chaos.interleaving.__main__ import a_database
from tests.chaos.interleaving.network import Weather
from tests.chaos.interleaving.notices import Told
from tests.chaos.interleaving.perils import Perils
from tests.chaos.interleaving.plot import CHANNEL
from tests.chaos.interleaving.run import Run, unhurried
from tests.clusters import Cluster

HOUR = 3600.0
ONE_TRY = 90.0
"""Virtual seconds: a Slack that is away is tried once a minute, more or less."""

ONE_ROUND = 3000.0
"""Virtual seconds in which every name is asked for, at least, and the index."""

OLD = {f"P{number:04d}R0": f"Writer{number} of old" for number in range(1, 7)}


@pytest.fixture
def run(cluster: Cluster) -> Iterator[Run]:
    """A service that has begun, in good weather, in which nobody is killed. U1 watches for Ada."""
    with a_database(cluster) as dsn:
        run = Run(1, dsn, unhurried())
        run.engine.perils = Perils(kill=0.0, cut=0.0, most=0)
        run.network.weather = Weather()
        publish(run, OLD)
        run.start()
        assert run.engine.run_until(lambda: len(run.engine.kinds()) == 7, 60)
        watching = run.command("U1", "Ada", add=True)
        assert run.engine.run_until(watching, 60)
        assert run.engine.run_until(lambda: run.health()["status"] == "ok", 60)
        yield run
        run.end()


def publish(run: Run, papers: dict[str, str]) -> None:
    link = "https://wg21.link/x"
    entries = {
        id: {"type": "paper", "title": id.lower(), "date": "2025-11-01", "link": link, "author": author}
        for id, author in papers.items()
    }
    run.set_index(entries)


def news(run: Run, papers: dict[str, str], place: int) -> set[Told]:
    """A paper of Ada's, too far from all others to be a frontier, and a draft: what must be said about them."""
    paper, draft = f"P{1000 + 97 * place}R0", f"D001{place}R0"
    papers[paper] = "Ada Lovelace"
    publish(run, papers)
    run.put_draft(f"{draft}.pdf")
    return {Told("D0U1", "new paper", paper), Told(CHANNEL, "new draft", draft)}


def is_told(run: Run, must: set[Told], limit: float) -> None:
    run.engine.run_until(lambda: must == run.told().keys(), limit)
    assert run.told() == dict.fromkeys(must, 1)


@pytest.mark.long
def test_a_slack_that_is_away_for_an_hour_gets_everything_once(run: Run) -> None:
    papers = dict(OLD)
    must: set[Told] = set()
    run.network.weather = Weather(slack_is_away=True)
    for place in range(4):
        must |= news(run, papers, place)
        run.engine.run_for(HOUR / 4)  # the index is read every ten minutes
        health = run.health()
        assert health["status"] == "degraded"
        assert any(reason.startswith("Slack has been unreachable since 2025-11-21T12:") for reason in health["reasons"])
    run.engine.run_for(HOUR / 2)
    notifier = run.health()["actors"]["notifier"]
    assert notifier["queued"] + notifier["sending"] > 4  # two drafts may be told in one message
    assert not run.told()
    run.network.weather = Weather()
    is_told(run, must, ONE_TRY)
    run.engine.run_for(HOUR)
    assert run.told() == dict.fromkeys(must, 1)
    assert run.health()["status"] == "ok"


@pytest.mark.long
def test_a_clock_that_is_set_back_and_forth_by_an_hour_delays_nothing(run: Run) -> None:
    papers = dict(OLD)
    must: set[Told] = set()
    for place, hours in enumerate((-1, 1, 1, -1)):
        run.engine.skew += timedelta(hours=hours)
        run.engine.run_for(1.0)
        must |= news(run, papers, place)
        is_told(run, must, ONE_ROUND)
        assert run.health()["status"] == "ok"
    run.engine.run_for(HOUR)
    assert run.told() == dict.fromkeys(must, 1)

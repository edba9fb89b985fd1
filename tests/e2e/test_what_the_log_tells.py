"""What a newcomer reads after the banner, and that the end of each outage is told as its beginning is."""

import re
from collections.abc import Callable, Iterator

import pytest

from actors.runtime.engine.bases import SIMPLE, TCP
from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import FixedReply
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.e2e.service import Service, wait_for
from tests.e2e.staged import TWENTY_PAPERS, on_stage

MOST_SLOW_TURNS = 10
"""Each takes a second or more, as any turn does in which a process stands still."""

pytestmark = pytest.mark.bases(SIMPLE, TCP)


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(TWENTY_PAPERS)
        yield client


@pytest.fixture
def service(make_service: Callable[..., Service], base: str, stage: StageClient) -> Service:
    made = on_stage(make_service, base, stage, prober={"min_revisit": "2s", "requests_per_hour": 1_500_000})
    made.start()
    return made


def level_of(service: Service, words: str, before: str = "") -> str:
    """The level of the line that has these words, once there is one; `before` them, what this pattern matches."""
    line = re.compile(rf"^\S+Z (\w+) +\S+: .*{before}{re.escape(words)}", re.M)
    found = wait_for(lambda: line.search(service.said()))
    return str(found[1])


def test_after_the_banner_it_says_what_was_fetched_what_is_asked_for_and_when_it_goes_on(
    service: Service, base: str
) -> None:
    assert level_of(service, "wg21.link: the index has 20 entries: 20 added, 0 changed") == "INFO"
    assert level_of(service, "the next fetch is at ") == "INFO"
    assert level_of(service, " paper numbers are asked for, ") == "INFO"
    said = service.said()
    assert re.search(r"  page      http://127\.0\.0\.1:\d+/\n  health    http://127\.0\.0\.1:\d+/health\n", said)
    assert re.search(r" requests an hour on average, the next at \d\d:\d\d:\d\d UTC$", said, re.M)
    if base == SIMPLE:  # else others than the front write it
        assert said.index("Ctrl-C stops it.") < said.index(" paper numbers are asked for, ")
    assert service.terminate() == 0
    assert level_of(service, "Callboard stops: it was asked to (SIGTERM)") == "WARNING"
    assert level_of(service, "Callboard has stopped, after running for ") == "WARNING"
    slow_turns = re.findall(r" WARNING .* kept its turn for \d+ ms", said)
    assert len(slow_turns) <= MOST_SLOW_TURNS, slow_turns


@pytest.mark.long
def test_the_end_of_an_outage_is_told_as_its_beginning_is(service: Service, stage: StageClient) -> None:
    level_of(service, " paper numbers are asked for, ")

    stage.fault(Site.INDEX, FixedReply(status=503))
    began = level_of(service, "HTTP 503 from 127.0.0.1; what is stored stays in use, next try in ")
    stage.clear_faults()
    assert level_of(service, "wg21.link: all is well again, after ") == began == "WARNING"

    stage.fault(Site.PAPERS, FixedReply(status=500))
    began = level_of(service, "since ", before="(has not answered|have been errors) ")
    stage.clear_faults()
    assert level_of(service, "over, after ") == began == "WARNING"

    stage.fault(Site.SLACK, FixedReply(status=500))
    stage.put_draft("D0007R1.pdf")
    began = level_of(service, "does not accept messages; they stay queued: ")
    stage.clear_faults()
    assert level_of(service, "accepts messages again") == began == "WARNING"

    (postmaster,) = service.database_processes()
    postmaster.kill()
    began = level_of(service, "the embedded PostgreSQL has ended and is being started again")
    assert level_of(service, "the embedded PostgreSQL is running again, after ") == began == "WARNING"
    assert "Traceback" not in service.said()

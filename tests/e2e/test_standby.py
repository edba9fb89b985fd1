"""Two instances on one database, on both bases: one leads, the other stands by; nothing lost, nothing twice."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime

import psutil
import psycopg2
import pytest
import yaml

from actors.runtime.engine.bases import TCP
from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import Hang
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from tests.e2e.service import LIMIT, Service, resume, suspended, url_of, wait_for
from tests.e2e.staged import on_stage
from tests.sql import rows

INDEX = {
    f"P{number:04d}R{revision}": {
        "type": "paper", "title": f"Paper {number}", "author": "Ada Lovelace", "date": "2015-01-01",
        "long_link": f"https://example.org/p{number:04d}r{revision}.html",
    }
    for number, revision in ((23, 10), *((number, 0) for number in range(50, 76)))
}  # fmt: skip
"""Few papers, and few names to ask for: two instances that have much to do are late with their leases on a machine that
has more to do."""

LASTS = 5
"""Seconds for which a lease is left by who is killed. What comes then takes as long as the machine is busy."""

RESUMED = 180.0
"""Seconds until one that was paused has found out, and its actors have left."""


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(INDEX)
        yield client


@pytest.fixture
def make_instance(
    database: str, stage: StageClient, make_service: Callable[..., Service], base: str
) -> Callable[[], Service]:
    """One more instance on this test's database and stage, not yet started. It ends before they do."""

    def make() -> Service:
        prober = {"min_revisit": "3s", "requests_per_hour": 200_000}
        made = on_stage(make_service, base, stage, prober=prober, slack={"quiet_period": "2s", "timeout": "30s"})
        made.environment["DATABASE_URL"] = url_of(database)
        return made

    return make


@pytest.fixture
def pair(make_instance: Callable[[], Service]) -> tuple[Service, Service]:
    """A leader that has its index, and a standby."""
    leader, standby = make_instance(), make_instance()
    leader.start()
    wait_for(lambda: status(leader) == "ok")
    standby.start()
    wait_for(lambda: status(standby) == "standby")
    return leader, standby


def status(service: Service) -> str | None:
    health = service.health()
    return None if health is None else str(health["status"])


def epoch(database: str) -> int:
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT epoch FROM lease.leadership")
        (found,) = cursor.fetchone() or (0,)
    connection.close()
    return int(found)


def processes(service: Service) -> list[psutil.Process]:
    assert service.front is not None
    return [psutil.Process(service.front.pid), *service.actor_processes()]


def kill_all(service: Service) -> None:
    """As if its machine were gone."""
    for process in processes(service):
        with suppress(psutil.NoSuchProcess):  # one that reads a file may have ended since it was listed
            process.kill()
    assert service.front is not None
    service.front.wait(LIMIT)


def leads(service: Service) -> float:
    """Wait until it leads and every actor answers; the seconds that it took."""
    began = time.monotonic()
    wait_for(lambda: status(service) == "ok")
    return time.monotonic() - began


def texts(stage: StageClient) -> list[str]:
    return sorted(f"{message.channel} {message.payload['text'].split(chr(10))[0]}" for message in stage.messages())


def titled(id: str) -> str:
    return f"C0PAPERS {id} "


def announced(stage: StageClient, id: str) -> int:
    return sum(text.startswith(titled(id)) for text in texts(stage))


def publish(stage: StageClient, id: str) -> None:
    stage.put_draft(f"{id}.pdf", last_modified=datetime.now(UTC))


def test_the_second_one_stands_by_and_says_so(pair: tuple[Service, Service]) -> None:
    leader, standby = pair
    health = standby.health_of_all()
    assert health["reasons"] == []
    assert f":{leader.data_dir} (process" in health["leader"]
    assert set(health["actors"]) == {"lease", "health"}
    assert health["actors"]["lease"]["role"] == "standby"
    assert "as a standby" in standby.said()
    refused = standby.command("watch", "--user", "U1", "add", "author:Niebler")
    assert refused.returncode == 1
    assert "this instance is a standby" in refused.stderr
    assert str(leader.data_dir) in refused.stderr
    assert "standby" in standby.command("status").stdout
    assert standby.command("stop").returncode == 0
    assert leader.health_of_all()["actors"]["lease"]["role"] == "leader"


@pytest.mark.long
def test_a_standby_leads_with_the_configuration_that_it_has_loaded_meanwhile(
    pair: tuple[Service, Service], stage: StageClient
) -> None:
    leader, standby = pair
    known = yaml.safe_load(standby.file.read_text())
    known["slack"]["channel"] = "C0OTHER"
    standby.file.write_text(yaml.safe_dump(known))
    wait_for(lambda: "the configuration has changed: slack.channel" in standby.said())
    assert "nothing has changed since" in standby.command("reload").stdout
    kill_all(leader)
    leads(standby)
    publish(stage, "D0060R1")
    wait_for(lambda: any(text.startswith("C0OTHER D0060R1 ") for text in texts(stage)))
    assert announced(stage, "D0060R1") == 0


@pytest.mark.slow
def test_it_takes_over_when_the_first_one_is_killed(
    pair: tuple[Service, Service], stage: StageClient, database: str
) -> None:
    leader, standby = pair
    publish(stage, "D0070R1")
    stage.wait_for(lambda state: len(state.messages) >= 1, LIMIT)
    kill_all(leader)
    lasts = f"epoch > 1 OR expires_at <= clock_timestamp() + interval '{LASTS} s'"
    assert rows(database, f"SELECT {lasts} FROM lease.leadership") == [(True,)]
    took = leads(standby)
    assert epoch(database) == 2
    print(f"took over after {took:.1f} s")
    publish(stage, "D0023R11")
    stage.wait_for(lambda state: len(state.messages) >= 2, LIMIT)
    assert [announced(stage, id) for id in ("D0070R1", "D0023R11")] == [1, 1]
    leader.start()
    wait_for(lambda: status(leader) == "standby")
    assert "this instance leads" in standby.said()


@pytest.mark.long
def test_it_takes_over_at_once_when_the_first_one_stops(pair: tuple[Service, Service], database: str) -> None:
    leader, standby = pair
    assert leader.terminate() == 0
    assert rows(database, "SELECT epoch > 1 OR expires_at <= clock_timestamp() FROM lease.leadership") == [(True,)]
    leads(standby)
    assert epoch(database) == 2


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.bases(TCP)
def test_one_that_was_only_paused_writes_and_posts_nothing(
    pair: tuple[Service, Service], stage: StageClient, database: str
) -> None:
    leader, standby = pair
    asleep = processes(leader)
    publish(stage, "D0070R1")
    asleep = suspended(asleep)
    leads(standby)
    stage.wait_for(lambda state: len(state.messages) >= 1, LIMIT)
    publish(stage, "D0023R11")
    stage.wait_for(lambda state: len(state.messages) >= 2, LIMIT)
    resume(asleep)
    wait_for(lambda: status(leader) == "standby", RESUMED)
    publish(stage, "D0066R1")
    stage.wait_for(lambda state: len(state.messages) >= 3, LIMIT)
    assert [announced(stage, id) for id in ("D0070R1", "D0023R11", "D0066R1")] == [1, 1, 1]
    assert len(stage.messages()) == 3
    assert epoch(database) == 2
    assert "the lease is lost" in leader.said()
    assert leader.terminate() == 0
    wait_for(lambda: status(standby) == "ok")


@pytest.mark.long
@pytest.mark.slow
def test_a_post_on_its_way_in_a_leader_that_is_paused_is_settled_by_the_next_one(
    pair: tuple[Service, Service], stage: StageClient
) -> None:
    leader, standby = pair
    stage.fault(Site.SLACK, Hang(), times=1, only="chat.postMessage", acts_first=True)
    publish(stage, "D0070R1")
    stage.wait_for(lambda state: len(state.messages) >= 1, LIMIT)
    asleep = suspended(processes(leader))
    leads(standby)
    wait_for(lambda: counters(standby).get("found_in_history") == 1)
    resume(asleep)
    wait_for(lambda: status(leader) == "standby", RESUMED)
    publish(stage, "D0023R11")
    stage.wait_for(lambda state: len(state.messages) >= 2, LIMIT)
    assert [announced(stage, id) for id in ("D0070R1", "D0023R11")] == [1, 1]
    assert len(stage.messages()) == 2


def counters(service: Service) -> dict[str, int]:
    health = service.health()
    return {} if health is None else dict(health["actors"].get("notifier", {}).get("counters", {}))


@pytest.mark.long
def test_the_same_instance_need_not_wait_for_its_own_lease(make_instance: Callable[[], Service], database: str) -> None:
    service = make_instance()
    service.start()
    wait_for(lambda: status(service) == "ok")
    kill_all(service)
    before = time.monotonic()
    service.start()
    wait_for(lambda: status(service) == "ok")
    assert epoch(database) == 2
    print(f"started again in {time.monotonic() - before:.1f} s")
    assert service.said().count("as a standby") == 0


@pytest.mark.long
@pytest.mark.slow
def test_a_leader_whose_actors_are_all_stopped_is_cut_off_in_the_middle_of_a_transaction(
    pair: tuple[Service, Service], stage: StageClient, database: str
) -> None:
    leader, standby = pair
    writer = psycopg2.connect(database)
    with writer.cursor() as cursor:
        cursor.execute("SELECT lease.fence(1)")
        suspended(processes(leader))
        leads(standby)
        with pytest.raises(psycopg2.OperationalError):
            cursor.execute("SELECT 1")
    writer.close()
    assert re.search(r"ended \d connections of the leader before", standby.said())
    assert leader.front is not None
    leader.front.send_signal(signal.SIGKILL)

"""The configuration changes while something else is wrong: the database is away or locked, the file of a standby is
bad, two files change at once. On both bases; what was to be told is told once."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest
import yaml

from actors.embedded_postgres.place import place_for, remove_sheltered
from actors.embedded_postgres.server import EmbeddedServer
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.world.state import STAGE_TOKEN
from tests.clusters import FAST, Cluster
from tests.e2e.reloading import OPERATORS, change, problems, states, told
from tests.e2e.service import LIMIT, Service, resume, suspended, url_of, wait_for
from tests.e2e.staged import TWENTY_PAPERS, on_stage

pytestmark = pytest.mark.long

AWAY_SECONDS = 8
"""Longer than any call to the database is waited for."""


def a_check(name: str) -> dict[str, Any]:
    """Of an address at which nobody listens, each of another path: none is another one renamed."""
    return {"name": name, "url": f"http://127.0.0.1:9/{name}", "interval": "1s", "failure_threshold": 1}


@pytest.fixture
def stage() -> Iterator[StageClient]:
    with running_stage() as client:
        client.set_index(TWENTY_PAPERS)
        yield client


@pytest.fixture
def make_instance(
    make_service: Callable[..., Service], base: str, stage: StageClient, database: str
) -> Callable[[], Service]:
    """One more service on this test's database, not yet started."""

    def make() -> Service:
        made = on_stage(
            make_service,
            base,
            stage,
            slack={"ops_channel": OPERATORS, "ops_after": "30s"},
            index={"interval": "1h"},
            prober={"enabled": False},
            checks=[a_check("first")],
        )
        made.environment["DATABASE_URL"] = url_of(database)
        return made

    return make


@pytest.fixture
def service(make_instance: Callable[[], Service], stage: StageClient) -> Service:
    """With one check, which is down."""
    made = make_instance()
    made.start()
    wait_for(lambda: down(stage) == ["first"], LIMIT)
    return made


def down(stage: StageClient) -> list[str]:
    """The checks of which operators heard that they are down, in their order."""
    return [text.partition(" ")[0] for text in told(stage) if " is down: " in text]


def gone(stage: StageClient) -> list[str]:
    """Those of which they heard that they are no longer checked."""
    return [text.partition(" ")[0] for text in told(stage) if " is no longer checked" in text]


def has_changed(service: Service, name: str) -> bool:
    """Whether the log says that a check was added."""
    return f"check added ({name})" in service.said()


@contextmanager
def locked(dsn: str, table: str) -> Iterator[None]:
    """Another session has it to itself."""
    with closing(psycopg2.connect(dsn)) as session, session.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        session.rollback()


def is_settled(service: Service, stage: StageClient, *names: str) -> None:
    """The last check is known, each was told once, and health is well."""
    wait_for(lambda: sorted(down(stage)) == sorted(names), LIMIT)
    wait_for(lambda: set(states(service)) == {names[-1]}, LIMIT)
    wait_for(lambda: gone(stage) == list(names[:-1]), LIMIT)
    wait_for(lambda: service.health_of_all()["status"] == "ok", LIMIT)
    assert "was restarted" not in " ".join(told(stage))
    assert "Traceback" not in service.said()


@pytest.mark.parametrize("table", ["checks.checks", "checks.results"])
def test_while_another_session_holds_a_lock(service: Service, stage: StageClient, database: str, table: str) -> None:
    with locked(database, table):
        change(service, checks=[a_check("second")])
        wait_for(lambda: has_changed(service, "second"), LIMIT)
        time.sleep(AWAY_SECONDS)  # not to wait for anything: this is the trouble
        change(service, checks=[a_check("third")])
        wait_for(lambda: has_changed(service, "third"), LIMIT)
        assert "third" not in down(stage)
    wait_for(lambda: "third" in down(stage), LIMIT)
    is_settled(service, stage, *(["first", "third"] if "second" not in down(stage) else ["first", "second", "third"]))


@pytest.fixture
def server(cluster: Cluster, tmp_path: Path) -> Iterator["OwnPostgres"]:
    own = OwnPostgres(cluster, tmp_path / "postgres" / "data")
    yield own
    own.server.stop()
    remove_sheltered(own.data)


class OwnPostgres:
    """A server of this test, which it can stop."""

    def __init__(self, cluster: Cluster, data: Path) -> None:
        cluster.copy_to(data)
        self.data = data
        self.start()

    def start(self) -> None:
        """Start, or start again."""
        self.server = EmbeddedServer.start(self.data, settings=FAST)

    def processes(self) -> list[psutil.Process]:
        """The first one, and its children."""
        first = psutil.Process(int((place_for(self.data).data / "postmaster.pid").read_text().split()[0]))
        return [first, *first.children(recursive=True)]


def test_while_postgresql_is_away(
    make_instance: Callable[[], Service], stage: StageClient, server: OwnPostgres
) -> None:
    service = make_instance()
    service.environment["DATABASE_URL"] = url_of(server.server.dsn)
    service.start()
    wait_for(lambda: down(stage) == ["first"], LIMIT)
    server.server.stop()
    change(service, checks=[a_check("second")])
    wait_for(lambda: has_changed(service, "second"), LIMIT)
    time.sleep(AWAY_SECONDS)  # not to wait for anything: this is the trouble
    server.start()
    is_settled(service, stage, "first", "second")


def test_while_postgresql_does_not_answer(
    make_instance: Callable[[], Service], stage: StageClient, server: OwnPostgres
) -> None:
    service = make_instance()
    service.environment["DATABASE_URL"] = url_of(server.server.dsn)
    service.start()
    wait_for(lambda: down(stage) == ["first"], LIMIT)
    stopped = suspended(server.processes())
    try:
        change(service, checks=[a_check("second")])
        wait_for(lambda: has_changed(service, "second"), LIMIT)
        time.sleep(AWAY_SECONDS)  # not to wait for anything: this is the trouble
    finally:
        resume(stopped)
    is_settled(service, stage, "first", "second")


def test_a_standby_with_a_bad_file_does_not_start_and_one_whose_file_becomes_bad_leads_with_the_last_good_one(
    make_instance: Callable[[], Service], service: Service, stage: StageClient
) -> None:
    standby = make_instance()
    good = standby.file.read_text()
    bad = good.replace("interval: 1s", "intervals: 1s")
    standby.file.write_text(bad)
    standby.launch()
    wait_for(standby.front_ended, LIMIT)
    assert "checks: first: intervals: unknown key; did you mean interval?" in standby.said()
    assert service.health_of_all()["status"] == "ok"
    standby.file.write_text(good)
    standby.start()
    wait_for(lambda: (standby.health() or {}).get("status") == "standby", LIMIT)
    standby.file.write_text(bad)
    wait_for(lambda: "configuration not taken over" in standby.said(), LIMIT)
    assert service.terminate() == 0
    wait_for(lambda: "config_refused" in problems(standby), LIMIT)
    wait_for(lambda: states(standby) == {"first": "down"}, LIMIT)
    assert down(stage) == ["first"]
    standby.file.write_text(good)
    wait_for(lambda: problems(standby) == {}, LIMIT)
    change(standby, checks=[a_check("second")])
    is_settled(standby, stage, "first", "second")


def test_a_secret_and_a_file_of_checks_that_change_at_the_same_time(
    make_instance: Callable[[], Service], stage: StageClient, tmp_path: Path
) -> None:
    new = "xoxb-the-new-one-0123456789"
    service = make_instance()
    secret, checks = tmp_path / "token", tmp_path / "checks.yaml"
    secret.write_text(STAGE_TOKEN)
    checks.write_text(yaml.safe_dump([a_check("first")]))
    del service.environment["CALLBOARD_SLACK__BOT_TOKEN"]
    change(service, slack={"bot_token_file": str(secret)}, checks=[str(checks)])
    service.start()
    wait_for(lambda: down(stage) == ["first"], LIMIT)
    stage.set_token(new)
    for path, text in ((secret, new), (checks, yaml.safe_dump([a_check("second")]))):
        path.with_suffix(".new").write_text(text)
        path.with_suffix(".new").replace(path)
    wait_for(lambda: has_changed(service, "second"), LIMIT)
    is_settled(service, stage, "first", "second")
    assert STAGE_TOKEN not in service.said()
    assert new not in service.said()

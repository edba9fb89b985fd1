"""What all tests share: one embedded PostgreSQL for the session, a fresh database for who asks, the two bases."""

import time
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import psycopg2
import psycopg2.errors
import psycopg2.extensions
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from actors.embedded_postgres.place import remove_sheltered
from actors.embedded_postgres.server import EmbeddedServer
from actors.runtime.os.system import SIMPLE, TCP

hypothesis_settings.register_profile("callboard", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("callboard")
"""How fast the machine is that runs them is no property of what they test."""


class _FaultsTogether(LoadFileScheduling):
    """A file's tests run in one process, and those of all faults in one: they share two services."""

    def _split_scope(self, nodeid: str) -> str:
        return "faults" if "/test_faults_" in nodeid else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """How tests are handed out to processes."""
    return _FaultsTogether(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test has printed travels from its process to the one that reports: lone surrogates cannot."""
    report = yield
    report.sections = [(name, said.encode(errors="backslashreplace").decode()) for name, said in report.sections]
    return report


FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A real server for the session."""
    directory = tmp_path_factory.mktemp("postgres")
    server = EmbeddedServer.start(directory, settings=FAST)
    yield server
    server.stop()
    remove_sheltered(directory)


@pytest.fixture
def database(postgres: EmbeddedServer) -> Iterator[str]:
    """The dsn of a database that nobody has used, and that goes with its test."""
    name = f"test_{uuid.uuid4().hex}"
    outside_a_transaction(postgres.dsn, f'CREATE DATABASE "{name}"')
    yield psycopg2.extensions.make_dsn(postgres.dsn, dbname=name)
    drop(postgres.dsn, name)


def drop(dsn: str, name: str) -> None:
    """The server waits for 5 s until those that it ends have ended, which on a busy machine may take longer."""
    deadline = time.monotonic() + 120
    while True:
        try:
            outside_a_transaction(dsn, f'DROP DATABASE "{name}" WITH (FORCE)')
            return
        except psycopg2.errors.ObjectInUse:
            assert time.monotonic() < deadline


def outside_a_transaction(dsn: str, statement: str) -> None:
    connection = psycopg2.connect(dsn)
    try:
        connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


@pytest.fixture(params=[SIMPLE, TCP])
def base(request: pytest.FixtureRequest) -> str:
    """Each of the two bases."""
    return str(request.param)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory of its own."""
    yield tmp_path / "data"
    remove_sheltered(tmp_path / "data")

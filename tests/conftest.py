"""What all tests share: one embedded PostgreSQL for the session, a fresh database for each test, the two bases."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.remote import Producer

from actors.embedded_postgres.place import remove_sheltered
from actors.embedded_postgres.server import EmbeddedServer
from actors.runtime.engine.bases import SIMPLE, TCP
from tests.clusters import FAST, Cluster, Databases, cluster_in
from tests.dividing import Shares, mark_other_bases, rank

for _profile, _examples in (("full", 100), ("light", 20)):
    hypothesis_settings.register_profile(
        _profile, deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=_examples
    )
hypothesis_settings.load_profile("full")
"""How fast the machine is that runs them is no property of what they test. `light` is what `make test` asks for."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is long is marked so; what is slow comes first, for nothing should wait for it in the end."""
    mark_other_bases(items)
    items.sort(key=rank)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares | None:
    """How tests are handed out to processes."""
    return Shares(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test has printed travels from its process to the one that reports: lone surrogates cannot."""
    report = yield
    report.sections = [(name, said.encode(errors="backslashreplace").decode()) for name, said in report.sections]
    return report


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Cluster:
    """One for all processes of a run."""
    own = tmp_path_factory.getbasetemp()
    return cluster_in(own.parent if hasattr(request.config, "workerinput") else own)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[Databases]:
    """Those of a real server for the session."""
    directory = tmp_path_factory.mktemp("postgres") / "data"
    cluster.copy_to(directory)
    server = EmbeddedServer.start(directory, settings=FAST)
    yield Databases(server.dsn)
    server.stop()
    remove_sheltered(directory)


@pytest.fixture
def schemas() -> frozenset[str]:
    """Whose tables the test's database has from the start."""
    return frozenset()


@pytest.fixture
def database(databases: Databases, schemas: frozenset[str]) -> Iterator[str]:
    """The dsn of a database that nobody has used, and that goes with its test."""
    with databases.one(schemas) as dsn:
        yield dsn


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """The dsn of a database without a table, whatever others begin with."""
    with databases.one(frozenset()) as dsn:
        yield dsn


@pytest.fixture(params=[SIMPLE, TCP])
def base(request: pytest.FixtureRequest) -> str:
    """Each of the two bases. All but one of them are long, unless the test is marked `bases`."""
    return str(request.param)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory of its own."""
    yield tmp_path / "data"
    remove_sheltered(tmp_path / "data")

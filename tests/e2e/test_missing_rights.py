"""A database that refuses its user says so in a sentence with what to do, and never in a trace."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import psycopg2
import pytest
from psycopg2 import sql

from actors.front.database.schemas import packages
from actors.runtime.database.connection import Database
from actors.runtime.failures import DatabaseAway, RightMissing
from tests.e2e.service import Service, wait_for
from tests.own_server import OwnServer, binaries_of, own_server

PASSWORD = "passw0rd-of-the-test"
LIMITED, REFUSED_LOGIN = "limited_user", "PostgreSQL cannot be reached: "


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    binaries = binaries_of(18)
    assert binaries is not None
    with own_server(binaries) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Case:
    """What is done to the role `limited_user` and its database of that name, and what is said then."""

    statements: tuple[str, ...]
    words: tuple[str, ...]
    password: str = PASSWORD
    database: str = LIMITED
    as_superuser_there: tuple[str, ...] = ()


CASES = {
    "may create no schema": Case(
        ("REVOKE CREATE ON DATABASE limited_user FROM limited_user",),
        (
            "PostgreSQL refuses: permission denied for database limited_user.",
            "GRANT CREATE ON DATABASE limited_user TO limited_user",
        ),
    ),
    "somebody else's schema": Case(
        (),
        ("permission denied for schema lease.", "have to belong to limited_user"),
        as_superuser_there=("CREATE SCHEMA lease",),
    ),
    "may make no table": Case(
        (),
        ("permission denied for schema lease.", "have to belong to limited_user"),
        as_superuser_there=("CREATE SCHEMA lease", "GRANT USAGE ON SCHEMA lease TO limited_user"),
    ),
    "somebody else's table": Case(
        (),
        ("must be owner of table schema_migrations.", "have to belong to limited_user"),
        as_superuser_there=(
            "CREATE SCHEMA lease AUTHORIZATION limited_user",
            "CREATE TABLE lease.schema_migrations (package text, name text, applied_at timestamptz)",
        ),
    ),
    "may not log in": Case(
        ("ALTER ROLE limited_user NOLOGIN",),
        (REFUSED_LOGIN, 'role "limited_user" is not permitted to log in'),
    ),
    "another password": Case(
        (), (REFUSED_LOGIN, 'password authentication failed for user "limited_user"'), password="another-0ne"
    ),
    "no such database": Case((), (REFUSED_LOGIN, 'database "nothing" does not exist'), database="nothing"),
    "may not connect": Case(
        ("REVOKE CONNECT ON DATABASE limited_user FROM PUBLIC",),
        (REFUSED_LOGIN, 'permission denied for database "limited_user"'),
    ),
    "no connection left": Case(
        ("ALTER ROLE limited_user CONNECTION LIMIT 0",), (REFUSED_LOGIN, "too many connections for role")
    ),
    "TLS wanted": Case((), (REFUSED_LOGIN, "server does not support SSL"), database=f"{LIMITED}?sslmode=require"),
    "read only": Case(
        (),
        ("PostgreSQL refuses: cannot execute", "read-only", "This server takes no changes"),
        as_superuser_there=(
            "CREATE FUNCTION turn_read_only() RETURNS event_trigger LANGUAGE plpgsql"
            " AS 'BEGIN RAISE read_only_sql_transaction USING"
            " MESSAGE = ''cannot execute CREATE SCHEMA in a read-only transaction''; END'",
            "CREATE EVENT TRIGGER read_only ON ddl_command_start EXECUTE FUNCTION turn_read_only()",
        ),
    ),
}


@pytest.fixture
def url_of(server: OwnServer) -> Iterator[Callable[[Case], str]]:
    def make(case: Case) -> str:
        server.database(LIMITED, PASSWORD)
        for statement in case.statements:
            server.do(sql.SQL(statement))
        with closing(psycopg2.connect(server.admin, dbname=LIMITED)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in case.as_superuser_there:
                    cursor.execute(statement)
        return f"postgresql://{LIMITED}:{case.password}@127.0.0.1:{server.port}/{case.database}"

    yield make
    server.drop(LIMITED)


@pytest.mark.parametrize("name", CASES)
def test_what_is_refused_is_said_in_one_line_with_what_to_do(name: str, url_of: Callable[[Case], str]) -> None:
    case = CASES[name]
    database = Database(url_of(case), "lease")
    with pytest.raises(DatabaseAway) as refused:
        database.migrate(packages()["lease"])
    database.close()
    said = str(refused.value)
    assert all(words in said for words in case.words), said
    assert ("\n" in said, "LINE 1" in said, PASSWORD in said) == (False, False, False)
    assert isinstance(refused.value, RightMissing) is (REFUSED_LOGIN not in said)


@pytest.mark.parametrize(
    "name", ["may create no schema", *(pytest.param(name, marks=pytest.mark.long) for name in [*CASES][1:])]
)
def test_a_start_that_is_refused_prints_one_sentence(
    name: str, url_of: Callable[[Case], str], make_service: Callable[..., Service]
) -> None:
    service = make_service()
    service.environment = {"DATABASE_URL": url_of(CASES[name])}
    in_a_sentence(service.command("start"), CASES[name])


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_a_migration_that_is_refused_prints_one_sentence(
    name: str, url_of: Callable[[Case], str], make_service: Callable[..., Service]
) -> None:
    service = make_service()
    service.environment = {"DATABASE_URL": url_of(CASES[name])}
    done = service.command("migrate")
    assert (done.returncode, "Traceback" in done.stderr, len(done.stderr.splitlines())) == (1, False, 1), done.stderr


def in_a_sentence(done: "subprocess.CompletedProcess[str]", case: Case) -> None:
    assert (done.returncode, "Traceback" in done.stderr, PASSWORD in done.stderr) == (1, False, False), done.stderr
    *log, last = done.stderr.splitlines()
    assert last.startswith("callboard: ")
    assert all(words in last for words in case.words), last
    assert not [line for line in log if " ERROR " in line], done.stderr


@pytest.mark.long
def test_a_right_that_is_taken_while_it_runs_is_one_line_and_nothing_is_lost(
    server: OwnServer, url_of: Callable[[Case], str], make_service: Callable[..., Service]
) -> None:
    service = make_service()
    service.environment = {"DATABASE_URL": url_of(Case((), ()))}
    service.start()
    service.carries_out("watch", "--user", "U1", "watch", "author:Niebler")
    there(server, "REVOKE INSERT, UPDATE ON watchlist.entries FROM limited_user")
    wait_for(lambda: is_refused_and_said(service))
    assert "Traceback" not in service.said()
    wait_for(lambda: any("permission denied for table entries" in reason for reason in reasons(service)))
    there(server, "GRANT INSERT, UPDATE ON watchlist.entries TO limited_user")
    service.carries_out("watch", "--user", "U1", "watch", "author:Köppe")
    listed = service.carries_out("watch", "--user", "U1", "watching")
    assert ("Niebler" in listed, "Köppe" in listed) == (True, True)
    wait_for(lambda: "the database can be used again, after " in service.said())
    assert service.terminate() == 0


def is_refused_and_said(service: Service) -> bool:
    """The log is silent about an outage soon after another one."""
    refused = service.command("watch", "--user", "U1", "watch", "author:Köppe")
    assert refused.returncode == 1, refused.stdout
    return "PostgreSQL refuses: permission denied for table entries." in service.said()


def reasons(service: Service) -> list[str]:
    """Why it is degraded, while somebody says so."""
    return list((service.health() or {"reasons": ()})["reasons"])


def there(server: OwnServer, statement: str) -> None:
    with closing(psycopg2.connect(server.admin, dbname=LIMITED)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)

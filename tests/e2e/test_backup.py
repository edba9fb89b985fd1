"""`callboard backup`, `restore`, `migrate` and `psql`, on the embedded server and on servers of operators' own."""

import lzma
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from actors.embedded_postgres.server import EmbeddedServer
from tests.e2e.postgres_helpers import one
from tests.e2e.service import Service
from tests.own_server import OwnServer, binaries_of, own_server

DUMPS = sorted((Path(__file__).parents[1] / "data" / "dumps").glob("*.dump.xz"))
PASSWORD = "a-password-of-24-letters"


@pytest.fixture(scope="module", params=[15, pytest.param(18, marks=pytest.mark.long)])
def server(request: pytest.FixtureRequest) -> Iterator[OwnServer]:
    if (binaries := binaries_of(request.param)) is None:
        pytest.skip(f"PostgreSQL {request.param} is not installed here")
    with own_server(binaries) as running:
        yield running


def refused(service: Service, *words: str) -> str:
    done = service.command(*words)
    assert done.returncode == 1, (done.stdout, done.stderr)
    return done.stderr


def watching(service: Service) -> str:
    return service.carries_out("watch", "--user", "U0ADA", "watching")


def counts(service: Service) -> str:
    return service.carries_out("psql", "SELECT count(*), max(text) FROM watchlist.entries")


def stop(service: Service) -> None:
    service.carries_out("stop")
    service.end()


def a_service_with_a_watcher(make: Callable[..., Service], entry: str = "P2300") -> Service:
    service = make(prober={"enabled": False})
    service.start()
    service.carries_out("watch", "--user", "U0ADA", "watch", entry)
    return service


def test_a_backup_of_the_running_service_brings_back_what_was_lost_since(
    make_service: Callable[..., Service], tmp_path: Path
) -> None:
    service, file = a_service_with_a_watcher(make_service), tmp_path / "x.dump"
    assert str(file) in service.carries_out("backup", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    service.carries_out("watch", "--user", "U0ADA", "unwatch", "P2300")
    assert "a service runs on" in refused(service, "restore", "--replace", str(file))
    assert "a service runs on" in refused(service, "migrate")
    stop(service)
    assert "--replace" in refused(service, "restore", str(file))
    service.carries_out("restore", "--replace", str(file))
    service.start()
    assert "P2300" in watching(service)
    assert list(tmp_path.glob("*.new")) == list(tmp_path.glob(".*.new")) == []


@pytest.mark.long
@pytest.mark.slow
def test_a_backup_moves_to_a_server_of_ones_own_and_back(
    make_service: Callable[..., Service], server: OwnServer, tmp_path: Path
) -> None:
    embedded, file = a_service_with_a_watcher(make_service), tmp_path / "x.dump"
    stop(embedded)
    embedded.carries_out("backup", str(file))

    own = make_service(prober={"enabled": False})
    own.environment = {"DATABASE_URL": server.database("papers", PASSWORD)}
    own.carries_out("restore", str(file))
    own.start()
    assert "P2300" in watching(own)
    assert "stop it and all standbys" in refused(own, "restore", "--replace", str(file))
    assert "stop it and all standbys" in refused(own, "migrate")
    own.carries_out("watch", "--user", "U0ADA", "watch", "P0042")
    server.do("CREATE ROLE reader")
    own.carries_out("psql", "GRANT USAGE ON SCHEMA watchlist TO reader")
    own.carries_out("backup", str(tmp_path / "y.dump"))
    stop(own)

    back = make_service(None, prober={"enabled": False})
    back.carries_out("restore", str(tmp_path / "y.dump"))
    back.start()
    assert all(entry in watching(back) for entry in ("P2300", "P0042"))
    assert one(EmbeddedServer.running(back.data_dir).dsn, "SELECT count(DISTINCT tableowner) FROM pg_tables") == 1  # type: ignore[union-attr]


@pytest.mark.long
def test_a_password_is_in_no_command_line(make_service: Callable[..., Service], server: OwnServer) -> None:
    own = make_service(prober={"enabled": False})
    own.environment = {"DATABASE_URL": server.database("quiet", PASSWORD)}
    own.carries_out("migrate")
    said = own.carries_out("psql", piped="\\! ps -o args= -p $(ps -o ppid= -p $$)\n")
    assert "dbname=quiet" in said
    assert PASSWORD not in said


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.name.removesuffix(".dump.xz"))
def test_the_database_of_a_release_is_upgraded(
    dump: Path, make_service: Callable[..., Service], tmp_path: Path
) -> None:
    service = make_service(None, prober={"enabled": False})
    service.carries_out("restore", str(unpacked(dump, tmp_path)))
    service.start()
    assert all(entry in watching(service) for entry in ("Lovelace", "P0021"))
    kept = service.carries_out("watch", "--user", "U0OLA", "watching")
    assert all(entry in kept for entry in ("Ola Bergström", "LEWG", "P0003"))
    drafts = service.carries_out("drafts")
    assert all(draft in drafts for draft in ("D0007R1", "D0021R1", "A draft of before"))
    stop(service)


@pytest.mark.long
def test_the_oldest_database_is_upgraded_on_a_server_of_ones_own(
    make_service: Callable[..., Service], server: OwnServer, tmp_path: Path
) -> None:
    own = make_service(prober={"enabled": False})
    own.environment = {"DATABASE_URL": server.database("upgraded", PASSWORD)}
    said = own.carries_out("restore", str(unpacked(DUMPS[0], tmp_path)))
    assert "migrations were applied" in said
    assert "up to date" in own.carries_out("migrate")
    own.start()
    assert "Lovelace" in watching(own)
    stop(own)


def test_what_cannot_be_restored_changes_nothing(make_service: Callable[..., Service], tmp_path: Path) -> None:
    service, file = a_service_with_a_watcher(make_service), tmp_path / "x.dump"
    stop(service)
    service.carries_out("backup", str(file))
    before = counts(service)
    half, text, newer = tmp_path / "half.dump", tmp_path / "text.dump", tmp_path / "newer.dump"
    half.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    text.write_text("hello")
    assert "was not restored" in refused(service, "restore", "--replace", str(half))
    assert "is not a backup" in refused(service, "restore", "--replace", str(text))
    missing = refused(service, "restore", "--replace", str(tmp_path / "nothing.dump"))
    assert "nothing.dump was not restored: No such file or directory\n" in missing
    service.carries_out("psql", "INSERT INTO prober.schema_migrations VALUES ('prober', '9999_future.sql')")
    service.carries_out("backup", str(newer))
    service.carries_out("psql", "DELETE FROM prober.schema_migrations WHERE name = '9999_future.sql'")
    assert "is from a newer Callboard" in refused(service, "restore", "--replace", str(newer))
    assert counts(service) == before
    assert "P2300" in before
    assert "no database in" in refused(make_service(None), "backup", str(file))


def unpacked(dump: Path, directory: Path) -> Path:
    made = directory / dump.stem
    made.write_bytes(lzma.decompress(dump.read_bytes()))
    return made

"""Looking up the host of a database without waiting for a name server."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg2.extensions import parse_dsn

from actors.runtime.database.addresses import AddressLookup, AddressUnknown

WAIT = 20.0
"""Seconds that a busy machine may need to start a process."""

SILENT = (sys.executable, "-c", "import time; time.sleep(600)")


def says(*lines: str) -> tuple[str, ...]:
    """A command that prints these lines, whatever it is asked."""
    return (sys.executable, "-c", f"print({chr(10).join(lines)!r})")


@contextmanager
def lookup(dsn: str, *command: str) -> Iterator[AddressLookup]:
    made = AddressLookup(dsn, command) if command else AddressLookup(dsn)
    yield made
    made.close()


@pytest.mark.parametrize(
    "dsn",
    [
        "host=/tmp/socket dbname=x",
        "postgresql://me@127.0.0.1:5433/x",
        "host=::1",
        "dbname=x",
        "host=a hostaddr=10.0.0.1",
    ],
)
def test_an_address_or_a_socket_needs_no_lookup(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGHOST", raising=False)
    with lookup(dsn, *SILENT) as found:
        assert found.dsn(0.0) == dsn


def test_a_real_name_is_found() -> None:
    with lookup("postgresql://me:secret@localhost:5433/x?sslmode=verify-full") as found:
        parameters = parse_dsn(found.dsn(WAIT))
    addresses = parameters.pop("hostaddr").split(",")
    assert set(addresses) <= {"127.0.0.1", "::1"}
    assert parameters.pop("host") == ",".join("localhost" for _ in addresses)
    assert parameters.pop("port") == ",".join("5433" for _ in addresses)
    assert parameters == {"user": "me", "password": "secret", "dbname": "x", "sslmode": "verify-full"}


def test_several_hosts_stand_once_for_each_of_their_addresses_in_order() -> None:
    command = says("address one 10.0.0.1 10.0.0.2", "failed two [Errno -2] not known", "address three fd00::3")
    with lookup("host=one,two,/run/pg,10.9.9.9,three port=1,2,3,4,5", *command) as found:
        parameters = parse_dsn(found.dsn(WAIT))
    assert parameters == {
        "host": "one,one,/run/pg,10.9.9.9,three",
        "hostaddr": "10.0.0.1,10.0.0.2,,10.9.9.9,fd00::3",
        "port": "1,1,3,4,5",
    }


def test_a_name_without_an_address_is_refused_with_the_reason() -> None:
    command = says("failed nowhere [Errno -2] Name or service not known")
    with lookup("host=nowhere", *command) as found, pytest.raises(AddressUnknown) as refused:
        found.dsn(WAIT)
    assert str(refused.value) == "no address for nowhere: [Errno -2] Name or service not known"


def test_a_silent_name_server_costs_no_more_than_the_caller_allows() -> None:
    with lookup("host=silent", *SILENT) as found:
        began = time.monotonic()
        for _ in range(1000):
            with pytest.raises(AddressUnknown):
                found.dsn(0.0)
        assert time.monotonic() - began < 60.0


def test_addresses_that_were_found_count_while_newer_ones_are_looked_up(
    tmp_path: Path,
) -> None:
    answer = tmp_path / "answer"
    answer.write_text("address moves 10.0.0.1")
    command = (sys.executable, "-c", f"print(open({str(answer)!r}).read())")
    with lookup("host=moves", *command) as found:
        assert parse_dsn(found.dsn(WAIT))["hostaddr"] == "10.0.0.1"
        answer.write_text("address moves 10.0.0.2")
        found.refresh()
        deadline = time.monotonic() + WAIT
        while (address := parse_dsn(found.dsn(0.0))["hostaddr"]) == "10.0.0.1":
            assert time.monotonic() < deadline
        assert address == "10.0.0.2"

"""What the tests of the embedded server share."""

import psycopg2

from actors.embedded_postgres.place import Place
from actors.embedded_postgres.process import ServerProcess


def one(dsn: str, query: str) -> object:
    """The first value of the answer, None if there is none."""
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        connection.close()


def postmaster(place: Place) -> int:
    """The process id of the server that runs."""
    process = ServerProcess.found(place.data)
    assert process is not None
    return process.pid

"""What a test asks of a database, or does to it, beside the actors."""

from typing import Any

import psycopg2


def rows(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement, on a connection of its own, for good; the rows it gives, none if it is no query."""
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()

"""Connections of actors that are dead, for those that come after them. To open one costs 10 ms of CPU, and a seed kills
dozens of actors."""

from typing import Any

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE


class SpareConnections:
    """Those of one database, by the schema of their actors."""

    def __init__(self) -> None:
        self._spare: dict[str, list[Any]] = {}

    def give(self, schema: str, connection: Any) -> None:
        """One that is needed no more. It is closed if it is not as it was when it was opened."""
        if connection.closed or connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            connection.close()
        else:
            self._spare.setdefault(schema, []).append(connection)

    def take(self, schema: str) -> Any | None:
        """One that is as if it had just been opened, if there is one."""
        while spare := self._spare.get(schema):
            connection = spare.pop()
            try:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("RESET ALL")
                connection.autocommit = False
            except psycopg2.Error:
                connection.close()
                continue
            return connection
        return None

    def close(self) -> None:
        """Close them."""
        for connections in self._spare.values():
            for connection in connections:
                connection.close()
        self._spare.clear()

"""Run in a mount namespace of its own by test_database: a name server that takes questions and never answers."""

import socket
import subprocess
import sys
import tempfile
import time

from actors.runtime.database.connection import Database
from actors.runtime.failures import DatabaseAway


def main() -> None:
    """Print how many seconds three transactions took that could not begin."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, tempfile.NamedTemporaryFile("w") as configuration:
        server.bind(("127.0.0.53", 53))
        configuration.write("nameserver 127.0.0.53\n")
        configuration.flush()
        subprocess.run(["mount", "--bind", configuration.name, "/etc/resolv.conf"], check=True)
        database = Database("postgresql://me@db.example.org/x", "test")
        database.began()
        for _ in range(3):
            began = time.monotonic()
            try:
                with database.transaction():
                    sys.exit("there is no such database")
            except DatabaseAway:
                print(time.monotonic() - began)
        database.close()


if __name__ == "__main__":
    main()

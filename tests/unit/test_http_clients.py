"""There is one place that makes HTTP clients, so that one rule holds for all of them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

MAKERS = re.compile(
    r"\b(?:ClientSession|TCPConnector|AsyncClient|HTTPTransport|open_connection|create_default_context|urlopen|trust_env"
    r"|create_connection|requests\.get)\b\(?"
)

ALLOWED = ("actors/runtime/http/", "actors/stage/", "actors/checks/kinds/tcp.py", "actors/checks/kinds/mail/")
"""The stage is no client of the service's: it is the world around it, on this machine. Checks of a port and of mail
speak no HTTP."""


def test_only_one_place_makes_connections_for_http() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "actors").rglob("*.py")
        if not str(path.relative_to(ROOT)).startswith(ALLOWED)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if MAKERS.search(line) and not re.search(r"aiohttp\.ClientSession (?:\||:$)|-> aiohttp\.ClientSession:", line)
    ]
    assert found == []

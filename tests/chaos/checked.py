"""The checks of a chaos run: what they check on the stage, how that breaks and is mended, and what must have been told.
Jobs report to others of them (`jobs.py`).

A check is flipped only when all its flips before have been told, and not so often that it flaps: so each flip is one
alert, and nothing else is one. One check runs at a place, so that its results go by the mailbox; another depends on
ANCHOR, which is always well, so that each of its alerts is held until that has run again.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg2
import psycopg2.extensions

from actors.checks.judging.judge import FLAPS
from actors.embedded_postgres.cluster import NAME
from actors.embedded_postgres.place import place_for, socket_dir
from actors.stage.server.client import StageClient
from actors.stage.world.ports import DialogueLine, DialoguePort, NamePort, PagePort, PortScript
from tests.chaos.jobs import JOBS, Push, faults_of_pushes, token_of
from tests.e2e.service import Service

CHECKS_CHANNEL = "C0CHECKS"

ZONE = ("here.example. 60 A 192.0.2.1",)

PAGES = tuple(f"page-{letter}" for letter in "abcde")

PLACE = "here"
AT_A_PLACE = "page-a"
DEPENDENT = "page-b"
ANCHOR = "anchor"

STATES: dict[str, tuple[PortScript, PortScript]] = {
    "dialogue": (
        DialoguePort(steps=(DialogueLine(say=b"220 ready\r\n"),)),
        DialoguePort(steps=(DialogueLine(say=b"554 no\r\n", ends=True),)),
    ),
    "name": (NamePort(zone=ZONE), NamePort(zone=ZONE, rcode="SERVFAIL")),
    **{page: (PagePort(), PagePort(status=503)) for page in PAGES},
}
"""What each check checks, well and broken."""

CHECKED = (*STATES, *JOBS)
"""The checks of what is on the stage, and those that jobs report to."""

MOST_FLIPS = 2 * FLAPS
"""Of one check: later its end would be told only when it has been up for long."""

_TOLD = re.compile(r"chaos/([a-z-]+) is (down:|up again)")


def configured(stage: StageClient) -> list[dict[str, Any]]:
    """The checks as the configuration has them; their ports are open and well."""
    numbers = {name: stage.ports.open(name, well) for name, (well, _) in STATES.items()}
    common = {"group": "chaos", "channel": CHECKS_CHANNEL, "failure_threshold": 2, "success_threshold": 2}
    run = {"interval": "1s", "timeout": "20s"}
    numbers[ANCHOR] = stage.ports.open(ANCHOR, PagePort())
    ways: dict[str, dict[str, Any]] = {
        **{page: {"url": f"http://127.0.0.1:{numbers[page]}/"} for page in (*PAGES, ANCHOR)},
        "dialogue": {"url": f"tcp://127.0.0.1:{numbers['dialogue']}", "dialogue": [{"expect": "^220"}]},
        "name": {"url": f"dns://127.0.0.1:{numbers['name']}/here.example"},
    }
    ways[AT_A_PLACE] |= {"places": [PLACE], "agree": 1}
    ways[DEPENDENT]["depends_on"] = [f"chaos/{ANCHOR}"]
    pushed = [
        {"name": job, **common, "url": "heartbeat://", "token": token_of(job), "period": "1d", "grace": "1d"}
        for job in JOBS
    ]
    return [*({"name": name, **common, **run, **way} for name, way in ways.items()), *pushed]


def flip(stage: StageClient, check: str, flips: int) -> None:
    """Break what is checked on the stage, or mend it: it has been flipped so often before."""
    stage.ports.open(check, STATES[check][(flips + 1) % 2])


def flip_id(check: str, flips: int) -> str:
    """What stands for the alert about the flip after so many others: `page is down (1)`."""
    return f"{check} is {'up' if flips % 2 else 'down'} ({flips // 2 + 1})"


def alerts_in(texts: Iterable[str]) -> Iterator[str]:
    """The alerts among the texts of messages, in their order; one that comes twice counts on."""
    seen: dict[tuple[str, str], int] = {}
    for text in texts:
        if (found := _TOLD.match(text)) is not None:
            key = (found[1], "up" if found[2].startswith("up") else "down")
            seen[key] = seen.get(key, 0) + 1
            yield f"{key[0]} is {key[1]} ({seen[key]})"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResults:
    """How many there are, and what is wrong with them, in words: doubled, lost on the way to their hours, or without
    their changes of state."""

    count: int
    faults: tuple[str, ...]


def stored_results(service: Service, flips: Mapping[str, int], pushes: Iterable[Push]) -> StoredResults:
    """What the tables have after so many flips of each check, and these signals of jobs."""
    place = place_for(service.data_dir)
    with closing(psycopg2.connect(host=str(socket_dir(place)), dbname=NAME, user=NAME)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM checks.results")
            (count,) = cursor.fetchone() or (0,)
            cursor.execute("SELECT key, round(duration * 1000) FROM checks.results WHERE generation = 0")
            stored = Counter((key.removeprefix("chaos/"), int(number)) for key, number in cursor.fetchall())
            return StoredResults(count=count, faults=(*_faults(cursor, flips), *faults_of_pushes(pushes, stored)))


def _faults(cursor: psycopg2.extensions.cursor, flips: Mapping[str, int]) -> Iterator[str]:
    cursor.execute(
        "SELECT key, generation, count(*) FROM checks.results WHERE generation > 0 GROUP BY 1, 2 HAVING count(*) > 1"
    )
    for key, generation, count in cursor.fetchall():
        yield f"the result {generation} of {key} is stored {count} times"
    cursor.execute(
        "SELECT key, raw, runs FROM (SELECT key, count(*) AS raw FROM checks.results GROUP BY key) AS results"
        " FULL JOIN (SELECT key, sum(runs) AS runs FROM checks.hours GROUP BY key) AS hours USING (key)"
        " WHERE raw IS DISTINCT FROM runs"
    )
    for key, raw, runs in cursor.fetchall():
        yield f"{key} has {raw} results, and {runs} in its hours"
    for check in CHECKED:
        cursor.execute("SELECT state FROM checks.transitions WHERE key = %s ORDER BY at", (f"chaos/{check}",))
        states = [state for (state,) in cursor.fetchall()]
        expected = [("up", "down")[number % 2] for number in range(flips.get(check, 0) + 1)]
        # A check that broke before its first run has never been up.
        if states not in (expected, expected[1:]):
            yield f"{check} went through {states}, and should have through {expected}"

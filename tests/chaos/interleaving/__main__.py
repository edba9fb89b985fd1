"""The actors in one process, in virtual time, in many orders.

    make interleavings [SECONDS=60] [SEED=n]

A seed that fails is printed with what was wrong, and can be run again: `SEED=n`, with what happened in it by
`python -m tests.chaos.interleaving --seed n --trace`.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from actors.embedded_postgres.place import remove_sheltered
from actors.embedded_postgres.server import EmbeddedServer
from actors.runtime.os import logs
from tests.chaos.interleaving import oracle
from tests.chaos.interleaving.run import Outcome, Run
from tests.clusters import FAST, Cluster


@contextmanager
def a_database(cluster: Cluster | None = None) -> Iterator[str]:
    """A server without fsync, with the tables of all actors, watched. Its data are a copy of `cluster`, if there is
    one."""
    with tempfile.TemporaryDirectory(prefix="callboard-interleavings-") as directory:
        if cluster is not None:
            cluster.copy_to(Path(directory))
        server = EmbeddedServer.start(Path(directory), settings=FAST)
        try:
            prepare(server.dsn)
            yield server.dsn
        finally:
            server.stop()
            remove_sheltered(Path(directory))


def prepare(dsn: str) -> None:
    """Make the tables, and watch them."""
    oracle.migrate(dsn)
    connection = oracle.connected(dsn)
    with connection.cursor() as cursor:
        oracle.watch(cursor)
    connection.close()


def play(dsn: str, seed: int, trace: bool) -> Outcome:
    """One seed; if it failed, that is printed."""
    run = Run(seed, dsn)
    run.engine.trace = [] if trace else None
    outcome = run.play()
    if trace:
        print("\n".join(run.engine.trace or ()))
    if outcome.problems:
        print(f"seed {seed} failed:", *outcome.problems, sep="\n  ", flush=True)
    return outcome


def play_fresh(dsn: str, end: float, trace: bool) -> Iterator[Outcome]:
    """One seed after the other, from a random one on, until that time of the monotonic clock."""
    seed = random.SystemRandom().randrange(1_000_000)
    while time.monotonic() < end:
        yield play(dsn, seed, trace)
        seed += 1


def report(outcomes: list[Outcome], took: float) -> str:
    """In words."""
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(outcome.counts)
    failed = [str(outcome.seed) for outcome in outcomes if outcome.problems]
    hours = sum(outcome.seconds for outcome in outcomes) / 3600
    lines = [
        f"{len(outcomes)} seeds, {_range(outcomes)}, in {took:.0f} s: {hours:.1f} virtual hours,"
        f" {counts['turns']:,} turns, {sum(outcome.notices for outcome in outcomes):,} notices",
        *(f"  {count:>6,} {what}" for what, count in sorted(counts.items()) if what != "turns"),
        f"failed: {', '.join(failed)}" if failed else "none failed",
    ]
    return "\n".join(lines)


def _range(outcomes: list[Outcome]) -> str:
    return f"{outcomes[0].seed} to {outcomes[-1].seed}" if outcomes else "none"


def main() -> int:
    """1 if a seed failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos.interleaving",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, help="run this one (again)")
    parser.add_argument("--seconds", type=float, default=60.0, help="without a seed: run fresh ones for so long")
    parser.add_argument("--trace", action="store_true", help="print what happens")
    parser.add_argument("--cluster", type=Path, help="begin with a copy of this stopped cluster instead of a new one")
    chosen = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets is part of a seed's order
        os.execve(sys.executable, [*sys.orig_argv], {**os.environ, "PYTHONHASHSEED": "0"})
    logs.logger_of("").setLevel(logging.CRITICAL)
    logging.getLogger(logs.ROOT).setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    began = time.monotonic()
    with a_database(None if chosen.cluster is None else Cluster(chosen.cluster)) as dsn:
        if chosen.seed is not None:
            outcomes = [play(dsn, chosen.seed, chosen.trace)]
        else:
            outcomes = list(play_fresh(dsn, began + chosen.seconds, chosen.trace))
    print(report(outcomes, time.monotonic() - began))
    return 1 if any(outcome.problems for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())

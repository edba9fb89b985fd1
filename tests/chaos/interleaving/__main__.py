"""The actors in one process, in virtual time, in many orders.

    make interleavings [SECONDS=60] [SEED=n] [PROCESSES=2]

A seed that fails is printed with what was wrong, and can be run again: `SEED=n`, with what happened in it by
`python -m tests.chaos.interleaving --seed n --trace`.
"""

import argparse
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from actors.embedded_postgres.place import remove_sheltered
from actors.embedded_postgres.server import EmbeddedServer
from actors.runtime.output import logs
from tests.chaos.interleaving import oracle
from tests.chaos.interleaving.connections import SpareConnections
from tests.chaos.interleaving.run import Outcome, Run
from tests.clusters import FAST, Cluster


@contextmanager
def a_database(cluster: Cluster | None = None) -> Iterator[str]:
    """A server without fsync, with the tables of all actors, watched. Its data are a copy of `cluster`, if there is
    one."""
    with tempfile.TemporaryDirectory(prefix="callboard-interleavings-") as directory:
        if cluster is not None:
            cluster.copy_to(Path(directory))
        server = EmbeddedServer.start(Path(directory), settings={**FAST, "autovacuum": "off"})
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


def play(dsn: str, seed: int, trace: bool, spare: SpareConnections | None = None) -> Outcome:
    """One seed; if it failed, that is printed. `spare` keeps connections for the next one."""
    run = Run(seed, dsn, spare=spare)
    run.engine.trace = [] if trace else None
    outcome = run.play()
    if trace:
        print("\n".join(run.engine.trace or ()))
    if outcome.problems:
        print(f"seed {seed} failed:", *outcome.problems, sep="\n  ", flush=True)
    return outcome


def play_fresh(cluster: Path | None, end: float, trace: bool) -> list[Outcome]:
    """One seed after the other, from a random one on, until that time of the monotonic clock, and one at least; on a
    server of its own, so that several processes can do so at once."""
    outcomes: list[Outcome] = []
    spare = SpareConnections()
    seed = random.SystemRandom().randrange(1_000_000)
    with a_database(None if cluster is None else Cluster(cluster)) as dsn:
        while not outcomes or time.monotonic() < end:
            outcomes.append(play(dsn, seed, trace, spare))
            seed += 1
        spare.close()
    return outcomes


def play_at_once(processes: int, cluster: Path | None, end: float, trace: bool) -> list[Outcome]:
    """Fresh seeds in so many processes: a seed knows nothing of the others."""
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        played = [pool.submit(play_fresh, cluster, end, trace) for _ in range(processes)]
        return [outcome for each in played for outcome in each.result()]


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
    seeds = [outcome.seed for outcome in outcomes]
    first = [seed for seed, before in zip(seeds, [None, *seeds], strict=False) if before is None or seed != before + 1]
    last = [seed for seed, after in zip(seeds, [*seeds[1:], None], strict=True) if after is None or after != seed + 1]
    return " and ".join(f"{begin} to {end}" for begin, end in zip(first, last, strict=True))


def main() -> int:
    """1 if a seed failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos.interleaving",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, help="run this one (again)")
    parser.add_argument("--seconds", type=float, default=60.0, help="without a seed: run fresh ones for so long")
    parser.add_argument("--processes", type=int, default=1, help="without a seed: so many at once")
    parser.add_argument("--trace", action="store_true", help="print what happens")
    parser.add_argument("--cluster", type=Path, help="begin with a copy of this stopped cluster instead of a new one")
    chosen = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets is part of a seed's order
        os.execve(sys.executable, [*sys.orig_argv], {**os.environ, "PYTHONHASHSEED": "0"})
    logs.logger_of("").setLevel(logging.CRITICAL)
    logging.getLogger(logs.ROOT).setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    began = time.monotonic()
    if chosen.seed is not None:
        with a_database(None if chosen.cluster is None else Cluster(chosen.cluster)) as dsn:
            outcomes = [play(dsn, chosen.seed, chosen.trace)]
    else:
        outcomes = play_at_once(chosen.processes, chosen.cluster, began + chosen.seconds, chosen.trace)
    print(report(outcomes, time.monotonic() - began))
    return 1 if any(outcome.problems for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())

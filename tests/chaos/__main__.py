"""`make chaos`: runs of several seeds on both bases, and what came of them. A seed that failed can be run again."""

import argparse
import random
import sys
from collections import Counter

from actors.runtime.engine.bases import SIMPLE, TCP
from tests.chaos.run import Report, played


def main() -> int:
    """0 when nothing was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="run this seed (again); may be given several times")
    parser.add_argument("--seeds", type=int, default=2, help="how many seeds to draw when none is given")
    parser.add_argument("--base", choices=(SIMPLE, TCP), action="append", help="only on this base")
    parser.add_argument("--kills", type=int, default=25, help="kills in one run")
    arguments = parser.parse_args()
    seeds = arguments.seed or [random.SystemRandom().randrange(100_000) for _ in range(arguments.seeds)]
    reports = []
    for seed in seeds:
        for base in arguments.base or (SIMPLE, TCP):
            reports.append(played(seed, base, arguments.kills))
            print(reports[-1].line(), flush=True)
            for what in ("lost", "doubled", "unexpected"):
                for recipient, id in getattr(reports[-1], what):
                    print(f"    {what}: {id} to {recipient}", flush=True)
            for fault in reports[-1].wrong_results:
                print(f"    {fault}", flush=True)
    for base in arguments.base or (SIMPLE, TCP):
        print(summary(base, [report for report in reports if report.base == base]))
    return 0 if all(report.is_clean for report in reports) else 1


def summary(base: str, reports: list[Report]) -> str:
    """All runs of one base in one line."""
    kills = [kill for report in reports for kill in report.kills]
    who = Counter(kill.victim.value for kill in kills)
    close = sum(kill.is_close for kill in kills)
    kinds = ", ".join(f"{count} {name}" for name, count in sorted(who.items()))
    return (
        f"{base}: {len(reports)} seeds, {len(kills)} kills ({kinds}), {close} within 100 ms after a commit or a post;"
        f" notices {sum(report.expected for report in reports)},"
        f" lost {sum(len(report.lost) for report in reports)},"
        f" doubled {sum(len(report.doubled) for report in reports)};"
        f" alerts {sum(report.alerts for report in reports)}, results {sum(report.results for report in reports)},"
        f" wrong {sum(len(report.wrong_results) for report in reports)};"
        f" signals {sum(len(report.pushes) for report in reports)},"
        f" stored for sure {sum(report.answered for report in reports)}"
    )


if __name__ == "__main__":
    sys.exit(main())

"""The command line read: words and options in any order. Pure, but for argparse's own exits on `--help` and errors."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from actors.replay.simulation.strategies import STRATEGIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its words after the name, what it does, and the options that it takes and needs."""

    words: str
    summary: str
    options: frozenset[str]
    required: tuple[str, ...] = ()
    least_words: int = 0
    most_words: int = 0


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "start": Command(words="", summary="run the service (the default)", options=frozenset({"config"})),
        "demo": Command(
            words="",
            summary="a time-lapse on a stand-in world: no network, no Slack",
            options=frozenset({"base", "seconds"}),
        ),
        "status": Command(words="", summary="the health of the running service", options=frozenset({"config", "json"})),
        "watch": Command(
            words="watch|unwatch|watching|help … [WORDS]",
            summary="what a user watches, and every command that users have in Slack",
            options=frozenset({"config", "user", "json"}),
            least_words=1,
            most_words=5000,
        ),
        "drafts": Command(
            words="", summary="the drafts found, newest first", options=frozenset({"config", "json", "limit"})
        ),
        "recent": Command(words="", summary="what happened lately", options=frozenset({"config", "json", "limit"})),
        "letters": Command(
            words="[retry|discard ID]",
            summary="what could not be delivered: dead letters, parked recipients",
            options=frozenset({"config", "json", "limit"}),
            most_words=2,
        ),
        "probing": Command(
            words="[on|off]",
            summary="whether the papers' host is asked; switch it",
            options=frozenset({"config", "json"}),
            most_words=1,
        ),
        "probe": Command(
            words="NAME",
            summary="ask for D1234R0 now; with --explain, what is known of D1234",
            options=frozenset({"config", "json", "explain"}),
            least_words=1,
            most_words=1,
        ),
        "replay": Command(
            words="",
            summary="what each strategy would have found of what really appeared, and when",
            options=frozenset({"index", "from", "to", "strategy", "share", "seed", "json", "plot"}),
            required=("index", "from", "to"),
        ),
        "notify-test": Command(
            words="[CHANNEL]",
            summary="check how Slack is set up, and post one message",
            options=frozenset({"config"}),
            most_words=1,
        ),
        "stop": Command(words="", summary="stop the running service", options=frozenset({"config"})),
        "check-config": Command(
            words="[FILE]",
            summary="check a configuration and print what is in effect",
            options=frozenset({"config"}),
            most_words=1,
        ),
    }
)


_SEPARATES = frozenset(',;\n"')

OPTIONS = (
    "config", "user", "json", "limit", "explain", "base", "seconds",
    "index", "from", "to", "strategy", "share", "seed", "plot",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What was asked for."""

    command: str
    words: tuple[str, ...]
    config: Path | None
    user: str | None
    json: bool
    limit: int
    explain: bool
    base: str | None
    seconds: float | None
    index: Path | None
    first: date | None
    last: date | None
    strategies: tuple[str, ...]
    share: float
    seed: int
    plot: Path | None


def parse(argv: Sequence[str], version: str) -> Arguments:
    """Exits with 2 and a sentence on stderr if the words or options are not of a command."""
    parser = _parser(version)
    found = parser.parse_intermixed_args(list(argv))
    name, *words = found.words or ["start"]
    command = COMMANDS.get(name)
    if command is None:
        parser.error(f"there is no command {name!r}: {', '.join(COMMANDS)}")
    if not command.least_words <= len(words) <= command.most_words:
        parser.error(f"{name}: the words are: run.py {name} {command.words}".rstrip())
    for option in OPTIONS:
        is_given = getattr(found, option) not in (None, False)
        if is_given and option not in command.options:
            parser.error(f"{name} takes no option --{option}")
        if not is_given and option in command.required:
            parser.error(f"{name} needs --{option}")
    return Arguments(
        command=name,
        words=tuple(words),
        config=found.config,
        user=found.user,
        json=found.json,
        limit=found.limit or 50,
        explain=found.explain,
        base=found.base,
        seconds=found.seconds,
        index=found.index,
        first=getattr(found, "from"),
        last=found.to,
        strategies=tuple(dict.fromkeys(found.strategy or STRATEGIES)),
        share=1.0 if found.share is None else found.share,
        seed=0 if found.seed is None else found.seed,
        plot=found.plot,
    )


def as_said(words: Sequence[str]) -> str:
    """The words of a command as a text. The shell has taken the quotes from a word with blanks, so that it would be one
    with its neighbours: it gets quotes again, unless it stands alone behind the command or holds a list itself."""
    verb, *rest = words
    if len(rest) < 2:
        return " ".join(words)
    return " ".join((verb, *(f'"{word}"' if " " in word and _SEPARATES.isdisjoint(word) else word for word in rest)))


def _parser(version: str) -> argparse.ArgumentParser:
    lines = [f"  {name + ' ' + command.words:<32} {command.summary}" for name, command in COMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog="run.py",
        usage="run.py [COMMAND] [WORDS] [OPTIONS]",
        description="Callboard watches WG21's papers and drafts.",
        epilog="commands:\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--config", type=Path, metavar="FILE", help="your configuration file")
    parser.add_argument("--user", metavar="ID", help="watch: whose entries (a Slack user id)")
    parser.add_argument(
        "--json", action="store_true", help="status, watch, drafts, recent, letters, probing, probe, replay: print JSON"
    )
    parser.add_argument("--limit", type=_limit, metavar="N", help="drafts, recent, letters: how many at the most (50)")
    parser.add_argument("--explain", action="store_true", help="probe: ask nothing; say what is known, and why")
    parser.add_argument("--base", metavar="BASE", help="demo: simpleSystemBase or multiprocTCPBase")
    parser.add_argument("--seconds", type=float, metavar="N", help="demo: end after so many seconds")
    parser.add_argument("--index", type=Path, metavar="FILE", help="replay: an index, .json or .json.gz")
    parser.add_argument("--from", type=_day, metavar="DATE", help="replay: the first day, 2024-01-01")
    parser.add_argument("--to", type=_day, metavar="DATE", help="replay: the last day")
    parser.add_argument(
        "--strategy", action="append", choices=STRATEGIES, help="replay: only this one (may be repeated)"
    )
    parser.add_argument("--share", type=_share, metavar="X", help="replay: of the two-frequency strategy's HEADs (1)")
    parser.add_argument("--seed", type=int, metavar="N", help="replay: of the times of day and the names (0)")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="replay: write the delays' distributions as PNG")
    parser.add_argument("--version", action="version", version=f"Callboard {version}")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a date such as 2024-01-31 is expected, not {text!r}") from None


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0.001 <= share <= 100:
        raise argparse.ArgumentTypeError(f"a number from 0.001 to 100 is expected, not {text!r}")
    return share


def _limit(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("a number from 1 to 1000 is expected")
    return number

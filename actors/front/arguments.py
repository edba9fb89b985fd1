"""The command line read: words and options in any order. Pure, but for argparse's own exits on `--help` and errors."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its words after the name, what it does, and the options that it takes."""

    words: str
    summary: str
    options: frozenset[str]
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
            words="add|remove|list|help … [WORDS]",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What was asked for."""

    command: str
    words: tuple[str, ...]
    config: Path | None
    user: str | None
    json: bool
    limit: int
    base: str | None
    seconds: float | None


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
    for option in ("config", "user", "json", "limit", "base", "seconds"):
        if getattr(found, option) not in (None, False) and option not in command.options:
            parser.error(f"{name} takes no option --{option}")
    return Arguments(
        command=name,
        words=tuple(words),
        config=found.config,
        user=found.user,
        json=found.json,
        limit=found.limit or 50,
        base=found.base,
        seconds=found.seconds,
    )


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
    parser.add_argument("--json", action="store_true", help="status, watch, drafts, recent, letters: print JSON")
    parser.add_argument("--limit", type=_limit, metavar="N", help="drafts, recent, letters: how many at the most (50)")
    parser.add_argument("--base", metavar="BASE", help="demo: simpleSystemBase or multiprocTCPBase")
    parser.add_argument("--seconds", type=float, metavar="N", help="demo: end after so many seconds")
    parser.add_argument("--version", action="version", version=f"Callboard {version}")
    return parser


def _limit(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("a number from 1 to 1000 is expected")
    return number

"""The commands and their options, as data: what each does, the words and options it takes, and examples. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any


class NotAValue(ValueError):
    """What an option was given is not what it takes; the text says what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option. `metavar` stands for its value in help; empty: the option is a switch and takes none. `choices` are
    looked up when the option's command is the one that was typed."""

    about: str
    metavar: str = ""
    read: Callable[[str], Any] = str
    is_repeated: bool = False
    choices: Callable[[], tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. `words` after its name, as its usage shows them; `examples` are what follows the program's name;
    `topic` is its heading in the list of all commands."""

    words: str
    summary: str
    topic: str
    options: tuple[str, ...]
    details: str = ""
    examples: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    least_words: int = 0
    most_words: int = 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAValue(f"it takes a date such as 2024-01-31, not {text!r}") from None


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0.001 <= share <= 100:
        raise NotAValue(f"it takes a number from 0.001 to 100, not {text!r}")
    return share


def _limit(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 1000:
        raise NotAValue(f"it takes a number from 1 to 1000, not {text!r}")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise NotAValue(f"it takes a whole number, not {text!r}") from None


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise NotAValue(f"it takes a number of seconds, not {text!r}") from None


def _strategies() -> tuple[str, ...]:
    from actors.replay.simulation.strategies import STRATEGIES  # nothing but a replay needs the simulation

    return STRATEGIES


OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        "config": Option(about="your configuration file", metavar="FILE", read=Path),
        "user": Option(
            about="the Slack user ID of the person whose list it is: in Slack, the profile, ⋮, Copy member ID",
            metavar="ID",
        ),
        "json": Option(about="print JSON"),
        "limit": Option(about="show at most N (default 50, at most 1000)", metavar="N", read=_limit),
        "explain": Option(about="send no request; show what is known about the number, and why it is asked when it is"),
        "base": Option(about="simpleSystemBase or multiprocTCPBase", metavar="BASE"),
        "seconds": Option(about="stop after N seconds", metavar="N", read=_seconds),
        "index": Option(about="an index of papers, .json or .json.gz", metavar="FILE", read=Path),
        "from": Option(about="the first day, such as 2024-01-01", metavar="DATE", read=_day),
        "to": Option(about="the last day", metavar="DATE", read=_day),
        "strategy": Option(
            about="only this strategy (may be repeated)", metavar="NAME", is_repeated=True, choices=_strategies
        ),
        "share": Option(
            about="the budget, as a share of the two-frequency strategy's requests (default 1)",
            metavar="X",
            read=_share,
        ),
        "seed": Option(about="seed for the times of day and the file names (default 0)", metavar="N", read=_whole),
        "hours": Option(
            about="the hours of the day (UTC) at which drafts appear: a JSON list of 24 weights (default: all alike)",
            metavar="FILE",
            read=Path,
        ),
        "plot": Option(about="also draw the delays as a PNG file", metavar="FILE", read=Path),
    }
)

RUN = "run it"
ASK = "ask the running service"
CHECK = "check and compare"

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "start": Command(
            words="",
            summary="run the service (what happens without a command)",
            topic=RUN,
            options=("config",),
            examples=("start", "start --config callboard.yaml"),
        ),
        "stop": Command(
            words="", summary="stop the running service", topic=RUN, options=("config",), examples=("stop",)
        ),
        "demo": Command(
            words="",
            summary="a time-lapse on made-up sites: needs no network and no Slack",
            topic=RUN,
            options=("base", "seconds"),
            examples=("demo", "demo --seconds 60"),
        ),
        "status": Command(
            words="",
            summary="is everything working?",
            topic=ASK,
            options=("config", "json"),
            examples=("status", "status --json"),
        ),
        "recent": Command(
            words="",
            summary="the latest papers and drafts",
            topic=ASK,
            options=("config", "json", "limit"),
            examples=("recent --limit 10",),
        ),
        "drafts": Command(
            words="",
            summary="the drafts found so far, newest first",
            topic=ASK,
            options=("config", "json", "limit"),
            examples=("drafts", "drafts --limit 5 --json"),
        ),
        "watch": Command(
            words="COMMAND…",
            summary="see or change what a user watches",
            topic=ASK,
            details="COMMAND is anything the user could type in Slack: watch, unwatch, watching, mute, digest, … .\n"
            "With `import` alone the list is read from standard input.",
            options=("config", "user", "json"),
            examples=(
                "watch --user U024BE7LH watch Niebler",
                'watch --user U024BE7LH watch "Thomas Köppe" P2300',
                "watch --user U024BE7LH watching",
                "watch --user U024BE7LH import < list.txt",
                "watch --user U024BE7LH help",
            ),
            required=("user",),
            least_words=1,
            most_words=5000,
        ),
        "probe": Command(
            words="NAME",
            summary="ask isocpp.org for one draft now, or explain when it is asked for",
            topic=ASK,
            details="NAME is a draft such as D1234R0 (pdf and html) or D1234R0.pdf; with --explain a number will do.",
            options=("config", "json", "explain"),
            examples=("probe D1234R0", "probe D1234R0.pdf", "probe D1234 --explain"),
            least_words=1,
            most_words=1,
        ),
        "probing": Command(
            words="[on|off]",
            summary="show, or switch, whether isocpp.org is asked for drafts",
            topic=ASK,
            options=("config", "json"),
            examples=("probing", "probing off", "probing on"),
            most_words=1,
        ),
        "undelivered": Command(
            words="[list | retry ID | discard ID]",
            summary="what could not be delivered; try again or give up",
            topic=ASK,
            details="It lists events that an actor could not take, messages that Slack refused, and users or\n"
            "channels that Slack cannot reach. The command's former name, letters, still works.",
            options=("config", "json", "limit"),
            examples=(
                "undelivered",
                "undelivered retry watchlist/3",
                "undelivered discard notifier/recipient/U024BE7LH",
            ),
            most_words=2,
        ),
        "ack": Command(
            words="[list | CODE [SUBJECT] | all]",
            summary="list problems, or acknowledge one: no more reminders until it is resolved",
            topic=ASK,
            details="CODE and SUBJECT name a problem, as the list and the health document show them. Its end is still\n"
            "reported, and so is a new problem of the same kind.",
            options=("config", "json"),
            examples=("ack", "ack index_not_fetched", "ack channel_suspended C024BE91L", "ack all"),
            most_words=20,
        ),
        "check-config": Command(
            words="[FILE]",
            summary="check a configuration file and show what is in effect",
            topic=CHECK,
            options=("config",),
            examples=("check-config", "check-config callboard.yaml"),
            most_words=1,
        ),
        "notify-test": Command(
            words="[CHANNEL]",
            summary="check how Slack is set up, and post one message",
            topic=CHECK,
            options=("config",),
            examples=("notify-test", "notify-test '#papers'"),
            most_words=1,
        ),
        "read": Command(
            words="FILE…",
            summary="show what is read from papers: title, authors, audience, date",
            topic=CHECK,
            details="FILE is an HTML or PDF file. With --json, each file is one line: a JSON object with file, title,\n"
            "authors, audience, date, number, changes, abstract and error.",
            options=("json",),
            examples=("read D1234R0.html", "read --json *.pdf"),
            least_words=1,
            most_words=100_000,
        ),
        "replay": Command(
            words="",
            summary="compare probing strategies on the papers of a past year",
            topic=CHECK,
            options=("index", "from", "to", "strategy", "share", "seed", "hours", "json", "plot"),
            examples=(
                "replay --index index.json.gz --from 2024-01-01 --to 2024-12-31",
                "replay --index index.json.gz --from 2024-01-01 --to 2024-12-31 --share 0.25 --plot delays.png",
            ),
            required=("index", "from", "to"),
        ),
    }
)

FORMER: Mapping[str, str] = MappingProxyType({"letters": "undelivered"})
"""Names that commands had before."""

EXIT_CODES = (
    "exit codes: 0 done; 1 refused or failed, stderr says why; 2 not a valid command line; 3 no service is running"
)

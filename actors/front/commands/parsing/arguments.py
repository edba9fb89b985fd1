"""The command line read: a parser for each command, words and options in any order, near misses suggested.

Pure, but for argparse's own exits on `--help` and errors.
"""

import argparse
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

from actors.front.commands.parsing.grammar import COMMANDS, EXIT_CODES, FORMER, Command
from actors.front.commands.parsing.options import OPTIONS, NotAValue, Option
from actors.runtime.output.printable import printable_line
from actors.runtime.output.redaction import without_shapes

_SEPARATES = frozenset(',;\n"')
_HELP = frozenset({"-h", "--help"})


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
    sources: bool
    watch: bool
    check: bool
    base: str | None
    seconds: float | None
    index: Path | None
    first: date | None
    last: date | None
    strategies: tuple[str, ...]
    share: float
    seed: int
    hours: Path | None
    plot: Path | None
    replace: bool
    since: float
    output: Path


def parse(argv: Sequence[str], version: str, program: str = "callboard") -> Arguments:
    """Exits with 2 and a sentence on stderr if the words or options do not belong to a command. `program` is what one
    types to run this."""
    typed, rest = _command_in(argv)
    if typed == "help":
        typed, rest = (rest[0], ["--help"]) if rest else (None, ["--help"])
    if typed is None and any(word in _HELP or word == "--version" for word in rest):
        _parser_of_all(version, program).parse_args(rest)
    name = "start" if typed is None else FORMER.get(typed, typed)
    command = COMMANDS.get(name)
    if command is None:
        near = _near(name, (*COMMANDS, *FORMER))
        _Parser(prog=program, hint=f"{program} --help").error(f"there is no command {name!r}{near}")
    found = _parsed(name, command, rest, program)
    return Arguments(
        command=name,
        words=tuple(found.words),
        config=found.config,
        user=found.user,
        json=bool(found.json),
        limit=found.limit or 50,
        explain=bool(found.explain),
        sources=bool(found.sources),
        watch=bool(found.watch),
        check=bool(found.check),
        base=found.base,
        seconds=found.seconds,
        index=found.index,
        first=getattr(found, "from"),
        last=found.to,
        strategies=tuple(dict.fromkeys(found.strategy or ())),
        share=1.0 if found.share is None else found.share,
        seed=0 if found.seed is None else found.seed,
        hours=found.hours,
        plot=found.plot,
        replace=bool(found.replace),
        since=found.since or 30 * 86_400.0,
        output=found.output or Path("callboard-report.html"),
    )


def as_said(words: Sequence[str]) -> str:
    """The words of a command as a text. The shell has taken the quotes from a word with blanks, so that it would be one
    with its neighbours: it gets quotes again, unless it stands alone behind the command or holds a list itself."""
    verb, *rest = words
    if len(rest) < 2:
        return " ".join(words)
    return " ".join((verb, *(f'"{word}"' if " " in word and _SEPARATES.isdisjoint(word) else word for word in rest)))


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and where help is in another."""

    def __init__(self, prog: str, hint: str, **settings: object) -> None:
        super().__init__(
            prog=prog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **settings,  # type: ignore[arg-type]
        )
        self._hint = hint

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {printable_line(without_shapes(message))}\nSee `{self._hint}`.\n")


def _command_in(argv: Sequence[str]) -> tuple[str | None, list[str]]:
    """The first word that is neither an option nor an option's value, and all the others."""
    is_value = False
    for place, word in enumerate(argv):
        if is_value:
            is_value = False
        elif word == "--":
            break
        elif word.startswith("-"):
            option = OPTIONS.get(word.removeprefix("--"))
            is_value = option is not None and bool(option.metavar)
        else:
            return word, [*argv[:place], *argv[place + 1 :]]
    return None, list(argv)


def _parsed(name: str, command: Command, rest: Sequence[str], program: str) -> argparse.Namespace:
    parser = _parser_of(name, command, program)
    found, left = parser.parse_known_intermixed_args(rest)
    if left:
        parser.error(_not_an_option(name, command, left[0].partition("=")[0]))
    for option in command.required:
        if getattr(found, option) is None:
            parser.error(f"--{option} {OPTIONS[option].metavar} is missing: {OPTIONS[option].about}")
    has_form = not command.forms or any(_is_of(form, found.words) for form in command.forms)
    if not (has_form and command.least_words <= len(found.words) <= command.most_words):
        takes = f"takes {command.words}" if command.words else "takes no words"
        parser.error(f"{takes}, not {' '.join(found.words)!r}" if found.words else takes)
    for other in OPTIONS.keys() - set(command.options):
        setattr(found, other, None)
    return found


def _is_of(form: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the words are of a form, in which a word in capitals stands for any, and `…` for any others."""
    if form[-1:] == ("…",):
        form, words = form[:-1], words[: len(form) - 1]
    return len(form) == len(words) and all(map(lambda known, word: known in (word, known.upper()), form, words))


def _not_an_option(name: str, command: Command, word: str) -> str:
    others = [other for other, each in COMMANDS.items() if word.removeprefix("--") in each.options]
    if others:
        return f"{name} has no option {word} ({', '.join(others)} {'has' if len(others) == 1 else 'have'} it)"
    return f"{name} has no option {word}{_near(word, (f'--{option}' for option in command.options))}"


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f": did you mean {FORMER.get(near[0], near[0])}?" if near else ""


def _parser_of(name: str, command: Command, program: str) -> _Parser:
    examples = "\n".join(f"  {program} {example}" for example in command.examples)
    needed = "".join(f" --{option} {OPTIONS[option].metavar}" for option in command.required)
    parser = _Parser(
        prog=f"{program} {name}",
        hint=f"{program} {name} --help",
        usage=f"{program} {name}{needed}{' ' * bool(command.words)}{command.words} [OPTIONS]",
        description=f"{_sentence(command.summary)}\n{command.details}".strip(),
        epilog=f"examples:\n{examples}\n\n{EXIT_CODES}",
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    for option in command.options:
        _add(parser, option, OPTIONS[option])
    return parser


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('?') else '.'}"


def _add(parser: argparse.ArgumentParser, name: str, option: Option) -> None:
    if not option.metavar:
        parser.add_argument(f"--{name}", action="store_true", help=option.about)
        return

    def read(text: str) -> object:
        try:
            return option.read(text)
        except NotAValue as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    choices = None if option.choices is None else option.choices()
    among = f": {' or '.join(choices)}" if choices else ""
    parser.add_argument(
        f"--{name}",
        action="append" if option.is_repeated else "store",
        type=read,
        metavar=option.metavar,
        choices=choices,
        help=option.about + among,
    )


def _parser_of_all(version: str, program: str) -> argparse.ArgumentParser:
    topics: dict[str, list[str]] = {}
    for name, command in COMMANDS.items():
        usage = f"{name} {command.words if len(command.words) < 20 else '…'}"
        topics.setdefault(command.topic, []).append(f"  {usage:<24} {command.summary}")
    listed = "\n\n".join(f"{topic}:\n" + "\n".join(lines) for topic, lines in topics.items())
    parser = _Parser(
        prog=program,
        hint=f"{program} --help",
        usage=f"{program} [COMMAND] [OPTIONS]",
        description="Callboard watches WG21's papers and drafts, and tells people about them in Slack.",
        epilog=f"{listed}\n\n`{program} COMMAND --help` shows a command's options, with examples.\n\n{EXIT_CODES}",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help=OPTIONS["config"].about)
    parser.add_argument("--version", action="version", version=f"Callboard {version}")
    return parser

"""What an answer proposes can be pasted into the shell in which it was printed."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from actors.front.commands.parsing.arguments import as_said, parse
from actors.front.commands.printing.hints import Hints
from actors.front.commands.printing.shell_hints import in_a_shell

HINTS = Hints(program="bin/callboard", config=Path("a file.yaml"))


def answer(*commands: str) -> dict[str, Any]:
    return {"lines": [[{"text": "Type ", "style": "plain"}, {"text": each, "style": "code"}] for each in commands]}


@pytest.mark.parametrize(
    "command",
    [
        "paper P2300 all",
        "watch Niebler, P2300",
        "watch! concepts",
        'watch title:"std::execution <T>"',
        "quiet 22:00-07:00",
        "watch O'Dwyer; $HOME `id`",
        "watch author:Köppe",
    ],
)
def test_a_proposed_command_means_in_a_shell_what_it_means_in_slack(command: str) -> None:
    ((_, typed),) = in_a_shell(answer(command), "U3", HINTS)["lines"]
    line = typed["text"].removeprefix("`").removesuffix("`")
    program, *words = shlex.split(line)
    assert program == "bin/callboard"
    arguments = parse(words, "1")
    assert (arguments.command, arguments.user, arguments.config) == ("watch", "U3", Path("a file.yaml"))
    assert as_said(arguments.words) == command


def test_a_long_list_of_commands_stays_readable_and_ends_with_how_to_type_one() -> None:
    shown = in_a_shell(answer("watch Niebler", "mute P2300 2w", "drafts", "help all"), "U3", Hints())["lines"]
    assert [line[1]["text"] for line in shown[:4]] == ["watch Niebler", "mute P2300 2w", "drafts", "help all"]
    assert shown[4][0]["text"].endswith("callboard watch --user U3 watch Niebler")


def test_an_export_stays_as_it_is_imported() -> None:
    exported = {"lines": [[{"text": each, "style": "code"}] for each in ("watch P2300", "quiet 22:00-07:00")]}
    assert in_a_shell(exported, "U3", HINTS) == exported


def test_what_is_typed_in_slack_stays_as_it_is() -> None:
    assert in_a_shell(answer("/invite @callboard"), "U3", HINTS) == answer("/invite @callboard")

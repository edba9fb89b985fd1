"""What a user's command is refused with, on the command line: with commands that can be typed there."""

import os
from typing import Any

import pytest

from actors.control.client import CommandRefused, RequestRefused
from actors.control.protocol import ControlRequest
from actors.front.commands import call, cli

USER = "U024BE7LH"


def line(*spans: Any) -> list[dict[str, str]]:
    return [span if isinstance(span, dict) else {"text": span, "style": "plain", "url": ""} for span in spans]


def code(text: str) -> dict[str, str]:
    return {"text": text, "style": "code", "url": ""}


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (
            [line("I don't understand “Nieblr”."), line("Type ", code("help all"), " for all commands.")],
            "callboard: I don't understand “Nieblr”.\n"
            "Type `callboard watch --user U024BE7LH help all` for all commands.\n",
        ),
        (
            [line("I don't know “wach”."), line("Did you mean ", code("watch Niebler"), "?")],
            "callboard: I don't know “wach”.\nDid you mean `callboard watch --user U024BE7LH watch Niebler`?\n",
        ),
        ([line("“25:00” isn't a time of day.")], "callboard: “25:00” isn't a time of day.\n"),
        ([line("A ", code("/callboard"), " and xoxb-1234567890-abcdefghij")], "callboard: A /callboard and [secret]\n"),
    ],
)
def test_a_refusal_proposes_what_can_be_typed_in_a_shell(
    lines: list[Any], printed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise CommandRefused("as text", {"text": "as text", "lines": lines})

    monkeypatch.setattr(call, "ask", refuse)
    monkeypatch.setattr(cli, "program_typed", lambda: "callboard")
    assert cli.run(["watch", "--user", USER, "Nieblr"]) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", printed)


def test_another_command_is_refused_in_its_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise RequestRefused("probing is off: `callboard probing on` switches it on")

    monkeypatch.setattr(call, "ask", refuse)
    monkeypatch.setattr(cli, "program_typed", lambda: "bin/callboard")
    assert cli.run(["probe", "D1234R0"]) == 1
    assert capsys.readouterr().err == "callboard: probing is off: `bin/callboard probing on` switches it on\n"


def test_who_has_no_name_on_this_machine_can_begin_a_maintenance(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 54321")

    asked: list[ControlRequest] = []

    def answer(_: str, request: ControlRequest) -> Any:
        asked.append(request)
        return {}

    monkeypatch.setattr(call, "ask", answer)
    monkeypatch.setattr("getpass.getuser", nameless)
    assert cli.run(["checks", "maintenance", "begin", "infra", "2h", "new", "switch", "--json"]) == 0
    assert [(each.by, each.reason) for each in asked] == [(str(os.getuid()), "new switch")]

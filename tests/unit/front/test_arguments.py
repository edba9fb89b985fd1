"""The command line: options before or after the words."""

import shlex
from pathlib import Path

import pytest

from actors.front.commands.parsing.arguments import as_said, parse
from actors.front.commands.parsing.grammar import COMMANDS


def read(*argv: str) -> tuple[str, tuple[str, ...], str | None, Path | None]:
    found = parse(argv, "1")
    return found.command, found.words, found.user, found.config


def test_without_words_it_starts() -> None:
    assert read() == ("start", (), None, None)
    assert read("--config", "a.yaml") == ("start", (), None, Path("a.yaml"))


@pytest.mark.parametrize(
    "line",
    [
        "watch --user U1 --config a.yaml add Thomas Köppe",
        "--config a.yaml watch --user U1 add Thomas Köppe",
        "watch add Thomas Köppe --user U1 --config a.yaml",
        "watch add --config=a.yaml Thomas --user=U1 Köppe",
    ],
)
def test_options_may_stand_anywhere(line: str) -> None:
    assert read(*line.split()) == ("watch", ("add", "Thomas", "Köppe"), "U1", Path("a.yaml"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fly", "callboard: there is no command 'fly'\nSee `callboard --help`."),
        ("statsu", "callboard: there is no command 'statsu': did you mean status?"),
        ("--json Status", "did you mean status?"),
        ("leters", "did you mean undelivered?"),
        ("undeliverd retry index/1", "did you mean undelivered?"),
        ("status now", "callboard status: takes no words, not 'now'\nSee `callboard status --help`."),
        ("watch", "callboard watch: --user ID is missing"),
        ("watch --user U1", "callboard watch: takes COMMAND…"),
        ("status --jsn", "callboard status: status has no option --jsn: did you mean --json?"),
        ("status --user U1", "status has no option --user (watch has it)"),
        ("start --json", "start has no option --json (status, "),
        ("status --frobnicate", "status has no option --frobnicate\n"),
        ("status --\x1b[31mx\u202ey", "status has no option --\ufffd[31mx\ufffdy\n"),
        ("drafts --limit 0", "callboard drafts: argument --limit: it takes a number from 1 to 1000, not '0'"),
        ("drafts --limit x", "it takes a number from 1 to 1000, not 'x'"),
        ("drafts --limit", "argument --limit: expected one argument"),
        ("replay --index a --from 2024-01-01", "callboard replay: --to DATE is missing: the last day"),
        ("replay --index a --from now --to 2024-01-01", "--from: it takes a date such as 2024-01-31, not 'now'"),
        ("undelivered retry", "callboard undelivered: takes [list | retry ID | discard ID], not 'retry'\nSee "),
        ("undelivered forget index/1", "callboard undelivered: takes [list | retry ID | discard ID], not 'forget"),
        ("undelivered list all", "callboard undelivered: takes [list | retry ID | discard ID], not 'list all'"),
        ("probing maybe", "callboard probing: takes [on|off], not 'maybe'"),
        ("index diff a.json", "callboard index: takes [held | accept [SOURCE] | diff OLD NEW], not 'diff a.json'"),
        ("checks display infra/mail", "callboard checks: takes [list | show NAME | run NAME | "),
        ("checks show", "callboard checks: takes [list | show NAME | run NAME | "),
        ("checks maintenance begin", "callboard checks: takes [list | show NAME | run NAME | "),
        (
            "demo --seconds -1",
            "callboard demo: argument --seconds: it takes a number of seconds, at most 86,400, not '-1'",
        ),
        ("demo --seconds nan", "it takes a number of seconds, at most 86,400, not 'nan'"),
        ("demo --seconds inf", "it takes a number of seconds, at most 86,400, not 'inf'"),
        ("demo --base foo", "callboard demo: argument --base: 'foo' is "),
        ("replay --share nan", "it takes a number from 0.001 to 100, not 'nan'"),
        ("replay --strategy two", "choose from"),
    ],
)
def test_what_is_not_a_command_line_is_refused_with_2(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(line.split(), "1")
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert (printed.out, said in printed.err) == ("", True), printed.err


def test_an_empty_word_is_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse([""], "1")
    assert caught.value.code == 2
    assert "callboard: there is no command ''\n" in capsys.readouterr().err


def test_a_reason_may_have_any_number_of_words() -> None:
    words = ("maintenance", "begin", "infra", "2h", "a", "new", "switch")
    assert parse(["checks", *words], "1").words == words
    assert parse(["checks", *words[:3]], "1").words == words[:3]


def test_a_former_name_means_the_new_one() -> None:
    assert parse(["letters", "retry", "index/1", "--json"], "1") == parse(
        ["undelivered", "retry", "index/1", "--json"], "1"
    )


def test_words_after_two_dashes_may_look_like_options() -> None:
    assert read("watch", "--user", "U1", "watch", "--", "--strange") == ("watch", ("watch", "--strange"), "U1", None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("watch", "Thomas Köppe", "Eric Niebler"), 'watch "Thomas Köppe" "Eric Niebler"'),
        (("watch", "title:static reflection", "P2300"), 'watch "title:static reflection" P2300'),
        (("watch", "Niebler,", "Eric", "Niebler"), "watch Niebler, Eric Niebler"),
        (("watch", "Niebler, Köppe", "P2300"), "watch Niebler, Köppe P2300"),
        (("watch", "Thomas Köppe"), "watch Thomas Köppe"),
        (("import", "watch Niebler\nmute P7"), "import watch Niebler\nmute P7"),
        (("mute P2300 2w",), "mute P2300 2w"),
    ],
)
def test_words_that_the_shell_was_told_to_keep_together_stay_together(words: tuple[str, ...], said: str) -> None:
    assert as_said(words) == said


@pytest.mark.parametrize("line", ["--help", "-h", "help", "--config a.yaml --help"])
def test_help_names_every_command_and_exit_code(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(line.split(), capsys)
    assert all(f"\n  {name} " in shown for name in COMMANDS)
    assert "exit codes: 0 done; 1 refused or failed" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_shows_its_own_options_and_examples_that_it_takes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = printed([name, "--help"], capsys)
    assert printed(["help", name], capsys) == shown
    command = COMMANDS[name]
    assert {word.rstrip(",") for word in shown.split() if word.startswith("--")} <= {
        "--help",
        *(f"--{option}" for option in command.options),
    }
    assert all(f"--{option}" in shown for option in command.options)
    assert "exit codes: " in shown
    for example in command.examples:
        assert f"  callboard {example}\n" in shown
        words = shlex.split(example.partition(" <")[0].partition(" >")[0])
        assert parse(words, "1").command == name


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(["--version"], capsys) == "Callboard 1\n"


def printed(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as caught:
        parse(argv, "1")
    assert caught.value.code == 0
    return capsys.readouterr().out

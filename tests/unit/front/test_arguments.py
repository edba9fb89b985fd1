"""The command line: options before or after the words."""

from pathlib import Path

import pytest

from actors.front.commands.arguments import COMMANDS, as_said, parse


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
    "line", ["fly", "status now", "watch", "status --user U1", "start --json", "drafts --limit 0", "drafts --limit x"]
)
def test_what_is_no_command_line_is_refused_with_2(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(line.split(), "1")
    assert caught.value.code == 2
    assert "run.py: error:" in capsys.readouterr().err


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


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(["--help"], "1")
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)

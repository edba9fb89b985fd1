"""What the commands print, whatever the titles are."""

import json
from typing import Any

import pytest

from actors.front.commands.printing import output, probe_output, terminal
from actors.front.commands.printing.hints import Hints

HOSTILE = "\x1b[2J\x1b]0;owned\x07Ranges \u202eesrever\u202c\nP9999R0 faked"
CLEAN = "�[2J�]0;owned�Ranges �esrever� P9999R0 faked"

DRAFT = {
    "id": "D2300R11",
    "found_at": "2026-01-02T03:04:05Z",
    "state": "found",
    "announcement": "announced",
    "files": [{"extension": "pdf", "url": "https://isocpp.org/files/papers/D2300R11.pdf"}],
    "front_matter": {"title": HOSTILE},
    "predecessor": None,
}
RECENT = {
    "at": "2026-01-02T03:04:05Z",
    "what": "paper",
    "id": "P1R0",
    "title": HOSTILE,
    "authors": [HOSTILE],
    "urls": ["https://wg21.link/P1R0"],
}
NUMBER: dict[str, Any] = {
    "number": 2300,
    "newest": {"id": "P2300R10", "date": "2024-06-28", "title": HOSTILE, "authors": [HOSTILE]},
    "revisions": [10],
    "frontier": 3000,
    "watched": True,
    "drafts": [DRAFT],
    "sighted": [HOSTILE],
    "reasons": [HOSTILE],
    "strategy": "learnt",
    "interval": None,
    "why": None,
    "names": [],
}
ANSWER = {"lines": [[{"text": HOSTILE, "style": "strong", "url": f"https://wg21.link/{HOSTILE}"}]]}


@pytest.mark.parametrize(
    ("draw", "value"),
    [
        (output.show_drafts, [DRAFT]),
        (output.show_recent, [RECENT]),
        (output.show_answer, ANSWER),
        (probe_output.show_number, NUMBER),
    ],
)
def test_a_title_only_shows_itself(draw: Any, value: Any, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show(value, draw, Hints())
    shown = capsys.readouterr().out
    assert CLEAN in shown
    assert not {"\x1b", "\x07", "\u202e", "\u202c"} & set(shown)
    assert not any(line.startswith("P9999") for line in shown.splitlines())


def test_json_keeps_the_title_and_carries_nothing_raw(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_json([RECENT])
    shown = capsys.readouterr().out
    assert json.loads(shown) == [RECENT]
    assert not {"\x1b", "\u202e", "\x9b"} & set(shown)


def test_an_error_is_clean_and_its_hint_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.complain(f"{HOSTILE}: try `callboard status`", Hints(program="bin/callboard"))
    shown = capsys.readouterr().err
    assert shown == CLEAN.replace(" P9999", "\nP9999").join(("callboard: ", ": try `bin/callboard status`\n"))


def test_drafts_and_papers_are_shown_with_their_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show([DRAFT], output.show_drafts, Hints())
    terminal.show([RECENT], output.show_recent, Hints())
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "https://isocpp.org/files/papers/D2300R11.pdf" in shown
    assert "https://wg21.link/P1R0" in shown

"""What the commands print, whatever the titles are."""

import json
from typing import Any

import pytest

from actors.front.commands import output, probe_output, terminal
from actors.front.commands.hints import Hints

HOSTILE = "\x1b[2J\x1b]0;owned\x07Ranges \u202eesrever\u202c\nP9999R0 faked"
CLEAN = "�[2J�]0;owned�Ranges �esrever� P9999R0 faked"

DRAFT = {
    "id": "D2300R11",
    "found_at": "2026-01-02T03:04:05Z",
    "state": "found",
    "announcement": "announced",
    "files": [{"extension": "pdf"}],
    "front_matter": {"title": HOSTILE},
    "predecessor": None,
}
RECENT = {"at": "2026-01-02T03:04:05Z", "what": "paper", "id": "P1R0", "title": HOSTILE, "authors": [HOSTILE]}
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


def test_the_facts_of_an_actor_read_like_a_sentence() -> None:
    actor = {
        "answer": "responsive",
        "age": 0.1,
        "dead_letters": 0,
        "letters": 0,
        "entries": 26236,
        "papers": 6651,
        "synced_at": "2026-01-02T03:04:05.123456Z",
        "failing_since": None,
    }
    assert output.facts(actor) == "26,236 entries, 6,651 papers, last checked 2026-01-02 03:04 UTC"
    assert output.facts({"dead_letters": 2, "strange_key": 1.6}) == "2 undelivered, strange key 2"

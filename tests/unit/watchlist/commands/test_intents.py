"""Each row of the table of intents in docs/commands.md: what people type, and what they get."""

import re
from pathlib import Path

import pytest

from actors.watchlist.matching.entries import EntryKind, ParsedEntry, parse
from messages.commands import CommandAnswer
from tests.builders import a_paper
from tests.commanding_builders import a_mute, a_user, said, say, some_names, some_papers

DOCUMENT = Path(__file__).parents[4] / "docs" / "commands.md"
PAPERS = some_papers(
    a_paper(2300, 10),
    a_paper(3700, 0, title="More reflection", authors=("Barry Revzin",)),
    a_paper(3701, 0, title="Contracts for C++ 26", authors=("Bjarne Stroustrup",)),
)


def rows() -> list[tuple[str, str]]:
    """What is typed, and the meaning."""
    section = DOCUMENT.read_text(encoding="utf-8").split("\n## What you can type\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(.+?)` \| (.+) \|$", section, re.MULTILINE)
    return [(typed.replace("\\|", "|"), meaning) for typed, meaning in found]


def key(entry: str) -> tuple[EntryKind, str]:
    parsed = parse(entry)
    assert isinstance(parsed, ParsedEntry), entry
    return parsed.kind, parsed.key


def offered(answer: CommandAnswer | None) -> list[str]:
    """The entries that the buttons of an answer add."""
    assert answer is not None
    return [each.command.removeprefix("watch ").replace('"', "") for each in answer.buttons]


def test_the_table_has_its_rows() -> None:
    assert len(rows()) > 50


@pytest.mark.parametrize(("typed", "meaning"), rows(), ids=[typed for typed, _ in rows()])
def test_a_row_of_the_table_is_true(typed: str, meaning: str) -> None:
    decision = say(typed, papers=PAPERS)
    entries = re.findall(r"`([^`]+)`", meaning.partition(": all issues")[0])
    added = [(entry.kind, entry.key) for entry in decision.changes.add]
    if re.match(r"`", meaning):
        assert added == list(map(key, entries))
        return
    assert (added, bool(said(decision))) == ([], True)
    assert meaning.startswith("nothing") is not bool(entries)
    for entry in entries:
        assert entry in offered(decision.answer) or f"type {entry}." in said(decision), said(decision)


def test_a_choice_says_how_many_papers_it_would_have_matched_and_a_press_of_its_button_adds_it() -> None:
    asked = say("watch reflection", papers=PAPERS)
    assert said(asked).splitlines()[:2] == [
        "I don't know an author “reflection”, so I haven't added it. Do you mean:",
        "• watch title:reflection: 1 paper in the last year",
    ]
    assert asked.answer is not None
    assert asked.answer.buttons[0].label == "Watch title:reflection (1 paper in the last year)"
    assert [entry.text for entry in say(asked.answer.buttons[0].command, papers=PAPERS).changes.add] == [
        "title:reflection"
    ]


@pytest.mark.parametrize(
    "name",
    ["Le", "Ku", "Lawrence", "He", "An", "O'Dwyer", "Ó Séaghdha", "Dos Reis", "de Guzman", "K-ballo Bergé", "Will Wray",
     "Mark Hoemmen", "Jens Maurer", "A. Naumann", "JF Bastien", "J.F. Bastien", "Waffl3x", "Д. Мохов", "王"],
)  # fmt: skip
def test_every_name_that_the_index_knows_is_an_author_however_it_is_written(name: str) -> None:
    names = some_names(name if " " in name else f"Ann {name}", "Alex Naumann", "Andreas Naumann")
    for typed in (f'watch "{name}"', f"watch {name}"):
        (entry,) = say(typed, names=names).changes.add
        assert entry.kind is EntryKind.AUTHOR


def test_a_text_that_is_no_command_is_answered_with_what_would_match_something_only() -> None:
    assert "Did you mean watch Niebler?" in said(say("Niebler", papers=PAPERS))
    assert "watch title:reflection: 1 paper" in said(say("reflection", papers=PAPERS))
    for nonsense in ("qwertzuiop", "wach qwertzuiop", "lorem ipsum dolor"):
        assert "watch qwertzuiop" not in said(say(nonsense, papers=PAPERS))
        assert "Did you mean" not in said(say(nonsense, papers=PAPERS))


def test_a_watched_number_is_named_and_what_is_muted_says_so() -> None:
    assert said(say("watch P2300", papers=PAPERS)) == (
        "You're now watching P2300 — std::execution, newest R10 of 2024-06-28."
    )
    assert said(say("watch P9999", papers=PAPERS)) == (
        "You're now watching P9999. No paper with that number is known yet."
    )
    muted = said(say("watch P2300", a_user(mutes=(a_mute("P2300"),)), PAPERS))
    assert "P2300 is muted until you unmute it. To get notices, type unmute P2300." in muted


def test_a_legacy_entry_can_be_unwatched_and_muted_by_its_old_spelling() -> None:
    user = a_user("author:sg16", "author:reflection", "title:contracts", "Barry Revzin")
    assert said(say("unwatch sg16", user)) == "You're no longer watching author:sg16."
    assert "reflection is muted until you unmute it." in said(say("mute reflection", user))
    assert said(say("unwatch contracts", user)) == "You're no longer watching title:contracts."
    assert said(say("unwatch Revzin, Barry", user)) == "You're no longer watching Barry Revzin."


def test_small_talk_and_other_wishes_are_understood() -> None:
    assert said(say("thanks")) == "You're welcome!"
    assert "mute all" in said(say("stop"))
    assert "Everything is muted until 2025-12-05" in said(say("pause 2w"))
    assert said(say("stop watching P2300", a_user("P2300"))) == "You're no longer watching P2300."
    found = said(say("search reflection", papers=PAPERS)).splitlines()
    assert found[:2] == ["1 paper of the last year with “reflection”:", "• P3700R0: More reflection"]
    assert say("drafts").question is not None

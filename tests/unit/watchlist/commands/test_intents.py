"""Each row of the table of intents in docs/commands.md: what people type, and what they get."""

import re
from pathlib import Path

import pytest

from actors.watchlist.matching.entries import EntryKind, ParsedEntry, parse
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.recent_papers import RecentPapers
from actors.watchlist.model.user_state import Requester
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


def test_a_name_alone_is_offered_to_be_watched_before_the_index_is_loaded() -> None:
    for name in ("Niebler", "Eric Niebler"):
        for requester in Requester:
            user = a_user(requester=requester)
            answer = say(name, user, RecentPapers(), AuthorNames()).answer
            assert offered(answer) == [f"author:{name}", f"title:{name}"]
            assert "The index hasn't loaded yet" in said(answer)
    assert "hasn't loaded" not in said(say("what time is it", a_user(), RecentPapers(), AuthorNames()))
    assert "Did you mean watch Niebler?\n" in said(say("Niebler?", papers=PAPERS))


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
    for typed in ("search for papers about reflection", "search title:reflection", "find all papers on reflection"):
        assert said(say(typed, papers=PAPERS)).splitlines() == found
    assert "P3700R0" in said(say("search papers by Revzin", papers=PAPERS))
    assert (asked := say("search P2300").question) is not None
    assert asked.number == 2300


def test_names_are_found_by_initials_without_marks_and_by_the_last_name() -> None:
    names = some_names("JF Bastien", "A. U. Thor", "Dietmar Kühl", "Gabriel Dos Reis", "Joel Falcou")
    for typed, name in (
        ("J.F. Bastien", "JF Bastien"),
        ("Bastien, J. F.", "JF Bastien"),
        ("AU Thor", "A. U. Thor"),
        ("Dietmar Kuehl", "Dietmar Kühl"),
        ("Kuehl", "Kühl"),
        ("Joel", "Joel"),
        ("Ku\u0308hl, Dietmar", "Dietmar Ku\u0308hl"),
    ):
        assert [entry.text for entry in say(f"watch {typed}", names=names).changes.add] == [name]
    (entry,) = say("watch Michael", names=some_names("Maged Michael", "Michał Dominiak")).changes.add
    assert entry.key == "michael"
    both = some_names("Thomas Köppe", "Thomas Koeppe")
    assert offered(say("watch Koeppe", names=both).answer) == ["Koeppe", "Köppe"]
    assert offered(say("watch Gaby Dos Reis", names=names).answer) == ["Gabriel Dos Reis", "author:Gaby Dos Reis"]
    assert "author:" not in said(say("watch papers I wrote", names=names))


def test_what_is_in_the_title_of_a_number_beside_it_goes_with_it_and_names_do_not() -> None:
    papers = some_papers(
        a_paper(3870, 0, title="Renaming std::nontype, and making it broadly useful", authors=("Bronek Kozicki",)),
        a_paper(3606, 0, title="On Overload Resolution, Exact Matches and Clever Implementations"),
        a_paper(3733, 0, title="More named universal character escapes"),
        a_paper(2079, 6, title="System execution context"),
        a_paper(2079, 10, title="Parallel Scheduler"),
    )
    for typed, key in (
        ("On Overload Resolution, Exact Matches and Clever Implementations (P3606R0)", "P3606"),
        ("More named universal character escapes (P3733R0)", "P3733"),
        ("P2079R6 System execution context", "P2079"),
        ("<https://wg21.link/P2079R6|P2079R6> System execution context", "P2079"),
    ):
        assert [entry.key for entry in say(f"watch {typed}", papers=papers).changes.add] == [key]
        assert len(said(say(f"watch {typed}", papers=papers)).splitlines()) == 1
    for typed in (
        "P3870R0 Renaming std::nontype, and making it broadly useful",
        "P3870: Renaming std::nontype, and making it broadly useful",
        "Renaming std::nontype (P3870)",
    ):
        assert [entry.key for entry in say(f"watch {typed}", papers=papers).changes.add] == ["P3870"]
    added = say("watch P3870 Bronek Kozicki", papers=papers).changes.add
    assert [entry.key for entry in added] == ["P3870", "bronek kozicki"]
    assert "Do you mean" in said(say("watch P3870, broadly useful", papers=papers))


@pytest.mark.parametrize(
    ("typed", "entries"),
    [
        ("SGs 14 and 19", "audience:SG14, audience:SG19"),
        ("study groups 1, 7", "audience:SG1, audience:SG7"),
        ("audience:SG1, 7", "audience:SG1, audience:SG7"),
        ("LWG issues 4000, 4001", "LWG4000, LWG4001"),
        ("CWG 3000, 3001 and 3002", "CWG3000, CWG3001, CWG3002"),
        ("N4950, 4951", "N4950, N4951"),
        ("P2300, 2996", "P2300, P2996"),
        ("SG1, P2300, 7", "audience:SG1, P2300, P7"),
        ("2,300", "P2300"),
        ("P2,300 and P2,996", "P2300, P2996"),
        ("300,301", "P300, P301"),
        ("P2300 and its revisions", "P2300"),
        ("P2300 revisions", "P2300"),
        ("P2300 by Eric Niebler", "P2300"),
        ("P2300 for SG1", "P2300, audience:SG1"),
        ("P2300R10 (LEWG)", "P2300, LEWG"),
        ("WG21 mailing", "mailings"),
        ("to Niebler", "Niebler"),
        ("(Niebler, Shoop)", "Niebler, Shoop"),
        ('["Niebler", "Shoop"]', "Niebler, Shoop"),
        ("[Niebler], {P2300}", "Niebler, P2300"),
        ("to SG16 and P2300", "audience:SG16, P2300"),
        ("pre-Kona mailing, Niebler", "mailings, Niebler"),
        ("the author Niebler", "Niebler"),
        ("titles containing reflection", "title:reflection"),
        ("- P2300 - Niebler", "P2300, Niebler"),
        ('title "contracts"', "title:contracts"),
        ("LWG papers and LWG issues", "audience:LWG, LWG"),
    ],
)
def test_what_is_written_otherwise_is_read_as_it_was_meant(typed: str, entries: str) -> None:
    added = say(f"watch {typed}", papers=PAPERS).changes.add
    assert [(entry.kind, entry.key) for entry in added] == [key(each) for each in entries.split(", ")]


def test_the_number_of_a_group_is_no_number_of_papers() -> None:
    limits = {text: asked.limit for text in ("recent SG16", "recent 30", "recent") if (asked := say(text).question)}
    assert limits == {"recent SG16": 10, "recent 30": 30, "recent": 10}
    assert "P3700R0" in said(say("recent papers by Revzin", papers=PAPERS))


def test_what_is_to_be_left_out_is_not_watched() -> None:
    for typed in ("Niebler except P2300", "papers by Niebler, but not P2300", "Niebler excluding P2300"):
        decision = say(f"watch {typed}")
        assert not decision.changes.add
        assert "mute P2300." in said(decision)
        assert decision.answer is not None
        assert "Niebler" in decision.answer.buttons[0].command
    (entry,) = say('watch "title:all but not some"').changes.add
    assert entry.text == "title:all but not some"


def test_several_entries_are_muted_and_unmuted_by_one_command() -> None:
    muted = say("mute P2300, Niebler and SG1 2w").changes.mute
    assert [mute.text for mute in muted] == ["P2300", "Niebler", "audience:SG1"]
    user = a_user(mutes=muted)
    assert [key for _, key in say("unmute P2300, Niebler", user).changes.unmute] == ["P2300", "niebler"]


def test_a_misspelled_entry_that_is_to_go_is_answered_with_the_one_that_is_there() -> None:
    assert said(say("unwatch Neibler", a_user("Niebler"))) == ("You aren't watching “Neibler”. You do watch “Niebler”.")


def test_a_mute_of_an_author_whom_nobody_knows_comes_back_from_its_export() -> None:
    user = a_user(mutes=(a_mute("author:Qwertz"), a_mute("Niebler")))
    exported = said(say("export", user))
    assert exported == "mute author:Qwertz\nmute Niebler"
    assert [mute.key for mute in say(f"import\n{exported}").changes.mute] == ["qwertz", "niebler"]
    assert said(say("unmute Qwertz", user)) == "Qwertz is no longer muted."

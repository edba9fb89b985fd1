"""What is said may be long, or made to take long: no command holds the turn of the actor that all others wait for."""

import itertools
import string

import pytest

from actors.watchlist.commands.parse.parsed_commands import ReplaceCommand, UnwatchCommand, WatchCommand
from actors.watchlist.commands.parse.parser import MAX_COMMAND_LENGTH, MAX_SHORT_COMMAND_LENGTH, parse_plain
from actors.watchlist.commands.parse.verbs import VERB_OF
from actors.watchlist.commands.run.entries.entry_replies import MAX_GUESSES
from actors.watchlist.commands.run.entries.import_export import MAX_IMPORT_LINES, MAX_LINES_OF
from actors.watchlist.commands.run.entries.meaning import Lookup
from actors.watchlist.commands.run.entries.subscribing import MAX_ENTRIES_PER_WATCH, unwatch, watch
from actors.watchlist.commands.run.result import CommandResult
from actors.watchlist.matching.entries import MAX_ENTRIES, MAX_TEXT_LENGTH, ParsedEntry
from actors.watchlist.matching.mutes import MAX_MUTES
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.recent_papers import Preview
from actors.watchlist.model.user_state import Changes
from messages.commands import CommandOutcome
from tests.builders import NOON
from tests.commanding_builders import ZONES, a_user, said, say

LONG = 100_000

REPEATED = (
    "\n", "1m ", "1 m ", "a ", "title:", "title\n", "author :", '"', "<", "<a|", "&lt;", "until ", "until\n", "always ",
    "for ", "P2300 ", "1", "1,", "x,", "x;\n", "9:", "22:00-", "09:00 ", "monday ", "https://a/P1", "https://", "?",
    " with ", "with\n", "R1 ", "-", "please ", "callboard ", "and ", "\u00e9", "a\n",
)  # fmt: skip
"""What, many times over, is work for an expression that looks back."""

REPEATED_IN_LISTS = (
    "_", "_a", "_a_", "~ ", "> ", "1. ", "\n- ", ":a: ", "the ", "papers ", "paper P1 ", "by ", "P1-", "SG1 ", "SG ",
    "'s ", "a.", "a-", "x.io/", "thanks ", ", thanks", "Köppe ", "E. ", "all ", "and, ", "C++ 26 ", "June 2024 ",
    "title:a, ", "new ", "'s new ", "•", ":a", "P1*", "SG16 and ", "authors ", "author:E. ", "audience:SG1 x ", "by ",
    "P1 by a ", "2,300 ", "SGs 1 ", "its revisions, ", "LWG issues 1, ", "pre a mailing ", "(", "(a ", " except",
)  # fmt: skip
"""The same for lists of entries, and what is around them."""

NAMES = [
    "".join(dead_letters)
    for dead_letters in itertools.product(string.ascii_lowercase, repeat=3)
    if dead_letters != tuple("and")
]


def test_mentions_are_looked_for_in_a_long_text_at_once() -> None:
    for text in (f"watch :{'a' * 150_000}:", f"watch {'a ' * 75_000}<@U"):
        say(text)


@pytest.mark.parametrize("verb", ["", "callboard", *sorted({*VERB_OF.values()} - {"why"})])
def test_no_text_however_long_takes_long(verb: str) -> None:
    """With work that grows by the square of the length this would not end within the time that a test has."""
    has_words = verb in ("", "watch", "unwatch", "search")
    for repeated in (*REPEATED, *(REPEATED_IN_LISTS if has_words else ())):
        for before, after in (("", "x"), ("a", "b")) if has_words else (("", "x"),):
            say(f"{verb} {before}{repeated * (LONG // len(repeated))}{after}")


def test_only_commands_that_take_a_list_may_be_long() -> None:
    names = ", ".join(NAMES[:1000])
    assert isinstance(parse_plain(f"watch {names}", ZONES), WatchCommand)
    for text in (f"mute {names}", f"paper {names}", f"wach {names}", f"status {names}", names):
        decision = say(text)
        assert decision.outcome is CommandOutcome.REFUSED
        assert f"can have up to {MAX_SHORT_COMMAND_LENGTH:,}" in said(decision)
        assert len(said(decision)) < MAX_SHORT_COMMAND_LENGTH
    assert isinstance(parse_plain(f"replace a with {'b' * 900}", ZONES), ReplaceCommand)


def test_no_more_than_the_beginning_of_what_was_said_is_said_again() -> None:
    for text in (f"paper {'x ' * 400}", f"wach {', '.join(NAMES[:150])}", "xyzzy " * 150):
        decision = say(text)
        assert "…" in said(decision)
        assert max(len(line) for line in said(decision).splitlines()) < 200
    answer = say(f"wach {', '.join(NAMES[:100])}").answer
    assert answer is not None
    assert answer.buttons[0].command == f"watch {', '.join(NAMES[:100])}"


def counted(text: str, names: AuthorNames) -> tuple[CommandResult, list[str], list[str]]:
    """What becomes of a `watch`, and for which keys it was looked what they match, and what may be meant."""
    previewed: list[str] = []
    guessed: list[str] = []

    def preview(parsed: ParsedEntry) -> Preview:
        previewed.append(parsed.key)
        return Preview(papers=0, issues=0, examples=())

    def near_miss(parsed: ParsedEntry) -> None:
        guessed.append(parsed.key)

    order = parse_plain(text, ZONES)
    assert isinstance(order, WatchCommand)
    lookup = Lookup(preview=preview, near_miss=near_miss, number=lambda _: None, names=names)
    return watch(order, a_user(), lookup, NOON), previewed, guessed


def test_one_watch_takes_so_many_entries_and_says_what_it_left() -> None:
    names = AuthorNames(NAMES, is_loaded=True)
    decision, previewed, _ = counted(f"watch {', '.join(NAMES[:1000])}", names)
    assert previewed == NAMES[:MAX_ENTRIES_PER_WATCH]
    assert [entry.key for entry in decision.changes.add] == NAMES[:MAX_ENTRIES_PER_WATCH]
    assert "so the last 960 were not added. For a longer list, type import in front of the command." in said(decision)
    assert "not added" not in said(counted(f"watch {', '.join(NAMES[:MAX_ENTRIES_PER_WATCH])}", names)[0])


def test_similar_words_are_looked_for_only_so_often() -> None:
    decision, previewed, guessed = counted(f"watch {', '.join(NAMES[:1000])}", AuthorNames(is_loaded=True))
    assert previewed == NAMES[:MAX_ENTRIES_PER_WATCH]
    assert guessed == NAMES[:MAX_GUESSES]
    assert decision.changes == Changes()


def test_what_is_not_watched_is_compared_with_what_is_only_so_often() -> None:
    decision = unwatch_(", ".join(f"{name} x" for name in NAMES[:100]))
    assert said(decision).count("You do watch") == MAX_GUESSES
    assert "… and 60 more like these." in said(decision)
    assert len(unwatch_(", ".join((*NAMES[:100], "AAA"))).changes.remove) == 100


def unwatch_(entries: str) -> CommandResult:
    order = parse_plain(f"unwatch {entries}", ZONES)
    assert isinstance(order, UnwatchCommand)
    lookup = Lookup(preview=lambda _: None, near_miss=lambda _: None, number=lambda _: None)
    return unwatch(order, a_user(*NAMES[:100]), lookup)


def test_an_import_has_so_many_lines_and_says_what_it_left() -> None:
    lines = [f"mute P{number} 1w" for number in range(1, 1001)]
    decision = say("import!\n" + "\n".join(lines))
    assert len(decision.changes.mute) == MAX_MUTES
    refused = MAX_LINES_OF["mute"] - MAX_MUTES
    assert f"{refused} lines not understood, {1000 - MAX_LINES_OF['mute']} lines skipped" in said(decision)
    zones = say("import\n" + "digest daily 09:00 Europ/Berln\n" * 1000)
    assert f"{MAX_LINES_OF['digest']} lines not understood, {1000 - MAX_LINES_OF['digest']} lines skipped" in said(
        zones
    )
    names = say("import\n" + "watch Köppe\n" * (MAX_IMPORT_LINES + 7))
    assert (
        said(names)
        == f"1 entry added, {MAX_IMPORT_LINES - 1:,} already on your list, 7 lines skipped because there are too many."
    )
    again = say("import\n" + f"watch {'Köppe,' * 20}\n" * 1000)
    assert "1 entry added" in said(again)
    assert "lines skipped" in said(again)


def test_the_longest_list_of_the_longest_entries_survives_export_and_import() -> None:
    texts = [f"title:{number:05} {'abcdefghijk ' * 6}" for number in range(MAX_ENTRIES)]
    entries = [f"{text}{'z' * (MAX_TEXT_LENGTH - len(text))}" for text in texts]
    exported = said(say("export", a_user(*entries)))
    assert len(exported) > LONG
    assert len(say(f"import\n{exported}").changes.add) == MAX_ENTRIES


def test_what_is_too_long_is_answered_and_not_cut() -> None:
    decision = say("watch " + "Niebler, " * MAX_COMMAND_LENGTH)
    assert (decision.outcome, decision.changes) == (CommandOutcome.REFUSED, Changes())
    assert "a command can have up to 200,000, so nothing was done" in said(decision)


def test_a_whole_list_is_imported_however_its_lines_are() -> None:
    names = [f"qqqq{name}" for name in NAMES[:1000]]
    for text in (f"watch {', '.join(names)}", "\n".join(f"watch {name}" for name in names)):
        assert said(say(f"import\n{text}", names=AuthorNames(names, is_loaded=True))) == "1,000 entries added."

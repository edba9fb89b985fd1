"""A command that is said twice is meant once: on the command line its name is a word of the program's already."""

import pytest

from actors.watchlist.commands.parse.parsed_commands import NotUnderstood, SearchCommand, SimpleCommand, WatchCommand
from actors.watchlist.commands.parse.parser import parse_plain
from actors.watchlist.commands.parse.verbs import VERB_OF
from tests.commanding_builders import ZONES

ARGUMENTS = {
    "watch": "Niebler, P2300",
    "unwatch": "Niebler",
    "replace": "Kope with Köppe",
    "mute": "P2300 2w",
    "unmute": "P2300",
    "pause": "2w",
    "why": "P2300",
    "paper": "P2300",
    "recent": "5",
    "digest": "daily 09:00",
    "quiet": "22:00-07:00",
    "timezone": "Europe/Berlin",
    "import": "watch Niebler\nmute P7",
    "forget": "me",
    "help": "watch",
}


@pytest.mark.parametrize("word", sorted(set(VERB_OF) - {"search", "find", "lookup"}))
@pytest.mark.parametrize("again", ["{0} {0} {1}", "{0} {0} {0} {1}", "{0} {2} {1}"])
def test_a_doubled_word_is_one_command(word: str, again: str) -> None:
    argument = ARGUMENTS.get(VERB_OF[word], "")
    assert parse_plain(again.format(word, argument, word.title()), ZONES) == parse_plain(f"{word} {argument}", ZONES)


def test_a_doubled_watch_alone_watches_nobody_of_that_name() -> None:
    alone = parse_plain("watch watch", ZONES)
    assert isinstance(alone, NotUnderstood)
    assert alone == parse_plain("watch", ZONES)


def test_who_insists_keeps_insisting() -> None:
    assert parse_plain("watch! watch Xyzzy", ZONES) == parse_plain("watch! Xyzzy", ZONES)
    assert parse_plain("watch watch! Xyzzy", ZONES) == parse_plain("watch! Xyzzy", ZONES)


def test_what_is_searched_for_and_what_is_quoted_may_be_any_word() -> None:
    assert parse_plain("search search", ZONES) == SearchCommand(what="search")
    quoted = parse_plain('watch "watch"', ZONES)
    assert isinstance(quoted, WatchCommand)
    assert parse_plain("list", ZONES) is SimpleCommand.WATCHING

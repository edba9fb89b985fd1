"""The buttons of a person's home do what they say, and no more."""

import pytest

from actors.watchlist.commands.run.answers.home import home
from tests.commanding_builders import a_mute, a_user, an_entry, say, some_names

ENTRIES = (
    "title:ranges, views",
    "author:all",
    "author:everything",
    "author:Niebler",
    "Smith, John",
    "P2300",
    "LWG",
    "audience:SG16",
    "mailings",
    "title:all",
    "all",
)


@pytest.mark.parametrize("text", ENTRIES)
def test_remove_removes_that_entry_alone(text: str) -> None:
    entry = an_entry(text)
    user = a_user("P1", "title:views", text, "std::execution")
    items = home("h", user, some_names()).entries
    (item,) = [each for each in items if each.text == entry.text]
    assert say(item.command, user).changes.remove == ((entry.kind, entry.key),), item.command


@pytest.mark.parametrize("text", ENTRIES[:-1])
def test_unmute_ends_that_mute_alone(text: str) -> None:
    mute = a_mute(text)
    user = a_user(mutes=(a_mute("P1"), a_mute("title:views"), mute, a_mute("all")))
    (item,) = [each for each in home("h", user, some_names()).mutes if each.text == mute.text]
    # the only one whose name is All is not everything
    assert say(item.command, user).changes.unmute == ((mute.kind, mute.key),), item.command


def test_to_unmute_everything_ends_that_mute() -> None:
    user = a_user(mutes=(a_mute("all"),))
    (item,) = home("h", user, some_names()).mutes
    assert (item.text, item.command) == ("Everything", "unmute all")


@pytest.mark.parametrize("text", ["author:all", "author:everything"])
def test_what_undoes_an_entry_or_a_mute_leaves_the_others(text: str) -> None:
    user = a_user("P1", mutes=(a_mute("P1"),))
    answer = say(f"mute {text}", user).answer
    assert answer is not None
    assert [each.command for each in answer.buttons] == [f"unmute {text}"]

"""What people write around a list of entries, and what is none of them."""

import pytest

from actors.watchlist.model.user_state import Changes
from tests.builders import a_paper
from tests.commanding_builders import a_user, said, say, some_papers


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("watch P2900, not P2996", "watch P2900"),
        ("watch P2900 not P2996", "watch P2900"),
        ("watch P2900 without P2996", "watch P2900"),
        ("watch Niebler, not Shoop", "watch Niebler"),
        ("watch not P2900", "unwatch P2900"),
        ("watch P2900 and mute P2996", "mute P2996"),
        ("watch P2900, mute P2996", "mute P2996"),
        ("watch P2900 then mute it", "mute P2900"),
        ("watch P2900; unwatch P2300", "unwatch P2300"),
        ("watch P2900, remove P2300", "remove P2300"),
        ("watch P2900 & unfollow P2300", "unfollow P2300"),
        ("watch title:contracts, not P2300", "watch title:contracts"),
        ("unwatch P2300 and mute P2996", "mute P2996"),
        ("unwatch P2900, watch P2300", "watch P2300"),
        ("mute P2900 and unwatch P2300", "unwatch P2300"),
        ("unmute P2900, mute P2300", "mute P2300"),
    ],
)
def test_what_is_not_wanted_or_a_second_command_adds_nothing(typed: str, offered: str) -> None:
    refused = say(typed, a_user("P2300"), some_papers(a_paper(2300, 10), a_paper(2900, 14, title="Contracts")))
    assert refused.changes == Changes()
    assert refused.answer is not None
    assert offered in [each.command for each in refused.answer.buttons]


@pytest.mark.parametrize(
    "typed",
    ["watch only P2900", "watch just P2900", "watch P2900 too", "watch P2900, too", "watch P2900 as well",
     "watch P2900 now", "watch also P2900 please", "watch P2900 again, if possible", "watch P2900 forever"],
)  # fmt: skip
def test_words_around_a_list_are_no_entries(typed: str) -> None:
    added = say(typed)
    assert [entry.key for entry in added.changes.add] == ["P2900"]
    assert len(said(added).splitlines()) == 1


def test_a_command_that_is_said_again_behind_an_entry_is_no_entry() -> None:
    for typed in ("watch P2900 and watch P2996", "watch P2900, then add P2996", "watch P2900. Follow P2996"):
        assert [entry.key for entry in say(typed).changes.add] == ["P2900", "P2996"]
        assert len(said(say(typed)).splitlines()) == 2
    assert [mute.text for mute in say("mute P2900, mute P2996").changes.mute] == ["P2900", "P2996"]
    user = a_user("P2900", "P2996")
    assert len(said(say("unwatch P2900 and remove P2996", user)).splitlines()) == 2


def test_words_of_a_title_stay_and_so_does_a_word_alone() -> None:
    assert [entry.key for entry in say("watch title:read only").changes.add] == ["read only"]
    assert [entry.key for entry in say("watch title:values that are not 2300").changes.add] == [
        "values that are not 2300"
    ]
    assert [entry.key for entry in say("watch author:Just").changes.add] == ["just"]
    assert not say("watch only").changes.add


def test_one_entry_instead_of_another_is_a_replacement() -> None:
    for typed in ("watch P2301 instead of P2300", "use P2301 rather than P2300", "add P2301 in place of P2300"):
        changes = say(typed, a_user("P2300")).changes
        assert ([entry.key for entry in changes.add], [key for _, key in changes.remove]) == (["P2301"], ["P2300"])


def test_what_is_unwatched_for_now_is_not_removed_and_a_word_behind_it_is_no_entry() -> None:
    for typed in ("unwatch P2300 for now", "unwatch P2300 temporarily", "unwatch P2300 for the time being"):
        refused = say(typed, a_user("P2300"))
        assert not refused.changes.remove
        assert "Did you mean mute P2300" in said(refused)
    for typed in ("unwatch P2300 now", "unwatch P2300 for good", "unwatch P2300 forever"):
        assert said(say(typed, a_user("P2300"))) == "You're no longer watching P2300."


@pytest.mark.parametrize(
    "typed",
    ["mute everything except P2300", "mute all but P2300", "mute P2300 2", "mute all 2", "mute all next week",
     "mute P2300 tomorrow", "mute all from Monday to Friday", "mute all from 2025-12-20 to 2026-01-05",
     "mute all by Friday", "mute P2300 for a while", "mute P2300 for two more weeks",
     "mute P2300 until Friday 17h", "I'm on holiday next week"],
)  # fmt: skip
def test_a_mute_whose_time_or_exception_is_not_understood_mutes_nothing_and_takes_it_for_no_name(typed: str) -> None:
    refused = say(typed, a_user("P2300"))
    assert refused.changes == Changes()
    assert "author" not in said(refused)


def test_a_question_mark_and_only_are_no_part_of_a_time() -> None:
    for typed in ("can you mute P2300 until Monday morning?", "mute P2300 for one day only"):
        assert [mute.text for mute in say(typed).changes.mute] == ["P2300"]


def test_a_time_without_what_to_mute_offers_all() -> None:
    for typed in ("mute 2w", "mute for an hour", "snooze until Monday"):
        assert f"Did you mean mute all {typed.partition(' ')[2]}?" in said(say(typed))


def test_a_digest_that_is_paused_is_a_mute_of_all() -> None:
    for typed in ("mute digest", "pause my daily digest", "pause notifications for a week"):
        assert [mute.text for mute in say(typed).changes.mute] == ["all"]


def test_a_second_line_is_suggested_only_if_it_is_a_command() -> None:
    for typed, suggested in (("watch P2300\ndigest watch", ""), ("watch P2300\ndigest daily", "digest daily")):
        offers = [each for each in said(say(typed)).splitlines() if each.startswith("Did you mean")]
        assert offers == ([f"Did you mean {suggested}?"] if suggested else [])

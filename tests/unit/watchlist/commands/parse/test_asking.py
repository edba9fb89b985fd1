"""A question about what one may do changes nothing, and is answered with the command."""

import pytest

from actors.watchlist.model.user_state import Changes
from tests.builders import a_paper
from tests.commanding_builders import a_mute, a_user, said, say, some_papers


@pytest.mark.parametrize(
    ("question", "command"),
    [
        ("can I unwatch P2300?", "unwatch P2300"),
        ("hey, can I unwatch P2300", "unwatch P2300"),
        ("@callboard could I remove P2300, please?", "remove P2300"),
        ("Can I mute P2300 for a week?", "mute P2300 for a week"),
        ("may we watch P2301?", "watch P2301"),
        ("should I watch P2301?", "watch P2301"),
        ("do I need to unwatch P2300 first?", "unwatch P2300"),
        ("is it possible to mute P2300 for a week?", "mute P2300 for a week"),
        ("is there a way to unwatch everything?", "unwatch everything"),
        ("can I turn off the digest?", "digest off"),
        ("can I get a daily digest?", "digest daily"),
        ("can I set my timezone to Tokyo?", "timezone Tokyo"),
        ("can I delete my data?", "forget me"),
        ("can I unmute P2996?", "unmute P2996"),
    ],
)
def test_who_asks_whether_they_may_gets_the_command_and_nothing_changes(question: str, command: str) -> None:
    answer = say(question, a_user("P2300", mutes=(a_mute("P2996"),)))
    assert answer.changes == Changes()
    assert said(answer).endswith(f"Nothing has changed yet.\nType {command}.")
    assert answer.answer is not None
    assert [each.command for each in answer.answer.buttons] == [command]


def test_a_question_that_names_nothing_is_answered_with_help() -> None:
    for question in ("can I watch authors?", "what happens if I watch P2300?", "can I watch several papers?",
                     "can I watch an author and a group?"):  # fmt: skip
        assert said(say(question)).startswith("• watch Niebler:")


def test_a_question_offers_only_what_is_a_command() -> None:
    both = said(say("should I mute P2300 or P2301?", a_user("P2300")))
    assert both.endswith("Type mute P2300, or mute P2301.")
    assert say("can I mute modules or ranges?") == say("help mute")
    assert say("should I watch Niebler or Shoop?") == say("help watch")
    assert say("can I import a list?") == say("help import")


def test_a_question_about_a_paper_shows_it() -> None:
    papers = some_papers(a_paper(2300))
    for asked in ("is it possible to see P2300?", "what changed in P2300?", "what happened with P2300?",
                  "did I miss P2300?"):  # fmt: skip
        assert say(asked, papers=papers) == say("paper P2300", papers=papers), asked
    assert said(say("is it possible to wibble it?")).startswith("I don't understand")


def test_a_replacement_names_two_entries() -> None:
    assert [entry.key for entry in say("watch P2301 instead of it").changes.add] == ["P2301"]
    for typed in ("use a digest instead of immediate notices", "add a weekly digest instead of P2300"):
        assert "You aren't watching" not in said(say(typed, a_user("P2300")))


def test_a_digest_instead_of_notices_is_a_digest() -> None:
    for typed in ("use a digest instead of immediate notices", "I'd rather have a digest", "digest rather than alerts"):
        assert said(say(typed)).splitlines()[1] == "Did you mean digest daily 09:00?", typed
    for typed in ("one message a day instead of many", "I'd prefer a daily digest instead of notifications"):
        assert say(typed) == say("digest daily"), typed
    assert say("once a week or so") == say("every week or so") == say("digest weekly")


@pytest.mark.parametrize(
    "typed",
    ["turn off notices instead of digest", "clear my list rather than many notices", "I have a daily digest",
     "don't notify me about P2300 rather than all things", "forget me rather than many alerts",
     "have I a daily digest?", "no more P2300 rather than many things", "would I have a weekly digest?"],
)  # fmt: skip
def test_what_is_no_wish_for_a_digest_changes_nothing(typed: str) -> None:
    assert say(typed, a_user("P2300")).changes == Changes()


def test_a_question_that_asks_callboard_to_do_something_is_a_request() -> None:
    for request in ("can you unwatch P2300?", "could you please remove P2300", "would you unwatch P2300?"):
        assert said(say(request, a_user("P2300"))) == "You're no longer watching P2300."


def test_a_question_about_what_there_is_is_answered() -> None:
    assert "Notices are sent" in said(say("can I see my settings?"))
    assert said(say("can I wibble?")).startswith("I don't understand “can I wibble?”.")
    assert said(say("can I watch P2301 for a week?")).startswith("A watch lasts until you unwatch it")
    assert said(say("can I mute P2300 until 5/6?")).startswith("“5/6” can be 5 Jun or 6 May.")


@pytest.mark.parametrize(
    "typed",
    ["unwatch everything I watch", "unwatch all of them", "unwatch all entries", "unwatch the whole list",
     "remove all my entries"],
)  # fmt: skip
def test_the_whole_list_in_other_words_is_all_and_answered_alike(typed: str) -> None:
    for user in (a_user(), a_user("P2300", "author:Niebler", "audience:SG16")):
        assert say(typed, user) == say("unwatch all", user)


@pytest.mark.parametrize(
    "typed",
    ["unwatch all authors", "unwatch my papers", "unwatch papers", "unwatch all groups", "unwatch all papers",
     "unwatch all my papers", "remove all the papers", "unwatch every paper", "unwatch all papers I follow",
     "unwatch all papers from my list", "unwatch all of my papers", "unwatch the papers on my list"],
)  # fmt: skip
def test_a_part_of_the_list_that_no_entry_names_is_not_removed(typed: str) -> None:
    refused = say(typed, a_user("P2300", "author:Niebler"))
    assert refused.changes == Changes()
    assert said(refused).splitlines()[-1] == "Type watching, or unwatch all."


def test_an_entry_that_is_not_named_is_asked_for() -> None:
    for typed in ("unwatch it", "unwatch that"):
        assert said(say(typed, a_user("P2300"))).startswith("Tell me which entry to stop watching.")
    assert [key for _, key in say("unwatch all LWG issues", a_user("LWG")).changes.remove] == ["LWG"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("watch P2301 for a week", ["watch P2301"]),
        ("watch P2301 until Monday", ["watch P2301"]),
        ("watch P2301 until Kona", ["watch P2301"]),
        ("watch P2301 in two weeks", ["watch P2301"]),
        ("remind me of P2301 in two weeks", ["watch P2301"]),
        ("watch papers from this week", []),
        ("watch new papers today", []),
        ("watch P2301, SG16 for two months", ["watch P2301, SG16"]),
        ("watch P2301 for a while", ["watch P2301"]),
        ("keep me posted on P2301 until it is published", ["watch P2301"]),
        ("watch P2301 every morning", ["watch P2301", "digest daily"]),
        ("watch P2301 and notify me weekly", ["watch P2301", "digest weekly"]),
        ("watch P2301 Weekly", ["watch P2301", "digest weekly"]),
        ("watch P2301 every Friday at 5pm", ["watch P2301", "digest weekly Friday"]),
    ],
)
def test_a_watch_has_no_end_and_no_rhythm_of_its_own(typed: str, offered: list[str]) -> None:
    answer = say(typed)
    assert answer.changes == Changes()
    assert answer.answer is not None
    assert [each.command for each in answer.answer.buttons if each.command != "help"] == offered
    expected = "A watch lasts until you unwatch it" if len(offered) < 2 else "A digest covers all your entries"
    assert said(answer).startswith(expected)


def test_a_name_may_end_like_a_rhythm() -> None:
    for typed in ("watch C++ Weekly", "watch P2301, Joe Weekly"):
        answer = say(typed)
        assert not said(answer).startswith("A digest")
        assert answer.answer is None or "digest weekly" not in [each.command for each in answer.answer.buttons]
    assert said(say("watch C++ weekly")).endswith("Type digest weekly.")


def test_a_time_in_a_title_is_no_end_of_a_watch_and_for_now_has_none() -> None:
    for typed, keys in (
        ("watch title:2 days", ["2 days"]),
        ("watch P2301: wait until idle", ["P2301"]),
        ("watch P2301 for now", ["P2301"]),
        ("watch P2301 for the time being", ["P2301"]),
    ):
        assert [entry.key for entry in say(typed).changes.add] == keys

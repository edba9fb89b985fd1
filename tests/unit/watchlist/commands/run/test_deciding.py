"""What becomes of commands, and what is said to them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.timezones.tables import PLACES
from actors.stage.server.timelapse import WATCHES
from actors.watchlist.commands.parse.parsed_commands import WhyCommand
from actors.watchlist.commands.run.deciding import subject_of
from actors.watchlist.commands.run.own_entries import as_typed
from actors.watchlist.commands.run.result import CommandResult
from actors.watchlist.matching.entries import MAX_ENTRIES, EntryKind, ParsedEntry, parse
from actors.watchlist.matching.mutes import MAX_MUTES
from actors.watchlist.model.author_names import AuthorNames
from actors.watchlist.model.questions import Question, QuestionKind
from actors.watchlist.model.recent_papers import BROAD_FROM_PAPERS, RecentPapers
from actors.watchlist.model.user_state import Changes, Requester
from messages.commands import CommandOutcome, Delivery, DigestTimes, Emphasis, Preferences, QuietHours
from messages.papers import PaperKind
from tests.builders import NOON, a_paper
from tests.commanding_builders import a_mute, a_user, said, say, some_papers


def many_papers(number: int) -> RecentPapers:
    return some_papers(*(a_paper(n, 0, title="The same", authors=("Ada Author",)) for n in range(1, number + 1)))


def added(decision: CommandResult) -> list[str]:
    return [entry.text for entry in decision.changes.add]


def test_entries_are_added_with_what_they_would_have_matched() -> None:
    papers = some_papers(
        a_paper(2300, 10), a_paper(2301, 0, authors=("Somebody Else",)), a_paper(9, None, PaperKind.LWG)
    )
    decision = say("watch Köppe, P2301, LWG, title:execution", papers=papers)
    assert decision.outcome is CommandOutcome.DONE
    assert added(decision) == ["Köppe", "P2301", "LWG", "title:execution"]
    assert said(decision).splitlines() == [
        "You're now watching Köppe: 1 paper in the last year (P2300R10).",
        "You're now watching P2301 — std::execution, newest R0 of 2024-06-28.",
        "You're now watching LWG: 1 issue in the last year (LWG9).",
        "That covers the issues of LWG. For papers addressed to LWG, type watch audience:LWG.",
        "You're now watching title:execution: 2 papers in the last year (P2301R0, P2300R10).",
    ]


@pytest.mark.parametrize("entry", [entry for _, entry in WATCHES])
def test_the_demo_watches_its_entries_even_before_the_index_is_loaded(entry: str) -> None:
    decision = say(f"watch {entry}", papers=RecentPapers(), names=AuthorNames())
    assert added(decision) == [entry.removeprefix("author:")]


def test_what_is_not_clear_is_said_of_that_entry_alone() -> None:
    both = said(say("watch reflection, P2300"))
    assert "I don't know an author “reflection”, so I haven't added it." in both
    assert "You're now watching P2300" in both


def test_before_the_index_is_loaded_a_name_is_added_if_its_user_says_that_it_is_one() -> None:
    unknown = say("watch Köppe", papers=RecentPapers(), names=AuthorNames())
    assert (unknown.outcome, unknown.changes) == (CommandOutcome.REFUSED, Changes())
    assert "The index hasn't loaded yet" in said(unknown)
    assert unknown.answer is not None
    for command in (unknown.answer.buttons[0].command, "watch author:Köppe", "watch! Köppe"):
        decision = say(command, papers=RecentPapers(), names=AuthorNames())
        assert added(decision) == ["Köppe"]
        assert "once the index has loaded" in said(decision)
    assert added(say("watch P2300, SG16, title:x", names=AuthorNames())) == ["P2300", "audience:SG16", "title:x"]


def test_a_reader_is_asked_about_an_entry_that_is_too_broad() -> None:
    papers = many_papers(BROAD_FROM_PAPERS + 1)
    decision = say("watch title:same, P7", papers=papers)
    assert added(decision) == ["P7"]
    assert decision.answer is not None
    assert f"would have matched {BROAD_FROM_PAPERS + 1} papers in the last year. Too broad?" in said(decision)
    press = next(button for button in decision.answer.buttons if button.emphasis is Emphasis.PRIMARY)
    assert added(say(press.command, papers=papers)) == ["title:same"]
    assert added(say("watch title:same", papers=many_papers(BROAD_FROM_PAPERS))) == ["title:same"]


def test_a_reader_is_asked_about_a_broad_entry_in_place_of_another_too() -> None:
    papers, user = many_papers(BROAD_FROM_PAPERS + 1), a_user("stand by me")
    asked = say('replace "stand by me" with title:same', user, papers)
    assert (asked.changes, f"would have matched {BROAD_FROM_PAPERS + 1} papers" in said(asked)) == (Changes(), True)
    assert asked.answer is not None
    taken = say(asked.answer.buttons[0].command, user, papers)
    assert (added(taken), taken.changes.remove) == (["title:same"], ((EntryKind.AUTHOR, "stand by me"),))
    operators = say("replace P7 with title:same", a_user("P7", requester=Requester.OPERATOR), papers)
    assert added(operators) == ["title:same"]
    assert "Too broad? To undo, type replace title:same with P7." in said(operators)
    known = say("replace P7 with title:same", a_user("P7", "title:same"), papers)
    assert (added(known), known.changes.remove) == ([], ((EntryKind.NUMBER, "P7"),))


def test_an_operator_is_told_and_not_asked() -> None:
    decision = say("watch title:same", a_user(requester=Requester.OPERATOR), many_papers(BROAD_FROM_PAPERS + 1))
    assert added(decision) == ["title:same"]
    assert "Too broad? To undo, type unwatch title:same." in said(decision)


def test_a_near_miss_gets_a_suggestion_that_a_button_takes() -> None:
    papers = some_papers(a_paper(2300, 10))
    decision = say("watch Kope", papers=papers)
    assert decision.answer is not None
    assert (added(decision), "• watch Köppe: 1 paper in the last year" in said(decision)) == ([], True)
    assert added(say(decision.answer.buttons[0].command, papers=papers)) == ["Köppe"]
    insisted = say("watch! Kope", papers=papers)
    assert insisted.answer is not None
    assert "You're now watching Kope: 0 papers so far.\nDid you mean Köppe?" in said(insisted)
    swapped = say(insisted.answer.buttons[0].command, a_user("author:Kope"), papers)
    assert (added(swapped), swapped.changes.remove) == (["Köppe"], ((EntryKind.AUTHOR, "kope"),))
    assert 'watch "Thomas Köppe": 1 paper' in said(say("watch Tomas Köpe", papers=papers))
    assert "Did you mean title:execution?" in said(say("watch title:exection", papers=papers))


def test_what_is_watched_already_or_is_no_entry_changes_nothing() -> None:
    decision = say("watch P2300, ²", a_user("P2300"))
    assert (decision.outcome, decision.changes) == (CommandOutcome.REFUSED, Changes())
    assert "You're already watching P2300." in said(decision)
    assert "looks like a digit" in said(decision)


def test_a_user_has_a_limited_number_of_entries() -> None:
    many = a_user(*(f"P{n}" for n in range(1, MAX_ENTRIES)))
    decision = say("watch Köppe, Niebler", many)
    assert added(decision) == ["Köppe"]
    assert "“Niebler” was not added" in said(decision)


def test_entries_are_removed_one_by_one_or_all() -> None:
    user = a_user("Köppe", "P2300", "title:x")
    assert say("unwatch KOPPE, d2300r4", user).changes.remove == (
        (EntryKind.AUTHOR, "koppe"),
        (EntryKind.NUMBER, "P2300"),
    )
    assert len(say("unwatch all", user).changes.remove) == 3
    refused = say("unwatch Thomas Köppe", user)
    assert refused.outcome is CommandOutcome.REFUSED
    assert said(refused) == "You aren't watching “Thomas Köppe”. You do watch “Köppe”."
    assert say("unwatch all").outcome is CommandOutcome.REFUSED


def test_a_number_or_an_entry_or_everything_is_muted_and_unmuted() -> None:
    decision = say("mute P2300 2w", a_user("P2300"))
    assert decision.changes.mute == (a_mute("P2300", until=NOON + timedelta(weeks=2)),)
    assert "until 2025-12-05 12:00 UTC" in said(decision)
    assert say("mute all").changes.mute == (a_mute("all"),)
    assert "Note that you aren't watching “Köppe”." in said(say("mute Köppe"))
    assert "already held" not in said(decision)
    assert say("mute P2300 until 2020-01-01").outcome is CommandOutcome.REFUSED
    for words in ("mute P2300 until 9999-12-31 23:59", "import mute P2300 until 9999-12-31 23:59"):
        refused = say(words, a_user(preferences=say("timezone Europe/Berlin").changes.preferences))
        assert (refused.outcome, "longer than five years" in said(refused)) == (CommandOutcome.REFUSED, True)
    user = a_user(mutes=(a_mute("P2300"), a_mute("all")))
    assert say("unmute 2300", user).changes.unmute == ((EntryKind.NUMBER, "P2300"),)
    assert say("unmute all", user).changes.unmute == ((EntryKind.NUMBER, "P2300"), (None, ""))
    assert "“P7” isn't muted. Muted: “P2300”, “all”." in said(say("unmute P7", user))
    assert "Everything" in said(say("mutes", user))


def test_who_is_told_later_hears_that_a_mute_takes_back_what_is_held() -> None:
    kept = "Notices about it that are held for your digest or quiet hours are taken back."
    all_kept = "Notices that are held for your digest or quiet hours are taken back."
    quiet = say("quiet 22:00-07:00").changes.preferences
    daily = say("digest daily 09:00 Europe/Berlin").changes.preferences
    for preferences in (quiet, daily):
        assert kept in said(say("mute P2300", a_user("P2300", preferences=preferences)))
        assert all_kept in said(say("pause", a_user("P2300", preferences=preferences)))


def test_a_user_has_a_limited_number_of_mutes() -> None:
    full = a_user(mutes=tuple(a_mute(f"P{n}") for n in range(1, MAX_MUTES + 1)))
    assert say("mute Q", full).outcome is CommandOutcome.REFUSED
    assert say("mute P7 1d", full).outcome is CommandOutcome.DONE


def test_preferences_keep_what_is_not_said() -> None:
    first = say("digest daily 07:30 Europe/Berlin").changes.preferences
    daily = (DigestTimes(days=tuple(range(7)), minutes=(450,)),)
    assert first == Preferences(user="U1", delivery=Delivery.DIGEST, digest=daily, zone="Europe/Berlin", quiet=())
    second = say("quiet 22:00-07:00", a_user(preferences=first)).changes.preferences
    assert second is not None
    nights = (QuietHours(days=tuple(range(7)), begin=1320, end=420),)
    assert second == replace(first, quiet=nights)
    third = say("digest weekly Friday", a_user(preferences=second)).changes.preferences
    assert third is not None
    assert third == replace(second, digest=(DigestTimes(days=(4,), minutes=(450,)),))
    shown = said(say("settings", a_user(preferences=third)))
    assert "once a week on Friday at 07:30" in shown
    assert "from 22:00 to 07:00" in shown
    assert say("digest weekly friday", a_user(preferences=third)).changes == Changes()
    off = say("digest off", a_user(preferences=third)).changes.preferences
    assert off is not None
    assert off.delivery is Delivery.IMMEDIATE


def test_to_be_forgotten_is_confirmed_by_a_button_or_a_word() -> None:
    user = a_user("Köppe", mutes=(a_mute("P7"),))
    asked = say("forget me", user)
    assert asked.changes == Changes()
    assert asked.answer is not None
    assert "1 entry and 1 mute" in said(asked)
    danger = next(button for button in asked.answer.buttons if button.emphasis is Emphasis.DANGER)
    assert say(danger.command, user).changes == Changes(forget=True)
    assert say("forget me", a_user(requester=Requester.OPERATOR)).outcome is CommandOutcome.REFUSED
    assert say("forget me yes", a_user(requester=Requester.OPERATOR)).changes.forget


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("paper P2300", Question(kind=QuestionKind.PAPER, paper=PaperKind.P, number=2300, limit=3)),
        ("paper LWG4000", Question(kind=QuestionKind.PAPER, paper=PaperKind.LWG, number=4000, limit=3)),
        ("recent 7", Question(kind=QuestionKind.RECENT, limit=7)),
        ("status", Question(kind=QuestionKind.STATUS)),
        ("uptime", Question(kind=QuestionKind.UPTIME)),
    ],
)
def test_what_others_own_they_are_asked(text: str, question: Question) -> None:
    assert say(text) == CommandResult(outcome=CommandOutcome.DONE, answer=None, question=question)


def test_a_paper_can_be_looked_for_by_words_of_its_title() -> None:
    papers = some_papers(a_paper(2300, 10, title="std::execution, again"))
    assert "P2300R10: std::execution, again" in said(say("paper again execution", papers=papers))


def test_why_is_about_a_number() -> None:
    assert subject_of(WhyCommand(what="d2300r4")) == "P2300"
    assert isinstance(subject_of(WhyCommand(what="Köppe")), CommandResult)


def test_what_was_exported_is_imported_again() -> None:
    texts = [
        "Köppe",
        "Thomas Köppe",
        "P2300",
        "LWG",
        "title:static reflection",
        "audience:SG16",
        "O'Brien, Jr",
        "author:LWG",
    ]
    way = say("quiet 22:00-07:00 Europe/Berlin").changes.preferences
    mutes = (a_mute("all", until=NOON + timedelta(days=2)), a_mute("title:static reflection"))
    text = said(say("export", a_user(*texts, mutes=mutes, preferences=way)))
    decision = say(f"import {text}")
    assert sorted(added(decision)) == sorted(texts)
    assert decision.changes.mute == mutes
    assert decision.changes.preferences == way
    assert said(decision) == f"{len(texts)} entries added, 4 settings applied."


def test_a_way_in_any_place_survives_export_and_import() -> None:
    for zone in ("", "UTC", "GMT", *PLACES):
        monday = (DigestTimes(days=(0,), minutes=(540,)),)
        nights = (QuietHours(days=tuple(range(7)), begin=1320, end=420),)
        way = Preferences(user="U1", delivery=Delivery.DIGEST, digest=monday, zone=zone, quiet=nights)
        text = said(say("export", a_user(preferences=way)))
        assert say(f"import {text}").changes.preferences == way, text


def test_an_import_with_other_lines_is_refused_until_its_user_says_that_the_rest_is_wanted() -> None:
    lines = "watch Niebler, P2300, reflection\nKöppe\nstatus of the world\nmute Köppe 3d\nwatch topic:x"
    asked = say(f"import {lines}", a_user("P2300"))
    assert (asked.outcome, asked.changes) == (CommandOutcome.REFUSED, Changes())
    assert said(asked).splitlines() == [
        "Nothing was imported, because 4 lines aren't ones that an export writes:",
        "• “reflection” is no author that I know. Write author:reflection or title:reflection.",
        "• “Köppe” isn't a line of an export. To add an entry, write watch before it.",
        "• “status of the world” isn't a line of an export. To add an entry, write watch before it.",
        "• “topic:x”: There is no mark “topic:”. Entries can begin with author:, title: or audience:.",
        "To import the rest (2 entries and 1 setting), type import! instead of import.",
    ]
    assert asked.answer is not None
    decision = say(asked.answer.buttons[0].command, a_user("P2300"))
    assert added(decision) == ["Niebler"]
    assert said(decision).startswith(
        "1 entry added, 1 already on your list, 1 setting applied, 4 lines not understood."
    )
    assert say("import ²").outcome is CommandOutcome.REFUSED


def test_an_import_keeps_authors_who_are_not_in_the_index() -> None:
    user = a_user("author:Newcomer", "Niebler", "author:sg16")
    exported = said(say("export", user))
    assert exported == "watch author:Newcomer, Niebler, author:sg16"
    for names in (None, AuthorNames()):
        found = say(f"import {exported}", names=names).changes.add
        assert [(entry.kind, entry.key) for entry in found] == [(each.kind, each.key) for each in user.entries]
    before_the_index = said(say("export", user, names=AuthorNames()))
    assert [entry.key for entry in say(f"import {before_the_index}").changes.add] == ["newcomer", "niebler", "sg16"]


ENTRIES = st.builds(
    "{}{}".format, st.sampled_from(("Kö", "audience:LEWG", "title:a b", "P23", "”A ")), st.text(max_size=28)
)


@given(st.lists(ENTRIES.map(parse).filter(lambda parsed: isinstance(parsed, ParsedEntry)), max_size=8))
def test_every_entry_survives_export_and_import(parsed_entries: list[ParsedEntry]) -> None:
    user = a_user(*{(parsed.kind, parsed.key): parsed.text for parsed in parsed_entries}.values())
    text = said(say("export", user))
    if user.entries:
        assert {(entry.kind, entry.key) for entry in say(f"import {escaped(text)}").changes.add} == {
            (entry.kind, entry.key) for entry in user.entries
        }


def escaped(text: str) -> str:
    """As Slack delivers what people paste."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_typed_entries_are_quoted_where_they_would_be_taken_for_several() -> None:
    assert (as_typed("Köppe"), as_typed("Thomas Köppe"), as_typed("a,b")) == ("Köppe", '"Thomas Köppe"', '"a,b"')
    assert as_typed("A«0") == '"A 0"'

"""Words of titles, said in words; and lists of issues by the names of their groups."""

import pytest

from actors.watchlist.matching.entries import EntryKind
from actors.watchlist.model.user_state import Changes
from tests.builders import a_paper
from tests.commanding_builders import a_user, said, say, some_papers


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("papers with contracts in the title", "contracts"),
        ("all drafts that have contracts in title", "contracts"),
        ("papers whose title contains contracts", "contracts"),
        ("papers with a title containing contracts", "contracts"),
        ('anything with "static reflection" in the title', "static reflection"),
        ("papers with reflection and contracts in the title", "reflection and contracts"),
        ("title:work in the title", "work in the title"),
    ],
)
def test_a_title_is_described_in_words(typed: str, key: str) -> None:
    assert [(entry.kind, entry.key) for entry in say(f"watch {typed}").changes.add] == [(EntryKind.TITLE, key)]


def test_a_search_finds_what_is_said_to_stand_in_a_title() -> None:
    papers = some_papers(a_paper(2900, 14, title="Contracts for C++"))
    assert "P2900R14" in said(say("search papers with contracts in the title", papers=papers))


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("core issues", ["CWG"]),
        ("all the library evolution issues", ["LEWG"]),
        ("core language issue 2900", ["CWG2900"]),
        ("library issue #4000, core issue 2900", ["LWG4000", "CWG2900"]),
        ("core issues 2900, 2901", ["CWG2900", "CWG2901"]),
        ("papers about core issues", ["core issues"]),
        ("title:core issues", ["core issues"]),
    ],
)
def test_a_list_of_issues_goes_by_the_name_of_its_group(typed: str, keys: list[str]) -> None:
    assert [entry.key for entry in say(f"watch {typed}").changes.add] == keys


def test_an_issue_alone_is_shown_by_its_list_and_without_one_the_list_is_asked_for() -> None:
    for typed, kind in (("library issue 4000", "LWG"), ("core issue 4000", "CWG")):
        question = say(typed).question
        assert question is not None
        assert question.paper is not None
        assert (question.paper.value, question.number) == (kind, 4000)
    asked = say("issue 4000")
    assert said(asked).splitlines()[0] == "Which list is issue 4000 in?"
    assert asked.answer is not None
    assert [each.command for each in asked.answer.buttons] == ["paper LWG4000", "paper CWG4000"]


def test_the_name_of_a_group_or_a_short_word_is_no_misspelled_title() -> None:
    papers = some_papers(a_paper(3700, 0, title="More reflection"))
    for typed in ("watch core", "core", "watch bore"):
        answer = say(typed, papers=papers)
        assert "title:more" not in said(answer)
        assert answer.changes == Changes()
    assert "title:reflection" in said(say("watch reflektion", a_user(), papers))

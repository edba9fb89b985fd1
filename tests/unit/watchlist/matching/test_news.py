"""What a notice says of what happened."""

from actors.watchlist.matching.news import news_items
from messages.papers import PaperChange, PapersChanged
from tests.builders import NOON, a_paper
from tests.watching_builders import a_matcher


def test_a_changed_title_is_told_with_what_it_was_and_for_whom_the_paper_is() -> None:
    change = PaperChange(before=a_paper(title="Ranges", authors=()), after=a_paper(title="Views"))
    (told,) = news_items(a_matcher(U1=("Niebler",)), {"P2300": ("LEWG",)}, PapersChanged(at=NOON, changes=(change,)))
    assert (told.notice.detail, told.notice.audience) == ("The title was: Ranges", ("LEWG",))
    assert told.matches == {"U1": ("Niebler",)}


def test_of_a_paper_whose_authors_changed_no_title_is_told() -> None:
    change = PaperChange(before=a_paper(authors=()), after=a_paper())
    (told,) = news_items(a_matcher(), {}, PapersChanged(at=NOON, changes=(change,)))
    assert told.notice.detail == ""

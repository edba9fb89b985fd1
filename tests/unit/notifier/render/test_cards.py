"""Which messages have a card that is kept true."""

from actors.notifier.render import cards, notices
from messages.notices import Happening
from tests.builders import NOON
from tests.watching_builders import a_notice

DRAFTS = [a_notice(f"D{number}R0") for number in range(1000, 1003)]


def test_a_whole_message_about_drafts_has_a_card() -> None:
    (message,) = notices.for_channel(DRAFTS)
    assert cards.card_of(message) == tuple(DRAFTS)
    (added,) = notices.for_channel([a_notice("P1000R0", happening=Happening.PAPER_ADDED)])
    assert cards.card_of(added) == ()


def test_a_page_has_none_because_its_headline_counts_the_whole_batch() -> None:
    many = notices.for_channel([a_notice(f"D{number}R0") for number in range(1000, 1200)])
    long = notices.for_user([a_notice(f"D{number}R0", title="A long title " * 200) for number in range(1000, 1009)])
    for pages in (many, long):
        assert len(pages) > 1
        assert [cards.card_of(page) for page in pages] == [()] * len(pages)


def test_a_summary_has_none_because_its_headline_says_since_when() -> None:
    assert cards.card_of(notices.summary(DRAFTS, 0, NOON)) == ()
    assert cards.card_of(notices.summary(DRAFTS, 0, None, "2026-11 mailing")) == ()
    assert cards.card_of(notices.summary(DRAFTS, 0, None)) == tuple(DRAFTS)

"""How notices are worded."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render.notices import MAX_MESSAGE_CHARACTERS, digest, for_channel, for_user, summary
from messages.notices import Happening, Link, Notice, NotifyUser, SummarizeForUser
from tests.notifier_builders import NOTICES
from tests.watching_builders import a_notice, a_summary


def only(worded: tuple[RenderedMessage, ...]) -> str:
    """The text of the one message."""
    (message,) = worded
    return message.text


def test_a_fresh_draft_in_the_channel() -> None:
    links = (
        Link(label="pdf", url="https://isocpp.org/f/D1R0.pdf"),
        Link(label="html", url="https://isocpp.org/f/D1R0"),
    )
    assert only(for_channel([a_notice("D2300R11", links=links)])) == (
        "New draft\n"
        "\n"
        "*D2300R11* — std::execution\n"
        "Eric Niebler, Kirk Shoop\n"
        "<https://isocpp.org/f/D1R0.pdf|pdf> · <https://isocpp.org/f/D1R0|html>"
    )


def test_fresh_drafts_in_the_channel_are_one_message() -> None:
    assert only(for_channel([a_notice("D2300R11", links=()), a_notice("D3655R3", links=(), authors=(), title="")])) == (
        "2 new drafts\n\n*D2300R11* — std::execution\nEric Niebler, Kirk Shoop\n\n*D3655R3* — title not yet known"
    )


@pytest.mark.parametrize(
    ("notices", "headline"),
    [
        ([a_notice("P1234R0", happening=Happening.DRAFT_PUBLISHED)], "Paper published"),
        ([a_notice(f"P123{n}R0", happening=Happening.DRAFT_PUBLISHED) for n in range(3)], "3 papers published"),
        ([a_notice("P1R0", happening=Happening.PAPER_ADDED)], "New paper"),
        ([a_notice("CWG3022", happening=Happening.PAPER_ADDED)], "New issue"),
        ([a_notice("EDIT7", happening=Happening.PAPER_ADDED)], "New editorial issue"),
        ([a_notice("SD6", happening=Happening.PAPER_CHANGED)], "Changed standing document"),
        ([a_notice("P1R0", happening=Happening.PAPER_CHANGED)] * 2, "2 changed papers"),
        (
            [a_notice("D1R1"), a_notice("D2R1"), a_notice("P1R0", happening=Happening.PAPER_ADDED)],
            "2 new drafts and 1 new paper",
        ),
        (
            [
                a_notice("D1R1"),
                a_notice("LWG7", happening=Happening.PAPER_ADDED),
                a_notice("P1R0", happening=Happening.PAPER_ADDED),
            ],
            "1 new draft, 1 new issue and 1 new paper",
        ),
    ],
)
def test_the_headline_says_what_happened(notices: list[Notice], headline: str) -> None:
    assert only(for_channel(notices)).split("\n")[0] == headline


def test_what_happened_stands_with_each_when_it_differs() -> None:
    text = only(for_channel([a_notice("D1R1"), a_notice("P1R0", happening=Happening.PAPER_ADDED)]))
    assert "*D1R1* (new draft) — " in text
    assert "*P1R0* (new paper) — " in text


def test_a_user_reads_what_of_theirs_matched() -> None:
    assert only(for_user([a_notice("D2300R11", matched=("koppe",), links=(), authors=("Thomas Köppe",))])) == (
        "You watch *koppe*: new draft\n\n*D2300R11* — std::execution\nThomas Köppe"
    )


def test_a_user_reads_which_matched_what_when_it_differs() -> None:
    notices = [a_notice("D1R1", matched=("koppe",)), a_notice("D2R1", matched=("koppe", "P2"))]
    text = only(for_user(notices))
    assert text.startswith("You watch *koppe*, *2*: 2 new drafts\n")
    assert text.endswith("\nbecause you watch *koppe*, *2*")


def test_many_entries_are_shortened() -> None:
    text = only(for_user([a_notice(matched=tuple(f"name {letter}" for letter in "abcdefg"))]))
    assert text.startswith("You watch *name a*, *name b*, *name c*, *name d*, *name e* and 2 more: new draft")


@pytest.mark.parametrize("entry", ["2300", "P2300", "p2300", "D2300R1", "P02300", "D 2300"])
def test_a_watched_number_does_not_read_like_an_id(entry: str) -> None:
    assert only(for_user([a_notice("D2300R11", matched=(entry,))])).startswith("You watch *2300*: new draft\n")


def test_an_entry_is_escaped_and_cannot_end_its_bold() -> None:
    text = only(for_user([a_notice(matched=("a*b <!channel> & co",))]))
    assert text.startswith("You watch *ab &lt;!channel&gt; &amp; co*: new draft")


def test_an_entry_keeps_the_underscores_of_a_name() -> None:
    text = only(for_user([a_notice(matched=("title:is_constant_evaluated",))]))
    assert text.startswith("You watch *title:is_constant_evaluated*: new draft")


@pytest.mark.parametrize(("count", "shown"), [(6, "F"), (7, "… and 2 more")])
def test_a_long_list_of_authors_is_shortened(count: int, shown: str) -> None:
    text = only(for_channel([a_notice(authors=tuple("ABCDEFG"[:count]), links=())]))
    assert text.split("\n")[-1] == f"A, B, C, D, E, {shown}"


def test_a_title_is_escaped_and_cannot_mention_anyone_or_break_the_line() -> None:
    text = only(for_channel([a_notice(title="std::synchronic<T> &\n <!channel>\u2028<@U123>", links=(), authors=())]))
    assert text == "New draft\n\n*D2300R11* — std::synchronic&lt;T&gt; &amp; &lt;!channel&gt; &lt;@U123&gt;"


@pytest.mark.parametrize("url", ["!channel", "@U123", "javascript:alert(1)", "", "https://" + "x" * 400])
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert "<" not in only(for_channel([a_notice(links=(Link(label="pdf", url=url),))]))


def test_an_address_cannot_leave_its_link() -> None:
    link = Link(label="a|b>", url="https://x.org/a|b>c <!here>&d=1")
    assert only(for_channel([a_notice(links=(link,))])).endswith("<https://x.org/a%7Cb%3Ec%3C!here%3E&amp;d=1|a/b&gt;>")


def test_an_enormous_title_is_shortened() -> None:
    text = only(for_channel([a_notice(title="x" * 1_000_000)]))
    assert "x…\n" in text
    assert len(text) < MAX_MESSAGE_CHARACTERS


def test_no_notices_are_no_message() -> None:
    assert for_channel([]) == ()
    assert for_user([]) == ()


def test_what_does_not_fit_goes_on_in_the_next_message() -> None:
    notices = [a_notice(f"D{number}R0", title="x" * 500) for number in range(1000, 1010)]
    first, second = for_channel(notices)
    assert first.text.startswith("10 new drafts (1/2)\n\n*D1000R0*")
    assert second.text.startswith("10 new drafts (2/2)\n\n*D1006R0*")
    assert first.ids + second.ids == tuple(notice.id for notice in notices)


@given(NOTICES)
def test_every_text_keeps_slacks_limit(notices: list[Notice]) -> None:
    assert all(
        0 < len(message.text) <= MAX_MESSAGE_CHARACTERS for message in (*for_user(notices), *for_channel(notices))
    )


@pytest.mark.parametrize("length", range(1, 40))
def test_small_notices_under_a_long_headline_keep_slacks_limit(length: int) -> None:
    entries = tuple("&" * 20 + letter for letter in "abcde")
    notices = [a_notice(f"D{n}R0", matched=entries, title="x" * length, links=()) for n in range(1000, 1200)]
    assert max(len(message.text) for message in for_user(notices)) <= MAX_MESSAGE_CHARACTERS


@given(NOTICES)
def test_a_text_names_exactly_the_ids_that_it_announces(notices: list[Notice]) -> None:
    told: list[str] = []
    for message in for_user(notices):
        assert re.findall(r"^\*([PDN][0-9]{4}R[0-9]{1,2})\*", message.text, re.MULTILINE) == list(message.ids)
        told += message.ids
    assert told == [notice.id for notice in notices]


@given(NOTICES)
def test_nothing_from_outside_is_markup_that_mentions(notices: list[Notice]) -> None:
    for message in (*for_user(notices), *for_channel(notices)):
        unlinked = re.sub(r"<https://[^<>|\s]+\|[^<>|]*>", "", message.text)
        assert "<" not in unlinked
        assert ">" not in unlinked
        assert not re.search(r"&(?!amp;|lt;|gt;)", unlinked)


@given(NOTICES)
def test_every_paragraph_has_only_our_lines(notices: list[Notice]) -> None:
    for message in for_user(notices):
        head, *paragraphs = message.text.split("\n\n")
        assert "\n" not in head
        assert len(paragraphs) == len(message.ids)
        assert all(len(paragraph.split("\n")) <= 5 for paragraph in paragraphs)
        message.text.encode()
        assert "\0" not in message.text


def papers(count: int) -> list[Notice]:
    return [a_notice(f"P{n:04d}R0", happening=Happening.PAPER_ADDED, matched=("niebler",)) for n in range(count)]


def test_a_summary_that_fits_is_worded_as_ever() -> None:
    (usual,) = for_user(papers(3))
    assert summary(papers(3), 0, None) == usual
    since = datetime(2025, 11, 3, tzinfo=UTC)
    assert summary(papers(3), 0, since).text.startswith(
        "News since 2025-11-03. You watch *niebler*: 3 new papers\n\n*P0000R0*"
    )
    assert summary([a_notice("P1R0", happening=Happening.DRAFT_PUBLISHED)], 0, None).text.startswith(
        "Paper published\n"
    )


def test_a_summary_that_does_not_fit_has_a_line_for_each() -> None:
    worded = summary(papers(60), 0, None)
    assert len(for_user(papers(60))) > 1
    assert worded.text.split("\n")[:3] == ["You watch *niebler*: 60 new papers", "", "*P0000R0* — std::execution"]
    assert worded.text.count("\n") == 61
    assert len(worded.ids) == 60


def test_a_summary_of_very_much_has_the_ids_and_says_how_many_it_leaves_out() -> None:
    worded = summary(papers(200), 0, None)
    assert "P0000R0, P0001R0, " in worded.text
    assert worded.text.endswith("P0199R0")
    assert len(worded.ids) == 200
    worded = summary(papers(500), 1234, None)
    assert worded.text.endswith(f" … and {1734 - len(worded.ids):,} more: `recent` shows the newest")


@given(st.integers(1, 600), st.integers(0, 10_000))
def test_a_summary_is_one_message_and_names_what_it_announces(count: int, more: int) -> None:
    worded = summary(papers(count), more, datetime(2025, 11, 3, tzinfo=UTC))
    assert len(worded.text) <= MAX_MESSAGE_CHARACTERS
    assert worded.ids
    assert all(id in worded.text for id in worded.ids)


def test_a_digest_is_worded_as_ever_and_a_summary_in_it_by_itself() -> None:
    usual, update = papers(3), a_notice("D1R0", happening=Happening.DRAFT_UPDATED, detail="a page more")
    since = datetime(2025, 11, 3, tzinfo=UTC)
    kept: list[NotifyUser | SummarizeForUser] = [
        a_summary(*papers(5)[3:], more=0, since=since),
        NotifyUser(user="U1", notices=tuple(usual)),
        a_summary(*papers(6)[5:], more=40),
        NotifyUser(user="U1", notices=(update,)),
    ]
    assert digest(kept) == (*for_user([*usual, update]), summary(papers(6)[3:], 40, since))
    assert digest(kept[1:2]) == for_user(usual)
    assert digest(kept[:1]) == (summary(papers(5)[3:], 0, since),)
    assert digest([]) == ()


def test_an_update_says_what_changed_and_a_withdrawn_draft_has_no_links() -> None:
    update = a_notice("D1R0", happening=Happening.DRAFT_UPDATED, detail="pdf: 2 bytes (was <1>)", links=(), authors=())
    (message,) = for_channel([update])
    assert message.text == "Updated draft\n\n*D1R0* — std::execution\npdf: 2 bytes (was &lt;1&gt;)"
    gone = [a_notice(f"D{n}R0", happening=Happening.DRAFT_WITHDRAWN, links=(), authors=()) for n in (1, 2)]
    assert for_channel(gone)[0].text.startswith("2 withdrawn drafts\n\n*D1R0* — std::execution\n\n*D2R0*")


def test_a_suspicion_announces_nothing() -> None:
    notice = a_notice("", happening=Happening.SUSPICION, detail="99 drafts seem to have appeared at once", links=())
    (message,) = for_channel([notice])
    assert (message.text, message.ids) == ("Suspicion\n\n99 drafts seem to have appeared at once", ())


def test_a_draft_is_told_with_its_audience() -> None:
    (message,) = for_channel([a_notice(audience=("LEWG", "SG1 <x>"))])
    assert "\nAudience: LEWG, SG1 &lt;x&gt;\n" in message.text


def test_what_stands_only_in_the_text_is_said() -> None:
    (message,) = for_user([a_notice(mentioned=("shoop",))])
    assert message.text.startswith("You watch *shoop*: new draft\n")
    assert message.text.endswith("\nits authors could not be read; its first page mentions *shoop*")
    (message,) = for_user([a_notice(matched=("niebler",))])
    assert "could not be read" not in message.text


def test_a_hundred_long_groups_and_mentions_still_fit() -> None:
    for message in for_user(
        [a_notice(audience=("<" * 500,) * 100, mentioned=tuple(f"{'&' * 90}{n}" for n in range(99)))]
    ):
        assert len(message.text) <= MAX_MESSAGE_CHARACTERS

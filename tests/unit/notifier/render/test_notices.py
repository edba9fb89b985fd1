"""How notices are worded."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render.markdown import plain
from actors.notifier.render.notice_lines import MAX_MESSAGE_CHARACTERS
from actors.notifier.render.notices import digest, for_channel, for_user, summary
from messages.notices import Happening, Link, Notice, NotifyUser, SummarizeForUser
from tests.builders import NOON
from tests.notifier_builders import NOTICES
from tests.watching_builders import a_notice, a_summary


def only(worded: tuple[RenderedMessage, ...]) -> str:
    """The text of the one message."""
    (message,) = worded
    return message.text


def test_a_title_is_escaped_and_cannot_mention_anyone_or_break_the_line() -> None:
    text = only(for_channel([a_notice(title="std::synchronic<T> &\n <!channel>\u2028<@U123>", links=(), authors=())]))
    assert text == "D2300R11 new draft: std::synchronic&lt;T&gt; &amp; &lt;!channel&gt; &lt;@U123&gt;"


def first_line(notices: list[Notice]) -> str:
    """The first line of what a channel reads."""
    return only(for_channel(notices)).partition("\n")[0]


def test_a_fresh_draft_in_the_channel() -> None:
    links = (
        Link(label="pdf", url="https://isocpp.org/f/D1R0.pdf"),
        Link(label="html", url="https://isocpp.org/f/D1R0"),
    )
    assert only(for_channel([a_notice("D2300R11", links=links)])) == (
        "D2300R11 new draft: std::execution\n"
        "Eric Niebler, Kirk Shoop\n"
        "<https://isocpp.org/f/D1R0.pdf|pdf> · <https://isocpp.org/f/D1R0|html>"
    )


def test_fresh_drafts_in_the_channel_are_one_message() -> None:
    assert only(for_channel([a_notice("D2300R11", links=()), a_notice("D3655R3", links=(), authors=(), title="")])) == (
        "2 new drafts: D2300R11, D3655R3\n"
        "\n"
        "D2300R11 new draft: std::execution\n"
        "Eric Niebler, Kirk Shoop\n"
        "\n"
        "D3655R3 new draft: title not yet known"
    )


@pytest.mark.parametrize(
    ("notices", "begin"),
    [
        ([a_notice("P1234R0", happening=Happening.DRAFT_PUBLISHED)], "P1234R0 paper published: std::execution"),
        (
            [a_notice(f"P123{n}R0", happening=Happening.DRAFT_PUBLISHED) for n in range(3)],
            "3 papers published: P1230R0, P1231R0, P1232R0",
        ),
        ([a_notice("P1R0", happening=Happening.PAPER_ADDED)], "P1R0 new paper: std::execution"),
        ([a_notice("CWG3022", happening=Happening.PAPER_ADDED)], "CWG3022 new issue: std::execution"),
        ([a_notice("EDIT7", happening=Happening.PAPER_ADDED)], "EDIT7 new editorial issue: std::execution"),
        ([a_notice("SD6", happening=Happening.PAPER_CHANGED)], "SD6 changed standing document: std::execution"),
        ([a_notice("P1R0", happening=Happening.PAPER_CHANGED)] * 2, "2 changed papers: P1R0, P1R0"),
        (
            [a_notice("D1R1"), a_notice("D2R1"), a_notice("P1R0", happening=Happening.PAPER_ADDED)],
            "2 new drafts and 1 new paper: D1R1, D2R1, P1R0",
        ),
        (
            [
                *(a_notice(f"D{number}R1") for number in (1, 2)),
                a_notice("LWG7", happening=Happening.PAPER_ADDED),
                a_notice("P1R0", happening=Happening.PAPER_ADDED),
            ],
            "2 new drafts, 1 new issue and 1 new paper: D1R1, D2R1, LWG7, …",
        ),
    ],
)
def test_a_text_begins_with_what_came(notices: list[Notice], begin: str) -> None:
    assert first_line(notices) == begin


def test_what_happened_stands_with_each() -> None:
    text = only(for_channel([a_notice("D1R1"), a_notice("P1R0", happening=Happening.PAPER_ADDED)]))
    assert "\nD1R1 new draft: " in text
    assert "\nP1R0 new paper: " in text


def test_a_user_reads_on_the_first_line_what_came_and_what_of_theirs_matched() -> None:
    renaming = a_notice(
        "D3870R1", title="Renaming std::nontype to std::tag", matched=("P3870",), links=(), authors=("Andrei Zissu",)
    )
    assert only(for_user([renaming])) == (
        "D3870R1 new draft: Renaming std::nontype to std::tag (you watch P3870)\nAndrei Zissu"
    )


def test_a_long_title_does_not_push_the_reason_off_a_phone_and_stands_whole_below() -> None:
    long = "A proposal to add signed integer overflow wrapping to the standard library of the future"
    first, second, *_ = only(for_user([a_notice("D2300R11", title=long, matched=("P2300",))])).split("\n")
    assert first == "D2300R11 new draft: A proposal to add signed integer overflow wrapping to the… (you watch P2300)"
    assert second == long


def test_a_user_reads_which_matched_what_when_it_differs() -> None:
    notices = [a_notice("D1R1", matched=("koppe",), links=()), a_notice("D2R1", matched=("koppe", "P2"), links=())]
    text = only(for_user(notices))
    assert text.startswith("2 new drafts: D1R1, D2R1 (you watch koppe, P2)\n")
    assert text.endswith("\nbecause you watch koppe, P2")


def test_many_entries_are_shortened() -> None:
    text = only(for_user([a_notice(matched=tuple(f"name {letter}" for letter in "abcdefg"))]))
    assert "(you watch name a, name b, name c, name d, name e and 2 more)\n" in text


@pytest.mark.parametrize("entry", ["2300", "P2300", "p2300", "D2300R1", "P02300", "Köppe", "audience:SG16"])
def test_an_entry_is_spelled_as_its_owner_spells_it(entry: str) -> None:
    (message,) = for_user([a_notice("D2300R11", matched=(entry,))])
    assert f"(you watch {entry})\n" in message.text
    assert f"because you watch {entry}" in message.blocks


def test_an_entry_is_escaped_and_cannot_be_bold() -> None:
    text = only(for_user([a_notice(matched=("a*b <!channel> & co",))]))
    assert "(you watch ab &lt;!channel&gt; &amp; co)\n" in text


def test_an_entry_keeps_the_underscores_of_a_name() -> None:
    text = only(for_user([a_notice(matched=("title:is_constant_evaluated",))]))
    assert "(you watch title:is_constant_evaluated)\n" in text


@pytest.mark.parametrize(("count", "shown"), [(6, "F"), (7, "… and 2 more")])
def test_a_long_list_of_authors_is_shortened(count: int, shown: str) -> None:
    text = only(for_channel([a_notice(authors=tuple("ABCDEFG"[:count]), links=())]))
    assert text.split("\n")[-1] == f"A, B, C, D, E, {shown}"


def test_an_author_who_matched_is_never_cut_away() -> None:
    authors = tuple("ABCDEFGHIJ")
    (message,) = for_user([a_notice(authors=authors, matched=("j", "g"), matched_authors=("G", "J"), links=())])
    assert "\nA, B, C, D, E, G, J, … and 3 more" in message.text
    assert '"A, B, C, D, E, G, J, … and 3 more"' in message.blocks


@pytest.mark.parametrize(
    "title", ["std::thread::id", "Make std::thread::id hashable", "title :thread: (std::a::b), :+1:", "Köln:ä:x"]
)
def test_what_a_title_says_is_no_emoji_anywhere(title: str) -> None:
    notice = a_notice(title=title, detail=title, matched=(title,), audience=(title,), authors=(title,))
    for message in (*for_user([notice]), *for_user([notice] * 2), *for_user([notice] * 12), summary([notice], 9, None)):
        for text in (message.text, *mrkdwn_of(json.loads(message.blocks or "[]"))):
            shown = re.sub(r"`[^`\n]+`", "", re.sub(r"<[^>]*>", "", text))
            assert re.search(r":[^\s:]*[^\W\d][^\s:]*:|:\+1:", shown) is None, text


def mrkdwn_of(block: object) -> Iterator[str]:
    """All texts in which Slack looks for emoji; no plain text may ask for them."""
    if isinstance(block, dict):
        if block.get("type") == "mrkdwn":
            yield block["text"]
        assert block.get("type") != "plain_text" or block["emoji"] is False
    for each in block.values() if isinstance(block, dict) else block if isinstance(block, list) else ():
        yield from mrkdwn_of(each)


def test_a_name_with_colons_can_be_copied() -> None:
    assert first_line([a_notice(title="Printing std::thread::id, again")]).endswith(
        ": Printing `std::thread::id,` again"
    )
    assert first_line([a_notice(title="At 12:30:45, std::vector")]).endswith(": At 12:30:45, std::vector")


@pytest.mark.parametrize("id", ["P2300R10", "D2300R11", "N4950", "CWG3022", "LWG4000"])
def test_ids_are_written_as_they_are_wherever_they_stand(id: str) -> None:
    notice = a_notice(id, title=f"Wording for {id}", detail=f"It was {id}", audience=(f"{id} group",), matched=(id,))
    for message in for_user([notice]):
        assert "\N{WORD JOINER}" not in message.text + message.blocks
        assert message.text.count(id) >= 5
        assert message.blocks.count(id) >= 5
        assert message.ids == (id,)


def test_the_previous_revision_and_the_time_are_said() -> None:
    (message,) = for_channel([a_notice("D2300R11", previous="P2300R10", at=NOON, links=())])
    before, found = message.text.split("\n")[-2:]
    assert before == "Previous revision: <https://wg21.link/P2300R10|P2300R10>"
    seconds = int(NOON.timestamp())
    assert found == f"<!date^{seconds}^Found {{date_short_pretty}} at {{time}}|Found 2025-11-21 12:00 UTC>"
    assert plain(found) == "Found 2025-11-21 12:00 UTC"
    (older,) = for_channel([a_notice("D2300R9", previous="P2300R10")])
    assert "\nAlready published: <https://wg21.link/P2300R10|P2300R10>\n" in older.text


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
    notices = [a_notice(f"D{number}R0", title="x" * 390) for number in range(1000, 1009)]
    first, second = for_channel(notices)
    assert first.text.startswith("9 new drafts (1/2): D1000R0, D1001R0, D1002R0, …\n\nD1000R0 new draft: xx")
    assert second.text.startswith("9 new drafts (2/2): D1007R0, D1008R0\n\nD1007R0 new draft: xx")
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
def test_a_text_names_the_ids_that_it_announces_in_their_order(notices: list[Notice]) -> None:
    told: list[str] = []
    for message in for_user(notices):
        named = re.findall(r"^([PDN][0-9]{4}R[0-9]{1,2})(?: [a-z ]+)?: ", message.text, re.MULTILINE)
        assert named == list(message.ids)
        told += message.ids
    assert told == [notice.id for notice in notices]


@given(NOTICES)
def test_nothing_from_outside_is_markup_that_mentions(notices: list[Notice]) -> None:
    for message in (*for_user(notices), *for_channel(notices)):
        unlinked = re.sub(r"<(?:https://[^<>|\s]+|!date\^[0-9]+\^[A-Za-z {}_]+)\|[^<>|]*>", "", message.text)
        assert "<" not in unlinked
        assert ">" not in unlinked
        assert not re.search(r"&(?!amp;|lt;|gt;)", unlinked)


@given(NOTICES)
def test_every_paragraph_has_only_our_lines(notices: list[Notice]) -> None:
    for message in for_user(notices):
        paragraphs = message.text.split("\n\n")
        assert len(paragraphs) == (2 if len(notices) >= 10 else 1 if len(notices) == 1 else 1 + len(message.ids))
        assert all(len(paragraph.split("\n")) <= (99 if len(notices) >= 10 else 9) for paragraph in paragraphs)
        message.text.encode()
        assert "\0" not in message.text


def papers(count: int) -> list[Notice]:
    return [a_notice(f"P{n:04d}R0", happening=Happening.PAPER_ADDED, matched=("niebler",)) for n in range(count)]


def test_a_summary_that_fits_is_worded_as_ever() -> None:
    (usual,) = for_user(papers(3))
    assert summary(papers(3), 0, None) == usual
    since = datetime(2025, 11, 3, tzinfo=UTC)
    assert summary(papers(3), 0, since).text.startswith(
        "News since 2025-11-03: 3 new papers: P0000R0, P0001R0, P0002R0 (you watch niebler)\n\nP0000R0 new paper: "
    )
    assert summary([a_notice("P1R0", happening=Happening.DRAFT_PUBLISHED)], 0, since).text.startswith(
        "News since 2025-11-03: P1R0 paper published: std::execution\n"
    )


def test_a_summary_that_does_not_fit_has_a_line_for_each() -> None:
    worded = summary(papers(30), 0, None)
    assert worded.text.split("\n")[:3] == [
        "30 new papers: P0000R0, P0001R0, P0002R0, … (you watch niebler)", "", "P0000R0: std::execution",
    ]  # fmt: skip
    assert worded.text.count("\n") == 31
    assert len(worded.ids) == 30


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
    update = a_notice("D1R0", happening=Happening.DRAFT_UPDATED, detail="The pdf was <1>", links=(), authors=())
    (message,) = for_channel([update])
    assert message.text == "D1R0 updated draft: std::execution\nThe pdf was &lt;1&gt;"
    gone = [a_notice(f"D{n}R0", happening=Happening.DRAFT_WITHDRAWN, links=(), authors=()) for n in (1, 2)]
    assert for_channel(gone)[0].text == (
        "2 withdrawn drafts: D1R0, D2R0\n\nD1R0 withdrawn draft: std::execution\n\nD2R0 withdrawn draft: std::execution"
    )


def test_a_suspicion_announces_nothing() -> None:
    notice = a_notice("", happening=Happening.SUSPICION, detail="99 drafts seem to have appeared at once", links=())
    (message,) = for_channel([notice])
    assert (message.text, message.ids) == ("Suspicion: 99 drafts seem to have appeared at once", ())


def test_a_draft_is_told_with_its_audience() -> None:
    (message,) = for_channel([a_notice(audience=("LEWG", "SG1 <x>"))])
    assert "\nAudience: LEWG, SG1 &lt;x&gt;\n" in message.text


def test_what_stands_only_in_the_text_is_said() -> None:
    (message,) = for_user([a_notice(mentioned=("shoop",))])
    assert message.text.startswith("D2300R11 new draft: std::execution (you watch shoop)\n")
    assert "\nits authors could not be read; its first page mentions shoop\n" in message.text
    (message,) = for_user([a_notice(matched=("niebler",))])
    assert "could not be read" not in message.text


def test_a_hundred_long_groups_and_mentions_still_fit() -> None:
    for message in for_user(
        [a_notice(audience=("<" * 500,) * 100, mentioned=tuple(f"{'&' * 90}{n}" for n in range(99)))]
    ):
        assert len(message.text) <= MAX_MESSAGE_CHARACTERS

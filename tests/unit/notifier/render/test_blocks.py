"""Notices and answers in Block Kit: within Slack's limits, whatever comes from outside."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render.answers import render_answer
from actors.notifier.render.blocks import MAX_BLOCKS_CHARACTERS
from actors.notifier.render.notice_lines import MAX_MESSAGE_CHARACTERS
from actors.notifier.render.notices import digest, for_channel, for_subscribers, for_user, summary
from messages.commands import AnswerLine, Button, CommandAnswer, Emphasis, Span, Style
from messages.notices import Happening, Link, Notice, NotifyUser
from tests.builders import NOON
from tests.notifier_builders import NOTICES
from tests.slack_limits import keeps_slacks_limits
from tests.watching_builders import a_notice, a_summary


def blocks_of(worded: RenderedMessage) -> list[dict[str, Any]]:
    return json.loads(worded.blocks)  # type: ignore[no-any-return]


def texts_of(blocks: list[dict[str, Any]]) -> list[str]:
    return [block["text"]["text"] for block in blocks if block["type"] == "section"]


def keeps_the_limits(worded: RenderedMessage) -> None:
    assert blocks_of(worded)
    keeps_slacks_limits({"text": worded.text, "blocks": worded.blocks})


def context_of(block: dict[str, Any]) -> list[str]:
    assert block["type"] == "context"
    return [each["text"] for each in block["elements"]]


def test_a_draft_has_what_is_known_of_it_as_context_and_buttons() -> None:
    (message,) = for_user([a_notice("D2300R11", audience=("LEWG", "SG1"), previous="P2300R10", at=NOON)])
    notice, known, actions = blocks_of(message)
    assert notice["text"]["text"] == "*D2300R11* new draft: std::execution"
    seconds = int(NOON.timestamp())
    assert context_of(known) == [
        "Eric Niebler, Kirk Shoop",
        "Audience: LEWG, SG1",
        "Previous revision: <https://wg21.link/P2300R10|P2300R10>",
        f"<!date^{seconds}^Found {{date_short_pretty}} at {{time}}|Found 2025-11-21 12:00 UTC>",
        "<https://isocpp.org/files/papers/D2300R11.pdf|pdf> · <https://wg21.link/P2300|wg21.link>"
        " · <https://github.com/cplusplus/papers/issues?q=P2300|GitHub>",
    ]
    assert [(button["text"]["text"], button["value"]) for button in actions["elements"]] == [
        ("Watch this paper", "watch P2300"),
        ("Mute for 2 weeks", "mute P2300 2w"),
        ("Why?", "why P2300"),
    ]
    assert "GitHub" not in message.text


def test_in_a_channel_the_only_button_is_true_for_everybody() -> None:
    notice = a_notice("D2300R11", matched=("audience:SG16", "P2300"))
    (subscribed,) = for_subscribers([notice])
    for message in (*for_channel([a_notice("D2300R11")]), subscribed):
        *_, actions = blocks_of(message)
        assert [button["value"] for button in actions["elements"]] == ["watch P2300"]
    assert subscribed.text.startswith(
        "D2300R11 new draft: std::execution (this channel watches audience:SG16, P2300)\n"
    )
    assert "because this channel watches audience:SG16, P2300" in subscribed.blocks


def test_a_number_that_is_not_published_has_no_link_to_the_index() -> None:
    (message,) = for_channel([a_notice("D4321R0")])
    assert "wg21.link" not in message.text + message.blocks
    (published,) = for_channel([a_notice("P4321R0", happening=Happening.DRAFT_PUBLISHED)])
    assert "https://wg21.link/P4321|" in published.blocks


def test_an_issue_has_buttons_and_no_tracker() -> None:
    links = (Link(label="wg21.link", url="https://wg21.link/LWG4439"),)
    (message,) = for_user([a_notice("LWG4439", happening=Happening.PAPER_ADDED, links=links, matched=("LWG",))])
    _, known, actions = blocks_of(message)
    assert context_of(known)[-1] == "<https://wg21.link/LWG4439|wg21.link>"
    assert actions["elements"][0]["value"] == "watch LWG4439"


@pytest.mark.parametrize("entry", ["P2300", "2300", "p2300", "D2300R1", "p 02300"])
def test_who_watches_a_paper_by_its_number_is_not_offered_to_watch_it(entry: str) -> None:
    (message,) = for_user([a_notice("D2300R11", matched=("niebler", entry))])
    *_, actions = blocks_of(message)
    assert [button["value"] for button in actions["elements"]] == ["mute P2300 2w", "why P2300"]
    (message,) = for_user([a_notice("D2300R11", matched=("niebler", "P23"))])
    *_, actions = blocks_of(message)
    assert actions["elements"][0]["value"] == "watch P2300"


def test_what_a_title_calls_by_a_channels_name_links_to_none() -> None:
    (message,) = for_channel([a_notice("P1967R15", title="#embed - a simple, scannable preprocessor-based tool")])
    marked = [block["text"] for block in blocks_of(message) if block["type"] == "section"]
    assert "#embed - a simple" in marked[0]["text"]
    assert all(text["verbatim"] for text in marked)


def test_an_updated_draft_says_what_changed() -> None:
    changed = a_notice("D2300R11", happening=Happening.DRAFT_UPDATED, detail="3 pages more <@U1>")
    (message,) = for_channel([changed])
    assert "\n3 pages more &lt;@U1&gt;\n" in message.text
    assert texts_of(blocks_of(message))[0].endswith("\n3 pages more &lt;@U1&gt;")


def test_several_notices_have_a_menu_each() -> None:
    (message,) = for_user([a_notice(f"D{number}R0") for number in range(1000, 1008)])
    _, *parts = blocks_of(message)
    notices = [part for part in parts if part["type"] == "section"]
    assert len(notices) == 8
    assert [option["value"] for option in notices[0]["accessory"]["options"]] == [
        "watch P1000",
        "mute P1000 2w",
        "why P1000",
    ]


def test_ten_and_more_have_a_line_each_and_one_select() -> None:
    links = (Link(label="wg21.link", url="https://wg21.link/P3000R0"),)
    papers = [a_notice(f"P{number}R0", happening=Happening.PAPER_ADDED, links=links) for number in range(3000, 3010)]
    (message,) = for_channel(papers)
    _, lines, actions = blocks_of(message)
    assert lines["text"]["text"].split("\n")[0] == "*<https://wg21.link/P3000R0|P3000R0>*: std::execution"
    assert len(lines["text"]["text"].split("\n")) == 10
    (select,) = actions["elements"]
    assert (select["type"], select["placeholder"]["text"]) == ("static_select", "Act on…")
    assert [(each["text"]["text"], each["value"]) for each in select["options"]][:2] == [
        ("P3000R0", "paper P3000"),
        ("P3001R0", "paper P3001"),
    ]
    assert len(for_channel(papers[:9])[0].blocks.split('"overflow"')) == 10


def test_of_ten_kinds_and_reasons_each_line_says_its_own() -> None:
    mixed = [a_notice(f"D{number}R0", matched=(f"P{number}",)) for number in range(1000, 1009)]
    paper = a_notice("P1R0", happening=Happening.PAPER_ADDED, matched=("koppe", "P1"))
    (message,) = for_user([*mixed, paper])
    assert "\nD1000R0 new draft: std::execution (you watch P1000)\n" in message.text
    assert message.text.endswith("\nP1R0 new paper: std::execution (you watch koppe, P1)")


@pytest.mark.parametrize(
    "title",
    ["x" * 300, "A title of usual length, as most are", "A <T> & B " * 20, 'Say "x" ' * 30, "std::thread::id " * 20],
)
@pytest.mark.parametrize("reasons", [1, 7])
def test_a_mailing_of_two_hundred_is_at_most_five_messages(title: str, reasons: int) -> None:
    papers = [
        a_notice(
            f"P{number}R0",
            title=title,
            happening=Happening.PAPER_ADDED,
            matched=(f"Author number {number % reasons}",),
            links=(Link(label="wg21.link", url=f"https://wg21.link/P{number}R0"),),
        )
        for number in range(3000, 3200)
    ]
    pages = for_user(papers)
    assert len(pages) <= 5
    assert max(len(page.blocks) for page in pages) <= MAX_BLOCKS_CHARACTERS
    assert pages[0].text.startswith(f"200 new papers (1/{len(pages)}): P3000R0, P3001R0, P3002R0, … (you watch ")
    assert [id for page in pages for id in page.ids] == [paper.id for paper in papers]
    for page in pages:
        keeps_the_limits(page)
        assert len(page.text) <= MAX_MESSAGE_CHARACTERS


@given(NOTICES)
def test_whatever_a_notice_says_its_blocks_keep_slacks_limits(notices: list[Notice]) -> None:
    kept = (NotifyUser(user="U1", notices=tuple(notices)), a_summary(*notices, more=3))
    for message in (*for_user(notices), *for_channel(notices), *digest(kept), summary(notices, 0, None)):
        keeps_the_limits(message)


@given(st.text(alphabet="<>@!#&|`*_~ aU1\n"))
def test_nothing_from_outside_can_mention_anybody(text: str) -> None:
    notice = a_notice(title=text, authors=(text,), matched=(text,), detail=text, audience=(text,))
    answer = CommandAnswer(lines=(AnswerLine(spans=tuple(Span(text=text, style=style, url=text) for style in Style)),))
    for message in (*for_user([notice]), *render_answer(answer)):
        for shown in (message.text, *texts_of(blocks_of(message))):
            opened = shown.replace("<https://", "")
            assert "<" not in opened, shown


def _repeated(text: str, times: int) -> str:
    """Long, but drawn from few bytes."""
    return (text * times)[:2000]


SPANS = st.builds(
    Span,
    text=st.one_of(
        st.text(max_size=30),
        st.builds(_repeated, st.text(alphabet="&<", min_size=1, max_size=20), st.integers(100, 400)),
    ),
    style=st.sampled_from(Style),
    url=st.text(max_size=100).map("https://x/".__add__),
)


ANSWERS = st.builds(
    CommandAnswer,
    lines=st.lists(st.builds(AnswerLine, spans=st.lists(SPANS, max_size=4).map(tuple)), min_size=1, max_size=40).map(
        tuple
    ),
    buttons=st.lists(
        st.builds(
            Button,
            label=st.text(min_size=1, max_size=75),
            command=st.builds(_repeated, st.text(min_size=1, max_size=20), st.integers(1, 400)),
            emphasis=st.sampled_from(Emphasis),
        ),
        max_size=30,
    ).map(tuple),
)


@given(ANSWERS)
def test_whatever_an_answer_says_its_messages_keep_slacks_limits(answer: CommandAnswer) -> None:
    for message in render_answer(answer):
        assert 0 < len(message.text) <= MAX_MESSAGE_CHARACTERS
        keeps_the_limits(message)


def test_an_answer_has_as_many_buttons_as_there_is_room_for() -> None:
    buttons = tuple(Button(label=f"Watch {n}", command=f"watch {n}{'x' * 500}") for n in range(25))
    (message,) = render_answer(CommandAnswer(lines=(AnswerLine(spans=(Span(text="a"),)),), buttons=buttons))
    assert len(message.blocks) <= MAX_BLOCKS_CHARACTERS
    _, *rows = blocks_of(message)
    assert [len(row["elements"]) for row in rows] == [5, 5]


def test_an_answer_reads_as_it_is_meant() -> None:
    answer = CommandAnswer(
        lines=(
            AnswerLine(spans=(Span(text="Type "), Span(text="watch `x`", style=Style.CODE), Span(text=", or"))),
            AnswerLine(spans=()),
            AnswerLine(spans=(Span(text="P2300", style=Style.LINK, url="javascript:x"), Span(text=" is *new*"))),
        )
    )
    (message,) = render_answer(answer)
    assert message.text == "Type `watch 'x'`, or\n\nP2300 is *new*"

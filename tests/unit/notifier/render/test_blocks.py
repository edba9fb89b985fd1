"""Notices and answers in Block Kit: within Slack's limits, whatever comes from outside."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.notifier.model.outgoing import RenderedMessage
from actors.notifier.render.answers import render_answer
from actors.notifier.render.blocks import MAX_BLOCKS_CHARACTERS
from actors.notifier.render.notices import MAX_MESSAGE_CHARACTERS, digest, for_channel, for_user, summary
from messages.commands import AnswerLine, Button, CommandAnswer, Emphasis, Span, Style
from messages.notices import Happening, Link, Notice, NotifyUser
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


def test_a_draft_has_its_links_and_buttons() -> None:
    (message,) = for_channel([a_notice("D2300R11", audience=("LEWG", "SG1"))])
    headline, notice, actions = blocks_of(message)
    assert headline["text"]["text"] == "New draft"
    assert notice["text"]["text"] == (
        "*D2300R11* — std::execution\n"
        "Eric Niebler, Kirk Shoop\n"
        "Audience: LEWG, SG1\n"
        "<https://isocpp.org/files/papers/D2300R11.pdf|pdf> · <https://wg21.link/P2300|wg21.link>"
        " · <https://github.com/cplusplus/papers/issues?q=P2300|GitHub>"
    )
    assert [(button["text"]["text"], button["value"]) for button in actions["elements"]] == [
        ("Watch this paper", "watch P2300"),
        ("Mute for 2 weeks", "mute P2300 2w"),
        ("Why?", "why P2300"),
    ]
    assert "GitHub" not in message.text


def test_an_issue_has_buttons_and_no_tracker() -> None:
    links = (Link(label="wg21.link", url="https://wg21.link/LWG4439"),)
    (message,) = for_user([a_notice("LWG4439", happening=Happening.PAPER_ADDED, links=links, matched=("LWG",))])
    _, notice, actions = blocks_of(message)
    assert notice["text"]["text"].endswith("\n<https://wg21.link/LWG4439|wg21.link>")
    assert actions["elements"][0]["value"] == "watch LWG4439"


@pytest.mark.parametrize("entry", ["P2300", "2300"])
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
    assert "#embed - a simple" in marked[1]["text"]
    assert all(text["verbatim"] for text in marked)


def test_an_updated_draft_says_what_changed() -> None:
    changed = a_notice("D2300R11", happening=Happening.DRAFT_UPDATED, detail="3 pages more <@U1>")
    (message,) = for_channel([changed])
    assert "\n3 pages more &lt;@U1&gt;\n" in message.text
    assert "\n3 pages more &lt;@U1&gt;\n" in texts_of(blocks_of(message))[1]


def test_many_notices_have_a_menu_each() -> None:
    (message,) = for_channel([a_notice(f"D{number}R0") for number in range(1000, 1008)])
    _, *notices = blocks_of(message)
    assert len(notices) == 8
    assert [option["value"] for option in notices[0]["accessory"]["options"]] == [
        "watch P1000",
        "mute P1000 2w",
        "why P1000",
    ]


def test_a_mailing_is_a_message_and_what_has_no_room_in_it() -> None:
    papers = [a_notice(f"P{number}R0", happening=Happening.PAPER_ADDED) for number in range(3000, 3200)]
    pages = for_channel(papers)
    assert max(len(page.blocks) for page in pages) <= MAX_BLOCKS_CHARACTERS
    assert len(pages) <= 14
    assert pages[0].text.startswith(f"200 new papers (1/{len(pages)})")
    assert sum(len(page.ids) for page in pages) == 200
    for page in pages:
        keeps_the_limits(page)


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

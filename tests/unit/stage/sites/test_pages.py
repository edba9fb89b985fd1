"""Slack's markup and page."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.stage.page.front_page import front_page
from actors.stage.page.mrkdwn import to_html
from actors.stage.page.rendering import blocks_html
from actors.stage.page.slackpage import PRESS, SHOWN, slack_page
from actors.stage.world.slack_events import NameMember
from actors.stage.world.world import World, fold
from tests.unit.stage.builders import a_call, said, visit

NAMES = {"U1": "Ada", "C1": "papers"}
OURS = {"b", "i", "s", "a", "br", "code", "pre"}


class Reader(HTMLParser):
    """What a browser makes of it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert name in ("href", "class", "title", "type", "tabindex")
            if name == "href":
                self.addresses.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*P1R0* a &lt;T&gt; &amp;amp;", "<b>P1R0</b> a &lt;T&gt; &amp;amp;"),
        ("_x_ ~y~ `a*b*c`", "<i>x</i> <s>y</s> <code>a*b*c</code>"),
        ("snake_case_name 2*3*4 * not *", "snake_case_name 2*3*4 * not *"),
        ("*<https://a.b/c_d_e?x=1&amp;y=2|pdf>*", '<b><a href="https://a.b/c_d_e?x=1&amp;y=2">pdf</a></b>'),
        ("<https://a.b>", '<a href="https://a.b">https://a.b</a>'),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("<@U1> <#C1> <!channel>", " ".join(f'<b class="mention">{x}</b>' for x in ("@Ada", "#papers", "@channel"))),
        ("a\nb", "a<br>\nb"),
        ("```a\n*b*```", "<pre>a<br>\n*b*</pre>"),
    ],
)
def test_markup_is_shown_as_slack_shows_it(text: str, expected: str) -> None:
    assert to_html(text, NAMES) == expected


MARKUP = st.text(st.sampled_from("*_~`<>&|;:/@#!\"'\0 \nabhlmpst01")) | st.text()


@given(MARKUP)
def test_no_text_brings_elements_of_its_own(text: str) -> None:
    page = Reader(to_html(text, NAMES))
    assert page.tags <= OURS
    assert all(address.startswith(("http://", "https://", "mailto:")) for address in page.addresses)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="*_~`")))
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert Reader(to_html(escaped, {})).text == text


def test_the_page_shows_who_was_told_what_the_newest_in_view() -> None:
    world = fold(World(), NameMember(id="U1", name="Ada <3"))
    for channel, text in (("U1", "first"), ("U1", "second"), ("#papers", "*D1R0*")):
        world, _ = visit(world, a_call(channel=channel, text=text))
    page = slack_page(world.slack)
    assert page.index("# papers") < page.index("Ada &lt;3 <small>direct message, 2")
    assert page.index("second") < page.index("first")
    assert "<b>D1R0</b>" in page
    assert "3 messages" in page
    assert "No messages yet" not in page


def shown_page(*posts: dict[str, Any]) -> str:
    """The page after these messages to #papers."""
    world = World()
    for post in posts:
        world, reply = visit(world, a_call(**post))
        assert b'"ok": true' in reply.body
    return slack_page(world.slack)


def plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text}


def a_message(text: str) -> dict[str, Any]:
    """The text wherever blocks have one."""
    marked = {"type": "mrkdwn", "text": text}
    option = {"text": plain(text[:75]), "value": text[:150]}
    button = {"type": "button", "text": plain(text[:75]), "value": text[:2000], "style": "danger"}
    image = {"type": "image", "image_url": "https://a.b", "alt_text": text[:2000]}
    blocks = [
        {"type": "header", "text": plain(text[:150])},
        {"type": "section", "text": marked, "accessory": {"type": "overflow", "options": [option, option]}},
        {"type": "section", "fields": [marked, plain(text)], "accessory": image},
        {"type": "actions", "elements": [button]},
        {"type": "context", "elements": [marked, plain(text), image]},
        {**image, "title": plain(text)},
        {"type": "divider"},
    ]
    return {"text": "the fallback", "blocks": blocks}


@given(st.text(st.sampled_from("*_~`<>&|;:/@#!\"' \nabhlmpst01"), min_size=1, max_size=70))
def test_no_text_of_a_block_brings_elements_of_its_own(text: str) -> None:
    page = Reader(blocks_html(a_message(text)["blocks"], NAMES))
    assert page.tags <= OURS | {"div", "span", "h3", "hr", "button", "ul", "li", "small"}
    assert all(address.startswith(("http://", "https://", "mailto:")) for address in page.addresses)


def test_a_message_with_blocks_is_shown_as_they_are_and_not_as_its_text() -> None:
    page = shown_page(a_message("*Why?*"))
    assert "the fallback" not in page
    assert '<button type="button" class="danger" title="*Why?*">*Why?*</button>' in page
    assert "<li>*Why?*</li>" in page
    assert "<h3>*Why?*</h3>" in page
    assert '<div class="text"><b>Why?</b></div>' in page


def test_who_looks_can_press_what_a_message_has_in_the_order_of_its_blocks() -> None:
    world = fold(World(), NameMember(id="U1", name="Ada"))
    for channel in ("#papers", "U2"):
        world, _ = visit(world, a_call(channel=channel, **a_message("Why?")))
    assert "<form" not in slack_page(world.slack)
    page = slack_page(world.slack, user="U1")
    first, second = (f"{message.channel}.{message.ts}" for message in world.slack.messages)
    for form, presser in ((first, "U1"), (second, "U2")):
        shown = page[page.index(f'<form id="{form}"') :]
        assert shown.startswith(
            f'<form id="{form}" method="post" action="{PRESS}" target="_self">'
            f'<input type="hidden" name="user" value="{presser}">'
        )
        numbers = [f'form="{form}" name="number" value="{number}"' for number in range(3)]
        places = [page.index(number) for number in numbers]
        assert places == sorted(places)
    assert page.count('type="submit"') == 6


def test_one_can_speak_as_who_is_there() -> None:
    world = fold(World(), NameMember(id="U1", name="Ada <3"))
    assert '<option value="U0YOU" selected>you</option>' in front_page(World().slack, "", "")
    world, _ = visit(world, a_call(channel="U2", text="hello"))
    page = front_page(world.slack, "U2", "C0PAPERS")
    assert '<option value="U1">Ada &lt;3</option>' in page
    assert '<option value="U2" selected>U2</option>' in page
    assert '<option value="C0PAPERS" selected>@callboard in #papers</option>' in page
    assert '<iframe src="/slack?user=U2"' in page
    assert 'http-equiv="refresh"' not in page
    assert 'value="U1" selected' in front_page(world.slack, '"><script>', '"><script>')


def test_answers_stand_under_what_they_answer_the_oldest_first() -> None:
    world, first = visit(World(), a_call(text="begun"))
    ts = str(said(first)["ts"])
    for text, thread in (("answer 1", ts), ("later", None), ("answer 2", ts)):
        world, _ = visit(world, a_call(text=text, thread_ts=thread))
    page = slack_page(world.slack)
    assert page.index("later") < page.index("begun") < page.index("2 replies") < page.index("answer 1")
    assert page.index('class="thread"') < page.index("answer 1") < page.index("answer 2")


def test_what_one_person_alone_sees_and_what_was_edited_is_marked() -> None:
    world = fold(World(), NameMember(id="U1", name="Ada"))
    world, _ = visit(world, a_call("chat.postEphemeral", user="U1", text="psst"))
    assert "Only visible to Ada" in slack_page(world.slack)
    world, reply = visit(world, a_call(text="old"))
    assert "(edited)" not in slack_page(world.slack)
    world, _ = visit(world, a_call("chat.update", ts=said(reply)["ts"], text="new"))
    assert "(edited)" in slack_page(world.slack)


def test_a_page_can_have_one_conversation_alone() -> None:
    world, _ = visit(World(), a_call(text="to all"))
    world, _ = visit(world, a_call(channel="U1", text="to one"))
    for only in ("U1", "D0U1"):
        page = slack_page(world.slack, only)
        assert "to one" in page
        assert "to all" not in page


def test_a_page_can_have_the_home_of_a_person_instead() -> None:
    world = fold(World(), NameMember(id="U1", name="Ada <3"))
    assert "No messages yet" in slack_page(world.slack, home="U1")
    world, _ = visit(world, a_call(text="to all"))
    view = {"type": "home", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*Welcome!*"}}]}
    world, reply = visit(world, a_call("views.publish", user_id="U1", view=view))
    assert b'"ok": true' in reply.body
    page = slack_page(world.slack, home="U1")
    assert "Home of Ada &lt;3" in page
    assert "<b>Welcome!</b>" in page
    assert "to all" not in page


def test_a_page_has_only_the_latest_messages_of_a_conversation() -> None:
    world = World()
    assert "No messages yet" in slack_page(world.slack)
    for number in range(SHOWN + 1):
        world, _ = visit(world, a_call(text=f"number {number:03d}"))
    page = slack_page(world.slack)
    assert "number 000" not in page
    assert page.count("<article") == SHOWN


def test_the_speakers_own_conversation_comes_first_then_the_channels() -> None:
    world = World()
    for channel in ("#papers", "U1", "U2"):
        world, _ = visit(world, a_call(channel=channel, text="x"))
    mine = {user: channel for channel, user in world.slack.opened.items()}

    def order(user: str) -> list[str]:
        return re.findall(r'<section id="(\w+)"', slack_page(world.slack, user=user))

    assert order("U2") == [mine["U2"], "C0PAPERS", mine["U1"]]
    assert order("U1") == [mine["U1"], "C0PAPERS", mine["U2"]]
    assert order("") == ["C0PAPERS", *sorted(mine.values())]

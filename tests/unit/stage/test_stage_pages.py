"""Slack's markup and page."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.stage.mrkdwn import to_html
from actors.stage.pages import SHOWN, slack_page
from actors.stage.script import NameMember
from actors.stage.world import World, fold
from tests.unit.stage.builders import a_call, visit

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
            assert name in ("href", "class")
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
    assert "No message yet" not in page


def test_a_page_has_only_the_latest_messages_of_a_conversation() -> None:
    world = World()
    assert "No message yet" in slack_page(world.slack)
    for number in range(SHOWN + 1):
        world, _ = visit(world, a_call(text=f"number {number:03d}"))
    page = slack_page(world.slack)
    assert "number 000" not in page
    assert page.count("<article") == SHOWN

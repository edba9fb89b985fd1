"""What the stand-in Slack finds wrong with blocks."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.stage.sites.pings import pings
from actors.stage.slack.blockkit import problems
from actors.stage.world.world import World
from tests.stage_builders import a_menu, a_section, a_text, an_option
from tests.unit.stage.builders import a_call, said, visit


def a_button(**told: Any) -> dict[str, Any]:
    return {"type": "button", "text": a_text("Why", "plain_text"), "action_id": "why", "value": "why P1", **told}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def buttons(count: int) -> dict[str, Any]:
    return actions(*(a_button(action_id=f"why-{number}") for number in range(count)))


def context(*elements: Any) -> dict[str, Any]:
    return {"type": "context", "elements": list(elements)}


PICTURE = {"type": "image", "image_url": "https://a.b/c.png", "alt_text": "c"}
EVERYTHING = [
    {"type": "header", "text": a_text("News", "plain_text"), "block_id": "h"},
    a_section(accessory=a_menu()),
    {"type": "section", "fields": [a_text(), a_text("x", "plain_text")]},
    {"type": "divider"},
    actions(a_button(style="primary"), a_menu()),
    context(a_text(), PICTURE),
    PICTURE,
]


def test_good_blocks_have_no_problem() -> None:
    assert problems(EVERYTHING) == ()
    assert problems([]) == ()


def sized(size: int) -> str:
    return "x" * size


LIMITS = [
    (50, "/blocks", lambda n: [a_section() for _ in range(n)]),
    (3000, "/blocks/0/text/text", lambda n: [a_section(sized(n))]),
    (10, "/blocks/0/fields", lambda n: [{"type": "section", "fields": [a_text()] * n}]),
    (2000, "/blocks/0/fields/0/text", lambda n: [{"type": "section", "fields": [a_text(sized(n))]}]),
    (150, "/blocks/0/text/text", lambda n: [{"type": "header", "text": a_text(sized(n), "plain_text")}]),
    (75, "/blocks/0/elements/0/text/text", lambda n: [actions(a_button(text=a_text(sized(n), "plain_text")))]),
    (2000, "/blocks/0/elements/0/value", lambda n: [actions(a_button(value=sized(n)))]),
    (3000, "/blocks/0/elements/0/url", lambda n: [actions(a_button(url=sized(n)))]),
    (255, "/blocks/0/elements/0/action_id", lambda n: [actions(a_button(action_id=sized(n)))]),
    (255, "/blocks/0/block_id", lambda n: [{"type": "divider", "block_id": sized(n)}]),
    (10, "/blocks/0/elements", lambda n: [context(*[a_text()] * n)]),
    (25, "/blocks/0/elements", lambda n: [buttons(n)]),
    (5, "/blocks/0/accessory/options", lambda n: [a_section(accessory=a_menu(*[an_option()] * n))]),
    (
        75,
        "/blocks/0/accessory/options/0/text/text",
        lambda n: [a_section(accessory=a_menu(an_option(sized(n)), an_option()))],
    ),
    (
        150,
        "/blocks/0/accessory/options/0/value",
        lambda n: [a_section(accessory=a_menu(an_option(value=sized(n)), an_option()))],
    ),
]


@pytest.mark.parametrize(("most", "path", "built"), LIMITS)
def test_what_is_just_within_a_limit_is_taken_and_one_more_is_not(most: int, path: str, built: Any) -> None:
    assert problems(built(most)) == ()
    (problem,) = problems(built(most + 1))
    assert problem.endswith(f"[json-pointer:{path}]")
    assert str(most) in problem or str(most + 1) in problem


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "video"}, "unsupported type: video [json-pointer:/blocks/0/type]"),
        ("hello", "unsupported type: None [json-pointer:/blocks/0/type]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
        ({"type": "header", "text": a_text()}, "must be one of plain_text [json-pointer:/blocks/0/text/type]"),
        (a_section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (a_section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
        ({"type": "section", "text": "hello"}, "must be an object [json-pointer:/blocks/0/text]"),
        (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (
            actions(a_button(), a_button()),
            "`action_id` why already exists [json-pointer:/blocks/0/elements/1/action_id]",
        ),
        (actions(a_button(style="loud")), "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"),
        (actions(a_button(value=7)), "must be a string [json-pointer:/blocks/0/elements/0/value]"),
        (
            a_section(accessory=a_menu(an_option())),
            "no fewer than 2 items allowed [json-pointer:/blocks/0/accessory/options]",
        ),
        (context(a_button()), "must be one of plain_text, mrkdwn [json-pointer:/blocks/0/elements/0/type]"),
    ],
)
def test_each_fault_is_named_with_its_place(block: Any, problem: str) -> None:
    assert problems([block]) == (problem,)


def test_block_ids_are_unique_in_a_message() -> None:
    divider = {"type": "divider", "block_id": "same"}
    assert problems([divider, divider]) == ("`block_id` same already exists [json-pointer:/blocks/1/block_id]",)


def test_a_bad_post_is_told_all_its_faults_and_leaves_nothing() -> None:
    blocks = [a_section(sized(3001)), {"type": "video"}]
    world, reply = visit(World(), a_call(blocks=json.dumps(blocks)))
    assert world == World()
    assert said(reply) == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": list(problems(blocks)),
        "response_metadata": {"messages": [f"[ERROR] {problem}" for problem in problems(blocks)]},
    }


KEYS = st.sampled_from(["type", "text", "elements", "fields", "accessory", "options", "block_id", "action_id", "value"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["section", "overflow", "mrkdwn"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_no_json_brings_the_checks_down(blocks: object) -> None:
    for problem in problems(blocks):
        assert re.fullmatch(r".+ \[json-pointer:/blocks[^\]]*\]", problem, re.DOTALL)


@given(st.data())
def test_only_a_changed_part_and_those_around_it_are_blamed(
    data: st.DataObject,
) -> None:
    place = data.draw(st.sampled_from(list(_places(EVERYTHING))))
    blocks: Any = json.loads(json.dumps(EVERYTHING))
    inner = blocks
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = data.draw(JSON)
    mine = "/blocks/" + "/".join(map(str, place))
    for problem in problems(blocks):
        blamed = problem.rpartition("[json-pointer:")[2].removesuffix("]")
        parent = mine.rpartition("/")[0]
        assert blamed.startswith((mine, parent)) or mine.startswith(blamed)


def _places(thing: Any, path: tuple[Any, ...] = ()) -> Any:
    for key, value in thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ():
        yield (*path, key)
        yield from _places(value, (*path, key))


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"text": "a <!channel> and <@U1|ada> <!here> <!channel>"}, ("!channel", "@U1", "!here")),
        ({"text": "&lt;!channel&gt; <!date^1^{date}|now> <#C1> <https://a.b|@U1> @channel"}, ()),
        ({"text": "@channel a@here.org", "link_names": True}, ("@channel",)),
        ({"text": "x", "blocks": [a_section("<!everyone>", accessory=a_menu()), context(a_text("<!subteam^S1>"))]},
         ("!everyone", "!subteam^S1")),
        ({"text": "x", "blocks": [{"type": "header", "text": a_text("<!channel>", "plain_text")}]}, ()),
    ],
)  # fmt: skip
def test_whom_a_message_would_ping(payload: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert pings(payload) == expected

"""What Slack finds wrong with the blocks of a message, within the parts of Block Kit that the stage knows. Pure.

https://docs.slack.dev/reference/block-kit/blocks, its block elements and its composition objects have the limits; the
words are those of Slack's answers to `chat.postMessage`. Blocks and elements which the stage cannot show are refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

MOST_BLOCKS = 50
LONGEST_ID = 255
LONGEST_SECTION = 3000
LONGEST_FIELD = 2000
MOST_FIELDS = 10
LONGEST_HEADER = 150
MOST_CONTEXT = 10
MOST_ACTIONS = 25
LONGEST_LABEL = 75
LONGEST_VALUE = 2000
LONGEST_CHOICE = 150
LONGEST_URL = 3000
FEWEST_OPTIONS = 2
MOST_OPTIONS = 5
MOST_CHOICES = 100
MOST_VIEW_BLOCKS = 100
LONGEST_INPUT = 3000
LONGEST_INPUT_LABEL = 2000
LONGEST_TITLE = 24
LONGEST_PLACEHOLDER = 150
"""Characters, and elements."""

Found = Iterator[tuple[str, str]]
Check = Callable[[Any, str], Found]

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


def problems(blocks: object) -> tuple[str, ...]:
    """All that is wrong, each with the JSON pointer of its place; empty for good blocks."""
    return tuple(f"{why} [json-pointer:{path}]" for path, why in _blocks(blocks, "/blocks"))


def view_problems(view: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """All that is wrong with a view of this kind (home or modal), each with the JSON pointer of its place."""
    return tuple(f"{why} [json-pointer:{path}]" for path, why in _view(view, kind))


def _view(view: Mapping[str, Any], kind: str) -> Found:
    if view.get("type") != kind:
        yield "/view/type", f"must be {kind}"
        return
    shown = {key: value for key, value in view.items() if key != "type"}
    yield from _object(shown, "/view", *_VIEWS[kind])
    has_inputs = any(isinstance(each, dict) and each.get("type") == "input" for each in _listed(view.get("blocks")))
    if has_inputs and kind == "modal" and "submit" not in view:
        yield "/view/submit", "required when an input block is within blocks"


def _view_blocks(blocks: Any, path: str) -> Found:
    yield from _items(blocks, path, 0, MOST_VIEW_BLOCKS, _block)
    yield from _repeated(blocks, path, "block_id")


def _listed(things: Any) -> list[Any]:
    return things if isinstance(things, list) else []


def _input_element(element: Any, path: str) -> Found:
    yield from _kind(element, path, _INPUTS)


def _blocks(blocks: Any, path: str) -> Found:
    yield from _items(blocks, path, 0, MOST_BLOCKS, _message_block)
    yield from _repeated(blocks, path, "block_id")


def _message_block(block: Any, path: str) -> Found:
    """The stage shows no input in a message."""
    if isinstance(block, dict) and block.get("type") == "input":
        yield f"{path}/type", "unsupported type: input"
    else:
        yield from _block(block, path)


def _block(block: Any, path: str) -> Found:
    yield from _kind(block, path, _BLOCKS)


def _section(block: Mapping[str, Any], path: str) -> Found:
    if "text" not in block and "fields" not in block:
        yield path, "must define either `text` or `fields`"
    if "fields" in block:
        yield from _items(block["fields"], f"{path}/fields", 1, MOST_FIELDS, _texts(LONGEST_FIELD))


def _actions(block: Mapping[str, Any], path: str) -> Found:
    elements = block.get("elements")
    yield from _items(elements, f"{path}/elements", 1, MOST_ACTIONS, _interactive)
    yield from _repeated(elements, f"{path}/elements", "action_id")


def _context(block: Mapping[str, Any], path: str) -> Found:
    yield from _items(block.get("elements"), f"{path}/elements", 1, MOST_CONTEXT, _shown)


def _interactive(element: Any, path: str) -> Found:
    yield from _kind(element, path, _INTERACTIVE)


def _shown(element: Any, path: str) -> Found:
    if isinstance(element, dict) and element.get("type") == "image":
        yield from _kind(element, path, _IMAGES)
    else:
        yield from _text(element, path, LONGEST_SECTION, ANY_TEXT)


def _accessory(element: Any, path: str) -> Found:
    yield from _kind(element, path, _ACCESSORIES)


def _button(element: Mapping[str, Any], path: str) -> Found:
    if "style" in element and element["style"] not in ("primary", "danger"):
        yield f"{path}/style", "must be a valid enum value"


def _overflow(element: Mapping[str, Any], path: str) -> Found:
    yield from _items(element.get("options"), f"{path}/options", FEWEST_OPTIONS, MOST_OPTIONS, _option)


def _select(element: Mapping[str, Any], path: str) -> Found:
    if ("options" in element) is ("option_groups" in element):
        yield path, "must define either `options` or `option_groups`"
    elif "options" in element:
        yield from _items(element["options"], f"{path}/options", 1, MOST_CHOICES, _option)
    else:
        yield from _items(element["option_groups"], f"{path}/option_groups", 1, MOST_CHOICES, _option_group)
    if "initial_option" in element and element["initial_option"] not in list(_options_of(element)):
        yield f"{path}/initial_option", "must be one of the options"


def _options_of(element: Mapping[str, Any]) -> Iterator[Any]:
    yield from _listed(element.get("options"))
    for group in _listed(element.get("option_groups")):
        yield from _listed(group.get("options") if isinstance(group, dict) else ())


def _option_group(group: Any, path: str) -> Found:
    yield from _object(group, path, {"label": _texts(LONGEST_LABEL, PLAIN), "options": _options}, {})


def _options(options: Any, path: str) -> Found:
    yield from _items(options, path, 1, MOST_CHOICES, _option)


def _timepicker(element: Mapping[str, Any], path: str) -> Found:
    if "initial_time" in element and _CLOCK.fullmatch(str(element["initial_time"])) is None:
        yield f"{path}/initial_time", "must be a time in the format HH:mm"


def _counted(value: Any, path: str) -> Found:
    if not isinstance(value, int) or not 1 <= value <= LONGEST_INPUT:
        yield path, f"must be between 1 and {LONGEST_INPUT}"


def _option(option: Any, path: str) -> Found:
    yield from _object(option, path, {"text": _texts(LONGEST_LABEL, PLAIN), "value": _strings(LONGEST_CHOICE)}, {})


def _nothing(block: Mapping[str, Any], path: str) -> Found:
    yield from ()


def _kind(thing: Any, path: str, kinds: "Mapping[str, _Kind]") -> Found:
    """Check an object by its type: the members it must have, those it may have, and everything else."""
    name = thing.get("type") if isinstance(thing, dict) else None
    if not isinstance(name, str) or name not in kinds:
        yield f"{path}/type", f"unsupported type: {name}"
        return
    must, may, more = kinds[name]
    yield from _object({key: value for key, value in thing.items() if key != "type"}, path, must, may)
    yield from more(thing, path)


def _object(thing: Any, path: str, must: Mapping[str, Check], may: Mapping[str, Check]) -> Found:
    if not isinstance(thing, dict):
        yield path, "must be an object"
        return
    for name in must:
        if name not in thing:
            yield path, f"missing required field: {name}"
    for name, value in thing.items():
        if (check := must.get(name) or may.get(name)) is None:
            yield path, f"invalid additional property: {name}"
        else:
            yield from check(value, f"{path}/{name}")


def _items(things: Any, path: str, fewest: int, most: int, check: Check) -> Found:
    if not isinstance(things, list):
        yield path, "must be an array"
        return
    if len(things) < fewest:
        yield path, f"no fewer than {fewest} items allowed"
    if len(things) > most:
        yield path, f"no more than {most} items allowed"
    for number, thing in enumerate(things):
        yield from check(thing, f"{path}/{number}")


def _repeated(things: Any, path: str, name: str) -> Found:
    """Ids that occur twice."""
    seen: set[str] = set()
    for number, thing in enumerate(things if isinstance(things, list) else ()):
        id = thing.get(name) if isinstance(thing, dict) else None
        if isinstance(id, str) and id in seen:
            yield f"{path}/{number}/{name}", f"`{name}` {id} already exists"
        if isinstance(id, str):
            seen.add(id)


def _strings(most: int) -> Check:
    def check(text: Any, path: str) -> Found:
        if not isinstance(text, str):
            yield path, "must be a string"
        elif not text:
            yield path, "must be more than 0 characters"
        elif len(text) > most:
            yield path, f"must be less than {most + 1} characters"

    return check


def _texts(most: int, kinds: Sequence[str] = ANY_TEXT) -> Check:
    return lambda text, path: _text(text, path, most, kinds)


def _text(text: Any, path: str, most: int, kinds: Sequence[str]) -> Found:
    """A text object."""
    if not isinstance(text, dict):
        yield path, "must be an object"
        return
    if (kind := text.get("type")) not in kinds:
        yield f"{path}/type", f"must be one of {', '.join(kinds)}"
        return
    flag = "emoji" if kind == "plain_text" else "verbatim"
    members = {key: value for key, value in text.items() if key != "type"}
    yield from _object(members, path, {"text": _strings(most)}, {flag: _flag})


def _flag(value: Any, path: str) -> Found:
    if not isinstance(value, bool):
        yield path, "must be a boolean"


_Kind = tuple[Mapping[str, Check], Mapping[str, Check], Check]
_ID: Mapping[str, Check] = MappingProxyType({"block_id": _strings(LONGEST_ID)})
_ACTION: Mapping[str, Check] = MappingProxyType({"action_id": _strings(LONGEST_ID)})


def _checked_after(value: Any, path: str) -> Found:
    """A member that the check of the whole object covers."""
    yield from ()


_BUTTON: _Kind = (
    MappingProxyType({"text": _texts(LONGEST_LABEL, PLAIN)}),
    MappingProxyType(
        {**_ACTION, "value": _strings(LONGEST_VALUE), "url": _strings(LONGEST_URL), "style": _checked_after}
    ),
    _button,
)
_OVERFLOW: _Kind = (MappingProxyType({"options": _checked_after}), _ACTION, _overflow)
_SELECT: _Kind = (
    MappingProxyType({}),
    MappingProxyType(
        {
            **_ACTION,
            "placeholder": _texts(LONGEST_PLACEHOLDER, PLAIN),
            "options": _checked_after,
            "option_groups": _checked_after,
            "initial_option": _checked_after,
        }
    ),
    _select,
)
_TIMEPICKER: _Kind = (
    MappingProxyType({}),
    MappingProxyType(
        {
            **_ACTION,
            "placeholder": _texts(LONGEST_PLACEHOLDER, PLAIN),
            "initial_time": _checked_after,
            "timezone": _strings(LONGEST_ID),
        }
    ),
    _timepicker,
)
_TEXT_INPUT: _Kind = (
    MappingProxyType({}),
    MappingProxyType(
        {
            **_ACTION,
            "placeholder": _texts(LONGEST_PLACEHOLDER, PLAIN),
            "initial_value": _strings(LONGEST_INPUT),
            "multiline": _flag,
            "max_length": _counted,
        }
    ),
    _nothing,
)
_INPUTS: Mapping[str, _Kind] = MappingProxyType(
    {"plain_text_input": _TEXT_INPUT, "static_select": _SELECT, "timepicker": _TIMEPICKER}
)
_PICTURE: Mapping[str, Check] = MappingProxyType({"image_url": _strings(LONGEST_URL), "alt_text": _strings(2000)})
_INTERACTIVE: Mapping[str, _Kind] = MappingProxyType(
    {"button": _BUTTON, "overflow": _OVERFLOW, "static_select": _SELECT}
)
_NO_FIELDS: Mapping[str, Check] = MappingProxyType({})
_IMAGES: Mapping[str, _Kind] = MappingProxyType({"image": (_PICTURE, _NO_FIELDS, _nothing)})
_ACCESSORIES: Mapping[str, _Kind] = MappingProxyType({**_INTERACTIVE, **_IMAGES})
_BLOCKS: Mapping[str, _Kind] = MappingProxyType(
    {
        "section": (
            _NO_FIELDS,
            MappingProxyType(
                {**_ID, "text": _texts(LONGEST_SECTION), "fields": _checked_after, "accessory": _accessory}
            ),
            _section,
        ),
        "header": (MappingProxyType({"text": _texts(LONGEST_HEADER, PLAIN)}), _ID, _nothing),
        "divider": (_NO_FIELDS, _ID, _nothing),
        "actions": (MappingProxyType({"elements": _checked_after}), _ID, _actions),
        "context": (MappingProxyType({"elements": _checked_after}), _ID, _context),
        "input": (
            MappingProxyType({"label": _texts(LONGEST_INPUT_LABEL, PLAIN), "element": _input_element}),
            MappingProxyType({**_ID, "hint": _texts(LONGEST_INPUT_LABEL, PLAIN), "optional": _flag}),
            _nothing,
        ),
        "image": (_PICTURE, MappingProxyType({**_ID, "title": _texts(2000, PLAIN)}), _nothing),
    }
)
_VIEW_FIELDS: Mapping[str, Check] = MappingProxyType(
    {
        "callback_id": _strings(LONGEST_ID),
        "private_metadata": _strings(LONGEST_INPUT),
        "external_id": _strings(LONGEST_ID),
    }
)
_VIEWS: Mapping[str, tuple[Mapping[str, Check], Mapping[str, Check]]] = MappingProxyType(
    {
        "home": (MappingProxyType({"blocks": _view_blocks}), _VIEW_FIELDS),
        "modal": (
            MappingProxyType({"blocks": _view_blocks, "title": _texts(LONGEST_TITLE, PLAIN)}),
            MappingProxyType(
                {
                    **_VIEW_FIELDS,
                    "submit": _texts(LONGEST_TITLE, PLAIN),
                    "close": _texts(LONGEST_TITLE, PLAIN),
                    "clear_on_close": _flag,
                    "notify_on_close": _flag,
                }
            ),
        ),
    }
)

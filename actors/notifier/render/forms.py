"""The forms for watching, muting and digests. Pure.

https://docs.slack.dev/surfaces/modals and https://docs.slack.dev/reference/block-kit/blocks/input-block. A select has
up to 100 groups of up to 100 options.
"""

import json
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from actors.notifier.model.outgoing import ACTION
from actors.notifier.model.surfaces import DURATION, ENTRY, HOW, TIME, ZONE, FormKind
from actors.notifier.render.blocks import Block, option

MAX_GROUP_OPTIONS = 100

_DURATIONS = (
    ("1 day", "1d"), ("3 days", "3d"), ("1 week", "1w"), ("2 weeks", "2w"), ("4 weeks", "4w"),
    ("Until I unmute it", ""),
)  # fmt: skip
_HOWS = (
    ("Immediately, no digest", "off"), ("Every day", "daily"), ("Monday to Friday", "weekdays"),
    *((f"Every {day}", f"weekly {day}") for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")),
)  # fmt: skip
_TITLES = MappingProxyType({FormKind.WATCH: "Watch", FormKind.MUTE: "Mute", FormKind.DIGEST: "Digest"})
FOREVER = "forever"


def form_view(form: FormKind, zones: Iterable[str] = (), zone: str = "") -> str:
    """A form as JSON. `zones` are the names of time zones, `zone` is the person's own."""
    match form:
        case FormKind.WATCH:
            blocks = [_input(ENTRY, "What do you want to watch?", _text("Niebler, P2300, title:reflection"))]
        case FormKind.MUTE:
            blocks = [
                _input(ENTRY, "What do you want to mute?", _text("P2300, or an entry, or all")),
                _input(DURATION, "For how long?", _select(_DURATIONS, "2w")),
            ]
        case FormKind.DIGEST:
            picker = {"type": "timepicker", "action_id": TIME, "initial_time": "09:00"}
            blocks = [
                _input(HOW, "When do you want notices?", _select(_HOWS, "daily")),
                _input(TIME, "At what time?", picker),
                _input(ZONE, "Your time zone", _zones(zones, zone)),
            ]
    view = {
        "type": "modal",
        "callback_id": f"{ACTION}-{form.value}",
        "title": _plain(_TITLES[form]),
        "submit": _plain("Save" if form is FormKind.DIGEST else _TITLES[form]),
        "close": _plain("Cancel"),
        "blocks": blocks,
    }
    return json.dumps(view, ensure_ascii=False, separators=(",", ":"))


def _input(block: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block, "label": _plain(label), "element": {"action_id": block, **element}}


def _text(hint: str) -> Block:
    return {"type": "plain_text_input", "max_length": 1000, "placeholder": _plain(hint)}


def _select(options: Sequence[tuple[str, str]], initial: str) -> Block:
    made = [option(label, value or FOREVER) for label, value in options]
    first = next(each for each in made if each["value"] == initial)
    return {"type": "static_select", "options": made, "initial_option": first}


def _zones(zones: Iterable[str], zone: str) -> Block:
    """A select that Slack lets people search by typing. The groups are regions, large ones in several parts."""
    regions: dict[str, list[str]] = {}
    for name in sorted({*zones, zone} - {""}):
        regions.setdefault(name.partition("/")[0] if "/" in name else "UTC", []).append(name)
    groups = [
        {
            "label": _plain(
                region if len(names) <= MAX_GROUP_OPTIONS else f"{region} ({first // MAX_GROUP_OPTIONS + 1})"
            ),
            "options": [option(name, name) for name in names[first : first + MAX_GROUP_OPTIONS]],
        }
        for region, names in regions.items()
        for first in range(0, len(names), MAX_GROUP_OPTIONS)
    ]
    chosen = {"initial_option": option(zone, zone)} if zone else {}
    return {"type": "static_select", "option_groups": groups, **chosen}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}

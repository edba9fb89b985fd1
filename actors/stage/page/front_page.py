"""The stage's front page: a form to speak to the app as a person of the workspace, and the messages below it. Pure.

The messages are in a frame of their own, which loads itself again: what is being typed stays.
"""

import html
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from actors.stage.slack.calls import is_user
from actors.stage.world.state import APP_USER, Workspace

SAY = "/_stage/said"
"""Where the form goes: `user`, `text`, and `way`: `say` in a direct message, `slash`, or a channel to mention in."""

_SOMEBODY = MappingProxyType({"U0YOU": "you"})

_STYLE = """
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; font: 15px/1.46 system-ui, sans-serif; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .6rem 1.2rem; }
input, select, button { font: inherit; padding: .25rem .5rem; }
input { flex: 1 1 16rem; }
iframe { flex: 1; border: 0; border-top: 1px solid #8884; width: 100%; }
"""


def front_page(slack: Workspace, user: str, way: str) -> str:
    """`user` and `way` are chosen already, if there are such."""
    people = _people(slack)
    speaker = user if user in people else next(iter(people))
    frame = html.escape(f"/slack?{urlencode({'user': speaker})}")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Slack - the stage</title>\n'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f'<body><form method="post" action="{SAY}"><label>As {_select("user", people, speaker)}</label>\n'
        f"{_select('way', dict(_ways(slack)), way)}\n"
        '<input name="text" aria-label="what you say" placeholder="watch Revzin, status, help …" autocomplete="off">\n'
        '<button type="submit">Say</button></form>\n'
        f'<iframe src="{frame}" title="messages"></iframe></body></html>\n'
    )


def _people(slack: Workspace) -> Mapping[str, str]:
    """By id, with their names."""
    named = {id: name for id, name in slack.names.items() if is_user(id) and id != APP_USER}
    spoken_to = {id: slack.names.get(id, id) for id in slack.opened.values()}
    return named | spoken_to or _SOMEBODY


def _ways(slack: Workspace) -> Iterator[tuple[str, str]]:
    yield "say", "in a direct message"
    yield "slash", "/callboard"
    for id, name in slack.names.items():
        if not is_user(id):
            yield id, f"@callboard in #{name}"


def _select(name: str, choices: Mapping[str, str], chosen: str) -> str:
    options = "".join(
        f'<option value="{html.escape(value)}"{" selected" if value == chosen else ""}>{html.escape(label)}</option>'
        for value, label in choices.items()
    )
    return f'<select name="{name}" aria-label="{name}">{options}</select>'

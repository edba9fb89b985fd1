"""The Slack workspace of the stage as its members see it, on one page."""

import html
import json
from collections.abc import Sequence
from typing import Any

from actors.stage.page.mrkdwn import to_html
from actors.stage.page.rendering import blocks_html
from actors.stage.slack.blockkit import problems
from actors.stage.slack.deliveries import pressables
from actors.stage.world.state import Message, Workspace

SHOWN = 100
"""Messages of a conversation on the page, the newest."""

REFRESH = 2
"""Seconds."""

PRESS = "/_stage/pressed"
"""Where a button of a message is submitted: a form with `user`, `channel` and `ts` of the message, and `number`."""

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --mark: #1264a3; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.46 system-ui, sans-serif; }
header { padding: .6rem 1.2rem; background: #3f0e40; color: #fff; }
header b { font-size: 1.1rem; margin-right: .6rem; }
main { display: flex; flex-wrap: wrap; gap: 1rem; padding: 1rem; align-items: flex-start; }
section { flex: 1 1 26rem; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
h2 { font-size: 1rem; margin: 0; padding: .6rem 1rem; border-bottom: 1px solid var(--line); background: var(--soft); }
h2 small { font-weight: normal; opacity: .7; }
.messages { display: flex; flex-direction: column-reverse; max-height: 78vh; overflow-y: auto; padding: .4rem 0; }
article { display: grid; grid-template-columns: 2.4rem 1fr; gap: 0 .7rem; padding: .45rem 1rem; }
.thread { margin-left: 2.2rem; border-left: 2px solid var(--line); }
.thread .face { width: 1.6rem; height: 1.6rem; font-size: .8rem; }
.answers { margin-left: 4.1rem; color: var(--mark); font-size: .8rem; font-weight: bold; }
article.private { background: var(--soft); }
.only { grid-column: 2; font-size: .8rem; opacity: .75; }
.face { grid-row: span 2; width: 2.3rem; height: 2.3rem; border-radius: .4rem; background: #611f69; color: #fff;
  display: grid; place-items: center; font-weight: bold; }
.who small { opacity: .65; margin-left: .35rem; }
.app { font-size: .65rem; background: var(--soft); border-radius: .2rem; padding: 0 .25rem; }
.text { overflow-wrap: anywhere; }
a, .mention { color: var(--mark); }
pre, code { background: var(--soft); border-radius: .2rem; padding: 0 .2rem; white-space: pre-wrap; }
h3 { font-size: 1.1rem; margin: .3rem 0; }
hr { border: 0; border-top: 1px solid var(--line); margin: .6rem 0; }
.section { display: flex; gap: 1rem; justify-content: space-between; margin: .25rem 0; }
.said { min-width: 0; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: .4rem 1rem; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .4rem 0; }
button, .menu span { font: bold .82rem system-ui, sans-serif; padding: .3rem .75rem; border: 1px solid var(--line);
  border-radius: .3rem; background: transparent; color: inherit; cursor: default; }
button[type=submit] { cursor: pointer; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
button.danger { background: #c01343; border-color: #c01343; color: #fff; }
.menu span { display: inline-block; }
.menu ul { display: none; margin: .3rem 0 0; padding: .3rem 0; border: 1px solid var(--line); border-radius: .3rem; }
.menu li { list-style: none; padding: .2rem .8rem; white-space: nowrap; }
.menu:hover ul, .menu:focus-within ul { display: block; }
.menu .choice { border: 0; padding: 0; font-weight: normal; }
.context { display: flex; flex-wrap: wrap; gap: .5rem; font-size: .82rem; opacity: .75; margin: .25rem 0; }
.picture { border: 1px dashed var(--line); border-radius: .2rem; padding: 0 .3rem; }
.home > div { padding: .6rem 1rem 1rem; }
.none { padding: 2rem; opacity: .7; }
"""


def slack_page(slack: Workspace, only: str = "", user: str = "", home: str = "") -> str:
    """The workspace with all its conversations, or one of that id, channel or person; the page loads itself again. With
    a `user` its buttons can be pressed: in a direct conversation by whose it is, elsewhere by the user.
    Of `home`, the home is shown instead."""
    sections = _home(slack, home) if home else _conversations(slack, only, user)
    count = len(slack.messages)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Slack ({count}) - the stage</title>\n'
        f'<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{REFRESH}">\n'
        f'<base target="_blank">'
        f"<style>{_STYLE}</style></head>\n<body><header><b>Stage</b>"
        f"{count} {'message' if count == 1 else 'messages'} from Callboard so far</header>\n"
        f"<main>{sections or _NOTHING}</main></body></html>\n"
    )


def _conversations(slack: Workspace, only: str, user: str) -> str:
    conversations: dict[str, list[Message]] = {}
    for message in slack.messages:
        if only in ("", message.channel, slack.opened.get(message.channel)):
            conversations.setdefault(message.channel, []).append(message)
    return "".join(
        _conversation(slack, id, messages, user)
        for id, messages in sorted(conversations.items(), key=lambda item: _place(slack, item[0], user))
    )


def _home(slack: Workspace, user: str) -> str:
    """The home that a person sees; nothing before it was opened. `views.publish` refuses blocks that are wrong."""
    if (view := slack.homes.get(user)) is None:
        return ""
    name = html.escape(slack.names.get(user, user))
    shown = blocks_html(view["blocks"], slack.names)
    return f'<section class="home"><h2>Callboard <small>Home of {name}</small></h2><div>{shown}</div></section>\n'


_NOTHING = '<p class="none">No messages yet. This page reloads itself.</p>'


def _place(slack: Workspace, id: str, user: str) -> tuple[bool, bool, str]:
    """The user's own conversation comes first, then the channels."""
    return slack.opened.get(id) != user, id in slack.opened, id


def _conversation(slack: Workspace, id: str, messages: list[Message], user: str) -> str:
    member = slack.opened.get(id)
    title = f"# {slack.names.get(id, id)}" if member is None else slack.names.get(member, member)
    kind = "channel" if member is None else "direct message"
    presser = (member or user) if user else ""
    shown = "\n".join(_thread(slack, thread, presser) for thread in reversed(_threads(messages[-SHOWN:])))
    heading = f"{html.escape(title)} <small>{kind}, {len(messages)}</small>"
    # The list is laid out from its end, so that the newest is in view without a script.
    return f'<section id="{html.escape(id)}"><h2>{heading}</h2><div class="messages">\n{shown}\n</div></section>\n'


def _threads(messages: Sequence[Message]) -> list[list[Message]]:
    """Each message with its answers; answers to what is no longer shown stand for themselves."""
    threads: dict[str, list[Message]] = {}
    for message in messages:
        threads.setdefault(message.thread_ts or message.ts, []).append(message)
    return list(threads.values())


def _thread(slack: Workspace, messages: Sequence[Message], presser: str) -> str:
    answers = [message for message in messages if message.thread_ts is not None]
    begun = "".join(_message(slack, message, presser) for message in messages if message.thread_ts is None)
    if not answers:
        return f'<div class="talk">{begun}</div>'
    count = f'<div class="answers">{len(answers)} {"reply" if len(answers) == 1 else "replies"}</div>'
    shown = "\n".join(_message(slack, message, presser) for message in answers)
    return f'<div class="talk">{begun}{count}<div class="thread">{shown}</div></div>'


def _message(slack: Workspace, message: Message, presser: str) -> str:
    edited = "" if message.edited is None else " (edited)"
    time = f'<time datetime="{message.at.isoformat()}">{message.at:%H:%M:%S}</time>{edited}'
    name = html.escape(slack.names.get(message.author, message.author) if message.author else "Callboard")
    mark = "" if message.author else ' <span class="app">APP</span>'
    seer = html.escape(slack.names.get(message.visible_to, message.visible_to))
    only = f'<div class="only">Only visible to {seer}</div>' if seer else ""
    private = ' class="private"' if seer else ""
    return (
        f'<article{private}><span class="face">{name[:1]}</span><div class="who"><b>{name}</b>{mark}'
        f"<small>{time}</small></div>{_said(slack, message, presser)}{only}</article>"
    )


def _said(slack: Workspace, message: Message, presser: str) -> str:
    """Its blocks; its text when it has none, or none that Slack could show."""
    blocks: Any = message.payload.get("blocks")
    if not blocks or problems(blocks):
        return f'<div class="text">{to_html(message.text, slack.names)}</div>'
    if not presser or next(pressables(blocks), None) is None:
        return f'<div class="blocks">{blocks_html(blocks, slack.names)}</div>'
    form = f"{message.channel}.{message.ts}"
    filled_in = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in (("user", presser), ("channel", message.channel), ("ts", message.ts))
    )
    shown = blocks_html(_with_form(blocks, form), slack.names)
    submitted = f'<form id="{form}" method="post" action="{PRESS}" target="_self">{filled_in}</form>'
    return f'<div class="blocks">{submitted}{shown}</div>'


def _with_form(blocks: Any, form: str) -> Any:
    """The blocks, with the form and its number there on what can be pressed."""
    submitting = json.loads(json.dumps(blocks))
    for number, (pressable, _) in enumerate(pressables(submitting)):
        pressable |= {"form": form, "number": number}
    return submitting

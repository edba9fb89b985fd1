"""Slack's methods for what is shown outside of conversations: the app's home, forms, and what links lead to.

https://docs.slack.dev/reference/methods/views.publish, https://docs.slack.dev/reference/methods/views.open and
https://docs.slack.dev/reference/methods/chat.unfurl
"""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from actors.notifier.model.outcomes import Failure
from actors.notifier.model.surfaces import LinksShared
from actors.notifier.slack.api import SlackApi

HASH_CONFLICT = "hash_conflict"
"""The error of a view that was published by somebody else in the meantime."""


class View(msgspec.Struct):
    """A view that is shown."""

    hash: str = ""


class ShownView(msgspec.Struct):
    """views.publish and views.open."""

    view: View


class Unfurled(msgspec.Struct):
    """chat.unfurl."""


async def publish(api: SlackApi, user: str, view: str, view_hash: str) -> ShownView | Failure:
    """Show a person's home, unless another view than the one with `view_hash` is there; empty: whatever is there."""
    return await api.ask(
        "views.publish",
        lambda client: client.views_publish(user_id=user, view=json.loads(view), hash=view_hash or None),
        ShownView,
    )


async def open_form(api: SlackApi, trigger: str, view: str) -> ShownView | Failure:
    """Open a form."""
    return await api.ask(
        "views.open", lambda client: client.views_open(trigger_id=trigger, view=json.loads(view)), ShownView
    )


async def unfurl(api: SlackApi, shared: LinksShared, shown: Mapping[str, Mapping[str, Any]]) -> Unfurled | Failure:
    """Show what links lead to, under the message with them."""
    return await api.ask(
        "chat.unfurl",
        lambda client: client.chat_unfurl(
            unfurl_id=shared.unfurl_id, source=shared.source, unfurls={url: dict(each) for url, each in shown.items()}
        ),
        Unfurled,
    )

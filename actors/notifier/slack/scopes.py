"""The scopes and events that the Slack app needs, and what for. Pure."""

from types import MappingProxyType

SCOPES = MappingProxyType(
    {
        "chat:write": "to post messages",
        "im:write": "to open direct messages",
        "im:history": "to read direct messages, and to find a message after an unclear answer",
        "app_mentions:read": "to receive mentions in channels",
        "commands": "for the command /callboard",
        "channels:history": "to find a message in a public channel after an unclear answer",
        "groups:history": "to find a message in a private channel after an unclear answer",
        "channels:read": "to find a public channel by its name",
        "groups:read": "to find a private channel by its name",
    }
)
"""Scopes of the bot token."""

EVENTS = ("app_mention", "message.im")
"""Events that the app subscribes to."""

COMMAND = "/callboard"

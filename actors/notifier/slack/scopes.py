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
        "channels:read": "to find a public channel by its name, and who is in it",
        "groups:read": "to find a private channel by its name, and who is in it",
        "links:read": "to notice addresses of wg21.link in messages",
        "links:write": "to show which paper such an address leads to",
        "users:read": "to notice that a person has left, and to know the app's own ID",
    }
)
"""Scopes of the bot token."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_rename",
    "group_unarchive",
    "link_shared",
    "member_joined_channel",
    "message.im",
    "tokens_revoked",
    "user_change",
)
"""Events that the app subscribes to."""

COMMAND = "/callboard"

SHORTCUT = "callboard-watch-papers"
"""The callback id of the shortcut of a message."""

UNFURLED = ("wg21.link",)
"""Domains whose addresses in messages are reported to the app."""

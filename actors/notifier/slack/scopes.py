"""What the Slack app must be allowed and told, and what for. Pure."""

from types import MappingProxyType

SCOPES = MappingProxyType(
    {
        "chat:write": "to post messages",
        "im:write": "to open direct messages",
        "im:history": "to read direct messages, and to look for a message whose post had no clear answer",
        "app_mentions:read": "to hear when it is mentioned in a channel",
        "commands": "for the command /callboard",
        "channels:history": "to look in a public channel for a message whose post had no clear answer",
        "groups:history": "to look in a private channel for a message whose post had no clear answer",
        "channels:read": "to find a public channel by its name",
        "groups:read": "to find a private channel by its name",
    }
)
"""Of the bot token."""

EVENTS = ("app_mention", "message.im")
"""To which the app subscribes."""

COMMAND = "/callboard"

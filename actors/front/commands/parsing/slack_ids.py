"""What can be a user: a Slack user ID, or an address such as `mail:ada@example.org`."""

import re

from actors.notifier.model.addresses import way_of

_USER_ID = re.compile(r"[UW][A-Z0-9]{1,31}")


def doubt_about(user: str) -> str:
    """Why `user` cannot be a Slack user ID, and where to find one; empty if it can be one."""
    if _USER_ID.fullmatch(user) or way_of(user) is not None:
        return ""
    return (
        f"“{user}” is not a Slack user ID, so Slack will not deliver notices to it. An ID begins with U or W, like"
        " U024BE7LH: in Slack, open the person's profile, then ⋮ (More) and “Copy member ID”."
    )

"""The error codes of Slack's Web API, grouped by what they mean for a message. Pure.

https://docs.slack.dev/reference/methods/chat.postMessage lists them.
"""

from types import MappingProxyType

RECIPIENT_ERRORS = MappingProxyType(
    {
        "channel_not_found": "there is no such user or channel, or the app cannot see it",
        "not_in_channel": "the app is not a member of the channel: invite it",
        "is_archived": "the channel is archived",
        "user_not_found": "there is no such user",
        "users_not_found": "there is no such user",
        "user_not_visible": "the app cannot see this user",
        "user_disabled": "the user's account is disabled",
        "cannot_dm_bot": "the recipient is a bot, or this app itself",
        "messages_tab_disabled": "the app's Messages tab is off: turn it on under App Home",
        "restricted_action": "the workspace does not allow the app to post there",
        "restricted_action_read_only_channel": "the channel is read-only",
        "restricted_action_thread_only_channel": "the channel accepts only replies",
        "restricted_action_non_threadable_channel": "the channel does not accept this kind of message",
        "is_inactive": "the conversation is inactive",
        "not_in_conversation": "the app is not part of the conversation",
        "mpim_disabled": "the conversation is disabled",
        "slack_connect_canvas_sharing_blocked": "the way the channel is shared forbids it",
        "team_not_found": "the recipient's workspace is unknown",
    }
)
"""Errors that affect all messages to this recipient, which is suspended. The texts are for operators."""

MESSAGE_ERRORS = MappingProxyType(
    {
        "msg_too_long": "the message is too long",
        "no_text": "the message is empty",
        "invalid_blocks": "Slack cannot read the message",
        "invalid_blocks_format": "Slack cannot read the message",
        "metadata_too_large": "the message's metadata is too long",
        "invalid_metadata_format": "Slack cannot read the message's metadata",
        "msg_blocks_too_long": "the message is too long",
    }
)
"""Errors that affect only this message. It is not tried again."""

BLOCK_ERRORS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""MESSAGE_ERRORS after which a message with blocks is sent again as text alone."""

THREAD_ERRORS = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"})
"""Errors of the thread that a message belongs to: it is sent outside the thread."""

TOKEN_ERRORS = MappingProxyType(
    {
        "invalid_auth": "the token is not valid: set a new slack.bot_token",
        "not_authed": "the token did not arrive: set slack.bot_token again",
        "account_inactive": "the app or its bot user was removed: install it again",
        "token_revoked": "the token was revoked: install the app again and set slack.bot_token",
        "token_expired": "the token has expired: set a new slack.bot_token",
        "not_allowed_token_type": "slack.bot_token is not a bot token (xoxb-…)",
        "missing_scope": "the app lacks the scope chat:write: add it and install the app again",
        "no_permission": "the app lacks a permission: install it again with the scope chat:write",
        "org_login_required": "the workspace is being moved to an organization",
        "ekm_access_denied": "the workspace's administrators have suspended posting",
        "team_access_not_granted": "the token gives no access to the workspace",
        "access_denied": "the workspace denies access to the app",
        "accesslimited": "the workspace denies access from this network",
        "two_factor_setup_required": "two-factor authentication must be set up",
        "enterprise_is_restricted": "the organization restricts the app",
    }
)
"""Errors that affect all messages: they stay queued until the token works again."""

UNSEARCHABLE_ERRORS = frozenset({"missing_scope", "no_permission", "not_allowed_token_type", "unknown_method"})
"""Answering a post, these affect all messages; answering a search, they affect only searches."""

RATE_ERRORS = frozenset({"ratelimited", "rate_limited"})
"""Errors that ask for a pause, for as long as Retry-After says."""

LIMIT_ERRORS = RATE_ERRORS | {"message_limit_exceeded"}

UNCLEAR_ERRORS = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "timeout"}
)
"""According to Slack's documentation, part of the operation may have succeeded."""

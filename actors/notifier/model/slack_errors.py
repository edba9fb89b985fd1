"""The errors of Slack's Web API, by what they mean for a message. Pure.

https://docs.slack.dev/reference/methods/chat.postMessage lists them.
"""

from types import MappingProxyType

RECIPIENT_ERRORS = MappingProxyType(
    {
        "channel_not_found": "Slack knows no such user or channel, or the app may not see it",
        "not_in_channel": "the app is not a member of the channel: invite it there",
        "is_archived": "the channel is archived",
        "user_not_found": "Slack knows no such user",
        "users_not_found": "Slack knows no such user",
        "user_not_visible": "the app may not see this user",
        "user_disabled": "the user's account is disabled",
        "cannot_dm_bot": "the recipient is a bot, or this app itself",
        "messages_tab_disabled": "the app's Messages tab is off: switch it on in App Home",
        "restricted_action": "the workspace does not let the app post there",
        "restricted_action_read_only_channel": "the channel is read-only",
        "restricted_action_thread_only_channel": "the channel takes only replies",
        "restricted_action_non_threadable_channel": "the channel takes no such message",
        "is_inactive": "the conversation is inactive",
        "not_in_conversation": "the app is not part of the conversation",
        "mpim_disabled": "the conversation is disabled",
        "slack_connect_canvas_sharing_blocked": "the channel is shared in a way that forbids it",
        "team_not_found": "the recipient's workspace is not known",
    }
)
"""Errors that concern all messages to this recipient, who is parked; the reason is for the operator."""

MESSAGE_ERRORS = MappingProxyType(
    {
        "msg_too_long": "the message is too long",
        "no_text": "the message is empty",
        "invalid_blocks": "the message cannot be read",
        "invalid_blocks_format": "the message cannot be read",
        "metadata_too_large": "the message's metadata are too long",
        "invalid_metadata_format": "the message's metadata cannot be read",
        "msg_blocks_too_long": "the message is too long",
    }
)
"""Errors that end this one message."""

BLOCK_ERRORS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""Those of them that a message which has blocks outlives: its text says the same, and is sent without them."""

THREAD_ERRORS = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"})
"""Errors that concern the thread that a message was to go into: it stands by itself then."""

TOKEN_ERRORS = MappingProxyType(
    {
        "invalid_auth": "the token is not valid: set slack.bot_token anew",
        "not_authed": "the token did not arrive: set slack.bot_token anew",
        "account_inactive": "the app or its bot user was removed: install it again",
        "token_revoked": "the token was revoked: install the app again and set slack.bot_token",
        "token_expired": "the token has expired: set slack.bot_token anew",
        "not_allowed_token_type": "slack.bot_token is not a bot's token (xoxb-…)",
        "missing_scope": "the app lacks the scope chat:write: add it and install the app again",
        "no_permission": "the app lacks a permission: install it again with the scope chat:write",
        "org_login_required": "the workspace is being moved to an organization",
        "ekm_access_denied": "the workspace's administrators have suspended posting",
        "team_access_not_granted": "the token gives no access to the workspace",
        "access_denied": "the workspace denies the app access",
        "accesslimited": "the workspace denies access from this network",
        "two_factor_setup_required": "two-factor authentication must be set up",
        "enterprise_is_restricted": "the organization restricts the app",
    }
)
"""Errors that concern all messages: everything is kept until the token is good again."""

UNSEARCHABLE_ERRORS = frozenset({"missing_scope", "no_permission", "not_allowed_token_type", "unknown_method"})
"""Errors that concern all messages where they answer a post, but only the search where they answer that."""

LIMIT_ERRORS = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

UNCLEAR_ERRORS = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "timeout"}
)
"""Slack's documentation says of these that part of the operation may have succeeded."""

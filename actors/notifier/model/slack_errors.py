"""The error codes of Slack's Web API, and what each means for what Callboard was doing. Pure.

The page of each method lists its codes (https://docs.slack.dev/reference/methods). Most mean the same everywhere; where
a method means something else by a code, its own table says so. `tests/slack_reference.py` keeps the documented lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class ErrorMeaning(Enum):
    """What an error is about.

    RECIPIENT: one conversation or person, while others are reached. MESSAGE: this message, which is not tried again.
    BLOCKS: the message's blocks, so it is sent again as text. THREAD: the thread, so the message is sent outside it.
    TOKEN: the token or the whole app, so everything waits. LIMIT: Slack asks for a pause. UNCLEAR: part of the
    operation may have succeeded. HISTORY: a history cannot be read. CURSOR: its page cannot be found any more, so it is
    read from its beginning. CALL: the call was not as Slack wants it, a fault of Callboard.
    """

    RECIPIENT = "recipient"
    MESSAGE = "message"
    BLOCKS = "blocks"
    THREAD = "thread"
    TOKEN = "token"
    LIMIT = "limit"
    UNCLEAR = "unclear"
    HISTORY = "history"
    CURSOR = "cursor"
    CALL = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackError:
    """What a code means; `words` are for operators."""

    meaning: ErrorMeaning
    words: str


def _all(meaning: ErrorMeaning, **words: str) -> dict[str, SlackError]:
    return {code: SlackError(meaning=meaning, words=text) for code, text in words.items()}


def _frozen(errors: Mapping[str, Mapping[str, SlackError]]) -> Mapping[str, Mapping[str, SlackError]]:
    return MappingProxyType({method: MappingProxyType(dict(codes)) for method, codes in errors.items()})


_CALL = "Slack does not take such calls; this is a fault of Callboard"

_ANYWHERE: Mapping[str, SlackError] = MappingProxyType(
    _all(
        ErrorMeaning.RECIPIENT,
        channel_not_found="there is no such user or channel, or the app cannot see it",
        not_in_channel="the app is not a member of the channel: invite it",
        is_archived="the channel is archived",
        is_inactive="the conversation is frozen, archived or deleted",
        user_not_found="there is no such user",
        users_not_found="there is no such user",
        user_not_visible="the app cannot see this user",
        user_disabled="the user's account is disabled",
        user_not_in_channel="the user is not a member of the channel",
        cannot_dm_bot="the recipient is a bot, or this app itself",
        messages_tab_disabled="the app's Messages tab is off: turn it on under App Home",
        app_access_restricted="this user is not allowed to use the app: an administrator can allow it",
        restricted_action="the workspace does not allow the app to post there",
        restricted_action_read_only_channel="the channel is read-only",
        restricted_action_thread_only_channel="the channel accepts only replies",
        team_not_found="with a token of a whole organization, a channel must be named by its ID (C…)",
        # these speak of the workspace, but are also answered when a single conversation is closed to the app
        no_permission="the app may not post there: invite it, or ask an administrator",
        ekm_access_denied="the organization's administrators have suspended posting there",
        access_denied="the app has no access to it",
        enterprise_is_restricted="the organization does not let the app post there",
    )
    | _all(
        ErrorMeaning.MESSAGE,
        msg_too_long="the message is too long",
        no_text="the message is empty",
        metadata_too_large="the message's metadata is too long",
        invalid_metadata_format="Slack cannot read the message's metadata",
        invalid_metadata_schema="the message's metadata does not fit the schema that the app has declared for it",
        metadata_must_be_sent_from_app="Slack does not take metadata with this token",
        too_many_attachments="the message has too many attachments",
        too_many_contact_cards="the message has too many contact cards",
        attachment_payload_limit_exceeded="the message's attachments are too long",
        missing_file_data="the message's file is incomplete",
        slack_connect_canvas_sharing_blocked="the message links to a canvas, which may not be shared there",
        slack_connect_file_link_sharing_blocked="the message links to a file, which may not be shared there",
        slack_connect_lists_sharing_blocked="the message links to a list, which may not be shared there",
    )
    | _all(
        ErrorMeaning.BLOCKS,
        invalid_blocks="Slack cannot read the message",
        invalid_blocks_format="Slack cannot read the message",
        msg_blocks_too_long="the message is too long",
    )
    | _all(
        ErrorMeaning.THREAD,
        thread_not_found="there is no such thread",
        message_not_found="there is no such message",
        cannot_reply_to_message="the message cannot have replies",
        invalid_thread_ts="there is no such thread",
        restricted_action_thread_locked="the thread is locked",
        restricted_action_non_threadable_channel="the channel does not accept replies",
    )
    | _all(
        ErrorMeaning.TOKEN,
        invalid_auth="the token is not valid: set a new slack.bot_token",
        not_authed="the token did not arrive: set slack.bot_token again",
        account_inactive="the app or its bot user was removed: install it again",
        token_revoked="the token was revoked: install the app again and set slack.bot_token",
        token_expired="the token has expired: set a new slack.bot_token",
        not_allowed_token_type="slack.bot_token is not a bot token (xoxb-…)",
        missing_scope="the app lacks the scope chat:write: add it and install the app again",
        org_login_required="the workspace is being moved to an organization",
        team_access_not_granted="the token gives no access to the workspace",
        accesslimited="the workspace denies access from this network",
        two_factor_setup_required="two-factor authentication must be set up",
    )
    | _all(
        ErrorMeaning.LIMIT,
        ratelimited="Slack asks for a pause",
        rate_limited="Slack asks for a pause",
        message_limit_exceeded="the workspace sends too many messages",
    )
    | _all(
        ErrorMeaning.UNCLEAR,
        internal_error="an error at Slack",
        fatal_error="an error at Slack",
        service_unavailable="Slack is away",
        request_timeout="the call did not arrive whole",
        timeout="the call took too long",
        team_added_to_org="the workspace is being moved to an organization",
        update_failed="an error at Slack",
    )
    | {
        code: SlackError(meaning=ErrorMeaning.CALL, words=_CALL)
        for code in (
            "as_user_not_supported",
            "deprecated_endpoint",
            "draft_already_deleted",
            "draft_already_sent",
            "draft_has_conflict",
            "draft_not_found",
            "duplicate_channel_not_found",
            "duplicate_message_not_found",
            "insecure_request",
            "invalid_arg_name",
            "invalid_arguments",
            "invalid_array_arg",
            "invalid_charset",
            "invalid_form_data",
            "invalid_limit",
            "invalid_metadata_filter_keys",
            "invalid_post_type",
            "invalid_types",
            "invalid_user_combination",
            "markdown_text_conflict",
            "method_deprecated",
            "method_not_supported_for_channel_type",
            "missing_argument",
            "missing_post_type",
            "not_enough_users",
            "send_on_behalf_not_allowed",
            "too_many_users",
            "unknown_method",
            "users_list_not_supplied",
        )
    }
)
"""What a code means to every method that has no other meaning for it."""

_APP_TOKEN = "slack.app_token is not an app-level token with connections:write"


def _of_history() -> dict[str, SlackError]:
    return _all(
        ErrorMeaning.HISTORY,
        access_denied="the app may not read the conversation",
        channel_not_found="the app cannot see the conversation",
        deprecated_endpoint="Slack no longer has the method",
        ekm_access_denied="the app may not read the conversation",
        enterprise_is_restricted="the app may not read the conversation",
        invalid_ts_latest="Slack does not know the time to which it was asked for",
        invalid_ts_oldest="Slack does not know the time from which it was asked for",
        method_deprecated="Slack no longer has the method",
        missing_scope="the app lacks the scope to read the conversation",
        no_permission="the app may not read the conversation",
        not_allowed_token_type="the token may not read the conversation",
        not_in_channel="the app is not a member of the channel: invite it",
        unknown_method="Slack does not have the method",
    ) | _all(ErrorMeaning.CURSOR, invalid_cursor="Slack no longer knows the page")


_NO_PREVIEW = "Slack does not take the preview of the link; this is a fault of Callboard"
_NO_VIEW = "Slack does not take the view; this is a fault of Callboard"


def _of_looking_up() -> dict[str, SlackError]:
    return _all(
        ErrorMeaning.HISTORY,
        missing_scope="the app lacks the scope to look up the conversation",
        no_permission="the app may not look up the conversation",
        not_allowed_token_type="the token may not look up conversations",
        unknown_method="Slack does not have the method",
    )


_ELSEWHERE: Mapping[str, Mapping[str, SlackError]] = _frozen(
    {
        "apps.connections.open": _all(
            ErrorMeaning.TOKEN,
            access_denied=_APP_TOKEN,
            forbidden_team="the workspace does not allow Socket Mode for this app",
            invalid_auth=_APP_TOKEN,
            missing_args=_APP_TOKEN,
            missing_scope=_APP_TOKEN,
            no_permission=_APP_TOKEN,
            not_allowed_token_type=_APP_TOKEN,
            not_authed=_APP_TOKEN,
        ),
        "auth.test": _all(
            ErrorMeaning.TOKEN,
            access_denied="the workspace denies access to the app",
            ekm_access_denied="the organization's administrators have suspended the app",
            enterprise_is_restricted="the organization restricts the app",
            no_permission="the app lacks a permission: install it again",
        ),
        "bots.info": _all(
            ErrorMeaning.CALL,
            bot_not_found="there is no such bot",
            bots_not_found="there is no such bot",
            missing_scope="the app lacks the scope users:read",
        ),
        "chat.unfurl": _all(
            ErrorMeaning.CALL,
            cannot_auth_user=_NO_PREVIEW,
            cannot_find_channel="the app cannot see the conversation of the message",
            cannot_find_message="the message is gone",
            cannot_find_service="the app is not installed there",
            cannot_parse_attachment=_NO_PREVIEW,
            cannot_prompt=_NO_PREVIEW,
            cannot_unfurl_message="the message takes no previews",
            cannot_unfurl_url="the domain is not among the app's unfurl domains: take the manifest again",
            invalid_source=_NO_PREVIEW,
            invalid_unfurl_id=_NO_PREVIEW,
            invalid_unfurls_format=_NO_PREVIEW,
            missing_channel=_NO_PREVIEW,
            missing_scope="the app lacks the scope links:write",
            missing_source=_NO_PREVIEW,
            missing_ts=_NO_PREVIEW,
            missing_unfurl_id=_NO_PREVIEW,
            missing_unfurls=_NO_PREVIEW,
        ),
        "conversations.history": _of_history()
        | _all(ErrorMeaning.HISTORY, channel_is_limited_access="the app may not read the conversation"),
        "conversations.replies": _of_history()
        | _all(ErrorMeaning.HISTORY, list_record_comment_fetch_failed="Slack cannot read the thread"),
        "chat.update": _all(
            ErrorMeaning.MESSAGE,
            block_mismatch="the message's blocks cannot be changed so",
            blocked_file_type="the message has a file that cannot be shared",
            cant_broadcast_message="the message cannot be shown in the channel",
            cant_update_message="the message is not the app's",
            edit_window_closed="the workspace allows no more changes of the message",
            external_channel_migrating="the channel is being moved",
            file_deleted="the message's file was deleted",
            file_is_deleted="the message's file was deleted",
            file_not_found="the message's file was deleted",
            file_share_limit_reached="the message has too many files",
            invalid_attachments="Slack does not take the attachments",
            max_file_sharing_exceeded="the message has too many files",
            no_dual_broadcast_content_update="the message cannot be changed and shown in the channel at once",
            posting_to_channel_denied="the app may not post in the channel",
            slack_connect_blocked_file_type="the message has a file that cannot be shared",
            slack_connect_clip_sharing_blocked="the message has a clip that cannot be shared",
            slack_connect_file_upload_sharing_blocked="the message has a file that cannot be shared",
            streaming_state_conflict="the message is still being written",
            unable_to_share_files="the message has files that cannot be shared",
        ),
        "conversations.info": _all(ErrorMeaning.CALL, channel_is_limited_access="the app may not see the channel"),
        "conversations.members": _all(
            ErrorMeaning.CALL,
            fetch_members_failed="Slack cannot list the members",
            invalid_limit="Slack does not take so large a page",
        )
        | _all(ErrorMeaning.CURSOR, invalid_cursor="Slack no longer knows the page"),
        "conversations.list": _of_looking_up()
        | _all(ErrorMeaning.CURSOR, invalid_cursor="Slack no longer knows the page"),
        "conversations.open": _of_looking_up(),
        "oauth.v2.access": _all(
            ErrorMeaning.TOKEN,
            access_denied="the workspace denies access to the app",
            bad_client_secret="slack.client_secret is not the app's",
            bad_redirect_uri="Slack expects a redirect address",
            cannot_install_an_org_installed_app="the app is installed for the whole organization: use that token",
            ekm_access_denied="the organization's administrators have suspended the app",
            enterprise_is_restricted="the organization restricts the app",
            invalid_client_id="slack.client_id is not the app's",
            invalid_code="Slack does not take the exchange",
            invalid_code_verifier="Slack does not take the exchange",
            invalid_grant_type="Slack does not take the exchange",
            invalid_refresh_token="the refresh token is not valid any more: set a new slack.refresh_token",
            no_permission="the app lacks a permission: install it again",
            no_scopes="Slack does not take the exchange",
            oauth_authorization_url_mismatch="Slack does not take the exchange",
            pkce_not_allowed="Slack does not take the exchange",
            preview_feature_not_available="token rotation is not available to the workspace",
            user_email_unverified="the person who installed the app has no verified address",
        ),
        "views.open": _all(
            ErrorMeaning.CALL,
            duplicate_external_id=_NO_VIEW,
            exchanged_trigger_id="the form was opened already",
            expired_trigger_id="the form could not be opened within three seconds",
            invalid_trigger_id=_NO_VIEW,
            view_too_large=_NO_VIEW,
        ),
        "views.publish": _all(
            ErrorMeaning.CALL,
            duplicate_external_id=_NO_VIEW,
            hash_conflict="another view was shown in the meantime",
            missing_profile_id=_NO_VIEW,
            not_enabled="the app's Home tab is off: turn it on under App Home",
            not_implemented=_NO_VIEW,
            view_too_large=_NO_VIEW,
        ),
        "users.info": _all(ErrorMeaning.HISTORY, missing_scope="the app lacks the scope users:read"),
    }
)

POST = "chat.postMessage"

METHODS = frozenset({*_ELSEWHERE, POST})
"""The methods that Callboard calls, and whose documented errors it therefore knows."""

RATE_ERRORS = frozenset({"ratelimited", "rate_limited"})
"""Errors that ask for a pause, for as long as Retry-After says."""


def error_of(method: str, code: str) -> SlackError | None:
    """What Slack means by this code; None if it is not documented."""
    return _ELSEWHERE.get(method, {}).get(code) or _ANYWHERE.get(code)


def meaning_of(method: str, code: str) -> ErrorMeaning | None:
    """What the code is about; None if it is not documented."""
    known = error_of(method, code)
    return None if known is None else known.meaning


def words_of(method: str, code: str) -> str:
    """The code and what it means, for operators."""
    known = error_of(method, code)
    return code if known is None else f"{code}: {known.words}"


def codes_of(method: str, *meanings: ErrorMeaning) -> frozenset[str]:
    """The codes that mean this to the method."""
    known = {**_ANYWHERE, **_ELSEWHERE.get(method, {})}
    return frozenset(code for code, error in known.items() if error.meaning in meanings)

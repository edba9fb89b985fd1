"""What Slack's errors mean, held to the documented codes of each method."""

from pathlib import Path

import pytest

from actors.notifier.model.slack_errors import (
    METHODS,
    ErrorMeaning,
    codes_of,
    error_of,
    meaning_of,
    words_of,
)
from tests.slack_reference import ERRORS, SEEN

SOURCES = Path(__file__).parents[4] / "actors" / "notifier"

POST = "chat.postMessage"


@pytest.mark.parametrize("method", sorted(METHODS))
def test_each_documented_error_of_a_method_has_a_meaning(method: str) -> None:
    assert sorted(code for code in ERRORS[method] if error_of(method, code) is None) == []


def test_no_error_has_a_meaning_that_slack_does_not_document() -> None:
    known = frozenset().union(*(codes_of(method, *ErrorMeaning) for method in METHODS))
    assert sorted(known - frozenset().union(*ERRORS.values()) - SEEN) == []


def test_the_meanings_of_a_method_are_of_codes_that_it_documents() -> None:
    """Except for those that it shares with all others."""
    shared = codes_of("", *ErrorMeaning)
    odd = {method: codes_of(method, *ErrorMeaning) - shared - ERRORS[method] for method in METHODS}
    assert {method: sorted(codes) for method, codes in odd.items() if codes} == {}


def test_every_method_that_is_called_has_its_errors_in_the_table() -> None:
    called = {
        name
        for name in ERRORS
        for file in SOURCES.rglob("*.py")
        if f'"{name}"' in file.read_text(encoding="utf-8") and file.name != "slack_errors.py"
    }
    assert called - METHODS == set()


@pytest.mark.parametrize(
    "code", ["no_permission", "ekm_access_denied", "access_denied", "enterprise_is_restricted", "app_access_restricted"]
)
def test_what_may_be_about_one_conversation_is_not_about_the_token(code: str) -> None:
    assert meaning_of(POST, code) is ErrorMeaning.RECIPIENT
    assert "install" not in words_of(POST, code)


@pytest.mark.parametrize(
    ("method", "code", "meaning"),
    [
        (POST, "restricted_action_thread_locked", ErrorMeaning.THREAD),
        (POST, "restricted_action_non_threadable_channel", ErrorMeaning.THREAD),
        (POST, "cannot_reply_to_message", ErrorMeaning.THREAD),
        (POST, "restricted_action_thread_only_channel", ErrorMeaning.RECIPIENT),
        (POST, "invalid_metadata_schema", ErrorMeaning.MESSAGE),
        (POST, "team_not_found", ErrorMeaning.RECIPIENT),
        (POST, "missing_scope", ErrorMeaning.TOKEN),
        (POST, "msg_blocks_too_long", ErrorMeaning.BLOCKS),
        (POST, "internal_error", ErrorMeaning.UNCLEAR),
        (POST, "message_limit_exceeded", ErrorMeaning.LIMIT),
        (POST, "invalid_arguments", ErrorMeaning.CALL),
        ("conversations.history", "missing_scope", ErrorMeaning.HISTORY),
        ("conversations.history", "not_in_channel", ErrorMeaning.HISTORY),
        ("conversations.history", "token_revoked", ErrorMeaning.TOKEN),
        ("conversations.replies", "thread_not_found", ErrorMeaning.THREAD),
        ("conversations.replies", "invalid_cursor", ErrorMeaning.CURSOR),
        ("conversations.open", "missing_scope", ErrorMeaning.HISTORY),
        ("conversations.list", "missing_scope", ErrorMeaning.HISTORY),
        ("apps.connections.open", "forbidden_team", ErrorMeaning.TOKEN),
        ("auth.test", "no_permission", ErrorMeaning.TOKEN),
    ],
)
def test_an_error_means_what_the_page_of_its_method_says(method: str, code: str, meaning: ErrorMeaning) -> None:
    assert meaning_of(method, code) is meaning


def test_a_channel_named_to_an_organization_must_be_named_by_its_id() -> None:
    assert "by its ID" in words_of(POST, "team_not_found")


def test_a_code_that_is_not_documented_is_itself() -> None:
    assert (meaning_of(POST, "quux"), words_of(POST, "quux")) == (None, "quux")

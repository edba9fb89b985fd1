"""Secrets are struck out of the log, and nothing else is."""

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.os.logs import LineFormatter
from actors.runtime.os.redaction import SHORTEST_SECRET_CHARACTERS, Redactor, secrets_of, short_secrets
from tests.builders import settings

TOKEN = "xoxb-1234-abcd"


def line_of(message: str, *secrets: str) -> str:
    record = logging.LogRecord("callboard.index", logging.INFO, "file.py", 1, message, (), None)
    return LineFormatter(secrets).format(record).partition(": ")[2]


def test_a_token_is_struck_out_of_a_line() -> None:
    assert line_of(f"Bearer {TOKEN}, refused", TOKEN) == "Bearer [secret], refused"


def test_a_token_is_struck_out_of_a_trace() -> None:
    try:
        raise ValueError(f"'Bearer {TOKEN}'")
    except ValueError:
        record = logging.LogRecord("callboard.index", logging.INFO, "file.py", 1, "failed", (), sys.exc_info())
    text = LineFormatter([TOKEN]).format(record)
    assert text.endswith("ValueError: 'Bearer [secret]'")


def test_a_short_password_that_is_a_common_word_leaves_paths_alone() -> None:
    assert (
        line_of("cannot open /srv/data/postgres/log: no data", "data") == "cannot open /srv/data/postgres/log: no data"
    )


def test_a_password_that_is_part_of_a_word_leaves_the_word_alone() -> None:
    said = "cannot open /srv/callboards/my_callboard.log"
    assert line_of(said, "callboard") == said


@pytest.mark.parametrize(
    ("text", "struck"),
    [
        (f"token={TOKEN}&x", "token=[secret]&x"),
        (f'{{"token":"{TOKEN}"}}', '{"token":"[secret]"}'),
        (f"b'Bearer {TOKEN}\\r\\n'", "b'Bearer [secret]\\r\\n'"),
        (f"'\\n{TOKEN}'", "'\\n[secret]'"),
        (f"'\\x0a{TOKEN}'", "'\\x0a[secret]'"),
        (f"?token%3D{TOKEN}%26x", "?token%3D[secret]%26x"),
        (f"{TOKEN}\n{TOKEN}", "[secret]\n[secret]"),
    ],
)
def test_a_secret_is_found_between_whatever_stands_around_it(text: str, struck: str) -> None:
    assert Redactor([TOKEN]).redact(text) == struck


def test_of_two_secrets_one_of_which_holds_the_other_nothing_is_left() -> None:
    assert (
        Redactor(["password", "postgresql://u:password@h/d"]).redact("at postgresql://u:password@h/d!")
        == "at [secret]!"
    )


def test_a_secret_with_signs_at_its_ends_is_found_inside_a_word() -> None:
    assert Redactor(["$tar-shine$"]).redact("a$tar-shine$b") == "a[secret]b"


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=SHORTEST_SECRET_CHARACTERS), st.text())
def test_a_secret_is_in_no_text_where_it_stands_alone(secret: str, text: str) -> None:
    redacted = Redactor([secret]).redact(f"{text} {secret} {text}")
    assert f" {secret} " not in redacted


@given(st.text(max_size=SHORTEST_SECRET_CHARACTERS - 1), st.text())
def test_short_secrets_change_nothing(secret: str, text: str) -> None:
    assert Redactor([secret]).redact(text) == text


def test_a_databases_url_and_password_are_secrets_as_they_are_written_too() -> None:
    url = "postgresql://u:p%40ssw0rd@h/d"
    assert secrets_of(settings(database={"url": url})) == (url, "p@ssw0rd", "p%40ssw0rd")


def test_short_secrets_are_named() -> None:
    chosen = settings(database={"url": "postgresql://u:data@h/d"}, slack={"bot_token": "xoxb-1", "app_token": TOKEN})
    assert short_secrets(chosen) == ("slack.bot_token", "the password in database.url")

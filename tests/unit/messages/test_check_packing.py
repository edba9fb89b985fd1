"""The checks of a configuration in a message."""

import pickle

from actors.runtime.output.redaction import secrets_of, without_checks
from messages.check_definitions import HeartbeatOptions, HttpOptions
from messages.settings import Settings
from tests.check_builders import a_check

MEGABYTE = 1_000_000

MANY = tuple(
    a_check(name=f"c{number:05}", group=f"g{number % 50}", url=f"https://host{number}.example.org/{number}")
    for number in range(10_000)
)


def test_ten_thousand_checks_are_far_smaller_than_a_megabyte() -> None:
    settings = Settings(checks=MANY)
    message = pickle.dumps(settings)
    assert len(message) < MEGABYTE / 2
    assert pickle.loads(message) == settings


def test_settings_without_checks_come_back_as_they_were() -> None:
    assert pickle.loads(pickle.dumps(Settings())) == Settings()


def test_who_needs_no_checks_learns_that_there_are_some_and_what_to_hide() -> None:
    checks = (
        a_check(name="a", http=HttpOptions(bearer="a-bearer-token-1")),
        a_check(name="b", heartbeat=HeartbeatOptions(token="a-heartbeat-token-2")),
    )
    settings = Settings(checks=checks)
    told = pickle.loads(pickle.dumps(without_checks(settings)))
    assert told.checks == ()
    assert told.has_checks
    assert set(secrets_of(told)) == set(secrets_of(settings)) >= {"a-bearer-token-1", "a-heartbeat-token-2"}
    assert "a-bearer" not in repr(told)


def test_what_is_without_checks_stays_so() -> None:
    told = without_checks(Settings(checks=MANY[:2]))
    assert without_checks(told) == told
    assert not without_checks(Settings()).has_checks


def test_many_checks_make_the_settings_of_others_no_bigger() -> None:
    assert len(pickle.dumps(without_checks(Settings(checks=MANY)))) < len(pickle.dumps(Settings())) + 100

"""What is said to differ, and what takes effect."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.control.configuration.difference import Difference, difference, effective, in_words, restart_in_words
from config.declaration import DECLARED, KEYS
from messages.settings import Settings, TakesEffect
from tests.unit.config.builders import loaded


def settings(tmp_path: Path, text: str = "") -> Settings:
    return loaded(tmp_path, f"data_dir: /tmp/data\n{text}")


def changed_settings() -> Iterator[tuple[str, Settings]]:
    """For each key the settings in which only it is another."""
    usual = Settings()
    for name, key in DECLARED.items():
        if key.secret:
            continue
        section, word = key.section, key.word
        holder: Any = getattr(usual, section) if section else usual
        other = msgspec.structs.replace(holder, **{word: another(getattr(holder, word))})
        yield name, msgspec.structs.replace(usual, **{section: other}) if section else other


def another(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case _:
            return f"{value}x"


@pytest.mark.parametrize(("name", "other"), list(changed_settings()))
def test_each_key_is_named_and_takes_effect_when_its_declaration_says_so(name: str, other: Settings) -> None:
    usual = Settings()
    found, after = difference(usual, other), effective(usual, other)
    if DECLARED[name].takes_effect is TakesEffect.AT_ONCE:
        assert (found.changed, found.after_restart, after) == ((name,), (), other)
    else:
        assert (found.changed, found.after_restart, after) == ((), (name,), usual)
        assert not found.takes_effect


def test_few_keys_need_a_restart() -> None:
    waiting = {name for name, key in KEYS.items() if key.takes_effect is TakesEffect.AFTER_RESTART}
    places = {"data_dir", "database.url", "health.host", "health.port"}
    events = {"slack.events", "slack.events_host", "slack.events_port"}
    assert waiting == places | events | {name for name in KEYS if name.startswith("system.")}


def test_checks_are_named_by_their_keys(tmp_path: Path) -> None:
    before = settings(
        tmp_path,
        "checks:\n- {name: a, url: 'http://127.0.0.1/'}\n- {name: b, url: 'http://127.0.0.1/'}\n"
        "- {name: c, url: 'http://127.0.0.1/'}\n",
    )
    after = settings(
        tmp_path,
        "checks:\n- {name: c, url: 'http://127.0.0.1/'}\n- {name: a, url: 'http://127.0.0.1/', interval: 5s}\n"
        "- {name: a, group: g, url: 'http://127.0.0.1/'}\n",
    )
    found = difference(before, after)
    assert found == Difference(added=("g/a",), removed=("b",), altered=("a",))
    assert in_words(found) == "1 check added (g/a); 1 check changed (a); 1 check removed (b)"
    assert effective(before, after) == after


def test_many_checks_are_counted() -> None:
    found = Difference(changed=("slack.channel",), added=tuple("abcdefg"))
    assert in_words(found) == "slack.channel; 7 checks added (a, b, c, d, e, …)"
    assert in_words(Difference()) == ""
    assert restart_in_words(("health.port",)) == "health.port takes effect after a restart of the service"
    assert restart_in_words(("a", "b")) == "a, b take effect after a restart of the service"


def test_no_value_is_said(tmp_path: Path) -> None:
    before = settings(tmp_path)
    slack = msgspec.structs.replace(before.slack, bot_token="xoxb-secret", channel="#secret-channel")
    found = difference(before, msgspec.structs.replace(before, slack=slack))
    assert in_words(found) == "slack.bot_token, slack.channel"


def test_one_key_may_change_while_another_waits(tmp_path: Path) -> None:
    before = settings(tmp_path)
    after = settings(tmp_path, "health: {port: 1, heartbeat_interval: 5s}\n")
    running = effective(before, after)
    assert running.health == msgspec.structs.replace(before.health, heartbeat_interval=5.0)
    assert difference(running, after) == Difference(after_restart=("health.port",))

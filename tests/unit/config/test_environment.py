"""The environment: its variables set keys; a slip is an error, a stranger a warning."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.declaration import DECLARED, KEYS, SettingKey, variable_of
from config.loader import load
from config.values import parse
from messages.settings import SettingKind
from tests.unit.config.builders import refused

KUBERNETES = {
    "CALLBOARD_PORT": "tcp://10.0.0.7:8765",
    "CALLBOARD_SERVICE_HOST": "10.0.0.7",
    "CALLBOARD_SERVICE_PORT": "8765",
    "CALLBOARD_SERVICE_PORT_HEALTH": "8765",
    "CALLBOARD_PORT_8765_TCP": "tcp://10.0.0.7:8765",
    "CALLBOARD_PORT_8765_TCP_PROTO": "tcp",
    "CALLBOARD_PORT_8765_TCP_PORT": "8765",
    "CALLBOARD_PORT_8765_TCP_ADDR": "10.0.0.7",
    "CALLBOARD_HEALTH_PORT": "tcp://10.0.0.8:8765",
    "CALLBOARD_HEALTH_SERVICE_HOST": "10.0.0.8",
    "CALLBOARD_HEALTH_SERVICE_PORT": "8765",
    "CALLBOARD_SLACK_EVENTS_PORT": "tcp://10.0.0.9:8766",
    "CALLBOARD_SLACK_EVENTS_PORT_8766_TCP": "tcp://10.0.0.9:8766",
    "CALLBOARD_SLACK_EVENTS_PORT_8766_TCP_PORT": "8766",
    "CALLBOARD_SLACK_EVENTS_SERVICE_HOST": "10.0.0.9",
    "CALLBOARD_SLACK_EVENTS_SERVICE_PORT": "8766",
}
"""What pods get when services are called callboard, callboard-health and callboard-slack-events."""


def test_the_environment_can_say_true_and_false(tmp_path: Path) -> None:
    assert load(None, {"CALLBOARD_PROBER__ENABLED": "False"}).settings.prober.enabled is False
    said = refused(tmp_path, "", {"CALLBOARD_PROBER__ENABLED": "0"})
    assert said == "environment CALLBOARD_PROBER__ENABLED: prober.enabled: expected true or false, not '0'"


def test_callboards_own_variable_wins_over_database_url() -> None:
    environment = {"CALLBOARD_DATABASE__URL": "postgresql://h/ours", "DATABASE_URL": "postgresql://h/theirs"}
    assert load(None, environment).settings.database.url == "postgresql://h/ours"


def test_what_kubernetes_injects_is_a_warning() -> None:
    configuration = load(None, KUBERNETES)
    assert configuration.settings == load(None, {}).settings
    assert configuration.warnings == (f"environment: ignored, because no key has such a name: {', '.join(KUBERNETES)}",)


@pytest.mark.parametrize("variable", ["CALLBOARD_IMAGE", "CALLBOARD_HOME", "CALLBOARD_VERSION", "CALLBOARD_"])
def test_a_strangers_variable_is_a_warning(variable: str) -> None:
    assert load(None, {variable: "1"}).warnings == (
        f"environment: ignored, because no key has such a name: {variable}",
    )


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("CALLBOARD_SLACK__CHANEL", "CALLBOARD_SLACK__CHANNEL"),
        ("CALLBOARD_SLACK_CHANNEL", "CALLBOARD_SLACK__CHANNEL"),
        ("CALLBOARD_SLACK_BOT_TOKEN", "CALLBOARD_SLACK__BOT_TOKEN"),
        ("CALLBOARD_DATA__DIR", "CALLBOARD_DATA_DIR"),
        ("CALLBOARD_HEALTH_PORT", "CALLBOARD_HEALTH__PORT"),
        ("CALLBOARD_PROBER___ENABLED", "CALLBOARD_PROBER__ENABLED"),
        ("CALLBOARD_PROBR__ENABLED", "CALLBOARD_PROBER__ENABLED"),
        ("CALLBOARD_SLACK.CHANNEL", "CALLBOARD_SLACK__CHANNEL"),
    ],
)
def test_a_slip_is_an_error_that_names_what_was_meant(tmp_path: Path, variable: str, meant: str) -> None:
    said = refused(tmp_path, "", {variable: "xoxb-s3cret"})
    assert said == f"environment: {variable}: unknown key; did you mean {meant}?"


@pytest.mark.parametrize("name", [name for name, key in DECLARED.items() if key.section])
def test_one_underscore_instead_of_two_is_an_error_for_every_key(tmp_path: Path, name: str) -> None:
    variable = variable_of(name)
    assert f"did you mean {variable}?" in refused(tmp_path, "", {variable.replace("__", "_"): "x"})


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])))
def test_text_of_the_environment_arrives_as_it_is(text: str) -> None:
    assert load(None, {"CALLBOARD_SLACK__CHANNEL": text}).settings.slack.channel == text.strip()


@given(st.sampled_from([key for key in KEYS.values() if key.kind is SettingKind.WHOLE_NUMBER]), st.data())
def test_numbers_of_the_environment_are_those_of_a_file(key: SettingKey, data: st.DataObject) -> None:
    number = data.draw(st.integers(key.least, int(key.most or 0)))
    assert load(None, {variable_of(key.name): f" {number} "}).values[key.name] == parse(key, number) == number

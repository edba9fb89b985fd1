"""What check-config prints: what is in effect and where it comes from, without secrets."""

from pathlib import Path

import pytest
import yaml

from actors.runtime.output.redaction import Redactor, secrets_of
from config.loader import load
from config.showing import shown
from tests.unit.config.builders import a_file


def test_what_is_shown_has_no_secrets_and_can_be_read_again(tmp_path: Path) -> None:
    environment = {
        "CALLBOARD_SLACK__BOT_TOKEN": "xoxb-very-secret",
        "DATABASE_URL": "postgresql://u:passw0rd@localhost/db",
        "CALLBOARD_INDEX__INTERVAL": "2s",
    }
    configuration = load(None, environment)
    text = shown(configuration)
    assert "xoxb-very-secret" not in text
    assert "passw0rd" not in text
    assert "  interval: 2s  # environment CALLBOARD_INDEX__INTERVAL\n" in text
    assert "# slack.bot_token: (set, hidden)  # environment CALLBOARD_SLACK__BOT_TOKEN\n" in text
    assert "# slack.app_token: (not set: no commands by Socket Mode)\n" in text
    again = load(a_file(tmp_path, text), {}).settings
    assert again.index == configuration.settings.index
    assert again.data_dir == configuration.settings.data_dir


def test_a_value_of_a_file_is_shown_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-very-secret")
    file = a_file(tmp_path, "retention: {parked: 90m}\nslack: {bot_token_file: token}")
    text = shown(load(file, {}))
    assert f"  suspended: 90m  # {file}\n" in text
    assert f"  bot_token_file: {tmp_path / 'token'}  # {file}\n" in text
    assert f"# slack.bot_token: (set, hidden)  # {tmp_path / 'token'}\n" in text


def test_what_is_shown_of_the_environment_is_what_it_means() -> None:
    text = shown(load(None, {"CALLBOARD_HEALTH__PORT": "070", "CALLBOARD_SLACK__CHANNEL": "123"}))
    document = yaml.safe_load(text)
    assert (document["health"]["port"], document["slack"]["channel"]) == (70, "123")


def test_a_password_in_an_address_is_not_shown() -> None:
    assert "s3cret" not in shown(load(None, {"CALLBOARD_INDEX__URL": "http://me:s3cret@127.0.0.1/index.json"}))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@h:5432/x",
        "postgresql://h/db?user=u&password=s3cret",
        "postgresql://u:a%40s3cret@h/x",
    ],
)
def test_a_databases_password_is_not_shown(url: str) -> None:
    text = shown(load(None, {"DATABASE_URL": url}))
    assert "s3cret" not in text
    assert yaml.safe_load(text)["database"]["url"].startswith("postgresql://u:***@h")


def test_of_a_url_that_gives_access_only_the_host_is_shown(tmp_path: Path) -> None:
    url = "https://hc.example.org/ping/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    configuration = load(a_file(tmp_path, f"health:\n  heartbeat_url: {url}\n"), {})
    assert "heartbeat_url: https://hc.example.org/***" in shown(configuration)
    assert "0f1e2d3c" not in shown(configuration)
    assert "0f1e2d3c" not in repr(configuration.settings)
    redactor = Redactor(secrets_of(configuration.settings))
    assert "0f1e2d3c" not in redactor.redact(f"GET {url} failed: /ping/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")

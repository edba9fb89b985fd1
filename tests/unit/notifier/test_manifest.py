"""The app manifest grants what the code needs, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from actors.notifier.slack.scopes import COMMAND, EVENTS, SCOPES, SHORTCUT, UNFURLED

FILE = Path(__file__).parents[3] / "config" / "slack-app-manifest.yaml"


@pytest.fixture
def manifest() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_the_scopes_are_those_that_are_used(manifest: dict[str, Any]) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    assert scopes == {"bot": sorted(SCOPES)}


def test_the_app_is_told_what_is_said_to_it(manifest: dict[str, Any]) -> None:
    settings, features = manifest["settings"], manifest["features"]
    assert settings["event_subscriptions"]["bot_events"] == sorted(EVENTS)
    assert [command["command"] for command in features["slash_commands"]] == [COMMAND]
    assert settings["interactivity"]["is_enabled"] is True
    assert features["app_home"]["home_tab_enabled"] is True
    assert features["app_home"]["messages_tab_enabled"] is True
    assert [(each["type"], each["callback_id"]) for each in features["shortcuts"]] == [("message", SHORTCUT)]
    assert [len(each["name"]) <= 24 or each["name"] for each in features["shortcuts"]]
    assert features["unfurl_domains"] == list(UNFURLED)
    assert features["app_home"]["messages_tab_read_only_enabled"] is False


def test_socket_mode_needs_no_address(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in manifest["settings"]["event_subscriptions"]
    assert all("url" not in command for command in manifest["features"]["slash_commands"])


def test_every_text_is_as_short_as_slack_wants_it(manifest: dict[str, Any]) -> None:
    """https://docs.slack.dev/reference/app-manifest"""
    about, (command,) = manifest["display_information"], manifest["features"]["slash_commands"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000

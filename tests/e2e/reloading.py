"""A service whose configuration changes: what is saved, what it says of that, and what operators hear."""

import json
from typing import Any

import yaml

from actors.stage.server.client import StageClient
from tests.e2e.service import Service, wait_for

OPERATORS = "C0OPS"


def change(service: Service, **sections: Any) -> None:
    """Save the configuration with other sections, as editors do: a new file takes the place of the old one."""
    known = yaml.safe_load(service.file.read_text())
    for name, section in sections.items():
        known[name] = {**known.get(name, {}), **section} if isinstance(section, dict) else section
    fresh = service.file.with_suffix(".new")
    fresh.write_text(yaml.safe_dump(known))
    fresh.replace(service.file)


def problems(service: Service) -> dict[str, str]:
    """The problems of the configuration, by code."""
    health = wait_for(service.health)
    return {each["code"]: each["text"] for each in health["problems"] if each["subject"] == "configuration"}


def states(service: Service) -> dict[str, str]:
    """The state of each check, by its name; empty while nobody answers."""
    listed = service.command("checks", "list", "--json")
    checks = json.loads(listed.stdout) if listed.returncode == 0 else ()
    return {each["name"]: each["status"] for each in checks}


def heard(stage: StageClient, channel: str) -> list[str]:
    """What was said there."""
    return [each.text for each in stage.messages() if each.recipient == channel]


def told(stage: StageClient) -> list[str]:
    """What operators heard."""
    return heard(stage, OPERATORS)

"""Short ways to make what the stage's tests are about."""

from typing import Any


def a_text(text: str = "hello", kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": text}


def an_option(label: str = "Why", value: str = "why P1") -> dict[str, Any]:
    return {"text": a_text(label, "plain_text"), "value": value}


def a_menu(*options: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "overflow",
        "action_id": "callboard-menu",
        "options": list(options or (an_option(), an_option("Mute"))),
    }


def a_section(text: str = "hello", **told: Any) -> dict[str, Any]:
    return {"type": "section", "text": a_text(text), **told}

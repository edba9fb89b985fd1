"""Short ways to make requests to the stand-in sites."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from actors.stage.faults.exchange import Asking, Reply, Site
from actors.stage.sites import sites
from actors.stage.world.state import STAGE_TOKEN
from actors.stage.world.world import World, fold
from tests.slack_reference import ERRORS

NOON = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)


def asking(site: Site = Site.PAPERS, name: str = "D2300R11.pdf", verb: str = "HEAD", **headers: str) -> Asking:
    """A request at noon; `if_none_match="..."` is a header."""
    told = {key.replace("_", "-"): value for key, value in headers.items()}
    return Asking(site=site, verb=verb, path=f"/{name}", name=name, at=NOON, headers=told)


def a_call(method: str = "chat.postMessage", *, after: float = 0.0, token: str = STAGE_TOKEN, **told: object) -> Asking:
    """A call of Slack's Web API, so many seconds after noon; a post to C0PAPERS unless said otherwise."""
    arguments: Mapping[str, object] = {"channel": "C0PAPERS", "text": "hello", **told}
    return Asking(
        site=Site.SLACK,
        verb="POST",
        path=f"/api/{method}",
        name=method,
        at=NOON + timedelta(seconds=after),
        headers={"authorization": f"Bearer {token}"} if token else {},
        arguments=arguments,
    )


def visit(world: World, request: Asking) -> tuple[World, Reply]:
    """The world after an undisturbed request, and the reply."""
    outcome = sites.answer(world, request)
    if request.site is Site.SLACK:
        _check_error(request.name, outcome.reply)
    for event in outcome.events:
        world = fold(world, event)
    return world, outcome.reply


def _check_error(method: str, reply: Reply) -> None:
    """The stand-in Slack answers with nothing that Slack does not document."""
    error = json.loads(reply.body).get("error")
    known = ERRORS.get(method, frozenset()) | {"unknown_method"}
    assert error is None or error in known, f"{method} is not documented to answer {error}"


def said(reply: Reply) -> dict[str, object]:
    """The JSON object of a reply."""
    document = json.loads(reply.body)
    assert isinstance(document, dict)
    return document

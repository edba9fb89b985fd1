"""A service whose whole world is the stage."""

from collections.abc import Callable, Mapping

from actors.stage.server.client import StageClient
from actors.stage.world.state import STAGE_TOKEN
from tests.e2e.service import Service


def on_stage(make: Callable[..., Service], base: str, stage: StageClient, **sections: Mapping[str, object]) -> Service:
    """What `make` makes of the stage's addresses, an index looked for every second, and the `sections`; not started."""
    usual: dict[str, Mapping[str, object]] = {
        "system": {"base": base},
        "index": {"url": stage.index_url, "interval": "1s"},
        "prober": {"base_url": stage.papers_url},
        "slack": {"api_url": stage.slack_url, "channel": "C0PAPERS"},
    }
    made = make(**{name: {**usual.get(name, {}), **sections.get(name, {})} for name in usual | sections})
    made.environment = {"CALLBOARD_SLACK__BOT_TOKEN": STAGE_TOKEN}
    return made

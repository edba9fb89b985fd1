"""A service whose whole world is the stage."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from actors.stage.server.client import StageClient
from actors.stage.sites.documents import Document
from actors.stage.world.state import STAGE_TOKEN
from tests.e2e.service import Service


def on_stage(
    make: Callable[..., Service],
    base: str,
    stage: StageClient,
    checks: Sequence[Mapping[str, object]] = (),
    **sections: Any,
) -> Service:
    """What `make` makes of the stage's addresses, an index looked for every second, the `checks` and the `sections`;
    not started."""
    usual: dict[str, Any] = {
        "system": {"base": base},
        "index": {"url": stage.index_url, "interval": "1s"},
        "prober": {"base_url": stage.papers_url, "title_wait": "60s"},
        "slack": {"api_url": stage.slack_url, "channel": "C0PAPERS"},
    }
    merged = {name: {**usual.get(name, {}), **sections.get(name, {})} for name in usual | sections}
    made = make(**merged, **({"checks": list(checks)} if checks else {}))
    made.environment = {"CALLBOARD_SLACK__BOT_TOKEN": STAGE_TOKEN}
    return made


ONE_PAPER = {
    "P0042R0": {
        "author": "Eric Niebler", "date": "2025-01-01", "title": "Its old title", "type": "paper",
        "link": "https://wg21.link/p0042r0", "long_link": "https://example.org/p0042r0.html",
    }
}  # fmt: skip

ITS_DRAFT = Document(
    id="D0042R1",
    title="A title of its own <for> spans",
    authors=("Renée Kähler", "Ola Bergström"),
    audience=("LEWG", "SG9"),
    date=date(2025, 3, 4),
    text="This builds on what Kirk Shoop proposed.",
)

TWENTY_PAPERS = {
    f"P{number:04d}R0": {
        "type": "paper", "title": f"Paper {number}", "author": "Ada Lovelace", "date": "2015-01-01",
        "long_link": f"https://example.org/p{number:04d}r0.html",
    }
    for number in range(1, 21)
}  # fmt: skip

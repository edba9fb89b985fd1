"""`make pictures`: what Callboard says on Slack, as docs/slack.md shows it, taken of the stage's page."""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

from actors.embedded_postgres.place import remove_sheltered
from actors.runtime.engine.bases import SIMPLE
from actors.stage.faults.exchange import Site
from actors.stage.faults.faults import FixedReply
from actors.stage.server.client import StageClient
from actors.stage.server.running import running_stage
from actors.stage.sites.documents import Document
from actors.stage.world.state import STAGE_APP_TOKEN
from tests.e2e.camera import camera
from tests.e2e.people import INDEX, People, appear
from tests.e2e.service import LIMIT, Service, wait_for
from tests.e2e.staged import on_stage

HASTY = {"min_revisit": "1s", "requests_per_hour": 1_000_000, "contact": "pictures@example.org"}
OPERATORS = {"ops_channel": "C0OPS", "ops_after": "5s"}

FOLDER = Path(__file__).parents[2] / "docs" / "img"

NOBODY = "U99"
"""Whose questions are in no picture."""

TALKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "watching": (
            "watch Niebler, P2300", "watch reflection", "watching",
        ),
        "asking": ("paper P2300", "status"),
        "settings": (
            "digest daily 09:00 Europe/Berlin", "quiet 22:00-07:00", "settings", "export",
        ),
        "help": ("help", "wach P2300"),
    }
)  # fmt: skip
"""By picture: what one person says."""


def play(people: People) -> dict[str, str]:
    """Everything that is to be seen; the conversation of each picture."""
    stage = people.stage
    where: dict[str, str] = {}
    for number, (picture, words) in enumerate(TALKS.items(), 1):
        where[picture] = user = f"U{number}"
        stage.name_member(user, "Ada")
        for text in words:
            people.say(text, user)
    where["draft"] = _draft(people, "U7")
    where["notice"] = _notice(people, "U8")
    where["mailing"] = _mailing(people, "U9")
    where["change"] = _change(people, "U10")
    where["withdrawal"] = _withdrawal(people, "U11")
    where["digest"] = _digest(people, "U12")
    where["home"] = _home(people, "U13")
    people.mention("version")
    people.mention("paper P2996")
    where["channel"] = "C0PAPERS"
    where["operators"] = _trouble(people, "C0OPS")
    return where


def _draft(people: People, user: str) -> str:
    people.stage.name_member(user, "Barbara")
    people.say("watch P3870", user)
    draft = Document(
        id="D3870R1",
        title="Renaming std::nontype to std::tag",
        authors=("Andrei Zissu", "Ville Voutilainen"),
        audience=("LEWG",),
        date=date(2025, 11, 20),
        text="The name says what it is for.",
    )
    for version in (draft, replace(draft, text=f"{draft.text} A section on deduction has been added.")):
        before = len(people.told(user))
        people.stage.put_paper("D3870R1.html", version, last_modified=datetime.now(UTC))
        _wait_for_more(people, user, before)
    before = len(people.told(user))
    appear(people.stage, ", ".join(draft.authors), 3870, title=draft.title, revision=1)
    _wait_for_more(people, user, before)
    return user


def _wait_for_more(people: People, recipient: str, than: int, limit: float = LIMIT) -> None:
    wait_for(lambda: len(people.told(recipient)) > than, limit)


def _trouble(people: People, channel: str) -> str:
    before = len(people.told(channel))
    people.stage.fault(Site.INDEX, FixedReply(status=500))
    _wait_for_more(people, channel, before)
    people.stage.clear_faults()
    _wait_for_more(people, channel, before + 1)
    return channel


def _notice(people: People, user: str) -> str:
    people.stage.name_member(user, "Ada")
    people.say("watch author:Stroustrup", user)
    before = len(people.told(user))
    appear(people.stage, "Bjarne Stroustrup", 3890, title="Remember the `vasa<T>`!")
    _wait_for_more(people, user, before)
    people.press("Why?", user)
    people.press("Mute for 2 weeks", user)
    return user


def _mailing(people: People, user: str) -> str:
    people.stage.name_member(user, "Grace")
    people.say("watch author:Lovelace", user)
    before = len(people.told(user))
    appear(people.stage, "Ada Lovelace", *range(3891, 3903), title="Notes on the engine")
    _wait_for_more(people, user, before)
    return user


def _change(people: People, user: str) -> str:
    people.stage.name_member(user, "Sofia")
    people.say("watch title:rotation", user)
    before = len(people.told(user))
    appear(people.stage, "Sofia Kovalevskaya", 3880, title="On the motion of a body")
    wait_for(lambda: "P3880R0" in people.say("paper P3880", NOBODY), LIMIT)
    appear(people.stage, "Sofia Kovalevskaya", 3880, title="On the rotation of a body")
    _wait_for_more(people, user, before)
    return user


def _withdrawal(people: People, user: str) -> str:
    people.stage.name_member(user, "Emmy")
    people.say("watch P3871", user)
    before = len(people.told(user))
    people.stage.put_draft("D3871R1.pdf", last_modified=datetime.now(UTC))
    _wait_for_more(people, user, before, 180.0)
    people.stage.remove_draft("D3871R1.pdf")
    _wait_for_more(people, user, before + 1, 180.0)
    return user


def _home(people: People, user: str) -> str:
    people.stage.name_member(user, "Katherine")
    for text in ("watch Niebler, P2300, audience:SG16", "mute P2996 for 2 weeks", "digest weekdays 08:30 Asia/Tokyo"):
        people.say(text, user)
    people.stage.open_home(user)
    wait_for(lambda: user in people.stage.surfaces()["homes"], LIMIT)
    return user


def _digest(people: People, user: str) -> str:
    people.stage.name_member(user, "Alan")
    soon = datetime.now(UTC) + timedelta(minutes=2)
    people.say("watch author:Turing", user)
    people.say(f"digest daily {soon:%H:%M} UTC", user)
    before = len(people.told(user))
    appear(people.stage, "Alan Turing", 3885, title="Computing machinery")
    wait_for(lambda: "P3885R0" in people.say("paper P3885", NOBODY), LIMIT)
    people.say("why P3885", user)
    _wait_for_more(people, user, before + 1, 180.0)
    return user


async def take(stage: StageClient, where: Mapping[str, str]) -> None:
    """Write the pictures."""
    FOLDER.mkdir(exist_ok=True)
    async with camera() as one:
        for picture, id in where.items():
            shown = "home" if picture == "home" else "only"
            await one.take(f"{stage.url}/slack?{shown}={id}", "section", FOLDER / f"slack-{picture}.png")


def main() -> None:
    """Play it, and take the pictures."""
    with running_stage(INDEX) as stage, tempfile.TemporaryDirectory() as directory:
        service = on_stage(partial(Service, Path(directory)), SIMPLE, stage, prober=HASTY, slack=OPERATORS)
        service.environment["CALLBOARD_SLACK__APP_TOKEN"] = STAGE_APP_TOKEN
        try:
            people = People(service, stage, "socket")
            people.begin()
            asyncio.run(take(stage, play(people)))
        finally:
            service.end()
            remove_sheltered(service.data_dir)


if __name__ == "__main__":
    main()

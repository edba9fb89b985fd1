"""The client that scripts a stage from outside: for tests, chaos runs and the demo."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx

from actors.stage.faults.exchange import Headers, Site
from actors.stage.faults.faults import Fault, FaultRule, content_type_of
from actors.stage.sites.documents import Document, body_of
from actors.stage.sites.snapshots import read_packed
from actors.stage.web.wire import Received, StageState, decode_requests, decode_state, encode_event
from actors.stage.world.journal import JournalEntry
from actors.stage.world.script import (
    AddFault,
    ClearFaults,
    DeliverTo,
    GrantScopes,
    LeaveChannel,
    LimitRate,
    LimitTiers,
    NameMember,
    PaceDelivery,
    PutDraft,
    RemoveDraft,
    ScriptEvent,
    SetIndex,
    SetRobots,
    SetToken,
    StartOver,
)
from actors.stage.world.state import Attempt, PaperFile, index_file, pack

PATIENCE = 30.0
"""Seconds for one exchange with the stage; its long poll is shorter."""

END_LIMIT = 60.0
"""Seconds for a stage to end after its input has: it waits for nobody, but the machine may be busy."""


class StageClient:
    """A running stage, by its address. Raises httpx.HTTPError when the stage is gone or rejects a request."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)

    @property
    def index_url(self) -> str:
        """For `index.url`."""
        return f"{self.url}/index.json"

    @property
    def papers_url(self) -> str:
        """For `prober.base_url`."""
        return f"{self.url}/files/papers/"

    @property
    def slack_url(self) -> str:
        """For `slack.api_url`."""
        return f"{self.url}/api/"

    def play(self, *events: ScriptEvent) -> None:
        """Apply the events, with nothing between them."""
        answer = self._client.post("/_stage/events", json=[encode_event(event) for event in events])
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise ValueError(answer.text.strip())
        answer.raise_for_status()

    def put_draft(
        self, name: str, *, last_modified: datetime | None = None, body: bytes = b"%PDF-1.7", headers: Headers = ()
    ) -> None:
        """`D1234R0.pdf` is in the papers folder from now on. Without `last_modified` the server sends none."""
        kind = content_type_of(name)
        file = PaperFile(body=body, content_type=kind, last_modified=last_modified, headers=headers)
        self.play(PutDraft(name=name, file=file))

    def remove_draft(self, name: str) -> None:
        """It is no longer there."""
        self.play(RemoveDraft(name=name))

    def put_paper(self, name: str, document: Document, *, last_modified: datetime | None = None) -> None:
        """A draft with front matter, as PDF or HTML according to its name."""
        self.put_draft(name, last_modified=last_modified, body=body_of(document, name))

    def set_robots(self, text: str | None) -> None:
        """The robots.txt of the papers folder's host; None: there is none."""
        self.play(SetRobots(text=text))

    def set_index(
        self, index: Path | bytes | Mapping[str, Mapping[str, Any]], *, last_modified: datetime | None = None
    ) -> None:
        """wg21.link's index from now on: a file, gzipped or not; the exact bytes; or entries by id."""
        if isinstance(index, Path):
            packed = read_packed(index)
        else:
            packed = pack(index if isinstance(index, bytes) else json.dumps(index).encode())
        self.play(SetIndex(file=index_file(packed, last_modified)))

    def fault(
        self,
        site: Site | str,
        fault: Fault,
        *,
        times: int | None = None,
        only: str = "*",
        verb: str = "",
        channel: str = "",
        acts_first: bool = False,
    ) -> None:
        """Add a rule, applied after those that exist. See `FaultRule`."""
        rule = FaultRule(
            site=Site(site),
            fault=fault,
            times=times,
            only=only,
            verb=verb,
            channel=channel,
            acts_first=acts_first,
        )
        self.play(AddFault(rule=rule))

    def clear_faults(self, site: Site | str | None = None) -> None:
        """Clear the faults of all sites, or of one."""
        self.play(ClearFaults(site=None if site is None else Site(site)))

    def limit_rate(self, seconds: float) -> None:
        """Slack accepts one message per conversation every `seconds`; 0: no limit."""
        self.play(LimitRate(spacing=timedelta(seconds=seconds)))

    def limit_tiers(self, seconds: float) -> None:
        """Slack accepts as many calls of a method every `seconds` as its tier allows a minute; 0: no limit."""
        self.play(LimitTiers(window=timedelta(seconds=seconds)))

    def leave(self, channel: str) -> None:
        """The app is not a member of this channel until it joins."""
        self.play(LeaveChannel(channel=channel))

    def name_member(self, id: str, name: str) -> None:
        """A channel or person of the workspace has this name."""
        self.play(NameMember(id=id, name=name))

    def set_token(self, token: str) -> None:
        """Slack accepts only this bot token."""
        self.play(SetToken(token=token))

    def grant(self, *scopes: str) -> None:
        """The bot token has these scopes only."""
        self.play(GrantScopes(scopes=scopes))

    def pace_delivery(self, patience: float, *retries: float) -> None:
        """Seconds that Slack waits for an acknowledgement, and before each further attempt of an event."""
        self.play(PaceDelivery(patience=patience, retries=retries))

    def use_http(self, url: str, secret: str) -> bool:
        """Deliver by signed requests to `url`; whether that answers Slack's challenge."""
        self.play(DeliverTo(url=url, secret=secret))
        return bool(self._told("/_stage/verify")["verified"])

    def use_socket(self) -> None:
        """Deliver over the app's websockets, as in the beginning."""
        self.play(DeliverTo(url=""))

    def say(self, user: str, text: str, *, thread: str = "", times: int = 1) -> str:
        """A direct message to the app; the delivery's id."""
        return self._deed(kind="say", user=user, text=text, ts=thread, times=times)

    def mention(self, user: str, channel: str, text: str, *, thread: str = "", times: int = 1) -> str:
        """A message in a channel that begins with the app's name; the delivery's id."""
        return self._deed(kind="mention", user=user, channel=channel, text=text, ts=thread, times=times)

    def slash(self, user: str, text: str, *, channel: str = "") -> str:
        """`/callboard text`, typed in the channel or in the direct conversation; the delivery's id."""
        return self._deed(kind="slash", user=user, channel=channel, text=text)

    def press(self, message: Received, button: str, *, user: str = "") -> str:
        """The button of that label, pressed by `user` or else by the message's recipient; the delivery's id."""
        presser = user or message.recipient
        return self._deed(kind="press", user=presser, channel=message.channel, ts=message.ts, label=button)

    def redeliver(self, delivery: str, *, times: int = 1) -> None:
        """Deliver it again, with the same event id."""
        self._deed(kind="again", id=delivery, times=times)

    def disconnect(self, reason: str = "refresh_requested") -> int:
        """Send it to every websocket and close them (not for `warning`); how many there were."""
        return int(self._told(f"/_stage/disconnect?reason={reason}")["count"])

    def connections(self) -> int:
        """How many websockets the app has open."""
        answer = self._client.get("/_stage/connections").raise_for_status()
        return int(answer.json()["count"])

    def attempts(self, delivery: str) -> tuple[Attempt, ...]:
        """How the attempts to deliver it went so far."""
        return tuple(attempt for attempt in self.state().attempts if attempt.delivery == delivery)

    def wait_delivered(self, delivery: str, limit: float) -> Attempt:
        """The first attempt that was acknowledged. Raises TimeoutError."""

        def found(state: StageState) -> list[Attempt]:
            return [each for each in state.attempts if each.delivery == delivery and not each.failure]

        return found(self.wait_for(lambda state: bool(found(state)), limit))[0]

    def wait_replies(self, recipient: str, since: int, limit: float) -> tuple[Received, ...]:
        """The messages to a user or channel after the first `since` of them, at least one. Raises TimeoutError."""

        def found(state: StageState) -> tuple[Received, ...]:
            return tuple(each for each in state.messages if each.recipient == recipient)[since:]

        return found(self.wait_for(lambda state: bool(found(state)), limit))

    def _deed(self, **deed: Any) -> str:
        answer = self._client.post("/_stage/deed", json=deed)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise ValueError(answer.text.strip())
        return str(answer.raise_for_status().json()["id"])

    def _told(self, path: str) -> dict[str, Any]:
        told: dict[str, Any] = self._client.post(path).raise_for_status().json()
        return told

    def reset(self) -> None:
        """Reset everything except the index."""
        self.play(StartOver())

    def state(self) -> StageState:
        """What happened so far."""
        return decode_state(self._client.get("/_stage/state").raise_for_status().content)

    def messages(self) -> tuple[Received, ...]:
        """The messages that Slack accepted, in order of arrival."""
        return self.state().messages

    def requests(self, site: Site | str) -> tuple[JournalEntry, ...]:
        """The site's latest requests, oldest first."""
        answer = self._client.get("/_stage/requests", params={"site": Site(site).value})
        return decode_requests(answer.raise_for_status().content)

    def asked(self, site: Site | str, verb: str = "HEAD") -> Counter[str]:
        """How often each name was asked for."""
        return Counter(entry.name for entry in self.requests(site) if entry.verb == verb)

    def wait_for(self, predicate: Callable[[StageState], bool], limit: float) -> StageState:
        """The first state that meets the condition, which is checked after every event. Raises TimeoutError after
        `limit` seconds, with the state at that time."""
        end = time.monotonic() + limit
        while not predicate(state := self.state()):
            left = end - time.monotonic()
            if left <= 0:
                texts = [message.text for message in state.messages[-5:]]
                raise TimeoutError(f"not within {limit:g} s; answered {state.answered}, the last messages: {texts}")
            self._past(state.seq, left)
        return state

    def _past(self, seq: int, limit: float) -> None:
        """Until more than `seq` events have happened, but at most `limit` seconds."""
        try:
            self._client.get("/_stage/wait", params={"seq": seq}, timeout=min(limit, PATIENCE)).raise_for_status()
        except httpx.TimeoutException:
            return

    def close(self) -> None:
        """Close the connection; the stage keeps running."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the stage by ending its input. Raises subprocess.TimeoutExpired if it had to be killed."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=END_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@contextmanager
def running_stage(index: Path | None = None) -> Iterator[StageClient]:
    """A stage in a process of its own, which ends with the block or with this process."""
    command = [sys.executable, "-m", "actors.stage.server.process"] + ([] if index is None else ["--index", str(index)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            line = process.stdout.readline() if process.stdout is not None else b""
            if not line:
                raise RuntimeError(f"the stage did not start: {' '.join(command)}")
            with StageClient(json.loads(line)["url"]) as client:
                yield client
        finally:
            _end(process)

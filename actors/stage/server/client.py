"""The client that scripts a stage from outside: for tests, chaos runs and the demo."""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx

from actors.stage.faults.exchange import Headers, Site
from actors.stage.faults.faults import Fault, FaultRule, content_type_of
from actors.stage.server.port_client import PortClient
from actors.stage.sites.documents import Document, body_of
from actors.stage.sites.listings import StagedMailing, listing_page, root_page
from actors.stage.sites.sites import ROOT
from actors.stage.sites.snapshots import read_packed
from actors.stage.web.wire import Received, StageState, decode_requests, decode_state, encode_event
from actors.stage.world.journal import JournalEntry
from actors.stage.world.script import (
    AddFault,
    ClearFaults,
    LimitTracker,
    PutDraft,
    RemoveDraft,
    ScriptEvent,
    SetIndex,
    SetIssues,
    SetListing,
    SetRobots,
    StartOver,
)
from actors.stage.world.slack_events import (
    ArchiveChannel,
    ChannelJoined,
    DeactivateUser,
    DeliverTo,
    GrantScopes,
    LeaveChannel,
    LimitRate,
    LimitTiers,
    MembersSet,
    NameMember,
    PaceDelivery,
    SetToken,
)
from actors.stage.world.state import APP_USER, Attempt, ListingFile, PaperFile, TrackedIssue, index_file, pack

PATIENCE = 30.0
"""Seconds for one exchange with the stage; its long poll is shorter."""


class StageClient:
    """A running stage, by its address. Raises httpx.HTTPError when the stage is gone or rejects a request."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)
        self.ports = PortClient(self._client, self.play)

    @property
    def index_url(self) -> str:
        """For `index.url`."""
        return f"{self.url}/index.json"

    @property
    def open_std_url(self) -> str:
        """For `open_std.url`."""
        return f"{self.url}/jtc1/sc22/wg21/docs/papers/"

    @property
    def tracker_url(self) -> str:
        """For `paper_tracker.url`."""
        return f"{self.url}/repos/cplusplus/papers/issues"

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

    def set_listing(self, year: int, page: bytes | None, *, last_modified: datetime | None = None) -> None:
        """open-std.org's page of a year from now on, as its exact bytes; None: there is none."""
        file = None if page is None else ListingFile(body=page, last_modified=last_modified)
        self.play(SetListing(name=str(year), file=file))

    def set_issues(self, issues: Mapping[str, Sequence[str]]) -> None:
        """The paper tracker's issues from now on, those that changed last first: titles (`P1234 R5 …`) with labels."""
        told = (TrackedIssue(title=title, labels=tuple(labels)) for title, labels in issues.items())
        self.play(SetIssues(issues=tuple(told)))

    def limit_tracker(
        self, *, requests: int = 60, window: float = 3600.0, page_size: int = 100, token: str = ""
    ) -> None:
        """The paper tracker's limits: see LimitTracker; `window` in seconds."""
        span = timedelta(seconds=window)
        self.play(LimitTracker(requests=requests, window=span, page_size=page_size, token=token))

    def set_mailings(self, *mailings: StagedMailing, era: str = "a") -> None:
        """open-std.org's root and the pages of the years of these mailings, in the layout of an era."""
        years: dict[int, list[StagedMailing]] = {}
        for mailing in mailings:
            years.setdefault(int(mailing.name[:4]), []).append(mailing)
        root = SetListing(name=ROOT, file=ListingFile(body=root_page(mailings)))
        pages = (
            SetListing(name=str(year), file=ListingFile(body=listing_page(year, theirs, era)))
            for year, theirs in years.items()
        )
        self.play(*pages, root)

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

    def admit(self, channel: str, *users: str) -> None:
        """Only these people are in this channel."""
        self.play(MembersSet(channel=channel, users=users))

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

    def say(self, user: str, text: str, *, thread: str = "", times: int = 1, **event: Any) -> str:
        """A direct message to the app; the delivery's id. `event` is what is special about it (`subtype`)."""
        return self._deed(kind="say", user=user, text=text, ts=thread, times=times, event=event)

    def mention(self, user: str, channel: str, text: str, *, thread: str = "", times: int = 1) -> str:
        """A message in a channel that begins with the app's name; the delivery's id."""
        return self._deed(kind="mention", user=user, channel=channel, text=text, ts=thread, times=times)

    def edit(self, delivery: str, text: str) -> str:
        """The author of what was said changes its text; the delivery's id."""
        return self._deed(kind="edit", id=delivery, text=text)

    def happens(self, **event: Any) -> str:
        """Slack reports an event to the app; the delivery's id."""
        return self._deed(kind="event", event=event)

    def deactivate(self, user: str) -> str:
        """Deactivate a person's account, and report it; the delivery's id."""
        self.play(DeactivateUser(user=user))
        return self.happens(type="user_change", user={"id": user, "deleted": True}, cache_ts=0)

    def reactivate(self, user: str) -> str:
        """Activate it again, and report it; the delivery's id."""
        self.play(DeactivateUser(user=user, is_deactivated=False))
        return self.happens(type="user_change", user={"id": user, "deleted": False}, cache_ts=0)

    def archive(self, channel: str) -> str:
        """Archive a channel, and report it; the delivery's id."""
        self.play(ArchiveChannel(channel=channel))
        return self.happens(type="channel_archive", channel=channel, user="U0ADMIN")

    def unarchive(self, channel: str) -> str:
        """Archive it no longer, and report it; the delivery's id."""
        self.play(ArchiveChannel(channel=channel, is_archived=False))
        return self.happens(type="channel_unarchive", channel=channel, user="U0ADMIN")

    def invite(self, channel: str) -> str:
        """Invite the app to a channel, and report it; the delivery's id."""
        self.play(ChannelJoined(channel=channel))
        return self.happens(type="member_joined_channel", user=APP_USER, channel=channel, channel_type="C")

    def rename(self, channel: str, name: str) -> str:
        """Rename a channel, and report it; the delivery's id."""
        self.name_member(channel, name)
        return self.happens(type="channel_rename", channel={"id": channel, "name": name, "created": 0})

    def slash(self, user: str, text: str, *, channel: str = "") -> str:
        """`/callboard text`, typed in the channel or in the direct conversation; the delivery's id."""
        return self._deed(kind="slash", user=user, channel=channel, text=text)

    def press(self, message: Received, button: str, *, user: str = "") -> str:
        """The button of that label, pressed by `user` or else by the message's recipient; the delivery's id."""
        presser = user or message.recipient
        return self._deed(kind="press", user=presser, channel=message.channel, ts=message.ts, label=button)

    def open_home(self, user: str) -> str:
        """A person looks at the app's home; the delivery's id."""
        return self._deed(kind="home", user=user)

    def press_home(self, user: str, button: str, number: int = 0) -> str:
        """The `number`-th button of that label on a person's home; the delivery's id."""
        return self._deed(kind="home_press", user=user, label=button, number=number)

    def submit(self, user: str, **values: str) -> str:
        """The form that a person has open, with these values by block; the delivery's id."""
        return self._deed(kind="submit", user=user, event=values)

    def shortcut(self, user: str, message: Received, callback: str) -> str:
        """A shortcut of a message; the delivery's id."""
        return self._deed(kind="shortcut", user=user, channel=message.channel, ts=message.ts, label=callback)

    def share(self, user: str, channel: str, text: str) -> str:
        """A message with addresses of the app's domains; the delivery's id."""
        return self._deed(kind="link", user=user, channel=channel, text=text)

    def surfaces(self) -> dict[str, Any]:
        """The `homes` and `forms` that people see, by person, and the `unfurls` by unfurl id."""
        told: dict[str, Any] = self._client.get("/_stage/surfaces").raise_for_status().json()
        return told

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

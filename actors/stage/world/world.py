"""The whole state of the stand-in world, folded event by event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from actors.stage.faults.exchange import Reply, Site
from actors.stage.faults.faults import FaultRule, spent
from actors.stage.world import script
from actors.stage.world.journal import Journal
from actors.stage.world.state import IndexFile, Message, PaperFile, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`seq` is the number of events so far; `papers` the folder's files by name; `robots` the text
    of its host's robots.txt, None for none; `faults` the oldest first. The
    mappings are never changed in place."""

    seq: int = 0
    index: IndexFile | None = None
    papers: Mapping[str, PaperFile] = field(default_factory=dict)
    robots: str | None = None
    slack: Workspace = field(default_factory=Workspace)
    faults: tuple[FaultRule, ...] = ()
    journals: Mapping[Site, Journal] = field(default_factory=lambda: {site: Journal() for site in Site})


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOutcome:
    """A site's reply, and what it does to the world."""

    reply: Reply
    events: tuple[script.Event, ...] = ()


def fold(world: World, event: script.Event) -> World:
    """The world after one event."""
    return replace(_after(world, event), seq=world.seq + 1)


def _after(world: World, event: script.Event) -> World:
    match event:
        case script.SetIndex():
            return replace(world, index=event.file)
        case script.PutDraft():
            return replace(world, papers={**world.papers, event.name: event.file})
        case script.RemoveDraft():
            return replace(world, papers={name: file for name, file in world.papers.items() if name != event.name})
        case script.SetRobots():
            return replace(world, robots=event.text)
        case script.AddFault():
            return replace(world, faults=(*world.faults, event.rule))
        case script.ClearFaults():
            kept = (rule for rule in world.faults if event.site not in (None, rule.site))
            return replace(world, faults=tuple(kept))
        case script.FaultMet():
            return replace(world, faults=spent(world.faults, event.rule))
        case script.Answered():
            journal = world.journals[event.site].with_entry(event.entry)
            return replace(world, journals={**world.journals, event.site: journal})
        case script.StartOver():
            return World(index=world.index)
        case _:
            return replace(world, slack=_slack_after(world.slack, event))


def _slack_after(
    slack: Workspace,
    event: script.SlackEvent,
) -> Workspace:
    match event:
        case script.NameMember():
            return replace(slack, names={**slack.names, event.id: event.name})
        case script.SetToken():
            return replace(slack, token=event.token)
        case script.LimitRate():
            return replace(slack, spacing=event.spacing)
        case script.LimitTiers():
            return replace(slack, tier_window=event.window, calls={})
        case script.MethodCalled():
            return _with_call(slack, event)
        case script.LeaveChannel():
            return replace(slack, outside=slack.outside | {event.channel})
        case script.ChannelJoined():
            return replace(slack, outside=slack.outside - {event.channel})
        case script.ConversationOpened():
            return replace(slack, opened={**slack.opened, event.channel: event.user})
        case script.GrantScopes():
            return replace(slack, scopes=event.scopes)
        case script.DeliverTo():
            return replace(slack, events_url=event.url, signing_secret=event.secret)
        case script.PaceDelivery():
            return replace(slack, patience=event.patience, retries=event.retries)
        case script.TicketIssued():
            return replace(slack, tickets=slack.tickets | {event.ticket}, issued=slack.issued + 1)
        case script.TicketUsed():
            return replace(slack, tickets=slack.tickets - {event.ticket})
        case script.Attempted():
            return replace(slack, attempts=(*slack.attempts, event.attempt))
        case script.MessageTaken():
            return _with_message(slack, event)
        case script.MessageChanged():
            return _with_change(slack, event)


def _with_message(slack: Workspace, event: script.MessageTaken) -> Workspace:
    micros = next_micros(slack, event.channel, event.at)
    message = Message(
        channel=event.channel,
        ts=ts_of(micros),
        at=event.at,
        payload=event.payload,
        author=event.author,
        visible_to=event.visible_to,
    )
    return replace(slack, messages=(*slack.messages, message), latest={**slack.latest, event.channel: micros})


def _with_change(slack: Workspace, event: script.MessageChanged) -> Workspace:
    messages = tuple(
        replace(message, payload={**message.payload, **event.payload}, edited=event.at)
        if (message.channel, message.ts) == (event.channel, event.ts)
        else message
        for message in slack.messages
    )
    return replace(slack, messages=messages)


def _with_call(slack: Workspace, event: script.MethodCalled) -> Workspace:
    since = event.at - slack.tier_window
    kept = tuple(at for at in slack.calls.get(event.method, ()) if at > since)
    return replace(slack, calls={**slack.calls, event.method: (*kept, event.at)})


def next_micros(slack: Workspace, channel: str, at: datetime) -> int:
    """The time that a message sent now gets: unique and growing in its conversation, in microseconds."""
    return max(round(at.timestamp() * 1_000_000), slack.latest.get(channel, 0) + 1)


def ts_of(micros: int) -> str:
    """A message's time as Slack writes it, which is also its name."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

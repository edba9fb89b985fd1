"""The whole state of the stand-in world, folded event by event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from actors.stage.faults.exchange import Reply, Site
from actors.stage.faults.faults import FaultRule, spent
from actors.stage.world import script, slack_events
from actors.stage.world.journal import Journal
from actors.stage.world.port_events import PortEvent, PortsState, ports_after
from actors.stage.world.state import IndexFile, ListingFile, Message, PaperFile, Tracker, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`seq` is the number of events so far; `papers` the folder's files by name; `listings` the pages of open-std.org
    that the script has set, None for one that is not there; `robots` the text of the papers' host's robots.txt, None
    for none; `faults` the oldest first; `ports` what else listens. The mappings are never changed in place."""

    seq: int = 0
    index: IndexFile | None = None
    papers: Mapping[str, PaperFile] = field(default_factory=dict)
    listings: Mapping[str, ListingFile | None] = field(default_factory=dict)
    tracker: Tracker = field(default_factory=Tracker)
    robots: str | None = None
    slack: Workspace = field(default_factory=Workspace)
    faults: tuple[FaultRule, ...] = ()
    journals: Mapping[Site, Journal] = field(default_factory=lambda: {site: Journal() for site in Site})
    ports: PortsState = field(default_factory=PortsState)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOutcome:
    """A site's reply, and what it does to the world."""

    reply: Reply
    events: tuple[script.Event, ...] = ()


def fold(world: World, event: script.Event) -> World:
    """The world after one event."""
    return replace(_after(world, event), seq=world.seq + 1)


def _after(world: World, event: script.Event) -> World:
    if isinstance(event, PortEvent):
        return replace(world, ports=ports_after(world.ports, event))
    match event:
        case script.SetIndex():
            return replace(world, index=event.file)
        case script.PutDraft():
            return replace(world, papers={**world.papers, event.name: event.file})
        case script.RemoveDraft():
            return replace(world, papers={name: file for name, file in world.papers.items() if name != event.name})
        case script.SetListing():
            return replace(world, listings={**world.listings, event.name: event.file})
        case script.SetIssues():
            return replace(world, tracker=replace(world.tracker, issues=event.issues))
        case script.LimitTracker():
            limits = replace(
                world.tracker,
                requests=event.requests,
                window=event.window,
                page_size=event.page_size,
                token=event.token,
                counted=(),
            )
            return replace(world, tracker=limits)
        case script.TrackerCalled():
            begin = event.at - world.tracker.window
            counted = (*(at for at in world.tracker.counted if at > begin), event.at)
            return replace(world, tracker=replace(world.tracker, counted=counted))
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
    event: slack_events.SlackEvent,
) -> Workspace:
    match event:
        case slack_events.NameMember():
            return replace(slack, names={**slack.names, event.id: event.name})
        case slack_events.SetToken():
            return replace(slack, token=event.token)
        case slack_events.LimitRate():
            return replace(slack, spacing=event.spacing)
        case slack_events.LimitTiers():
            return replace(slack, tier_window=event.window, calls={})
        case slack_events.MethodCalled():
            return _with_call(slack, event)
        case slack_events.LeaveChannel():
            return replace(slack, outside=slack.outside | {event.channel})
        case slack_events.MembersSet():
            return replace(slack, members={**slack.members, event.channel: frozenset(event.users)})
        case slack_events.PersonActed():
            return replace(slack, people=slack.people | {event.user})
        case slack_events.ChannelJoined():
            return replace(slack, outside=slack.outside - {event.channel})
        case slack_events.ConversationOpened():
            return replace(slack, opened={**slack.opened, event.channel: event.user})
        case slack_events.GrantScopes():
            return replace(slack, scopes=event.scopes)
        case slack_events.DeliverTo():
            return replace(slack, events_url=event.url, signing_secret=event.secret)
        case slack_events.PaceDelivery():
            return replace(slack, patience=event.patience, retries=event.retries)
        case slack_events.MakePrivate():
            return replace(slack, private=slack.private | {event.channel})
        case slack_events.ArchiveChannel():
            return replace(slack, archived=_with(slack.archived, event.channel, event.is_archived))
        case slack_events.ShareChannel():
            return replace(slack, shared=slack.shared | {event.channel})
        case slack_events.SetTeam():
            return replace(slack, teams={**slack.teams, event.user: event.team})
        case slack_events.DeactivateUser():
            return replace(slack, deactivated=_with(slack.deactivated, event.user, event.is_deactivated))
        case slack_events.InstallForOrganization():
            return replace(slack, enterprise=event.enterprise)
        case slack_events.TicketIssued():
            return replace(slack, tickets=slack.tickets | {event.ticket}, issued=slack.issued + 1)
        case slack_events.TicketUsed():
            return replace(slack, tickets=slack.tickets - {event.ticket})
        case slack_events.TriggerIssued():
            return replace(slack, triggers={**slack.triggers, event.trigger: (event.user, event.at)})
        case slack_events.TriggerUsed():
            return replace(slack, used_triggers=slack.used_triggers | {event.trigger})
        case slack_events.ViewShown():
            return _with_view(slack, event)
        case slack_events.FormClosed():
            return replace(slack, forms={user: view for user, view in slack.forms.items() if user != event.user})
        case slack_events.LinksPosted():
            return replace(slack, links={**slack.links, event.id: event.urls})
        case slack_events.LinksUnfurled():
            known = {**slack.unfurls.get(event.id, {}), **event.unfurls}
            return replace(slack, unfurls={**slack.unfurls, event.id: known})
        case slack_events.Attempted():
            return replace(slack, attempts=(*slack.attempts, event.attempt))
        case slack_events.MessageTaken():
            return _with_message(slack, event)
        case slack_events.MessageChanged():
            return _with_change(slack, event)


def _with_view(slack: Workspace, event: slack_events.ViewShown) -> Workspace:
    shown = replace(slack, views_shown=slack.views_shown + 1)
    if event.view["type"] == "home":
        return replace(shown, homes={**slack.homes, event.user: event.view})
    return replace(shown, forms={**slack.forms, event.user: event.view})


def _with(ids: frozenset[str], id: str, is_in: bool) -> frozenset[str]:
    return ids | {id} if is_in else ids - {id}


def _with_message(slack: Workspace, event: slack_events.MessageTaken) -> Workspace:
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


def _with_change(slack: Workspace, event: slack_events.MessageChanged) -> Workspace:
    messages = tuple(
        replace(
            message,
            payload={**message.payload, **event.payload},
            edited=event.at,
            first=message.payload if message.first is None else message.first,
        )
        if (message.channel, message.ts) == (event.channel, event.ts)
        else message
        for message in slack.messages
    )
    return replace(slack, messages=messages)


def _with_call(slack: Workspace, event: slack_events.MethodCalled) -> Workspace:
    since = event.at - slack.tier_window
    kept = tuple(at for at in slack.calls.get(event.method, ()) if at > since)
    return replace(slack, calls={**slack.calls, event.method: (*kept, event.at)})


def next_micros(slack: Workspace, channel: str, at: datetime) -> int:
    """The time that a message sent now gets: unique and growing in its conversation, in microseconds."""
    return max(round(at.timestamp() * 1_000_000), slack.latest.get(channel, 0) + 1)


def ts_of(micros: int) -> str:
    """A message's time as Slack writes it, which is also its name."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

"""From what the actors said to what readers see. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from actors.web.model.views import (
    DraftView,
    EventKind,
    EventView,
    FactorView,
    FieldView,
    FileView,
    NameView,
    PaperView,
    SaidView,
    ScheduleView,
    SourcesView,
    StepsView,
    seconds_between,
)
from messages.check_reading import CheckFlip
from messages.checks import CheckState
from messages.drafts import Announcement, Draft
from messages.inquiries import NumberExplained
from messages.papers import WG21_LINK, Paper, RecentPaper
from messages.reading import DraftHistoryEntry, DraftStep, PastIncident
from messages.sources import PaperSources, RecentMailing

EVENT_OF: Mapping[DraftStep, EventKind] = MappingProxyType(
    {
        DraftStep.FOUND: EventKind.DRAFT_FOUND,
        DraftStep.READ: EventKind.DRAFT_READ,
        DraftStep.UPDATED: EventKind.DRAFT_UPDATED,
        DraftStep.WITHDRAWN: EventKind.DRAFT_WITHDRAWN,
        DraftStep.PUBLISHED: EventKind.DRAFT_PUBLISHED,
    }
)


FLIP_OF: Mapping[CheckState, EventKind] = MappingProxyType(
    {
        CheckState.DOWN: EventKind.CHECK_DOWN,
        CheckState.WARNING: EventKind.CHECK_WARNING,
        CheckState.UP: EventKind.CHECK_UP,
    }
)


def web_address(url: str) -> str:
    """`url` if it leads to the web, else nothing: what comes from outside may lead anywhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else ""


def draft_view(draft: Draft, told_at: datetime | None, published_at: datetime | None) -> DraftView:
    """A draft with its way so far."""
    uploads = [file.last_modified for file in draft.files if file.last_modified is not None]
    uploaded_at = min(uploads, default=None)
    matter = draft.front_matter
    return DraftView(
        id=draft.id,
        number=draft.number,
        revision=draft.revision,
        title=draft.title,
        authors=draft.authors,
        audience=draft.audience,
        state=draft.state.value,
        announced=draft.announcement is Announcement.ANNOUNCED,
        abstract=matter.abstract if matter is not None else "",
        changes=matter.changes if matter is not None else "",
        files=tuple(
            FileView(
                format=file.extension.value,
                url=web_address(file.url),
                bytes=file.length,
                uploaded_at=file.last_modified,
            )
            for file in draft.files
        ),
        steps=StepsView(
            uploaded_at=uploaded_at,
            seen_at=draft.found_at,
            told_at=told_at,
            published_at=published_at,
            seconds_to_see=seconds_between(uploaded_at, draft.found_at),
            seconds_to_tell=seconds_between(draft.found_at, told_at),
            seconds_to_publish=seconds_between(draft.found_at, published_at),
        ),
    )


def paper_view(paper: Paper, noticed_at: datetime | None, is_news: bool) -> PaperView:
    """An entry of the index."""
    return PaperView(
        id=paper.id,
        kind=paper.kind.value,
        number=paper.number,
        revision=paper.revision,
        title=paper.title,
        authors=paper.authors,
        date=paper.date,
        status=paper.status,
        url=web_address(paper.url),
        short_url=f"{WG21_LINK}{paper.id}",
        noticed_at=noticed_at,
        is_news=is_news,
        audience=paper.audience,
        mailing=paper.mailing,
        previous=paper.previous,
        disposition=paper.disposition,
    )


def sources_view(paper: PaperSources) -> SourcesView:
    """Which source says what of a paper."""
    fields = (
        FieldView(
            field=each.field,
            values=tuple(SaidView(source=said.source, value=said.value, since=said.since) for said in each.values),
        )
        for each in paper.fields
    )
    return SourcesView(id=paper.id, fields=tuple(fields))


def published_at(history: Iterable[DraftHistoryEntry]) -> Mapping[str, datetime]:
    """When drafts became papers, by the id of the draft."""
    return {entry.draft: entry.at for entry in history if entry.step is DraftStep.PUBLISHED}


def events(
    history: Iterable[DraftHistoryEntry],
    drafts: Mapping[str, DraftView],
    papers: Iterable[RecentPaper],
    incidents: Iterable[PastIncident],
    mailings: Iterable[RecentMailing] = (),
    flips: Iterable[EventView] = (),
) -> tuple[EventView, ...]:
    """The timeline, newest first."""
    found = [
        *(_of_step(entry, drafts.get(entry.draft)) for entry in history),
        *(_of_paper(recent) for recent in papers),
        *(mailing_event(mailing) for mailing in mailings),
        *(event for incident in incidents for event in _of_incident(incident)),
        *flips,
    ]
    return tuple(sorted(found, key=lambda event: (event.at, event.id), reverse=True))


def _of_step(entry: DraftHistoryEntry, draft: DraftView | None) -> EventView:
    return EventView(
        id=f"draft-{entry.place}",
        at=entry.at,
        kind=EVENT_OF[entry.step],
        subject=entry.draft,
        title="" if draft is None else draft.title,
        text=entry.detail,
        url="" if draft is None else next((file.url for file in draft.files), ""),
    )


def _of_paper(recent: RecentPaper) -> EventView:
    return EventView(
        id=f"paper-{recent.paper.id}-{recent.at:%Y%m%d%H%M%S}",
        at=recent.at,
        kind=EventKind.PAPER_ADDED,
        subject=recent.paper.id,
        title=recent.paper.title,
        text="",
        url=web_address(recent.paper.url) or f"{WG21_LINK}{recent.paper.id}",
    )


def mailing_event(mailing: RecentMailing) -> EventView:
    """A mailing on the timeline and in the feed."""
    return EventView(
        id=f"mailing-{mailing.name}",
        at=mailing.at,
        kind=EventKind.MAILING_PUBLISHED,
        subject=mailing.name,
        title=mailing.title,
        text=f"{mailing.papers:,} paper{'' if mailing.papers == 1 else 's'}",
        url=web_address(mailing.url),
    )


def flip_events(flips: Iterable[CheckFlip], *, is_public: bool) -> tuple[EventView, ...]:
    """Changes of checks, on the timeline and in the feed; `text` is empty where the public reads it."""
    return tuple(
        EventView(
            id=f"check-{flip.key}-{flip.at:%Y%m%d%H%M%S%f}",
            at=flip.at,
            kind=FLIP_OF[flip.state],
            subject=flip.key,
            title="",
            text="" if is_public else flip.error,
            url="",
        )
        for flip in flips
        if flip.state in FLIP_OF
    )


def _of_incident(incident: PastIncident) -> Sequence[EventView]:
    place = f"{incident.code}-{incident.began_at:%Y%m%d%H%M%S%f}"
    began = EventView(
        id=f"problem-{place}",
        at=incident.began_at,
        kind=EventKind.PROBLEM_BEGAN,
        subject=incident.code,
        title=incident.subject,
        text=incident.text,
        url="",
    )
    if incident.ended_at is None:
        return (began,)
    resolved = EventView(
        id=f"resolved-{place}",
        at=incident.ended_at,
        kind=EventKind.PROBLEM_RESOLVED,
        subject=incident.code,
        title=incident.subject,
        text=incident.text,
        url="",
    )
    return (began, resolved)


def schedule_view(explained: NumberExplained) -> ScheduleView:
    """When a number is asked next, and why."""
    why = explained.why
    return ScheduleView(
        strategy=explained.strategy,
        rule=why.rule if why is not None else "it is not asked for",
        hazard=why.hazard if why is not None else None,
        factors=tuple(FactorView(what=each.what, times=each.times) for each in why.factors) if why else (),
        interval=explained.interval,
        asked_at=explained.asked_at,
        due_at=explained.failed_at or explained.due_at,
        is_watched=explained.watched,
        names=tuple(NameView(name=each.name, every=each.every, missing_at=each.missing_at) for each in explained.names),
        waiting=(*explained.sighted, *explained.reasons),
    )

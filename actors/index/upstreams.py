"""How the sources treat us, for health. Pure."""

from collections.abc import Iterable, Iterator

from actors.index.course import SourceCourse, SourceFailing
from actors.index.model.fetching import HELD_BACK, reachability_of
from messages.activity import Reachability, UpstreamSite
from messages.health import HealthReason, ReasonCode, iso

TELLING = "announcing"
"""How the step is called in which others are told what was applied."""


def reasons_of(
    courses: Iterable[SourceCourse], untellable: SourceFailing | None = None, *, is_loaded: bool
) -> Iterator[HealthReason]:
    """Why the index is not what it should be; `is_loaded`: it has been applied once. `untellable`: what was applied
    cannot be told, which is no source's fault."""
    if untellable is not None:
        since = f"{untellable.since:%Y-%m-%d %H:%M} UTC"
        yield HealthReason(
            code=ReasonCode.INDEX_NOT_ANNOUNCED,
            subject="index",
            text=f"index: news cannot be announced since {since}: {untellable.reason}",
            fields=(("since", iso(untellable.since)), ("why", untellable.reason)),
        )
    for course in courses:
        failing, name = course.failing, "index" if course.source.is_first else course.source.name
        urgent = failing is not None and failing.reason.startswith(HELD_BACK)
        why = f": {failing.reason}" if failing else ""
        if course.source.is_first and not is_loaded:
            text = f"{name}: not loaded yet{why}"
        elif failing:
            what = "held back" if urgent else "not fetched"
            text = f"{name}: {what} since {failing.since:%Y-%m-%d %H:%M} UTC: {failing.reason.removeprefix(HELD_BACK)}"
        else:
            continue
        fields = (("since", iso(failing.since)), ("why", failing.reason)) if failing else ()
        yield HealthReason(
            code=ReasonCode.INDEX_NOT_FETCHED,
            subject=name,
            text=text,
            urgent=urgent,
            is_beginning=failing is None,
            fields=fields,
        )


def site_of(course: SourceCourse) -> UpstreamSite:
    """How a source treats us."""
    failing = course.failing
    if failing is None:
        state = Reachability.REACHABLE if course.answered else Reachability.UNKNOWN
        return UpstreamSite(host=course.source.name, state=state)
    state = reachability_of(failing.reason)
    return UpstreamSite(host=course.source.name, state=state, since=failing.since, detail=failing.reason)

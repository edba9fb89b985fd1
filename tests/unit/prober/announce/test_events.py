"""What a change of drafts causes."""

from dataclasses import replace

from actors.prober.announce import events
from actors.prober.detection.drafts import Absorbed, Revised, published_by
from actors.prober.detection.evaluate import evaluate
from actors.prober.frontmatter.queue import FrontMatterDecision
from actors.prober.model.answers import Belief
from messages.drafts import (
    DraftPrefix,
    DraftReading,
    DraftsFound,
    DraftsPublished,
    DraftsRead,
    DraftsUpdated,
    DraftsWithdrawn,
    DraftUpdate,
)
from messages.notices import Audience, Happening, NotifyChannel
from tests.builders import NOON, a_paper
from tests.prober_builders import NO_LOOKS, a_draft, a_finding, a_name, results, what_is_known

NOTHING = evaluate(what_is_known(), results(), NO_LOOKS, Belief.BELIEVED, NOON)
UPDATE = DraftUpdate(draft=a_draft(), changes=(), summary="pdf: gone")


def test_nothing_is_told_of_nothing() -> None:
    assert events.of_batch(NOTHING) == ()
    assert events.of_publications(()) == ()


def test_what_the_channel_hears_otherwise_goes_to_the_watchlist_only() -> None:
    publications = published_by([a_draft()], [a_paper(a_draft().number, a_draft().revision)])
    told = events.of_publications(publications)

    assert [destination for destination, _ in told] == ["watchlist", "notifier"]
    assert events.to_watchlist(told) == told[:1]


def test_updated_and_withdrawn_drafts_go_to_the_watchlist_and_to_the_channel_and_fresh_ones_wait() -> None:
    decision = replace(
        NOTHING,
        absorbed=Absorbed(changed=(a_draft(),), fresh=(a_draft(),)),
        revised=Revised(changed=(), updates=(UPDATE,), withdrawn=(a_draft(),)),
    )
    told = events.of_batch(decision)
    assert [event for destination, event in told if destination == "watchlist"] == [
        DraftsUpdated(updates=(UPDATE,)),
        DraftsWithdrawn(drafts=(a_draft(),)),
    ]
    channel = [event for destination, event in told if destination == "notifier"]
    assert {event.audience for event in channel} == {Audience.READERS}
    assert [event.notices[0].happening for event in channel] == [
        Happening.DRAFT_UPDATED,
        Happening.DRAFT_WITHDRAWN,
    ]


def test_fresh_drafts_go_to_the_watchlist_and_to_the_channel_and_what_was_read_later_to_the_watchlist() -> None:
    reading = DraftReading(draft=a_draft(), before=None)
    found, channel, read = events.of_reading(FrontMatterDecision(fresh=(a_draft(),), readings=(reading,)))
    assert found == ("watchlist", DraftsFound(drafts=(a_draft(),)))
    assert (channel[0], channel[1].audience) == ("notifier", Audience.READERS)
    assert channel[1].notices[0].happening is Happening.DRAFT_FOUND
    assert read == ("watchlist", DraftsRead(readings=(reading,)))


def test_a_publication_is_told_once_a_paper() -> None:
    drafts = [a_draft(a_finding(a_name(7000, 1, prefix=prefix))) for prefix in DraftPrefix]
    publications = published_by(drafts, [a_paper(7000, 1)])
    watchlist, notifier = events.of_publications(publications)
    assert watchlist == ("watchlist", DraftsPublished(publications=publications))
    assert isinstance(notifier[1], NotifyChannel)
    assert [notice.id for notice in notifier[1].notices] == ["P7000R1"]

"""What a report is about."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from actors.web.model.views import DraftView, PaperView
from messages.reading import PastIncident, RequestHistoryReply


class ReportFacts(Struct, frozen=True, kw_only=True):
    """What a report is about: the time, and what the actors said of it. `requests` and `problems` are None if their
    actor does not answer; `as_of` says since when somebody has not."""

    since: datetime
    now: datetime
    drafts: Sequence[DraftView]
    papers: Sequence[PaperView]
    requests: RequestHistoryReply | None
    problems: Sequence[PastIncident] | None
    as_of: datetime | None

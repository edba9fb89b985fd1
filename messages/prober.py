"""What the ProberActor accepts."""

from messages.drafts import DraftsQuery, WatchedNumbers
from messages.inquiries import AskNames, ExplainNumber
from messages.papers import CaughtUp, PapersAdded, PapersChanged
from messages.reading import DraftHistoryQuery, RequestHistoryQuery
from messages.sources import PublicationsQuery
from messages.switching import ProbingQuery, SwitchProbing

PROBER_ACCEPTS = frozenset(
    {
        PapersAdded,
        PapersChanged,
        CaughtUp,
        WatchedNumbers,
        DraftsQuery,
        SwitchProbing,
        ProbingQuery,
        ExplainNumber,
        AskNames,
        PublicationsQuery,
        DraftHistoryQuery,
        RequestHistoryQuery,
    }
)

"""What the IndexActor accepts."""

from messages.papers import AllPapersQuery, PaperQuery, RecentPapersQuery, YearOfPapersQuery
from messages.reading import PapersPageQuery
from messages.sources import AcceptHeldPages, HeldPagesQuery, RecentMailingsQuery, SourcesQuery

INDEX_ACCEPTS = frozenset(
    {
        RecentPapersQuery,
        PaperQuery,
        YearOfPapersQuery,
        AllPapersQuery,
        PapersPageQuery,
        SourcesQuery,
        RecentMailingsQuery,
        HeldPagesQuery,
        AcceptHeldPages,
    }
)

"""What actors that rest remember, beside what their tables say: the one is read from the other at every start."""

from collections.abc import Iterator
from typing import Any

from actors.index.storage import records as index_records
from actors.index.storage import store as index_store
from actors.notifier.model.outgoing import MessageState
from actors.notifier.storage import message_store as notifier_store
from actors.prober.storage import drafts, file_histories
from actors.prober.storage import papers as prober_store
from actors.watchlist.storage import recent_papers
from messages.papers import PaperKind
from tests.chaos.interleaving.engine import Engine


def papers_known(prober: Any) -> int:
    """How many numbers a prober knows."""
    state = getattr(prober, "_state", None)  # there from its beginning on
    return 0 if state is None else len(state.catalog.known)


def differences(engine: Engine, cursor: Any) -> Iterator[str]:
    """Where memory and tables do not agree."""
    for kind, remembered, stored in _pairs(engine, cursor):
        if remembered != stored:
            yield f"{kind} remembers {remembered!s:.500} where its tables say {stored!s:.500}"


def _pairs(engine: Engine, cursor: Any) -> Iterator[tuple[str, Any, Any]]:
    for kind, look in (
        ("WatchlistActor", _watchlist),
        ("IndexActor", _index),
        ("ProberActor", _prober),
        ("NotifierActor", _notifier),
    ):
        ref = engine.living(kind)
        if ref is None:
            yield kind, "nothing: it is not there", "something"
        else:
            cursor.execute(f'SET search_path = "{ref.player.SCHEMA}"')
            for remembered, stored in look(ref.player, cursor):
                yield kind, remembered, stored


def _watchlist(watchlist: Any, cursor: Any) -> Iterator[tuple[Any, Any]]:
    cursor.execute("SELECT count(*), count(DISTINCT user_id) FROM entries")
    memory = watchlist._state
    yield (memory.matcher.entries, memory.matcher.users), cursor.fetchone()
    stored = {each.paper.id: each for each in recent_papers.stored_papers(cursor)}
    yield memory.recent_papers.papers, stored
    yield memory.audiences, recent_papers.all_audiences(cursor)


def _index(index: Any, cursor: Any) -> Iterator[tuple[Any, Any]]:
    cycle = index._cycle
    known = {source: marks for source, marks in cycle.fingerprints.items() if marks}
    yield known, index_records.fingerprints(cursor)
    yield (cycle.papers, cycle.entries), (index_store.count(cursor, PaperKind.P), index_store.count_all(cursor))
    stored = index_store.progress(cursor)
    yield (cycle.progress.applied, cycle.progress.told), (stored.applied, stored.told)


def _prober(prober: Any, cursor: Any) -> Iterator[tuple[Any, Any]]:
    yield prober._state.catalog.known, prober_store.known_numbers(cursor)
    yield prober._state.catalog.watched, prober_store.load_watched(cursor)
    yield prober._state.catalog.drafts, drafts.load_drafts(cursor)
    yield prober._state.catalog.histories, {each.name: each for each in file_histories.load(cursor)}


def _notifier(notifier: Any, cursor: Any) -> Iterator[tuple[Any, Any]]:
    remembered = {state: count for state in MessageState if (count := notifier._queue.count(state))}
    yield remembered, dict(notifier_store.counts(cursor))

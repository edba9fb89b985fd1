"""The WatchlistActor."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from thespian.actors import ActorAddress

from actors.runtime.delivery.durable import DurableActor, Tx
from actors.runtime.delivery.store import EXPIRY_BATCH_ROWS
from actors.watchlist.matching.entries import InvalidEntry
from actors.watchlist.matching.news import mailing_notice, news_items, with_announced_audiences, with_known_audiences
from actors.watchlist.matching.readers import matching
from actors.watchlist.services.announcer import Announcer
from actors.watchlist.services.commands import CommandService
from actors.watchlist.services.known_names import KnownNamesKeeper
from actors.watchlist.services.queries import QueryClient
from actors.watchlist.services.recent_papers import RecentPapersKeeper
from actors.watchlist.state import WatchlistState
from actors.watchlist.storage import news, snapshot, users
from messages.channels import ChannelReply
from messages.commands import OperatorCommand, UserCommand
from messages.drafts import (
    Draft,
    DraftsFound,
    DraftsPublished,
    DraftsRead,
    DraftsReply,
    DraftsUpdated,
    DraftsWithdrawn,
)
from messages.health import HealthReply, SnapshotRequest, WatchlistSnapshot
from messages.home import CommandCheck, HomeQuery
from messages.lifecycle import Begin
from messages.notices import Audience, NoticeStatusReply, NotifyChannel
from messages.papers import (
    AllPapersReply,
    CaughtUp,
    MailingPublished,
    Occasion,
    PaperReply,
    PapersAdded,
    PapersChanged,
    RecentPapersReply,
    YearOfPapersReply,
)
from messages.reading import MatchQuery, MatchReply
from messages.sources import ItemRecipients, RecipientsQuery, RecipientsReply
from messages.watchlist import WATCHLIST_ACCEPTS

NO_NEWS = frozenset({Occasion.FIRST_SYNC, Occasion.QUIET})

HISTORY_SECONDS = 400 * 86400.0
"""How long it is remembered who was notified of what."""


class WatchlistActor(DurableActor):
    """Owns what each user watches, has muted and prefers, what they were notified of, the last year's papers, and the
    names of all authors.

    Accepts PapersAdded, PapersChanged, CaughtUp, MailingPublished, DraftsFound, DraftsRead, DraftsUpdated,
    DraftsWithdrawn, DraftsPublished and UserCommand (durable), OperatorCommand, SnapshotRequest, MatchQuery, and the
    replies to its own queries to index, prober, health and notifier. Emits (all durable) to the notifier NotifyUser,
    one for each user and event, or SummarizeForUser after a catch-up, NotifyChannel for a mailing, TakeBackNotices,
    CommandAnswered, PreferencesChanged and UserForgotten; to the prober WatchedNumbers. On failure, tables and memory
    stay as they were, and a command without a reply may be given again.
    """

    ACCEPTS: ClassVar[frozenset[type[Any]]] = WATCHLIST_ACCEPTS
    SCHEMA: ClassVar[str] = "watchlist"
    MIGRATIONS: ClassVar[str] = "actors.watchlist.storage.migrations"
    DESTINATIONS: ClassVar[tuple[str, ...]] = ("notifier", "prober")

    QUERY_SECONDS: ClassVar[float] = 5.0
    """How long other actors have to answer a query."""

    def __init__(self) -> None:
        super().__init__()
        self._state = WatchlistState()
        self._announcer = Announcer(self, self._state)
        self._recent_papers = RecentPapersKeeper(self, self._state)
        self._known_names = KnownNamesKeeper(self, self._state)
        self._queries = QueryClient(self, self.QUERY_SECONDS)
        self._commands = CommandService(self, self._state, self._queries)

    # --- start

    def load(self, tx: Tx) -> None:
        """Read the state from the tables."""
        self._state.replace_with(snapshot.load_state(tx.cursor))
        self._announcer.read_again()

    def begin(self, begin: Begin) -> str:
        """Look after commands; the announcements that were under way go on since their events were read."""
        self._commands.begin()
        return ""

    def introduced(self) -> None:
        """Ask for what is missing: recent papers, names, and replies to commands that were open at a restart."""
        self._commands.ask_about_open_commands()
        self._recent_papers.begin_loading()
        self._known_names.begin_loading()

    # --- events

    def take_PapersAdded(self, event: PapersAdded, tx: Tx) -> None:
        """New entries of the index. The first sync of an empty database is not announced."""
        self._recent_papers.keep(event.papers, tx)
        self._recent_papers.took_sync(event.sync, tx)
        self._known_names.learn_papers(event.papers, tx)
        self._recent_papers.learn_audiences_of_papers(event.papers, event.occasion, tx)
        if event.occasion not in NO_NEWS:
            self._announcer.announce(event, tx)

    def take_PapersChanged(self, event: PapersChanged, tx: Tx) -> None:
        """Changed entries of the index."""
        papers = tuple(change.after for change in event.changes)
        self._recent_papers.keep(papers, tx)
        self._recent_papers.took_sync(event.sync, tx)
        self._known_names.learn_papers(papers, tx)
        if event.occasion not in NO_NEWS:
            self._announcer.announce(with_known_audiences(event, self._state.audiences), tx)
        self._recent_papers.learn_audiences_of_papers(papers, event.occasion, tx)

    def take_MailingPublished(self, event: MailingPublished, tx: Tx) -> None:
        """A mailing: the channel gets one notice, and each user one message with what is theirs."""
        tx.emit("notifier", NotifyChannel(audience=Audience.READERS, notices=(mailing_notice(event),)))
        self._announcer.announce(event, tx)

    def take_CaughtUp(self, event: CaughtUp, tx: Tx) -> None:
        """The end of a catch-up: each user gets one summary of it."""
        self._announcer.announce(event, tx)

    def take_DraftsFound(self, event: DraftsFound, tx: Tx) -> None:
        """New drafts."""
        self._learn(event.drafts, tx)
        self._announcer.announce(event, tx)

    def take_DraftsRead(self, event: DraftsRead, tx: Tx) -> None:
        """Drafts announced before, now with their front matter."""
        self._announcer.announce(with_announced_audiences(event, self._state.audiences), tx)
        self._learn(tuple(reading.draft for reading in event.readings), tx)

    def take_DraftsUpdated(self, event: DraftsUpdated, tx: Tx) -> None:
        """Drafts whose files were replaced."""
        self._learn(tuple(update.draft for update in event.updates), tx)
        self._announcer.announce(event, tx)

    def take_DraftsWithdrawn(self, event: DraftsWithdrawn, tx: Tx) -> None:
        """Drafts that are gone."""
        self._announcer.announce(event, tx)

    def take_DraftsPublished(self, event: DraftsPublished, tx: Tx) -> None:
        """Drafts that became papers."""
        self._announcer.announce(event, tx)

    def _learn(self, drafts: Sequence[Draft], tx: Tx) -> None:
        self._recent_papers.learn_audiences(drafts, tx)
        self._recent_papers.learn_unread(drafts, tx)
        self._known_names.learn_drafts(drafts, tx)

    # --- commands

    def take_UserCommand(self, command: UserCommand, tx: Tx) -> None:
        """What a user said in Slack."""
        self._commands.take_user_command(command, tx)

    def receiveMsg_OperatorCommand(self, command: OperatorCommand, sender: ActorAddress) -> None:
        """What an operator says on behalf of a user."""
        self.soon(partial(self._commands.take_operator_command, command, sender))

    # --- queries, and replies to its own

    def receiveMsg_RecipientsQuery(self, query: RecipientsQuery, sender: ActorAddress) -> None:
        """Who would be notified of papers, if they were news now."""
        event = query.event
        if isinstance(event, PapersChanged):
            event = with_known_audiences(event, self._state.audiences)
        items = tuple(
            ItemRecipients(
                id=item.notice.id,
                happening=item.notice.happening.value,
                users=tuple(item.recipients(item.candidates(), self._state.mutes, self.now())),
            )
            for item in news_items(self._state.matcher, self._state.audiences, event)
        )
        self.send(sender, RecipientsReply(request_id=query.request_id, items=items))

    def receiveMsg_HomeQuery(self, query: HomeQuery, sender: ActorAddress) -> None:
        """What a person's home in Slack shows."""
        self.send(sender, self._commands.home(query))

    def receiveMsg_CommandCheck(self, query: CommandCheck, sender: ActorAddress) -> None:
        """Whether what was filled into a form would be refused."""
        self.send(sender, self._commands.check(query))

    def receiveMsg_SnapshotRequest(self, request: SnapshotRequest, sender: ActorAddress) -> None:
        """How many users and entries there are."""
        reply = WatchlistSnapshot(
            request_id=request.request_id,
            status=self.status(),
            users=self._state.matcher.users,
            entries=self._state.matcher.entries,
            index_loaded=self._state.recent_papers.is_loaded and self._state.names.is_loaded,
        )
        self.send(sender, reply)

    def receiveMsg_MatchQuery(self, query: MatchQuery, sender: ActorAddress) -> None:
        """What an entry of a reader matches, who is no user."""
        found = matching(query.entry, query.papers, query.drafts, self._state.audiences)
        if isinstance(found, InvalidEntry):
            reply = MatchReply(request_id=query.request_id, ids=frozenset(), refusal=found.detail)
        else:
            reply = MatchReply(request_id=query.request_id, ids=found, refusal="")
        self.send(sender, reply)

    def receiveMsg_YearOfPapersReply(self, reply: YearOfPapersReply, sender: ActorAddress) -> None:
        """The next page of the last year's papers, from the index."""
        self._recent_papers.take_page(reply)

    def receiveMsg_AllPapersReply(self, reply: AllPapersReply, sender: ActorAddress) -> None:
        """The next page of all papers, from the index."""
        self._known_names.take_page(reply)

    def receiveMsg_PaperReply(self, reply: PaperReply, sender: ActorAddress) -> None:
        """From the index."""
        self._queries.take_reply(reply)

    def receiveMsg_RecentPapersReply(self, reply: RecentPapersReply, sender: ActorAddress) -> None:
        """From the index."""
        self._queries.take_reply(reply)

    def receiveMsg_DraftsReply(self, reply: DraftsReply, sender: ActorAddress) -> None:
        """From the prober."""
        self._queries.take_reply(reply)

    def receiveMsg_HealthReply(self, reply: HealthReply, sender: ActorAddress) -> None:
        """From health."""
        self._queries.take_reply(reply)

    def receiveMsg_NoticeStatusReply(self, reply: NoticeStatusReply, sender: ActorAddress) -> None:
        """From the notifier."""
        self._queries.take_reply(reply)

    def receiveMsg_ChannelReply(self, reply: ChannelReply, sender: ActorAddress) -> None:
        """From the notifier."""
        self._queries.take_reply(reply)

    # --- age, and dead letters

    def expire(self, tx: Tx) -> int:
        """Delete part of what is too old: papers, mutes that have ended, and the history of notices."""
        ended = users.expire_mutes(tx.cursor, EXPIRY_BATCH_ROWS)
        tx.after_commit(lambda: self._state.remove_mutes(ended))
        own = self._recent_papers.expire(tx) + len(ended) + news.expire(tx.cursor, HISTORY_SECONDS, EXPIRY_BATCH_ROWS)
        return super().expire(tx) + own

    def retry_own(self, seq: int, event: Any, tx: Tx) -> None:
        """An event whose announcement was given up."""
        self._announcer.retry(seq, event, tx)

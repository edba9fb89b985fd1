"""Acts on what happens in the workspace: people leave, channels are archived or renamed, the app is invited."""

from collections.abc import Callable, Sequence

from actors.notifier.inbound.workspace_changes import ChangeKind, WorkspaceChange
from actors.notifier.outbound import suspensions
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import suspended
from actors.runtime.delivery.durable import Tx

_ARCHIVED = "is_archived: the channel is archived"
_REVOKED = "token_revoked: the token was revoked: install the app again and set slack.bot_token"
_REMOVED = "account_inactive: the app was removed from the workspace: install it again"


class WorkspaceService:
    """`tell_operators` queues a text for operators, or logs it; `wake` tells the sender that something has changed."""

    def __init__(
        self,
        host: ServiceHost,
        queue: SendQueue,
        tell_operators: Callable[[Tx, str], object],
        wake: Callable[[], None],
    ) -> None:
        self._host = host
        self._queue = queue
        self._tell_operators = tell_operators
        self._wake = wake

    def changed(self, tx: Tx, change: WorkspaceChange) -> None:
        """Act on a change, in the transaction that stores it."""
        match change.kind:
            case ChangeKind.PERSON_LEFT:
                self._person_left(tx, change.subject)
            case ChangeKind.PERSON_CHANGED:
                if change.subject in self._queue.suspended:
                    self._try_now(tx, suspended.free(tx.cursor, [change.subject]))
            case ChangeKind.CHANNEL_ARCHIVED:
                found = suspended.recipients_of(tx.cursor, change.subject)
                self._suspend(tx, found, _ARCHIVED, suspensions.FIRST_RETRY.total_seconds())
            case ChangeKind.CHANNEL_OPENED:
                if self._queue.suspended:
                    found = suspended.recipients_of(tx.cursor, change.subject)
                    names = [name for name in self._queue.suspended if name.startswith("#")]
                    self._try_now(tx, suspended.free(tx.cursor, [change.subject, *found, *names]))
            case ChangeKind.CHANNEL_RENAMED:
                self._renamed(tx, change)
            case ChangeKind.APP_REMOVED:
                tx.after_commit(lambda: self._token_lost(_REMOVED))
            case ChangeKind.TOKEN_REVOKED:
                tx.after_commit(lambda: self._token_lost(_REVOKED))

    def found_departed(self, tx: Tx, person: str) -> None:
        """Slack says of a recipient that their account was deactivated; they are suspended already."""
        self._tell_operators(
            tx,
            f"{person} has left: the account was deactivated. Messages to {person} wait;"
            f" `callboard undelivered discard notifier/recipient/{person}` deletes them.",
        )

    def _person_left(self, tx: Tx, person: str) -> None:
        known = self._queue.suspended.get(person)
        if known is not None and known.has_left:
            return
        if found := suspended.recipients_of(tx.cursor, person):
            self._suspend(tx, found, suspensions.DEPARTED, suspensions.LONGEST_RETRY.total_seconds())
            self.found_departed(tx, person)

    def _renamed(self, tx: Tx, change: WorkspaceChange) -> None:
        """The configuration has the old name. Messages go to the same channel, by its ID."""
        slack = self._host.settings.slack
        keys = {"slack.channel": slack.channel, "slack.ops_channel": slack.ops_channel}
        found = suspended.recipients_of(tx.cursor, change.subject)
        for key, name in keys.items():
            if name in found and name.startswith("#") and name != f"#{change.name}":
                self._tell_operators(
                    tx,
                    f"{name} is called #{change.name} now. Messages still go there; set {key} to #{change.name}, or to"
                    f" {change.subject}, which stays the same.",
                )

    def _suspend(self, tx: Tx, recipients: Sequence[str], reason: str, wait: float) -> None:
        suspended.suspend(tx.cursor, recipients, reason, wait)
        at = self._host.now()
        tx.after_commit(lambda: self._queue.suspend(recipients, reason, wait, at, self._host.clock()))

    def _try_now(self, tx: Tx, recipients: Sequence[str]) -> None:
        if recipients:
            tx.after_commit(lambda: self._tried(recipients))

    def _tried(self, recipients: Sequence[str]) -> None:
        self._queue.try_now(recipients, self._host.clock())
        self._wake()

    def _token_lost(self, reason: str) -> None:
        self._host.log.warning("Slack says: %s", reason)
        self._queue.token_lost(reason, self._host.now(), self._host.clock())
        self._wake()

"""Begins and ends maintenance by hand."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from actors.checks.book import CheckBook
from actors.runtime.delivery.tx import Tx
from messages.checks import CheckRefused
from messages.maintenance import BeginMaintenance, EndMaintenance, ListMaintenance, MaintenanceListed, ManualWindow


class MaintenanceOwner(Protocol):
    """What the ChecksActor offers."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """Raises DatabaseAway."""


class MaintenanceService:
    """Owned by the ChecksActor. Each command is answered with the windows that last after it, or refused."""

    def __init__(self, owner: MaintenanceOwner, book: CheckBook) -> None:
        self._owner = owner
        self._book = book

    def begin(self, command: BeginMaintenance) -> MaintenanceListed | CheckRefused:
        """Tell nobody of some checks for a while."""
        scope, error = self._book.roster.scope(command.what)
        if error:
            return CheckRefused(request_id=command.request_id, detail=error)
        now = self._owner.now()
        until = None if command.seconds is None else now + timedelta(seconds=command.seconds)
        window = ManualWindow(scope=scope, since=now, until=until, by=command.by, reason=command.reason)
        with self._owner.transaction() as tx:
            self._book.begin_maintenance(tx, window)
        return self._listed(command.request_id)

    def end(self, command: EndMaintenance) -> MaintenanceListed | CheckRefused:
        """Tell people again."""
        lasting = {window.scope for window in self._book.silencing.manual(self._owner.now())}
        scope, error = self._book.roster.scope(command.what)
        if error and (former := {command.what, f"{command.what}/"} & lasting):  # of what has been removed since
            scope, error = min(former), ""
        if not error and scope not in lasting:
            error = f"no maintenance of {command.what} was begun by hand"
        if error:
            return CheckRefused(request_id=command.request_id, detail=error)
        with self._owner.transaction() as tx:
            self._book.end_maintenance(tx, scope)
        return self._listed(command.request_id)

    def listed(self, query: ListMaintenance) -> MaintenanceListed:
        """What lasts now."""
        return self._listed(query.request_id)

    def _listed(self, request_id: str) -> MaintenanceListed:
        now = self._owner.now()
        return MaintenanceListed(
            request_id=request_id, windows=self._book.silencing.manual(now), checks=self._book.silencing.ongoing(now)
        )

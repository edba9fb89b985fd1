"""Reports problems with the service to operators."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from thespian.actors import ActorAddress

from actors.notifier.incidents import rules
from actors.notifier.incidents.rules import Incident
from actors.notifier.model.outgoing import MessageKind
from actors.notifier.outbound.channels import channel_for
from actors.notifier.render.answers import render_text
from actors.notifier.render.markdown import escaped, plain
from actors.notifier.services.enqueuer import Enqueuer
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import incidents
from actors.runtime.delivery.durable import Tx
from messages.health import HealthReason, HealthReply, ReasonCode
from messages.notices import Audience

MAX_LINE_CHARACTERS = 1000
MAX_INTERVAL_SECONDS = 60.0


class IncidentReporter:
    """Asks for the health document every minute, or more often if operators want to know sooner, and compares its
    reasons with the incidents in the tables. What it cannot write there, it remembers until it can. `ask_health` sends
    the query; its reply comes to `compare`."""

    def __init__(self, host: ServiceHost, enqueuer: Enqueuer, ask_health: Callable[[], None]) -> None:
        self._host = host
        self._enqueuer = enqueuer
        self._ask_health = ask_health
        self._restarted: dict[str, datetime] = {}
        self._unwritten: Mapping[str, Incident] = {}
        self._addresses: dict[str, ActorAddress] = {}

    # --- start

    def start(self, epoch: int | None) -> None:
        """Start to ask. If this actor has begun before under the same lease, it was restarted."""
        interval = min(MAX_INTERVAL_SECONDS, max(self._host.settings.slack.ops_after / 5, 0.2))
        self._host.every(interval, self._ask_health)
        with self._host.transaction() as tx:
            if incidents.began_before(tx.cursor, epoch):
                tx.after_commit(lambda: self._note_restart(self._host.name))

    def introduced(self, addresses: dict[str, ActorAddress]) -> None:
        """An actor with a new address was restarted."""
        before, self._addresses = self._addresses, addresses
        for name, address in addresses.items():
            if before.get(name, address) != address:
                self._note_restart(name)

    def _note_restart(self, name: str) -> None:
        self._restarted[name] = self._host.now()

    # --- comparing

    def compare(self, reply: HealthReply) -> None:
        """Report what has changed since the last reply. While the database is away, nothing can be reported; that
        happens when it is back."""
        now, patience = self._host.now(), timedelta(seconds=self._host.settings.slack.ops_after)
        reasons = [*_reasons(reply), *self._restarts(now, patience)]
        self._unwritten = rules.seen(self._unwritten, reasons, now)
        with self._host.transaction() as tx:
            changes = rules.changes(incidents.open_incidents(tx.cursor), self._unwritten, now, patience)
            incidents.write(tx.cursor, changes)
            for change in changes:
                if change.text:
                    self._tell_operators(tx, change.text)
            self._summarize(tx, now)
            tx.after_commit(self._written)

    def _written(self) -> None:
        self._unwritten = {}

    def _restarts(self, now: datetime, patience: timedelta) -> list[HealthReason]:
        """Each restart is in at least one list, however late that is made."""
        reasons = [rules.restarted(name) for name in self._restarted]
        self._restarted = {name: at for name, at in self._restarted.items() if now - at < patience}
        return reasons

    def _summarize(self, tx: Tx, now: datetime) -> None:
        since = incidents.summarized_at(tx.cursor)
        if self._host.settings.slack.ops_summary != "weekly" or now < rules.next_monday(since):
            return
        told = incidents.told_since(tx.cursor, since)
        self._tell_operators(tx, rules.weekly_summary(told, incidents.summarize(tx.cursor, now), since))

    def _tell_operators(self, tx: Tx, text: str) -> None:
        recipient = channel_for(self._host.settings.slack, Audience.OPERATORS)
        lines = "\n".join(escaped(line, MAX_LINE_CHARACTERS) for line in text.split("\n"))
        if recipient:
            self._enqueuer.enqueue_text(tx, recipient, render_text(lines), MessageKind.INCIDENT)
        else:
            self._host.log.warning("for operators: %s", plain(lines))

    def expire(self, tx: Tx, limit: int) -> int:
        """Delete up to `limit` old incidents; returns how many."""
        return incidents.expire(tx.cursor, self._host.settings.retention.dead_letters, limit)


def _reasons(reply: HealthReply) -> list[HealthReason]:
    return [
        HealthReason(
            code=ReasonCode(problem["code"]),
            subject=problem["subject"],
            text=problem["text"],
            urgent=problem["urgent"],
            fields=tuple(problem["fields"].items()),
        )
        for problem in json.loads(reply.document)["problems"]
    ]

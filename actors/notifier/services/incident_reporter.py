"""Reports problems with the service to operators."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from thespian.actors import ActorAddress

from actors.notifier.inbound.acknowledging import ack_request, is_ack
from actors.notifier.inbound.parse import InboundEvent
from actors.notifier.incidents import acknowledging, rules
from actors.notifier.incidents.rules import Incident, IncidentChange
from actors.notifier.model.outgoing import MessageKind
from actors.notifier.outbound.channels import channel_for
from actors.notifier.render.answers import render_text
from actors.notifier.render.markdown import escaped, mention, plain
from actors.notifier.services.enqueuer import Enqueuer
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import incidents
from actors.runtime.delivery.durable import Tx
from messages.about import VERSION
from messages.commands import Button, UserCommand
from messages.health import HealthReason, HealthReply, ReasonCode
from messages.incidents import AcknowledgeIncidents, IncidentsAcknowledged, IncidentsListed, ListIncidents
from messages.notices import Audience
from messages.reading import IncidentHistoryQuery, IncidentHistoryReply

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
        self._renewed: Mapping[str, int] = {}

    # --- start

    def start(self, epoch: int | None, instance: str, *, again: bool = False) -> None:
        """Start to ask. If this actor has begun before under the same lease, it was restarted, unless it begins `again`
        for a new configuration; otherwise a run begins, of the instance with this name."""
        interval = min(MAX_INTERVAL_SECONDS, max(self._host.settings.slack.ops_after / 5, 0.2))
        self._host.every(interval, self._ask_health)
        with self._host.transaction() as tx:
            if incidents.began_before(tx.cursor, epoch):
                if not again:
                    tx.after_commit(lambda: self._note_restart(self._host.name))
            elif self._host.settings.slack.ops_start:
                self.tell_operators(tx, f"Callboard {VERSION} has started" + (f": {instance}" if instance else ""))

    def introduced(self, addresses: dict[str, ActorAddress], renewed: Mapping[str, int]) -> None:
        """An actor with a new address was restarted, unless it was `renewed` once more."""
        before, self._addresses = self._addresses, addresses
        known, self._renewed = self._renewed, renewed
        for name, address in addresses.items():
            if before.get(name, address) != address and renewed.get(name) == known.get(name):
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
            known, undecided = incidents.open_incidents(tx.cursor), rules.undecided(reasons)
            changes = rules.changes(known, self._unwritten, now, patience, undecided)
            incidents.write(tx.cursor, [self._reported(tx, change) for change in changes])
            self._summarize(tx, now)
            tx.after_commit(self._written)

    def _reported(self, tx: Tx, change: IncidentChange) -> IncidentChange:
        """Report a change. All messages about one incident are one thread."""
        incident = change.incident
        if not change.text:
            return change
        lasts = incident.ended_at is None and not incident.is_event
        buttons = (Button(label="Acknowledge", command=f"ack {incident.key}"),) if lasts else ()
        id = self.tell_operators(tx, change.text, buttons, incident.message)
        return replace(change, incident=replace(incident, message=incident.message or id))

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
        self.tell_operators(tx, rules.weekly_summary(told, incidents.summarize(tx.cursor, now), since))

    # --- acknowledging

    def listed(self, query: ListIncidents) -> IncidentsListed:
        """The problems that last."""
        with self._host.transaction() as tx:
            known = incidents.lasting(tx.cursor)
        return IncidentsListed(
            request_id=query.request_id, incidents=tuple(acknowledging.shown(incident) for incident in known)
        )

    def history(self, query: IncidentHistoryQuery) -> IncidentHistoryReply:
        """The problems that there were."""
        with self._host.transaction() as tx:
            found = incidents.history(tx.cursor, query.since, query.limit)
        return IncidentHistoryReply(request_id=query.request_id, incidents=found)

    def acknowledge(self, command: AcknowledgeIncidents) -> IncidentsAcknowledged:
        """No more reminders of what an operator names on the command line."""
        with self._host.transaction() as tx:
            chosen, detail = self._acknowledge(tx, command.what, command.by)
            keys = {incident.key for incident in chosen}
            known = [each for each in incidents.lasting(tx.cursor) if each.key in keys]
            self._tell_threads(tx, chosen, detail, escaped(command.by, MAX_LINE_CHARACTERS))
        return IncidentsAcknowledged(
            request_id=command.request_id, incidents=tuple(map(acknowledging.shown, known)), detail=detail
        )

    def acknowledge_on_slack(self, tx: Tx, event: InboundEvent, command: UserCommand) -> bool:
        """Whether a command acknowledges a problem, in the operators' channel. If so, that is done and answered
        there."""
        recipient = self._host.settings.slack.ops_channel
        if not recipient or not is_ack(command):
            return False
        request = ack_request(event, command, incidents.channels(tx.cursor, recipient))
        if request is None:
            return False
        what = request.what or incidents.of_thread(tx.cursor, request.thread)
        chosen, detail = self._acknowledge(tx, what, request.user)
        if not self._tell_threads(tx, chosen, detail, mention(request.user)):
            self.tell_operators(tx, detail, thread_ts=request.thread)
        return True

    def _acknowledge(self, tx: Tx, what: str, by: str) -> tuple[Sequence[Incident], str]:
        known = incidents.lasting(tx.cursor)
        chosen = acknowledging.chosen(known, what)
        if not chosen:
            return (), acknowledging.not_known(known, what)
        incidents.acknowledge(tx.cursor, chosen, by, self._host.now())
        return chosen, acknowledging.acknowledged(chosen)

    def _tell_threads(self, tx: Tx, chosen: Sequence[Incident], text: str, by: str) -> bool:
        """Say in the thread of each problem that it was acknowledged; False if none has a thread."""
        parents = [incident.message for incident in chosen if incident.message]
        for parent in parents:
            self.tell_operators(tx, text, parent=parent, signed=f" (by {by})")
        return bool(parents)

    # --- telling

    def tell_operators(
        self,
        tx: Tx,
        text: str,
        buttons: Sequence[Button] = (),
        parent: str = "",
        thread_ts: str = "",
        signed: str = "",
    ) -> str:
        """Queue a text for operators. Returns the id of the message, empty if it went to the log. `signed` is markup
        that follows the text."""
        recipient = channel_for(self._host.settings.slack, Audience.OPERATORS)
        lines = "\n".join(escaped(line, MAX_LINE_CHARACTERS) for line in text.split("\n")) + signed
        if not recipient:
            self._host.log.warning("for operators: %s", plain(lines))
            return ""
        rendered = render_text(lines, buttons)
        return self._enqueuer.enqueue_text(tx, recipient, rendered, MessageKind.INCIDENT, thread_ts, parent)

    def expire(self, tx: Tx, limit: int) -> int:
        """Delete up to `limit` old incidents; returns how many."""
        return incidents.expire(tx.cursor, self._host.settings.retention.dead_letters, limit)


def _reasons(reply: HealthReply) -> list[HealthReason]:
    """What is wrong, and what only begins."""
    return [
        HealthReason(
            code=ReasonCode(problem["code"]),
            subject=problem["subject"],
            text=problem["text"],
            urgent=problem["urgent"],
            is_beginning=problem.get("beginning", False),
            fields=tuple(problem["fields"].items()),
        )
        for problem in json.loads(reply.document)["problems"]
    ]

"""The part of the NotifierActor that tells operators what readers need not see."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from thespian.actors import ActorAddress

from actors.notifier.incidents import rules
from actors.notifier.incidents.rules import Incident
from actors.notifier.model.outgoing import MessageKind
from actors.notifier.render.answers import sectioned
from actors.notifier.render.markdown import escaped, plain
from actors.notifier.services.digest_service import HoldingActor
from actors.notifier.storage import incidents
from actors.runtime.delivery.durable import Tx
from actors.runtime.delivery.keeping import CHUNK
from messages.health import HealthQuery, HealthReply
from messages.lifecycle import Introduce
from messages.notices import Audience

LONGEST = 1000
"""Characters of a trouble."""


class ReportingActor(HoldingActor):
    """Every minute, or oftener where operators are to be told sooner, it asks the HealthActor for its document, and
    compares the reasons in it with the incidents in its tables. What it cannot write there it keeps until it can."""

    def __init__(self) -> None:
        super().__init__()
        self._restarted: dict[str, datetime] = {}
        self._unwritten: Mapping[str, Incident] = {}
        self._known_names: dict[str, ActorAddress] = {}

    # --- start

    def report(self) -> None:
        """Begin to look."""
        every = min(60.0, max(self.settings.slack.ops_after / 5, 0.2))
        self.every(every, self._ask_health)
        with self.transaction() as tx:
            if incidents.began_before(tx.cursor, self._begin.epoch if self._begin is not None else None):
                tx.after_commit(lambda: self._begun_again(self.name))

    def receiveMsg_Introduce(self, message: Introduce, sender: ActorAddress) -> None:
        """Who has another address than before has begun again."""
        super().receiveMsg_Introduce(message, sender)
        before, self._known_names = self._known_names, dict(zip(message.names, message.addresses, strict=True))
        for name, address in self._known_names.items():
            if before.get(name, address) != address:
                self._begun_again(name)

    def _begun_again(self, name: str) -> None:
        self._restarted[name] = self.now()

    # --- looking

    def _ask_health(self) -> None:
        if self.address_of("health") is not None:
            self.tell("health", HealthQuery(request_id=uuid.uuid4().hex))

    def receiveMsg_HealthReply(self, reply: HealthReply, sender: ActorAddress) -> None:
        """Tell what has changed, also what was wrong while the database, without which nothing is told, was away."""
        now, patience = self.now(), timedelta(seconds=self.settings.slack.ops_after)
        reasons = [*_reasons(reply), *self._restarts(now, patience)]
        self._unwritten = rules.seen(self._unwritten, reasons, now)
        with self.transaction() as tx:
            changes = rules.weighed(incidents.open_ones(tx.cursor), self._unwritten, now, patience)
            incidents.write(tx.cursor, changes)
            for change in changes:
                if change.said:
                    self._tell_operators(tx, change.said)
            self._summarize(tx, now)
            tx.after_commit(self._written)

    def _written(self) -> None:
        self._unwritten = {}

    def _restarts(self, now: datetime, patience: timedelta) -> list[str]:
        """Each is seen once at least, however late somebody looks."""
        reasons = [f"{name}: {rules.BEGUN_AGAIN}" for name in self._restarted]
        self._restarted = {name: at for name, at in self._restarted.items() if now - at < patience}
        return reasons

    def _summarize(self, tx: Tx, now: datetime) -> None:
        since = incidents.summarized_at(tx.cursor)
        if self.settings.slack.ops_summary != "weekly" or now < rules.next_monday(since):
            return
        told = incidents.told_since(tx.cursor, since)
        self._tell_operators(tx, rules.week_in_words(told, incidents.summarize(tx.cursor, now), since))

    def _tell_operators(self, tx: Tx, text: str) -> None:
        recipient = self.channel_for(Audience.OPERATORS)
        lines = "\n".join(escaped(line, LONGEST) for line in text.split("\n"))
        if recipient:
            self.queue_words(tx, recipient, sectioned(lines), MessageKind.INCIDENT)
        else:
            self.log.warning("for operators: %s", plain(lines))

    def channel_for(self, audience: Audience) -> str:
        """Where readers or operators are told; empty for nowhere. On the console both are."""
        slack = self.settings.slack
        if not slack.bot_token:
            return audience.value
        return slack.channel if audience is Audience.READERS else slack.ops_channel

    def expire(self, tx: Tx) -> int:
        """What was wrong long ago."""
        return incidents.expire(tx.cursor, self.settings.retention.dead_letters, CHUNK) + super().expire(tx)


def _reasons(reply: HealthReply) -> list[str]:
    return [str(reason) for reason in json.loads(reply.document)["reasons"]]

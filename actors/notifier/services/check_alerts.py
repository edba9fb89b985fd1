"""Tells people when a check goes down, is still down, and is up again: one thread for each outage and recipient."""

from actors.notifier.model.outgoing import MessageKind
from actors.notifier.outbound.channels import channel_for
from actors.notifier.render.answers import render_text
from actors.notifier.render.markdown import escaped
from actors.notifier.services.enqueuer import Enqueuer
from actors.notifier.services.host import ServiceHost
from actors.notifier.storage import check_threads
from actors.runtime.delivery.durable import Tx
from messages.checks import AlertPhase, CheckAlert
from messages.notices import Audience

MAX_LINE_CHARACTERS = 1000


class CheckAlerts:
    """Of the notifier."""

    def __init__(self, host: ServiceHost, enqueuer: Enqueuer) -> None:
        self._host = host
        self._enqueuer = enqueuer

    def tell(self, tx: Tx, alert: CheckAlert) -> None:
        """Queue an alert for each recipient. What follows the beginning goes to those who were told that, whoever the
        configuration names by then. Without an operators' channel, it goes to the log."""
        recipients = [*filter(None, (alert.channel,)), *alert.users]
        if alert.phase is not AlertPhase.BEGAN:
            recipients = check_threads.recipients(tx.cursor, alert.outage) or recipients
        if not recipients:
            recipients = [*filter(None, (channel_for(self._host.settings.slack, Audience.OPERATORS),))]
        if not recipients:
            self._host.log.warning("for operators: %s", alert.text)
        lines = "\n".join(escaped(line, MAX_LINE_CHARACTERS) for line in alert.text.split("\n"))
        for recipient in dict.fromkeys(recipients):
            parent = check_threads.message(tx.cursor, alert.outage, recipient)
            id = self._enqueuer.enqueue_text(tx, recipient, render_text(lines, ()), MessageKind.INCIDENT, "", parent)
            if not parent:
                check_threads.add(tx.cursor, alert.outage, recipient, id)
        if alert.phase is AlertPhase.ENDED:
            check_threads.forget(tx.cursor, alert.outage)

"""Alerts about checks: to whom the check says, in one thread, and the end to those who heard the beginning."""

from messages.checks import AlertPhase, CheckAlert
from tests.actors.notifier.room import Room


def an_alert(phase: AlertPhase, text: str, outage: str = "o1", channel: str = "", *users: str) -> CheckAlert:
    return CheckAlert(outage=outage, phase=phase, text=text, channel=channel, users=users)


def tell(room: Room, seq: int, alert: CheckAlert) -> None:
    room.harness.deliver("prober", seq, alert)
    room.snapshot_when(lambda snapshot: snapshot.queued == 0 and snapshot.sending == 0 and snapshot.sent >= seq)


def test_the_end_goes_to_those_who_heard_the_beginning_whoever_the_check_names_by_then(room: Room) -> None:
    room.open(ops_channel="COPS")
    tell(room, 1, an_alert(AlertPhase.BEGAN, "site is down: <503>", "o1", "CTEAM"))
    tell(room, 2, an_alert(AlertPhase.REMINDED, "site is still down (1 h).", "o1", "COTHER"))
    tell(room, 3, an_alert(AlertPhase.ENDED, "site is no longer checked.", "o1"))
    tell(room, 4, an_alert(AlertPhase.BEGAN, "site is down: again", "o2"))
    first, *later, second = room.slack.messages
    assert [(each["channel"], each["text"]) for each in (first, *later, second)] == [
        ("CTEAM", "site is down: &lt;503&gt;"),
        ("CTEAM", "site is still down (1 h)."),
        ("CTEAM", "site is no longer checked."),
        ("COPS", "site is down: again"),
    ]
    assert [each.get("thread_ts") for each in later] == [first["ts"], first["ts"]]
    assert second.get("thread_ts") is None

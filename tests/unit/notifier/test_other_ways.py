"""Ways other than Slack: addresses, what is sent, lanes, and what follows from a failure."""

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actors.front.commands.parsing.slack_ids import doubt_about
from actors.notifier.model.addresses import Way, target_of, way_of
from actors.notifier.model.outcomes import Posted, Undelivered
from actors.notifier.model.outgoing import MessageState, OutgoingMessage, StoredQueue
from actors.notifier.outbound.lanes import SendLanes
from actors.notifier.outbound.retries import OutcomeCounter, SlackState, Step, after_post
from actors.notifier.outbound.send_queue import SendQueue
from actors.notifier.outbound.throttle import Item, Phase
from actors.notifier.services.sender import Sender
from actors.notifier.ways import payloads
from messages.settings import MailSettings, MatrixSettings, MattermostSettings, WebhookSettings

AT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
TEXT = "You watch Niebler: new draft\n\n*D1R0* — a &lt;b&gt; *c*\n<https://example.org/x|pdf> @channel Köppe"


def a_message(recipient: str = "mail:ada@example.org", text: str = TEXT) -> OutgoingMessage:
    return OutgoingMessage(
        id="0-1", recipient=recipient, text=text, attempt=1, failures=0, channel=None, last_ts=None, announced=("D1R0",)
    )


def a_mail(message: OutgoingMessage, chosen: MailSettings) -> bytes:
    sender = payloads.sender_of(chosen)
    assert sender is not None
    return payloads.mail(message, "ada@example.org", sender, AT).as_bytes()


@pytest.mark.parametrize(
    ("recipient", "way"),
    [
        ("mail:ada@example.org", Way.MAIL),
        ("mail:ada+papers@mail.example.org", Way.MAIL),
        ("webhook:team-1", Way.WEBHOOK),
        ("mattermost:town-square", Way.MATTERMOST),
        ("mattermost:@ada", Way.MATTERMOST),
        ("matrix:!abc:example.org", Way.MATRIX),
        ("U024BE7LH", None),
        ("#papers", None),
        ("C0PAPERS", None),
        ("mail:ada", None),
        ("mail:a b@example.org", None),
        ("mail:a@example.org\nBcc: x@example.org", None),
        ("mail:", None),
        ("matrix:abc", None),
        ("fax:1", None),
        ("webhook:a/b", None),
    ],
)
def test_an_address_names_its_way(recipient: str, way: Way | None) -> None:
    assert way_of(recipient) is way
    if way is not None:
        assert recipient == f"{way.value}:{target_of(recipient)}"
        assert doubt_about(recipient) == ""


def test_a_mail_is_plain_text_with_the_messages_own_id() -> None:
    sent = a_mail(a_message(), MailSettings(sender="callboard@example.net"))
    read = message_from_bytes(sent, policy=policy.default)
    assert read["Subject"] == "You watch Niebler: new draft: D1R0 — a <b> c"
    assert read["Message-ID"] == "<0-1@example.net>"
    assert read["To"] == "ada@example.org"
    assert read["Auto-Submitted"] == "auto-generated"
    assert "pdf: https://example.org/x @channel Köppe" in read.get_content()
    assert max(map(len, sent.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("text", ["x" * 5000, "a\r\nBcc: b@example.org", "\n\n", "ä" * 2000, "a\0b"])
def test_no_text_breaks_a_mail(text: str) -> None:
    sent = a_mail(a_message(text=text), MailSettings())
    read = message_from_bytes(sent, policy=policy.default)
    assert read["Bcc"] is None
    assert len(payloads.subject(text)) <= payloads.MOST_SUBJECT
    assert max(map(len, sent.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("c@example.net", "Callboard", "c@example.net"),
        ("Papers <c@example.net>", "Papers", "c@example.net"),
        ('"Köppe, T." <c@example.net>', "Köppe, T.", "c@example.net"),
    ],
)
def test_the_sender_of_mail_may_have_a_name(sender: str, name: str, address: str) -> None:
    made = payloads.sender_of(MailSettings(sender=sender))
    assert made is not None
    assert (made.display_name, made.addr_spec) == (name, address)
    read = message_from_bytes(a_mail(a_message(), MailSettings(sender=sender)), policy=policy.default)
    assert read["Message-ID"] == "<0-1@example.net>"
    assert read["From"].addresses[0].display_name == name


@pytest.mark.parametrize("sender", ["", "callboard", "a..b@example.net", "a@b..c", "a@", "@b", "Callboard <>"])
def test_what_is_no_address_sends_no_mail(sender: str) -> None:
    assert payloads.sender_of(MailSettings(sender=sender)) is None


def test_a_webhook_is_signed_and_keeps_its_id() -> None:
    chosen = WebhookSettings(url="https://example.org/hook", secret="a-secret-of-ours")
    request = payloads.webhook(a_message("webhook:team"), "team", chosen, AT)
    headers, body = dict(request.headers), json.loads(request.body)
    assert (body["id"], body["to"], body["papers"]) == ("0-1", "team", ["D1R0"])
    signed = b"0-1." + headers["webhook-timestamp"].encode() + b"." + request.body
    expected = base64.b64encode(hmac.new(b"a-secret-of-ours", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    unsigned = payloads.webhook(a_message(), "team", WebhookSettings(url="https://example.org/hook"), AT)
    assert "webhook-signature" not in dict(unsigned.headers)


def test_what_mattermost_gets_is_shown_as_it_is_and_mentions_nobody() -> None:
    request = payloads.mattermost(a_message(), "@ada", MattermostSettings(url="https://example.org/hooks/x"))
    body = json.loads(request.body)
    assert body["channel"] == "@ada"
    assert "@channel" not in body["text"]
    assert r"\<b\> c" in body["text"]


def test_matrix_gets_the_id_as_transaction() -> None:
    chosen = MatrixSettings(url="https://example.org/", token="t")
    request = payloads.matrix(a_message(), "!a/b:example.org", chosen)
    assert request.url == ("https://example.org/_matrix/client/v3/rooms/%21a%2Fb%3Aexample.org/send/m.room.message/0-1")
    assert (request.method, dict(request.headers)["authorization"]) == ("PUT", "Bearer t")


@pytest.mark.parametrize(
    ("outcome", "state", "counter"),
    [
        (Undelivered(why="x"), MessageState.QUEUED, OutcomeCounter.RETRIED),
        (Undelivered(why="x", is_unclear=True), MessageState.QUEUED, OutcomeCounter.UNSETTLED),
        (Undelivered(why="x", is_final=True), MessageState.DEAD, OutcomeCounter.DEAD),
        (Posted(channel="mail:ada@example.org", ts=""), MessageState.SENT, OutcomeCounter.SENT),
    ],
)
def test_what_follows_says_nothing_about_slack(
    outcome: Undelivered | Posted, state: MessageState, counter: OutcomeCounter
) -> None:
    step = after_post(outcome, a_message(), 3, 15.0)
    assert (step.state, step.counter, step.slack, step.wait_all) == (state, counter, SlackState.ANSWERING, 0.0)


def test_what_may_have_arrived_is_sent_again_ever_later_and_not_for_ever() -> None:
    unclear = Undelivered(why="no answer", is_unclear=True)
    steps = [after_post(unclear, replace(a_message(), failures=failures), 0, 15.0) for failures in range(5)]
    assert [step.state for step in steps] == [MessageState.QUEUED] * 4 + [MessageState.DEAD]
    assert all(step.is_failure for step in steps)
    for failures, step in enumerate(steps[:4]):
        assert 0.75 * 60 * 2**failures <= step.wait <= 1.25 * 60 * 2**failures
    assert steps[4].reason == "no answer: sent 5 times without a clear answer; it may have arrived"
    assert not after_post(Undelivered(why="x"), replace(a_message(), failures=9), 0, 15.0).is_failure


def test_a_pause_that_is_asked_for_is_obeyed() -> None:
    assert after_post(Undelivered(why="x", retry_after=300.0), a_message(), 0, 15.0).wait == 300.0


def an_empty_queue() -> SendQueue:
    queue = SendQueue()
    queue.load(StoredQueue(messages=(), counts={}, unsettled=0, suspended={}), 15.0, AT, 0.0)
    return queue


def test_neither_lane_holds_up_the_other() -> None:
    queue = an_empty_queue()
    for number in range(3):
        queue.add(f"s{number}", f"U{number}", 0.0)
        queue.add(f"m{number}", f"mail:u{number}@example.org", 0.0)
    first = queue.take(10.0)
    assert {item.id for item in first} == {"s0", "s1", "s2", "m0", "m1", "m2"}
    for item in first:
        queue.started(item)
        is_slack = way_of(item.recipient) is None
        away = Step(
            state=MessageState.QUEUED, counter=OutcomeCounter.RETRIED, reason="away", wait=60.0,
            wait_all=60.0 if is_slack else 0.0, slack=SlackState.AWAY if is_slack else SlackState.ANSWERING,
        )  # fmt: skip
        message = OutgoingMessage(
            id=item.id, recipient=item.recipient, text="", attempt=1, failures=0, channel=None, last_ts=None
        )
        queue.concluded(message, away, AT, 10.0)
    assert queue.breaker.slack is SlackState.AWAY
    queue.add("m9", "webhook:team", 11.0)
    queue.add("s9", "U9", 11.0)
    assert queue.wait(11.0) == 0.0
    assert [item.id for item in queue.take(11.0)] == ["m9"]


def test_a_way_that_fails_is_said_until_it_works() -> None:
    lanes = SendLanes()
    failed = Step(state=MessageState.QUEUED, counter=OutcomeCounter.RETRIED, reason="HTTP 500")
    lanes.note("U1", failed, AT)
    assert lanes.reasons() == ()
    lanes.lane_of("webhook:team").append(Item(id="m1", recipient="webhook:team", phase=Phase.POST), 0.0)
    lanes.note("webhook:team", failed, AT)
    (reason,) = lanes.reasons()
    assert reason.text == "the webhook has taken no messages since 2026-11-30 12:00 UTC: HTTP 500"
    lanes.note("webhook:other", Step(state=MessageState.SENT, counter=OutcomeCounter.SENT), AT)
    assert lanes.reasons() == ()


def test_a_way_that_fails_and_for_which_nothing_waits_is_no_reason() -> None:
    lanes = SendLanes()
    item = Item(id="m1", recipient="webhook:team", phase=Phase.POST)
    lanes.lane_of("webhook:team").append(item, 0.0)
    lanes.note("webhook:team", Step(state=MessageState.QUEUED, counter=OutcomeCounter.RETRIED, reason="HTTP 500"), AT)
    assert len(lanes.reasons()) == 1
    lanes.lane_of("webhook:team").replace("webhook:team", (), None)
    assert lanes.reasons() == ()


def test_a_way_that_never_says_what_became_of_a_message_still_fails() -> None:
    lanes = SendLanes()
    for recipient in ("webhook:team", "webhook:other"):
        lanes.lane_of(recipient).append(Item(id=recipient, recipient=recipient, phase=Phase.POST), 0.0)
    unclear = Undelivered(why="no answer", is_unclear=True)
    for failures in range(5):
        lanes.note("webhook:team", after_post(unclear, replace(a_message(), failures=failures), 0, 15.0), AT)
    assert len(lanes.reasons()) == 1


def test_what_another_way_takes_is_not_logged_as_slacks_recovery(caplog: pytest.LogCaptureFixture) -> None:
    queue = an_empty_queue()
    host = SimpleNamespace(log=logging.getLogger("test"), clock=lambda: 10.0, count=print, record_error=print)
    sender = Sender(cast("Any", host), queue, lambda: None, lambda tx, user: None)
    sender.open(cast("Any", SimpleNamespace(name="Slack")))
    away = Step(
        state=MessageState.QUEUED, counter=OutcomeCounter.RETRIED, reason="away", wait=60.0, wait_all=60.0,
        slack=SlackState.AWAY,
    )  # fmt: skip
    sent = Step(state=MessageState.SENT, counter=OutcomeCounter.SENT)
    for recipient in ("U1", "mail:ada@example.org"):
        queue.add(recipient, recipient, 0.0)
    for item in queue.take(10.0):
        queue.started(item)
    with caplog.at_level(logging.INFO):
        sender._concluded(replace(a_message("U1"), id="U1"), away, AT)
        sender._concluded(replace(a_message(), id="mail:ada@example.org"), sent, AT)
    assert [record.getMessage() for record in caplog.records] == [
        "Slack does not accept messages; they stay queued: away"
    ]

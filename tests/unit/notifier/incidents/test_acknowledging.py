"""What operators name when they acknowledge a problem."""

from typing import Any

import pytest

from actors.notifier.inbound.acknowledging import AckRequest, ack_request
from actors.notifier.inbound.ownership import Identity
from actors.notifier.inbound.parse import InboundEvent, PayloadKind, parse_event
from actors.notifier.incidents.acknowledging import acknowledged, chosen, not_known
from actors.notifier.incidents.rules import Incident
from messages.commands import UserCommand
from tests.actors.notifier.slack_socket import a_mention, a_message, a_press, a_slash
from tests.builders import NOON

OURS = Identity(team="T1", user="UBOT")
OPERATORS = frozenset({"#ops", "C2"})


def an_incident(code: str, subject: str) -> Incident:
    return Incident(code=code, subject=subject, text="text", first_seen=NOON, last_seen=NOON)


INDEX = an_incident("index_not_fetched", "index")
READERS, OPS = an_incident("channel_suspended", "C0PAPERS"), an_incident("channel_suspended", "C0OPS")
ALL = (INDEX, READERS, OPS)


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("index_not_fetched", (INDEX,)),
        ("Index_Not_Fetched  index", (INDEX,)),
        ("channel_suspended", (READERS, OPS)),
        ("channel_suspended C0OPS", (OPS,)),
        ("all", ALL),
        ("index", (INDEX,)),
        ("c0ops", (OPS,)),
        ("nothing", ()),
        ("", ()),
    ],
)
def test_a_problem_is_named_by_its_code_or_with_its_subject(what: str, found: tuple[Incident, ...]) -> None:
    assert chosen(ALL, what) == found


def test_the_only_problem_needs_no_name() -> None:
    assert chosen((INDEX,), "") == (INDEX,)
    assert chosen((), "") == ()


def test_the_answer_says_what_was_acknowledged_or_what_there_is() -> None:
    assert acknowledged((INDEX,)) == (
        "Acknowledged: index_not_fetched index. There are no more reminders until it is resolved."
    )
    assert acknowledged((READERS, OPS)).endswith("until they are resolved.")
    assert not_known((), "x") == "There is no lasting problem to acknowledge."
    assert not_known((INDEX, OPS), "") == (
        "Say which problem, or all: index_not_fetched index, channel_suspended C0OPS"
    )
    assert not_known(ALL, "index_not_fetchd") == (
        "No open problem is called “index_not_fetchd”: did you mean index_not_fetched?"
    )


def recognized(event: InboundEvent) -> AckRequest | None:
    """What an event acknowledges in the operators' channel."""
    command = parse_event(event, OURS, NOON)
    assert isinstance(command, UserCommand)
    return ack_request(event, command, OPERATORS)


PLACE: dict[str, Any] = {"channel": {"id": "C2"}, "container": {"message_ts": "7.5", "channel_id": "C2"}}


@pytest.mark.parametrize(
    ("event", "request_made"),
    [
        (
            InboundEvent(kind=PayloadKind.ACTION, payload=a_press("ack index_not_fetched index", **PLACE)),
            AckRequest(what="index_not_fetched index", user="U1", thread="7.5"),
        ),
        (
            InboundEvent(
                kind=PayloadKind.EVENT, payload=a_mention("<@UBOT> Ack", channel="C2", ts="9.1", thread_ts="7.5")
            ),
            AckRequest(what="", user="U1", thread="7.5"),
        ),
        (
            InboundEvent(kind=PayloadKind.SLASH, payload=a_slash("acknowledge all", channel_id="C2")),
            AckRequest(what="all", user="U1", thread=""),
        ),
        (InboundEvent(kind=PayloadKind.SLASH, payload=a_slash("ack all", channel_id="C9")), None),
        (InboundEvent(kind=PayloadKind.ACTION, payload=a_press("ack index_not_fetched index")), None),
        (InboundEvent(kind=PayloadKind.EVENT, payload=a_message("ack all")), None),
        (InboundEvent(kind=PayloadKind.EVENT, payload=a_mention("<@UBOT> acknowledgements", channel="C2")), None),
        (InboundEvent(kind=PayloadKind.EVENT, payload=a_mention("<@UBOT> watch ack", channel="C2")), None),
    ],
)
def test_only_what_is_said_in_the_operators_channel_acknowledges(
    event: InboundEvent, request_made: AckRequest | None
) -> None:
    assert recognized(event) == request_made

"""What comes of an answer, and when a wish is refused, in words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from thespian.actors import ActorAddress

from actors.prober import operator_probes
from actors.prober.model.observations import Trust
from actors.prober.politeness import host as hosts
from actors.prober.politeness import rate_limiter
from actors.prober.politeness.host import Host, KillSwitch
from actors.prober.politeness.rate_limiter import BreakerState
from actors.prober.schedule.learnt import Learnt
from actors.prober.state import MAX_OPERATOR_WAIT_SECONDS, ProberState
from actors.runtime.actor import CallboardActor
from messages.drafts import DraftState
from messages.inquiries import AskNames, AskRefused
from messages.probing import Verdict
from messages.switching import Probing
from tests.builders import NOON
from tests.prober_builders import CHOSEN, NOW, a_name, a_state, an_answer, an_observation, catalog_of, read


@pytest.mark.parametrize(
    ("verdict", "follows"),
    [
        (Verdict.MISSING, "requested again when its turn comes"),
        (Verdict.BROKEN, "neither"),
        (Verdict.HIT, "names that cannot exist"),
    ],
)
def test_what_follows_of_a_name_that_nothing_is_known_of(verdict: Verdict, follows: str) -> None:
    (answer,) = operator_probes.answers(catalog_of(), [a_name()], [an_answer(a_name(), verdict)])
    assert (answer.name, answer.verdict) == ("D1234R1.pdf", verdict)
    assert follows in answer.follows


def test_what_is_sighted_held_or_a_drafts_file_is_told_as_such() -> None:
    catalog = catalog_of(1)
    catalog.learn_observations([an_observation(a_name(2)), an_observation(a_name(3), trust=Trust.QUARANTINED)], ())
    names = [a_name(1), a_name(2), a_name(3), a_name(4)]
    answers = operator_probes.answers(catalog, names, [an_answer(name, Verdict.HIT) for name in names[:3]])
    assert answers[0].follows == "a file of D0001R1, announced"
    assert "was found: checked again at" in answers[1].follows
    assert "quarantined with too many others" in answers[2].follows
    assert (answers[3].verdict, "no more requests" in answers[3].follows) == (None, True)
    catalog.learn_drafts(replace(draft, state=DraftState.WITHDRAWN) for draft in catalog_of(1).drafts.values())
    (gone,) = operator_probes.answers(catalog, names[:1], [an_answer(names[0])])
    assert gone.follows == "a file of D0001R1, announced, withdrawn"


def test_a_name_that_is_not_on_the_schedule_is_not_said_to_be_asked_for_again() -> None:
    names = [a_name(1), a_name(2)]
    found = operator_probes.answers(
        catalog_of(), names, [an_answer(name, Verdict.MISSING) for name in names], unscheduled=names[1:]
    )
    assert [answer.follows for answer in found] == [
        "it is requested again when its turn comes",
        "nothing: it is not on the schedule, and is requested only when you ask for it",
    ]


def refusal(host: Host, probing: Probing = Probing.ON) -> str | None:
    made = a_state(Learnt(budget=1.0))
    state = ProberState(
        CHOSEN, made.catalog, made.work_queue, host, KillSwitch(probing=probing, since=NOON, by="operator me")
    )
    return state.refusal(NOW)


def test_a_wish_is_fulfilled_when_the_host_may_be_asked_soon() -> None:
    host = read(a_state(Learnt(budget=1.0)).host, 404)
    assert refusal(host) is None
    assert refusal(hosts.started(host, int(MAX_OPERATOR_WAIT_SECONDS), 1.0, NOW)) is None


@pytest.mark.parametrize(
    ("probing", "change", "words"),
    [
        (Probing.OFF, {}, "switched off by"),
        (Probing.DISABLED, {}, "prober.enabled is false"),
        (Probing.ON, {"next_at": NOW + 60.0}, "nothing can be requested before"),
        (Probing.ON, {"breaker": BreakerState.HALF_OPEN, "trouble_since": NOW}, "nothing can be requested now"),
        (Probing.ON, {"offline": 1, "trouble_since": NOW}, "our own network is down"),
    ],
)
def test_a_wish_is_refused_with_the_reason(probing: Probing, change: dict[str, Any], words: str) -> None:
    host = read(a_state(Learnt(budget=1.0)).host, 404)
    told = refusal(replace(host, rate_limit=replace(host.rate_limit, **change)), probing)
    assert told is not None
    assert words in told


def test_rules_that_forbid_the_folder_hold_for_operators_too() -> None:
    told = refusal(read(a_state(Learnt(budget=1.0)).host, 200, "User-agent: *\nDisallow: /files/\n"))
    assert told is not None
    assert "has forbidden the papers folder" in told


def test_a_pause_that_was_asked_for_is_told_with_its_end() -> None:
    host = read(a_state(Learnt(budget=1.0)).host, 404)
    paused = replace(host, rate_limit=replace(host.rate_limit, paused_until=NOW + 90.0))
    told = refusal(paused)
    assert told is not None
    assert f"before {(NOON + timedelta(seconds=90)):%Y-%m-%d %H:%M:%S}" in told
    assert rate_limiter.grant(paused.rate_limit).at == NOW + 90.0


class Replies(CallboardActor):
    """An actor without a system: it only notes what it sends."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[AskRefused] = []

    def send(self, target: ActorAddress, message: AskRefused) -> None:
        """Note it."""
        self.sent.append(message)


def test_requests_beyond_what_may_wait_are_refused() -> None:
    actor = Replies()
    probes = operator_probes.OperatorProbes(actor)
    for number in range(operator_probes.MAX_WAITING_REQUESTS + 1):
        probes.add(AskNames(request_id=f"r{number}", names=(a_name(),)), ActorAddress(None))
    (refused,) = actor.sent
    assert refused.request_id == f"r{operator_probes.MAX_WAITING_REQUESTS}"
    assert "are waiting already" in refused.detail
    probes.refuse_all("no")
    assert len(actor.sent) == operator_probes.MAX_WAITING_REQUESTS + 1

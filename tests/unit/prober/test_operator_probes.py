"""What comes of an answer, and when a wish is refused, in words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actors.prober import operator_probes
from actors.prober.model.observations import Trust
from actors.prober.politeness import host as hosts
from actors.prober.politeness import rate_limiter
from actors.prober.politeness.host import Host, Switch
from actors.prober.politeness.rate_limiter import Breaker
from actors.prober.schedule.learnt import Learnt
from actors.prober.state import LONGEST_WAIT, Desk
from messages.drafts import DraftState
from messages.probing import Verdict
from messages.switching import Probing
from tests.builders import NOON
from tests.prober_builders import CHOSEN, NOW, a_desk, a_name, a_sighting, an_answer, memory_of, read


@pytest.mark.parametrize(
    ("verdict", "follows"),
    [
        (Verdict.MISSING, "asked again when its turn comes"),
        (Verdict.BROKEN, "neither"),
        (Verdict.HIT, "names that cannot exist"),
    ],
)
def test_what_follows_of_a_name_that_nothing_is_known_of(verdict: Verdict, follows: str) -> None:
    (answer,) = operator_probes.answers(memory_of(), [a_name()], [an_answer(a_name(), verdict)])
    assert (answer.name, answer.verdict) == ("D1234R1.pdf", verdict)
    assert follows in answer.follows


def test_what_is_sighted_held_or_a_drafts_file_is_told_as_such() -> None:
    memory = memory_of(1)
    memory.learn_sightings([a_sighting(a_name(2)), a_sighting(a_name(3), trust=Trust.HELD)], ())
    names = [a_name(1), a_name(2), a_name(3), a_name(4)]
    answers = operator_probes.answers(memory, names, [an_answer(name, Verdict.HIT) for name in names[:3]])
    assert answers[0].follows == "a file of D0001R1, announced"
    assert "is there: looked at again at" in answers[1].follows
    assert "held with too many others" in answers[2].follows
    assert (answers[3].verdict, "no more questions" in answers[3].follows) == (None, True)
    memory.learn_drafts(replace(draft, state=DraftState.WITHDRAWN) for draft in memory_of(1).drafts.values())
    (gone,) = operator_probes.answers(memory, names[:1], [an_answer(names[0])])
    assert gone.follows == "a file of D0001R1, announced, withdrawn"


def refusal(host: Host, probing: Probing = Probing.ON) -> str | None:
    made = a_desk(Learnt(budget=1.0))
    desk = Desk(CHOSEN, made.memory, made.work, host, Switch(probing=probing, since=NOON, by="operator me"))
    return desk.refusal(NOW)


def test_a_wish_is_fulfilled_when_the_host_may_be_asked_soon() -> None:
    host = read(a_desk(Learnt(budget=1.0)).host, 404)
    assert refusal(host) is None
    assert refusal(hosts.started(host, int(LONGEST_WAIT), 1.0, NOW)) is None


@pytest.mark.parametrize(
    ("probing", "change", "words"),
    [
        (Probing.OFF, {}, "switched off since"),
        (Probing.DISABLED, {}, "prober.enabled is false"),
        (Probing.ON, {"next_at": NOW + 60.0}, "not before"),
        (Probing.ON, {"breaker": Breaker.HALF_OPEN, "trouble_since": NOW}, "nothing is asked now"),
        (Probing.ON, {"offline": 1, "trouble_since": NOW}, "it is our network"),
    ],
)
def test_a_wish_is_refused_with_the_reason(probing: Probing, change: dict[str, Any], words: str) -> None:
    host = read(a_desk(Learnt(budget=1.0)).host, 404)
    told = refusal(replace(host, pace=replace(host.pace, **change)), probing)
    assert told is not None
    assert words in told


def test_rules_that_forbid_the_folder_hold_for_operators_too() -> None:
    told = refusal(read(a_desk(Learnt(budget=1.0)).host, 200, "User-agent: *\nDisallow: /files/\n"))
    assert told is not None
    assert "forbids the papers folder" in told


def test_a_pause_that_was_asked_for_is_told_with_its_end() -> None:
    host = read(a_desk(Learnt(budget=1.0)).host, 404)
    paused = replace(host, pace=replace(host.pace, paused_until=NOW + 90.0))
    told = refusal(paused)
    assert told is not None
    assert f"not before {(NOON + timedelta(seconds=90)):%Y-%m-%d %H:%M:%S}" in told
    assert rate_limiter.grant(paused.pace).at == NOW + 90.0

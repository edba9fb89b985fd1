"""docs/health.schema.json describes the health document: every field and every code, and nothing that is not there."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from actors.health.document.chronicle import after, begun
from actors.health.document.compose import compose
from actors.health.document.versions import versions
from actors.health.snapshots.reports import ASKED, ActorReport, Overview, Responsiveness
from messages.health import ActorStatus, HealthReason, HealthSnapshot, ReasonCode
from tests.builders import NOON
from tests.health_builders import a_busy_snapshot, a_snapshot

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "health.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
ABOUT = {"version": "1", "base": "simpleSystemBase", "started_at": NOON, "versions": versions()}


def status(*reasons: HealthReason) -> ActorStatus:
    return ActorStatus(
        last_updated=NOON, reasons=reasons, counters=(("a", 1),), last_error=None, last_error_at=None,
        waiting=2, waiting_since=NOON - timedelta(seconds=9),
    )  # fmt: skip


def overview(*, busy: bool, silent: bool = False, leader: str = "", reasons: tuple[HealthReason, ...] = ()) -> Overview:
    make = a_busy_snapshot if busy else a_snapshot
    answer = Responsiveness.UNRESPONSIVE if silent else Responsiveness.RESPONSIVE
    reports = {
        name: ActorReport(answer=answer, snapshot=make(name, "1", status(*reasons)))
        for name in (("lease",) if leader else ASKED)
    }
    own = HealthSnapshot(request_id="", status=status(), url="http://127.0.0.1:1/", restarts=(("index", 2),))
    reports["health"] = ActorReport(answer=Responsiveness.RESPONSIVE, snapshot=own)
    return Overview(reports=reports, at=NOON, leader=leader)


def never_heard() -> Overview:
    silent = ActorReport(answer=Responsiveness.UNRESPONSIVE, snapshot=None)
    well = overview(busy=False)
    return replace(well, reports={**dict.fromkeys(ASKED, silent), "health": well.reports["health"]})


def a_problem(code: ReasonCode) -> HealthReason:
    return HealthReason(code=code, subject="it", text="It fails.", fields=(("count", "1"),))


STATES: Mapping[str, Overview] = {
    "well": overview(busy=True),
    "just started": overview(busy=False),
    "never heard": never_heard(),
    "silent": overview(busy=True, silent=True),
    "standby": overview(busy=True, leader="other"),
    "every problem": overview(busy=True, reasons=tuple(map(a_problem, ReasonCode))),
}


def document(seen: Overview) -> Any:
    chronicle = after(begun(NOON), overview(busy=True, reasons=(a_problem(ReasonCode.PROBING_OFF),)))
    return json.loads(compose(seen, after(chronicle, seen), ABOUT, str)[0])


@pytest.mark.parametrize("state", STATES)
def test_a_document_is_as_the_schema_says(state: str) -> None:
    VALIDATOR.validate(document(STATES[state]))


@pytest.mark.parametrize("state", STATES)
def test_every_field_is_described(state: str) -> None:
    assert sorted(undescribed(document(STATES[state]), SCHEMA, "")) == []


def test_the_schema_has_every_code() -> None:
    assert SCHEMA["$defs"]["code"]["enum"] == [code.value for code in ReasonCode]


def test_a_document_that_lacks_a_field_is_refused() -> None:
    found = document(STATES["well"])
    del found["requests"]["last_hour"]
    with pytest.raises(jsonschema.ValidationError, match="last_hour"):
        VALIDATOR.validate(found)


def undescribed(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """The paths of fields that the schema does not describe."""
    if isinstance(value, list):
        for each in value:
            yield from undescribed(each, schema.get("items", {}), f"{path}[]")
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        for name, each in value.items():
            if name in known:
                yield from undescribed(each, known[name], f"{path}.{name}")
            elif "additionalProperties" not in schema:
                yield f"{path}.{name}"

"""Who begins when, who rests, who leaves."""

from actors.supervisor.child_table import ChildTable
from messages.lifecycle import ActorSpec


def a_company() -> ChildTable:
    return ChildTable(
        (
            ActorSpec(name="lease", actor="x", on_standby=True),
            ActorSpec(name="notifier", actor="x", on_standby=False),
            ActorSpec(name="index", actor="x", on_standby=False),
        )
    )


def begin(company: ChildTable, *, leading: bool) -> list[str]:
    """Begin everybody who can be; their names in order. An address is the name and how many had it before."""
    names: list[str] = []
    while (spec := company.next_spec(leading=leading)) is not None:
        address = (spec.name, len(names))
        company.created(spec.name, address)
        assert company.next_spec(leading=leading) is None
        assert company.begun(spec.name, address, 7, "")
        names.append(spec.name)
    return names


def test_a_leader_begins_everybody_in_order_and_a_standby_those_that_stand() -> None:
    assert begin(a_company(), leading=True) == ["lease", "notifier", "index"]
    company = a_company()
    assert begin(company, leading=False) == ["lease"]
    assert company.complete(leading=False)
    assert not company.complete(leading=True)
    assert begin(company, leading=True) == ["notifier", "index"]
    assert company.complete(leading=True)


def test_one_that_ended_is_not_begun_before_it_has_rested() -> None:
    company = a_company()
    begin(company, leading=True)
    assert company.gone("notifier", company.address("notifier"))
    assert begin(company, leading=True) == []
    company.may_begin("notifier")
    assert begin(company, leading=True) == ["notifier"]


def test_an_end_that_is_told_twice_or_late_is_told_once() -> None:
    company = a_company()
    begin(company, leading=True)
    old = company.address("notifier")
    assert company.gone("notifier", old)
    assert not company.gone("notifier", old)
    company.may_begin("notifier")
    company.created("notifier", "new")
    assert not company.gone("notifier", old)
    assert not company.begun("notifier", old, 7, "")
    assert company.address("notifier") == "new"


def test_nobody_works_under_a_new_lease_before_those_of_the_old_one_are_gone() -> None:
    company = a_company()
    begin(company, leading=True)
    left = {name: company.leaves(name) for name in company.workers()}
    assert set(left) == {"notifier", "index"}
    assert company.leaving()
    assert begin(company, leading=True) == []
    assert [company.gone(name, address) for name, address in left.items()] == [False, False]
    assert not company.leaving()
    assert begin(company, leading=True) == ["notifier", "index"]

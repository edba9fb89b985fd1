"""Who may take the lease."""

from actors.lease.standing import Lease, Move, move, owner_is_dead
from messages.lifecycle import Instance
from tests.builders import NOON

ME = Instance(id="mine", run="run 2", name="host:/data (process 2)")


def a_lease(instance: str = "other", run: str = "run 1", left: float = 3.0, epoch: int = 4) -> Lease:
    return Lease(epoch=epoch, instance=instance, run=run, leader="somebody", taken_at=NOON, left=left)


def test_a_lease_that_lasts_is_waited_for_and_one_that_ran_out_is_taken() -> None:
    assert move(a_lease(left=0.1), ME, dead=False) is Move.WAIT
    assert move(a_lease(left=0.0), ME, dead=False) is Move.TAKE
    assert move(a_lease(left=-5.0, epoch=0), ME, dead=False) is Move.TAKE


def test_a_lease_of_this_very_run_is_gone_on_with() -> None:
    assert move(a_lease(instance="mine", run="run 2", left=-5.0), ME, dead=False) is Move.RESUME


def test_an_earlier_run_of_this_instance_is_dead_but_is_so_once() -> None:
    mine = a_lease(instance="mine")
    assert owner_is_dead(mine, ME, first=True, alone=False)
    assert move(mine, ME, dead=True) is Move.TAKE
    assert not owner_is_dead(mine, ME, first=False, alone=False)
    assert not owner_is_dead(a_lease(), ME, first=True, alone=False)


def test_whoever_had_a_database_of_this_very_directory_is_dead() -> None:
    assert owner_is_dead(a_lease(), ME, first=True, alone=True)

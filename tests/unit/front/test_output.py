"""What the commands print for people."""

from actors.front.commands.output import facts
from actors.front.commands.start import requests_of
from messages.settings import ProberSettings


def test_one_of_a_thing_is_said_in_the_singular() -> None:
    assert facts({"users": 1, "entries": 1}) == "1 user, 1 entry"
    assert facts({"users": 2, "entries": 0}) == "2 users, 0 entries"
    assert facts({"epoch": 1}) == "epoch 1"


def test_the_banner_says_of_the_requests_where_they_go_and_of_each_number_what_it_is() -> None:
    assert requests_of(ProberSettings()) == (
        "to isocpp.org: on average 4,000 an hour (672,000 a week), at most 10,000 an hour"
    )
    assert requests_of(ProberSettings(strategy="two-frequency")) == "4,000 an hour to isocpp.org"
    assert requests_of(ProberSettings(enabled=False)) == "none to isocpp.org (prober.enabled is false)"

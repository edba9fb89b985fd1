"""Sockets that others reach."""

import socket

import pytest

from actors.runtime.listening import listening, why_it_cannot


def said_of(host: str, port: int) -> str:
    with pytest.raises(OSError, match=" ") as caught:
        listening(host, port)
    return why_it_cannot(caught.value, "health.", host, port)


def test_who_names_a_port_that_is_taken_reads_what_to_do_about_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = said_of("127.0.0.1", port := taken.getsockname()[1])
    assert said == (
        f"health.port: 127.0.0.1 port {port} cannot be used (Address already in use): end the program that holds it, or"
        " set health.port to another one (0: any free one)"
    )


def test_who_names_an_address_of_another_machine_reads_that_it_is_the_address() -> None:
    said = said_of("192.0.2.1", 0)
    assert said.startswith("health.host: 192.0.2.1 port 0 cannot be used (")
    assert said.endswith("): set health.host to an address of this machine, such as 127.0.0.1")


def test_who_may_not_use_a_low_port_reads_which_can_be_used() -> None:
    said = why_it_cannot(PermissionError(13, "Permission denied"), "slack.events_", "127.0.0.1", 80)
    assert said == (
        "slack.events_port: 127.0.0.1 port 80 cannot be used (Permission denied): set slack.events_port to 1024 or more"
        " (0: any free one)"
    )

"""The operator's end of the control socket: one request, one answer, bounded in time. Plain sockets, no actor."""

import socket
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from actors.control.protocol import ControlAnswer, ControlRequest, encode_line
from actors.control.socket import connect

LIMIT = 10.0
LIMITS = MappingProxyType({"probe": 70.0, "check_run": 340.0, "reload": 70.0})
"""Seconds for an answer, and for those that need an answer of somebody outside first."""


class ServiceNotRunning(Exception):
    """No service answers on the control socket of this data directory."""


class RequestRefused(Exception):
    """The service answered, and refused; the text says why."""


class CommandRefused(RequestRefused):
    """A user's command was refused; `answer` has the lines of the text, with their styles."""

    def __init__(self, error: str, answer: dict[str, Any]) -> None:
        super().__init__(error)
        self.answer = answer


def not_permitted(data_dir: str) -> str:
    """What to say to a user who may not use the data directory."""
    directory = Path(data_dir)
    try:
        owner = directory.owner()
    except (OSError, KeyError):
        owner = "the user that runs the service"
    return f"{directory} is not accessible for this user: run the command as {owner} (permission denied)"


def ask(data_dir: str, request: ControlRequest) -> Any:
    """The result of a request, as plain JSON values. Raises ServiceNotRunning or RequestRefused."""
    limit = LIMITS.get(request.op, LIMIT)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(limit)
            connect(connection, data_dir)
            connection.sendall(encode_line(request))
            with connection.makefile("rb") as lines:
                line = lines.readline()
    except TimeoutError as error:
        raise RequestRefused(f"the service did not answer within {limit:.0f} s") from error
    except PermissionError as error:
        raise RequestRefused(not_permitted(data_dir)) from error
    except OSError as error:
        raise ServiceNotRunning(f"no service is running on {data_dir}: start one with `callboard start`") from error
    if not line:
        raise RequestRefused("the service ended before it answered")
    answer = msgspec.json.decode(line, type=ControlAnswer)
    if not answer.ok and answer.result is not None:
        raise CommandRefused(answer.error, answer.result)
    if not answer.ok:
        raise RequestRefused(answer.error)
    return answer.result

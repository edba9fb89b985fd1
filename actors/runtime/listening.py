"""Sockets that HTTP servers of actors listen on."""

import errno
import socket


def listening(host: str, port: int) -> socket.socket:
    """A bound TCP socket; port 0 takes any. Raises OSError, said better by the caller."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(128)
        bound.setblocking(False)
    except OSError:
        bound.close()
        raise
    return bound


def why_it_cannot(error: OSError, keys: str, host: str, port: int) -> str:
    """A sentence for the operator whose `host` and `port` cannot be bound; `keys` is what the names of their keys begin
    with, such as `health.`."""
    what = f"{host} port {port} cannot be used ({error.strerror})"
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"{keys}port: {what}: end the program that holds it, or set {keys}port to another one (0: any free one)"
            )
        case errno.EACCES | errno.EPERM:
            return f"{keys}port: {what}: set {keys}port to 1024 or more (0: any free one)"
        case _:
            return f"{keys}host: {what}: set {keys}host to an address of this machine, such as 127.0.0.1"


def url_of(bound: socket.socket, path: str = "/") -> str:
    """Where the bound socket answers."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}{path}" if ":" in host else f"http://{host}:{port}{path}"

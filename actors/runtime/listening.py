"""Sockets that HTTP servers of actors listen on."""

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


def url_of(bound: socket.socket, path: str = "/") -> str:
    """Where the bound socket answers."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}{path}" if ":" in host else f"http://{host}:{port}{path}"

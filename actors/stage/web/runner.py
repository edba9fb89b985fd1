"""How the stage's web servers run. A client that leaves early, as a service does that ends, is no error of theirs."""

import logging
import time

from aiohttp import web

from actors.runtime.request_errors import RequestErrors


def runner_of(application: web.Application, close_limit: float) -> web.AppRunner:
    """To be set up on the stage's loop; `close_limit` is how many seconds it waits for open connections at its end."""
    errors = RequestErrors(logging.getLogger("callboard.stage"), lambda name: None, time.monotonic)
    return web.AppRunner(
        application, logger=errors, access_log=None, handle_signals=False, shutdown_timeout=close_limit
    )

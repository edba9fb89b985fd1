"""What it means that an exchange failed: for the name that was probed, for the host, and in words."""

import aiohttp

from actors.runtime.http.decoding import BadEncoding
from actors.runtime.http.redirects import RedirectRefused
from actors.runtime.http.session import words_of
from messages.probing import Contact, Verdict

LONGEST_WORDS_CHARACTERS = 200


def meaning_of(error: Exception, seconds: float) -> tuple[Verdict, Contact, str]:
    """The verdict, how far the exchange got, and what was wrong, after it failed with `error`. `seconds` was the time
    limit for all of it."""
    if isinstance(error, RedirectRefused):
        return Verdict.SUSPICIOUS, Contact.ANSWERED, f"it redirects {error}"
    if isinstance(error, BadEncoding):
        return Verdict.BROKEN, Contact.ANSWERED, f"it sent {error}"
    if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ClientError):
        return Verdict.BROKEN, Contact.REACHED, f"no answer within {seconds:g} s"
    return Verdict.BROKEN, contact_of(error), words_of(error)[:LONGEST_WORDS_CHARACTERS]


def contact_of(error: Exception) -> Contact:
    """How far an exchange got that failed with this error. A refused connection means: reached; but what goes
    wrong at a proxy says nothing of the host."""
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        return Contact.UNREACHED
    if isinstance(error, aiohttp.ClientSSLError):
        return Contact.REACHED
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Contact.UNREACHED
    if isinstance(error, aiohttp.ClientConnectorError):
        refused = isinstance(error.os_error, ConnectionRefusedError | ConnectionResetError)
        return Contact.REACHED if refused else Contact.UNREACHED
    return Contact.REACHED

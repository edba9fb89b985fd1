"""Connections: made, with or without TLS, and what is said over them line by line."""

import asyncio
import ssl
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from actors.checks.conditions.evaluate import Evidence
from actors.checks.conditions.patterns import LinearPattern, linear_pattern
from actors.checks.kinds.findings import CheckFinding, PhaseClock, so_far
from actors.checks.kinds.names import family_of
from actors.checks.kinds.tls import CLOSED_IN_HANDSHAKE, TlsContexts, on_handshake, tls_facts, tls_words
from actors.runtime.http.session import system_words
from messages.check_definitions import CheckDefinition, DialogueStep

LONGEST_LINE_BYTES = 8192
PROMPT_SECONDS = 0.5
"""What has no end of line counts as said after so long a silence."""

MOST_LINES = 1000
"""Lines that are read while one is waited for."""


class DialogueBroke(Exception):
    """The other side did not say what was expected; the text says what it said."""


class TcpProbe:
    """Owned by a runner."""

    def __init__(self, resolver: AbstractResolver, contexts: TlsContexts) -> None:
        self._resolver = resolver
        self._contexts = contexts

    async def find(self, check: CheckDefinition) -> CheckFinding:
        """Connect, and go through the dialogue. The time limit is the caller's."""
        conversation = _Conversation(check, self._contexts)
        so_far.set(conversation.unfinished)
        try:
            await conversation.hold(await self._addresses(check, conversation.clock))
            return conversation.finding("")
        except ssl.SSLError as error:
            return conversation.finding(tls_words(error))
        except (DialogueBroke, OSError, ValueError) as error:
            closed = conversation.clock.phase == "tls" and isinstance(error, ConnectionError)
            return conversation.finding(CLOSED_IN_HANDSHAKE if closed else _words(error))
        finally:
            conversation.close()

    async def _addresses(self, check: CheckDefinition, clock: PhaseClock) -> list[ResolveResult]:
        parts = urlsplit(check.url)
        clock.begin("resolve")
        return await self._resolver.resolve(parts.hostname or "", parts.port or 0, family_of(check.ip_version))


class _Conversation:
    """One run."""

    def __init__(self, check: CheckDefinition, contexts: TlsContexts) -> None:
        self._check = check
        self._contexts = contexts
        self._began = time.perf_counter()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._ip = ""
        self._heard: list[str] = []
        self._rest = b""
        self._awaited: LinearPattern | None = None
        self.clock = PhaseClock()

    async def hold(self, addresses: Sequence[ResolveResult]) -> None:
        """All of it. Raises OSError, DialogueBroke."""
        self.clock.begin("connect")
        on_handshake.set(lambda: self.clock.begin("tls"))
        await self._connect(addresses)
        self.clock.begin("processing")
        for step in self._check.dialogue:
            await self._take(step)

    def finding(self, error: str) -> CheckFinding:
        """What was found out up to now."""
        facts = tls_facts(self._streams[1].get_extra_info("ssl_object") if self._streams is not None else None)
        evidence = Evidence(
            connected=self._streams is not None,
            response_ms=(time.perf_counter() - self._began) * 1000,
            ip=self._ip,
            body="\n".join(self._heard) if self._streams is not None else None,
        )
        return CheckFinding(evidence=facts.added_to(evidence), phases=self.clock.times(), error=error)

    def unfinished(self, error: str) -> CheckFinding:
        """The same when the time is over; with what was waited for."""
        if self._awaited is None:
            return self.finding(error)
        heard = f" after {self._heard[-1]!r}" if self._heard else ""
        return self.finding(f"{error}: expected {self._awaited.written!r}{heard}")

    def close(self) -> None:
        """Close the connection without waiting for the other side."""
        if self._streams is not None:
            self._streams[1].transport.abort()

    async def _connect(self, addresses: Sequence[ResolveResult]) -> None:
        """To the first address that accepts. Raises OSError."""
        is_tls = self._check.url.startswith("tls:")
        failure: OSError | None = None
        for address in addresses:
            try:
                self._streams = await asyncio.open_connection(
                    address["host"],
                    address["port"],
                    limit=LONGEST_LINE_BYTES,
                    ssl=self._contexts.context(self._check.tls) if is_tls else None,
                    server_hostname=self._server_name if is_tls else None,
                )
            except ssl.SSLError:
                raise
            except OSError as error:
                failure = failure or error
            else:
                self._ip = address["host"]
                return
        raise failure or OSError(0, "there is no address")

    async def _take(self, step: DialogueStep) -> None:
        assert self._streams is not None, "connected before"
        reader, writer = self._streams
        if step.expect:
            self._awaited = linear_pattern(step.expect)
            await self._wait_for(reader, self._awaited)
            self._awaited = None
        if step.send:
            writer.write(f"{step.send}\r\n".encode())
            await writer.drain()
        if step.starttls:
            self._rest = b""  # what comes before TLS counts for nothing behind it
            await writer.start_tls(self._contexts.context(self._check.tls), server_hostname=self._server_name)
            self.clock.begin("processing")

    async def _wait_for(self, reader: asyncio.StreamReader, pattern: LinearPattern) -> None:
        for _ in range(MOST_LINES):
            line = (await self._line(reader, pattern)).decode("utf-8", errors="replace")
            if not line:
                heard = f"after {self._heard[-1]!r}" if self._heard else "without a word"
                raise DialogueBroke(f"the server closed the connection {heard}; expected {pattern.written!r}")
            self._heard.append(line.rstrip("\r\n"))
            if pattern.is_in(self._heard[-1]):
                return
        raise DialogueBroke(f"{MOST_LINES:,} lines came, none with {pattern.written!r}")

    async def _line(self, reader: asyncio.StreamReader, pattern: LinearPattern) -> bytes:
        """The next line, empty at the end; or what came without an end of line, if it is what was waited for and
        nothing follows: a prompt."""
        is_new = True
        while b"\n" not in self._rest:
            if len(self._rest) > LONGEST_LINE_BYTES:
                raise DialogueBroke(f"a line has more than {LONGEST_LINE_BYTES:,} bytes")
            try:
                async with asyncio.timeout(PROMPT_SECONDS if self._rest and is_new else None):
                    came = await reader.read(LONGEST_LINE_BYTES)
            except TimeoutError:
                is_new = False
                if pattern.is_in(self._rest.decode("utf-8", errors="replace")):
                    break
                continue
            if not came:
                break
            self._rest, is_new = self._rest + came, True
        line, end, self._rest = self._rest.partition(b"\n")
        return line + end

    @property
    def _server_name(self) -> str:
        return self._check.tls.server_name or urlsplit(self._check.url).hostname or ""


def _words(error: BaseException) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, OSError) and error.errno:
        return f"cannot connect: {system_words(error)}"
    if isinstance(error, OSError):
        return error.strerror or str(error) or "the connection broke"
    return str(error) or type(error).__name__

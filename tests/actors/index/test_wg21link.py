"""The conditional GET against a real server that does not always behave."""

import asyncio
import gzip
import itertools
import socket
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from actors.index.fetch.wg21link import Wg21Link
from actors.index.model.fetching import Fetched, FetchFailed, IndexValidators, NotModified
from tests.actors.index import server as answers
from tests.actors.index.server import Answer, IndexServer
from tests.index_builders import a_body, many_entries

BODY = a_body(**many_entries(500))
NONE = IndexValidators(url="", etag=None, last_modified=None)


def fetched_from(
    url: str, known: IndexValidators = NONE, timeout: float = 60.0, max_bytes: int = 10**7
) -> NotModified | Fetched | FetchFailed:
    async def fetch() -> NotModified | Fetched | FetchFailed:
        source = Wg21Link(url=url, timeout=timeout, max_bytes=max_bytes, user_agent="Callboard (tests)")
        try:
            return await source.fetch(known)
        finally:
            await source.close()

    return asyncio.run(fetch())


def outcome_of(*script: Answer, timeout: float = 60.0, max_bytes: int = 10**7) -> NotModified | Fetched | FetchFailed:
    with IndexServer(*script) as server:
        return fetched_from(server.url, timeout=timeout, max_bytes=max_bytes)


def failure_of(*script: Answer, timeout: float = 60.0, max_bytes: int = 10**7) -> FetchFailed:
    outcome = outcome_of(*script, timeout=timeout, max_bytes=max_bytes)
    assert isinstance(outcome, FetchFailed), outcome
    return outcome


@pytest.mark.parametrize("packed", [False, True])
def test_an_index_comes_whole_with_its_validators(packed: bool) -> None:
    with IndexServer(answers.index(BODY, '"one"', "Thu, 04 Dec 2025 08:00:00 GMT", packed=packed)) as server:
        outcome = fetched_from(server.url)

        validators = IndexValidators(url=server.url, etag='"one"', last_modified="Thu, 04 Dec 2025 08:00:00 GMT")
        assert outcome == Fetched(body=BODY, validators=validators)
        assert server.asked[0]["user-agent"] == "Callboard (tests)"
        assert "if-none-match" not in server.asked[0]


def test_an_index_that_is_known_is_not_fetched_again() -> None:
    with IndexServer(answers.index(BODY, '"one"')) as server:
        known = IndexValidators(url=server.url, etag='"one"', last_modified="Thu, 04 Dec 2025 08:00:00 GMT")

        assert fetched_from(server.url, known) == NotModified()
        assert server.asked[0]["if-modified-since"] == "Thu, 04 Dec 2025 08:00:00 GMT"


def test_validators_of_another_url_are_not_used() -> None:
    with IndexServer(answers.index(BODY, '"one"')) as server:
        known = IndexValidators(url="https://elsewhere.example/index.json", etag='"one"', last_modified=None)

        assert isinstance(fetched_from(server.url, known), Fetched)


def test_validators_that_cannot_be_sent_back_are_forgotten() -> None:
    outcome = outcome_of(answers.index(BODY, '"\u00e9"'))

    assert isinstance(outcome, Fetched)
    assert outcome.validators.etag is None


@pytest.mark.parametrize("code", [204, 206, 304, 400, 403, 404, 500, 503])
def test_any_other_status_is_a_failure(code: int) -> None:
    assert failure_of(answers.status(code)) == FetchFailed(reason=f"HTTP {code} from 127.0.0.1")


def test_the_wait_that_the_server_asks_for_is_told() -> None:
    assert failure_of(answers.status(429, Retry_After="30")).retry_after == 30.0


def test_a_redirect_is_followed() -> None:
    assert isinstance(outcome_of(answers.status(302, Location="/elsewhere"), answers.index(BODY)), Fetched)


def test_a_redirect_in_a_circle_ends() -> None:
    assert "redirects more than 3 times" in failure_of(answers.status(302, Location="/index.json")).reason


@pytest.mark.parametrize(
    "location", ["ftp://example.org/", "http://[", "http://127.0.0.1:99999/", "file:///etc/passwd"]
)
def test_a_redirect_to_nowhere_is_a_failure(location: str) -> None:
    assert failure_of(answers.status(302, Location=location)).reason


def test_a_server_that_says_nothing_is_a_failure() -> None:
    assert "127.0.0.1" in failure_of(answers.nothing).reason


def test_a_port_where_nobody_listens_is_a_failure() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        outcome = fetched_from(f"http://127.0.0.1:{unused.getsockname()[1]}/index.json")

    assert isinstance(outcome, FetchFailed)
    assert outcome.reason == "127.0.0.1: cannot connect: Connection refused"


def test_a_body_shorter_than_promised_is_a_failure() -> None:
    assert failure_of(answers.cut_short(BODY)).reason


@pytest.mark.parametrize("packed", [gzip.compress(BODY)[:-20], b"no gzip at all"])
def test_a_spoilt_gzip_is_a_failure(packed: bytes) -> None:
    assert failure_of(answers.status(200, packed, Content_Encoding="gzip")).reason


def test_an_encoding_that_was_not_asked_for_is_a_failure() -> None:
    assert "'br'" in failure_of(answers.status(200, b"x", Content_Encoding="br")).reason


def test_a_body_that_drips_is_cut_at_the_deadline() -> None:
    def drip() -> Iterator[bytes]:
        for byte in itertools.cycle([b"{"]):
            yield byte
            time.sleep(0.02)

    assert "within 0.5 s" in failure_of(answers.stream(drip), timeout=0.5).reason  # it would drip for ever


def test_a_body_announced_too_large_is_not_read() -> None:

    failure = failure_of(answers.stream(lambda: iter([b" "]), Content_Length="200000000"))

    assert failure.reason == "the body from 127.0.0.1 is larger than 10,000,000 bytes (index.max_bytes)"


def test_a_body_without_end_costs_no_memory_and_is_left() -> None:
    with IndexServer(answers.stream(lambda: itertools.repeat(b" " * 65536))) as server:
        tracemalloc.start()
        outcome = fetched_from(server.url, max_bytes=10**6)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert isinstance(outcome, FetchFailed)
        assert "larger than 1,000,000 bytes" in outcome.reason
        assert server.client_left(limit=60)
    assert peak < 5 * 10**6


def test_a_gzip_bomb_is_bounded_by_what_it_unpacks_to() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = b"".join(bomb.compress(bytes(10**6)) for _ in range(200)) + bomb.flush()
    with IndexServer(answers.status(200, packed, Content_Encoding="gzip")) as server:
        tracemalloc.start()
        outcome = fetched_from(server.url, max_bytes=10**6)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert isinstance(outcome, FetchFailed)
    assert "larger than 1,000,000 bytes" in outcome.reason
    assert peak < 5 * 10**6

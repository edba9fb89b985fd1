"""The committee's paper tracker, as GitHub's API serves issues: in pages, conditionally, and so often an hour."""

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

from actors.stage.faults.exchange import Asking, Headers, Reply, http_date, is_unchanged
from actors.stage.world.script import TrackerCalled
from actors.stage.world.state import TrackedIssue
from actors.stage.world.world import SiteOutcome, World

ISSUES_PER_PAGE = 30
"""Unless the asker wants more or fewer."""

WITH_TOKEN = 5000
"""Requests of the limit that those with a token see; the stage does not count them."""


def answer(world: World, asking: Asking) -> SiteOutcome:
    """A page of the issues, 304, or a refusal."""
    tracker = world.tracker
    given = asking.headers.get("authorization", "")
    if given and (not tracker.token or given != f"Bearer {tracker.token}"):
        return SiteOutcome(reply=_refusal(401, "Bad credentials", ()))
    if given:
        reset = asking.at + timedelta(hours=1)
        limits = (*_limits(WITH_TOKEN, WITH_TOKEN, reset.timestamp()), ("Date", http_date(asking.at)))
        return SiteOutcome(reply=_page(world, asking, limits))
    counted = [at for at in tracker.counted if at > asking.at - tracker.window]
    reset_at = (counted[0] if counted else asking.at) + tracker.window
    left = tracker.requests - len(counted)
    if left <= 0:
        limits = _limits(tracker.requests, 0, reset_at.timestamp())
        return SiteOutcome(reply=_refusal(403, "API rate limit exceeded", (*limits, ("Date", http_date(asking.at)))))
    limits = (*_limits(tracker.requests, left - 1, reset_at.timestamp()), ("Date", http_date(asking.at)))
    return SiteOutcome(reply=_page(world, asking, limits), events=(TrackerCalled(at=asking.at),))


def _page(world: World, asking: Asking, limits: Headers) -> Reply:
    query = parse_qs(urlsplit(asking.path).query)
    size = min(_number(query.get("per_page", []), ISSUES_PER_PAGE), world.tracker.page_size)
    number = _number(query.get("page", []), 1)
    body = _body(world.tracker.issues[(number - 1) * size : number * size])
    headers: Headers = (("ETag", f'W/"{len(body):x}-{crc32(body):x}"'), *limits)
    if number * size < len(world.tracker.issues):
        headers += (("Link", f'<{_address(asking, number + 1)}>; rel="next"'),)
    etag = f'"{len(body):x}-{crc32(body):x}"'
    if is_unchanged(asking.headers, etag, None):
        return Reply(status=304, headers=headers)
    return Reply(headers=(*headers, ("Content-Type", "application/json; charset=utf-8")), body=body)


def _address(asking: Asking, page: int) -> str:
    others = re.sub(r"([?&])page=[^&]*", rf"\g<1>page={page}", asking.path)
    path = others if re.search(r"[?&]page=", others) else f"{others}{'&' if '?' in others else '?'}page={page}"
    return f"http://{asking.headers.get('host', '127.0.0.1')}{path}"


def _body(issues: Sequence[TrackedIssue]) -> bytes:
    told = [
        {
            "title": issue.title,
            "state": "open",
            "labels": [{"name": label, "color": "ededed"} for label in issue.labels],
        }
        for issue in issues
    ]
    return json.dumps(told).encode()


def _limits(limit: int, left: int, reset: float) -> Headers:
    return (
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", str(left)),
        ("X-RateLimit-Reset", str(int(reset) + 1)),
    )


def _refusal(status: int, why: str, headers: Headers) -> Reply:
    kind = ("Content-Type", "application/json; charset=utf-8")
    return Reply(status=status, headers=(*headers, kind), body=json.dumps({"message": why}).encode())


def _number(written: Sequence[str], usual: int) -> int:
    text = written[0] if written else ""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else usual

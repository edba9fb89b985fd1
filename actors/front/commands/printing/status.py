"""What `callboard status` says: is all well, since when, and what has happened lately. Pure, from the health
document."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from actors.front.commands.printing.moments import ago, duration, local, moment

COLUMNS = 80
LABEL_COLUMNS = 11
MOST_OVER = 3
"""Problems that are over and shown."""

NEAR = timedelta(minutes=1)
"""Health hears of a problem that much later or earlier than its actor has it."""

_MOMENT = re.compile(r"\b([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?) UTC\b")

AWAY = "Callboard is away"

STATES: Mapping[str, str] = MappingProxyType(
    {
        "throttled": "asks us to slow down",
        "blocked": "refuses our requests",
        "suspicious": "gives answers that cannot be true",
        "unreachable": "cannot be reached",
    }
)
"""How a site treats us, if not well."""

CONNECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "connected": "listening ({how}) since {since}",
        "connecting": "connecting ({how})",
        "disconnected": "not listening since {since}: {detail}",
        "not_wanted": "takes no commands",
    }
)


def verdict(health: Mapping[str, Any], now: datetime) -> str:
    """The first line: is all well, and since when."""
    since = f"since {moment(health['since'], now)} ({duration(health['since'], now)})"
    problems = len(health["problems"])
    if is_beginning(health):
        return f"Starting {since}: not all is loaded yet."
    if problems:
        return f"Not well {since}: {problems} {'problem' if problems == 1 else 'problems'}."
    if health["status"] == "standby":
        return f"This standby has been well {since}; {health['leader']} leads."
    return f"All has been well {since}."


def is_beginning(health: Mapping[str, Any]) -> bool:
    """Whether nothing is wrong, and something is not loaded yet."""
    return bool(health["problems"]) and all(problem.get("beginning") for problem in health["problems"])


def exit_code(health: Mapping[str, Any]) -> int:
    """Of `--check`: 0 well, 1 degraded."""
    return 1 if health["problems"] else 0


def check_line(health: Mapping[str, Any], now: datetime) -> str:
    """One line for monitors: the verdict and the problems."""
    problems = "; ".join(in_local_time(each["text"], now) for each in health["problems"])
    return f"{verdict(health, now)} {problems}".strip()


def lines(health: Mapping[str, Any], now: datetime) -> list[str]:
    """The whole answer, in lines of at most 80 columns; an address may be longer."""
    shown = _wrapped("", verdict(health, now), "")
    for problem in health["problems"]:
        text = in_local_time(problem["text"], now)
        since = f"since {moment(problem['since'], now)}" if problem["since"] else ""
        more = f" ({since})" if since and since not in text else ""
        shown += _wrapped("    " if problem.get("beginning") else "  ! ", f"{text}{more}", "    ")
    shown.append("")
    for label, texts in _paragraphs(health, now):
        for number, text in enumerate(texts):
            first = f"{label:<{LABEL_COLUMNS}}" if number == 0 else " " * LABEL_COLUMNS
            shown += _wrapped(first, text, " " * LABEL_COLUMNS)
    return shown


def _paragraphs(health: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, Sequence[str]]]:
    prober = health["actors"].get("prober", {})
    if prober:
        yield "Found", _found(health["last_draft"], now)
        yield "Requests", _requests(health, prober)
    if "index" in health["actors"]:
        yield "Index", [_index(health, now)]
    if health["slack"]:
        yield "Slack", [_slack(health["slack"], health["actors"]["notifier"], now)]
    if prober:
        yield "Waiting", [_waiting(health)]
    if health["restarts"]["total"]:
        yield "Restarted", [_times(health["restarts"]["actors"])]
    if over := _over(health, now):
        yield "Over", over
    about = f"Callboard {health['version']} ({health['role']}, {health['base']})"
    yield "Running", [f"since {moment(health['started_at'], now)}: {about}"]


def _found(draft: Mapping[str, Any] | None, now: datetime) -> Sequence[str]:
    if draft is None:
        return ["no draft yet"]
    return [f"{draft['id']}, {moment(draft['at'], now)} ({ago(draft['at'], now)})", draft["url"]]


def _requests(health: Mapping[str, Any], prober: Mapping[str, Any]) -> Sequence[str]:
    requests, host = health["requests"], _site(health, "prober")
    if requests is None:
        return ["not known yet"]
    name = host["host"] if host else "the papers' host"
    texts = [
        f"{name}: {_of(requests['last_hour'], requests['budget_per_hour'])} in the last hour,"
        f" {_of(requests['last_day'], requests['budget_per_day'])} in the last day"
    ]
    if prober.get("probing") != "on":
        texts.append(f"probing is {prober.get('probing')}: no requests are sent")
    elif host and host["state"] in STATES:
        texts.append(f"{name} {STATES[host['state']]}")
    if prober.get("contact") is False and prober.get("probing") != "disabled":
        is_watched = bool((health["configuration"] or {}).get("file"))
        texts.append(without_contact(prober["budget"], is_watched=is_watched))
    return texts


def without_contact(an_hour: float, *, is_watched: bool) -> str:
    """How to have the whole budget, of which a tenth is `an_hour` requests on average. `is_watched`: the service has a
    configuration file, which it reads again when it changes."""
    where = (
        " in the configuration file and save it: Callboard uses all of it at once."
        if is_watched
        else ", and start Callboard again to use all of it: CALLBOARD_PROBER__CONTACT=you@example.org callboard start,"
        " or a file with it (callboard start --config FILE)."
    )
    return (
        f"prober.contact is not set, so a tenth of the budget is used: {an_hour:,.0f} requests an hour on average. Set"
        f" it to an email address or a URL at which the owners of the papers' host can reach you{where}"
    )


def _of(number: int, budget: int) -> str:
    return f"{number:,} of {budget:,} {'request' if budget == 1 else 'requests'}"


def _index(health: Mapping[str, Any], now: datetime) -> str:
    fetch, actor = health["last_fetch"], health["actors"]["index"]
    if fetch is None or fetch["at"] is None:
        return "not loaded yet"
    news = "it has brought nothing new since the start"
    if fetch["brought_at"]:
        counts = ((fetch["added"], "new entry", "new entries"), (fetch["changed"], "change", "changes"))
        brought = " and ".join(_count(*each) for each in counts if each[0])
        news = f"at {moment(fetch['brought_at'], now)} it brought {brought}"
    return f"fetched {ago(fetch['at'], now)}, {_count(actor.get('entries', 0), 'entry', 'entries')}; {news}"


def _slack(slack: Mapping[str, Any], notifier: Mapping[str, Any], now: datetime) -> str:
    if slack["delivery"] != "slack":
        return "not set up: notices go to the console"
    since = moment(slack["since"], now) if slack["since"] else ""
    how = notifier.get("hears") or "no way for commands"
    connection = CONNECTIONS[slack["connection"]].format(how=how, since=since, detail=slack["detail"])
    sends = "" if slack["accepts"] else f"; accepts no messages since {moment(slack['refuses_since'], now)}"
    return f"{connection}{sends}"


def _waiting(health: Mapping[str, Any]) -> str:
    notices, outbox = health["notices"] or {"waiting": 0, "oldest_age": None}, health["outbox"]
    parts = [
        f"{_count(number, one, many)}{_oldest(age)}"
        for number, one, many, age in (
            (notices["waiting"], "message to people", "messages to people", notices["oldest_age"]),
            (outbox["waiting"], "event between actors", "events between actors", outbox["oldest_age"]),
        )
        if number
    ]
    if outbox["undelivered"]:
        parts.append(f"{outbox['undelivered']:,} undelivered (`callboard undelivered` lists them)")
    return "; ".join(parts) or "nothing"


def _over(health: Mapping[str, Any], now: datetime) -> Sequence[str]:
    """Problems that are over, and the last errors of actors that are well."""
    problems = health["recent_problems"]
    over = [(each["until"], f"{_from_to(each, now)}: {in_local_time(each['text'], now)}") for each in problems]
    errors = [
        (at, f"{moment(at, now)}: {name}: {in_local_time(actor['last_error'], now)}")
        for name, actor in health["actors"].items()
        if actor["last_error"] and (at := actor.get("last_error_at")) and not actor.get("reasons")
        if not any(_is_the_same(each, name, actor["last_error"], at) for each in problems)
    ]
    newest = sorted(over + errors, key=lambda each: local(each[0]), reverse=True)
    return [text for _, text in newest[:MOST_OVER]]


def _from_to(problem: Mapping[str, Any], now: datetime) -> str:
    since, until = moment(problem["since"], now), moment(problem["until"], now)
    return since if since == until else f"{since} to {until}"


def _is_the_same(problem: Mapping[str, Any], actor: str, error: str, at: str) -> bool:
    """Whether an actor's last error is what the problem was about."""
    when = local(at)
    is_within = local(problem["since"]) - NEAR <= when <= local(problem["until"]) + NEAR
    is_its_own = actor in (problem["subject"], problem["text"].partition(":")[0])
    return is_within and is_its_own and problem["text"].endswith(error.partition(": ")[2] or error)


def in_local_time(text: str, now: datetime) -> str:
    """The text of a problem, whose moments are in UTC. What looks like one and cannot be, stays."""

    def shown(found: re.Match[str]) -> str:
        try:
            return moment(f"{found[1]}+00:00", now)
        except ValueError:
            return found[0]

    return _MOMENT.sub(shown, text)


def _site(health: Mapping[str, Any], actor: str) -> Mapping[str, Any] | None:
    return next((site for site in health["upstreams"] if site["asked_by"] == actor), None)


def _times(restarts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {_count(number, 'time', 'times')}" for name, number in restarts.items())


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _oldest(age: float | None) -> str:
    return "" if age is None else f" (the oldest for {_seconds(age)})"


def _seconds(age: float) -> str:
    return f"{age:.0f} s" if age < 120 else f"{age / 60:.0f} min" if age < 7200 else f"{age / 3600:.0f} h"


def _wrapped(first: str, text: str, rest: str) -> list[str]:
    """A word that is too long, such as an address, keeps its line to itself."""
    wrapped: Iterable[str] = textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return list(wrapped) or [first.rstrip()]

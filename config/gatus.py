"""gatus' endpoints as checks: what means the same is taken over, and what does not is said."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from actors.checks.conditions.grammar import ConditionRefused, parse_condition
from config.imported import STARTTLS_OF_SMTP, FileNames, ImportedChecks, UniqueNames, plain_name, without_login
from config.values import duration_text

_GO_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(h|ms|m|s)")
_SECONDS = MappingProxyType({"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001})
_TAKEN = frozenset(
    {
        "name",
        "group",
        "url",
        "interval",
        "enabled",
        "conditions",
        "method",
        "headers",
        "body",
        "client",
        "dns",
        "graphql",
        "alerts",
        "maintenance-windows",
    }
)
_OF_ITSELF = frozenset(
    {
        *("web", "storage", "ui", "metrics", "connectivity", "concurrency", "debug"),
        *("disable-monitoring-lock", "skip-invalid-config-update"),
    }
)
"""Sections that say how gatus itself runs."""

_EXTERNAL = frozenset({"name", "group", "token", "heartbeat", "enabled", "alerts"})

LEAST_GRACE_SECONDS = 5.0
"""gatus knows no grace: who pushes each 5 minutes has an interval of more."""

_CLIENT = frozenset({"insecure", "ignore-redirect", "timeout", "network", "tls"})
_TLS = (("certificate-file", "certificate_file"), ("private-key-file", "key_file"))

_KINDS = ("http", "https", "tcp", "tls", "starttls", "icmp")

_VARIABLE = re.compile(r"\$(?:\{\w+\}|[A-Za-z_]\w*)")
"""gatus puts variables of the environment into its whole file."""

_ABOUT_ANSWERS = re.compile(r"(\[BODY\]\s*(?:==|!=)\s*)(?:(any|pat)\((.*)\)|(.+))", re.IGNORECASE | re.DOTALL)
_PLACEHOLDER = re.compile(r"\[(?:ENDPOINT_NAME|ENDPOINT_GROUP|ENDPOINT_URL|LOCAL_ADDRESS|RANDOM_STRING_[0-9]+)\]")
"""What gatus puts into bodies."""

_SHAPES = MappingProxyType(
    {
        "headers": Mapping,
        "client": Mapping,
        "dns": Mapping,
        "heartbeat": Mapping,
        "alerts": list,
        "conditions": list,
        "maintenance-windows": list,
    }
)

LONGEST_TIMEOUT_SECONDS = 300.0
SHORTEST_INTERVAL_SECONDS = 1.0
LONGEST_INTERVAL_SECONDS = 30 * 86_400.0
MOST_IN_A_ROW = 1000


def checks_of_gatus(document: Any) -> ImportedChecks:
    """The checks of a configuration of gatus, as YAML has it: its endpoints, and its external endpoints as heartbeats.
    Raises ValueError if it is none."""
    sections = document if isinstance(document, Mapping) else {}
    endpoints, external = sections.get("endpoints", []), sections.get("external-endpoints", [])
    if not isinstance(endpoints, list) or not isinstance(external, list) or not (endpoints or external):
        raise ValueError("there are no endpoints in it")
    checks: list[dict[str, Any]] = []
    notes: list[str] = []
    if window := _window(sections.get("maintenance"), notes):
        checks.append({"maintenance": [window]})
    names, files, alerting = UniqueNames(), FileNames("token"), sections.get("alerting")
    for number, endpoint in enumerate(endpoints, 1):
        if not isinstance(endpoint, Mapping) or endpoint.get("name") in (None, ""):
            notes.append(f"endpoint {number}: it has no name")
            continue
        shaped, left = _shaped(endpoint)
        check = _check(_with_default_alert(shaped, alerting), left)
        notes += [f"{endpoint['name']}: {note}" for note in left]
        if check is not None:
            checks.append(_named(check, names))
    for number, endpoint in enumerate(external, 1):
        if not isinstance(endpoint, Mapping) or endpoint.get("name") in (None, ""):
            notes.append(f"external endpoint {number}: it has no name")
            continue
        shaped, left = _shaped(endpoint)
        check = _heartbeat(_with_default_alert(shaped, alerting), files, left)
        notes += [f"{endpoint['name']}: {note}" for note in left]
        checks.append(_named(check, names))
    notes += [
        f"{key}: not taken over"
        for key in sections
        if key not in ("endpoints", "external-endpoints", "maintenance") and key not in _OF_ITSELF
    ]
    return ImportedChecks(checks=tuple(checks), notes=tuple(notes))


def _shaped(endpoint: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """An endpoint without what has another shape than gatus wants, and without what is empty; and what is said."""
    kept, notes = {}, []
    for key, value in endpoint.items():
        if value is not None and not isinstance(value, _SHAPES.get(str(key), object)):
            notes.append(f"{key}: not taken over: it is not what gatus wants there")
        elif value is not None:
            kept[str(key)] = value
    if _VARIABLE.search(json.dumps(kept, default=str)):
        notes.append("it has variables of the environment ($NAME), which are not replaced here: write their values")
    return kept, notes


def _named(check: dict[str, Any], names: UniqueNames) -> dict[str, Any]:
    group = plain_name(check.pop("group", ""))
    name = names.unique(group, plain_name(check.pop("name")) or "check")
    return {"name": name} | ({"group": group} if group else {}) | check


def _with_default_alert(endpoint: dict[str, Any], alerting: Any) -> dict[str, Any]:
    """With what the provider of its first alert says for all alerts."""
    alert = _first_alert(endpoint)
    provider = alerting.get(alert.get("type")) if alert is not None and isinstance(alerting, Mapping) else None
    usual = provider.get("default-alert") if isinstance(provider, Mapping) else None
    if alert is None or not isinstance(usual, Mapping):
        return endpoint
    return endpoint | {"alerts": [{**usual, **alert}]}


def _first_alert(endpoint: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first one that is switched on."""
    alerts = (each for each in endpoint.get("alerts", ()) if isinstance(each, Mapping))
    return next((each for each in alerts if each.get("enabled") is not False), None)


def _check(endpoint: Mapping[str, Any], notes: list[str]) -> dict[str, Any] | None:
    try:
        url = _url(endpoint)
        urlsplit(url or "")
    except ValueError:  # its text may repeat a password
        notes[:] = ["its url cannot be read"]
        return None
    if url is None:
        scheme, mark, _ = str(endpoint.get("url", "")).partition("://")
        notes[:] = [f"{scheme}: this kind of check does not exist here" if mark else "its url has no scheme"]
        return None
    notes += [f"{key}: not taken over" for key in endpoint if key not in _TAKEN]
    if without_login(url) != url:
        url = without_login(url)
        notes.append("the user and the password in its URL are not taken over: write username and password_file")
    check: dict[str, Any] = {"name": endpoint["name"], "group": str(endpoint.get("group", "")), "url": url}
    if (interval := _seconds(endpoint.get("interval"))) is not None:
        check["interval"] = duration_text(min(max(interval, SHORTEST_INTERVAL_SECONDS), LONGEST_INTERVAL_SECONDS))
    if endpoint.get("enabled") is False:
        check["disabled"] = True
    _take_request(endpoint, check, notes)
    _take_headers(endpoint, check, notes)
    _take_client(endpoint, check, notes)
    _take_thresholds(endpoint, check)
    _take_conditions(endpoint, check, notes)
    if windows := [each for one in endpoint.get("maintenance-windows") or () if (each := _window(one, notes))]:
        check["maintenance"] = windows
    if url.startswith("dns:"):
        check["query_type"] = str(endpoint["dns"].get("query-type", "A"))
    if url.startswith("starttls:"):
        check["dialogue"] = [dict(step) for step in STARTTLS_OF_SMTP]
    return check


def _heartbeat(endpoint: Mapping[str, Any], files: FileNames, notes: list[str]) -> dict[str, Any]:
    """An external endpoint. Its token stays what it is, so that what pushes need not change; it has to come by a file
    of its own."""
    notes += [f"{key}: not taken over" for key in endpoint if key not in _EXTERNAL]
    check: dict[str, Any] = {"name": endpoint["name"], "group": str(endpoint.get("group", "")), "url": "heartbeat://"}
    check["token_file"] = files.of(check["group"], str(check["name"]))
    notes.append(f"write its token into {check['token_file']}; one of less than 16 letters and digits is not taken")
    beats = endpoint.get("heartbeat")
    seconds = _seconds(beats.get("interval")) if isinstance(beats, Mapping) else None
    if seconds is None:
        notes.append("it has no heartbeat.interval: a signal is expected once a year")
        check["period"] = "365d"
    else:
        check["period"], check["grace"] = duration_text(seconds), duration_text(LEAST_GRACE_SECONDS)
    if endpoint.get("enabled") is False:
        check["disabled"] = True
    _take_thresholds(endpoint, check)
    return check


def _url(endpoint: Mapping[str, Any]) -> str | None:
    """The URL as ours has it; None for a kind that does not exist here."""
    url, dns = str(endpoint.get("url", "")), endpoint.get("dns")
    if isinstance(dns, Mapping):
        server = f"[{url}]" if url.count(":") > 1 and "[" not in url else url
        return f"dns://{server}/{str(dns.get('query-name', '')).rstrip('.')}"
    scheme, mark, rest = url.partition("://")
    if scheme.lower() == "icmp" and rest.count(":") > 1 and "[" not in rest:
        rest = f"[{rest}]"
    return f"{scheme.lower()}{mark}{rest.replace(' ', '%20')}" if mark and scheme.lower() in _KINDS else None


def _take_request(endpoint: Mapping[str, Any], check: dict[str, Any], notes: list[str]) -> None:
    """Method and body. A query of GraphQL is the body of a request in JSON."""
    body, is_page = str(endpoint.get("body", "")), check["url"].startswith("http")
    if found := _PLACEHOLDER.search(body):
        notes.append(f"body: {found[0]} is not replaced here: write its value")
    if body and check["url"].startswith(("tcp:", "tls:")):
        check["dialogue"] = [{"send": body.rstrip("\r\n")}, {"expect": "."}]
    for key in ("method", "headers", "graphql", *(() if "dialogue" in check else ("body",))):
        if endpoint.get(key) and not is_page:
            notes.append(f"{key}: not taken over: it goes with pages only")
    if not is_page:
        return
    if endpoint.get("method"):
        check["method"] = str(endpoint["method"])
    if body:
        check["body"] = json.dumps({"query": body}) if endpoint.get("graphql") else body


def _take_headers(endpoint: Mapping[str, Any], check: dict[str, Any], notes: list[str]) -> None:
    kept: dict[str, str] = {}
    if not check["url"].startswith("http"):
        return
    if endpoint.get("graphql"):
        kept["Content-Type"] = "application/json"
    for name, value in endpoint.get("headers", {}).items():
        if str(name).lower() in ("authorization", "proxy-authorization", "cookie"):
            notes.append(f"{name} would hold a secret: write it into a file, and name that in bearer_file")
        else:
            kept = {known: each for known, each in kept.items() if known.lower() != str(name).lower()}
            kept[str(name)] = str(value)
    if kept:
        check["headers"] = kept


def _take_client(endpoint: Mapping[str, Any], check: dict[str, Any], notes: list[str]) -> None:
    client = endpoint.get("client") or {}
    notes += [f"client.{key}: not taken over" for key, value in client.items() if value and key not in _CLIENT]
    if (timeout := _seconds(client.get("timeout"))) is not None:
        check["timeout"] = duration_text(min(timeout, LONGEST_TIMEOUT_SECONDS))
    if client.get("network") in ("ip4", "ip6"):
        check["ip_version"] = int(client["network"][2])
    with_tls = check["url"].startswith(("https:", "tls:", "starttls:"))
    if client.get("insecure") and with_tls:
        check["verify"] = False
    if isinstance(shown := client.get("tls"), Mapping) and with_tls:
        check |= {ours: str(shown[theirs]) for theirs, ours in _TLS if shown.get(theirs)}
        notes += [f"client.tls.{key}: not taken over" for key in shown if key not in dict(_TLS)]
    if client.get("ignore-redirect") and check["url"].startswith("http"):
        check["follow_redirects"] = False


def _take_thresholds(endpoint: Mapping[str, Any], check: dict[str, Any]) -> None:
    """Of the first alert: here there is one pair for all who are told."""
    alert = _first_alert(endpoint) or {}
    for theirs, ours in (("failure-threshold", "failure_threshold"), ("success-threshold", "success_threshold")):
        if isinstance(alert.get(theirs), int) and alert[theirs] > 0:
            check[ours] = min(alert[theirs], MOST_IN_A_ROW)
    if (pause := _seconds(alert.get("minimum-reminder-interval"))) is not None:
        check["remind_every"] = duration_text(pause)


def _take_conditions(endpoint: Mapping[str, Any], check: dict[str, Any], notes: list[str]) -> None:
    kept, dns = [], endpoint.get("dns")
    record_type = str(dns.get("query-type", "A")).upper() if isinstance(dns, Mapping) else ""
    for condition in endpoint.get("conditions") or ():
        try:
            kept.append(parse_condition(_of_answers(str(condition), record_type)).text)
        except ConditionRefused as error:
            notes.append(f"condition {condition!r}, {error}")
    if kept:
        check["conditions"] = kept


def _of_answers(condition: str, record_type: str) -> str:
    """A condition about the answers of a name server: names have no dot at their end here, and those of mail servers
    stand behind their preference."""
    match = _ABOUT_ANSWERS.fullmatch(condition.strip())
    if match is None or record_type not in ("CNAME", "NS", "PTR", "MX"):
        return condition
    about, function, inside, plain = match.groups()
    texts = [each.strip().removesuffix(".") for each in ((inside or "").split(",") if function else [plain])]
    if record_type == "MX":
        texts = [f"pat(* {each})" for each in texts]
    elif function == "pat":
        texts = [f"pat({each})" for each in texts]
    return about + (f"any({', '.join(texts)})" if function == "any" else texts[0])


def _window(theirs: Any, notes: list[str]) -> dict[str, Any] | None:
    """A maintenance window; None if there is none, or if it cannot be taken over, which is noted."""
    if not isinstance(theirs, Mapping) or theirs.get("enabled") is False:
        return None
    start, seconds = theirs.get("start"), _seconds(theirs.get("duration"))
    if isinstance(start, int):  # YAML takes 23:00 for a number in base 60
        start = f"{start // 60:02}:{start % 60:02}"
    if not isinstance(start, str) or seconds is None:
        notes.append("maintenance: not taken over: it has no start, or no duration")
        return None
    every = theirs.get("every")
    days = [str(day).lower() for day in every] if isinstance(every, list) else []
    return {
        **({"days": days} if days else {}),
        "time": start,
        "duration": duration_text(seconds),
        **({"timezone": str(theirs["timezone"])} if theirs.get("timezone") else {}),
    }


def _seconds(text: Any) -> float | None:
    """Of a duration of Go's (`1m30s`); None if it is none."""
    if not isinstance(text, str) or not text or _GO_PART.sub("", text):
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in _GO_PART.findall(text)) or None

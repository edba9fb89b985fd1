"""NyxMon's checks, from its SQLite database, as checks of ours: what means the same is taken over, and what does not is
said. Passwords are not: the checks name files that must be made."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from config.imported import STARTTLS_OF_SMTP, FileNames, ImportedChecks, UniqueNames, plain_name, without_login
from config.values import duration_text

SQLITE = b"SQLite format 3\0"
"""How a file begins that SQLite made."""

MOST_TRIES = 1000
LONGEST_TIMEOUT_SECONDS = 300.0

_ROWS = (
    "SELECT h.*, s.name AS service FROM health_check AS h LEFT JOIN service AS s ON s.id = h.service_id ORDER BY h.id"
)

_OF_PORT = MappingProxyType({25: "smtp", 587: "smtp", 143: "imap", 4190: "sieve"})

_DIALOGUES: Mapping[str, tuple[tuple[tuple[str, Any], ...], ...]] = MappingProxyType(
    {
        "smtp": STARTTLS_OF_SMTP,
        "imap": ((("expect", r"^\* OK"), ("send", "a1 STARTTLS")), (("expect", "^a1 OK"), ("starttls", True))),
        "sieve": ((("expect", "^OK"), ("send", "STARTTLS")), (("expect", "^OK"), ("starttls", True))),
    }
)
"""How TLS begins: after the greeting."""


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database of SQLite."""
    with path.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def checks_of_nyxmon(path: Path) -> ImportedChecks:
    """The checks in NyxMon's database. Raises ValueError if there are none in it."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            rows = [dict(row) for row in connection.execute(_ROWS)]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ValueError(f"its tables service and health_check cannot be read: {error}") from None
    if not rows:
        raise ValueError("there are no checks in it")
    importer = _Importer()
    for row in rows:
        importer.take(row)
    return ImportedChecks(checks=tuple(importer.checks), notes=tuple(importer.notes))


class _Unlike(Exception):
    """A check that we cannot have; the text says why."""


class _Importer:
    def __init__(self) -> None:
        self.checks: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self._names = UniqueNames()
        self._name = ""
        self._words = ("", "")
        self._files = FileNames("password")

    def take(self, row: Mapping[str, Any]) -> None:
        """One row of `health_check`."""
        group = plain_name(row.get("service"))
        name = self._names.unique(group, plain_name(row.get("name")) or f"check {row.get('id')}")
        self._name = f"{group}/{name}" if group else name
        self._words = (group, name)
        kind = str(row.get("check_type") or "http")
        data = self._data(row)
        try:
            taken = _KINDS[kind](self, str(row.get("url") or "").strip(), data) if kind in _KINDS else None
        except _Unlike as error:
            self._note(f"not taken over: {error}")
            return
        except (TypeError, ValueError, KeyError, AttributeError):
            self._note("not taken over: its data cannot be read")
            return
        if taken is None:
            self._note(f"not taken over: checks of the kind {kind} do not exist here")
            return
        head: dict[str, Any] = {"name": name} | ({"group": group} if group else {}) | {"url": taken.pop("url")}
        head["interval"] = duration_text(float(row.get("check_interval") or 300))
        if row.get("disabled"):
            head["disabled"] = True
        self._suppression(data)
        self.checks.append(head | taken)

    # --- kinds

    def http(self, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """A page. Its body was never looked at, also not by `json-http`."""
        check: dict[str, Any] = {"url": self._without_login(url)} | _attempts(data, 0, 2.0)
        check["timeout"] = _timeout(data.get("timeout"), 10.0)
        if data.get("retries") and "retry_status_codes" in data:
            self._note("retry_status_codes: every failure is tried again, whatever its status")
        conditions = []
        if (statuses := data.get("expected_status")) not in (None, "", []):
            known = [str(int(each)) for each in (statuses if isinstance(statuses, list) else [statuses])]
            wanted = known[0] if len(known) == 1 else f"any({', '.join(known)})"
            conditions.append(f"[STATUS] == {wanted}")
        if data.get("follow_redirects") is False:
            check["follow_redirects"] = False
        if location := data.get("expected_location"):
            conditions.append(f"[HEADERS].Location == {location}")
        return check | ({"conditions": conditions} if conditions else {})

    def json_http(self, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """The same."""
        self._note("json-http never looked at the JSON; `checks` and conditions about [BODY] would")
        return self.http(url, data)

    def json_metrics(self, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Values of a document."""
        check: dict[str, Any] = {"url": self._without_login(str(data.get("url") or url))} | _attempts(data, 1, 2.0)
        check["timeout"] = _timeout(data.get("timeout"), 10.0)
        if auth := data.get("auth"):
            check |= self._login(auth["username"])
        check["checks"] = [
            {
                "path": _json_path(str(each["path"])),
                "op": each["op"],
                "value": each.get("value"),
                "severity": each.get("severity") or "critical",
            }
            for each in data["checks"]
        ]
        return check

    def tcp(self, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """A connection."""
        port, mode = int(data["port"]), str(data.get("tls_mode") or "none")
        scheme = {"none": "tcp", "implicit": "tls", "starttls": "starttls"}[mode]
        check: dict[str, Any] = {"url": f"{scheme}://{_host(data.get('host') or url)}:{port}"} | _attempts(data, 1, 0.0)
        seconds = float(data.get("connect_timeout") or 10.0)
        if scheme != "tcp":
            seconds += float(data.get("tls_handshake_timeout") or 10.0)
            if data.get("verify") is False:
                check["verify"] = False
            if data.get("sni"):
                check["server_name"] = str(data["sni"])
        check["timeout"] = _timeout(seconds, seconds)
        if scheme == "starttls":
            check["dialogue"] = self._dialogue(data, port)
        if data.get("check_cert_expiry") and scheme != "tcp":
            days = f"{int(data.get('min_cert_days', 14))}d"
            check["conditions"] = [
                "[CONNECTED] == true",
                {"if": f"[CERTIFICATE_EXPIRATION] > {days}", "severity": "warning"},
            ]
        return check

    def dns(self, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """A name. Any of the expected answers suffices."""
        server = str(data.get("dns_server") or "")
        if data.get("source_ip"):
            self._note("source_ip: not taken over")
        name = (urlsplit(url).hostname if "://" in url else url.partition("/")[0]) or ""
        check: dict[str, Any] = {
            "url": f"dns://{f'[{server}]' if ':' in server else server}/{name.rstrip('.')}",
            "failure_threshold": 1,
            "success_threshold": 1,
            "timeout": _timeout(data.get("timeout"), 5.0),
            "query_type": str(data.get("query_type") or "A"),
        }
        wanted = [str(each).strip() for each in data["expected_ips"]]
        if check["query_type"].upper() == "MX":  # NyxMon looked at the host, and ours has the preference before it
            hosts = "|".join(re.escape(each.removesuffix(".")) for each in wanted)
            return check | {"conditions": [f"has([BODY][?search(@, '^[0-9]+ ({_in_quotes(hosts)})$')]) == true"]}
        return check | ({"answers_any": wanted} if wanted else {})

    def smtp(self, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """A mail that is sent. NyxMon was content when it was accepted."""
        tls = str(data.get("tls") or "starttls")
        host, port = _host(data["host"]), int(data.get("port") or 587)
        check: dict[str, Any] = {"url": f"{'smtps' if tls == 'implicit' else 'smtp'}://{host}:{port}"}
        if tls == "none":
            check["starttls"] = False
        elif data.get("verify") is False:
            check["verify"] = False
        if data.get("username"):
            check |= self._login(data["username"])
        check |= {
            "from": str(data["from_addr"]),
            "to": str(data["to_addr"]),
            "subject_prefix": str(data.get("subject_prefix") or "[nyxmon]"),
            "send_timeout": _timeout(data.get("timeout"), 30.0),
            "retries": min(int(data.get("retries", 2)), 10),
            "retry_delay": duration_text(max(float(data.get("retry_delay", 5.0)), 0.1)),
            "failure_threshold": 1,
            "success_threshold": 1,
        }
        return check

    def imap(self, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """A mail that is looked for."""
        mode, host = str(data.get("tls_mode") or "implicit"), _host(data["host"])
        scheme = "imaps" if mode == "implicit" else "imap"
        check: dict[str, Any] = {"url": f"{scheme}://{host}:{int(data.get('port') or 993)}"}
        if mode == "none":
            check["starttls"] = False
        elif data.get("verify") is False:
            check["verify"] = False
        check |= self._login(data["username"]) | _attempts(data, 2, 10.0)
        check |= {
            "folder": str(data.get("folder") or "INBOX"),
            "search_subject": str(data["search_subject"]),
            "max_age_minutes": int(data.get("max_age_minutes") or 30),
            "no_recent_message_severity": str(data.get("no_recent_message_severity") or "critical"),
            "delete_after_check": bool(data.get("delete_after_check", True)),
            "imap_timeout": _timeout(data.get("timeout"), 30.0),
        }
        return check

    def ping(self, url: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Packets to a host."""
        packets, pause = int(data.get("count") or 3), float(data.get("interval", 1.0))
        seconds = float(data.get("timeout") or 5.0)
        whole = min(packets * (seconds + pause), LONGEST_TIMEOUT_SECONDS)
        return {
            "url": f"icmp://{_host(data.get('host') or url)}",
            "packets": packets,
            "packet_interval": duration_text(max(pause, 0.01)),
            "timeout": _timeout(whole, whole),
            "failure_threshold": 1,
            "success_threshold": 1,
        }

    # --- parts

    def _data(self, row: Mapping[str, Any]) -> dict[str, Any]:
        try:
            found = json.loads(row.get("data") or "{}")
        except ValueError:
            found = None
        if isinstance(found, dict):
            return found
        self._note("its data cannot be read: defaults are used")
        return {}

    def _dialogue(self, data: Mapping[str, Any], port: int) -> list[dict[str, Any]]:
        protocol = str(data.get("starttls_protocol") or "generic")
        if protocol == "generic":
            protocol = _OF_PORT.get(port, protocol)
        if protocol in _DIALOGUES:
            return [dict(step) for step in _DIALOGUES[protocol]]
        command = str(data.get("starttls_command") or "STARTTLS").strip()
        self._note("dialogue: check what the server says before and after this command")
        return [{"expect": ".", "send": command}, {"expect": ".", "starttls": True}]

    def _login(self, username: Any) -> dict[str, Any]:
        file = f"secrets/{self._files.of(*self._words)}"
        self._note(f"write its password into the file {file}, readable only for Callboard")
        return {"username": str(username), "password_file": file}

    def _without_login(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            raise _Unlike("its URL is not one of a page")
        if parts.username is None:
            return url
        self._note("the user and the password in its URL are not taken over: write username and password_file")
        return without_login(url)

    def _suppression(self, data: Mapping[str, Any]) -> None:
        if isinstance(given := data.get("notification_suppression"), dict) and given.get("url"):
            host = urlsplit(str(given["url"])).hostname or "its URL"
            self._note(
                f"notification_suppression is not taken over: {host} said when nobody is told. Write `maintenance`, let"
                " the job run `callboard checks maintenance begin` and `end`, or write a check of that URL and"
                " `depends_on`"
            )

    def _note(self, text: str) -> None:
        self.notes.append(f"{self._name}: {text}")


_KINDS: Mapping[str, Callable[[_Importer, str, Mapping[str, Any]], dict[str, Any]]] = MappingProxyType(
    {
        "http": _Importer.http,
        "json-http": _Importer.json_http,
        "json-metrics": _Importer.json_metrics,
        "tcp": _Importer.tcp,
        "dns": _Importer.dns,
        "smtp": _Importer.smtp,
        "imap": _Importer.imap,
        "ping": _Importer.ping,
    }
)


def _attempts(data: Mapping[str, Any], retries: int, delay: float) -> dict[str, Any]:
    """A run of NyxMon's is tried again at once: that many failures in a row, with that pause, are ours."""
    tries = min(int(data.get("retries", retries)), MOST_TRIES - 1)
    found: dict[str, Any] = {"failure_threshold": tries + 1, "success_threshold": 1}
    if tries:
        found["retry_interval"] = duration_text(max(float(data.get("retry_delay", delay)), 1.0))
    return found


def _timeout(value: Any, default: float) -> str:
    return duration_text(min(float(value or default), LONGEST_TIMEOUT_SECONDS))


def _host(text: Any) -> str:
    """Of a host, an address or a URL; an address of IPv6 in brackets."""
    said = str(text or "").strip()
    host = (urlsplit(said).hostname or "") if "://" in said else said.strip("[]")
    if "://" not in said and host.count(":") == 1:
        host = host.partition(":")[0]
    if not host or re.search(r"[\s/]", host):
        raise _Unlike("it names no host")
    return f"[{host}]" if ":" in host else host


def _in_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _json_path(path: str) -> str:
    """NyxMon writes an element of a list as `.0`."""
    return re.sub(r"\.([0-9]+)(?=\.|$)", r"[\1]", path)

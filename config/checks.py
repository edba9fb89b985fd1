"""Reads `checks:` of a configuration file, and the files that it names. Every fault says where, which check, and what
would be right."""

import glob
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import yaml

from actors.runtime.http.environment import address_in
from actors.runtime.output.redaction import is_plain_key, without_opaque
from config.check_dependencies import circles, resolved
from config.check_dialogue import refuse_tls_elsewhere
from config.check_evidence import EvidenceReview
from config.check_groups import COMMON_KEYS, CommonKeys
from config.check_heartbeats import heartbeat_options, without_rhythm
from config.check_keys import CHECK_KEYS
from config.check_nodes import WrongValue, either
from config.check_values import LONGEST_NAME_CHARACTERS, NAMES_A_FILE, file_named, read_value
from config.dns_checks import answer_conditions, dns_options
from config.mail_checks import LONGEST_TIMEOUT_SECONDS, age_condition, mail_options, mail_timeout
from config.report import ConfigurationReport, Setting, unknown_key
from config.yaml_values import compose, is_null, line_of, said_of
from messages.built_in_checks import BUILT_IN_KEYS
from messages.check_definitions import (
    CheckDefinition,
    CheckKind,
    DnsOptions,
    HeartbeatOptions,
    HttpOptions,
    MailOptions,
    PingOptions,
    RequiredCondition,
    TlsOptions,
)
from messages.maintenance import MaintenancePlan

SHORTEST_INTERVAL_SECONDS = 1.0
LONGEST_INTERVAL_SECONDS = 30 * 86_400.0

_KIND_OF_SCHEME: Mapping[str, CheckKind] = MappingProxyType(
    {
        "http": CheckKind.HTTP,
        "https": CheckKind.HTTP,
        "tcp": CheckKind.TCP,
        "tls": CheckKind.TCP,
        "starttls": CheckKind.TCP,
        "dns": CheckKind.DNS,
        "smtp": CheckKind.SMTP,
        "smtps": CheckKind.SMTP,
        "imap": CheckKind.IMAP,
        "imaps": CheckKind.IMAP,
        "icmp": CheckKind.PING,
        "heartbeat": CheckKind.HEARTBEAT,
        "callboard": CheckKind.CALLBOARD,
        "callboard+https": CheckKind.CALLBOARD,
    }
)

DEFAULT_CONDITIONS: Mapping[CheckKind, tuple[str, ...]] = MappingProxyType(
    {
        CheckKind.HTTP: ("[STATUS] >= 200", "[STATUS] < 300"),
        CheckKind.JSON_METRICS: ("[STATUS] >= 200", "[STATUS] < 300"),
        CheckKind.TCP: ("[CONNECTED] == true",),
        CheckKind.DNS: ("[DNS_RCODE] == NOERROR", "len([BODY]) > 0"),
        CheckKind.SMTP: ("[STATUS] == 250",),
        CheckKind.IMAP: (),
        CheckKind.PING: ("[CONNECTED] == true",),
        CheckKind.CALLBOARD: ("[BODY].status == any(ok, standby)",),
        CheckKind.HEARTBEAT: (),
    }
)
"""What must hold where a check does not say."""

_OF_OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "client": "verify, timeout, follow_redirects or ip_version",
        "insecure": "verify: false",
        "ignore-redirect": "follow_redirects: false",
        "alerts": "channel, users, failure_threshold or remind_every",
        "minimum-reminder-interval": "remind_every",
        "dns": "url: dns://server/name and query_type",
        "query-name": "url: dns://server/name",
        "graphql": "body",
        "enabled": "disabled",
        "expected_status": "conditions, such as [STATUS] == any(200, 204)",
        "valid_status_codes": "conditions, such as [STATUS] == any(200, 204)",
        "accepted_statuscodes": "conditions, such as [STATUS] == any(200, 204)",
        "keyword": "conditions, such as [BODY] == pat(*word*)",
        "basic_auth": "username and password_file",
        "bearer_token": "bearer_file",
        "schedule": "cron",
        "tz": "timezone",
        "dns_server": "url: dns://server/name",
        "expected_ips": "answers_any",
    }
)
"""What is called otherwise, or stands elsewhere, in the configurations of other monitors."""


def read_checks(setting: Setting, report: ConfigurationReport) -> tuple[CheckDefinition, ...]:
    """The checks below `checks:`; `setting.value` is its node. A text among them names files (`checks.d/*.yaml`), each
    with a list of checks."""
    reader = _ChecksReader(report)
    reader.read(setting.value, Path(setting.source), setting.base)
    return reader.finished()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A check as it was written: its values, their nodes, and where; `said` begins what is said of it."""

    values: Mapping[str, Any]
    nodes: Mapping[str, yaml.Node]
    node: yaml.Node
    file: Path
    said: str


class _ChecksReader:
    def __init__(self, report: ConfigurationReport) -> None:
        self._report = report
        self._written: list[_Written] = []
        self._common = CommonKeys()

    def read(self, node: yaml.Node, file: Path, base: Path, *, nested: bool = False) -> None:
        """Read the checks of a list. A file that a list names may name no others."""
        if is_null(node):
            return
        if not isinstance(node, yaml.SequenceNode):
            self._fault(file, node, f"checks: expected a list of checks, not {said_of(node)}")
            return
        for item in node.value:
            if isinstance(item, yaml.MappingNode):
                self._check(item, file, base)
            elif isinstance(item, yaml.ScalarNode) and not nested and item.tag.endswith(":str"):
                self._files(item, file, base)
            else:
                self._fault(file, item, f"checks: expected a check with name and url, not {said_of(item)}")

    def _files(self, node: yaml.ScalarNode, file: Path, base: Path) -> None:
        if not node.value.isprintable():
            self._fault(file, node, f"checks: expected the path of a file, not {without_opaque(node.value)!r}")
            return
        try:
            pattern = str(base / Path(node.value).expanduser())
        except RuntimeError:
            said = without_opaque(node.value)
            self._fault(file, node, f"checks: the home directory in {said!r} is not known")
            return
        found = sorted(glob.glob(pattern))
        if glob.has_magic(pattern):
            self._report.patterns[os.path.abspath(pattern)] = tuple(map(os.path.abspath, found))
        else:
            self._report.uses(Path(pattern))
        if not found and not glob.has_magic(pattern):
            self._fault(file, node, f"checks: there is no file {without_opaque(node.value)}")
        for name in found:
            if (composed := compose(Path(name), self._report)) is not None and composed.root is not None:
                self.read(_list_in(composed.root), Path(name), Path(name).parent, nested=True)

    def finished(self) -> tuple[CheckDefinition, ...]:
        """The checks, with what their groups say, when everything is read."""
        places = dict.fromkeys(BUILT_IN_KEYS, "it is built in")
        tokens: set[str] = set()
        evidence = EvidenceReview()
        found: dict[str, tuple[_Written, CheckDefinition]] = {}
        for each in self._written:
            try:
                check = self._stamped(_definition(self._completed(each.values)))
                evidence.refuse_out_of_reach(check)
            except WrongValue as error:
                self._fault(each.file, each.node, f"{each.said}: {error}")
                continue
            if check.key in places:
                self._fault(each.file, each.node, f"{each.said}: there is another of this name ({places[check.key]})")
                continue
            if (token := check.heartbeat.token) and token in tokens:
                self._fault(each.file, each.node, f"{each.said}: the token is that of another heartbeat")
                continue
            tokens.add(token)
            places[check.key] = f"{each.file}, line {line_of(each.node)}"
            found[check.key] = (each, check)
        return self._with_dependencies(found)

    def _completed(self, own: Mapping[str, Any]) -> dict[str, Any]:
        values = self._common.with_common(own)
        is_heartbeat = urlsplit(own["url"]).scheme.lower() == "heartbeat"
        return without_rhythm(values, own) if is_heartbeat else values

    def _with_dependencies(self, found: Mapping[str, tuple[_Written, CheckDefinition]]) -> tuple[CheckDefinition, ...]:
        keys, checks = (*found, *BUILT_IN_KEYS), []
        for each, check in found.values():
            try:
                own_names = each.values.get("depends_on", ())
                needs = resolved(check.depends_on, check.key, check.group, keys, own_names)
            except WrongValue as error:
                self._fault(each.file, each.nodes.get("depends_on", each.node), f"{each.said}: depends_on: {error}")
                continue
            checks.append(replace(check, depends_on=needs))
        for circle in circles({check.key: check.depends_on for check in checks}):
            each, _ = found[circle[-1]]
            way = " → ".join((circle[-1], *circle))
            self._fault(
                each.file,
                each.nodes.get("depends_on", each.node),
                f"{each.said}: depends_on: {way} is a circle; remove {circle[0]} here",
            )
        return tuple(checks)

    def _check(self, node: yaml.MappingNode, file: Path, base: Path) -> None:
        before = len(self._report.faults)
        given = dict(self._pairs(node, file, "checks"))
        is_common = not {"name", "url"} & given.keys()
        name = given.get("group" if is_common else "name")
        called = name.value if isinstance(name, yaml.ScalarNode) and name.value.isprintable() else ""
        where = f"checks: {without_opaque(called)[:LONGEST_NAME_CHARACTERS]}" if called.strip() else "checks"
        allowed = ("group", *COMMON_KEYS) if is_common else tuple(CHECK_KEYS)
        known = {key: value for key, value in given.items() if self._is_known(key, allowed, value, file, where)}
        values: dict[str, Any] = {}
        for key, value in known.items():
            if CHECK_KEYS[key].value in NAMES_A_FILE and isinstance(value, yaml.ScalarNode):
                self._report.uses(file_named(value, base))
            try:
                values[key] = read_value(value, CHECK_KEYS[key], base)
            except WrongValue as error:
                self._fault(file, error.node or value, f"{where}: {key}: {error}")
        for key in () if is_common else ("name", "url"):
            if key not in given:
                self._fault(file, node, f"{where}: {key} is missing")
        if len(self._report.faults) > before:
            return
        if is_common:
            self._in_common(values, node, file, where)
        else:
            self._written.append(_Written(values=values, nodes=known, node=node, file=file, said=where))

    def _stamped(self, check: CheckDefinition) -> CheckDefinition:
        """Another check when there is something else in one of the files that it names."""
        paths = filter(None, (check.tls.ca_file, check.tls.certificate_file, check.tls.key_file))
        stamp = " ".join(self._report.files.get(os.path.abspath(path), "") for path in paths)
        return replace(check, tls=replace(check.tls, stamp=stamp))

    def _in_common(self, values: dict[str, Any], node: yaml.Node, file: Path, where: str) -> None:
        group = values.pop("group", "")
        if group in self._common.by_group:
            self._fault(file, node, f"{where}: what the checks of this group have in common is said twice")
        elif not values:
            self._fault(file, node, f"{where}: expected a check with name and url")
        self._common.by_group[group] = values

    def _is_known(self, key: str, allowed: tuple[str, ...], node: yaml.Node, file: Path, where: str) -> bool:
        if key in allowed:
            return True
        if key in CHECK_KEYS:
            said = f"{where}: {key} belongs to one check; a check has a name and a url"
        elif key in _OF_OTHERS:
            said = f"{where}: {key}: unknown key; did you mean {_OF_OTHERS[key]}?"
        elif key.lower() in CHECK_KEYS:
            said = f"{where}: {key}: unknown key; did you mean {key.lower()}?"
        else:
            said = unknown_key(where, key, allowed) if is_plain_key(key) else f"{where}: not a key"
        self._fault(file, node, said)
        return False

    def _pairs(self, node: yaml.MappingNode, file: Path, where: str) -> Iterator[tuple[str, yaml.Node]]:
        names: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._fault(file, key, f"{where}: expected a plain word as key, not {said_of(key)}")
            elif key.value in names:
                self._fault(file, key, f"{where}: a key is given twice")
            else:
                names.add(key.value)
                yield key.value, value

    def _fault(self, file: Path, node: yaml.Node, said: str) -> None:
        self._report.faults.append(f"{file}: line {line_of(node)}: {said}")


def _list_in(root: yaml.Node) -> yaml.Node:
    """The list of a file: the file itself, or what stands below its `checks:`."""
    if isinstance(root, yaml.MappingNode) and len(root.value) == 1 and root.value[0][0].value == "checks":
        node: yaml.Node = root.value[0][1]
        return node
    return root


# --- the whole of a check


def _definition(values: Mapping[str, Any]) -> CheckDefinition:
    parts = urlsplit(values["url"])
    scheme = parts.scheme.lower()
    kind = CheckKind.JSON_METRICS if "checks" in values else _KIND_OF_SCHEME[scheme]
    for name in values:
        kinds = CHECK_KEYS[name].kinds
        if kinds and scheme not in kinds:
            raise WrongValue(f"{name} goes with {either(kinds)}, not with {parts.scheme}")
    beating = heartbeat_options(values) if kind is CheckKind.HEARTBEAT else HeartbeatOptions()
    if kind is CheckKind.HEARTBEAT:
        values = {**values, "interval": min(beating.period, LONGEST_INTERVAL_SECONDS)}
    interval = values.get("interval", 60.0)
    is_mail = kind in (CheckKind.SMTP, CheckKind.IMAP)
    timeout = values.get("timeout", mail_timeout(values) if is_mail else 10.0)
    if not SHORTEST_INTERVAL_SECONDS <= interval <= LONGEST_INTERVAL_SECONDS:
        raise WrongValue("interval: expected a duration from 1s to 30d")
    if values.get("retry_interval", interval) < SHORTEST_INTERVAL_SECONDS:
        raise WrongValue("retry_interval: expected a duration of at least 1s")
    if not 0 < timeout <= LONGEST_TIMEOUT_SECONDS:
        raise WrongValue("timeout: expected a duration of at most 5m")
    if "password_file" in values and "username" not in values:
        raise WrongValue("password_file goes with username, which is missing")
    if "bearer_file" in values and "username" in values:
        raise WrongValue("username and bearer_file exclude each other")
    refuse_tls_elsewhere(scheme, values.get("dialogue", ()))
    if "key_file" in values and "certificate_file" not in values:
        raise WrongValue("key_file goes with certificate_file, which is missing")
    if values.get("tls_min", "") > values.get("tls_max", "9"):
        raise WrongValue("tls_max: it is older than tls_min")
    if kind is CheckKind.PING and timeout <= (values.get("packets", 3) - 1) * values.get("packet_interval", 0.2):
        raise WrongValue("timeout: so many packets take longer; raise it, or send fewer or sooner")
    places = values.get("places", ())
    if "agree" in values and not places:
        raise WrongValue("agree goes with places, which is missing")
    agree = values.get("agree", len(places) // 2 + 1)
    if agree > max(1, len(places)):
        raise WrongValue(f"agree: expected at most {len(places)}, the number of its places")
    conditions = values.get("conditions") or tuple(map(_critical, DEFAULT_CONDITIONS[kind]))
    if kind is CheckKind.IMAP and (not conditions or "max_age_minutes" in values):
        conditions = (*conditions, age_condition(values))
    fewest = 1 if kind is CheckKind.HEARTBEAT else 0
    return CheckDefinition(
        name=values["name"],
        group=values.get("group", ""),
        kind=kind,
        url=values["url"],
        interval=interval,
        retry_interval=min(values.get("retry_interval", interval), interval),
        timeout=timeout,
        conditions=(*conditions, *values.get("checks", ()), *answer_conditions(values)),
        failure_threshold=values.get("failure_threshold", fewest or 3),
        success_threshold=values.get("success_threshold", fewest or 2),
        remind_every=values.get("remind_every", 3600.0),
        disabled=values.get("disabled", False),
        channel=values.get("channel", ""),
        users=values.get("users", ()),
        maintenance=MaintenancePlan.of(values.get("maintenance", ())),
        depends_on=values.get("depends_on", ()),
        places=places,
        agree=agree,
        http=HttpOptions(
            method=values.get("method", "GET").upper(),
            headers=values.get("headers", ()),
            body=values.get("body", ""),
            username=values.get("username", ""),
            password=values.get("password_file", ""),
            bearer=values.get("bearer_file", ""),
            follow_redirects=values.get("follow_redirects", True),
        ),
        tls=TlsOptions(
            verify=values.get("verify", True),
            ca_file=values.get("ca_file", ""),
            certificate_file=values.get("certificate_file", ""),
            key_file=values.get("key_file", ""),
            least=values.get("tls_min", ""),
            most=values.get("tls_max", ""),
            server_name=values.get("server_name", ""),
        ),
        dialogue=values.get("dialogue", ()),
        dns=dns_options(values, parts.path) if kind is CheckKind.DNS else DnsOptions(),
        mail=mail_options(values, parts.scheme.lower()) if is_mail else MailOptions(),
        ip_version=_ip_version(values, parts.hostname or "", urlsplit(values.get("imap_url", "")).hostname or ""),
        ping=PingOptions(packets=values.get("packets", 3), interval=values.get("packet_interval", 0.2)),
        heartbeat=beating,
    )


def _critical(text: str) -> RequiredCondition:
    return RequiredCondition(text=text)


def _ip_version(values: Mapping[str, Any], *hosts: str) -> str:
    version: str = values.get("ip_version", "")
    for host in hosts:
        address = address_in(host)
        if version and address is not None and str(address.version) != version:
            raise WrongValue(f"ip_version: {host} is an address of the other version")
    return version

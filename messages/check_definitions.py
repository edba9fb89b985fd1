"""What is checked, and how: the checks of the configuration."""

from dataclasses import dataclass, field
from enum import Enum

from messages.maintenance import NO_MAINTENANCE, MaintenancePlan


class CheckKind(Enum):
    """What is done to find out; the scheme of the URL says it, and `checks` makes a page JSON_METRICS. A HEARTBEAT is
    never run: others push its results. BUILT_IN: what our own actors know is asked."""

    HTTP = "http"
    TCP = "tcp"
    DNS = "dns"
    SMTP = "smtp"
    IMAP = "imap"
    PING = "ping"
    JSON_METRICS = "json-metrics"
    CALLBOARD = "callboard"
    HEARTBEAT = "heartbeat"
    BUILT_IN = "built-in"


class Severity(Enum):
    """What it means that a condition does not hold: the check is down, or up with a warning."""

    CRITICAL = "critical"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredCondition:
    """A condition as it was written, and what it means that it does not hold."""

    text: str
    severity: Severity = Severity.CRITICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsOptions:
    """`verify`: whether the certificate must be trusted and name the host. `ca_file`: the authorities that are trusted
    instead of the usual ones; `certificate_file` and `key_file`: what we show of ourselves; paths, empty for none.
    `least` and `most`: TLS versions (`1.2`, `1.3`), empty for any. `server_name`: the name that is asked for, empty for
    the URL's. `stamp` is another one when there is something else in one of the files."""

    verify: bool = True
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    least: str = ""
    most: str = ""
    server_name: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """The request. `password` belongs to `username`; `bearer` is a token. `follow_redirects`: whether the condition is
    about the page at the end, or about the first answer."""

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    bearer: str = field(default="", repr=False)
    follow_redirects: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueStep:
    """One step of a conversation over TCP, each part if it is not empty: wait for a line in which the regular
    expression `expect` is found, send `send` as a line, go on with TLS."""

    expect: str = ""
    send: str = ""
    starttls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsOptions:
    """The question: a name and a record type. `tcp`: by TCP from the beginning."""

    query_name: str = ""
    query_type: str = "A"
    tcp: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is sent or kept: an URL (`smtp`, `smtps`, `imap`, `imaps`; empty for none) and how to log in (an empty
    `username`: not at all)."""

    url: str = ""
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOptions:
    """A mail that is sent, and one that is looked for. `starttls`: TLS is begun where the URL does not imply it.

    It goes from `sender` to `recipient`, its subject is `subject_prefix` and a token. A refusal for now (4xx) is tried
    again up to `retries` times, after `retry_delay` seconds each; one attempt takes `send_timeout` seconds at most. It
    is looked for in `folder` of `mailbox` for up to `arrival_timeout` seconds; each step there takes up to
    `imap_timeout`. Without a mail that was sent, the newest is looked for whose subject has `search_subject`.
    `delete_after_check`: what was found is deleted."""

    login: MailServer = MailServer()
    mailbox: MailServer = MailServer()
    starttls: bool = True
    sender: str = ""
    recipient: str = ""
    subject_prefix: str = ""
    retries: int = 2
    retry_delay: float = 5.0
    send_timeout: float = 30.0
    arrival_timeout: float = 60.0
    imap_timeout: float = 30.0
    folder: str = "INBOX"
    search_subject: str = ""
    delete_after_check: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PingOptions:
    """So many `packets`, `interval` seconds apart."""

    packets: int = 3
    interval: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatOptions:
    """When a signal is expected: each `period` seconds, or at the times of a `cron` expression, which are those of the
    zone `timezone`. It is late when `grace` seconds more have passed; a run that was begun must end within `grace`.
    `token` lets a job in."""

    token: str = field(default="", repr=False)
    period: float = 86_400.0
    grace: float = 3600.0
    cron: str = ""
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDefinition:
    """One check. `interval` seconds between two runs, `retry_interval` after a failure until it counts as down;
    `timeout` of a whole run in seconds. It is down after `failure_threshold` failures in a row, and up again after
    `success_threshold` successes. `remind_every`: seconds until the first reminder, then doubling; 0 for none.
    `channel` and `users` say who is told; without them it is the operators' channel. Nobody is told in a window of
    `maintenance`, nor while a check is down whose key is among `depends_on`. With `places` it runs at each of them, and
    is down when `agree` of them say so. `silent`: nobody is told at all.
    `ip_version`: `4` or `6` if only addresses of that version are to be used."""

    name: str
    group: str
    kind: CheckKind
    url: str
    interval: float
    retry_interval: float
    timeout: float
    conditions: tuple[RequiredCondition, ...]
    failure_threshold: int
    success_threshold: int
    remind_every: float
    disabled: bool = False
    channel: str = ""
    users: tuple[str, ...] = ()
    http: HttpOptions = HttpOptions()
    tls: TlsOptions = TlsOptions()
    dialogue: tuple[DialogueStep, ...] = ()
    dns: DnsOptions = DnsOptions()
    mail: MailOptions = MailOptions()
    maintenance: MaintenancePlan = NO_MAINTENANCE
    depends_on: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    agree: int = 1
    silent: bool = False
    ip_version: str = ""
    ping: PingOptions = PingOptions()
    heartbeat: HeartbeatOptions = HeartbeatOptions()

    @property
    def key(self) -> str:
        """What identifies the check: `group/name`, or the name."""
        return f"{self.group}/{self.name}" if self.group else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldChecks:
    """What an actor gets to know of the checks that it does not get: how many there are, and the secrets in them, which
    it must not show."""

    count: int = 0
    secrets: tuple[str, ...] = field(default=(), repr=False)

"""The keys of a check, as the reader, the schema and the docs use them."""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class CheckValue(Enum):
    """How the value of a key is written."""

    TEXT = "text"
    URL = "a URL"
    DURATION = "a duration such as 30s or 5m"
    PAUSE = "a duration such as 30m, or never"
    COUNT = "a whole number from 1 to 1,000"
    SWITCH = "true or false"
    PATH = "a path"
    SECRET_FILE = "the path of a file"
    TEXTS = "a list of texts"
    HEADERS = "names with values"
    CONDITIONS = "a list of conditions"
    DIALOGUE = "a list of steps: expect, send, starttls"
    VERSION = "1.2 or 1.3"
    RETRIES = "a whole number from 0 to 10"
    MINUTES = "a whole number of minutes from 1 to 100,000"
    SEVERITY = "critical or warning"
    ADDRESS = "an address such as probe@example.org"
    WINDOWS = "a list of maintenance windows"
    IP_VERSION = "4 or 6"
    PACKETS = "a whole number from 1 to 100"
    SECRET = "a token"
    CRON = "a cron expression such as 0 3 * * *"
    TIME_ZONE = "a time zone such as Europe/Berlin, America/New_York or UTC"
    METRICS = "a list of values: path, op, value, severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckKey:
    """One key. `kinds`: the schemes of URLs that it goes with, empty for all. `default` is how the docs show it."""

    name: str
    value: CheckValue
    description: str
    default: str = ""
    kinds: tuple[str, ...] = ()


HTTP = ("http", "https")
CALLBOARD = ("callboard", "callboard+https")
TCP = ("tcp", "tls", "starttls")
DNS = ("dns",)
SMTP = ("smtp", "smtps")
IMAP = ("imap", "imaps")
MAIL = (*SMTP, *IMAP)
WITH_TLS = ("https", "tls", "starttls", *MAIL, "callboard+https")
PING = ("icmp",)
HEARTBEAT = ("heartbeat",)

SCHEMES = (*HTTP, *TCP, *DNS, *MAIL, *PING, *HEARTBEAT, *CALLBOARD)
"""The schemes of URLs that can be checked."""


def _key(
    name: str, value: CheckValue, description: str, default: str = "", kinds: tuple[str, ...] = ()
) -> tuple[str, CheckKey]:
    return name, CheckKey(name=name, value=value, description=description, default=default, kinds=kinds)


CHECK_KEYS: MappingProxyType[str, CheckKey] = MappingProxyType(
    dict(
        (
            _key("name", CheckValue.TEXT, "What the check is called. Each name is unique in its group."),
            _key("group", CheckValue.TEXT, "The group it belongs to.", "none"),
            _key(
                "url",
                CheckValue.URL,
                "What is checked. `http://` and `https://`: a page. `tcp://host:port`, `tls://host:port`: a connection,"
                " without and with TLS. `starttls://host:port`: TLS begins where the dialogue says so."
                " `dns://server/name`: a name, as that server knows it; `dns:///name` asks the system's server."
                " `smtp://`, `smtps://`: a mail is sent. `imap://`, `imaps://`: the newest mail is looked for."
                " `icmp://host`: a host, by ping. `heartbeat://`: results that are pushed. `callboard://host:port`: the"
                " health of a Callboard, with `callboard+https://` over TLS; `callboard://` alone is this one.",
            ),
            _key("interval", CheckValue.DURATION, "How often it runs.", "1m"),
            _key(
                "retry_interval",
                CheckValue.DURATION,
                "How soon it runs again after a failure, until it is down.",
                "`interval`",
            ),
            _key("timeout", CheckValue.DURATION, "The time limit of a run.", "10s"),
            _key(
                "conditions",
                CheckValue.CONDITIONS,
                "What must hold. A condition is a text, or `if` and `severity` (`critical` or `warning`).",
                "a page: status 200 to 299; a connection: it is made; a name: it exists; mail: it is accepted, it"
                " arrives, or it is new enough; a host: it answers a packet; a Callboard: its status is ok or standby",
            ),
            _key(
                "failure_threshold",
                CheckValue.COUNT,
                "It is down after this many failures in a row.",
                "3; a heartbeat: 1",
            ),
            _key(
                "success_threshold",
                CheckValue.COUNT,
                "It is up again after this many successes in a row.",
                "2; a heartbeat: 1",
            ),
            _key(
                "remind_every",
                CheckValue.PAUSE,
                "The time until the first reminder; then it doubles, up to a day.",
                "1h",
            ),
            _key("disabled", CheckValue.SWITCH, "true: it does not run.", "false"),
            _key(
                "channel",
                CheckValue.TEXT,
                "The Slack channel that is told: an id, or a #name in quotes.",
                "`slack.ops_channel`",
            ),
            _key(
                "users",
                CheckValue.TEXTS,
                "The people who are told: Slack users by id, or addresses of [other ways](other-ways.md).",
                "nobody",
            ),
            _key("maintenance", CheckValue.WINDOWS, "Times in which nobody is told.", "none"),
            _key(
                "depends_on",
                CheckValue.TEXTS,
                "Checks, by name or group/name: while one of them is down, nobody is told about this one.",
                "none",
            ),
            _key("places", CheckValue.TEXTS, "The names of the places where it runs.", "where Callboard leads"),
            _key("agree", CheckValue.COUNT, "It is down when this many of its places say so.", "more than half"),
            _key("method", CheckValue.TEXT, "The method of the request.", "GET", HTTP),
            _key("headers", CheckValue.HEADERS, "Headers of the request.", "none", HTTP),
            _key("body", CheckValue.TEXT, "The body of the request.", "none", HTTP),
            _key("username", CheckValue.TEXT, "The user who logs in.", "none", (*HTTP, *MAIL)),
            _key("password_file", CheckValue.SECRET_FILE, "The file that holds the password.", "none", (*HTTP, *MAIL)),
            _key(
                "bearer_file",
                CheckValue.SECRET_FILE,
                "The file that holds a bearer token.",
                "none",
                (*HTTP, *CALLBOARD),
            ),
            _key(
                "follow_redirects",
                CheckValue.SWITCH,
                "false: the conditions are about the redirect itself.",
                "true",
                HTTP,
            ),
            _key("verify", CheckValue.SWITCH, "false: any certificate will do.", "true", WITH_TLS),
            _key(
                "ca_file",
                CheckValue.PATH,
                "The authorities that are trusted instead of the usual ones.",
                "none",
                WITH_TLS,
            ),
            _key(
                "certificate_file",
                CheckValue.PATH,
                "The certificate that we show to the URL's host, and to no other.",
                "none",
                WITH_TLS,
            ),
            _key("key_file", CheckValue.PATH, "Its key, if that is in a file of its own.", "none", WITH_TLS),
            _key("tls_min", CheckValue.VERSION, "The oldest version of TLS.", "1.2", WITH_TLS),
            _key("tls_max", CheckValue.VERSION, "The newest version of TLS.", "any", WITH_TLS),
            _key("server_name", CheckValue.TEXT, "The name that the certificate is for.", "the URL's host", WITH_TLS),
            _key(
                "dialogue", CheckValue.DIALOGUE, "What is said, step by step, once the connection is made.", "none", TCP
            ),
            _key(
                "checks",
                CheckValue.METRICS,
                "Values of a JSON document: each has `path`, `op` (`<`, `<=`, `>`, `>=`, `==` or `!=`) and `value`, and"
                " may have `severity`. A path that leads nowhere fails.",
                "none",
                HTTP,
            ),
            _key(
                "ip_version",
                CheckValue.IP_VERSION,
                "Only addresses of this version are used.",
                "any",
                (*HTTP, *TCP, *DNS, *MAIL, *PING, *CALLBOARD),
            ),
            _key("query_type", CheckValue.TEXT, "The record type.", "A", DNS),
            _key("tcp", CheckValue.SWITCH, "true: the question goes by TCP.", "false", DNS),
            _key(
                "starttls",
                CheckValue.SWITCH,
                "false: `smtp://` and `imap://` go without TLS.",
                "true",
                ("smtp", "imap"),
            ),
            _key("from", CheckValue.ADDRESS, "The address that the mail is sent from.", "none: it must be given", SMTP),
            _key("to", CheckValue.ADDRESS, "The address that it is sent to.", "`from`", SMTP),
            _key(
                "subject_prefix",
                CheckValue.TEXT,
                "How its subject begins; a token follows.",
                "Callboard check",
                SMTP,
            ),
            _key("retries", CheckValue.RETRIES, "How often a refusal for now (4xx) is tried again.", "2", SMTP),
            _key("retry_delay", CheckValue.DURATION, "The pause before that.", "5s", SMTP),
            _key("send_timeout", CheckValue.DURATION, "The time limit for sending, each time.", "30s", SMTP),
            _key(
                "imap_url",
                CheckValue.URL,
                "Where the mail must arrive: the token that was sent is looked for there.",
                "none: it is enough that the mail is accepted",
                SMTP,
            ),
            _key("imap_username", CheckValue.TEXT, "The user who logs in there.", "`username`", SMTP),
            _key(
                "imap_password_file",
                CheckValue.SECRET_FILE,
                "The file that holds the password.",
                "`password_file`",
                SMTP,
            ),
            _key("arrival_timeout", CheckValue.DURATION, "How long the mail may take to arrive.", "1m", SMTP),
            _key("imap_timeout", CheckValue.DURATION, "The time limit for each step in the mailbox.", "30s", MAIL),
            _key("folder", CheckValue.TEXT, "The folder of the mailbox.", "INBOX", MAIL),
            _key("search_subject", CheckValue.TEXT, "What stands in the subject of the mail.", "any", IMAP),
            _key("max_age_minutes", CheckValue.MINUTES, "How old the newest mail may be.", "30", IMAP),
            _key(
                "no_recent_message_severity",
                CheckValue.SEVERITY,
                "What it means if it is older, or if there is none.",
                "critical",
                IMAP,
            ),
            _key(
                "delete_after_check",
                CheckValue.SWITCH,
                "true: the mail that was found is deleted.",
                "true with `imap_url`, otherwise false",
                MAIL,
            ),
            _key("answers_all", CheckValue.TEXTS, "All of these must be among the answers.", "none", DNS),
            _key("answers_any", CheckValue.TEXTS, "One of these must be among the answers.", "none", DNS),
            _key("packets", CheckValue.PACKETS, "How many packets are sent.", "3", PING),
            _key("packet_interval", CheckValue.DURATION, "The time between two packets.", "200ms", PING),
            _key(
                "token",
                CheckValue.SECRET,
                "What lets a job in: at least 16 letters and digits, and nobody else's.",
                "none",
                HEARTBEAT,
            ),
            _key("token_file", CheckValue.SECRET_FILE, "The file that holds the token.", "none", HEARTBEAT),
            _key("period", CheckValue.DURATION, "A signal is expected so often.", "1d", HEARTBEAT),
            _key(
                "cron",
                CheckValue.CRON,
                "A signal is expected at these times, in place of `period`: minute, hour, day, month, weekday, or six"
                ' fields that begin with the second, or a name such as `"@daily"` (in quotes).',
                "none",
                HEARTBEAT,
            ),
            _key("timezone", CheckValue.TIME_ZONE, "The time zone of `cron`.", "UTC", HEARTBEAT),
            _key(
                "grace",
                CheckValue.DURATION,
                "How late a signal may be, and how long a run may take that has begun.",
                "1h, or `period` if that is shorter",
                HEARTBEAT,
            ),
        )
    )
)
"""Every key by its name, in the order of the docs."""

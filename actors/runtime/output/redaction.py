"""Keeps secrets out of whatever leaves a process or is stored: the log, errors, health, tables, what commands print.

There are two nets. The secrets of this configuration are struck out by their value. Whatever has the shape of a secret
(a token of Slack, a password in an address, an Authorization header) is struck out whoever it belongs to: it may be an
old token, or one that was put into the wrong key. Redact before a text is cut: half a secret is no longer recognized.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import fields, replace

from messages.check_definitions import CheckDefinition, WithheldChecks
from messages.settings import SettingKind, Settings

SHORTEST_SECRET_CHARACTERS = 8
"""A shorter secret is not looked for: it could be a common word, and striking it out would garble paths and sentences,
and show by that what it is."""

STRUCK = "[secret]"

HIDDEN = "***"
"""In place of what gives access, where it is clear that something stands there: in a configuration that is shown."""

_HARMLESS_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "content-type", "host", "origin", "user-agent"}
)
"""What a check may send for everybody to see; other headers may hold a key."""

_BEFORE = r"(?:(?<![A-Za-z0-9_])|(?<=\\[abfnrtv])|(?<=\\x[0-9a-f]{2})|(?<=%[0-9A-Fa-f]{2}))"
r"""A whole word starts here: also after an escape (`\n`, `\x0a`, `%3D`), whose last character looks like the word's."""

_AFTER = r"(?![A-Za-z0-9_])"

_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z]).{16,}", re.DOTALL)
"""A secret that looks like this is part of no ordinary word, so it is looked for inside words too."""

_SLACK_TOKEN = re.compile(r"(?:xox[a-z]|xapp|xwfp)[-.][a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_WEBHOOK = re.compile(r"(hooks\.slack(?:-gov)?\.com/\w+/)[^\s'\"<>`\\]+", re.IGNORECASE)
_ADDRESS = re.compile(r"(postgres(?:ql)?)?(:/{1,3})([^\s'\"<>`\\]{1,500})@", re.IGNORECASE)
"""What stands before the last `@` of an address: a password may hold every sign of an address itself."""

_EXAMPLE = "user:password"
"""In our own texts."""

_SECRET_NAME = (
    r"[\w.\[\]-]{0,40}(?:token|secret|passw|passphrase|pwd|key(?!w)|\bsig|signature|auth(?!or)|ticket|cred|session)"
    r"[\w.\[\]-]{0,40}"
)
_PARAMETER = re.compile(rf"([?&;#]{_SECRET_NAME}=)[^&;#\s'\"<>`\\]+", re.IGNORECASE)
_FIELD = re.compile(
    r"(['\"][\w-]{0,40}(?:token|password|passwd|secret|authorization|cookie|api_?key)['\"]\s*:\s*b?(['\"]))"
    r"(?:\\.|(?!\2)[^\\])+",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"(\w{0,40}(?:password|passwd|passphrase|pwd)\s*=\s*)('(?:\\.|[^'\\])*'|\"[^\"]*\"|[^\s'\",;&)\\]+)", re.IGNORECASE
)
_VARIABLE = re.compile(r"(\b[A-Z][A-Z0-9_]{0,60}(?:TOKEN|SECRET|PASSWORD|PASSWD|KEY)=)[^\s'\"\\]+")
_HEADER = re.compile(
    r"((?:proxy-)?authorization|(?:set-)?cookie|x-slack-signature|x-api-key)"
    r"(['\"]?\s*[:=]\s*(?:b?['\"])?|['\"]\s*,\s*b?['\"])"
    r"((?:basic|bearer|token|digest|negotiate)\s+)?[^\n'\"\\]+",
    re.IGNORECASE,
)
_BEARER = re.compile(r"((?<![a-z])bearer\s+)(?=[^\s'\",]*[0-9])[a-z0-9._~+/=-]{6,}", re.IGNORECASE)
_BASIC = re.compile(r"((?<![A-Za-z])Basic\s+)(?=[A-Za-z0-9+/]*(?:[a-z][A-Z]|[0-9+/=]))[A-Za-z0-9+/]{6,}={0,2}")

_OPAQUE = re.compile(
    r"(?<![A-Za-z0-9+/_=-])"
    r"(?:(?=[A-Za-z+/_=-]*[0-9])(?=[0-9+/_=-]*[A-Za-z])[A-Za-z0-9+/_=-]{16,}"
    r"|(?=[A-Za-z]*[0-9]+[A-Za-z])[A-Za-z0-9]{12,15}(?![A-Za-z0-9+/_=-]))"
)
"""A word that may be a secret. A short one is more likely a name if it has hyphens, or figures at its end only."""

_STRUCK_LOGIN = rf"{re.escape(STRUCK)}@"
_HOST = r"(?:\[[^\[\]/\s]*\]|(?!\[)[^/:?#\s'\"]*)"
_PORT = r"(?:[0-9]{1,6}|\$\{[\w.]+(?::?-[0-9]{0,6})?\}|\$?PORT)"
_AFTER_PORT = r"(?:[/?#\s'\"`,;)\]>&|”}]|[.:!…]+(?:[\s'\"`)\]>”}]|$)|$)"
"""A port may be one of another list or sentence, or a variable in its place."""

_NO_PORT = re.compile(
    rf"(:/{{1,3}}(?:[^\[/:?#\s'\"]*:?{_STRUCK_LOGIN})?{_HOST}:)"
    rf"(?!{_PORT}{_AFTER_PORT}|[/?#\s'\"]|$|{_STRUCK_LOGIN})[^\s'\"]+"
)
"""A password where the port of an address belongs, and the rest of the word: a password may hold a slash."""

_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z_.-]{0,39}|[A-Za-z0-9_]{1,8}")


class Redactor:
    """Strikes secrets out of texts: these by their value, others by their shape. A value is looked for as a whole word,
    so that `password` leaves `passwords.txt` alone."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        written = {way for secret in secrets for way in _ways_to_write(secret)}
        long = sorted((each for each in written if len(each) >= SHORTEST_SECRET_CHARACTERS), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_whole_word, long))) if long else None

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        return without_shapes(text if self._pattern is None else self._pattern.sub(STRUCK, text))


class HiddenSecrets:
    """The secrets that a process must not show. Those of earlier settings stay hidden: they may be in an error that is
    still to come."""

    def __init__(self) -> None:
        self._secrets: dict[str, None] = {}
        self._redactor = Redactor()

    @property
    def secrets(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self._secrets)

    def hide(self, settings: Settings) -> None:
        """Also those of these settings, from now on."""
        self._secrets |= dict.fromkeys(secrets_of(settings))
        self._redactor = Redactor(self._secrets)

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        return self._redactor.redact(text)


def without_shapes(text: str) -> str:
    """The text without what has the shape of a secret."""
    text = _SLACK_TOKEN.sub(STRUCK, text)
    text = _WEBHOOK.sub(rf"\1{STRUCK}", text)
    text = _ADDRESS.sub(_without_password, text)
    for pattern in (_PARAMETER, _FIELD, _PASSWORD, _VARIABLE):
        text = pattern.sub(rf"\1{STRUCK}", text)
    text = _HEADER.sub(lambda found: f"{found[1]}{found[2]}{found[3] or ''}{STRUCK}", text)
    return _BASIC.sub(rf"\1{STRUCK}", _BEARER.sub(rf"\1{STRUCK}", text))


def without_opaque(text: str) -> str:
    """For a value that somebody wrote where something else was expected: also without long words of letters and digits,
    as secrets are, and addresses from what stands where the port belongs, if that is none."""
    return _OPAQUE.sub(STRUCK, _NO_PORT.sub(rf"\1{STRUCK}", without_shapes(text)))


def is_plain_key(text: str) -> bool:
    """Whether it can be shown as the name of a key: it is one plain word, and no secret by its shape."""
    return _PLAIN_KEY.fullmatch(text) is not None and without_shapes(text) == text


def without_access(address: str, struck: str = STRUCK) -> str:
    """A URL without its password, its parameters' values and its fragment, which may all give access. The path of a
    webhook gives it too."""
    without_path = _WEBHOOK.sub(rf"\1{struck}", _SLACK_TOKEN.sub(struck, address))
    without_login = re.sub(r"(?is)^(\s*(?:[a-z+.-]*:/{1,3})?).*@", rf"\1{struck}@", without_path)
    without_values = re.sub(r"([?&;](?:[^=&;#\s]*=)?)[^&;#]+", rf"\1{struck}", without_login)
    return re.sub(r"(?s)#.+", f"#{struck}", without_values)


def secrets_of(section: Struct) -> tuple[str, ...]:
    """What must never appear anywhere: the secrets of the settings, or of one section of them."""
    return tuple(dict.fromkeys(secret for _, secret in _secrets(section, "") if secret))


def without_checks(settings: Settings) -> Settings:
    """The settings for an actor that needs no checks: it learns how many there are, and what it must not show."""
    if not settings.checks:
        return settings
    secrets = tuple(dict.fromkeys(secret for _, secret in _secrets_of_checks(settings.checks) if secret))
    return replace(settings, checks=(), withheld=WithheldChecks(count=len(settings.checks), secrets=secrets))


def short_secrets(section: Struct) -> tuple[str, ...]:
    """Which secrets are too short to be struck out of the log, in words."""
    found = (name for name, secret in _secrets(section, "") if 0 < len(secret) < SHORTEST_SECRET_CHARACTERS)
    return tuple(dict.fromkeys(found))


def _secrets(section: Struct, prefix: str) -> Iterator[tuple[str, str]]:
    """Each secret with what it is called; the same one may come in several ways to write it."""
    for field in fields(section):
        value, name = getattr(section, field.name), f"{prefix}{field.name}"
        if isinstance(value, Struct):
            yield from _secrets(value, f"{name}.")
            continue
        if name == "checks":
            yield from _secrets_of_checks(value)
            continue
        if isinstance(value, WithheldChecks):
            yield from (("a secret of a check", secret) for secret in value.secrets)
            continue
        marks = getattr(field.type, "__metadata__", ())
        if SettingKind.SECRET in marks:
            yield name, value
        elif SettingKind.DATABASE_URL in marks and value:
            yield name, value
            password = _database_password(value)
            yield f"the password in {name}", password
            yield f"the password in {name}", quote(password, "")
        elif SettingKind.ACCESS_URL in marks and value:
            yield name, value
            yield f"the path of {name}", urlsplit(value).path.strip("/")
        elif SettingKind.FILE_URL in marks or SettingKind.FOLDER_URL in marks:
            parts = urlsplit(value)
            yield from ((f"the password in {name}", each) for each in _login(parts.netloc.rpartition("@")[0]))
            yield from ((f"what gives access in {name}", each) for each in _parameters(parts.query))


def _secrets_of_checks(checks: Iterable[CheckDefinition]) -> Iterator[tuple[str, str]]:
    for check in checks:
        yield f"the token of the check {check.key}", check.http.bearer
        yield f"the token of the check {check.key}", check.heartbeat.token
        for name, value in check.http.headers:
            if name.lower() not in _HARMLESS_HEADERS:
                yield f"the header {name} of the check {check.key}", value
        if check.http.password:
            login = f"{check.http.username}:{check.http.password}"
            yield f"the password of the check {check.key}", check.http.password
            yield f"the password of the check {check.key}", b64encode(login.encode()).decode("ascii")
        for server in (check.mail.login, check.mail.mailbox):
            yield f"the password of the check {check.key}", server.password
            if server.password:
                plain = b64encode(f"\0{server.username}\0{server.password}".encode()).decode("ascii")
                yield f"the password of the check {check.key}", plain


def _database_password(url: str) -> str:
    from psycopg2.extensions import parse_dsn  # it takes long to load, and few commands have such an address

    return str(parse_dsn(url).get("password", ""))


def _login(login: str) -> Iterator[str]:
    """The password of a URL, or the user who stands there alone; also both together, as they are and as a header has
    them."""
    if login:
        user, _, password = login.partition(":")
        yield from (password or user, unquote(password or user), login, b64encode(unquote(login).encode()).decode())


def _parameters(query: str) -> Iterator[str]:
    """Those of a URL that look like secrets, by their name or by their value."""
    for name, value in parse_qsl(query):
        if _RANDOM.fullmatch(value) or _PARAMETER.match(f"?{name}=x"):
            yield value


def _ways_to_write(secret: str) -> Iterator[str]:
    """As it is; in an address; in JSON."""
    yield from (secret, quote(secret, ""), json.dumps(secret)[1:-1])


def _without_password(found: re.Match[str]) -> str:
    """The user of a database is no secret; of another address it may be the token itself."""
    scheme, slashes, login = found.groups()
    user, colon, _ = login.partition(":")
    if (scheme and not colon) or login == _EXAMPLE:
        return found[0]
    return f"{scheme}{slashes}{user}:{STRUCK}@" if scheme else f"{slashes}{STRUCK}@"


def _whole_word(secret: str) -> str:
    if _RANDOM.fullmatch(secret):
        return re.escape(secret)
    before = _BEFORE if re.match(r"[A-Za-z0-9_]", secret) else ""
    after = _AFTER if re.search(r"[A-Za-z0-9_]\Z", secret) else ""
    return f"{before}{re.escape(secret)}{after}"

"""What a configuration key may hold, and how that is written. Durations are seconds; URLs of folders end with a
slash."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import fields

MINUTE_SECONDS = 60.0
HOUR_SECONDS = 60 * MINUTE_SECONDS
DAY_SECONDS = 24 * HOUR_SECONDS
LONGEST_DURATION_SECONDS = 10 * 365 * DAY_SECONDS


class SettingKind(Enum):
    """How a value is written and what it means, where its Python type does not say so."""

    TEXT = "text"
    WHOLE_NUMBER = "whole number"
    SWITCH = "true or false"
    CHOICE = "choice"
    DURATION = "duration"
    FILE_URL = "URL of a file"
    FOLDER_URL = "URL of a folder"
    ACCESS_URL = "URL that gives access"
    DATABASE_URL = "URL of a database"
    HOST = "address to listen on"
    HOSTS = "hosts"
    PATH = "path"
    TIME_ZONE = "time zone"
    SECRET = "secret"


class TakesEffect(Enum):
    """When a key that was changed does."""

    AT_ONCE = "while the service runs"
    AFTER_RESTART = "after a restart"
    """What cannot change under actors that run, or could keep them from starting over: places, ports, processes."""


HIDDEN_KINDS = frozenset(
    {
        SettingKind.SECRET,
        SettingKind.DATABASE_URL,
        SettingKind.FILE_URL,
        SettingKind.FOLDER_URL,
        SettingKind.ACCESS_URL,
    }
)
"""Values of these kinds are, or may hold, a secret: they are in no repr."""

Seconds = Annotated[float, SettingKind.DURATION, Meta(gt=0, le=LONGEST_DURATION_SECONDS)]
FileUrl = Annotated[str, SettingKind.FILE_URL]
FolderUrl = Annotated[str, SettingKind.FOLDER_URL]
AccessUrl = Annotated[str, SettingKind.ACCESS_URL]
"""A URL whose path or parameters are the secret: whoever knows it may use it. Only its host is shown."""
DatabaseUrl = Annotated[str, SettingKind.DATABASE_URL]
ListenAddress = Annotated[str, SettingKind.HOST]
HostList = Annotated[str, SettingKind.HOSTS]
Port = Annotated[int, Meta(ge=0, le=65_535)]
FilePath = Annotated[str, SettingKind.PATH]
TimeZone = Annotated[str, SettingKind.TIME_ZONE]
Secret = Annotated[str, SettingKind.SECRET]
"""A secret is never read from a configuration file: only from the environment, or from the file that the key with
`_file` after its name points to. The loader adds that key."""


def hosts_in(text: HostList) -> tuple[str, ...]:
    """The hosts of a list, some with a port."""
    return tuple(host for host in text.lower().split(", ") if host)


def without_secrets(section: Struct) -> str:
    """A section's repr. Fields of HIDDEN_KINDS are left out."""
    shown = (
        f"{field.name}={getattr(section, field.name)!r}"
        for field in fields(section)
        if HIDDEN_KINDS.isdisjoint(getattr(field.type, "__metadata__", ()))
    )
    return f"{type(section).__name__}({', '.join(shown)})"

"""The parameters of each address: declared once, for the answers and for the OpenAPI document. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, inspect

from actors.web.model.views import EventKind
from messages.check_reading import UptimeWindow
from messages.checks import CheckState

MAX_LIMIT = 200
MAX_TEXT = 100
MAX_NUMBER = 99_999
MAX_KEY = 300

PRINTABLE = r"^[^\u0000-\u001f\u007f-\u009f]*$"
"""Without control characters. Python and the readers of the OpenAPI document understand it alike."""

_TIME = re.compile(r"[0-9]{4}-")

Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="How many of them, at most.")]
After = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TEXT,
        pattern=PRINTABLE,
        description="The id after which the page begins: `next` of another.",
    ),
]
Number = Annotated[int, Meta(ge=0, le=MAX_NUMBER, description="A paper number.")]
Words = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TEXT,
        pattern=PRINTABLE,
        description="Words in the title, among the authors or in the id.",
    ),
]
Entry = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TEXT,
        pattern=PRINTABLE,
        description="What a watch entry takes: P2300, Niebler, title:ranges.",
    ),
]


class PapersParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `/api/v1/papers`. Without `kind`: P, D and N."""

    limit: Limit = 50
    after: After | UnsetType = UNSET
    kind: Literal["P", "D", "N", "CWG", "LWG", "EWG", "LEWG", "FS", "EDIT", "SD"] | UnsetType = UNSET
    number: Number | UnsetType = UNSET
    words: Words | UnsetType = UNSET
    since: Annotated[date, Meta(description="Dated on this day or later.")] | UnsetType = UNSET
    until: Annotated[date, Meta(description="Dated on this day or earlier.")] | UnsetType = UNSET


class DraftsParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `/api/v1/drafts`."""

    limit: Limit = 50
    after: After | UnsetType = UNSET
    number: Number | UnsetType = UNSET
    state: Literal["found", "withdrawn", "published"] | UnsetType = UNSET
    words: Words | UnsetType = UNSET


class EventsParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `/api/v1/events`."""

    limit: Limit = 50
    after: After | UnsetType = UNSET
    kind: EventKind | UnsetType = UNSET
    since: Annotated[datetime, Meta(tz=True, description="At this time or later.")] | UnsetType = UNSET


class ChecksParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `/api/v1/checks`."""

    limit: Limit = 50
    after: (
        Annotated[str, Meta(min_length=1, max_length=MAX_KEY, pattern=PRINTABLE, description="`next` of another page.")]
        | UnsetType
    ) = UNSET
    group: (
        Annotated[str, Meta(max_length=MAX_KEY, pattern=PRINTABLE, description="Of this group; empty: of none.")]
        | UnsetType
    ) = UNSET
    status: CheckState | UnsetType = UNSET


class CheckParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `/api/v1/checks/{key}`: none."""


class BadgeParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of the badges: the window of the uptime."""

    window: UptimeWindow = UptimeWindow.WEEK


class NumberParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `/api/v1/numbers/{number}`: none."""


class FeedParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of `/feed.atom`."""

    q: Entry | UnsetType = UNSET


class PageParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of the page and its parts."""

    q: Annotated[str, Meta(max_length=MAX_TEXT, pattern=PRINTABLE)] = ""


class NothingParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of addresses that take none."""


class BadRequest(Exception):
    """A request that cannot be answered; the text says why."""


P = TypeVar("P", bound=Struct)


def read(pairs: Iterable[tuple[str, str]], kind: type[P]) -> P:
    """The parameters of a query string. Raises BadRequest for one that is unknown, doubled or wrong."""
    values: dict[str, str] = {}
    known = [field.name for field in msgspec.structs.fields(kind)]
    for name, value in pairs:
        if name not in known:
            takes = f"this address takes {_listed(known)}" if known else "this address takes no parameters"
            raise BadRequest(f"there is no parameter {_shown(name)}: {takes}")
        if name in values:
            raise BadRequest(f"the parameter {name} is there twice: give it once")
        values[name] = value
    forms = {field.name: _forms_of(field.type) for field in _fields_of(kind)}
    for name, value in values.items():
        if any(isinstance(form, inspect.DateTimeType) for form in forms[name]) and _TIME.match(value) is None:
            raise BadRequest(_in_words(name, value, forms[name]))  # msgspec takes seconds since 1970, too
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition(" - at `$.")[2].rstrip("`")
        raise BadRequest(_in_words(name, values[name], forms[name]) if name in values else str(error)) from error


def number(text: str) -> int:
    """A paper number in a path. Raises BadRequest."""
    if re.fullmatch(r"[0-9]{1,5}", text) is None:
        raise BadRequest(f"{_shown(text)} is not a paper number: write it like 2300, without P or D")
    return int(text)


def _fields_of(kind: type[Struct]) -> Sequence[inspect.Field]:
    info = inspect.type_info(kind)
    return info.fields if isinstance(info, inspect.StructType) else ()


def _forms_of(type: inspect.Type) -> Sequence[inspect.Type]:
    """What a parameter may be, if it is there."""
    plain = type.type if isinstance(type, inspect.Metadata) else type
    if isinstance(plain, inspect.UnionType):
        return [form for each in plain.types for form in _forms_of(each)]
    return [plain]


def _in_words(name: str, value: str, forms: Sequence[inspect.Type]) -> str:
    """What is wrong with a value, and how to write it."""
    begin = f"the parameter {name}"
    for form in forms:
        match form:
            case inspect.StrType():
                if not value:
                    return f"{begin} is wrong: it is empty"
                if len(value) > (most := form.max_length or len(value)):
                    return f"{begin} is wrong: it is longer than {most} characters"
                return f"{begin} has a control character"
            case inspect.IntType():
                return f"{begin} is wrong: write a whole number from {form.ge} to {form.le}, not {_shown(value)}"
            case inspect.DateType():
                return f"{begin} is wrong: write a day like 2025-12-31, not {_shown(value)}"
            case inspect.DateTimeType():
                return f"{begin} is wrong: write a time like 2025-12-31T12:00:00Z, not {_shown(value)}"
            case inspect.EnumType():
                return (
                    f"{begin} is wrong: write {_listed([each.value for each in form.cls], 'or')}, not {_shown(value)}"
                )
            case inspect.LiteralType():
                return f"{begin} is wrong: write {_listed(list(map(str, form.values)), 'or')}, not {_shown(value)}"
    return f"{begin} is wrong"


def _listed(names: list[str], last: str = "and") -> str:
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _shown(text: str) -> str:
    return repr(text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…")

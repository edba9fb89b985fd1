"""What a user of the database may not do, in a sentence, with what its administrator can do about it. Pure."""

from typing import Any, Protocol

READ_ONLY = "25006"


class SessionInfo(Protocol):
    """Of a connection: who is logged in, and where."""

    @property
    def user(self) -> str:
        """The user."""

    @property
    def dbname(self) -> str:
        """The database."""


def in_words(error: Any, session: SessionInfo) -> str:
    """PostgreSQL's sentence and a hint, without the statement that it was about. `error` is one of psycopg2's."""
    said = " ".join((error.diag.message_primary or str(error)).split())
    return f"{said}. {_hint(said, error.diag.sqlstate or '', session)}"


def _hint(said: str, state: str, session: SessionInfo) -> str:
    if state == READ_ONLY:
        return "This server takes no changes: database.url has to name the one that does"
    if "for database" in said:
        return f"Its owner can allow it: GRANT CREATE ON DATABASE {_name(session.dbname)} TO {_name(session.user)}"
    if "terminate process" in said:
        return f"All instances have to use the same database user, and this one is {_name(session.user)}"
    user = _name(session.user)
    return (
        f"Callboard's schemas and tables in {_name(session.dbname)} have to belong to {user}, the user of database.url;"
        " somebody else made them"
    )


def _name(name: str) -> str:
    """As an identifier in SQL."""
    return name if name.isidentifier() and name.islower() else '"' + name.replace('"', '""') + '"'

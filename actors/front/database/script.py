"""A backup as SQL: what it holds, and what stands around it so that a restore happens wholly or not at all. Pure.

A backup made on a newer PostgreSQL begins with a setting that an older one does not have. It is left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

NEWER_SETTINGS = ("SET transaction_timeout = ",)

NOT_LED = """DO $$ BEGIN
IF to_regclass('lease.leadership') IS NOT NULL THEN
    LOCK TABLE lease.leadership IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM lease.leadership WHERE expires_at > clock_timestamp()) THEN
        RAISE EXCEPTION 'a service has begun to use this database';
    END IF;
END IF;
END $$;
"""

KEPT_EPOCH = """CREATE TEMPORARY TABLE kept_epoch (epoch bigint) ON COMMIT DROP;
DO $$ BEGIN
IF to_regclass('lease.leadership') IS NOT NULL THEN
    INSERT INTO kept_epoch SELECT epoch FROM lease.leadership;
END IF;
END $$;
"""

RAISED_EPOCH = """UPDATE lease.leadership SET expires_at = clock_timestamp(),
    epoch = greatest(epoch, (SELECT max(epoch) FROM pg_temp.kept_epoch)) + 1;
"""
"""An instance that was paused all this time must not take the restored lease for its own."""

QUIETLY = "SET LOCAL client_min_messages = warning;\n"
"""What is dropped is no news: whoever reads why a restore failed would have to find it among hundreds of lines."""


def with_frame(dump: Iterable[str], schemas: Sequence[str]) -> Iterator[str]:
    """The script that replaces these schemas by those of the dump, in the transaction that it runs in. What is added
    uses names in full: a dump empties the search path."""
    yield NOT_LED
    yield KEPT_EPOCH
    yield QUIETLY
    for schema in schemas:
        yield f"DROP SCHEMA IF EXISTS {schema} CASCADE;\n"
    is_preamble = True
    for line in dump:
        is_preamble = is_preamble and not line.startswith("CREATE ")
        if not (is_preamble and line.startswith(NEWER_SETTINGS)):
            yield line
    yield RAISED_EPOCH


def schemas_in(listing: str) -> frozenset[str]:
    """The schemas that the table of contents of a backup has: lines `8; 2615 16389 SCHEMA - index callboard`."""
    words = [line.split() for line in listing.splitlines() if not line.startswith(";")]
    return frozenset(line[5] for line in words if line[3:5] == ["SCHEMA", "-"])


def applied_migrations(dump: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """For each schema, the migrations that the dump says were applied."""
    found: dict[str, set[str]] = {}
    schema, column = "", 0
    for line in dump:
        if schema:
            if line.rstrip("\n") == r"\.":
                schema = ""
            else:
                found[schema].add(line.rstrip("\n").split("\t")[column])
        elif line.startswith("COPY ") and ".schema_migrations (" in line:
            name, _, rest = line.removeprefix("COPY ").partition(".schema_migrations (")
            schema = name.strip('"')
            column = rest.partition(")")[0].split(", ").index("name")
            found.setdefault(schema, set())
    return {name: frozenset(names) for name, names in found.items()}

"""A backup as SQL."""

from actors.front.database.script import applied_migrations, schemas_in, with_frame

DUMP = [
    "SET statement_timeout = 0;\n", "SET transaction_timeout = 0;\n", "\n", "CREATE SCHEMA index;\n",
    "COPY index.papers (id, title) FROM stdin;\n", "SET transaction_timeout = x\ty\n", "\\.\n",
    "COPY index.schema_migrations (package, name, applied_at, checksum) FROM stdin;\n",
    "index\t0001_papers.sql\t2026-01-01\t\\N\n", "runtime\t0001_delivery.sql\t2026-01-01\t\\N\n", "\\.\n",
    'COPY "prober".schema_migrations (package, name) FROM stdin;\n', "\\.\n",
]  # fmt: skip


def test_what_an_older_server_does_not_know_is_left_out_of_the_preamble_only() -> None:
    made = list(with_frame(DUMP, ["index", "prober"]))
    assert "SET transaction_timeout = 0;\n" not in made
    assert "SET transaction_timeout = x\ty\n" in made
    assert [line for line in DUMP if line in made] == [line for line in DUMP if "transaction_timeout = 0" not in line]


def test_the_schemas_go_before_the_dump_brings_them() -> None:
    made = list(with_frame(DUMP, ["index", "prober"]))
    dropped = [place for place, line in enumerate(made) if line.startswith("DROP SCHEMA IF EXISTS")]
    assert len(dropped) == 2
    assert max(dropped) < made.index("CREATE SCHEMA index;\n")
    assert "lease.leadership" in made[0]
    assert "greatest(epoch" in made[-1]


def test_what_is_dropped_is_not_told_to_whoever_reads_why_a_restore_failed() -> None:
    made = list(with_frame(DUMP, ["index"]))
    assert made.index("SET LOCAL client_min_messages = warning;\n") < made.index(
        "DROP SCHEMA IF EXISTS index CASCADE;\n"
    )


def test_the_migrations_that_a_dump_says_were_applied_are_read() -> None:
    assert applied_migrations(DUMP) == {
        "index": {"0001_papers.sql", "0001_delivery.sql"}, "prober": frozenset(),
    }  # fmt: skip


def test_the_schemas_of_a_backup_are_in_its_table_of_contents() -> None:
    listing = (
        "; Archive created at 2026-01-01\n;     dbname: callboard\n"
        "8; 2615 16389 SCHEMA - index callboard\n9; 2615 16390 SCHEMA - lease \n230; 1259 16400 TABLE index papers x\n"
    )
    assert schemas_in(listing) == {"index", "lease"}

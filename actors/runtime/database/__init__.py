"""An actor's connection to PostgreSQL: its schema, migrations, bounded calls, one transaction at a time."""

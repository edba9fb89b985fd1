"""Which instance leads, where several use one database: a lease in the database, kept by one actor."""

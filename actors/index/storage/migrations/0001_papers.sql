CREATE TABLE versions (
    id text NOT NULL,
    sync integer NOT NULL,
    place integer NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    revision integer,
    title text NOT NULL,
    authors text[] NOT NULL,
    published date,
    status text NOT NULL,
    url text NOT NULL,
    fingerprint bigint NOT NULL,
    noticed_at timestamptz NOT NULL,
    PRIMARY KEY (id, sync),
    UNIQUE (sync, place)
);
COMMENT ON TABLE versions IS 'Each entry of the index as each sync that added or changed it found it. Rows of a sync'
    ' above progress.applied belong to a sync that is under way or was cut short: they do not count.';
COMMENT ON COLUMN versions.place IS 'Place among the news of its sync, from 0: additions first, then changes.';
COMMENT ON COLUMN versions.fingerprint IS 'BLAKE2b, 8 bytes, of the entry''s JSON as it was fetched.';

CREATE TABLE progress (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    applied integer NOT NULL DEFAULT 0,
    news integer NOT NULL DEFAULT 0,
    told integer NOT NULL DEFAULT 0,
    synced_at timestamptz,
    url text NOT NULL DEFAULT '',
    etag text,
    last_modified text
);
COMMENT ON TABLE progress IS 'One row. Moving `applied` on is what makes a sync visible, all at once.';
COMMENT ON COLUMN progress.applied IS 'Number of the last sync that counts; 0 before the first.';
COMMENT ON COLUMN progress.news IS 'How many versions that sync brought.';
COMMENT ON COLUMN progress.told IS 'How many of them have been told to the other actors.';
COMMENT ON COLUMN progress.url IS 'Where the validators (etag, last_modified) come from.';

INSERT INTO progress DEFAULT VALUES;

CREATE VIEW papers AS
SELECT newest.id, newest.kind, newest.number, newest.revision, newest.title, newest.authors, newest.published,
       newest.status, newest.url,
       (SELECT first.noticed_at FROM versions first WHERE first.id = newest.id ORDER BY first.sync LIMIT 1)
           AS first_seen,
       newest.noticed_at AS changed_at,
       newest.sync,
       newest.fingerprint
FROM (
    SELECT DISTINCT ON (id) * FROM versions
    WHERE sync <= (SELECT applied FROM progress)
    ORDER BY id, sync DESC
) newest;
COMMENT ON VIEW papers IS 'The index as it is now: the newest version of each entry.';

ALTER TABLE versions
    ADD COLUMN audience text[] NOT NULL DEFAULT '{}',
    ADD COLUMN mailing text NOT NULL DEFAULT '',
    ADD COLUMN previous text NOT NULL DEFAULT '',
    ADD COLUMN disposition text NOT NULL DEFAULT '';

CREATE TABLE records (
    source text NOT NULL,
    page text NOT NULL,
    id text NOT NULL,
    sync integer NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    revision integer,
    title text NOT NULL,
    authors text[] NOT NULL,
    published date,
    status text NOT NULL,
    url text NOT NULL,
    audience text[] NOT NULL,
    mailing text NOT NULL,
    previous text NOT NULL,
    disposition text NOT NULL,
    is_announced boolean NOT NULL,
    fingerprint bigint NOT NULL,
    noticed_at timestamptz NOT NULL,
    PRIMARY KEY (id, source, sync)
);
COMMENT ON TABLE records IS 'What each source says of an entry, as each sync found it. As in versions, rows of a sync'
    ' above progress.applied do not count.';
COMMENT ON COLUMN records.is_announced IS 'The source says that the paper is published; otherwise it is only known.';
COMMENT ON COLUMN records.fingerprint IS 'BLAKE2b, 8 bytes, of the entry as it was fetched.';
INSERT INTO records
SELECT 'wg21.link', 'index.json', id, sync, kind, number, revision, title, authors, published, status, url, '{}', '', '', '', true,
       fingerprint, changed_at
FROM papers;

CREATE TABLE pages (
    source text NOT NULL,
    page text NOT NULL,
    url text NOT NULL DEFAULT '',
    etag text,
    last_modified text,
    checked_at timestamptz NOT NULL,
    entries integer NOT NULL,
    digests bigint[] NOT NULL DEFAULT '{}',
    hints text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (source, page)
);
COMMENT ON TABLE pages IS 'The pages of the sources as they were applied last, with the validators of the server.';
COMMENT ON COLUMN pages.digests IS 'Of the versions of the page that were applied, the newest last.';
INSERT INTO pages (source, page, url, etag, last_modified, checked_at, entries)
SELECT 'wg21.link', 'index.json', url, etag, last_modified, synced_at, (SELECT count(*) FROM papers)
FROM progress WHERE synced_at IS NOT NULL;

CREATE TABLE held_pages (
    source text NOT NULL,
    page text NOT NULL,
    since timestamptz NOT NULL,
    why text NOT NULL,
    digest bigint NOT NULL,
    entries integer NOT NULL,
    url text NOT NULL DEFAULT '',
    etag text,
    last_modified text,
    is_accepted boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source, page)
);
COMMENT ON TABLE held_pages IS 'What sources say now and is not believed yet.';

CREATE TABLE mailings (
    name text PRIMARY KEY,
    title text NOT NULL,
    url text NOT NULL,
    ids text[] NOT NULL,
    sync integer NOT NULL,
    noticed_at timestamptz NOT NULL,
    is_quiet boolean NOT NULL
);
COMMENT ON TABLE mailings IS 'Mailings, each as it was when it appeared. Those with is_quiet were old then.';

DROP VIEW papers;
ALTER TABLE versions DROP COLUMN fingerprint;
ALTER TABLE progress DROP COLUMN url, DROP COLUMN etag, DROP COLUMN last_modified;

CREATE VIEW papers AS
SELECT newest.id, newest.kind, newest.number, newest.revision, newest.title, newest.authors, newest.published,
       newest.status, newest.url, newest.audience, newest.mailing, newest.previous, newest.disposition,
       (SELECT first.noticed_at FROM versions first WHERE first.id = newest.id ORDER BY first.sync LIMIT 1)
           AS first_seen,
       newest.noticed_at AS changed_at,
       newest.sync
FROM (
    SELECT DISTINCT ON (id) * FROM versions
    WHERE sync <= (SELECT applied FROM progress)
    ORDER BY id, sync DESC
) newest;
COMMENT ON VIEW papers IS 'What is known of each paper now: the newest version of each entry, merged from all sources.';

-- The prober's own copy of the P papers that it was told of.
CREATE TABLE papers (
    id text PRIMARY KEY,
    number integer NOT NULL,
    revision integer,
    title text NOT NULL,
    authors text[] NOT NULL,
    dated date,
    status text NOT NULL,
    url text NOT NULL
);
CREATE INDEX papers_number ON papers (number);

-- asked_at: when the last answer of all the names of a number was there. missing: for each name (without its number)
-- that was last answered missing, when it was given out, in seconds since the epoch.
CREATE TABLE numbers (
    number integer PRIMARY KEY,
    asked_at timestamptz,
    missing jsonb NOT NULL
);

CREATE TABLE watched (
    number integer PRIMARY KEY
);

-- announcement: announced or silent. state: found or published.
CREATE TABLE drafts (
    id text PRIMARY KEY,
    prefix text NOT NULL,
    number integer NOT NULL,
    revision integer NOT NULL,
    found_at timestamptz NOT NULL,
    announcement text NOT NULL,
    state text NOT NULL,
    predecessor text REFERENCES papers (id)
);
CREATE INDEX drafts_found_at ON drafts (found_at);

CREATE TABLE draft_files (
    draft text NOT NULL REFERENCES drafts (id),
    extension text NOT NULL,
    url text NOT NULL,
    last_modified timestamptz,
    length bigint,
    PRIMARY KEY (draft, extension)
);

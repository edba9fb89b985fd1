-- How a host is to be treated, by the host and port that are asked: rates in requests a second. breaker: closed, open or
-- half_open. belief: what was last thought of its answers. saved_at tells a clock that was set back.
CREATE TABLE hosts (
    host text PRIMARY KEY,
    rate double precision NOT NULL,
    threshold double precision NOT NULL,
    paused_until timestamptz NOT NULL,
    unheard integer NOT NULL,
    trials integer NOT NULL,
    breaker text NOT NULL,
    error_share double precision NOT NULL,
    trouble_since timestamptz,
    belief text NOT NULL,
    saved_at timestamptz NOT NULL
);

-- standing: rules, none or untold.
CREATE TABLE robots (
    host text PRIMARY KEY,
    standing text NOT NULL,
    text text NOT NULL,
    read_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    error text NOT NULL
);

-- The kill switch, at most one row. probing: on or off.
CREATE TABLE switch (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    probing text NOT NULL,
    since timestamptz NOT NULL,
    by text NOT NULL
);

-- checked_at: when the file was last asked for; those found before this was remembered get their turns within two days.
-- changed_at: when it appeared, or last changed.
ALTER TABLE draft_files ADD COLUMN etag text, ADD COLUMN checked_at timestamptz, ADD COLUMN changed_at timestamptz;
UPDATE draft_files SET checked_at = now() - random() * interval '2 days',
    changed_at = least(draft_files.last_modified, drafts.found_at)
    FROM drafts WHERE drafts.id = draft_files.draft;
ALTER TABLE draft_files ALTER COLUMN checked_at SET NOT NULL, ALTER COLUMN changed_at SET NOT NULL;

-- What was seen once and is not believed yet. kind: appeared, changed or gone. trust: pending or held.
CREATE TABLE sightings (
    prefix text NOT NULL,
    number integer NOT NULL,
    revision integer NOT NULL,
    extension text NOT NULL,
    kind text NOT NULL,
    etag text,
    last_modified timestamptz,
    length bigint,
    appearance text NOT NULL,
    first_at timestamptz NOT NULL,
    look_at timestamptz NOT NULL,
    vain integer NOT NULL,
    trust text NOT NULL,
    PRIMARY KEY (prefix, number, revision, extension)
);

-- What happened to drafts, for readers. step: found, read, updated, withdrawn or published.
CREATE TABLE journal (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    draft text NOT NULL,
    step text NOT NULL,
    detail text NOT NULL
);
CREATE INDEX journal_at ON journal (at);
INSERT INTO journal (at, draft, step, detail)
    SELECT found_at, id, 'found', '' FROM drafts WHERE announcement = 'announced' ORDER BY found_at, id;

-- How many requests were sent in each hour, by what they were for and by what the host answered.
CREATE TABLE request_hours (
    hour timestamptz NOT NULL,
    kind text NOT NULL,
    verdict text NOT NULL,
    requests bigint NOT NULL,
    PRIMARY KEY (hour, kind, verdict)
);

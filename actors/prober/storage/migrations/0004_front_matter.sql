-- What a draft said of itself when it was last read; words: the first 1,000 of its text.
CREATE TABLE front_matters (
    draft text PRIMARY KEY REFERENCES drafts (id),
    title text NOT NULL,
    authors text[] NOT NULL,
    audience text[] NOT NULL,
    dated date,
    words text NOT NULL
);

-- Drafts whose front matter is to be read. telling: waiting (nobody was told of the draft yet) or told.
CREATE TABLE readings (
    draft text PRIMARY KEY REFERENCES drafts (id),
    telling text NOT NULL,
    tries integer NOT NULL,
    due_at timestamptz NOT NULL,
    tell_by timestamptz NOT NULL
);

-- What files of drafts were like in the last days, by the file's name; only of files that changed. changed_at: when they
-- last did.
CREATE TABLE file_histories (
    name text PRIMARY KEY,
    history jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE TABLE entries (
    user_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('author', 'number', 'kind')),
    key text NOT NULL,
    text text NOT NULL,
    added_at timestamptz NOT NULL,
    added_by text NOT NULL,
    PRIMARY KEY (user_id, kind, key)
);
COMMENT ON TABLE entries IS 'What each user watches.';
COMMENT ON COLUMN entries.key IS 'The folded form by which an entry is matched and told apart: thomas koppe, P2300, CWG.';
COMMENT ON COLUMN entries.text IS 'What the user wrote, trimmed.';
COMMENT ON COLUMN entries.added_by IS 'Who added it: the user, or an operator.';

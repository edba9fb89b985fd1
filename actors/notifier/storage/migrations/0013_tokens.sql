CREATE TABLE tokens (
    origin text PRIMARY KEY,
    access text NOT NULL,
    refresh text NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE tokens IS 'The bot''s tokens, if they are renewed every few hours (token rotation): secrets. Empty otherwise.';
COMMENT ON COLUMN tokens.origin IS 'A hash of the refresh token in the configuration that they come from: with a new one there,'
    ' they count no longer.';

ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check
    CHECK (kind IN ('author', 'number', 'kind', 'title', 'audience', 'mailings', 'everything'));
COMMENT ON COLUMN entries.user_id IS 'Slack''s id of the user, or of the channel whose subscription it is.';

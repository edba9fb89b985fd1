ALTER TABLE conversations ADD COLUMN is_stale boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN conversations.is_stale IS 'The recipient is a channel''s name, and Slack has refused it since: the id still says'
    ' which channel it was, but the name may belong to another by now, so nothing is sent to the id.';

ALTER TABLE messages
    ADD COLUMN card jsonb,
    ADD COLUMN card_version integer NOT NULL DEFAULT 0,
    ADD COLUMN card_shown integer NOT NULL DEFAULT 0,
    ADD COLUMN broadcast boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN messages.card IS 'What a message that announces drafts says now: its notices, each with the newest state'
    ' of its draft. The text stays what was posted first. NULL for other messages.';
COMMENT ON COLUMN messages.card_version IS 'Counts the changes of the card; card_shown is the one that Slack shows.';
COMMENT ON COLUMN messages.broadcast IS 'Whether a reply in a thread is shown in the channel too.';
CREATE INDEX messages_outdated ON messages (changed_at) WHERE card_version > card_shown;

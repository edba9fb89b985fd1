-- What is queued for users can be taken back before it is sent, in whole or in part.
ALTER TABLE messages
    DROP CONSTRAINT messages_state_check,
    ADD CONSTRAINT messages_state_check CHECK (state IN ('queued', 'sending', 'sent', 'dead', 'taken_back')),
    ADD COLUMN event_kind text,
    ADD COLUMN event_version integer,
    ADD COLUMN event_payload jsonb;
COMMENT ON COLUMN messages.state IS 'sending: it was given to Slack, and it is not known yet what became of it. taken_back:'
    ' the user unwatched or muted what it was about before it was sent.';
COMMENT ON COLUMN messages.event_payload IS 'An event that says to a user what the message says, with its kind and version:'
    ' when part of it is taken back, the rest is written again. NULL once it was sent.';

DROP INDEX messages_over;
CREATE INDEX messages_over ON messages (state, changed_at) WHERE state IN ('sent', 'dead', 'taken_back');

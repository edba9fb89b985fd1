CREATE TABLE messages (
    id uuid PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    recipient text NOT NULL,
    text text NOT NULL,
    announced text[] NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'dead')),
    attempt integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    not_before timestamptz,
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    channel text,
    ts text
);
COMMENT ON TABLE messages IS 'Every message to people and its fate.';
COMMENT ON COLUMN messages.id IS 'Goes with the message as Slack metadata, by which it is found in a history.';
COMMENT ON COLUMN messages.place IS 'Messages to one recipient leave in this order.';
COMMENT ON COLUMN messages.recipient IS 'A Slack user or channel as it is configured or watched; on the console also'
    ' readers and operators.';
COMMENT ON COLUMN messages.announced IS 'The ids of the papers and drafts that it announces.';
COMMENT ON COLUMN messages.state IS 'sending: it was given to Slack, and it is not known yet what became of it.';
COMMENT ON COLUMN messages.attempt IS 'How often it was given to Slack; an outcome counts only for its own attempt.';
COMMENT ON COLUMN messages.failures IS 'How often Slack refused it with an error that Callboard does not know.';
COMMENT ON COLUMN messages.reason IS 'Why it is not sent (yet), in words.';
COMMENT ON COLUMN messages.channel IS 'Where Slack put it, and ts when.';

CREATE INDEX messages_open ON messages (place) WHERE state IN ('queued', 'sending');

CREATE TABLE conversations (
    recipient text PRIMARY KEY,
    channel text NOT NULL,
    last_ts text NOT NULL
);
COMMENT ON TABLE conversations IS 'Slack''s id of the conversation with a recipient, and the last message that is known'
    ' to have arrived there.';

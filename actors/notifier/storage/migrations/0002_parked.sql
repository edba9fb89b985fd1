CREATE TABLE parked (
    recipient text PRIMARY KEY,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    tries integer NOT NULL DEFAULT 1,
    tried_at timestamptz NOT NULL DEFAULT now(),
    retry_at timestamptz NOT NULL
);
COMMENT ON TABLE parked IS 'Recipients whom Slack does not reach. Their messages stay queued; the oldest is tried again'
    ' at retry_at, and when it is taken the others follow.';

ALTER TABLE messages
    ADD COLUMN tried_at timestamptz,
    ADD COLUMN unsettled integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN messages.tried_at IS 'When it was last given to Slack.';
COMMENT ON COLUMN messages.unsettled IS 'How often it was sent again though nobody could say whether it had arrived: it'
    ' may stand there as much oftener.';

DROP INDEX messages_open;
CREATE INDEX messages_open ON messages (recipient, place) WHERE state IN ('queued', 'sending');
CREATE INDEX messages_over ON messages (state, changed_at) WHERE state IN ('sent', 'dead');
CREATE INDEX messages_unsettled ON messages (place) WHERE unsettled > 0;

CREATE TABLE heard (
    event_id text PRIMARY KEY,
    at timestamptz NOT NULL
);
COMMENT ON TABLE heard IS 'What Slack has delivered, by its own ids: delivered again it has no effect.';
CREATE INDEX heard_at ON heard (at);

ALTER TABLE messages
    ADD COLUMN kind text NOT NULL DEFAULT 'notice' CHECK (kind IN ('notice', 'answer', 'incident')),
    ADD COLUMN blocks jsonb,
    ADD COLUMN parent uuid,
    ADD COLUMN thread_ts text;
COMMENT ON COLUMN messages.blocks IS 'The message in Block Kit; the text stands for it where that is not shown.';
COMMENT ON COLUMN messages.parent IS 'The message in whose thread it goes; thread_ts, where its place is known already.';
CREATE INDEX messages_recipient ON messages (recipient);

ALTER TABLE conversations ADD COLUMN at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN conversations.at IS 'When that message was known to have arrived.';
CREATE INDEX conversations_at ON conversations (at);

CREATE TABLE announcements (
    recipient text NOT NULL,
    subject text NOT NULL,
    message uuid NOT NULL,
    channel text,
    ts text,
    at timestamptz NOT NULL,
    PRIMARY KEY (recipient, subject)
);
COMMENT ON TABLE announcements IS 'The message in which a recipient was first told of a draft or paper: what becomes of it'
    ' later goes into the thread of that. A subject is an id without what its life changes: D2300R1 and P2300R1 are one.';
CREATE INDEX announcements_message ON announcements (message);
CREATE INDEX announcements_at ON announcements (at);

CREATE TABLE preferences (
    user_id text PRIMARY KEY,
    delivery text NOT NULL CHECK (delivery IN ('immediate', 'daily', 'weekly')),
    at_minute integer NOT NULL,
    weekday integer NOT NULL,
    zone text NOT NULL,
    quiet_from integer,
    quiet_to integer
);
COMMENT ON TABLE preferences IS 'How a user wants to be told, by the watchlist: minutes after local midnight, weekday 0 is'
    ' Monday.';

CREATE TABLE held (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id text NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    payload jsonb NOT NULL,
    held_at timestamptz NOT NULL
);
COMMENT ON TABLE held IS 'What is kept for a user until the hour that the user has asked for, as the event that it came in.';
CREATE INDEX held_user ON held (user_id, place);

CREATE TABLE due (
    user_id text PRIMARY KEY,
    due_at timestamptz NOT NULL,
    set_at timestamptz NOT NULL
);
COMMENT ON TABLE due IS 'When what is held of a user is sent; set_at is when that was found out: ahead of the clock, the'
    ' clock was set back since.';
CREATE INDEX due_at ON due (due_at);
CREATE INDEX due_set_at ON due (set_at);

CREATE TABLE incidents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL,
    text text NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    told_at timestamptz,
    reminders integer NOT NULL DEFAULT 0,
    ended_at timestamptz
);
COMMENT ON TABLE incidents IS 'What was wrong with the service, for operators: from when to when, and what was told.';
CREATE UNIQUE INDEX incidents_open ON incidents (key) WHERE ended_at IS NULL;

CREATE TABLE standing (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch bigint,
    summarized_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE standing IS 'The lease under which this actor last began, and when operators had their last summary.';
INSERT INTO standing DEFAULT VALUES;

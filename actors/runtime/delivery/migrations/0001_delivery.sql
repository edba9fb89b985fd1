CREATE TABLE outbox (
    destination text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (destination, seq)
);
COMMENT ON TABLE outbox IS 'Events that this actor caused and that their receiver has not acknowledged.';

CREATE TABLE outbox_heads (
    destination text PRIMARY KEY,
    last_seq bigint NOT NULL
);
COMMENT ON TABLE outbox_heads IS 'The last sequence number given to an event for each destination.';

CREATE TABLE inbox (
    source text PRIMARY KEY,
    last_seq bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0
);
COMMENT ON TABLE inbox IS 'The last event taken from each source, and how often the next one failed.';

CREATE TABLE dead_letters (
    source text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    payload jsonb NOT NULL,
    error text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, seq)
);
COMMENT ON TABLE dead_letters IS 'Events that failed again and again: kept, and no longer in the way of the next.';

CREATE TABLE heartbeats (
    key text PRIMARY KEY,
    ended_at timestamptz,
    started_at timestamptz,
    run_id text NOT NULL,
    missed_at timestamptz,
    signal text,
    signal_at timestamptz,
    signal_run text NOT NULL,
    output text NOT NULL,
    output_at timestamptz
);
COMMENT ON TABLE heartbeats IS 'One row for each heartbeat of the configuration that has had a signal.';
COMMENT ON COLUMN heartbeats.started_at IS 'Since when a run is under way; null when none is.';
COMMENT ON COLUMN heartbeats.missed_at IS 'The time of the last signal that did not come: the next is counted from there.';
COMMENT ON COLUMN heartbeats.output IS 'The beginning of what a job printed, from its last signal that had any.';

CREATE TABLE checks (
    key text PRIMARY KEY,
    state text NOT NULL DEFAULT 'unknown',
    since timestamptz,
    failed integer NOT NULL DEFAULT 0,
    not_passed integer NOT NULL DEFAULT 0,
    not_failed integer NOT NULL DEFAULT 0,
    passed integer NOT NULL DEFAULT 0,
    outage text,
    severity text,
    outage_since timestamptz,
    told_at timestamptz,
    reminders integer NOT NULL DEFAULT 0,
    last_at timestamptz,
    duration double precision,
    error text NOT NULL DEFAULT '',
    certificate_until timestamptz,
    paused boolean NOT NULL DEFAULT false,
    due_at timestamptz NOT NULL,
    generation bigint NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    active boolean NOT NULL
);
COMMENT ON TABLE checks IS 'One row for each check of the configuration: its state, and when it runs.';
COMMENT ON COLUMN checks.failed IS 'Like not_passed, not_failed and passed: how many of the last results in a row did.';
COMMENT ON COLUMN checks.outage IS 'The id of the outage that people know about; null if there is none.';
COMMENT ON COLUMN checks.generation IS 'Counts the runs that were given out. A result of an earlier one does not count.';
COMMENT ON COLUMN checks.claimed_until IS 'While a run is under way, by the clock of the database: afterwards it is given'
    ' out again. Null when none is.';
COMMENT ON COLUMN checks.active IS 'False for a check that the configuration disables.';
CREATE INDEX ON checks (due_at) WHERE active AND NOT paused;

CREATE TABLE results (
    key text NOT NULL,
    at timestamptz NOT NULL,
    generation bigint NOT NULL,
    verdict text NOT NULL,
    duration double precision NOT NULL,
    error text NOT NULL,
    status integer,
    resolve real NOT NULL,
    connect real NOT NULL,
    tls real NOT NULL,
    processing real NOT NULL,
    transfer real NOT NULL
) PARTITION BY RANGE (at);
COMMENT ON TABLE results IS 'Each result of the last days, by day (UTC): days that are over are dropped as a whole.';
CREATE INDEX ON results (key, at DESC);

CREATE TABLE transitions (
    key text NOT NULL,
    at timestamptz NOT NULL,
    state text NOT NULL,
    error text NOT NULL,
    PRIMARY KEY (key, at)
);
COMMENT ON TABLE transitions IS 'Each change of a state, for good.';

CREATE TABLE hours (
    key text NOT NULL,
    hour timestamptz NOT NULL,
    runs integer NOT NULL,
    warned integer NOT NULL,
    failed integer NOT NULL,
    duration double precision NOT NULL,
    slowest double precision NOT NULL,
    PRIMARY KEY (key, hour)
);
COMMENT ON TABLE hours IS 'What came of each hour, for good; duration is the sum.';

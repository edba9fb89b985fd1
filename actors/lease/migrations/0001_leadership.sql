CREATE TABLE leadership (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch bigint NOT NULL DEFAULT 0,
    instance text NOT NULL DEFAULT '',
    run text NOT NULL DEFAULT '',
    leader text NOT NULL DEFAULT '',
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    renewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE leadership IS 'One row: which instance of Callboard leads. All times are this server''s.';
COMMENT ON COLUMN leadership.epoch IS 'Counts the leaders that there were. An actor writes under the epoch of its lease.';
COMMENT ON COLUMN leadership.instance IS 'Stays with a data directory.';
COMMENT ON COLUMN leadership.run IS 'Made anew by each start of an instance.';
COMMENT ON COLUMN leadership.leader IS 'The instance, for people: host, data directory, process.';

INSERT INTO leadership DEFAULT VALUES;

-- Called at the begin of every transaction of every actor that writes. The shared lock is held until its end, so that
-- a takeover, which takes the same lock alone, waits for it. The two statements have a snapshot each: the epoch is read
-- as it is once the lock is held.
CREATE FUNCTION fence(mine bigint) RETURNS double precision LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    seconds_left double precision;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(465557353317);
    SELECT extract(epoch FROM expires_at - clock_timestamp()) INTO seconds_left FROM lease.leadership WHERE epoch = mine;
    RETURN seconds_left;
END
$$;
COMMENT ON FUNCTION fence IS 'Seconds that the lease of an epoch has left; NULL when it is not the one that counts.';

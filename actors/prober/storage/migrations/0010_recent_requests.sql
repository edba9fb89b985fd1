-- How many requests a host was sent in each stretch of five minutes of the last day, for health.
CREATE TABLE recent_requests (
    host text NOT NULL,
    stretch bigint NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (host, stretch)
);
COMMENT ON COLUMN recent_requests.stretch IS 'Seconds since the epoch, divided by 300.';

ALTER TABLE results ADD COLUMN round_trip double precision;
COMMENT ON COLUMN results.round_trip IS 'Seconds from when a mail was sent until it was in its mailbox; null for other checks.';

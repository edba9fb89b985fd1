ALTER TABLE checks
    ADD COLUMN told text,
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN flaps integer NOT NULL DEFAULT 0,
    ADD COLUMN flapped_at timestamptz,
    ADD COLUMN is_offline boolean NOT NULL DEFAULT false,
    ADD COLUMN subject text NOT NULL DEFAULT '';
UPDATE checks SET told = severity;
COMMENT ON COLUMN checks.outage IS 'The id of the outage that lasts, or whose end has yet to be told; null if there is none.';
COMMENT ON COLUMN checks.told IS 'The severity of the outage that people know of; null if they know of nothing yet.';
COMMENT ON COLUMN checks.ended_at IS 'The outage is over, and people have yet to hear it. Null while it lasts.';
COMMENT ON COLUMN checks.flaps IS 'Outages that followed each other closely; the last was over at flapped_at.';
COMMENT ON COLUMN checks.is_offline IS 'The last result says nothing: our own network was away.';
COMMENT ON COLUMN checks.subject IS 'A digest of what is checked: a check whose name changes keeps its row.';

ALTER TABLE results
    ADD COLUMN mark text NOT NULL DEFAULT '',
    ADD COLUMN place text NOT NULL DEFAULT '';
COMMENT ON COLUMN results.mark IS 'maintenance: it came in a maintenance window. offline: our own network was away.';
COMMENT ON COLUMN results.place IS 'The place that it is from; empty where the check has no places.';

ALTER TABLE hours ADD COLUMN marked integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN hours.marked IS 'Results in maintenance windows, or without a network of ours; the others are without these.';

CREATE TABLE maintenance (
    scope text PRIMARY KEY,
    since timestamptz NOT NULL,
    until timestamptz,
    begun_by text NOT NULL,
    reason text NOT NULL
);
COMMENT ON TABLE maintenance IS 'Windows that an operator began: for a check (its key), a group (group/) or all (empty).'
    ' until is null where nobody said when it ends.';

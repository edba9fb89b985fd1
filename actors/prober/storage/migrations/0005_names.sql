-- The tables, columns and values that the code now calls by other names.
ALTER TABLE sightings RENAME TO observations;
ALTER INDEX sightings_pkey RENAME TO observations_pkey;
ALTER TABLE observations RENAME COLUMN look_at TO recheck_at;
ALTER TABLE observations RENAME COLUMN vain TO failed_attempts;
ALTER TABLE observations RENAME COLUMN appearance TO recency;
-- trust: pending or quarantined.
UPDATE observations SET trust = 'quarantined' WHERE trust = 'held';

ALTER TABLE readings RENAME TO front_matter_queue;
ALTER INDEX readings_pkey RENAME TO front_matter_queue_pkey;
ALTER TABLE front_matter_queue RENAME COLUMN telling TO status;
ALTER TABLE front_matter_queue RENAME COLUMN tell_by TO announce_by;
-- status: pending (the draft has not been announced yet) or announced.
UPDATE front_matter_queue SET status = CASE status WHEN 'waiting' THEN 'pending' ELSE 'announced' END;

ALTER TABLE gathered RENAME TO catch_up_notices;
ALTER INDEX gathered_pkey RENAME TO catch_up_notices_pkey;

-- belief: believed, catch_all (the host answers for names that cannot exist), unconfirmed or no_answer.
UPDATE hosts SET belief = CASE belief WHEN 'lied' THEN 'catch_all' WHEN 'unheard' THEN 'no_answer' ELSE belief END;
ALTER TABLE hosts RENAME COLUMN unheard TO silent_batches;

ALTER TABLE robots RENAME COLUMN standing TO status;
-- status: rules, none or unread.
UPDATE robots SET status = 'unread' WHERE status = 'untold';

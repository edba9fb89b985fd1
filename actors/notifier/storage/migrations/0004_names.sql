-- Tables get the names that the program uses. Their rows stay as they are.
ALTER TABLE parked RENAME TO suspended;
ALTER INDEX parked_pkey RENAME TO suspended_pkey;
COMMENT ON TABLE suspended IS 'Recipients that Slack cannot reach. Their messages stay queued; the oldest is'
    ' tried again at retry_at, and if Slack accepts it, the others follow.';

ALTER TABLE heard RENAME TO seen_deliveries;
ALTER INDEX heard_pkey RENAME TO seen_deliveries_pkey;
ALTER INDEX heard_at RENAME TO seen_deliveries_at;
COMMENT ON TABLE seen_deliveries IS 'What Slack has delivered, by its own ids; a repeated delivery has no effect.';

ALTER TABLE held RENAME TO digest_buffer;
ALTER INDEX held_pkey RENAME TO digest_buffer_pkey;
ALTER INDEX held_user RENAME TO digest_buffer_user;
COMMENT ON TABLE digest_buffer IS 'What is kept for a user until the hour that the user chose, as the event that brought it.';

ALTER TABLE due RENAME TO digest_schedule;
ALTER INDEX due_pkey RENAME TO digest_schedule_pkey;
ALTER INDEX due_at RENAME TO digest_schedule_due_at;
ALTER INDEX due_set_at RENAME TO digest_schedule_set_at;
COMMENT ON TABLE digest_schedule IS 'When a user''s digest is due. set_at is when that was found out; if it is ahead of the'
    ' clock, the clock was set back since.';

ALTER TABLE standing RENAME TO reporter_state;
ALTER INDEX standing_pkey RENAME TO reporter_state_pkey;
COMMENT ON TABLE reporter_state IS 'The lease under which the actor last began, and when operators had their last summary.';

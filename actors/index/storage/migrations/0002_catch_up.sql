ALTER TABLE progress
    ADD COLUMN occasion text NOT NULL DEFAULT 'news',
    ADD COLUMN since timestamptz;
UPDATE progress SET occasion = 'first_sync' WHERE applied = 1;
COMMENT ON COLUMN progress.occasion IS 'Why the news of the last sync are told: first_sync, news or catch_up.';
COMMENT ON COLUMN progress.since IS 'Of a catch-up after a long time: when the index was known to be whole before it.';

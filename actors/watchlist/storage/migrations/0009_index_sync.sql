ALTER TABLE recent_papers_status ADD COLUMN index_sync integer DEFAULT 0;
UPDATE recent_papers_status SET index_sync = NULL WHERE EXISTS (SELECT FROM inbox WHERE source = 'index');
COMMENT ON COLUMN recent_papers_status.index_sync IS 'Number of the last sync of the index that there was news of; NULL'
    ' between an upgrade and the next news.';

ALTER TABLE entries ADD COLUMN index_sync integer;
COMMENT ON COLUMN entries.index_sync IS 'recent_papers_status.index_sync when the entry was added: what the index was'
    ' like by then, the user knew. NULL: added by an older version, or just after an upgrade; then added_at decides.';

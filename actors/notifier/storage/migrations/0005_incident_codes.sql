-- An incident is identified by a code and a subject, no longer by the words of its text.
ALTER TABLE incidents
    ADD COLUMN code text NOT NULL DEFAULT '',
    ADD COLUMN subject text NOT NULL DEFAULT '';
COMMENT ON COLUMN incidents.key IS 'The code and the subject.';

UPDATE incidents SET code = 'actor_restarted' WHERE text LIKE '%has begun again';

-- What is still wrong is reported again, by its code; nobody is told that it was resolved.
UPDATE incidents SET ended_at = last_seen WHERE ended_at IS NULL;

ALTER TABLE sent_notices ADD COLUMN taken_back text NOT NULL DEFAULT '';
COMMENT ON COLUMN sent_notices.taken_back IS 'Why the notice was not handed to the notifier: before that, the user unwatched'
    ' or muted what it was about, at that time. Empty: it was handed over.';

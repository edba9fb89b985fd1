-- When the first of the drafts was uploaded whose discovery a message tells: how long it took to tell is measured.
ALTER TABLE messages ADD COLUMN uploaded_at timestamptz;

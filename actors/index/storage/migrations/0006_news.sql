ALTER TABLE versions ADD COLUMN is_news boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN versions.is_news IS 'A new paper, or one with another title, other authors or another disposition;'
    ' otherwise only more is known of it.';

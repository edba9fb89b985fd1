ALTER TABLE preferences ADD COLUMN style text NOT NULL DEFAULT 'one' CHECK (style IN ('one', 'each'));
COMMENT ON COLUMN preferences.style IS 'Whether what was kept is sent as one message, or one for each notice.';
